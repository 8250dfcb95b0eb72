"""The whole model in one pass: from parameters to risk and hazard quotient for one unit of concentration.

Risk and hazard quotient are proportional to the concentration, so that their slopes hold everything:
an assessment multiplies them, a control value divides by them. All arrays broadcast; a parameter may
be a number, one a substance, or one a draw and substance (receptor parameters with draws have shape
``(draws, 1)``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.risk.exposure import exposure
from jingtu.knowledge.risk.options import GROUNDWATER_PATHWAYS, LandClass, Options, Pathway
from jingtu.knowledge.risk.toxicity import toxicity
from jingtu.knowledge.risk.transport import leaching, transport

Array = NDArray[np.float64]
Known = NDArray[np.bool_]
Effect = Literal["ca", "nc"]
Potency = tuple[str, str, str]


@dataclass(frozen=True)
class Model:
    """Slopes of one land class with everything they were computed from.

    Parameters
    ----------
    land_class : {1, 2}
    options : Options
    quantities : dict of str to array
        Every parameter and intermediate value by symbol; units in ``equations.csv`` and
        ``parameters.csv``.
    potency : dict of (effect, route, share) to array
        What one unit of intake does, kg·d·mg⁻¹: the slope factor for ``ca``, and for ``nc`` the inverse
        of reference dose and share; zero where unknown.
    known : dict of (effect, route, share) to bool array
        Where the potency is known.
    """

    land_class: LandClass
    options: Options
    quantities: dict[str, Array]
    potency: dict[Potency, Array]
    known: dict[Potency, Known]

    @cached_property
    def cr(self) -> dict[Pathway, Array]:
        """Carcinogenic risk of every pathway switched on for 1 mg/kg of soil or 1 mg/L of groundwater.

        Zero where it counts nothing; :attr:`cr_known` tells why.
        """
        return self._slopes("ca")

    @cached_property
    def hq(self) -> dict[Pathway, Array]:
        """Hazard quotient of every pathway switched on for 1 mg/kg of soil or 1 mg/L of groundwater."""
        return self._slopes("nc")

    @cached_property
    def cr_known(self) -> dict[Pathway, Known]:
        """Where the substance has the pathway and the toxicity that :attr:`cr` needs."""
        return self._knowledge("ca")

    @cached_property
    def hq_known(self) -> dict[Pathway, Known]:
        """Where the substance has the pathway, the toxicity and the share that :attr:`hq` needs."""
        return self._knowledge("nc")

    def sum_of(self, effect: Literal["cr", "hq"], pathways: Sequence[Pathway]) -> Array:
        """Slopes of one effect added over those of ``pathways`` that are switched on.

        Intakes of one route are added before they are multiplied by its potency, as the control
        values of all pathways are written; it is also what a hundred thousand draws can afford.

        Parameters
        ----------
        effect : {"cr", "hq"}
        pathways : sequence of str

        Returns
        -------
        array
            kg·mg⁻¹ for soil pathways, L·mg⁻¹ for groundwater ones.
        """
        short: Effect = "ca" if effect == "cr" else "nc"
        factors: dict[tuple[Potency, str], list[Array]] = {}
        for pathway in pathways:
            if pathway in self.options.pathways:
                way = _WAYS[pathway]
                group = factors.setdefault((_potency(pathway, short), way.intake), [])
                if way.factor:
                    group.append(self.quantities[way.factor])
        intakes: dict[Potency, list[Array]] = {}
        for (potency, intake), group in factors.items():
            amount = self.quantities[f"{intake}{short}"]
            intakes.setdefault(potency, []).append(amount * _added(group) if group else amount)
        terms = [_added(amounts) * self.potency[potency] for potency, amounts in intakes.items()]
        return _added(terms) if terms else np.zeros_like(self.quantities["SFo"])

    def intake(self, pathway: Pathway, effect: Effect) -> Array:
        """Intake by one pathway for one unit of concentration.

        Returns
        -------
        array
            kg·kg⁻¹·d⁻¹ for soil pathways, L·kg⁻¹·d⁻¹ for groundwater ones.
        """
        way = _WAYS[pathway]
        amount = self.quantities[f"{way.intake}{effect}"]
        return amount * self.quantities[way.factor] if way.factor else amount

    def named_intakes(self) -> dict[str, Array]:
        """Intakes of the pathways switched on under their printed symbols, DCSERca to IIVERnc2."""
        return {
            _WAYS[pathway].symbol.format(effect): self.intake(pathway, effect)
            for pathway in self.options.pathways
            for effect in get_args(Effect)
        }

    def _slopes(self, effect: Effect) -> dict[Pathway, Array]:
        return {
            pathway: self.intake(pathway, effect) * self.potency[_potency(pathway, effect)]
            for pathway in self.options.pathways
        }

    def _knowledge(self, effect: Effect) -> dict[Pathway, Known]:
        exists = self.quantities["H"] > 0
        return {
            pathway: self.known[_potency(pathway, effect)]
            & (exists if _WAYS[pathway].factor.startswith("VF") else True)
            for pathway in self.options.pathways
        }


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
    q |= targets(values, options)
    q |= exposure(values, land_class)
    q |= toxicity(values)
    q |= transport(values, options)
    q |= leaching(values, q)
    potency, known = potencies(q)
    return Model(land_class, options, q, potency, known)


def potencies(q: Mapping[str, Array]) -> tuple[dict[Potency, Array], dict[Potency, Known]]:
    """What one unit of intake does by effect, route and share (kg·d·mg⁻¹), and where that is known."""
    per_breath = q["BWa"] / q["DAIRa"]
    potency: dict[Potency, Array] = {}
    known: dict[Potency, Known] = {}
    for route, slope, dose, by in (
        ("o", q["SFo"], 1 / q["RfDo"], None),
        ("d", q["SFo"] / q["ABSgi"], 1 / (q["RfDo"] * q["ABSgi"]), None),
        ("i", q["IUR"], 1 / q["RfC"], per_breath),
    ):
        for key, each in (
            (("ca", route, ""), slope),
            (("nc", route, "SAF"), dose / q["SAF"]),
            (("nc", route, "WAF"), dose / q["WAF"]),
        ):
            # Zero for the unknown while arrays are small: draws come in with the breath.
            known[key] = ~np.isnan(each)
            filled = np.where(known[key], each, 0.0)
            potency[key] = filled if by is None else filled * by
    return potency, known


@dataclass(frozen=True, slots=True)
class _Way:
    """Route of toxicity, intake, what the intake is multiplied by, and the symbol of the product."""

    route: str
    intake: str
    factor: str
    symbol: str


_WAYS: dict[Pathway, _Way] = {
    "ois": _Way("o", "OISER", "", "OISER{}"),
    "dcs": _Way("d", "DCSER0", "ABSd", "DCSER{}"),
    "pis": _Way("i", "PISER", "", "PISER{}"),
    "iov1": _Way("i", "IHO", "VFsuroa", "IOVER{}1"),
    "iov2": _Way("i", "IHO", "VFsuboa", "IOVER{}2"),
    "iiv1": _Way("i", "IHI", "VFsubia", "IIVER{}1"),
    "iov3": _Way("i", "IHO", "VFgwoa", "IOVER{}3"),
    "iiv2": _Way("i", "IHI", "VFgwia", "IIVER{}2"),
    "cgw": _Way("o", "CGWER", "", "CGWER{}"),
}


def _potency(pathway: Pathway, effect: Effect) -> Potency:
    share = "" if effect == "ca" else "WAF" if pathway in GROUNDWATER_PATHWAYS else "SAF"
    return effect, _WAYS[pathway].route, share


def _added(arrays: Sequence[Array]) -> Array:
    return np.asarray(sum(arrays[1:], arrays[0]))


def targets(values: Mapping[str, Array], options: Options) -> dict[str, Array]:
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
