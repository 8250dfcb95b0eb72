"""Units and places: one unit's own page, the counties of a city side by side, the calendar, the plan list."""

from __future__ import annotations

import calendar as months
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q

from jingtu.errors import NotFoundError
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties.models import Duty
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.versions import at
from jingtu.programme.plans.lifecycle import OPEN_STATES, TASKS
from jingtu.programme.plans.models import Plan, Progress, Target
from jingtu.programme.plans.queries.remembering import remembered
from jingtu.programme.plans.queries.scope import Frame, live_deliverables, live_tasks
from jingtu.programme.plans.queries.tasks import PAGE, TaskFilter, TaskPage, tasks
from jingtu.programme.plans.queries.year import (
    DueItem,
    UnitProgress,
    due_between,
    target_readings,
    unit_progress,
)
from jingtu.programme.plans.targets import TargetReading, question_of, read_all


@dataclass(frozen=True, slots=True)
class UnitPage:
    """A unit's own page: what it owes first, then its tasks."""

    organisation: Organisation
    progress: UnitProgress | None
    tasks: TaskPage
    duties: list[Duty]


@dataclass(frozen=True, slots=True)
class CountyColumn:
    """One county (or town) beside its neighbours."""

    region: Region
    name: str
    plan: Plan | None
    counts: dict[str, int]
    targets: dict[str, TargetReading]  # by indicator id, or by the words where there is none

    @property
    def share_done(self) -> float:
        counted = self.counts["total"] - self.counts["dropped"]
        return self.counts["done"] / counted if counted else 0.0


@dataclass(frozen=True, slots=True)
class CountyComparison:
    """The places below a region side by side; ``indicators`` are the rows: (key, name)."""

    frame: Frame
    columns: list[CountyColumn]
    indicators: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of the month: what is due, and whether it is a working day (``None``: not announced yet)."""

    day: date
    in_month: bool
    working: bool | None
    items: list[DueItem]
    duties: int = 0  # of entries of registers, due that day


def unit_page(frame: Frame, uid: Any, cursor: str = "", sort: str = "due", limit: int = PAGE) -> UnitPage:
    """A unit's page; raises ``NotFoundError`` where the caller may not know it."""
    organisation = Organisation.objects.select_related("region").filter(uid=uid).first()
    if organisation is None or not frame.reach.allows(frame.region.path, (organisation.pk,)):
        raise NotFoundError("没有找到这个单位", uid=str(uid))
    own = next((unit for unit in unit_progress(frame) if unit.organisation == organisation.pk), None)
    if own is None and not frame.reach.allows(organisation.region.path, (organisation.pk,)):
        # A unit of another county with nothing to do here.
        raise NotFoundError("没有找到这个单位", uid=str(uid))
    return UnitPage(
        organisation=organisation,
        progress=own,
        tasks=tasks(frame, TaskFilter(unit=str(organisation.uid)), sort, cursor, limit),
        duties=list(
            Duty.objects.filter(
                frame.reach.q("region_path", "holder"),  # a unit of the city has duties in many counties
                holder=organisation,
                state__in=(Duty.State.OPEN, Duty.State.SUBMITTED),
                raised_on__lte=frame.on,
            )
            .select_related("entry")
            .order_by("due", "id")
        ),
    )


@remembered()
def counties(frame: Frame) -> CountyComparison:
    """The places directly below the frame's region that have a plan, side by side."""
    below = (
        Region.objects.filter(parent=frame.region, valid_from__lte=frame.on, valid_to__gt=frame.on)
        .prefetch_related("names")
        .order_by("path")
    )
    places = [region for region in below if frame.reach.allows(region.path)]
    keys = [region.pk for region in places]
    plans = {
        plan.region_id: plan
        for plan in Plan.objects.filter(region__in=keys, year=frame.year, state=Plan.State.CONFIRMED)
    }
    counts = _counts(frame, keys)
    wanted = list(
        Target.objects.filter(at(frame.on, frame.known_at), region__in=keys, plan__year=frame.year)
        .select_related("plan", "region")
        .prefetch_related("region__names")
        .order_by("position", "id")
    )
    readings: dict[int, dict[str, TargetReading]] = defaultdict(dict)
    names: dict[str, str] = {}
    for reading in read_all(wanted, frame.on, frame.known_at):
        target = reading.target
        key = question_of(target)
        names.setdefault(key, target.indicator)
        # The county's own target stands before the share that the city gave it, the plan's before a task's.
        before = readings[target.region_id].get(key)
        if before is None or (before.target.parent_id is not None and target.parent_id is None):
            readings[target.region_id][key] = reading
    shown = [region for region in places if region.pk in plans or readings[region.pk]]
    return CountyComparison(
        frame,
        [
            CountyColumn(
                region, region.name_on(frame.on), plans.get(region.pk), counts[region.pk], readings[region.pk]
            )
            for region in shown
        ],
        list(names.items()),
    )


