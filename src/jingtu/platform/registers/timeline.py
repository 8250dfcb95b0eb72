"""How an entry came to be what it is: steps of its lifecycle, moves, what was believed when, duties."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import F, Q

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people.models import User
from jingtu.platform.people.policies import Reach
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.declarations import Field, Move, Register
from jingtu.platform.registers.models import Entry, Transition, Version


def visited(
    entry: Entry, version: Version, on: date, known_at: datetime | None
) -> tuple[date, dict[str, date]]:
    """Since when an entry has been in its present state without a break, and the states before with their first days."""
    past: dict[str, date] = {}
    since = version.effective_from
    rows = Version.objects.filter(versions.believed(known_at), entry=entry).order_by("effective_from")
    spans = list(rows.values_list("effective_from", "effective_to", "state"))
    for start, _, state in spans:
        if start <= on:
            past.setdefault(state, start)
    for start, end, state in reversed(spans):
        if end == since and state == version.state:
            since = start
    past.pop(version.state, None)
    return since, past


@dataclass(frozen=True, slots=True)
class Limit:
    """The last day for a step that an entry waits for; ``basis`` is the rule in words, ``""`` where none is cited."""

    move: Move
    due: date
    basis: str

    def late_by(self, on: date) -> int:
        """Days past the last day; 0 where it is not past."""
        return max(0, (on - self.due).days)


def limits(register: Register, version: Version, on: date) -> list[Limit]:
    """Last days of the steps that are open from the present state, the soonest first."""
    found = []
    for move in register.lifecycle.moves_from(version.state):
        due = move.limit(version) if move.limit is not None else None
        if due is not None:
            basis = next(
                (f"{rule.source} {rule.clause}".strip() for rule in move.limit_basis if rule.in_force(on)), ""
            )
            found.append(Limit(move, due, basis))
    return sorted(found, key=lambda item: item.due)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline: both times, who, why, on which files."""

    label: str
    target: str
    on: date
    at: datetime
    actor: User | None
    reason: str
    evidence: Sequence[Attachment]


def transitions(register: Register, entry: Entry, on: date, known_at: datetime | None) -> list[Happening]:
    """Moves of an entry, the newest first."""
    labels = {move.id: move.label for move in register.lifecycle.moves}
    labels |= {"create": "登记", "import": "导入登记", "revoke": "撤回流转"}
    rows = Transition.objects.filter(entry=entry, on__lte=on).select_related("actor")
    if known_at is not None:
        rows = rows.filter(at__lte=known_at)
    return [
        Happening(
            labels.get(row.transition, row.transition),
            register.lifecycle.state(row.to_state).label,
            row.on,
            row.at,
            row.actor,
            row.reason,
            list(row.evidence.all()),
        )
        for row in rows.prefetch_related("evidence__file", "evidence__withdrawn_by").order_by("-at", "-id")
    ]


@dataclass(frozen=True, slots=True)
class Belief:
    """What was said of an interval, and between which moments it was believed."""

    effective_from: date
    effective_to: date | None
    recorded_from: datetime
    recorded_to: datetime | None
    state: str
    who: str
    reason: str
    changes: list[tuple[str, str, str]]


def beliefs(
    register: Register, entry: Entry, fields: Sequence[Field], known_at: datetime | None
) -> list[Belief]:
    """Every version of an entry in both times, the latest recorded first, with what it changed."""
    facts = versions.facts_name(register.facts)
    rows = Version.objects.filter(entry=entry)
    if known_at is not None:
        rows = rows.filter(recorded_from__lte=known_at)
    # Of place, body and ledger row a single word each is told; an entry may have dozens of versions.
    told = rows.select_related(facts).annotate(
        place=F("region__name"), body=F("holder__name"), actor_uid=F("ledger_row__actor_uid")
    )
    found: list[Any] = list(told.order_by("recorded_from", "effective_from"))
    actors = {row.actor_uid for row in found if row.actor_uid}
    names = dict(User.objects.filter(uid__in=actors).values_list("uid", "display_name"))
    result = []
    for index, row in enumerate(found):
        before = _before(found[:index], row)
        result.append(
            Belief(
                row.effective_from,
                None if row.effective_to == OPEN_DATE else row.effective_to,
                row.recorded_from,
                None if row.recorded_to == OPEN_TIME else row.recorded_to,
                register.lifecycle.state(row.state).label,
                names.get(row.actor_uid, "系统") if row.actor_uid else "系统",
                row.reason,
                _changes(register, fields, before, row),
            )
        )
    return result[::-1]


