"""How laboratories print, and what is read."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingtu.knowledge.standards.readings import read_value, read_values

NUMBERS = {
    "0.30": 0.3,
    " 0.30 ": 0.3,
    "０．３０": 0.3,
    "+0.3": 0.3,
    ".5": 0.5,
    "1,234": 1234.0,
    "1，234.5": 1234.5,
    "1 234": 1234.0,
    "1.2×10^-3": 0.0012,
    "1.2×10⁻³": 0.0012,
    "1.2x10-3": 0.0012,
    "1.2E-3": 0.0012,
    "10^-3": 0.001,
    "0.30±0.02": 0.3,
    "0": 0.0,
}
BELOW = {
    "<0.01": 0.01,
    "＜0.01": 0.01,
    "< 0.01": 0.01,
    "〈0.01": 0.01,
    "≤0.01": 0.01,
    "小于0.01": 0.01,
    "0.01L": 0.01,
    "0.01 L": 0.01,
    "0.01（L）": 0.01,
    "3(L)": 3.0,
    "0.01ND": 0.01,
    "ND(0.01)": 0.01,
    "ND<0.01": 0.01,
    "ND（检出限0.01）": 0.01,
    "未检出（检出限：0.01）": 0.01,
    "<1.2×10⁻³": 0.0012,
}
ABOVE = {
    ">2000": (2000.0, False),
    "＞2000": (2000.0, False),
    "≥2000": (2000.0, True),
    "2000以上": (2000.0, True),
}
PROBLEMS = {
    "": "empty",
    "—": "empty",
    "/": "empty",
    "未检测": "empty",
    "N/A": "empty",
    "-1": "negative",
    "-0.5mg/kg": "negative",
    "0.1~0.3": "range",
    "0.1-0.3": "range",
    "ND": "no_detection_limit",
    "n.d.": "no_detection_limit",
    "未检出": "no_detection_limit",
    "L": "no_detection_limit",
    "<DL": "no_detection_limit",
    "无": "text",
    "约0.3": "text",
    "0.3 0.4": "text",
    "inf": "text",
    "nan": "text",
    "1e400": "text",
    "0,3": "text",
}


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_numbers(text: str, number: float) -> None:
    found = read_values([text])
    assert (found.value[0], found.detected[0], found.problem[0]) == (number, True, None)


@pytest.mark.parametrize(("text", "limit"), BELOW.items())
def test_below_detection(text: str, limit: float) -> None:
    found = read_values([text])
    assert (found.censor_limit[0], found.detected[0], found.problem[0]) == (limit, False, None)
    assert math.isnan(found.value[0])


@pytest.mark.parametrize(("text", "bound"), ABOVE.items())
def test_above_range(text: str, bound: tuple[float, bool]) -> None:
    found = read_values([text])
    assert (found.value[0], found.closed[0], found.above[0]) == (*bound, True)


@pytest.mark.parametrize(("text", "problem"), PROBLEMS.items())
def test_problems(text: str, problem: str) -> None:
    found = read_values([text])
    assert found.problem[0] == problem
    assert not found.detected[0]
    assert math.isnan(found.value[0])
    assert math.isnan(found.censor_limit[0])


def test_the_detection_limit_of_its_own_column_serves_those_that_print_none() -> None:
    found = read_values(["ND", "未检出", "<0.5", "ND"], ["0.01", 0.02, 0.1, None])
    assert found.censor_limit[:3].tolist() == [0.01, 0.02, 0.5]
    assert found.problem.tolist() == [None, None, None, "no_detection_limit"]


def test_a_unit_in_the_cell_is_kept() -> None:
    found = read_values(["0.3mg/kg", "ND(检出限1.2μg/kg)", "0.3", "<0.5 ug/kg"])
    assert found.units == {0: "mg/kg", 1: "μg/kg", 3: "ug/kg"}


def test_wet_soil_is_converted_to_dry() -> None:
    found = read_values(["0.35（湿基，含水率30%）"])
    assert (found.value[0], found.wet) == (0.5, [0])


def test_words_are_kept() -> None:
    assert read_values(["有", "0.3"]).text.tolist() == ["有", None]


def test_numbers_as_numbers() -> None:
    found = read_values(np.array([0.3, -1.0, np.nan, np.inf, 0.0]))
    assert found.problem.tolist() == [None, "negative", "empty", "text", None]
    mixed = read_values([0.3, "<0.01", None, 5])
    assert mixed.value[0] == 0.3
    assert mixed.censor_limit[1] == 0.01
    assert mixed.problem[2] == "empty"
    assert mixed.value[3] == 5


def test_columns_of_other_kinds() -> None:
    assert read_values(pl.Series([0.3], dtype=pl.Float32)).value[0] == 0.3
    assert read_values([Decimal("0.30"), Decimal(2)]).value.tolist() == [0.3, 2.0]
    assert read_values([10**30, 7]).value.tolist() == [1e30, 7.0]
    # What a spreadsheet made of 1-2, of a tick, of bytes.
    for odd in (datetime(2026, 1, 2), date(2026, 1, 2), True, [1], b"x"):
        assert read_values([odd]).problem[0] == "text"  # type: ignore[list-item]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*NUMBERS, *BELOW, *ABOVE, *PROBLEMS]), max_size=30))
def test_a_column_reads_as_its_cells(texts: list[str]) -> None:
    found = read_values(pl.Series(texts, dtype=pl.String))
    for row, text in enumerate(texts):
        one = read_value(text)
        number = math.nan if one.number is None else float(one.number)
        np.testing.assert_equal(found.value[row] if one.detected else found.censor_limit[row], number)
        assert (found.problem[row] or "", found.detected[row], found.above[row]) == (
            one.problem,
            one.detected,
            one.above,
        )


@settings(deadline=None)
@given(st.text(max_size=12))
def test_nothing_printed_is_a_surprise(text: str) -> None:
    found = read_values([text])
    known = found.problem[0] is not None
    assert known != bool(found.detected[0] or found.censor_limit[0] >= 0)
