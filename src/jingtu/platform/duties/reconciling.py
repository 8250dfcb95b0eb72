"""What is owed by schedule against the duties that are there: raised, moved, brought back, cancelled, never doubled.

Everything is read at once and written in short transactions, each with its row in the ledger, so that nobody waits for
a long list. A run that is killed loses nothing: what it had not written is found missing again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.duties.calendars import NOT_CONFIGURED
from jingtu.platform.duties.declarations import DutyRule
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.owing import Survey, Wanted, survey
from jingtu.platform.duties.schedules import EveryYears, OwedOnSchedule
from jingtu.platform.inserting import Batch
from jingtu.platform.ledger import records
from jingtu.platform.registers.bulk import chunks
from jingtu.platform.registers.models import Entry, Version

LEFT = "left"  # ``Duty.through`` of what an entry no longer owes; it is owed again when the entry comes back
NOTE_LEFT = "条目状态变化，不再负有此项义务"
NOTE_CORRECTED = "登记更正后不再到期"
NOTE_MET = "登记了新的办理日期"
_BATCH = 1000
_COLUMNS = (
    "pk", "entry_id", "period", "state", "what", "holder_id", "region_path", "due", "due_note", "begins",
    "warn_on", "raised_on", "closed_on", "met_on", "through",
)  # fmt: skip


@dataclass(slots=True)
class Known:
    """The columns of a stored duty that decide."""

    pk: int
    entry: int
    period: str
    state: str
    what: str
    holder_id: int | None
    region_path: str
    due: date | None
    due_note: str
    begins: date | None
    warn_on: date | None
    raised_on: date
    closed_on: date | None
    met_on: date | None
    through: str

    @property
    def is_open(self) -> bool:
        return self.closed_on is None


@dataclass(slots=True)
class Change:
    """What has to be written for one rule."""

    raised: list[Wanted] = field(default_factory=list)
    updates: dict[int, dict[str, Any]] = field(default_factory=dict)
    revived: int = 0
    cancelled: int = 0
    closed: int = 0


@dataclass(slots=True)
class Done:
    """How many duties were raised, brought back, closed and cancelled."""

    raised: int = 0
    revived: int = 0
    closed: int = 0
    cancelled: int = 0

    def add(self, other: Done) -> None:
        self.raised += other.raised
        self.revived += other.revived
        self.closed += other.closed
        self.cancelled += other.cancelled


def reconcile(
    rule: DutyRule,
    first: date,
    last: date,
    entries: Collection[int] | None = None,
    *,
    current: bool = True,
    whole: bool = False,
    in_ledger: bool = True,
) -> Done:
    """Bring the duties of a rule by schedule in line with the register over ``[first, last]``.

    Parameters
    ----------
    entries : collection of int, optional
        Keys of the entries looked at; all of the register where not given.
    current : bool
        The last day is the latest that was worked through: of an earlier one missing duties are raised and nothing
        else is touched.
    in_ledger : bool
        Write rows of its own; not where the action that caused it has written one.
    """
    assert isinstance(rule.owed, OwedOnSchedule)
    found = survey(rule.owed, first, last, entries, rule=rule)
    known = _known(rule, rule.owed, found, entries)
    change = compare(rule.owed, found, known, last, current=current, whole=whole)
    return _write(rule, rule.owed, change, last, in_ledger=in_ledger)


def _known(
    rule: DutyRule, owed: OwedOnSchedule, found: Survey, entries: Collection[int] | None
) -> list[Known]:
    rows = Duty.objects.filter(rule=rule.id)
    if not owed.schedule.rolling:
        wanted = {item.due.period for item in found.found}
        rows = rows.filter(Q(closed_on__isnull=True) | Q(period__in=wanted))
    parts: Iterable[Any] = [None] if entries is None else chunks(list(entries))
    return [
        Known(*row)
        for part in parts
        for row in (rows if part is None else rows.filter(entry__among=part))
        .order_by("pk")
        .values_list(*_COLUMNS)
    ]


def compare(
    owed: OwedOnSchedule,
    found: Survey,
    known: Iterable[Known],
    last: date,
    *,
    current: bool = True,
    whole: bool = False,
) -> Change:
    """What has to change; nothing is written."""
    change = Change()
    there: dict[int, list[Known]] = defaultdict(list)
    for row in known:
        there[row.entry].append(row)
    met: set[int] = set()
    for item in found.found:
        if current and not item.lasting:
            continue  # owed for some days of the span, and no longer
        duty = _match(owed, item, there.get(item.entry, ()), last)
        if duty is None:
            change.raised.append(item)
            continue
        met.add(duty.pk)
        if not current:
            continue
        back = duty.state == Duty.State.CANCELLED and duty.through == LEFT and duty.closed_on is not None
        if back and duty.closed_on <= last:  # type: ignore[operator]
            change.revived += 1
            change.updates[duty.pk] = _as_wanted(owed, item, duty) | {
                "state": Duty.State.OPEN, "closed_on": None, "closing_note": "", "through": "",
            }  # fmt: skip
        elif duty.is_open and (differs := _as_wanted(owed, item, duty)):
            change.updates[duty.pk] = differs
    if current:
        for duties in there.values():
            for duty in duties:
                if duty.state == Duty.State.OPEN and duty.pk not in met and duty.raised_on <= last:
                    _unmatched(owed, found, duty, last, change, whole=whole)
    return change


def _match(owed: OwedOnSchedule, item: Wanted, duties: Sequence[Known], on: date) -> Known | None:
    """The duty that a wanted period is: by its key, else one that the schedule says goes on."""
    same = [duty for duty in duties if duty.period == item.due.period]
    if not same and owed.schedule.rolling:
        same = [duty for duty in duties if owed.schedule.continues(item.due, duty, on)]
    # Of several (a body and its double once owed it both) the open one, else the one that was done.
    return min(same, key=lambda duty: (not duty.is_open, duty.state == Duty.State.CANCELLED), default=None)


def _as_wanted(owed: OwedOnSchedule, item: Wanted, duty: Known) -> dict[str, Any]:
    """The columns in which a duty differs from what is wanted now."""
    due = item.due
    if (
        duty.due == due.due
        and duty.period == due.period
        and duty.holder_id == item.holder
        and duty.region_path == item.region_path
        and duty.due_note == due.note
        and duty.begins == due.begins
        and duty.warn_on == due.warn
    ):
        return {}
    wanted: dict[str, Any] = {
        "period": due.period, "what": owed.words(due.period), "holder_id": item.holder,
        "region_path": item.region_path, "due": due.due, "due_note": due.note, "begins": due.begins,
        "warn_on": due.warn,
    }  # fmt: skip
    if due.note == NOT_CONFIGURED and duty.due is not None:
        # A rule that has run out sets no new days, and takes none back that it set while it held.
        del wanted["due"], wanted["due_note"], wanted["warn_on"]
    return {name: value for name, value in wanted.items() if getattr(duty, name) != value}


def _unmatched(
    owed: OwedOnSchedule,
    found: Survey,
    duty: Known,
    last: date,
    change: Change,
    *,
    whole: bool,
) -> None:
    """An open duty that is not wanted: its entry has left, or what it counted from has moved on."""
    if duty.entry not in found.present:
        day = max(found.left.get(duty.entry, last), duty.raised_on)
        change.cancelled += 1
        change.updates[duty.pk] = _over(Duty.State.CANCELLED, min(day, last), NOTE_LEFT, LEFT)
        return
    if not found.in_force or not (owed.schedule.rolling or whole):
        return
    base = found.base.get(duty.entry)
    if isinstance(owed.schedule, EveryYears) and base is not None and base >= duty.raised_on:
        change.closed += 1
        change.updates[duty.pk] = _over(Duty.State.CLOSED, min(base, last), NOTE_MET, "base") | {
            "met_on": base
        }
    else:
        change.cancelled += 1
        change.updates[duty.pk] = _over(Duty.State.CANCELLED, last, NOTE_CORRECTED, LEFT)


def _over(state: Duty.State, day: date, note: str, through: str) -> dict[str, Any]:
    return {"state": state, "closed_on": day, "closing_note": note, "through": through}


def _write(rule: DutyRule, owed: OwedOnSchedule, change: Change, on: date, *, in_ledger: bool) -> Done:
    done = Done(revived=change.revived, closed=change.closed, cancelled=change.cancelled)
    for batch in chunks(change.raised, _BATCH):
        with transaction.atomic():
            # Within an action the transaction is longer than this part of it.
            raised = _raise(rule, owed, batch, resting=not in_ledger)
            if raised and in_ledger:
                _tell(on, rule, raised=[str(uid) for uid in raised])
        done.raised += len(raised)
    for part in chunks(sorted(change.updates), _BATCH):
        with transaction.atomic():
            _update(part, change.updates)
            if in_ledger:
                _tell(on, rule, changed=len(part))
    return done


def _tell(on: date, rule: DutyRule, **facts: Any) -> None:
    records.append("duties.tick", on=on, subject_type="tick", facts={"rule": rule.id, **facts})


def _raise(rule: DutyRule, owed: OwedOnSchedule, batch: Sequence[Wanted], *, resting: bool) -> list[UUID]:
    """Insert duties whose entry is still as it was read; the lock keeps others from changing it meanwhile."""
    entries = sorted({item.entry for item in batch})
    list(Entry.objects.select_for_update().filter(pk__among=entries).order_by("pk").values_list("pk"))
    versions = {item.version for item in batch}
    still = set(
        Version.objects.filter(pk__among=versions, recorded_to=OPEN_TIME).values_list("pk", flat=True)
    )
    there = set(Duty.objects.filter(rule=rule.id, entry__among=entries).values_list("entry", "period"))
    new = [item for item in batch if item.version in still and (item.entry, item.due.period) not in there]
    if not new:
        return []
    words = {period: owed.words(period) for period in {item.due.period for item in new}}
    uids = [uuid4() for _ in new]
    rows = Batch.of_columns(
        Duty,
        {
            "uid": uids,
            "rule": [rule.id] * len(new),
            "entry_id": [item.entry for item in new],
            "period": [item.due.period for item in new],
            "what": [words[item.due.period] for item in new],
            "holder_id": [item.holder for item in new],
            "region_path": [item.region_path for item in new],
            "due": [item.due.due for item in new],
            "due_note": [item.due.note for item in new],
            "begins": [item.due.begins for item in new],
            "warn_on": [item.due.warn for item in new],
            "raised_on": [item.raised_on for item in new],
        },
    )
    rows.insert(resting=resting)
    return uids


def _update(keys: Sequence[int], updates: dict[int, dict[str, Any]]) -> None:
    """Write changes alike in one statement; a duty that somebody closed meanwhile stays closed."""
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for key in keys:
        values = tuple(sorted((name, value) for name, value in updates[key].items()))
        alike[values].append(key)
    for values, some in alike.items():
        wanted = dict(values)
        rows = Duty.objects.filter(pk__among=some)
        if wanted.get("state") == Duty.State.OPEN:
            rows = rows.filter(state=Duty.State.CANCELLED, through=LEFT)
        else:
            rows = rows.filter(state__in=Duty.NOT_OVER)
        rows.update(**wanted)
