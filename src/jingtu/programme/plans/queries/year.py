"""The year on one page: targets, what is due, what is late and whose, how far each unit is."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.registers import versions
from jingtu.platform.registers.versions import at
from jingtu.programme.plans.lifecycle import DELIVERABLES
from jingtu.programme.plans.models import DeliverableFacts, Plan, Progress, TaskDeadline
from jingtu.programme.plans.queries.remembering import remembered, tasks_stamp, units_stamp
from jingtu.programme.plans.queries.scope import (
    STATE_LABELS,
    Frame,
    live_tasks,
    overdue_days,
    plan_keys,
    week_of,
)
from jingtu.programme.plans.queries.standing import counts_by_state, gathered, parts_by_unit, standing
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


@remembered
def target_readings(frame: Frame) -> list[TargetReading]:
    """Readings of the region's targets; none for those who read only their own tasks."""
    if not frame.sees_region:
        return []
    found = list(targets_of(frame.region, frame.year, frame.on, frame.known_at))
    own = {target.series for target in found if target.parent_id is None}
    # A share from above stands under its own name only where the place has no target of its own for it.
    shown = [target for target in found if target.parent_id is None or target.series not in own]
    return read_all(shown, frame.on, frame.known_at)


@remembered
def unit_progress(frame: Frame) -> list[UnitProgress]:
    """How far each unit is, by number of tasks; a unit counts a task once whatever its roles in it."""
    if not standing(frame):
        return []
    groups = gathered(frame)
    parts = parts_by_unit(frame)
    reported = _reported(frame, parts)
    names = Organisation.objects.in_bulk(parts)
    found = [
        UnitProgress(
            uid=str(names[key].uid),
            organisation=key,
            name=names[key].name,
            tasks=len(part.held),
            leads=len(part.led),
            done=len(part.held & groups["done"]),
            at_risk=len(part.held & groups["at_risk"]),
            overdue=len((part.led or part.held) & groups["late"]),
            reported=len(part.held & reported.get(key, set())),
        )
        for key, part in parts.items()
        if frame.sees_region or key in frame.reach.organisations
    ]
    return sorted(found, key=lambda unit: (-unit.leads, -unit.tasks, unit.name))


def _reported(frame: Frame, units: Iterable[int]) -> dict[int, set[int]]:
    """Tasks on which each unit has reported in the month of the business date."""
    rows = Progress.objects.filter(
        versions.believed(frame.known_at), organisation__in=list(units), period=frame.month, on__lte=frame.on
    )
    found: dict[int, set[int]] = defaultdict(set)
    for organisation, entry in rows.order_by().values_list("organisation_id", "entry_id"):
        found[organisation].add(entry)
    return found


@functools.partial(remembered, stamp=tasks_stamp)
def overdue_items(frame: Frame, limit: int = _LATE_SHOWN) -> list[DueItem]:
    """Tasks past their due date, the longest overdue first."""
    late = sorted(
        (due, entry)
        for entry, (state, due) in standing(frame).items()
        if due is not None and overdue_days(due, state, frame.on)
    )[:limit]
    dues = {entry: due for due, entry in late}
    rows = live_tasks(frame).filter(entry_id__in=list(dues))
    found = {
        entry: DueItem(
            "task",
            str(uid),
            name,
            "",
            dues[entry],
            state,
            lead or "",
            overdue_days(dues[entry], state, frame.on),
        )
        for entry, uid, name, state, lead in rows.values_list(
            "entry_id", "entry__uid", "name", "state", "holder__name"
        )
    }
    return [found[entry] for entry in dues if entry in found]


@functools.partial(remembered, stamp=tasks_stamp)
def due_between(frame: Frame, first: date, last: date) -> list[DueItem]:
    """What is due from ``first`` to ``last``: fixed days, days of a recurrence, deliverables; done ones too."""
    keys = plan_keys(frame.region, frame.year)
    if not keys:
        return []
    tasks = (
        at(frame.on, frame.known_at, "entry__versions__")
        & Q(entry__versions__taskfacts__plan__in=keys)
    )  # fmt: skip
    if not frame.sees_region:
        tasks &= Q(entry__in=live_tasks(frame).values("entry_id"))
    rows = (
        TaskDeadline.objects.filter(at(frame.on, frame.known_at))
        .filter(Q(due__range=(first, last)) | Q(recurrence__in=_rules_due(frame, first, last)))
        .filter(tasks)
        .values_list(
            "entry__uid", "text", "due", "recurrence", "entry__versions__name", "entry__versions__state",
            "entry__versions__holder__name",
        )
    )  # fmt: skip
    found = []
    for uid, words, due, recurrence, name, state, lead in rows:
        if due is not None and not recurrence:
            late = overdue_days(due, state, frame.on)
            found.append(DueItem("task", str(uid), name, words, due, state, lead or "", late))
        elif recurrence:
            found += [
                DueItem("recurring", str(uid), name, words, day, state, lead or "")
                for day in occurrences(recurrence, frame.year, first, last)
            ]
    found += _deliverables_due(frame, keys, first, last)
    return sorted(found, key=lambda item: (item.due, _KINDS.index(item.kind), item.title))


def _rules_due(frame: Frame, first: date, last: date) -> list[str]:
    """The recurrences that fall between two days: few, however many tasks recur."""
    return [rule for rule in _rules(frame) if occurrences(rule, frame.year, first, last)]


@functools.partial(remembered, stamp=units_stamp)
def _rules(frame: Frame) -> list[str]:
    found = TaskDeadline.objects.filter(at(frame.on, frame.known_at)).exclude(recurrence="")
    return list(found.order_by().values_list("recurrence", flat=True).distinct())


def _deliverables_due(frame: Frame, keys: list[int], first: date, last: date) -> list[DueItem]:
    rows = DeliverableFacts.objects.filter(
        at(frame.on, frame.known_at, "version__"),
        version__register=DELIVERABLES,
        plan__in=keys,
        due__range=(first, last),
    )
    if not frame.sees_region:
        rows = rows.filter(task__in=live_tasks(frame).values("entry_id"))
    columns = ("version__entry__uid", "version__name", "due", "version__state", "version__holder__name")
    return [
        DueItem("deliverable", str(uid), name, "", due, state, lead or "")
        for uid, name, due, state, lead in rows.values_list(*columns)
    ]
