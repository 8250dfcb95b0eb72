"""Statistics of results: worked by hand, and against plain NumPy group by group."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.knowledge.standards.statistics import for_statistics, summarise

NONE = np.nan


def test_one_analyte_worked_by_hand() -> None:
    # 0.10, 0.20, 0.30, 0.60, and one below a detection limit of 0.08: it enters as 0.04.
    # Sorted 0.04 0.10 0.20 0.30 0.60; quartiles at places 1, 2, 3; mean 1.24 / 5;
    # squares of deviations from 0.248: 0.043264 + 0.021904 + 0.002304 + 0.002704 + 0.123904 = 0.19408.
    found = summarise(
        ["镉"] * 5,
        [0.10, 0.60, NONE, 0.30, 0.20],
        [True, True, False, True, True],
        [NONE, NONE, 0.08, NONE, NONE],
        sites=["P1", "P1", "P2", "P3", "P3"],
        exceeds=[False, True, False, False, False],
        ratios=[1 / 3, 2.0, NONE, 1.0, 2 / 3],
    )
    assert found.groups == ("镉",)
    assert (found.count[0], found.detected[0], found.unusable[0]) == (5, 4, 0)
    assert [found.minimum[0], found.lower_quartile[0], found.median[0]] == pytest.approx([0.04, 0.10, 0.20])
    assert [found.upper_quartile[0], found.maximum[0]] == pytest.approx([0.30, 0.60])
    # The box is 0.2 high, so whiskers reach from -0.2 to 0.6: all values lie within.
    assert [found.lower_whisker[0], found.upper_whisker[0]] == pytest.approx([0.04, 0.60])
    assert found.mean[0] == pytest.approx(0.248)
    assert found.deviation[0] == pytest.approx((0.19408 / 4) ** 0.5)
    assert (found.sites[0], found.sites_exceeding[0]) == (3, 1)
    assert found.site_rate[0] == pytest.approx(1 / 3)
    assert found.largest_multiple[0] == pytest.approx(1.0)


def test_an_outlier_stands_outside_the_whisker() -> None:
    found = summarise(["a"] * 6, [1, 2, 3, 4, 5, 100], [True] * 6, [NONE] * 6)
    assert found.upper_whisker[0] == 5  # the box ends at 4.75, the whisker may reach 8.5
    assert found.maximum[0] == 100


def test_a_point_counts_once_however_often_it_exceeds() -> None:
    found = summarise(
        ["a"] * 4, [9, 9, 1, 1], [True] * 4, [NONE] * 4,
        sites=["P1", "P1", "P2", "P3"], judged=[True, True, True, False], exceeds=[True, True, False, True],
        ratios=[3, 3, 0.3, NONE],
    )  # fmt: skip
    assert (found.sites[0], found.sites_exceeding[0], found.site_rate[0]) == (2, 1, 0.5)
    assert found.largest_multiple[0] == 2


def test_what_cannot_enter_is_counted_apart() -> None:
    found = summarise(["a", "a", "b"], [NONE, 2, NONE], [False, True, False], [NONE, NONE, NONE])
    assert found.count.tolist() == [1, 0]
    assert found.unusable.tolist() == [1, 1]
    assert found.median[0] == 2
    assert np.isnan([found.median[1], found.mean[1], found.deviation[0]]).all()


def test_values_that_are_all_the_same_do_not_deviate() -> None:
    found = summarise(["苯"] * 30, [NONE] * 30, [False] * 30, [0.0019] * 30)
    assert found.deviation[0] == 0


def test_no_results_give_no_groups() -> None:
    assert summarise([], [], [], []).groups == ()


def test_the_printed_value_of_a_non_detect_is_not_looked_at() -> None:
    assert for_statistics([99.0], [False], [0.2]).tolist() == [0.1]


rows = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.floats(1e-6, 1e6),
        st.booleans(),
        st.one_of(st.just(NONE), st.floats(1e-6, 10.0)),
        st.sampled_from("PQR"),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


@given(rows, st.randoms())
def test_each_group_agrees_with_plain_numpy_in_any_order(given_rows: list, random: object) -> None:
    random.shuffle(given_rows)  # type: ignore[attr-defined]
    groups, values, detected, limits, sites, exceeds = zip(*given_rows, strict=True)
    found = summarise(groups, values, detected, limits, sites=sites, exceeds=exceeds)
    for place, group in enumerate(found.groups):
        own = [row for row in given_rows if row[0] == group]
        numbers = [row[1] if row[2] else row[3] / 2 for row in own]
        usable = [number for number in numbers if not np.isnan(number)]
        assert found.count[place] == len(usable)
        assert found.unusable[place] == len(own) - len(usable)
        assert found.site_rate[place] == len({row[4] for row in own if row[5]}) / len({row[4] for row in own})
        if usable:
            shares = np.quantile(usable, [0, 0.25, 0.5, 0.75, 1])
            assert [
                found.minimum[place],
                found.lower_quartile[place],
                found.median[place],
                found.upper_quartile[place],
                found.maximum[place],
            ] == pytest.approx(shares.tolist())
            assert found.mean[place] == pytest.approx(np.mean(usable))


@given(rows, st.floats(1e-3, 1e3))
def test_the_unit_changes_the_figures_and_nothing_else(given_rows: list, factor: float) -> None:
    groups, values, detected, limits, _, _ = zip(*given_rows, strict=True)
    once = summarise(groups, values, detected, limits)
    scaled = summarise(groups, np.array(values) * factor, detected, np.array(limits) * factor)
    assert scaled.median.tolist() == pytest.approx((once.median * factor).tolist(), nan_ok=True)
    assert scaled.deviation.tolist() == pytest.approx(
        (once.deviation * factor).tolist(), nan_ok=True, abs=1e-6
    )
    assert scaled.count.tolist() == once.count.tolist()
