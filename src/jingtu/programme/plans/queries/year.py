"""The year on one page: targets, what is due, what is late and whose, how far each unit is."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.registers import versions
from jingtu.platform.registers.versions import at
from jingtu.programme.plans.lifecycle import DELIVERABLES
from jingtu.programme.plans.models import DeliverableFacts, Plan, Progress, TaskDeadline
from jingtu.programme.plans.queries.journal import Change
from jingtu.programme.plans.queries.remembering import remembered
from jingtu.programme.plans.queries.scope import (
    STATE_LABELS,
    Frame,
    live_tasks,
    overdue_days,
    plan_keys,
    week_of,
)
from jingtu.programme.plans.queries.standing import Part, counts_by_state, parts_by_unit, standing
from jingtu.programme.plans.recurrences import occurrences
from jingtu.programme.plans.targets import TargetReading, read_all, targets_of


@dataclass(frozen=True, slots=True)
class DueItem:
    """Something due on a day: a task's deadline, one day of a recurrence, or a deliverable."""

    kind: str  # task | recurring | deliverable
    uid: str
    title: str
    words: str
    due: date
    state: str
    lead: str
    overdue_days: int = 0
    entry: int = 0

    @property
    def state_label(self) -> str:
        return _LABELS.get(self.state, self.state)


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """One unit's year: its tasks by state, what is late, what it reported this month."""

    uid: str
    organisation: int
    name: str
    tasks: int
    leads: int
    done: int
    at_risk: int
    overdue: int
    reported: int

    @property
    def share_done(self) -> float:
        return self.done / self.tasks if self.tasks else 0.0


@dataclass(frozen=True, slots=True)
class YearOverview:
    """All that the year page shows. ``due`` are the items of the week of the business date."""

    frame: Frame
    plans: list[Plan]
    drafts: list[Plan]
    targets: list[TargetReading]
    counts: dict[str, int]
    due: list[DueItem]
    overdue: list[DueItem]
    overdue_by_unit: list[UnitProgress]
    units: list[UnitProgress]


_LABELS = {**STATE_LABELS, "drafting": "起草中", "issued": "已印发"}
_LATE_SHOWN = 20
_KINDS = ("task", "deliverable", "recurring")


def year_overview(frame: Frame) -> YearOverview:
    """Everything on the year page, in a fixed number of queries."""
    monday, sunday = week_of(frame.on)
    plans = list(
        Plan.objects.filter(region=frame.region, year=frame.year).exclude(state=Plan.State.DISCARDED)
        if frame.sees_region
        else []
    )
    units = unit_progress(frame)
    return YearOverview(
        frame=frame,
        plans=[plan for plan in plans if plan.state != Plan.State.DRAFT],
        drafts=[plan for plan in plans if plan.state == Plan.State.DRAFT],
        targets=target_readings(frame),
        counts=counts_by_state(frame),
        due=due_between(frame, monday, sunday),
        overdue=overdue_items(frame),
        overdue_by_unit=sorted(
            (unit for unit in units if unit.overdue), key=lambda unit: (-unit.overdue, unit.name)
        ),
        units=units,
    )


@remembered()
def target_readings(frame: Frame) -> list[TargetReading]:
    """Readings of the region's targets; none for those who read only their own tasks."""
    if not frame.sees_region:
        return []
    found = list(
        targets_of(frame.region, frame.year, frame.on, frame.known_at).select_related(
            "plan", "parent", "region"
        )
    )
    own = {target.series for target in found if target.parent_id is None}
    # A share from above stands under its own name only where the place has no target of its own for it.
    shown = [target for target in found if target.parent_id is None or target.series not in own]
    return read_all(shown, frame.on, frame.known_at)


def unit_progress(frame: Frame) -> list[UnitProgress]:
    """How far each unit is, by number of tasks; a unit counts a task once whatever its roles in it."""
    if not standing(frame).tasks:
        return []
    counted = _counted(frame).by_unit
    names = _names(frame)
    found = [
        UnitProgress(str(uid), key, name, *counted[key])
        for key, (uid, name) in names.items()
        if key in counted and (frame.sees_region or key in frame.reach.organisations)
    ]
    return sorted(found, key=lambda unit: (-unit.leads, -unit.tasks, unit.name))


