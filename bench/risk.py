"""How fast risk is simulated: all substances of GB 36600, many draws, both land classes.

Every draw varies fourteen parameters of people, soil and building; risk and hazard of each substance in
surface soil, subsurface soil and groundwater (all nine pathways) come out with percentiles, mean and
the share above the acceptable level. The peer is the same model as a plain Python loop, one draw and
one substance after another, checked against the engine first; it is run for fewer draws and scaled,
since its time grows in proportion. Seconds on the clock, the fastest of three; the engine may use as
many as four processors, the loop uses one.

    python bench/risk.py [--draws 100000]
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import time
from operator import itemgetter

import numpy as np

from jingtu.knowledge.risk.assess import Assessment, assess
from jingtu.knowledge.risk.distributions import Distribution
from jingtu.knowledge.risk.montecarlo import simulate
from jingtu.knowledge.risk.parameters import definitions, load

DRAWS = 100_000
SCALAR_DRAWS = 100
RUNS = 3  # of each the fastest counts: other work on the machine only ever adds
MOST_SECONDS = 3.0
LEAST_TIMES = 200.0
VARIED = (
    "BWa",
    "BWc",
    "EFa",
    "EDa",
    "OSIRa",
    "OSIRc",
    "SSARa",
    "SSARc",
    "DAIRa",
    "DAIRc",
    "fom",
    "Pws",
    "rho_b",
    "ER",
)
SEED = 20261122
PATHWAYS = ("ois", "dcs", "pis", "iov1", "iov2", "iiv1", "iov3", "iiv2", "cgw")


def distributions(assessment: Assessment) -> list[Distribution]:
    """A triangle of ten per cent about each value of the set: of our own making, for the clock alone."""
    found = []
    for symbol in VARIED:
        value = float(assessment.model.quantities[symbol])
        if not math.isnan(value):
            sides = {"low": 0.9 * value, "mode": value, "high": 1.1 * value}
            found.append(Distribution(symbol, "triangular", sides, source="benchmark"))
    return found


def known(value: float) -> bool:
    return value == value  # not-a-number is the only value that differs from itself


def vapour(v: dict[str, float]) -> dict[str, float]:
    """Volatilisation factors of one substance for one draw."""
    if not (known(v["H"]) and v["H"] > 0):
        return dict.fromkeys(("suroa", "suboa", "subia", "gwoa", "gwia"), 0.0)
    exponent = 10 / 3
    porosity = 1 - v["rho_b"] / v["rho_s"]
    water = v["rho_b"] * v["Pws"] / v["rho_w"]
    air = max(porosity - water, 0.0)

    def diffusivity(in_air: float, in_water: float) -> float:
        through_air = v["Da"] * in_air**exponent / porosity**2
        return through_air + v["Dw"] * in_water**exponent / (v["H"] * porosity**2)

    soil = diffusivity(air, water)
    fringe = diffusivity(v["theta_acap"], v["theta_wcap"])
    crack = diffusivity(v["theta_acrack"], v["theta_wcrack"])
    from_water = v["Lgw"] / (v["hcap"] / fringe + v["hv"] / soil)
    kd = v["Kd"] if known(v["Kd"]) else v["Koc"] * v["fom"] / 1700
    ksw = (water + kd * v["rho_b"] + v["H"] * air) / v["rho_b"]
    out = v["Uair"] * v["W"] * v["delta_air"] / v["A"]
    inside = v["LB"] * v["ER"] / 86400
    seconds = v["tau"] * 31536000

    def indoors(way: float, length: float) -> float:
        floor = way * v["Lcrack"] / (crack * length * v["eta"])
        return (1 + way / (inside * length) + floor) * inside * length / way

    return {
        "suroa": min(
            v["rho_b"] / out * math.sqrt(4 * soil * v["H"] / (math.pi * seconds * ksw * v["rho_b"])) * 1e3,
            v["d"] * v["rho_b"] / (out * seconds) * 1e3,
        ),
        "suboa": min(
            1e3 / ((1 + out * v["LS"] / soil) * ksw / v["H"]),
            v["dsub"] * v["rho_b"] / (out * seconds) * 1e3,
        ),
        "subia": min(
            1e3 / (ksw / v["H"] * indoors(soil, v["LS"])), v["dsub"] * v["rho_b"] / (inside * seconds) * 1e3
        ),
        "gwoa": 1e3 * v["H"] / (1 + out * v["Lgw"] / from_water),
        "gwia": 1e3 * v["H"] / indoors(from_water, v["Lgw"]),
    }


def scalar(v: dict[str, float], land_class: int) -> tuple[dict[str, float], dict[str, float]]:
    """Risk and hazard by pathway of one substance for one draw, at 1 mg/kg and 1 mg/L, in plain Python."""
    into = vapour(v)
    receptors = {"ca": "ca" if land_class == 1 else "a", "nc": "c" if land_class == 1 else "a"}
    risks: dict[str, float] = {}
    hazards: dict[str, float] = {}
    for effect, found in (("ca", risks), ("nc", hazards)):
        intake = dict.fromkeys(PATHWAYS, 0.0)
        for who in receptors[effect]:
            share = v[f"ED{who}"] / (v[f"BW{who}"] * v[f"AT{effect}"])
            area = 239 * v[f"H{who}"] ** 0.417 * v[f"BW{who}"] ** 0.517 * v[f"SER{who}"]
            days = v["fspo"] * v[f"EFO{who}"] + v["fspi"] * v[f"EFI{who}"]
            outdoors = v[f"DAIR{who}"] * v[f"EFO{who}"] * share
            indoors = v[f"DAIR{who}"] * v[f"EFI{who}"] * share
            intake["ois"] += v[f"OSIR{who}"] * v[f"EF{who}"] * v["ABSo"] * share * 1e-6
            intake["dcs"] += area * v[f"SSAR{who}"] * v[f"EF{who}"] * v["Ev"] * v["ABSd"] * share * 1e-6
            intake["pis"] += v["PM10"] * v[f"DAIR{who}"] * v["PIAF"] * days * share * 1e-6
            intake["iov1"] += into["suroa"] * outdoors
            intake["iov2"] += into["suboa"] * outdoors
            intake["iiv1"] += into["subia"] * indoors
            intake["iov3"] += into["gwoa"] * outdoors
            intake["iiv2"] += into["gwia"] * indoors
            intake["cgw"] += v[f"GWCR{who}"] * v[f"EF{who}"] * share
        for pathway, amount in intake.items():
            route = "o" if pathway in ("ois", "cgw") else "d" if pathway == "dcs" else "i"
            if effect == "ca":
                slope = v["IUR"] * v["BWa"] / v["DAIRa"] if route == "i" else v["SFo"]
                slope = slope / v["ABSgi"] if route == "d" else slope
                found[pathway] = amount * slope if known(slope) else 0.0
            else:
                dose = v["RfC"] * v["DAIRa"] / v["BWa"] if route == "i" else v["RfDo"]
                dose = dose * v["ABSgi"] if route == "d" else dose
                own = v["WAF"] if pathway in ("iov3", "iiv2", "cgw") and known(v["WAF"]) else v["SAF"]
                found[pathway] = amount / (dose * own) if known(dose) else 0.0
    return risks, hazards


def loop(assessment: Assessment, land_class: int, draws: int) -> tuple[list[list[float]], float]:
    """Risks and hazards of all draws by the plain loop, and the seconds it took."""
    drawn = {item.parameter: item.draw(draws, SEED).tolist() for item in distributions(assessment)}
    names = [substance.id for substance in assessment.substances]
    values = assessment.parameter_set.values(land_class, names)
    rows = [
        {
            symbol: float(array if definitions()[symbol].scope == "receptor" else array[place])
            for symbol, array in values.items()
        }
        for place in range(len(names))
    ]
    found: list[list[float]] = []
    start = time.perf_counter()
    for draw in range(draws):
        risks, hazards = [], []
        for row in rows:
            for symbol, column in drawn.items():
                row[symbol] = column[draw]
            risk, hazard = scalar(row, land_class)
            risks.append(sum(risk.values()))
            hazards.append(sum(hazard.values()))
        found.append(risks + hazards)
    for column in zip(*found, strict=True):
        ordered = sorted(column)
        ordered[int(0.95 * (len(ordered) - 1))]
    return found, time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=DRAWS)
    draws = parser.parse_args().draws
    chosen = load("gb36600-consistent")
    # A substance without a model (lead, petroleum hydrocarbons) takes the place and the time of one.
    names = [substance.id for substance in chosen.substances]
    ones = [1.0] * len(names)
    print(f"{len(names)} substances x {draws:,} draws, {len(VARIED)} parameters drawn\n")
    print(f"{'what':<44}{'draws':>10}{'seconds':>10}{'x plain loop':>14}")
    whole = plain_whole = 0.0
    for land_class in (1, 2):
        assessment = assess(chosen, land_class, names, surface=ones, subsurface=ones, groundwater=ones)
        given = distributions(assessment)
        simulate(assessment, given, 2_000, SEED)  # caches and memory as in a process that has run
        took = math.inf
        for _ in range(RUNS):
            gc.collect()
            start = time.perf_counter()
            result = simulate(assessment, given, draws, SEED)
            took = min(took, time.perf_counter() - start)
        whole += took
        checked, plain = min(
            (loop(assessment, land_class, SCALAR_DRAWS) for _ in range(RUNS)), key=itemgetter(1)
        )
        few = simulate(assessment, given, SCALAR_DRAWS, SEED)
        mean = np.mean(np.array(checked), axis=0)
        engine = np.concatenate([few.cr_total.mean[0], few.hi.mean[0]])
        worst = float(np.nanmax(np.abs(mean[~np.isnan(engine)] / engine[~np.isnan(engine)] - 1)))
        if worst > 1e-9:
            sys.exit(f"the plain loop and the engine differ by {worst:.1e}")
        scaled = plain * draws / SCALAR_DRAWS
        plain_whole += scaled
        print(f"{f'simulate, land class {land_class}':<44}{draws:>10,}{took:>10.2f}{scaled / took:>14,.0f}")
        print(f"{'  plain loop, measured':<44}{SCALAR_DRAWS:>10,}{plain:>10.2f}{'':>14}")
        print(f"{'  plain loop, scaled':<44}{draws:>10,}{scaled:>10.0f}{1:>14}")
        if result.cr_total.mean.shape != (1, len(names)):
            sys.exit("results are missing")
    times = plain_whole / whole
    print(
        f"\nboth land classes: {whole:.2f} s, {times:.0f} times the plain loop "
        f"(floors {MOST_SECONDS:g} s and {LEAST_TIMES:g} times at {DRAWS:,} draws)"
    )
    if draws == DRAWS and whole > MOST_SECONDS:
        sys.exit(f"slower than {MOST_SECONDS:g} s")
    if draws == DRAWS and times < LEAST_TIMES:
        sys.exit(f"less than {LEAST_TIMES:g} times the plain loop")


if __name__ == "__main__":
    main()
