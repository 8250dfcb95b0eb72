"""How much soil, dust, vapour and water a person takes up in a day, for one kilogram of body weight.

Carcinogenic intake (``ca``) is averaged over a lifetime: childhood and adulthood added on land of the
first class, adulthood alone on the second. Non-carcinogenic intake (``nc``) is averaged over the
exposure: the child on the first class, the adult on the second.

Every function takes parameters by symbol in the unit of their definition and broadcasts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jingtu.knowledge.risk.options import LandClass

Array = NDArray[np.float64]

_MG_PER_KG: Final = 1e-6  # kg of soil for one mg
_RECEPTORS: Final[dict[tuple[LandClass, str], str]] = {
    (1, "ca"): "ca",
    (1, "nc"): "c",
    (2, "ca"): "a",
    (2, "nc"): "a",
}


def skin_area(height: Array, weight: Array, share: Array) -> Array:
    """Exposed skin, SAE (HJ 25.3; number not confirmed).

    Parameters
    ----------
    height : array
        Body height, cm.
    weight : array
        Body weight, kg.
    share : array
        Exposed share of the body's surface, dimensionless.

    Returns
    -------
    array
        cm².

    Examples
    --------
    >>> round(float(skin_area(np.array(113.15), np.array(19.2), np.array(0.36))), 1)
    2848.0
    """
    return np.asarray(239 * height**0.417 * weight**0.517 * share)


def skin_areas(values: Mapping[str, Array], land_class: LandClass) -> dict[str, Array]:
    """SAEa and, on land of the first class, SAEc in cm²; a given area goes before a computed one."""
    result = {}
    for who in "ca" if land_class == 1 else "a":
        given = values.get(f"SAE{who}")
        if given is not None and not np.any(np.isnan(given)):
            result[f"SAE{who}"] = given
        else:
            result[f"SAE{who}"] = skin_area(values[f"H{who}"], values[f"BW{who}"], values[f"SER{who}"])
    return result


def exposure(values: Mapping[str, Array], land_class: LandClass) -> dict[str, Array]:
    """Daily intakes of all pathways that do not hang on the substance.

    Parameters
    ----------
    values : mapping of str to array
        Receptor parameters by symbol; scalars, or one row a draw.
    land_class : {1, 2}
        Class of construction land.

    Returns
    -------
    dict of str to array
        For ``ca`` and ``nc`` each: ``OISER`` and ``PISER`` (kg·kg⁻¹·d⁻¹, soil for body weight; PISER:
        A.7 for class 1 ``ca``, A.25 and A.26 for class 2, the others not confirmed); ``DCSER0``
        (kg·kg⁻¹·d⁻¹, the dermal intake of a substance that is absorbed whole; A.23 for class 2
        ``ca``); ``IHO`` and ``IHI`` (m³·kg⁻¹·d⁻¹, air breathed out of doors and indoors); ``CGWER``
        (L·kg⁻¹·d⁻¹). Also ``SAEa``, ``SAEc`` (cm²).

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load
    >>> amounts = exposure(load("published-peer").values(1, []), 1)
    >>> f"{float(amounts['OISERca']):.6e}"
    '1.278559e-06'
    """
    result = skin_areas(values, land_class)
    for effect in ("ca", "nc"):
        who = _RECEPTORS[land_class, effect]
        days = values[f"AT{effect}"]
        for name, intake in _INTAKES.items():
            terms = [intake({**values, **result}, each) / (values[f"BW{each}"] * days) for each in who]
            result[f"{name}{effect}"] = sum(terms[1:], terms[0])
    return result


def _oral(v: Mapping[str, Array], who: str) -> Array:
    return v[f"OSIR{who}"] * v[f"ED{who}"] * v[f"EF{who}"] * v["ABSo"] * _MG_PER_KG


def _dermal(v: Mapping[str, Array], who: str) -> Array:
    return v[f"SAE{who}"] * v[f"SSAR{who}"] * v[f"EF{who}"] * v[f"ED{who}"] * v["Ev"] * _MG_PER_KG


def _dust(v: Mapping[str, Array], who: str) -> Array:
    days = v["fspo"] * v[f"EFO{who}"] + v["fspi"] * v[f"EFI{who}"]
    return v["PM10"] * v[f"DAIR{who}"] * v[f"ED{who}"] * v["PIAF"] * days * _MG_PER_KG


def _outdoor(v: Mapping[str, Array], who: str) -> Array:
    return v[f"DAIR{who}"] * v[f"EFO{who}"] * v[f"ED{who}"]


def _indoor(v: Mapping[str, Array], who: str) -> Array:
    return v[f"DAIR{who}"] * v[f"EFI{who}"] * v[f"ED{who}"]


def _drinking(v: Mapping[str, Array], who: str) -> Array:
    return v[f"GWCR{who}"] * v[f"EF{who}"] * v[f"ED{who}"]


_INTAKES: Final = {
    "OISER": _oral,
    "DCSER0": _dermal,
    "PISER": _dust,
    "IHO": _outdoor,
    "IHI": _indoor,
    "CGWER": _drinking,
}
