"""Control values: the concentration at which a substance reaches the acceptable risk (附录E).

Numbers of the equations are not confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jingtu.knowledge.risk.model import Array, Model
from jingtu.knowledge.risk.options import GROUNDWATER_PATHWAYS, SOIL_PATHWAYS, Pathway

DRIVERS: Final = ("rcvs", "hcvs", "cvspgw", "ceiling")


@dataclass(frozen=True)
class Control:
    """Control values as arrays of the model's shape; ``nan`` where there is none.

    Parameters
    ----------
    model : Model
    rcvs, hcvs : array
        RCVSn and HCVSn over all soil pathways, mg/kg.
    rcvg, hcvg : array
        RCVGn and HCVGn over all groundwater pathways, mg/L.
    cvspgw : array
        Soil concentration that protects the groundwater, mg/kg.
    lowest : array
        The lowest of RCVSn, HCVSn and CVSpgw, mg/kg.
    value : array
        The same, stopped at saturation where the options say so, mg/kg.
    groundwater : array
        The lower of RCVGn and HCVGn, mg/L.
    """

    model: Model
    rcvs: Array
    hcvs: Array
    rcvg: Array
    hcvg: Array
    cvspgw: Array
    lowest: Array
    value: Array
    groundwater: Array

    @cached_property
    def driver(self) -> NDArray[np.int8]:
        """Place in :data:`DRIVERS` of what decided the value, -1 where nothing did."""
        found = np.full(self.value.shape, -1, dtype=np.int8)
        for place, candidate in ((2, self.cvspgw), (1, self.hcvs), (0, self.rcvs)):
            found[self.lowest == candidate] = place
        found[self.value < self.lowest] = DRIVERS.index("ceiling")
        return found

    @cached_property
    def by_risk(self) -> dict[Pathway, Array]:
        """One pathway alone: RCVS in mg/kg, for groundwater RCVG in mg/L."""
        return {way: _reached(self.model.quantities["ACR"], slope) for way, slope in self.model.cr.items()}

    @cached_property
    def by_hazard(self) -> dict[Pathway, Array]:
        """One pathway alone: HCVS in mg/kg, for groundwater HCVG in mg/L."""
        return {way: _reached(self.model.quantities["AHQ"], slope) for way, slope in self.model.hq.items()}


def control_values(model: Model, groundwater_target: Any = None) -> Control:
    """Control values of a model.

    Parameters
    ----------
    model : Model
    groundwater_target : array_like, optional
        Concentration to be kept in the groundwater, mg/L; without it there is no CVSpgw.

    Returns
    -------
    Control

    Examples
    --------
    >>> from jingtu.knowledge.risk.model import run
    >>> from jingtu.knowledge.risk.options import Options
    >>> from jingtu.knowledge.risk.parameters import load
    >>> control = control_values(run(load("published-peer").values(1, ["benzene"]), 1, Options()), 1.0)
    >>> DRIVERS[control.driver[0]], round(float(control.value[0]), 2), round(float(control.cvspgw[0]), 3)
    ('rcvs', 0.98, 7.794)
    """
    q = model.quantities
    risk, hazard = q["ACR"], q["AHQ"]
    rcvs = _reached(risk, model.sum_of("cr", SOIL_PATHWAYS))
    hcvs = _reached(hazard, model.sum_of("hq", SOIL_PATHWAYS))
    rcvg = _reached(risk, model.sum_of("cr", GROUNDWATER_PATHWAYS))
    hcvg = _reached(hazard, model.sum_of("hq", GROUNDWATER_PATHWAYS))
    target = np.asarray(np.nan if groundwater_target is None else groundwater_target, dtype=float)
    cvspgw = target / q["LFsgw"] if groundwater_target is not None else np.full_like(rcvs, np.nan)
    lowest = np.fmin(np.fmin(rcvs, hcvs), cvspgw)
    value = lowest
    if model.options.ceiling == "saturation":
        value = np.where((q["liquid_voc"] > 0) & (lowest > q["Csat"]), q["Csat"], lowest)
    return Control(
        model,
        rcvs,
        hcvs,
        rcvg,
        hcvg,
        cvspgw,
        lowest,
        value,
        np.fmin(rcvg, hcvg),
    )


def _reached(acceptable: Array, slope: Array) -> Array:
    """Concentration at which ``slope`` times it is ``acceptable``; ``nan`` where it never is."""
    return np.asarray(np.divide(acceptable, slope, out=np.full(np.shape(slope), np.nan), where=slope > 0))
