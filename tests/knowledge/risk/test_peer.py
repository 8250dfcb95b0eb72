"""The examples that a published program carries: soil, groundwater, control values, both classes."""

import csv
from pathlib import Path

import pytest

from jingtu.knowledge.risk.assess import assess
from jingtu.knowledge.risk.derive import derive
from jingtu.knowledge.risk.options import Options
from jingtu.knowledge.risk.parameters import load

CASES = list(csv.DictReader((Path(__file__).parent / "peer_golden.csv").open(encoding="utf-8")))
# The program rounds skin areas to whole square centimetres and knows no Kd of arsenic (0).
AREAS = {1: {"SAEc": 2848.0, "SAEa": 5374.0}, 2: {"SAEa": 3023.0}}
OPTIONS = Options(crack_porosity="own", exponent="3.33", ceiling="none", groundwater_fraction="saf")


def computed(case: dict[str, str]) -> float:
    land_class = int(case["land_class"])
    peer = load("published-peer")
    replace = {**AREAS[land_class], **({"Koc": 0.0} if case["cas"] == "7440-38-2" else {})}
    risk = assess(
        peer,
        land_class,
        [case["cas"]],
        surface=[float(case["surface"])],
        subsurface=[float(case["subsurface"])],
        groundwater=[float(case["groundwater"])],
        options=OPTIONS,
        replace=replace,
    )
    control = derive(
        peer,
        land_class,
        [case["cas"]],
        OPTIONS,
        replace=replace,
        groundwater_target=float(case["groundwater_target"]),
    ).control
    found = {
        "CR sum soil pathways": risk.cr_soil,
        "HI sum soil pathways": risk.hi_soil,
        "CR sum groundwater pathways": risk.cr_groundwater,
        "HI sum groundwater pathways": risk.hi_groundwater,
        "RCVSn": control.rcvs,
        "HCVSn": control.hcvs,
        "RCVGn": control.rcvg,
        "HCVGn": control.hcvg,
        "CVSpgw": control.cvspgw,
    }
    return float(found[case["quantity"]].flat[0])


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case['cas']}-{case['land_class']}-{case['quantity']}"
)
def test_examples_of_the_published_program(case):
    # Its tenth pathway, left out here, adds up to 4e-8 to groundwater; its pi has six digits.
    assert computed(case) == pytest.approx(float(case["value"]), rel=5e-8)
