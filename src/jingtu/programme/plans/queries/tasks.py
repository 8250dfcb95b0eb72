"""The list of tasks: filters, sort, counts, keyset paging."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from jingtu.errors import InputError
from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.pages import keyset
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.versions import at, believed
from jingtu.programme.plans.lifecycle import OPEN_STATES
from jingtu.programme.plans.models import Progress, TaskUnit
from jingtu.programme.plans.queries.scope import (
    STATE_LABELS,
    STATE_TONES,
    Frame,
    UnitRef,
    live_tasks,
    overdue,
    overdue_days,
    units_of,
    week_of,
)
from jingtu.programme.plans.queries.standing import standing, tasks_of_unit

PAGE = 50
SORTS = {
    "position": "taskfacts__position",
    "due": "due_key",
    "-due": "-due_key",
    "state": "state",
    "section": "taskfacts__section",
    "name": "name",
}


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a list of tasks is narrowed to; empty fields do not narrow.

    ``states`` may hold ``overdue`` and ``unfinished`` beside the states of the lifecycle.
    """

    states: tuple[str, ...] = ()
    unit: str = ""  # uid of an organisation
    role: str = ""
    section: str = ""
    words: str = ""
    due: str = ""  # week | month | overdue
    month_reported: str = ""  # yes | no: whether anybody reported in the month of the business date


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One line of the list of tasks."""

    uid: str
    entry: int
    number: str
    section: str
    title: str
    state: str
    due: date | None
    overdue_days: int
    position: int
    units: list[UnitRef] = field(default_factory=list)
    percent: int | None = None
    progress_text: str = ""
    progress_on: date | None = None
    reported: int = 0
    reporting: int = 0

    @property
    def state_label(self) -> str:
        return STATE_LABELS[self.state]

    @property
    def tone(self) -> str:
        return STATE_TONES[self.state]

    @property
    def leads(self) -> list[UnitRef]:
        return [unit for unit in self.units if unit.role == TaskUnit.Role.LEAD]

    @property
    def lead_names(self) -> str:
        """Names of the lead units, or of the responsible ones where nobody leads."""
        leads = self.leads or [unit for unit in self.units if unit.class_unit is None][:3]
        return "、".join(dict.fromkeys(unit.name for unit in leads))


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of the list, its totals, and the cursors of its neighbours (empty: there is none)."""

    rows: list[TaskRow]
    total: int
    counts: dict[str, int]
    following: str = ""
    preceding: str = ""


def _totals(frame: Frame, wanted: TaskFilter, narrowed: QuerySet[Version]) -> dict[str, int]:
    """Totals of a list: of all tasks, late ones, or one unit's, from what is known already; else by a query."""
    if wanted == TaskFilter():
        return standing(frame).counts
    if wanted == TaskFilter(due="overdue"):
        return standing(frame).counts_of(standing(frame).late)
    if wanted == TaskFilter(unit=wanted.unit):
        return standing(frame).counts_of(tasks_of_unit(frame, wanted.unit))
    return _counts(frame, narrowed)


def _counts(frame: Frame, found: QuerySet[Version]) -> dict[str, int]:
    counts = dict.fromkeys(STATE_LABELS, 0)
    late = 0
    rows = (
        found.order_by()
        .values_list("state")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(taskfacts__due__lt=frame.on)))
    )
    for state, count, past in rows:
        counts[state] = count
        if state in OPEN_STATES:
            late += past
    counts["total"] = sum(counts.values())
    counts["overdue"] = late
    return counts


def narrow(frame: Frame, wanted: TaskFilter) -> QuerySet[Version]:
    """The live tasks that a filter leaves."""
    found = live_tasks(frame, few=bool(wanted.unit))
    if wanted.states:
        states = [state for state in wanted.states if state in STATE_LABELS]
        chosen = Q(state__in=states)
        if "overdue" in wanted.states:
            chosen |= overdue(frame.on)
        if "unfinished" in wanted.states:
            chosen |= Q(state__in=OPEN_STATES)
        found = found.filter(chosen)
    if wanted.unit or wanted.role:
        units = TaskUnit.objects.filter(at(frame.on, frame.known_at))
        if wanted.unit:
            units = units.filter(organisation__uid=wanted.unit)
        if wanted.role:
            units = units.filter(role=wanted.role)
        found = found.filter(entry_id__in=units.values("entry_id"))
    if wanted.section:
        found = found.filter(taskfacts__section=wanted.section)
    for word in wanted.words.split():
        found = found.filter(Q(name__icontains=word) | Q(taskfacts__text__icontains=word))
    if wanted.due == "overdue":
        found = found.filter(overdue(frame.on))
    elif wanted.due == "week":
        found = found.filter(taskfacts__due__range=week_of(frame.on), state__in=OPEN_STATES)
    elif wanted.due == "month":
        found = found.filter(
            taskfacts__due__year=frame.on.year, taskfacts__due__month=frame.on.month, state__in=OPEN_STATES
        )
    if wanted.month_reported:
        reports = Progress.objects.filter(period=frame.month, recorded_to=OPEN_TIME)
        reported = Q(entry_id__in=reports.values("entry_id"))
        found = found.filter(reported if wanted.month_reported == "yes" else ~reported)
    return found


