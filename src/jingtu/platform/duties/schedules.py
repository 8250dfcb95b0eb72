"""When something is owed: schedules by which duty rules raise what entries owe, period by period.

A schedule says for one entry and a span of days which periods are to be open, by which day each is due and from
which day people see it. It reads no clock and no database; what it counts from (``of``, ``since``) is a column of the
register's facts, or a function that answers for many entries at once. No number stands here: a ``Number`` is looked
up in the rule table of the app for the day (``looked_up``), and where no text gives one the duty has no last day
(期限未配置) and nobody is ever late.

Examples
--------
A yearly report whose month and day stand in the app's ``data/rules.csv`` (subject ``toxic_report``):

>>> table = {"month_day": "12-31", "days_ahead": "60"}
>>> value_on = lambda subject, parameter, on: table.get(parameter)
>>> yearly = Yearly(
...     rule=looked_up(value_on, "toxic_report", "month_day"), ahead=looked_up(value_on, "toxic_report", "days_ahead"))
>>> rule = OwedOnSchedule("some_register", ("listed",), "报送有毒有害物质排放情况", yearly)
>>> [(item.period, item.due.isoformat(), item.opens.isoformat())
...  for item in rule.schedule.dues(Case(1, "/1/"), date(2024, 11, 5), date(2024, 11, 5))]
[('2024', '2024-12-31', '2024-11-01')]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.law import workdays
from jingtu.platform.duties.calendars import (
    NO_START,
    NOT_CONFIGURED,
    NOT_PUBLISHED,
    BeforeFloodSeason,
    ByPeriod,
    Case,
    Dates,
    Due,
    Existing,
    Number,
    QuarterEnd,
    Times,
    Yearly,
    looked_up,
    months_after,
    number,
)

if TYPE_CHECKING:
    from jingtu.platform.duties.declarations import Owed

__all__ = [
    "AnySchedule",
    "AtOnce",
    "BeforeEvent",
    "BeforeFloodSeason",
    "Case",
    "Dates",
    "Due",
    "EveryYears",
    "Number",
    "OwedOnSchedule",
    "QuarterEnd",
    "Times",
    "WithinMonths",
    "Yearly",
    "looked_up",
]


class _FromBase(ByPeriod):
    """Counted from days of each entry."""

    of: str | Dates | None

    def dues(self, case: Case, first: date, last: date) -> list[Due]:
        return [item for item in self._all(case, last) if item.opens <= last and item.until >= first]

    def _all(self, case: Case, on: date) -> Iterable[Due]:
        raise NotImplementedError


def _several(base: date | Mapping[str, date] | None) -> Iterable[tuple[str | None, date]]:
    if isinstance(base, Mapping):
        return base.items()
    return [] if base is None else [(None, base)]


@dataclass(frozen=True)
class WithinMonths(_FromBase):
    """Once, within so many months of a day: 一年内 is the same date next year.

    Parameters
    ----------
    months : Number
        How many.
    of : str or Dates
        A date column of the facts, or a function; an entry without the day owes it without a last day.

    Examples
    --------
    >>> within = WithinMonths(12, of="listed_on")
    >>> [item.due.isoformat() for item in within.dues(Case(1, "/", date(2023, 5, 20)), date(2024, 1, 1), date(2024, 1, 1))]
    ['2024-05-20']
    """

    months: Number
    of: str | Dates | None

    def _all(self, case: Case, on: date) -> Iterable[Due]:
        if case.base is None:
            yield Due("once", None, date.min, note=NO_START)
        months = number(self.months, on, case.region_path)
        for key, day in _several(case.base):
            due = months_after(day, months) if months is not None else None
            yield Due(key or "once", due, date.min, begins=day, note="" if due else NOT_CONFIGURED)


class _OfEvents(_FromBase):
    """For each event of an entry. A single date column that moves while the event lies ahead is the same event."""

    rolling: ClassVar[bool] = True

    def continues(self, due: Due, duty: Existing, on: date) -> bool:
        if due.period == duty.period:
            return True
        if not _is_day(due.period) or duty.closed_on is None:
            return _is_day(due.period)
        # Done before the event took place: its day was only put off, or put right afterwards.
        return duty.period >= on.isoformat() or due.period < on.isoformat()


def _is_day(period: str) -> bool:
    return len(period) == 10 and period[4] == "-"


@dataclass(frozen=True)
class BeforeEvent(_OfEvents):
    """Before an event whose day is known, so many working days or days before it.

    Beyond the last published holiday notice the last day is not known (尚未公布), and moves in when it is.

    Parameters
    ----------
    of : str or Dates
        The day of the event; an entry without one owes nothing.
    working_days : Number
        So many working days before, the day itself not counted.
    days : Number
        So many calendar days before, where the rule counts those.

    Examples
    --------
    >>> before = BeforeEvent("demolition_on", working_days=15)
    >>> [item.due.isoformat() for item in before.dues(Case(1, "/", date(2026, 10, 12)), date(2026, 8, 1), date(2026, 8, 1))]
    ['2026-09-15']
    >>> [(item.due, item.note) for item in before.dues(Case(1, "/", date(2099, 6, 1)), date(2026, 8, 1), date(2026, 8, 1))]
    [(None, '节假日安排尚未公布')]
    """

    of: str | Dates | None
    working_days: Number = None
    days: Number = None

    def _all(self, case: Case, on: date) -> Iterable[Due]:
        for key, day in _several(case.base):
            due, note = self._day(day, on, case.region_path)
            yield Due(key or day.isoformat(), due, date.min, note=note)

    def _day(self, event: date, on: date, path: str) -> tuple[date | None, str]:
        working, calendar = number(self.working_days, on, path), number(self.days, on, path)
        if calendar is not None:
            return event - timedelta(days=calendar), ""
        if working is None:
            return None, NOT_CONFIGURED
        try:
            return workdays.add_workdays(event, -working), ""
        except NotConfiguredError:
            return None, NOT_PUBLISHED


@dataclass(frozen=True)
class AtOnce(_OfEvents):
    """At once when something is found: due on that very day.

    Examples
    --------
    >>> [item.due.isoformat() for item in AtOnce("abnormal_on").dues(Case(1, "/", date(2024, 5, 2)), date(2024, 5, 3), date(2024, 5, 3))]
    ['2024-05-02']
    """

    of: str | Dates | None

    def _all(self, case: Case, on: date) -> Iterable[Due]:  # noqa: ARG002 - the shape of all schedules
        for key, day in _several(case.base):
            yield Due(key or day.isoformat(), day, day, begins=day)


@dataclass(frozen=True)
class EveryYears(_FromBase):
    """Again and again, counted from the last time: 提醒期 from ``warn_months``, late after ``overdue_months``.

    The last time is the later of ``since`` and the day on which the duty was last met.

    Parameters
    ----------
    of : str or Dates, optional
        The day it was last done as the register knows it; not given: as its duties know.
    warn_months, overdue_months : Number
        Months after the last time.
    first : WithinMonths, optional
        How the first time is owed, counted from a day of its own; not given: without a last day.

    Examples
    --------
    >>> every = EveryYears(of="inspected_on", warn_months=24, overdue_months=36)
    >>> [(item.opens.isoformat(), item.due.isoformat())
    ...  for item in every.dues(Case(1, "/", date(2021, 11, 5)), date(2024, 1, 1), date(2024, 1, 1))]
    [('2023-11-05', '2024-11-05')]
    >>> list(every.dues(Case(1, "/", date(2021, 11, 5)), date(2023, 11, 4), date(2023, 11, 4)))
    []
    """

    rolling: ClassVar[bool] = True

    of: str | Dates | None
    warn_months: Number
    overdue_months: Number
    first: WithinMonths | None = None

    def _all(self, case: Case, on: date) -> Iterable[Due]:
        base = max((day for day in (case.base, case.met) if isinstance(day, date)), default=None)
        if base is None:
            found = (
                self.first.dues(Case(case.entry, case.region_path, case.start), on, on) if self.first else []
            )
            yield replace(found[0], period="first") if found else Due("first", None, date.min, note=NO_START)
            return
        path = case.region_path
        warn, overdue = number(self.warn_months, on, path), number(self.overdue_months, on, path)
        opens = months_after(base, warn) if warn is not None else base
        due = months_after(base, overdue) if overdue is not None else None
        yield Due(
            f"after {base.isoformat()}", due, opens,
            begins=base + timedelta(days=1), warn=opens if warn is not None and due else None,
            note="" if due else NOT_CONFIGURED,
        )  # fmt: skip

    def continues(self, due: Due, duty: Existing, on: date) -> bool:  # noqa: ARG002 - the shape of all schedules
        # One that waits for its check is for the time before, and the next time is a duty of its own.
        return due.period == duty.period or (duty.closed_on is None and duty.met_on is None)


AnySchedule = (
    Yearly | QuarterEnd | Times | BeforeFloodSeason | WithinMonths | BeforeEvent | AtOnce | EveryYears
)


@dataclass(frozen=True, slots=True)
class OwedOnSchedule:
    """What entries in ``states`` owe, period by period; as ``DutyRule.owed``.

    Leaving the states cancels what is still open; coming back within a period brings the same duty back. A day to
    count from that is corrected moves the day of the duty, it does not make a second one.

    Parameters
    ----------
    register : str
        Id of the register.
    states : tuple of str
        States in which it is owed.
    what : str
        The duty in words; ``{period}`` stands for the period as people say it (2024年, 2024年第二季度).
    schedule : AnySchedule
        When.
    """

    register: str
    states: tuple[str, ...]
    what: str
    schedule: AnySchedule

    def words(self, period: str) -> str:
        """The duty of a period in words."""
        said = self.schedule.words(period)
        return (self.what.replace("{period}", said) if "{period}" in self.what else self.what)[:200]

    def __call__(self, on: date, entry: int | None) -> Iterable[Owed]:
        """What is owed on a day, of one entry or all: ``tick`` reads whole spans of days at once instead."""
        from jingtu.platform.duties import owing

        return owing.owed_on(self, on, entry)
