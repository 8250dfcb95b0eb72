"""Days as offices write them; a day that cannot be told is refused, never taken for another."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from jingtu.platform.registers import days, values
from jingtu.platform.registers.declarations import Field

DAY = date(2024, 3, 5)


@pytest.mark.parametrize(
    "raw",
    [
        "2024.3.5", "2024。3。5", "24年3月5日", "二〇二四年三月五日", "二○二四年三月五号", "二零二四年3月5日",
        "20240305", 20240305, 20240305.0, 45356, 45356.0, 45356.75, "45356", "２０２４．０３．０５",
        "2024年3月5日（星期二）", "2024/3/5 0:00:00", datetime(2024, 3, 5, 8), "2024-03-05T08:00:00",
    ],
)  # fmt: skip
def test_a_day(raw: Any) -> None:
    assert days.read(raw) == DAY


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("二〇一九年十二月三十一日", date(2019, 12, 31)), ("二〇二四年十月二十日", date(2024, 10, 20)),
        ("98年7月1日", date(1998, 7, 1)), (9133, date(1925, 1, 1)),
    ],
)  # fmt: skip
def test_more_days(raw: Any, day: date) -> None:
    assert days.read(raw) == day


@pytest.mark.parametrize(
    ("raw", "first", "last"),
    [
        ("2024.2", date(2024, 2, 1), date(2024, 2, 29)), ("24年3月", date(2024, 3, 1), date(2024, 3, 31)),
        ("二〇二四年三月", date(2024, 3, 1), date(2024, 3, 31)), (202403, date(2024, 3, 1), date(2024, 3, 31)),
        ("2024年3月份", date(2024, 3, 1), date(2024, 3, 31)), (2024, date(2024, 1, 1), date(2024, 12, 31)),
        ("2024年", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)  # fmt: skip
def test_a_month_is_a_day_only_where_a_person_says_which(raw: Any, first: date, last: date) -> None:
    field = Field("d", "日期", "date")
    assert values.parse(field, raw, unit=days.FIRST) == first
    assert values.parse(field, raw, unit=days.LAST) == last
    with pytest.raises(ValueError, match="完整日期"):
        values.parse(field, raw)


@pytest.mark.parametrize(
    "raw",
    [2024.1, 2024.12, 24.3, 305, 9132, "24.3.5", "3月5日", "2024年三十三月", "2024.3-2024.6", "2023年第四季度", True, "长期"],
)  # fmt: skip
def test_what_cannot_be_told(raw: Any) -> None:
    with pytest.raises(ValueError, match=r"日期|这一天|年月"):
        values.parse(Field("d", "日期", "date"), raw, unit=days.FIRST)


@pytest.mark.parametrize("raw", [2024, 2024.0, "2024", "2024年", "２０２４年度", "24年", "二〇二四年"])
def test_a_year(raw: Any) -> None:
    assert values.parse(Field("y", "年度", "year"), raw) == 2024


@pytest.mark.parametrize("raw", ["2024-03", 45356, "2024-2025", 24, True, "去年"])
def test_what_is_no_year(raw: Any) -> None:
    with pytest.raises(ValueError, match="年份"):
        values.parse(Field("y", "年度", "year"), raw)