def _counts(frame: Frame, regions: list[int]) -> dict[int, dict[str, int]]:
    states = ("not_started", "in_progress", "at_risk", "submitted", "done", "dropped", "carried")
    found = {key: dict.fromkeys((*states, "total", "overdue"), 0) for key in regions}
    rows = (
        Version.objects.filter(
            at(frame.on, frame.known_at),
            register=TASKS,
            region__in=regions,
            taskfacts__plan__year=frame.year,
        )
        .order_by()
        .values_list("region_id", "state")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(taskfacts__due__lt=frame.on)))
    )
    for region, state, count, late in rows:
        found[region][state] += count
        found[region]["total"] += count
        if state in OPEN_STATES:
            found[region]["overdue"] += late
    return found


def calendar(frame: Frame, year: int, month: int) -> list[list[CalendarDay]]:
    """The weeks of a month, Monday first, each day with what is due on it."""
    weeks = months.Calendar().monthdatescalendar(year, month)
    items: dict[date, list[DueItem]] = defaultdict(list)
    for item in due_between(frame, weeks[0][0], weeks[-1][-1]):
        items[item.due].append(item)
    return [
        [CalendarDay(day, day.month == month, working_day(day), items.get(day, [])) for day in week]
        for week in weeks
    ]


def working_day(day: date) -> bool | None:
    """Whether a day is a working day by the yearly holiday notice; ``None`` where none is known.

    Examples
    --------
    >>> working_day(date(2024, 5, 11)), working_day(date(2024, 5, 1))  # Saturday made up; Labour Day
    (True, False)
    >>> working_day(date(2099, 5, 1)) is None
    True
    """
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def working_days_until(on: date, due: date) -> int | None:
    """Working days from the day after ``on`` to ``due``, both by the holiday notices; ``None`` where unknown.

    Examples
    --------
    >>> working_days_until(date(2024, 9, 27), date(2024, 10, 8))  # make-up Sunday, then the holiday
    3
    """
    count = 0
    day = on
    while day < due:
        day += timedelta(days=1)
        working = working_day(day)
        if working is None:
            return None
        count += working
    return count


def deliverables(frame: Frame) -> list[Version]:
    """Deliverables of the year with task and state; undated ones last."""
    found = live_deliverables(frame).select_related(
        "entry", "holder", "deliverablefacts", "deliverablefacts__task"
    )
    return sorted(found, key=lambda item: (item.deliverablefacts.due or OPEN_DATE, item.pk))


def status(frame: Frame) -> dict[str, Any]:
    """The document of ``jingtu plan status``: readings of targets, tasks with everything reported on them."""
    page = tasks(frame, limit=100_000)
    reports: dict[int, list[dict[str, Any]]] = defaultdict(list)
    believed = versions.believed(frame.known_at)
    rows = Progress.objects.filter(
        believed, on__lte=frame.on, entry__in=live_tasks(frame).values("entry_id")
    ).order_by("period", "organisation__name", "id")
    columns = ("entry_id", "organisation__name", "period", "text", "state", "percent")
    for entry, unit, period, text, state, percent in rows.values_list(*columns):
        reports[entry].append(
            {"unit": unit, "period": period, "text": text, "state": state, "percent": percent}
        )
    place = {"region": frame.region.adcode or frame.region.name, "year": frame.year}
    return {
        "targets": [reading.to_json() for reading in target_readings(frame)],
        "tasks": [
            {
                "uid": row.uid,
                **place,
                "number": row.number or None,
                "section": row.section or None,
                "title": row.title,
                "state": row.state,
                "due": row.due.isoformat() if row.due else None,
                "lead": row.lead_names,
                "progress": reports.get(row.entry, []),
                "overdue_days": row.overdue_days,
            }
            for row in page.rows
        ],
    }
