"""One task in full: words and spans, units with their progress lines, figures, deliverables, timeline."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from jingtu.errors import NotFoundError
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people.policies import Reach
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Move
from jingtu.platform.registers.models import Entry, Transition, Version
from jingtu.platform.registers.versions import at
from jingtu.programme.plans.lifecycle import DELIVERABLES, TASK_LIFECYCLE, TASKS
from jingtu.programme.plans.models import Plan, Progress, TaskDeadline, TaskQuantity, TaskUnit
from jingtu.programme.plans.queries.scope import STATE_LABELS, STATE_TONES, overdue_days


@dataclass(frozen=True, slots=True)
class ProgressLine:
    """One unit's line in a task: its part, and its reports, the newest first."""

    unit: TaskUnit
    members: list[ProgressLine]
    reports: list[Progress]

    @property
    def name(self) -> str:
        organisation = self.unit.organisation
        return organisation.name if organisation is not None else self.unit.expanded

    @property
    def last(self) -> Progress | None:
        return self.reports[0] if self.reports else None


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """Everything on a task's page as of two times."""

    version: Version
    plan: Plan
    on: date
    known_at: datetime | None
    lines: list[ProgressLine]
    deadlines: list[TaskDeadline]
    quantities: list[TaskQuantity]
    deliverables: list[Version]
    timeline: list[Transition]
    attachments: dict[str, list[Attachment]]  # by uid of the progress report, or of the task itself
    duties: list[Duty]
    moves: list[Move]

    @property
    def entry(self) -> Entry:
        return self.version.entry

    @property
    def facts(self) -> Any:
        return self.version.taskfacts

    @property
    def state_label(self) -> str:
        return STATE_LABELS[self.version.state]

    @property
    def tone(self) -> str:
        return STATE_TONES[self.version.state]

    @property
    def overdue_days(self) -> int:
        return overdue_days(self.facts.due, self.version.state, self.on)

    @property
    def warnings(self) -> list[str]:
        """What somebody should know before the task is submitted as finished."""
        missing = [line.name for line in _flat(self.lines) if line.last is None or line.last.state != "done"]
        return [f"{name}尚未报送完成" for name in missing]


def task_version(uid: Any, on: date, known_at: datetime | None, reach: Reach) -> Version:
    """The version of a task on a day.

    A task that had not begun on ``on`` is shown as it first was: its page must open from a search.

    Raises
    ------
    NotFoundError
        No such task, or none that the caller may know of.
    """
    entry = Entry.objects.filter(uid=uid, register=TASKS).first()
    if entry is None:
        raise NotFoundError("没有找到这项任务", uid=str(uid))
    version = versions.version_on(entry, on, known_at)
    if version is None:
        believed = (
            Q(recorded_to=OPEN_TIME)
            if known_at is None
            else Q(recorded_from__lte=known_at, recorded_to__gt=known_at)
        )
        version = (
            entry.versions.filter(believed)
            .select_related("entry", "region", "holder", "taskfacts")
            .order_by("effective_from")
            .first()
        )
    if version is None or not reach.allows(version.region.path, assigned(entry, on, known_at)):
        raise NotFoundError("没有找到这项任务", uid=str(uid))
    return version


def assigned(entry: Entry, on: date, known_at: datetime | None = None) -> list[int]:
    """Keys of the organisations that have a part in a task."""
    rows = TaskUnit.objects.filter(at(on, known_at), entry=entry, organisation__isnull=False)
    return list(rows.values_list("organisation_id", flat=True).distinct())


def task_detail(uid: Any, on: date, known_at: datetime | None, reach: Reach) -> TaskDetail:
    """One task with all that hangs on it, in a fixed number of queries."""
    version = task_version(uid, on, known_at, reach)
    entry = version.entry
    reports = _reports(entry, on, known_at)
    units = list(
        TaskUnit.objects.filter(at(on, known_at), entry=entry)
        .select_related("organisation")
        .order_by("position", "id")
    )
    subjects = [entry.uid, *(report.uid for rows in reports.values() for report in rows)]
    attachments: dict[str, list[Attachment]] = defaultdict(list)
    files = Attachment.objects.filter(subject_uid__in=subjects).select_related("file", "withdrawn_by")
    for item in files:
        attachments[str(item.subject_uid)].append(item)
    transitions = Transition.objects.filter(entry=entry, on__lte=on)
    if known_at is not None:
        transitions = transitions.filter(at__lte=known_at)
    return TaskDetail(
        version=version,
        plan=version.taskfacts.plan,
        on=on,
        known_at=known_at,
        lines=_lines(units, reports),
        deadlines=list(TaskDeadline.objects.filter(at(on, known_at), entry=entry).order_by("due", "id")),
        quantities=list(
            TaskQuantity.objects.filter(at(on, known_at), entry=entry).select_related("target").order_by("id")
        ),
        deliverables=list(
            Version.objects.filter(at(on, known_at), register=DELIVERABLES, deliverablefacts__task=entry)
            .select_related("entry", "deliverablefacts")
            .order_by("id")
        ),
        timeline=list(transitions.select_related("actor").order_by("at", "id")),
        attachments=dict(attachments),
        duties=list(
            Duty.objects.filter(entry=entry, raised_on__lte=on).select_related("holder").order_by("due")
        ),
        moves=TASK_LIFECYCLE.moves_from(version.state),
    )


def progress_history(entry: Entry, organisation: int, period: str) -> list[Progress]:
    """All that was ever reported for a period, corrections included, oldest first."""
    return list(
        Progress.objects.filter(entry=entry, organisation=organisation, period=period)
        .select_related("reported_by")
        .order_by("recorded_from")
    )


def _reports(entry: Entry, on: date, known_at: datetime | None) -> dict[int, list[Progress]]:
    believed = (
        Q(recorded_to=OPEN_TIME)
        if known_at is None
        else Q(recorded_from__lte=known_at, recorded_to__gt=known_at)
    )
    found: dict[int, list[Progress]] = defaultdict(list)
    rows = Progress.objects.filter(believed, entry=entry, on__lte=on).select_related("reported_by")
    for row in rows.order_by("-period", "-on", "-id"):
        found[row.organisation_id].append(row)
    return found


def _lines(units: list[TaskUnit], reports: dict[int, list[Progress]]) -> list[ProgressLine]:
    members: dict[int, list[TaskUnit]] = defaultdict(list)
    for unit in units:
        if unit.class_unit_id is not None:
            members[unit.class_unit_id].append(unit)

    def line(unit: TaskUnit) -> ProgressLine:
        own = reports.get(unit.organisation_id, []) if unit.organisation_id else []
        return ProgressLine(unit, [line(member) for member in members.get(unit.pk, [])], own)

    order = {role: place for place, role in enumerate(TaskUnit.Role.values)}
    return sorted(
        (line(unit) for unit in units if unit.class_unit_id is None),
        key=lambda item: (order[item.unit.role], item.unit.position, item.unit.pk),
    )


def _flat(lines: list[ProgressLine]) -> list[ProgressLine]:
    """Lines that report for themselves: members instead of their class."""
    found = []
    for item in lines:
        found += _flat(item.members) if item.members else [item]
    return [item for item in found if item.unit.organisation_id is not None]
