"""The engine against a second writing of the model, on parameters drawn at random."""

import math
import random

import numpy as np
import pytest
from tests.knowledge.risk import scalar

from jingtu.knowledge.risk.control import control_values
from jingtu.knowledge.risk.model import run
from jingtu.knowledge.risk.options import Options
from jingtu.knowledge.risk.parameters import load


def drawn(seed: int) -> dict[str, float]:
    """A whole set of parameters around benzene's, every one of them moved."""
    random.seed(seed)
    values = {key: float(each.flat[0]) for key, each in load("published-peer").values(1, ["71-43-2"]).items()}
    values |= {"ABSd": 0.1, "ABSgi": 0.5, "WAF": 0.5}
    moved = {
        key: value * math.exp(random.uniform(-0.3, 0.3))
        for key, value in values.items()
        if not math.isnan(value)
    }
    moved["H"] = 10 ** random.uniform(-4, 0.5)
    moved["Koc"] = 10 ** random.uniform(1, 5)
    moved["LS"] = random.uniform(1, 500)
    moved["dP"] = random.choice([0.0, 10 ** random.uniform(-3, 1)])
    # Kept apart from the neighbours so that the soil keeps some air.
    moved |= {
        "rho_b": random.uniform(1.2, 1.7),
        "rho_s": 2.65,
        "rho_w": 1.0,
        "Pws": random.uniform(0.02, 0.15),
    }
    return moved


def values_of(rows: list[dict[str, float]]) -> dict[str, np.ndarray]:
    """Draws on the first axis, one substance on the last."""
    template = load("published-peer").values(1, ["71-43-2"])
    return {
        key: np.array([[row[key]] for row in rows]) if key in rows[0] else np.full((len(rows), 1), np.nan)
        for key in template
    }


@pytest.mark.parametrize("land_class", [1, 2])
@pytest.mark.parametrize("exponent", ["10/3", "3.33"])
@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("limited", [False, True])
def test_all_pathways_and_control_values_agree_with_the_second_writing(land_class, exponent, own, limited):
    rows = [drawn(seed) for seed in range(150)]
    options = Options(
        exponent=exponent, crack_porosity="own" if own else "total", mass_limit=limited, ceiling="none"
    )
    model = run(values_of(rows), land_class, options)
    control = control_values(model, 0.7)
    for i, row in enumerate(rows):
        switches = {"own_porosity": own, "mass_limit": limited}
        cr, hq, ksw = scalar.slopes(row, land_class, options.exponent_value, **switches)
        assert {way: float(model.cr[way][i, 0]) for way in cr} == pytest.approx(cr, rel=1e-9)
        assert {way: float(model.hq[way][i, 0]) for way in hq} == pytest.approx(hq, rel=1e-9)
        assert float(model.quantities["Ksw"][i, 0]) == pytest.approx(ksw, rel=1e-12)
        expected = scalar.control(row, land_class, options.exponent_value, 0.7, **switches)
        found = (control.rcvs, control.hcvs, control.rcvg, control.hcvg, control.cvspgw)
        assert [float(each[i, 0]) for each in found] == pytest.approx(list(expected), rel=1e-9)


def test_the_draws_reach_both_branches_and_both_sides_of_the_mass_limit():
    rows = [drawn(seed) for seed in range(150)]
    q = run(values_of(rows), 1, Options()).quantities
    assert 0 < np.count_nonzero(q["Qs"]) < len(rows)
    for name in ("VFsuroa", "VFsuboa", "VFsubia"):
        by_mass = q[f"{name}_mass"] < q[f"{name}_diffusion"]
        assert 0 < np.count_nonzero(by_mass) < len(rows), name
