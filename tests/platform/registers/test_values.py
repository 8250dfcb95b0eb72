"""Values as people type them: read in many forms, refused in words."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.platform.registers import values
from jingtu.platform.registers.declarations import Field
from jingtu.programme.sites.models import PriorityParcelFacts

AREA = PriorityParcelFacts._meta.get_field("area_m2")


@pytest.mark.parametrize(
    "raw",
    [
        "2024-06-05", "2024/6/5", "2024.6.5", "2024年6月5日", "２０２４年６月５日", "20240605", "2024-06-05 10:30:00",
        20240605, 45448, 45448.0, date(2024, 6, 5), datetime(2024, 6, 5, 23, 59), " 2024 - 6 - 5 ",
    ],
)  # fmt: skip
def test_a_day_in_many_forms(raw: Any) -> None:
    assert values.parse(Field("d", "日期", "date"), raw) == date(2024, 6, 5)


@pytest.mark.parametrize("raw", ["2024年6月", "2024-13-01", "6/5/2024", "去年", "2024-02-30", -5, 3.7])
def test_what_is_no_day(raw: Any) -> None:
    with pytest.raises(ValueError, match=r"日期|这一天"):
        values.parse(Field("d", "日期", "date"), raw)


@pytest.mark.parametrize(
    ("raw", "unit", "square_metres"),
    [
        ("30", "亩", "20000.00"),
        (1, "亩", "666.67"),
        ("1.5公顷", "", "15000.00"),
        ("1.5公顷", "亩", "15000.00"),
        ("1,200.50", "", "1200.50"),
        ("1200㎡", "", "1200.00"),
        ("0.02平方公里", "", "20000.00"),
        ("１５亩", "", "10000.00"),
        (0.1 + 0.2, "", "0.30"),
    ],
)
def test_areas_become_square_metres(raw: Any, unit: str, square_metres: str) -> None:
    assert values.parse(Field("a", "面积", "area"), raw, AREA, unit) == Decimal(square_metres)


@pytest.mark.parametrize("raw", ["-1", "很大", "12里", "1.005", "1e16", float("nan"), float("inf"), True])
def test_what_is_no_area(raw: Any) -> None:
    with pytest.raises(ValueError, match=r"面积|数字|小数|数值"):
        values.parse(Field("a", "面积", "area"), raw, AREA)


@given(st.decimals(0, Decimal("9999999999999.99"), places=2))
def test_an_area_shown_is_read_back(area: Decimal) -> None:
    field = Field("a", "面积", "area")
    assert values.parse(field, values.show(field, area), AREA) == area


@pytest.mark.parametrize(
    ("raw", "answer"),
    [("是", True), ("√", True), (1.0, True), ("否", False), ("无", False), ("—", None), ("", None)],
)
def test_yes_and_no(raw: Any, answer: bool | None) -> None:
    assert values.parse(Field("b", "是否", "boolean"), raw) is answer


def test_choices_by_key_or_label() -> None:
    field = Field("c", "层位", "choice", choices=(("p", "潜水"), ("c", "承压水")))
    assert [values.parse(field, raw) for raw in ("潜水", "p", " 承压水 ", "")] == ["p", "p", "c", ""]
    with pytest.raises(ValueError, match="潜水、承压水"):
        values.parse(field, "地表水")


@pytest.mark.parametrize("kind", ["text", "date", "area", "uscc", "integer", "choice"])
@pytest.mark.parametrize("raw", [None, "", "  "])
def test_required_means_something_is_there(kind: Any, raw: Any) -> None:
    with pytest.raises(ValueError, match="必填"):
        values.parse(Field("x", "栏", kind, required=True), raw)


@pytest.mark.parametrize("raw", ["无", "-", "/", "—"])
def test_words_for_nothing_are_text_only_in_text(raw: str) -> None:
    assert values.parse(Field("x", "栏", "date"), raw) is None
    assert values.parse(Field("x", "栏", "uscc"), raw) == ""
    assert values.parse(Field("x", "栏"), raw) == raw
    with pytest.raises(ValueError, match="必填"):
        values.parse(Field("x", "栏", "date", required=True), raw)


@pytest.mark.parametrize("raw", ["a\x00b", "a\x1bb", "a\ufffeb"])
def test_text_that_cannot_be_kept(raw: str) -> None:
    with pytest.raises(ValueError, match="控制字符"):
        values.parse(Field("x", "栏"), raw)


@pytest.mark.parametrize(
    ("raw", "kept"), [(12.0, "12"), (7, "7"), (date(2024, 6, 5), "2024-06-05"), ("a\r\nb", "a\nb")]
)
def test_text_from_cells_of_other_types(raw: Any, kept: str) -> None:
    assert values.parse(Field("x", "栏"), raw) == kept
