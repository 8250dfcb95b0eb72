"""From soil and groundwater into the air that is breathed, and from soil into groundwater (附录F).

Only F.1 (effective diffusivity in soil), F.2 (total porosity), F.3 and F.4 (water- and air-filled
porosity) have confirmed numbers; the other equations are cited without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jingtu.knowledge.risk.options import Options

Array = NDArray[np.float64]

_SECONDS_PER_YEAR: Final = 31_536_000.0
_SECONDS_PER_DAY: Final = 86_400.0
_PER_CUBIC_METRE: Final = 1e3  # kg·m⁻³ for kg·dm⁻³, and litres of a cubic metre


def porosity(values: Mapping[str, Array]) -> dict[str, Array]:
    """θ (F.2), θws (F.3), θas (F.4) of the soil, dimensionless.

    Air fills what water leaves; a soil wetter than its pores hold has no air-filled ones.
    """
    total = 1 - values["rho_b"] / values["rho_s"]
    water = values["rho_b"] * values["Pws"] / values["rho_w"]
    return {"theta": total, "theta_ws": water, "theta_as": np.maximum(total - water, 0.0)}


def effective_diffusivity(
    air: Array, water: Array, total: Array, values: Mapping[str, Array], exponent: float
) -> Array:
    """Diffusivity through a layer of pores (F.1 for the soil).

    Parameters
    ----------
    air, water : array
        Air- and water-filled porosity of the layer, dimensionless.
    total : array
        Porosity in the denominator, dimensionless.
    values : mapping
        ``Da``, ``Dw`` (cm²·s⁻¹) and ``H`` (dimensionless).
    exponent : float
        10/3 or 3.33.

    Returns
    -------
    array
        cm²·s⁻¹.
    """
    square = total**2
    # What does not hang on the substance is joined first: those arrays are small.
    through_air = values["Da"] * (air**exponent / square)
    return np.asarray(through_air + (values["Dw"] / values["H"]) * (water**exponent / square))


def soil_gas_flow(values: Mapping[str, Array], options: Options) -> Array:
    """Qs, soil gas that the building draws in, cm³·s⁻¹ (number not confirmed); zero without pressure."""
    pressure = values["dP"]
    if options.soil_gas_flow == "none" or not np.any(pressure):
        return np.zeros_like(np.asarray(pressure, dtype=float))
    depth = np.log(2 * values["Zcrack"] / crack_radius(values))
    return np.asarray(2 * np.pi * pressure * values["Kv"] * values["Xcrack"] / (values["mu_air"] * depth))


def crack_radius(values: Mapping[str, Array]) -> Array:
    """Rcrack, radius of a round crack of the same area along the floor's edge, cm (number not confirmed)."""
    return np.asarray(values["Ab"] * values["eta"] / values["Xcrack"])


