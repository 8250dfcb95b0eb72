"""The model once more, written from its formulas as they are printed: plain numbers, one substance.

Nothing here is shared with the engine; a slip would have to be made twice.
"""

from __future__ import annotations

import math

YEAR = 31536000.0


def skin(height, weight, share):
    return 239 * height**0.417 * weight**0.517 * share


def exposure(p, land_class):
    """Intakes of one unit; those of vapour are per unit of volatilisation factor."""

    def term(kind, who, days):
        if kind == "ois":
            return p["OSIR" + who] * p["ED" + who] * p["EF" + who] * p["ABSo"] / (p["BW" + who] * days) * 1e-6
        if kind == "dcs":
            area = skin(p["H" + who], p["BW" + who], p["SER" + who])
            return (
                area
                * p["SSAR" + who]
                * p["EF" + who]
                * p["ED" + who]
                * p["Ev"]
                * p["ABSd"]
                / (p["BW" + who] * days)
                * 1e-6
            )
        if kind == "pis":
            return (
                p["PM10"]
                * p["DAIR" + who]
                * p["ED" + who]
                * p["PIAF"]
                * (p["fspo"] * p["EFO" + who] + p["fspi"] * p["EFI" + who])
                / (p["BW" + who] * days)
                * 1e-6
            )
        if kind == "outdoor":
            return p["DAIR" + who] * p["EFO" + who] * p["ED" + who] / (p["BW" + who] * days)
        if kind == "indoor":
            return p["DAIR" + who] * p["EFI" + who] * p["ED" + who] / (p["BW" + who] * days)
        return p["GWCR" + who] * p["EF" + who] * p["ED" + who] / (p["BW" + who] * days)

    found = {}
    for kind in ("ois", "dcs", "pis", "outdoor", "indoor", "cgw"):
        if land_class == 1:
            found[kind, "ca"] = term(kind, "c", p["ATca"]) + term(kind, "a", p["ATca"])
            found[kind, "nc"] = term(kind, "c", p["ATnc"])
        else:
            found[kind, "ca"] = term(kind, "a", p["ATca"])
            found[kind, "nc"] = term(kind, "a", p["ATnc"])
    return found


def vapour(p, exponent, own_porosity=False, mass_limit=True):
    """Volatilisation factors of the five vapour pathways."""
    theta = 1 - p["rho_b"] / p["rho_s"]
    water = p["rho_b"] * p["Pws"] / p["rho_w"]
    air = theta - water

    def diffusivity(in_air, in_water, total):
        return p["Da"] * in_air**exponent / total**2 + p["Dw"] * in_water**exponent / (p["H"] * total**2)

    deffs = diffusivity(air, water, theta)
    cap = (p["theta_acap"], p["theta_wcap"])
    crack = (p["theta_acrack"], p["theta_wcrack"])
    deffcap = diffusivity(*cap, sum(cap) if own_porosity else theta)
    deffcrack = diffusivity(*crack, sum(crack) if own_porosity else theta)
    deffgws = p["Lgw"] / (p["hcap"] / deffcap + p["hv"] / deffs)
    kd = p["Koc"] * p["fom"] / (1.7 * 1000)
    ksw = (water + kd * p["rho_b"] + p["H"] * air) / p["rho_b"]
    dfoa = p["Uair"] * p["W"] * p["delta_air"] / p["A"]
    dfia = p["LB"] * p["ER"] / 86400
    flow = 0.0
    if p["dP"] > 0:
        radius = p["Ab"] * p["eta"] / p["Xcrack"]
        flow = (
            2 * math.pi * p["dP"] * p["Kv"] * p["Xcrack"] / (p["mu_air"] * math.log(2 * p["Zcrack"] / radius))
        )
    xi = flow * p["Lcrack"] / (p["Ab"] * deffcrack * p["eta"])

    def indoors(deff, length):
        if flow == 0:
            return (1 + deff / (dfia * length) + deff * p["Lcrack"] / (deffcrack * length * p["eta"])) * (
                dfia * length / deff
            )
        return (
            (math.exp(xi) + deff / (dfia * length) + deff * p["Ab"] / (flow * length) * (math.exp(xi) - 1))
            * dfia
            * length
            / (deff * math.exp(xi))
        )

    seconds = p["tau"] * YEAR
    factors = {
        "iov1": p["rho_b"]
        / dfoa
        * math.sqrt(4 * deffs * p["H"] / (math.pi * seconds * ksw * p["rho_b"]))
        * 1e3,
        "iov2": 1e3 / ((1 + dfoa * p["LS"] / deffs) * ksw / p["H"]),
        "iiv1": 1e3 / (ksw / p["H"] * indoors(deffs, p["LS"])),
        "iov3": 1e3 * p["H"] / (1 + dfoa * p["Lgw"] / deffgws),
        "iiv2": 1e3 * p["H"] / indoors(deffgws, p["Lgw"]),
    }
    if mass_limit:
        limits = {
            "iov1": p["d"] * p["rho_b"] / (dfoa * seconds) * 1e3,
            "iov2": p["dsub"] * p["rho_b"] / (dfoa * seconds) * 1e3,
            "iiv1": p["dsub"] * p["rho_b"] / (dfia * seconds) * 1e3,
        }
        factors.update({key: min(factors[key], limit) for key, limit in limits.items()})
    return factors, ksw