def _before(earlier: Sequence[Any], row: Any) -> Any:
    """The version that was believed of the same days just before ``row`` was recorded."""
    for old in reversed(earlier):
        replaced = old.recorded_to == row.recorded_from
        overlaps = old.effective_from < row.effective_to and row.effective_from < old.effective_to
        if replaced and overlaps:
            return old
    return None


def _changes(
    register: Register, fields: Sequence[Field], before: Any, row: Any
) -> list[tuple[str, str, str]]:
    if before is None:
        return []
    lifecycle = register.lifecycle
    pairs = [
        (register.name_label, before.name, row.name),
        ("行政区", before.place, row.place),
        (register.holder_label, before.body or "", row.body or ""),
        ("状态", lifecycle.state(before.state).label, lifecycle.state(row.state).label),
    ]
    old, new = versions.facts_of(before), versions.facts_of(row)
    pairs += [
        (item.label, values.show(item, getattr(old, item.id)), values.show(item, getattr(new, item.id)))
        for item in fields
    ]
    return [pair for pair in pairs if pair[1] != pair[2]]


def last_move(entry: Entry) -> Transition | None:
    """The move that a revocation would take back, where there is one."""
    standing, _ = _moves(entry)
    return standing[-1] if standing and standing[-1].from_state else None


def revoked_move(entry: Entry | int) -> Transition | None:
    """The move that the last revocation of an entry took back."""
    return _moves(entry)[1]


def _moves(entry: Entry | int) -> tuple[list[Transition], Transition | None]:
    """The moves that still stand, and the last that was taken back: each revocation takes back the last one left."""
    standing: list[Transition] = []
    revoked = None
    for item in Transition.objects.filter(entry=entry).order_by("at", "id"):
        if item.transition != "revoke":
            standing.append(item)
        elif standing:
            revoked = standing.pop()
    return standing, revoked


def is_own(entry: Entry, move: Move, user: int) -> bool:
    """Whether the user made the move that another person has to follow up."""
    for other in move.distinct_from:
        last = Transition.objects.filter(entry=entry, transition=other).order_by("at", "id").last()
        if last is not None and last.actor_id == user:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Owing:
    """A duty of the entry as it stood on a day."""

    uid: uuid.UUID
    what: str
    holder: str
    due: date | None
    state: str
    readable: bool


def duties(entry: Entry, on: date, reach: Reach) -> list[Owing]:
    """Duties of an entry raised by a day, those open then first; ``reach`` says whose pages may be opened."""
    model = apps.get_model("duties", "Duty")
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    rows = model.objects.filter(entry=entry, raised_on__lte=on).select_related("holder")
    found = [_owing(row, on, reach) for row in rows.filter(open_then).order_by("due", "id")]
    return found + [_owing(row, on, reach) for row in rows.exclude(open_then).order_by("-closed_on")[:20]]


def _owing(row: Any, on: date, reach: Reach) -> Owing:
    open_again = row.closed_on is not None and row.closed_on > on
    state = row.State.OPEN.label if open_again else row.get_state_display()
    readable = reach.allows(row.region_path, [row.holder_id])
    return Owing(row.uid, row.what, row.holder.name if row.holder else "", row.due, str(state), readable)


def attachments(entry: Entry, on: date) -> list[Attachment]:
    """Files of an entry, also those taken back, without those of moves that lie after the day."""
    rows = Attachment.objects.filter(subject_uid=entry.uid)
    later = Transition.objects.filter(entry=entry, on__gt=on)
    return list(rows.exclude(transitions__in=later).select_related("file", "withdrawn_by"))
