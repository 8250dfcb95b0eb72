"""Schedules of the calendar: yearly, quarter end, so many times a year, before the flood season.

What all schedules share is here as well; those that count from a day of each entry are in ``schedules.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar, Protocol

from dateutil.relativedelta import relativedelta

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.rules import RuleTable, ask_by_place

Number = int | None | Callable[[date], int | str | None]
MonthDay = str | None | Callable[[date], str | None]
# For the entries asked for (``None``: all): the day to count from, or several by a key that stays with each.
Dates = Callable[[date, "Collection[int] | None"], Mapping[int, "date | Mapping[str, date]"]]
ValueOn = Callable[[str, str, date], str | None]

NOT_CONFIGURED = "期限未配置"
NOT_PUBLISHED = "节假日安排尚未公布"
NO_START = "起算日期未填写"
_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Case:
    """What a schedule may know of one entry.

    Parameters
    ----------
    entry : int
        Its key.
    region_path : str
        Where it lies.
    base : date or mapping, optional
        The day it counts from, or several by key.
    start : date, optional
        The day the first time is counted from, where that is another one.
    met : date, optional
        When the duty was last met.
    """

    entry: int
    region_path: str
    base: date | Mapping[str, date] | None = None
    start: date | None = None
    met: date | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """One period of a schedule.

    Parameters
    ----------
    period : str
        Its key, which tells it from the next of the same rule.
    due : date or None
        Last day; ``None`` where nobody says one, ``note`` then says why.
    opens : date
        From this day on it is raised.
    until : date
        Up to this day it is raised anew for an entry that did not owe it before.
    begins : date or None
        From this day on something done counts for it; ``None``: from the day it was raised.
    warn : date or None
        From this day to the last one it carries the mark 提醒期.
    note : str
        Why there is no last day.
    """

    period: str
    due: date | None
    opens: date
    until: date = OPEN_DATE
    begins: date | None = None
    warn: date | None = None
    note: str = ""


class Existing(Protocol):
    """What a schedule looks at of a duty that is there already."""

    period: str
    closed_on: date | None
    met_on: date | None


class Schedule(Protocol):
    """What all schedules answer."""

    of: str | Dates | None
    rolling: ClassVar[bool]

    def dues(self, case: Case, first: date, last: date) -> Iterable[Due]:
        """What is to be open on some day of ``[first, last]``."""
        ...

    def continues(self, due: Due, duty: Existing, on: date) -> bool:
        """Whether an existing duty is this one, perhaps with another day."""
        ...

    def words(self, period: str) -> str:
        """A period as people say it; empty where it says nothing."""
        ...


def looked_up(value_on: ValueOn, subject: str, parameter: str) -> Callable[[date], str | None]:
    """A number or day from an app's rule table, as in force on the day asked.

    Examples
    --------
    >>> months = looked_up(lambda subject, parameter, on: "12" if on.year > 2020 else None, "listing", "months")
    >>> number(months, date(2024, 1, 1)), number(months, date(2020, 1, 1)), number(3, date(2024, 1, 1))
    (12, None, 3)
    """
    ask_by_place(subject, parameter)
    return LookedUp(value_on, subject, parameter)


@dataclass(frozen=True)
class LookedUp:
    """A value of a rule table by day, and by place where the table knows what places have entered."""

    value_on: ValueOn
    subject: str
    parameter: str

    def __call__(self, on: date, path: str = "") -> str | None:
        table = getattr(self.value_on, "__self__", None)
        if path and isinstance(table, RuleTable):
            return table.value_on(self.subject, self.parameter, on, path)
        return self.value_on(self.subject, self.parameter, on)


def number(given: Number, on: date, path: str = "") -> int | None:
    """A number as in force on a day at a place; ``None`` where no text gives one."""
    found = _said(given, on, path) if callable(given) else given
    return None if found is None or found == "" else int(found)


def _said(given: Callable[[date], Any], on: date, path: str) -> Any:
    return given(on, path) if isinstance(given, LookedUp) else given(on)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where it is shorter.

    Examples
    --------
    >>> months_after(date(2024, 2, 29), 12).isoformat(), months_after(date(2023, 5, 20), 12).isoformat()
    ('2025-02-28', '2024-05-20')
    """
    return day + relativedelta(months=months)


