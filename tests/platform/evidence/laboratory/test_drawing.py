"""Plots as places: equal scale, limits where they belong, nothing drawn that an axis cannot show."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.platform.evidence.laboratory.drawing.axes import LimitLine, Point, axis
from jingtu.platform.evidence.laboratory.drawing.boxes import box_plot
from jingtu.platform.evidence.laboratory.drawing.depths import depth_plot
from jingtu.platform.evidence.laboratory.drawing.maps import MAP_SIZE, Site, metres_a_degree, site_map


def point(value: float, top: float | None = None, bottom: float | None = None, **more: object) -> Point:
    return Point(value, True, "verdict-done", "样品", "/", top=top, bottom=bottom, **more)  # type: ignore[arg-type]


def site(name: str, longitude: float, latitude: float, weight: int = 0) -> Site:
    return Site(name, longitude, latitude, "verdict-done", "circle", False, name, "/", weight)


values = st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=20)


@given(values, st.booleans())
def test_an_axis_holds_all_its_values_in_their_order(found: list[float], log: bool) -> None:
    scale = axis(found, 10, 350, log=log)
    places = [scale.at(value) for value in sorted(found)]
    assert places == sorted(places)
    assert places[0] >= 10
    assert places[-1] <= 350
    ticks = [tick.at for tick in scale.ticks()]
    assert ticks == sorted(set(ticks))
    assert 1 <= len(ticks) <= 12


def test_a_limit_stands_where_its_value_stands() -> None:
    limit = LimitLine("风险筛选值", 20.0, "20 mg/kg", "表1")
    plot = box_plot("砷", "mg/kg", (5, 8, 10, 14, 18), [point(5), point(20.0), point(40)], [limit])
    assert plot is not None
    (at, line, letter, _) = plot.lines[0]
    assert line is limit
    assert letter == "a"
    assert at == plot.marks[1].x
    assert plot.whisker[0] < plot.box[0] < plot.median < plot.box[1] < plot.whisker[1]


def test_letters_of_close_limits_do_not_lie_on_each_other() -> None:
    limits = [LimitLine("风险筛选值", value, str(value), "表1") for value in (80, 81, 82, 1000)]
    plot = box_plot("铅", "mg/kg", (5, 8, 10, 14, 18), [point(5)], limits)
    assert plot is not None
    places = [letter_at for _, _, _, letter_at in plot.lines]
    assert all(after - before >= 8 for before, after in itertools.pairwise(places))
    assert plot.lines[-1][0] == places[-1]  # where there is room a letter stands above its line


def test_a_logarithmic_axis_says_what_it_cannot_show() -> None:
    plot = box_plot("砷", "mg/kg", (1, 2, 3, 4, 5), [point(0.0), point(3.0)], [], log=True)
    assert plot is not None
    assert plot.off_scale == 1
    assert len(plot.marks) == 1
    assert box_plot("砷", "mg/kg", (0, 0, 0, 0, 0), [point(0.0)], [], log=True) is None


def test_depths_go_down_and_each_interval_has_its_own_limit() -> None:
    upper, lower = LimitLine("筛选值", 0.3, "0.3", "表1"), LimitLine("筛选值", 0.6, "0.6", "表1")
    plot = depth_plot(
        "镉", "mg/kg",
        [point(0.5, 1.0, 2.0, limits=(lower,)), point(0.2, 0.0, 0.5, limits=(upper,)), point(9.0)],
    )  # fmt: skip
    assert plot is not None
    assert len(plot.marks) == 2  # what has no depth has no place
    assert plot.marks[0].y < plot.marks[1].y
    (first, second) = plot.limits
    assert first[0] < second[0]  # 0.3 above, 0.6 below
    assert first[2] <= second[1]
    assert depth_plot("镉", "mg/kg", [point(1.0)]) is None


@given(st.floats(-80, 80), st.floats(1, 2000), st.floats(1, 2000))
def test_a_metre_east_is_as_long_as_a_metre_north(latitude: float, east: float, north: float) -> None:
    east_metres, north_metres = metres_a_degree(latitude)
    plan = site_map(
        [
            site("A", 109.4, latitude),
            site("B", 109.4 + east / east_metres, latitude),
            site("C", 109.4, latitude + north / north_metres),
        ]
    )
    assert plan is not None
    marks = {one.mark.title: one.mark for one in plan.marks}
    across, up = marks["B"].x - marks["A"].x, marks["A"].y - marks["C"].y
    # Places are rounded to a tenth; degrees change their length a little from south to north.
    assert across / east == pytest.approx(up / north, rel=0.01, abs=0.2 / min(east, north))
    for mark in marks.values():
        assert 0 < mark.x < MAP_SIZE
        assert 0 < mark.y < MAP_SIZE


def test_the_scale_bar_is_as_long_as_it_says() -> None:
    east_metres, _ = metres_a_degree(24.3)
    plan = site_map([site("A", 109.4, 24.3), site("B", 109.4 + 200 / east_metres, 24.3)])
    assert plan is not None
    marks = {one.mark.title: one.mark for one in plan.marks}
    assert plan.bar_label == "50 米"
    assert plan.bar == pytest.approx((marks["B"].x - marks["A"].x) / 4, abs=0.2)


def test_the_worst_point_keeps_its_name_where_two_lie_together() -> None:
    close = [site(f"P{number:02}", 109.4 + number * 1e-9, 24.3, weight=number) for number in range(30)]
    plan = site_map([*close, site("远", 109.41, 24.31)])
    assert plan is not None
    named = {one.name for one in plan.marks if one.name}
    assert {"P29", "远"} <= named
    assert plan.names_left_out == 31 - len(named)
    assert plan.names_left_out > 20


def test_one_point_alone_has_a_map() -> None:
    plan = site_map([site("A", 109.4, 24.3)])
    assert plan is not None
    assert math.isfinite(plan.marks[0].mark.x)
    assert site_map([]) is None