def transport(values: Mapping[str, Array], options: Options) -> dict[str, Array]:
    """Porosities, diffusivities, partition and volatilisation factors.

    Parameters
    ----------
    values : mapping of str to array
        Receptor and substance parameters by symbol; ``H`` is ``nan`` or 0 where a substance does not
        volatilise.
    options : Options
        ``crack_porosity``, ``exponent``, ``mass_limit`` and ``soil_gas_flow`` are read.

    Returns
    -------
    dict of str to array
        ``VFsuroa``, ``VFsuboa``, ``VFsubia`` in kg·m⁻³, ``VFgwoa``, ``VFgwia`` in L·m⁻³, zero where a
        substance does not volatilise; ``Ksw`` in cm³·g⁻¹; ``Csat`` in mg·kg⁻¹; diffusivities in
        cm²·s⁻¹; the rest as in ``equations.csv``. The two branches of vapour entering a building (soil
        gas flowing, or standing still) are one formula here, whose limit for no flow is exact.
    """
    v = values
    q = porosity(v)
    exponent = options.exponent_value
    own = options.crack_porosity == "own"
    in_capillary = v["theta_acap"] + v["theta_wcap"] if own else q["theta"]
    in_crack = v["theta_acrack"] + v["theta_wcrack"] if own else q["theta"]
    volatile = v["H"] > 0
    v = {**v, "H": np.where(volatile, v["H"], np.nan)}
    q["Deffs"] = effective_diffusivity(q["theta_as"], q["theta_ws"], q["theta"], v, exponent)
    q["Deffcap"] = effective_diffusivity(v["theta_acap"], v["theta_wcap"], in_capillary, v, exponent)
    q["Deffcrack"] = effective_diffusivity(v["theta_acrack"], v["theta_wcrack"], in_crack, v, exponent)
    # Resistance of the way up from groundwater, s·cm⁻¹: the capillary fringe, then the soil.
    from_groundwater = v["hcap"] / q["Deffcap"] + v["hv"] / q["Deffs"]
    q["Deffgws"] = v["Lgw"] / from_groundwater
    q |= partition(v, q)
    q["DFoa"] = v["Uair"] * v["W"] * v["delta_air"] / v["A"]
    q["DFia"] = v["LB"] * v["ER"] / _SECONDS_PER_DAY
    q |= _flow_into_building(v, q, options)
    # Air-phase share of the whole, with the factor of volume: g·cm⁻³ becomes kg·m⁻³.
    ratio = _PER_CUBIC_METRE * v["H"] / q["Ksw"]
    seconds = v["tau"] * _SECONDS_PER_YEAR
    root = np.sqrt(
        q["Deffs"] * ratio * (_PER_CUBIC_METRE * 4 / np.pi * v["rho_b"] / (seconds * q["DFoa"] ** 2))
    )
    of_subsoil = v["LS"] / q["Deffs"]
    factors = {
        "VFsuroa": root,
        "VFsuboa": ratio / (1 + q["DFoa"] * of_subsoil),
        "VFsubia": ratio / (q["DFia"] * of_subsoil + q["resistance"]),
    }
    limits = {
        "VFsuroa": v["d"] * v["rho_b"] * _PER_CUBIC_METRE / (q["DFoa"] * seconds),
        "VFsuboa": v["dsub"] * v["rho_b"] * _PER_CUBIC_METRE / (q["DFoa"] * seconds),
        "VFsubia": v["dsub"] * v["rho_b"] * _PER_CUBIC_METRE / (q["DFia"] * seconds),
    }
    for name, limit in limits.items():
        q[f"{name}_diffusion"] = factors[name]
        q[f"{name}_mass"] = limit
        if options.mass_limit:
            factors[name] = np.minimum(factors[name], limit)
    henry = _PER_CUBIC_METRE * v["H"]
    factors["VFgwoa"] = henry / (1 + q["DFoa"] * from_groundwater)
    factors["VFgwia"] = henry / (q["DFia"] * from_groundwater + q["resistance"])
    for name, factor in factors.items():
        q[name] = np.where(volatile, factor, 0.0)
    return q


def partition(values: Mapping[str, Array], q: Mapping[str, Array]) -> dict[str, Array]:
    """Partition: foc (dimensionless), Kd (L·kg⁻¹), Ksw (cm³·g⁻¹) and Csat = S·Ksw (mg·kg⁻¹).

    Kd is the given one, and Koc·foc where none is. A substance that does not volatilise has no share
    in the soil's air.
    """
    foc = values["fom"] / (1.7 * 1000)
    given = values["Kd"]
    kd = np.where(np.isnan(given), values["Koc"] * foc, given)
    in_air = np.nan_to_num(values["H"]) * (q["theta_as"] / values["rho_b"])
    ksw = q["theta_ws"] / values["rho_b"] + kd + in_air
    return {"foc": foc, "Kd": kd, "Ksw": ksw, "Csat": values["S"] * ksw}


def _flow_into_building(
    values: Mapping[str, Array], q: Mapping[str, Array], options: Options
) -> dict[str, Array]:
    """Qs, ξ, and what floor and air exchange add to the way indoors (dimensionless).

    With flow: e^−ξ + (DFia·Ab/Qs)·(1 − e^−ξ); with none its limit, 1 + DFia·Lcrack/(Deffcrack·η).
    """
    flow = soil_gas_flow(values, options)
    through_floor = (values["Lcrack"] / values["eta"]) / q["Deffcrack"]
    if not np.any(flow):
        return {"Qs": flow, "resistance": 1 + q["DFia"] * through_floor}
    xi = flow / values["Ab"] * through_floor
    # (1 − e^−ξ)/ξ is 1 where nothing flows.
    share = np.divide(-np.expm1(-xi), xi, out=np.ones_like(xi), where=xi != 0)
    return {
        "Qs": flow,
        "Rcrack": crack_radius(values),
        "xi": xi,
        "resistance": np.exp(-xi) + q["DFia"] * through_floor * share,
    }


def leaching(values: Mapping[str, Array], q: Mapping[str, Array]) -> dict[str, Array]:
    """What of the soil reaches the groundwater, kg·L⁻¹ (numbers not confirmed).

    LF1 by equilibrium and dilution, LF2 by the mass that the subsoil holds; LFsgw the smaller. Where
    Ksw is unknown LF2 alone is left, which is on the safe side: the true factor is no greater.
    """
    dilution = 1 / (1 + values["Ugw"] * values["delta_gw"] / (values["I"] * values["W"]))
    first = dilution / q["Ksw"]
    second = values["dsub"] * values["rho_b"] / (values["I"] * values["tau"])
    return {"LFsgw_gw": dilution, "LF1": first, "LF2": second, "LFsgw": np.fmin(first, second)}
