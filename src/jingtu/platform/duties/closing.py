"""Records and moves close duties: each closes one, the first whose last day is not over, else the latest that is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from jingtu.platform.duties import declarations
from jingtu.platform.duties.declarations import Closing, DutyRule
from jingtu.platform.duties.models import Duty
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers.bulk import chunks
from jingtu.platform.registers.entry_records import believed_records, kinds_of
from jingtu.platform.registers.models import Transition

RECORD, MOVE = "record:", "move:"
_CLEARED: dict[str, Any] = {
    "state": Duty.State.OPEN, "closed_on": None, "closed_by": None, "closing_note": "", "met_on": None,
    "through": "", "through_uid": None, "submitted_by": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done for an entry: when, by whom, and the period it says itself to be for."""

    entry: int
    uid: UUID
    on: date
    learned_on: date
    actor: int | None
    through: str
    note: str
    period: str | None = None


def record_kinds(rule: DutyRule) -> dict[str, Closing | None]:
    """The kinds of records that close duties of a rule, with how each says its period."""
    kinds = {kind.id for kind in kinds_of(rule.register)}
    named = {
        item.kind if isinstance(item, Closing) else item: item if isinstance(item, Closing) else None
        for item in rule.closes_on
    }
    return {name: item for name, item in named.items() if name in kinds}


def move_ids(rule: DutyRule) -> frozenset[str]:
    """The moves that close duties of a rule."""
    kinds = record_kinds(rule)
    return frozenset(item for item in rule.closes_on if isinstance(item, str) and item not in kinds)


def close_by_records(rule: DutyRule, entries: Collection[int] | None = None) -> int:
    """Close open duties of a rule for which a record is believed that has not closed another; returns how many."""
    kinds = record_kinds(rule)
    if not kinds:
        return 0
    open_duties = _open(rule, entries)
    closed = 0
    for part in chunks(sorted({duty.entry_id for duty in open_duties})):
        there = set(part)
        deeds = [deed for kind, says in kinds.items() for deed in _records(rule, kind, says, part)]
        closed += _close(rule, [duty for duty in open_duties if duty.entry_id in there], deeds)
    return closed


def close_by_move(rule: DutyRule, entry: int, move: str, version_on: date) -> int:
    """Close the open duty of a rule that a move of its entry meets."""
    if move not in move_ids(rule):
        return 0
    done = Transition.objects.filter(entry=entry, transition=move, on=version_on).order_by("at", "id").last()
    if done is None:
        return 0
    label = registers.get(rule.register).lifecycle.move(move).label
    deed = Deed(
        entry, done.uid, done.on, timezone.localdate(done.at), done.actor_id, f"{MOVE}{move}",
        f"办理“{label}”后自动办结",
    )  # fmt: skip
    return _close(rule, _open(rule, [entry]), [deed])


def reopen(through_uid: UUID) -> list[Duty]:
    """What a record or move closed is open again, now that it is no longer believed."""
    found = list(Duty.objects.filter(through_uid=through_uid).exclude(state=Duty.State.WAIVED))
    clear([duty.pk for duty in found])
    return found


def clear(keys: Collection[int]) -> None:
    """Duties by key are open again, as if nothing had been done for them."""
    Duty.objects.filter(pk__in=list(keys)).update(**_CLEARED)


def put_right(uid: UUID, on: date) -> None:
    """A corrected record meets its duty on another day; where it cannot be for that one, it is open again."""
    for duty in Duty.objects.filter(through_uid=uid):
        rule = declarations.get(duty.rule)
        says_itself = rule is not None and any(isinstance(item, Closing) for item in rule.closes_on)
        early = duty.begins is not None and on < duty.begins
        if duty.state == Duty.State.OPEN or says_itself or early:
            clear([duty.pk])
            continue
        duty.met_on = on
        if duty.state == Duty.State.CLOSED:
            duty.closed_on = max(on, duty.raised_on)
        duty.save(update_fields=["met_on", "closed_on"])


def _open(rule: DutyRule, entries: Collection[int] | None) -> list[Duty]:
    rows = Duty.objects.filter(rule=rule.id, state=Duty.State.OPEN)
    if entries is not None:
        rows = rows.filter(entry__in=list(entries))
    return list(rows.order_by(Coalesce("begins", "raised_on"), F("due").asc(nulls_last=True), "pk"))


def _records(rule: DutyRule, kind: str, says: Closing | None, entries: Collection[int]) -> Iterator[Deed]:
    """Believed records of a kind that have met no duty of the rule yet, oldest first."""
    used = Duty.objects.filter(rule=rule.id, entry__in=entries, through_uid__isnull=False)
    rows = believed_records(kind).filter(entry__in=entries)
    rows = rows.exclude(uid__in=used.values("through_uid")).order_by("on", "pk")
    if rule.evidence_required:
        rows = rows.filter(evidence__withdrawn_at__isnull=True, evidence__isnull=False).distinct()
    label = next(item.label for item in kinds_of(rule.register) if item.id == kind)
    for row in rows:
        yield Deed(
            row.entry_id, row.uid, row.on, timezone.localdate(row.recorded_from), row.entered_by_id,
            f"{RECORD}{kind}", f"登记“{label}”后自动办结", says.period(row) if says else None,
        )  # fmt: skip


def _close(rule: DutyRule, duties: Iterable[Duty], deeds: Iterable[Deed]) -> int:
    waiting: dict[int, list[Duty]] = defaultdict(list)
    for duty in duties:
        waiting[duty.entry_id].append(duty)
    closed = []
    for deed in sorted(deeds, key=lambda item: (item.on, item.learned_on)):
        met = _met_by(deed, waiting[deed.entry])
        if met is not None:
            waiting[deed.entry].remove(met)
            closed.append(_done(rule, met, deed))
    columns = [
        "state", "submitted_by", "closed_on", "closed_by", "closing_note", "met_on", "through", "through_uid"
    ]  # fmt: skip
    Duty.objects.bulk_update(closed, columns, batch_size=500)
    return sum(duty.state == Duty.State.CLOSED for duty in closed)


def _met_by(deed: Deed, duties: list[Duty]) -> Duty | None:
    """The duty that something done meets, or ``None``."""
    if deed.period is not None:
        return next((duty for duty in duties if duty.period == deed.period), None)
    begun = [duty for duty in duties if _counts(deed, duty)]
    in_time = [duty for duty in begun if duty.due is None or duty.due >= deed.on]
    return next(iter(in_time), begun[-1] if begun else None)


def _counts(deed: Deed, duty: Duty) -> bool:
    """Whether something was done late enough to be for a duty."""
    if duty.begins is not None:
        return deed.on >= duty.begins
    return deed.on >= duty.raised_on or deed.learned_on >= duty.raised_on


def _done(rule: DutyRule, duty: Duty, deed: Deed) -> Duty:
    duty.met_on, duty.through, duty.through_uid = deed.on, deed.through, deed.uid
    duty.closing_note = deed.note
    if rule.checked:
        duty.state, duty.submitted_by_id = Duty.State.SUBMITTED, deed.actor
        return duty
    duty.state, duty.closed_by_id = Duty.State.CLOSED, deed.actor
    duty.closed_on = max(deed.on, duty.raised_on)
    return duty
