"""Where every task of a year stands and who is in it: read once, counted in many ways, kept up to date."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.registers.versions import at
from jingtu.programme.plans.lifecycle import OPEN_STATES
from jingtu.programme.plans.models import TaskUnit
from jingtu.programme.plans.queries.journal import Change
from jingtu.programme.plans.queries.remembering import remembered
from jingtu.programme.plans.queries.scope import STATE_LABELS, Frame, live_tasks


class Task(NamedTuple):
    """What is counted of one task."""

    state: str
    due: date | None
    section: str
    position: int

    def is_late(self, on: date) -> bool:
        return self.due is not None and self.due < on and self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class Standing:
    """The tasks of a frame by the key of their entry, with what follows from them."""

    tasks: dict[int, Task]
    states: Counter[str]
    late: frozenset[int]
    done: frozenset[int]
    at_risk: frozenset[int]
    sections: tuple[tuple[str, int], ...]  # in the order of the plan, each with its number of tasks

    @property
    def counts(self) -> dict[str, int]:
        """Tasks by state, ``total``, and ``overdue`` beside (an overdue task also counts in its state)."""
        counts = {state: self.states[state] for state in STATE_LABELS}
        return {**counts, "total": len(self.tasks), "overdue": len(self.late)}

    def counts_of(self, entries: Collection[int]) -> dict[str, int]:
        """The same for some of the tasks."""
        states = Counter(self.tasks[entry].state for entry in entries if entry in self.tasks)
        counts = {state: states[state] for state in STATE_LABELS}
        late = sum(1 for entry in entries if entry in self.late)
        return {**counts, "total": sum(counts.values()), "overdue": late}


def _read(frame: Frame, entries: Iterable[int] | None = None) -> dict[int, Task]:
    rows = live_tasks(frame)
    if entries is not None:
        rows = rows.filter(entry_id__in=list(entries))
    columns = ("entry_id", "state", "taskfacts__due", "taskfacts__section", "taskfacts__position")
    found = {}
    texts: dict[str, str] = {}  # one string for equal ones: a year has few states and sections
    for entry, state, due, section, position in rows.order_by().values_list(*columns):
        found[entry] = Task(texts.setdefault(state, state), due, texts.setdefault(section, section), position)
    return found


def _renewed(frame: Frame, old: Standing, changes: Sequence[Change]) -> Standing:
    entries = {change.entry for change in changes if change.entry is not None}
    now = _read(frame, entries)
    if all(old.tasks.get(entry) == now.get(entry) for entry in entries):
        return old  # a report that moved nothing, or a task of another place
    tasks, states, sections = dict(old.tasks), Counter(old.states), old.sections
    for entry in entries:
        before, after = tasks.pop(entry, None), now.get(entry)
        if before is not None:
            states[before.state] -= 1
        if after is not None:
            tasks[entry] = after
            states[after.state] += 1
        if (before and before[2:]) != (after and after[2:]):
            sections = ()
    return Standing(
        tasks=tasks,
        states=states,
        late=(old.late - entries) | {entry for entry, task in now.items() if task.is_late(frame.on)},
        done=(old.done - entries) | {entry for entry, task in now.items() if task.state == "done"},
        at_risk=(old.at_risk - entries) | {entry for entry, task in now.items() if task.state == "at_risk"},
        sections=sections or _sections(tasks.values()),
    )


@remembered(lambda change: change.of_tasks, _renewed)
def standing(frame: Frame) -> Standing:
    """Every task within reach."""
    tasks = _read(frame)
    return Standing(
        tasks=tasks,
        states=Counter(task.state for task in tasks.values()),
        late=frozenset(entry for entry, task in tasks.items() if task.is_late(frame.on)),
        done=frozenset(entry for entry, task in tasks.items() if task.state == "done"),
        at_risk=frozenset(entry for entry, task in tasks.items() if task.state == "at_risk"),
        sections=_sections(tasks.values()),
    )


def _sections(tasks: Iterable[Task]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for task in tasks:
        counts[task.section] += 1
        if task.position < first.get(task.section, task.position + 1):
            first[task.section] = task.position
    return tuple(
        (section, counts[section]) for section in sorted(first, key=lambda name: (first[name], name))
    )


def counts_by_state(frame: Frame) -> dict[str, int]:
    """Tasks by state, with ``overdue`` beside (an overdue task also counts in its state), and ``total``."""
    return standing(frame).counts


@dataclass(frozen=True, slots=True)
class Part:
    """The tasks that a unit has a part in, and those it leads."""

    held: set[int] = field(default_factory=set)
    led: set[int] = field(default_factory=set)


@remembered(lambda change: change.of_parts)
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
    return tasks_of(frame, key) if key is not None else set()


def tasks_of(frame: Frame, organisation: int) -> set[int]:
    """The same by the key of the organisation."""
    part = parts_by_unit(frame).get(organisation)
    return part.held if part is not None else set()
