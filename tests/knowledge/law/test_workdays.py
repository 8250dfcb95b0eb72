"""Working days, held against holiday notices."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.errors import NotConfiguredError, NotFoundError
from jingtu.knowledge.law.workdays import add_workdays, is_workday, published_years, workdays_between

days = st.dates(date(2005, 1, 1), date(2024, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-02-10", False),  # first day of the year of the dragon
        ("2024-02-18", True),  # a Sunday made up for
        ("2024-04-07", True),
        ("2024-05-01", False),
        ("2024-09-29", True),
        ("2024-10-07", False),
        ("2024-10-12", True),
        ("2024-06-15", False),  # a plain Saturday
    ],
)
def test_days_of_the_notice_for_2024(day: str, works: bool) -> None:
    assert is_workday(date.fromisoformat(day)) is works


def test_an_unpublished_year_is_not_guessed() -> None:
    beyond = date(published_years()[1] + 1, 1, 4)
    with pytest.raises(NotConfiguredError, match="节假日安排"):
        is_workday(beyond)
    with pytest.raises(NotConfiguredError):
        add_workdays(beyond - timedelta(days=10), 30)


@given(days, st.integers(1, 60))
def test_counting_there_and_back(day: date, count: int) -> None:
    later = add_workdays(day, count)
    assert is_workday(later)
    assert workdays_between(day, later) == count
    assert workdays_between(later, day) == -count


SUMS = list(csv.DictReader(Path(__file__).with_name("sums.csv").open(encoding="utf-8")))


@pytest.mark.parametrize("row", SUMS, ids=[row["id"] for row in SUMS])
def test_a_sum_counted_by_hand(row: dict[str, str]) -> None:
    start, count = date.fromisoformat(row["start"]), int(row["working_days"])
    if not row["due"]:
        with pytest.raises(NotConfiguredError, match="尚未公布"):
            add_workdays(start, count, row["region"])
        return
    due = date.fromisoformat(row["due"])
    assert add_workdays(start, count, row["region"]) == due
    assert workdays_between(start, due, row["region"]) == count


def test_a_year_of_a_region_that_is_not_known_is_not_guessed() -> None:
    assert is_workday(date(2022, 4, 1))
    with pytest.raises(NotConfiguredError, match="没有收录"):
        is_workday(date(2022, 4, 1), "guangxi")
    with pytest.raises(NotFoundError, match="guangxi"):
        is_workday(date(2024, 4, 1), "nowhere")


@given(st.dates(date(2024, 1, 1), date(2026, 10, 31)))
def test_a_region_takes_days_away_and_never_gives_any(day: date) -> None:
    assert is_workday(day) or not is_workday(day, "guangxi")