def tasks(
    frame: Frame,
    wanted: TaskFilter | None = None,
    sort: str = "position",
    cursor: str = "",
    limit: int = PAGE,
) -> TaskPage:
    """One page of tasks with their units and last progress.

    Parameters
    ----------
    sort : str
        One of ``SORTS``; ties are broken by the key of the version, so that paging never skips a row.
    cursor : str
        ``following`` or ``preceding`` of another page; empty for the first.

    Raises
    ------
    InputError
        An unknown sort.
    """
    wanted = wanted or TaskFilter()
    if sort not in SORTS:
        raise InputError("不支持这种排序", value=sort)
    narrowed = narrow(frame, wanted)
    counts = _totals(frame, wanted, narrowed)
    ordered = narrowed.annotate(due_key=Coalesce("taskfacts__due", OPEN_DATE)).select_related(
        "entry", "taskfacts"
    )
    ordered = ordered.defer("taskfacts__text", "taskfacts__unit_text", "taskfacts__spans")
    found = keyset.page(ordered, (SORTS[sort], "id"), cursor, limit)
    rows = [row_of(version, frame) for version in found.rows]
    return TaskPage(with_progress(rows, frame), counts["total"], counts, found.next, found.previous)


def row_of(version: Version, frame: Frame) -> TaskRow:
    """The line of one task, its units and progress still to be added."""
    facts = version.taskfacts
    return TaskRow(
        uid=str(version.entry.uid),
        entry=version.entry_id,
        number=facts.number,
        section=facts.section,
        title=version.name,
        state=version.state,
        due=facts.due,
        overdue_days=overdue_days(facts.due, version.state, frame.on),
        position=facts.position,
    )


def with_progress(rows: Iterable[TaskRow], frame: Frame) -> list[TaskRow]:
    """Add units and the last progress to rows: two queries for any number of rows."""
    listed = list(rows)
    keys = [row.entry for row in listed]
    units = units_of(keys, frame)
    latest = latest_progress(keys, frame)
    filled = []
    for row in listed:
        own = units.get(row.entry, [])
        reports = latest.get(row.entry, {})
        lines = {unit.organisation for unit in own if unit.organisation is not None}
        newest = max(reports.values(), key=lambda item: (item.on, item.id), default=None)
        percents = [item.percent for item in reports.values() if item.percent is not None]
        filled.append(
            replace(
                row,
                units=own,
                percent=round(sum(percents) / len(percents)) if percents else None,
                progress_text=newest.text if newest else "",
                progress_on=newest.on if newest else None,
                reported=sum(1 for item in reports.values() if item.period == frame.month),
                reporting=len(lines),
            )
        )
    return filled


class Latest(NamedTuple):
    """What a list shows of one unit's last report on a task."""

    id: int
    period: str
    on: date
    text: str
    percent: int | None


def latest_progress(entries: Iterable[int], frame: Frame) -> dict[int, dict[int, Latest]]:
    """The last report of each unit on each task by the business date, as known at the frame's moment."""
    rows = (
        Progress.objects.filter(believed(frame.known_at), entry__in=list(entries), on__lte=frame.on)
        .order_by("entry_id", "period", "on", "id")
        .values_list("entry_id", "organisation_id", *Latest._fields)
    )
    found: dict[int, dict[int, Latest]] = {}
    for entry, organisation, *report in rows:
        found.setdefault(entry, {})[organisation] = Latest(*report)
    return found


def sections(frame: Frame) -> list[tuple[str, int]]:
    """Sections of the plan in order, each with its number of tasks."""
    return list(standing(frame).sections)