class ByPeriod:
    """Periods are told apart by their key alone."""

    rolling: ClassVar[bool] = False

    def continues(self, due: Due, duty: Existing, on: date) -> bool:  # noqa: ARG002 - the shape of all schedules
        return due.period == duty.period

    def words(self, period: str) -> str:  # noqa: ARG002 - the shape of all schedules
        return ""


class _Calendar(ByPeriod):
    """Periods of the calendar, alike for all entries; raised anew until the last day is over."""

    of: str | Dates | None = None

    def _of_year(self, year: int, on: date, case: Case) -> Iterable[Due]:
        raise NotImplementedError

    def dues(self, case: Case, first: date, last: date) -> list[Due]:
        years = range(first.year, last.year + 2)  # what is due in January may be seen before the new year
        found = (item for year in years for item in self._of_year(year, last, case))
        return [item for item in found if item.opens <= last and item.until >= first]


def _opened(begin: date, due: date | None, ahead: Number, on: date, path: str) -> date:
    days = number(ahead, on, path)
    return begin if days is None or due is None else due - timedelta(days=days)


def _month_day(year: int, text: str) -> date:
    month, day = (int(part) for part in text.split("-"))
    return date(year, month, 1) + relativedelta(day=day)


@dataclass(frozen=True)
class Yearly(_Calendar):
    """Once a calendar year, by a day of it.

    Parameters
    ----------
    month, day : int, optional
        The day, where the calendar itself says it (年底前: ``Yearly(12, 31)``).
    rule : str or callable, optional
        The day as ``"03-31"``, usually ``looked_up(...)``; no value: 期限未配置.
    ahead : Number
        So many days before its last day people see it; not given: from the first day of the year.

    Examples
    --------
    >>> [(item.period, item.due.isoformat()) for item in Yearly(3, 31).dues(Case(1, "/"), date(2024, 2, 1), date(2024, 2, 1))]
    [('2024', '2024-03-31')]
    >>> [(item.due, item.note) for item in Yearly(rule=lambda on: None).dues(Case(1, "/"), date(2024, 2, 1), date(2024, 2, 1))]
    [(None, '期限未配置')]
    """

    month: int | None = None
    day: int | None = None
    rule: MonthDay = None
    ahead: Number = None

    def _of_year(self, year: int, on: date, case: Case) -> Iterable[Due]:
        text = _said(self.rule, on, case.region_path) if callable(self.rule) else self.rule
        if self.month and self.day:
            text = f"{self.month}-{self.day}"
        due = _month_day(year, text) if text else None
        begin, end = date(year, 1, 1), date(year, 12, 31)
        opens = _opened(begin, due, self.ahead, on, case.region_path)
        yield Due(str(year), due, opens, due or end, begin, note="" if due else NOT_CONFIGURED)

    def words(self, period: str) -> str:
        return f"{period}年"


@dataclass(frozen=True)
class QuarterEnd(_Calendar):
    """At the end of each quarter, or of the months named.

    Parameters
    ----------
    months : tuple of int
        The months at whose end something is due.
    days_after : Number
        So many days after the month's end; not given or not configured: on its last day.
    ahead : Number
        As of ``Yearly``; not given: from the first day of the quarter.

    Examples
    --------
    >>> [(item.period, item.due.isoformat()) for item in QuarterEnd().dues(Case(1, "/"), date(2024, 3, 30), date(2024, 4, 2))]
    [('2024-1', '2024-03-31'), ('2024-2', '2024-06-30')]
    """

    months: tuple[int, ...] = (3, 6, 9, 12)
    days_after: Number = None
    ahead: Number = None

    def _of_year(self, year: int, on: date, case: Case) -> Iterable[Due]:
        for place, (begin, end) in enumerate(self._spans(year), 1):
            due = end + timedelta(days=number(self.days_after, on, case.region_path) or 0)
            yield Due(
                f"{year}-{place}", due, _opened(begin, due, self.ahead, on, case.region_path), due, begin
            )

    def _spans(self, year: int) -> list[tuple[date, date]]:
        ends = [date(year, month, 1) + relativedelta(day=31) for month in sorted(self.months)]
        # What follows the last month named belongs to the next year's first span.
        last = date(year - 1, max(self.months), 1) + relativedelta(day=31)
        begins = [day + timedelta(days=1) for day in (last, *ends[:-1])]
        return list(zip(begins, ends, strict=True))

    def words(self, period: str) -> str:
        year, _, place = period.partition("-")
        if len(self.months) == _QUARTERS:
            return f"{year}年第{'一二三四'[int(place) - 1]}季度"
        return f"{year}年{sorted(self.months)[int(place) - 1]}月"