class _Count(NamedTuple):
    tasks: int
    leads: int
    done: int
    at_risk: int
    overdue: int
    reported: int


@dataclass(frozen=True, slots=True)
class _Counted:
    """The units' counts, with the parts and reports that they were made of."""

    parts: dict[int, Part]
    reported: dict[int, set[int]]
    by_unit: dict[int, _Count]


def _counted_anew(frame: Frame, old: _Counted, changes: Sequence[Change]) -> _Counted:
    entries = {change.entry for change in changes if change.entry is not None}
    parts = parts_by_unit(frame)
    now = _reported(frame, parts, entries)
    reported = dict(old.reported)
    for unit in old.reported.keys() | now.keys():
        before, after = old.reported.get(unit, set()), now.get(unit, set())
        if after or not before.isdisjoint(entries):
            reported[unit] = (before - entries) | after
    by_unit = {}
    for unit, part in parts.items():
        touched = part is not old.parts.get(unit) or not part.held.isdisjoint(entries)
        by_unit[unit] = _count(frame, part, reported.get(unit, set())) if touched else old.by_unit[unit]
    return _Counted(parts, reported, by_unit)


@remembered(lambda change: change.of_tasks, _counted_anew)
def _counted(frame: Frame) -> _Counted:
    parts = parts_by_unit(frame)
    reported = _reported(frame, parts)
    return _Counted(
        parts,
        reported,
        {unit: _count(frame, part, reported.get(unit, set())) for unit, part in parts.items()},
    )


def _count(frame: Frame, part: Part, reported: set[int]) -> _Count:
    now = standing(frame)
    return _Count(
        tasks=len(part.held),
        leads=len(part.led),
        done=len(part.held & now.done),
        at_risk=len(part.held & now.at_risk),
        overdue=len((part.led or part.held) & now.late),
        reported=len(part.held & reported),
    )


@remembered(lambda change: change.of_parts)
def _names(frame: Frame) -> dict[int, tuple[UUID, str]]:
    rows = Organisation.objects.filter(pk__in=list(parts_by_unit(frame)))
    return {key: (uid, name) for key, uid, name in rows.values_list("pk", "uid", "name")}


def _reported(
    frame: Frame, units: Iterable[int], entries: Iterable[int] | None = None
) -> dict[int, set[int]]:
    """Tasks on which each unit has reported in the month of the business date."""
    rows = Progress.objects.filter(
        versions.believed(frame.known_at), organisation__in=list(units), period=frame.month, on__lte=frame.on
    )
    if entries is not None:
        rows = rows.filter(entry__in=list(entries))
    found: dict[int, set[int]] = defaultdict(set)
    for organisation, entry in rows.order_by().values_list("organisation_id", "entry_id"):
        found[organisation].add(entry)
    return found


def _late(frame: Frame, limit: int) -> list[int]:
    """Keys of the tasks that are longest past their due date."""
    now = standing(frame)
    dues = ((now.tasks[entry].due or frame.on, entry) for entry in now.late)
    return [entry for _, entry in heapq.nsmallest(limit, dues)]


def _late_items(frame: Frame, entries: Iterable[int]) -> dict[int, DueItem]:
    rows = live_tasks(frame).filter(entry_id__in=list(entries))
    columns = ("entry_id", "entry__uid", "name", "state", "holder__name", "taskfacts__due")
    return {
        entry: DueItem(
            "task", str(uid), name, "", due, state, lead or "", overdue_days(due, state, frame.on), entry
        )
        for entry, uid, name, state, lead, due in rows.order_by().values_list(*columns)
    }  # fmt: skip


def _overdue_anew(
    frame: Frame, old: list[DueItem], changes: Sequence[Change], limit: int = _LATE_SHOWN
) -> list[DueItem]:
    changed = {change.entry for change in changes}
    found = {item.entry: item for item in old if item.entry not in changed}
    late = _late(frame, limit)
    missing = [entry for entry in late if entry not in found]
    if missing:
        found |= _late_items(frame, missing)
    return [found[entry] for entry in late if entry in found]