def slopes(p, land_class, exponent, own_porosity=False, mass_limit=True):
    """Risk and hazard quotient for one unit of concentration, by pathway; also Ksw."""
    amounts = exposure(p, land_class)
    factors, ksw = vapour(p, exponent, own_porosity, mass_limit)
    sfi, rfdi = p["IUR"] * p["BWa"] / p["DAIRa"], p["RfC"] * p["DAIRa"] / p["BWa"]
    toxicity = {
        "o": (p["SFo"], p["RfDo"]),
        "d": (p["SFo"] / p["ABSgi"], p["RfDo"] * p["ABSgi"]),
        "i": (sfi, rfdi),
    }
    ways = {
        "ois": ("ois", "o"),
        "dcs": ("dcs", "d"),
        "pis": ("pis", "i"),
        "iov1": ("outdoor", "i"),
        "iov2": ("outdoor", "i"),
        "iiv1": ("indoor", "i"),
        "iov3": ("outdoor", "i"),
        "iiv2": ("indoor", "i"),
        "cgw": ("cgw", "o"),
    }
    cr, hq = {}, {}
    for pathway, (kind, route) in ways.items():
        factor = factors.get(pathway, 1.0)
        slope, dose = toxicity[route]
        share = p["WAF"] if pathway in ("iov3", "iiv2", "cgw") else p["SAF"]
        cr[pathway] = amounts[kind, "ca"] * factor * slope
        hq[pathway] = amounts[kind, "nc"] * factor / (dose * share)
    return cr, hq, ksw


def control(p, land_class, exponent, target, **switches):
    """RCVSn, HCVSn (mg/kg), RCVGn, HCVGn (mg/L), CVSpgw (mg/kg)."""
    cr, hq, ksw = slopes(p, land_class, exponent, **switches)
    soil, water = ("ois", "dcs", "pis", "iov1", "iov2", "iiv1"), ("iov3", "iiv2", "cgw")
    dilution = 1 / (1 + p["Ugw"] * p["delta_gw"] / (p["I"] * p["W"]))
    leaching = min(dilution / ksw, p["dsub"] * p["rho_b"] / (p["I"] * p["tau"]))
    return (
        p["ACR"] / sum(cr[way] for way in soil),
        p["AHQ"] / sum(hq[way] for way in soil),
        p["ACR"] / sum(cr[way] for way in water),
        p["AHQ"] / sum(hq[way] for way in water),
        target / leaching,
    )
