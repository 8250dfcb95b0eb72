"""Toxicity of one route from another's (附录B; numbers of the equations not confirmed)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def inhalation_slope(iur: Array, weight: Array, breathing: Array) -> Array:
    """SFi = IUR·BWa/DAIRa.

    Parameters
    ----------
    iur : array
        Inhalation unit risk, (mg·m⁻³)⁻¹; a figure for µg is multiplied by 1000 first.
    weight : array
        Adult body weight, kg.
    breathing : array
        Air breathed by an adult, m³·d⁻¹.

    Returns
    -------
    array
        (mg·kg⁻¹·d⁻¹)⁻¹.

    Examples
    --------
    >>> round(float(inhalation_slope(np.array(0.0078), np.array(61.8), np.array(14.5))), 6)
    0.033244
    """
    return np.asarray(iur * (weight / breathing))


def inhalation_dose(rfc: Array, weight: Array, breathing: Array) -> Array:
    """RfDi = RfC·DAIRa/BWa; ``rfc`` in mg·m⁻³, the result in mg·kg⁻¹·d⁻¹.

    Examples
    --------
    >>> round(float(inhalation_dose(np.array(0.03), np.array(61.8), np.array(14.5))), 6)
    0.007039
    """
    return np.asarray(rfc * (breathing / weight))


def toxicity(values: Mapping[str, Array]) -> dict[str, Array]:
    """SFi, SFd in (mg·kg⁻¹·d⁻¹)⁻¹; RfDi, RfDd in mg·kg⁻¹·d⁻¹; ``nan`` where the source is.

    SFd = SFo/ABSgi and RfDd = RfDo·ABSgi.
    """
    weight, breathing = values["BWa"], values["DAIRa"]
    return {
        "SFi": inhalation_slope(values["IUR"], weight, breathing),
        "SFd": np.asarray(values["SFo"] / values["ABSgi"]),
        "RfDi": inhalation_dose(values["RfC"], weight, breathing),
        "RfDd": np.asarray(values["RfDo"] * values["ABSgi"]),
    }