@remembered(lambda change: change.of_tasks, _overdue_anew)
def overdue_items(frame: Frame, limit: int = _LATE_SHOWN) -> list[DueItem]:
    """Tasks past their due date, the longest overdue first."""
    late = _late(frame, limit)
    found = _late_items(frame, late)
    return [found[entry] for entry in late if entry in found]


def _due_anew(
    frame: Frame, old: list[DueItem], changes: Sequence[Change], first: date, last: date
) -> list[DueItem]:
    # A move or a report changes no deadline, so nothing new falls due by it.
    entries = {item.entry for item in old} & {change.entry for change in changes}
    if not entries:
        return old
    found = [item for item in old if item.entry not in entries]
    return _in_order([*found, *_due(frame, first, last, entries)])


@remembered(lambda change: change.of_tasks, _due_anew)
def due_between(frame: Frame, first: date, last: date) -> list[DueItem]:
    """What is due from ``first`` to ``last``: fixed days, days of a recurrence, deliverables; done ones too."""
    return _in_order(_due(frame, first, last))


def _in_order(items: list[DueItem]) -> list[DueItem]:
    return sorted(
        items, key=lambda item: (item.due, _KINDS.index(item.kind), item.title, item.uid, item.words)
    )


def _due(frame: Frame, first: date, last: date, entries: Iterable[int] | None = None) -> list[DueItem]:
    keys = plan_keys(frame.region, frame.year)
    if not keys:
        return []
    tasks = (
        at(frame.on, frame.known_at, "entry__versions__")
        & Q(entry__versions__taskfacts__plan__in=keys)
    )  # fmt: skip
    if not frame.sees_region:
        tasks &= Q(entry__in=live_tasks(frame).values("entry_id"))
    chosen = TaskDeadline.objects.filter(at(frame.on, frame.known_at))
    if entries is not None:
        chosen = chosen.filter(entry__in=list(entries))
    rows = (
        chosen.filter(Q(due__range=(first, last)) | Q(recurrence__in=_rules_due(frame, first, last)))
        .filter(tasks)
        .values_list(
            "entry_id", "entry__uid", "text", "due", "recurrence", "entry__versions__name",
            "entry__versions__state", "entry__versions__holder__name",
        )
    )  # fmt: skip
    found = []
    for entry, uid, words, due, recurrence, name, state, lead in rows:
        if due is not None and not recurrence:
            late = overdue_days(due, state, frame.on)
            found.append(DueItem("task", str(uid), name, words, due, state, lead or "", late, entry))
        elif recurrence:
            found += [
                DueItem("recurring", str(uid), name, words, day, state, lead or "", 0, entry)
                for day in occurrences(recurrence, frame.year, first, last)
            ]
    return found + _deliverables_due(frame, keys, first, last, entries)


def _rules_due(frame: Frame, first: date, last: date) -> list[str]:
    """The recurrences that fall between two days: few, however many tasks recur."""
    return [rule for rule in _rules(frame) if occurrences(rule, frame.year, first, last)]


@remembered(lambda change: change.of_parts)
def _rules(frame: Frame) -> list[str]:
    found = TaskDeadline.objects.filter(at(frame.on, frame.known_at)).exclude(recurrence="")
    return list(found.order_by().values_list("recurrence", flat=True).distinct())


def _deliverables_due(
    frame: Frame, keys: list[int], first: date, last: date, entries: Iterable[int] | None
) -> list[DueItem]:
    rows = DeliverableFacts.objects.filter(
        at(frame.on, frame.known_at, "version__"),
        version__register=DELIVERABLES,
        plan__in=keys,
        due__range=(first, last),
    )
    if entries is not None:
        rows = rows.filter(version__entry__in=list(entries))
    if not frame.sees_region:
        rows = rows.filter(task__in=live_tasks(frame).values("entry_id"))
    columns = (
        "version__entry_id", "version__entry__uid", "version__name", "due", "version__state",
        "version__holder__name",
    )  # fmt: skip
    return [
        DueItem("deliverable", str(uid), name, "", due, state, lead or "", 0, entry)
        for entry, uid, name, due, state, lead in rows.values_list(*columns)
    ]
