"""Control values: the concentration at which a substance reaches the acceptable risk (附录E).

Numbers of the equations are not confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jingtu.knowledge.risk.model import Array, Model
from jingtu.knowledge.risk.options import GROUNDWATER_PATHWAYS, SOIL_PATHWAYS, Pathway

DRIVERS: Final = ("rcvs", "hcvs", "cvspgw", "ceiling")


@dataclass(frozen=True, slots=True)
class Control:
    """Control values as arrays of the model's shape; ``nan`` where there is none.

    Parameters
    ----------
    by_risk, by_hazard : dict of pathway to array
        One pathway alone: RCVS and HCVS in mg/kg, for groundwater RCVG and HCVG in mg/L.
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
    driver : int array
        Place in :data:`DRIVERS` of what decided, -1 where nothing did.
    groundwater : array
        The lower of RCVGn and HCVGn, mg/L.
    """

    by_risk: dict[Pathway, Array]
    by_hazard: dict[Pathway, Array]
    rcvs: Array
    hcvs: Array
    rcvg: Array
    hcvg: Array
    cvspgw: Array
    lowest: Array
    value: Array
    driver: NDArray[np.int8]
    groundwater: Array


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
    cvspgw = target / q["LFsgw"]
    candidates = np.stack(np.broadcast_arrays(rcvs, hcvs, cvspgw))
    lowest = np.fmin(np.fmin(candidates[0], candidates[1]), candidates[2])
    driver = np.where(np.isnan(lowest), -1, np.nanargmin(np.nan_to_num(candidates, nan=np.inf), axis=0))
    value = lowest
    if model.options.ceiling == "saturation":
        above = (q["liquid_voc"] > 0) & (lowest > q["Csat"])
        value = np.where(above, q["Csat"], lowest)
        driver = np.where(above, DRIVERS.index("ceiling"), driver)
    return Control(
        {pathway: _reached(risk, slope) for pathway, slope in model.cr.items()},
        {pathway: _reached(hazard, slope) for pathway, slope in model.hq.items()},
        rcvs,
        hcvs,
        rcvg,
        hcvg,
        cvspgw,
        lowest,
        value,
        driver.astype(np.int8),
        np.fmin(rcvg, hcvg),
    )


def _reached(acceptable: Array, slope: Array) -> Array:
    """Concentration at which ``slope`` times it is ``acceptable``; ``nan`` where it never is."""
    return np.asarray(np.divide(acceptable, slope, out=np.full(np.shape(slope), np.nan), where=slope > 0))
