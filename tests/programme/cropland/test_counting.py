"""Counting areas: what holds for any ledger, whatever its measures, tests and order."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.programme.cropland.conftest import DAY

from jingtu.knowledge.standards.rates import rate_on, share
from jingtu.platform.registers.declarations import Field
from jingtu.platform.registers.values import parse
from jingtu.programme.cropland import counting
from jingtu.programme.cropland.counting import Done, Plot, amounts, in_mu, standing
from jingtu.programme.cropland.measures import SEASONS, catalogue
from jingtu.programme.cropland.models import FarmlandPlotFacts

# Areas in mu that halve exactly.
AREAS = st.integers(1, 100_000).map(lambda number: Decimal(number) / 50)
PLOTS = st.builds(
    Plot,
    st.sampled_from(["pending", "protected", "safe_use", "strict"]),
    st.sampled_from(["", "clean", "slight", "light_medium", "heavy"]),
    st.none() | AREAS,
)
MEASURES = st.builds(
    Done,
    st.sampled_from([*catalogue(), "unheard_of"]),
    st.sampled_from([season for season, _ in SEASONS]),
    st.none() | AREAS,
    st.booleans(),
)
TESTS = st.lists(st.sampled_from(["pass", "exceed", "unclear"]), max_size=3)
LEDGERS = st.lists(st.tuples(PLOTS, st.lists(MEASURES, max_size=5), TESTS), max_size=6)
RULE = rate_on("contaminated_farmland_safe_use_rate", DAY)


def rate(ledger: Sequence[tuple[Plot, Sequence[Done], Sequence[str]]]) -> tuple[Decimal, Decimal]:
    found = amounts(standing(*row) for row in ledger)
    return found["B"] + found["C"] + found["D"], found["E"]


@given(LEDGERS)
def test_no_area_counts_twice(ledger: list[tuple[Plot, list[Done], list[str]]]) -> None:
    safe, whole = rate(ledger)
    assert 0 <= safe <= whole
    for plot, done, tests in ledger:
        found = standing(plot, done, tests)
        assert 0 <= found.safe <= found.area <= (plot.area or 0)
        assert found.part or found.reason
    figures = {name: float(area) for name, area in amounts(standing(*row) for row in ledger).items()}
    percent = round(float(share(RULE, figures)), 9)
    assert percent != percent if whole == 0 else 0 <= percent <= 100


@given(PLOTS, st.lists(MEASURES, max_size=5), TESTS, MEASURES)
def test_another_measure_never_lowers_the_rate(
    plot: Plot, done: list[Done], tests: list[str], more: Done
) -> None:
    assert standing(plot, [*done, more], tests).safe >= standing(plot, done, tests).safe


@given(PLOTS, st.lists(MEASURES, max_size=6), TESTS, st.randoms(use_true_random=False))
def test_the_order_of_entry_is_irrelevant(
    plot: Plot, done: list[Done], tests: list[str], draw: Random
) -> None:
    shuffled, turned = list(done), list(tests)
    draw.shuffle(shuffled)
    draw.shuffle(turned)
    assert standing(plot, shuffled, turned) == standing(plot, done, tests)


@given(PLOTS, st.lists(MEASURES, max_size=5), TESTS)
def test_a_plot_cut_in_two_counts_as_before(plot: Plot, done: list[Done], tests: list[str]) -> None:
    half = Plot(plot.quality_class, plot.degree, None if plot.area is None else plot.area / 2)
    # What was done on part of a plot was done on half of that part of each half.
    halves = [
        Done(
            item.measure,
            item.season,
            None if item.area is None else min(item.area, plot.area or item.area) / 2,
            item.stacked,
        )
        for item in done
    ]
    assert rate([(half, halves, tests)] * 2) == rate([(plot, done, tests)])


def test_light_to_medium_land_needs_a_test_that_passed_and_none_that_did_not() -> None:
    plot = Plot("safe_use", "light_medium", Decimal(10))
    lime = [Done("lime", "late")]
    assert {
        words: standing(plot, lime, tests).reason
        for words, tests in {
            "passed": ["pass"],
            "none": [],
            "failed once": ["pass", "exceed"],
            "open": ["pass", "unclear"],
        }.items()
    } == {
        "passed": "",
        "none": counting.NO_TEST,
        "failed once": counting.TEST_OVER,
        "open": counting.TEST_UNCLEAR,
    }


def test_measures_of_several_seasons_are_not_added_up() -> None:
    plot = Plot("strict", "heavy", Decimal(100))
    early, late = Done("fallow", "early", Decimal(40)), Done("fallow", "late", Decimal(30))
    other = Done("restructuring", "late", Decimal(25))
    assert standing(plot, [early, late, other], []).safe == 55
    stacked = Done("restructuring", "late", Decimal(25), stacked=True)
    assert standing(plot, [early, late, stacked], []).safe == 40


@given(st.decimals("0.000001", "60000", places=6), st.sampled_from(["亩", "公顷"]))
def test_an_area_comes_back_as_it_was_given(figure: Decimal, unit: str) -> None:
    column = FarmlandPlotFacts._meta.get_field("area_m2")
    stored = parse(Field("area_m2", "面积", "area"), f"{figure}{unit}", column)
    assert in_mu(stored) == figure * (15 if unit == "公顷" else 1)
