"""Where every task of a year stands and who is in it: read once, counted in many ways."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.registers.versions import at
from jingtu.programme.plans.lifecycle import OPEN_STATES
from jingtu.programme.plans.models import TaskUnit
from jingtu.programme.plans.queries.remembering import remembered, tasks_stamp, units_stamp
from jingtu.programme.plans.queries.scope import STATE_LABELS, Frame, live_tasks


@functools.partial(remembered, stamp=tasks_stamp)
def standing(frame: Frame) -> dict[int, tuple[str, date | None]]:
    """State and due date of every task within reach, by the key of its entry."""
    rows = live_tasks(frame).order_by().values_list("entry_id", "state", "taskfacts__due")
    return {entry: (state, due) for entry, state, due in rows}


@functools.partial(remembered, stamp=tasks_stamp)
def counts_by_state(frame: Frame) -> dict[str, int]:
    """Tasks by state, with ``overdue`` beside (an overdue task also counts in its state), and ``total``."""
    return _count(frame, standing(frame).values())


@functools.partial(remembered, stamp=tasks_stamp)
def gathered(frame: Frame) -> dict[str, set[int]]:
    """Keys of the tasks that are ``done``, ``at_risk`` and ``late``."""
    found: dict[str, set[int]] = {"done": set(), "at_risk": set(), "late": set()}
    for entry, (state, due) in standing(frame).items():
        if state in found:
            found[state].add(entry)
        if due is not None and due < frame.on and state in OPEN_STATES:
            found["late"].add(entry)
    return found


def counts_of(frame: Frame, entries: Iterable[int]) -> dict[str, int]:
    """The same for some of the tasks."""
    tasks = standing(frame)
    return _count(frame, (tasks[entry] for entry in entries if entry in tasks))


def _count(frame: Frame, tasks: Iterable[tuple[str, date | None]]) -> dict[str, int]:
    counts = dict.fromkeys(STATE_LABELS, 0)
    late = 0
    for state, due in tasks:
        counts[state] += 1
        late += state in OPEN_STATES and due is not None and due < frame.on
    return {**counts, "total": sum(counts.values()), "overdue": late}


@dataclass(slots=True)
class Part:
    """The tasks that a unit has a part in, and those it leads."""

    held: set[int] = field(default_factory=set)
    led: set[int] = field(default_factory=set)


@functools.partial(remembered, stamp=units_stamp)
def parts_by_unit(frame: Frame) -> dict[int, Part]:
    """The parts of every unit; a task that a unit both leads and supports is one task."""
    pairs = TaskUnit.objects.filter(
        at(frame.on, frame.known_at),
        organisation__isnull=False,
        entry__in=live_tasks(frame).values("entry_id"),
    )
    found: dict[int, Part] = defaultdict(Part)
    for organisation, entry, role in pairs.order_by().values_list("organisation_id", "entry_id", "role"):
        part = found[organisation]
        part.held.add(entry)
        if role == TaskUnit.Role.LEAD:
            part.led.add(entry)
    return dict(found)


def tasks_of_unit(frame: Frame, uid: str) -> set[int]:
    """Keys of the tasks in which a unit has a part."""
    key = Organisation.objects.filter(uid=uid).values_list("pk", flat=True).first()
    part = parts_by_unit(frame).get(key) if key is not None else None
    return part.held if part is not None else set()
