"""The whole model in one pass: from parameters to risk and hazard quotient for one unit of concentration.

Risk and hazard quotient are proportional to the concentration, so that their slopes hold everything:
an assessment multiplies them, a control value divides by them. All arrays broadcast; a parameter may
be a number, one a substance, or one a draw and substance (receptor parameters with draws have shape
``(draws, 1)``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.risk.exposure import exposure
from jingtu.knowledge.risk.options import GROUNDWATER_PATHWAYS, LandClass, Options, Pathway
from jingtu.knowledge.risk.toxicity import toxicity
from jingtu.knowledge.risk.transport import leaching, transport

Array = NDArray[np.float64]
Known = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Model:
    """Slopes of one land class with everything they were computed from.

    Parameters
    ----------
    land_class : {1, 2}
    options : Options
    quantities : dict of str to array
        Every parameter and intermediate value by symbol; units in ``quantities.csv`` and
        ``parameters.csv``.
    cr, hq : dict of pathway to array
        Carcinogenic risk and hazard quotient (dimensionless) for 1 mg/kg of soil or 1 mg/L of
        groundwater, for the pathways switched on; zero where they count nothing.
    cr_known, hq_known : dict of pathway to bool array
        Where the zero is not for want of a toxicity, a share or a pathway of the substance.
    """

    land_class: LandClass
    options: Options
    quantities: dict[str, Array]
    cr: dict[Pathway, Array]
    hq: dict[Pathway, Array]
    cr_known: dict[Pathway, Known]
    hq_known: dict[Pathway, Known]

    def sum_of(self, effect: Literal["cr", "hq"], pathways: Sequence[Pathway]) -> Array:
        """Slopes of one effect added over those of ``pathways`` that are switched on."""
        slopes: dict[Pathway, Array] = getattr(self, effect)
        terms = [slopes[pathway] for pathway in pathways if pathway in slopes]
        return sum(terms[1:], terms[0]) if terms else np.zeros_like(self.quantities["SFo"])


def run(values: Mapping[str, Array], land_class: LandClass, options: Options) -> Model:
    """Compute the slopes of all pathways switched on.

    Parameters
    ----------
    values : mapping of str to array
        As :meth:`ParameterSet.values` gives them, any of them replaced.
    land_class : {1, 2}
    options : Options

    Returns
    -------
    Model

    Raises
    ------
    NotConfiguredError
        The intervention level is asked for and the set has no figures for it.

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load
    >>> model = run(load("published-peer").values(1, ["benzene"]), 1, Options())
    >>> f"{model.cr['ois'][0]:.4e}"
    '7.0321e-08'
    """
    q: dict[str, Array] = dict(values)
    q |= _targets(values, options)
    q |= exposure(values, land_class)
    q |= toxicity(values)
    q |= transport(values, options)
    q |= leaching(values, q)
    slope = {route: q[f"SF{route}"] for route in "odi"}
    dose = {(route, share): 1 / (q[f"RfD{route}"] * q[share]) for route in "odi" for share in ("SAF", "WAF")}
    cr: dict[Pathway, Array] = {}
    hq: dict[Pathway, Array] = {}
    cr_known: dict[Pathway, Known] = {}
    hq_known: dict[Pathway, Known] = {}
    for pathway in options.pathways:
        route, intake, factor, name = _WAYS[pathway]
        share = "WAF" if pathway in GROUNDWATER_PATHWAYS else "SAF"
        exists = values["H"] > 0 if factor.startswith("VF") else np.ones(values["H"].shape, dtype=bool)
        for effect, poison, slopes, known in (
            ("ca", slope[route], cr, cr_known),
            ("nc", dose[route, share], hq, hq_known),
        ):
            amount = q[f"{intake}{effect}"]
            if factor:
                amount = q[f"{name}{effect}"] = amount * q[factor]
            slopes[pathway] = amount * np.nan_to_num(poison)
            known[pathway] = exists & ~np.isnan(poison)
    return Model(land_class, options, q, cr, hq, cr_known, hq_known)


_WAYS: dict[Pathway, tuple[str, str, str, str]] = {
    # route of toxicity, intake, what it is multiplied by, name of the product
    "ois": ("o", "OISER", "", ""),
    "dcs": ("d", "DCSER0", "ABSd", "DCSER"),
    "pis": ("i", "PISER", "", ""),
    "iov1": ("i", "IHO", "VFsuroa", "IOVER1"),
    "iov2": ("i", "IHO", "VFsuboa", "IOVER2"),
    "iiv1": ("i", "IHI", "VFsubia", "IIVER1"),
    "iov3": ("i", "IHO", "VFgwoa", "IOVER3"),
    "iiv2": ("i", "IHI", "VFgwia", "IIVER2"),
    "cgw": ("o", "CGWER", "", ""),
}


def _targets(values: Mapping[str, Array], options: Options) -> dict[str, Array]:
    """ACR, AHQ, SAF and WAF (all dimensionless) of the level asked for."""
    saf, waf, acr = values["SAF"], values["WAF"], values["ACR"]
    if options.groundwater_fraction == "saf":
        waf = saf
    elif options.groundwater_fraction == "waf_or_saf":
        waf = np.where(np.isnan(waf), saf, waf)
    if options.target == "intervention":
        acr, whole = values["ACR_intervention"], values["SAF_intervention"]
        if np.any(np.isnan(acr)) or np.any(np.isnan(whole)):
            raise NotConfiguredError(
                "所用参数集没有管制值口径的可接受风险与分配比例，请补充 ACR_intervention 和 SAF_intervention。"
            )
        saf, waf = np.where(np.isnan(saf), np.nan, whole), np.where(np.isnan(waf), np.nan, whole)
    return {"ACR": acr, "AHQ": values["AHQ"], "SAF": saf, "WAF": waf}
