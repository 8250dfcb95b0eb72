"""What must hold whatever the numbers are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingtu.errors import InputError, NotConfiguredError
from jingtu.knowledge.risk.assess import assess
from jingtu.knowledge.risk.control import control_values
from jingtu.knowledge.risk.derive import derive
from jingtu.knowledge.risk.model import run
from jingtu.knowledge.risk.options import (
    GROUNDWATER_PATHWAYS,
    PATHWAYS,
    SOIL_PATHWAYS,
    Options,
)
from jingtu.knowledge.risk.parameters import from_rows, load

SET = load("gb36600-consistent")
IDS = [each.id for each in SET.substances]
CLASSES = st.sampled_from([1, 2])
OPTIONS = st.builds(
    Options,
    crack_porosity=st.sampled_from(["total", "own"]),
    exponent=st.sampled_from(["10/3", "3.33"]),
    mass_limit=st.booleans(),
    target=st.sampled_from(["screening", "intervention"]),
    pathways=st.lists(st.sampled_from(PATHWAYS), min_size=1, unique=True).map(tuple),
)


@settings(max_examples=30, deadline=None)
@given(CLASSES, OPTIONS, st.floats(1e-6, 1e3), st.floats(1e-3, 1e3))
def test_risk_and_hazard_are_proportional_to_the_concentration(land_class, options, concentration, times):
    surface, both = np.full(len(IDS), concentration), np.full(len(IDS), concentration * times)
    first = assess(
        SET, land_class, IDS, surface=surface, subsurface=surface, groundwater=surface, options=options
    )
    second = assess(SET, land_class, IDS, surface=both, subsurface=both, groundwater=both, options=options)
    for before, after in ((first.cr_total, second.cr_total), (first.hi, second.hi)):
        np.testing.assert_allclose(after, before * times, rtol=1e-12)


@settings(max_examples=30, deadline=None)
@given(CLASSES, OPTIONS)
def test_at_the_control_value_the_acceptable_risk_is_reached(land_class, options):
    result = derive(SET, land_class, options=options)
    for amount, medium, name in (
        (result.control.rcvs, "soil", "cr"),
        (result.control.hcvs, "soil", "hi"),
        (result.control.rcvg, "groundwater", "cr"),
        (result.control.hcvg, "groundwater", "hi"),
    ):
        if np.all(np.isnan(amount)):
            continue
        # One weak pathway alone may allow more than the pure substance: a part of it does as well.
        part = np.minimum(1.0, 1e6 / amount)
        here = np.minimum(amount, 1e6)
        places = {"groundwater": here} if medium == "groundwater" else {"surface": here, "subsurface": here}
        risk = assess(SET, land_class, IDS, **places, options=options)
        reached = getattr(risk, f"{name}_{medium}")[0] / part
        expected = result.model.quantities["ACR" if name == "cr" else "AHQ"]
        np.testing.assert_allclose(reached[~np.isnan(amount)], expected, rtol=1e-12)


@settings(max_examples=20, deadline=None)
@given(CLASSES, st.permutations(IDS))
def test_the_order_of_substances_does_not_matter(land_class, order):
    straight, shuffled = derive(SET, land_class), derive(SET, land_class, order)
    back = [order.index(each) for each in IDS]
    np.testing.assert_array_equal(shuffled.control.value[back], straight.control.value)
    assert [shuffled.notes[i] for i in back] == list(straight.notes)


@settings(max_examples=20, deadline=None)
@given(CLASSES, st.sets(st.sampled_from(PATHWAYS), min_size=1, max_size=8))
def test_one_more_pathway_never_raises_a_control_value(land_class, pathways):
    fewer = derive(SET, land_class, options=Options(pathways=tuple(pathways))).control
    more = derive(SET, land_class).control
    for name in ("rcvs", "hcvs", "rcvg", "hcvg"):
        before, after = getattr(fewer, name), getattr(more, name)
        both = ~np.isnan(before)
        assert np.all(after[both] <= before[both] * (1 + 1e-12))


@settings(max_examples=20, deadline=None)
@given(CLASSES, st.floats(1e-9, 1e-5))
def test_a_faint_draught_tends_to_no_draught(land_class, pressure):
    still = run(SET.values(land_class), land_class, Options()).quantities
    faint = run({**SET.values(land_class), "dP": np.array(pressure)}, land_class, Options()).quantities
    for name in ("VFsubia", "VFgwia"):
        np.testing.assert_allclose(faint[name], still[name], rtol=pressure * 10)


def test_draught_carries_more_vapour_in_and_a_gale_no_less():
    values = SET.values(2, ["benzene"])
    values["dP"] = np.array([[0.0], [1.0], [10.0], [100.0], [1e4], [1e7]])
    factors = run(values, 2, Options(mass_limit=False)).quantities["VFsubia"][:, 0]
    assert np.all(np.isfinite(factors))
    assert np.all(np.diff(factors) >= 0)
    assert factors[2] > factors[0]
    still = run(values, 2, Options(mass_limit=False, soil_gas_flow="none")).quantities["VFsubia"]
    assert np.all(still == still.flat[0])


@settings(max_examples=20, deadline=None)
@given(CLASSES, st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_many_draws_at_once_are_the_draws_one_by_one(land_class, count, seed):
    random = np.random.default_rng(seed)
    values = SET.values(land_class)
    drawn = {
        name: values[name] * random.uniform(0.9, 1.1, (count, 1))
        for name in ("BWa", "OSIRa", "rho_b", "fom", "LS", "LB", "tau", "DAIRa")
    }
    drawn["SFo"] = values["SFo"] * random.uniform(0.5, 2, (count, len(IDS)))
    together = run({**values, **drawn}, land_class, Options())
    limits = control_values(together, 0.01)
    for i in range(count):
        alone = run({**values, **{name: each[i] for name, each in drawn.items()}}, land_class, Options())
        single = control_values(alone, 0.01)
        for name in ("rcvs", "hcvs", "rcvg", "hcvg", "value", "driver"):
            np.testing.assert_allclose(getattr(limits, name)[i], getattr(single, name), rtol=1e-13)


def test_sums_by_route_are_sums_over_pathways():
    for land_class in (1, 2):
        model = run(SET.values(land_class), land_class, Options())
        for effect, slopes in (("cr", model.cr), ("hq", model.hq)):
            for pathways in (SOIL_PATHWAYS, GROUNDWATER_PATHWAYS, PATHWAYS):
                np.testing.assert_allclose(
                    model.sum_of(effect, pathways), sum(slopes[each] for each in pathways), rtol=1e-12
                )


def test_a_single_pathway_has_its_own_control_value():
    both = derive(SET, 1, ["benzene"])
    alone = derive(SET, 1, ["benzene"], Options(pathways=("ois",)))
    assert both.control.by_risk["ois"][0] == pytest.approx(float(alone.control.rcvs[0]), rel=1e-14)
    assert both.control.by_hazard["iiv2"][0] > 0


def test_the_intervention_level_is_ten_times_the_risk_and_the_whole_dose():
    screening = derive(SET, 2, ["benzene", "copper"], Options(ceiling="none"))
    intervention = derive(SET, 2, ["benzene", "copper"], Options(ceiling="none", target="intervention"))
    assert intervention.control.rcvs[0] == pytest.approx(10 * screening.control.rcvs[0], rel=1e-12)
    assert intervention.control.hcvs[0] == pytest.approx(screening.control.hcvs[0] / 0.33, rel=1e-12)
    assert intervention.control.hcvs[1] == pytest.approx(2 * screening.control.hcvs[1], rel=1e-12)


def test_a_set_without_figures_for_the_intervention_level_says_so():
    rows = [each for each in SET.rows() if not each["parameter"].endswith("_intervention")]
    with pytest.raises(NotConfiguredError):
        derive(from_rows(rows), 1, ["benzene"], Options(target="intervention"))


@pytest.mark.parametrize(
    "wrong",
    [{"exponent": "3.3"}, {"ceiling": True}, {"pathways": ("swim",)}, {"pathways": ()}, {"colour": "red"}],
)
def test_switches_have_no_other_positions(wrong):
    with pytest.raises(InputError):
        Options.from_json(wrong)


def test_equal_options_are_equal_however_named():
    assert Options(pathways=("cgw", "ois")) == Options(pathways=("ois", "cgw", "ois"))