@dataclass(frozen=True)
class Times(_Calendar):
    """So many times a year.

    Parameters
    ----------
    count : Number
        Times a year; not configured: once, without a last day.
    spread : bool
        Each in its own part of the year (每半年一次); else all by the year's end (每年不少于2次).
    ahead : Number
        As of ``Yearly``; not given: from the first day of the part.

    Examples
    --------
    >>> [item.due.isoformat() for item in Times(2).dues(Case(1, "/"), date(2024, 1, 1), date(2024, 12, 31))]
    ['2024-06-30', '2024-12-31']
    >>> [item.due.isoformat() for item in Times(2, spread=False).dues(Case(1, "/"), date(2024, 5, 1), date(2024, 5, 1))]
    ['2024-12-31', '2024-12-31']
    """

    count: Number
    spread: bool = True
    ahead: Number = None

    def _of_year(self, year: int, on: date, case: Case) -> Iterable[Due]:
        count = number(self.count, on, case.region_path)
        if not count:
            end = date(year, 12, 31)
            yield Due(f"{year}-1", None, date(year, 1, 1), end, date(year, 1, 1), note=NOT_CONFIGURED)
            return
        for place in range(1, count + 1):
            begin, end = self._part(year, place, count)
            yield Due(
                f"{year}-{place}", end, _opened(begin, end, self.ahead, on, case.region_path), end, begin
            )

    def _part(self, year: int, place: int, count: int) -> tuple[date, date]:
        if not self.spread:
            return date(year, 1, 1), date(year, 12, 31)
        first = date(year, 1, 1)
        bounds = [first + relativedelta(months=round(12 * part / count)) for part in (place - 1, place)]
        return bounds[0], bounds[1] - timedelta(days=1)

    def words(self, period: str) -> str:
        year, _, place = period.partition("-")
        return f"{year}年第{place}次"


@dataclass(frozen=True)
class BeforeFloodSeason(_Calendar):
    """Once a year before the flood season of the place begins.

    Parameters
    ----------
    begins : callable
        For the path of a region and a year the first day of the season there (``bases.season_begins`` makes one
        from a dated table); ``None``: 期限未配置.
    ahead : Number
        As of ``Yearly``.

    Examples
    --------
    >>> season = BeforeFloodSeason(lambda path, year: date(year, 4, 1) if path.startswith("/1/") else None)
    >>> [[item.due for item in season.dues(Case(1, path), date(2024, 2, 1), date(2024, 2, 1))] for path in ("/1/5/", "/2/")]
    [[datetime.date(2024, 3, 31)], [None]]
    """

    begins: Callable[[str, int], date | None]
    ahead: Number = None

    def _of_year(self, year: int, on: date, case: Case) -> Iterable[Due]:
        begins = self.begins(case.region_path, year)
        due = begins - timedelta(days=1) if begins else None
        begin = date(year, 1, 1)
        opens = _opened(begin, due, self.ahead, on, case.region_path)
        yield Due(str(year), due, opens, due or date(year, 12, 31), begin, note="" if due else NOT_CONFIGURED)

    def words(self, period: str) -> str:
        return f"{period}年汛期前"
