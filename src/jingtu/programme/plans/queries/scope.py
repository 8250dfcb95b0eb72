"""What a page looks at (region, year, two times, reach), and the live tasks within it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet

from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.versions import at
from jingtu.programme.plans.lifecycle import DELIVERABLES, OPEN_STATES, TASK_LIFECYCLE
from jingtu.programme.plans.models import Plan, TaskUnit

EVERYTHING = Reach(everywhere=True)
STATE_LABELS = {state.id: state.label for state in TASK_LIFECYCLE.states}
STATE_TONES = {state.id: state.tone for state in TASK_LIFECYCLE.states}


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of the year is about.

    ``reach`` is the caller's reach of ``plans.read``; ``known_at`` ``None`` means as known now.
    """

    region: Region
    year: int
    on: date
    known_at: datetime | None = None
    reach: Reach = EVERYTHING

    @property
    def month(self) -> str:
        return f"{self.on:%Y-%m}"

    @property
    def sees_region(self) -> bool:
        """Whether the caller reads everything of the region, not only rows of the own organisation."""
        return self.reach.allows(self.region.path)


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit's part in a task as a list shows it; ``uid`` is ``None`` for a unit without an account here."""

    name: str
    role: str
    uid: str | None = None
    organisation: int | None = None
    class_unit: int | None = None
    scope: str = ""


def plan_keys(region: Region, year: int) -> list[int]:
    """Keys of the plans of a region and year that are, or were, in force."""
    states = (Plan.State.CONFIRMED, Plan.State.SUPERSEDED)
    return list(Plan.objects.filter(region=region, year=year, state__in=states).values_list("pk", flat=True))


def within_reach(frame: Frame) -> Q:
    """Predicate on versions of tasks: all of a readable region, else those the own organisation is named in."""
    if frame.sees_region:
        return Q()
    units = TaskUnit.objects.filter(
        at(frame.on, frame.known_at), organisation__in=frame.reach.organisations
    ).values("entry_id")
    return Q(entry_id__in=units)


def live_tasks(frame: Frame, *, few: bool = False) -> QuerySet[Version]:
    """Versions of the frame's tasks: one for each task, not yet joined with anything.

    ``few`` is for callers who go on to name the tasks they want.
    """
    # The facts table says that it is a task; naming the register too would lead SQLite astray.
    keys = plan_keys(frame.region, frame.year)
    found = Version.objects.filter(at(frame.on, frame.known_at), within_reach(frame))
    if few:
        # A sum uses no index: SQLite would otherwise walk through all tasks of the plan.
        return found.alias(of_plan=F("taskfacts__plan_id") + 0).filter(of_plan__in=keys)
    return found.filter(taskfacts__plan__in=keys)


def live_deliverables(frame: Frame) -> QuerySet[Version]:
    """Versions of the frame's deliverables."""
    found = Version.objects.filter(
        at(frame.on, frame.known_at),
        register=DELIVERABLES,
        deliverablefacts__plan__in=plan_keys(frame.region, frame.year),
    )
    if frame.sees_region:
        return found
    units = TaskUnit.objects.filter(
        at(frame.on, frame.known_at), organisation__in=frame.reach.organisations
    ).values("entry_id")
    return found.filter(deliverablefacts__task__in=units)


def overdue(on: date) -> Q:
    """Predicate on versions of tasks: the due date has passed and the task is not done."""
    return Q(state__in=OPEN_STATES, taskfacts__due__lt=on)


def overdue_days(due: date | None, state: str, on: date) -> int:
    """Whole days since the due date of an unfinished task, else 0.

    Examples
    --------
    >>> overdue_days(date(2024, 6, 30), "in_progress", date(2024, 7, 2))
    2
    >>> overdue_days(date(2024, 6, 30), "done", date(2024, 7, 2)), overdue_days(None, "at_risk", date.max)
    (0, 0)
    """
    if due is None or state not in OPEN_STATES or due >= on:
        return 0
    return (on - due).days


def week_of(on: date) -> tuple[date, date]:
    """Monday and Sunday of the week of a day."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def units_of(entries: Iterable[int], frame: Frame) -> dict[int, list[UnitRef]]:
    """Units of several tasks in one query; members of class units follow their class."""
    rows = (
        TaskUnit.objects.filter(at(frame.on, frame.known_at), entry__in=list(entries))
        .order_by("entry_id", "role", "position", "id")
        .values_list(
            "id", "entry_id", "role", "expanded", "scope", "class_unit_id",
            "organisation_id", "organisation__uid", "organisation__name",
        )
    )  # fmt: skip
    found: dict[int, list[UnitRef]] = defaultdict(list)
    for _, entry, role, expanded, scope, class_unit, organisation, uid, name in rows:
        found[entry].append(
            UnitRef(
                name=name or expanded,
                role=role,
                uid=str(uid) if uid else None,
                organisation=organisation,
                class_unit=class_unit,
                scope=scope,
            )
        )
    return found
