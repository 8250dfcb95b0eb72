"""Time passes by ``tick``: idempotent, catching up on the days when nobody's machine was on.

What is owed by schedule or by state is read once for all missed days together; only rules that answer day by day are
asked for each of them. Duties are written in short transactions, the days are noted last: a tick that is killed is
simply done again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from jingtu.platform import events
from jingtu.platform.clock import recorded_now
from jingtu.platform.collecting import uncollected
from jingtu.platform.duties import declarations
from jingtu.platform.duties.closing import close_by_records
from jingtu.platform.duties.declarations import DutyRule, Owed, OwedByState
from jingtu.platform.duties.models import Duty, DutyStep, Tick
from jingtu.platform.duties.reconciling import LEFT, NOTE_LEFT, reconcile
from jingtu.platform.duties.schedules import OwedOnSchedule
from jingtu.platform.indicators import snapshots
from jingtu.platform.inserting import Batch
from jingtu.platform.ledger import records
from jingtu.platform.registers import versions
from jingtu.platform.registers.bulk import chunks
from jingtu.platform.registers.models import Transition, Version

TICKED = "tick"
LONGEST_CATCH_UP = timedelta(days=400)  # an installation left alone for longer begins anew
_FEW, _BATCH, _MANY = 20, 500, 1000
# What decides whether a duty is there already, and whether it is as its entry says.
_DECIDING = ("rule", "entry", "holder", "period", "state", "raised_on", "closed_on", "due", "region_path")
Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class TickReport:
    """What a tick did: days worked through, duties raised and closed, steps climbed, snapshots taken."""

    days: list[date] = field(default_factory=list)
    raised: int = 0
    closed: int = 0
    escalated: int = 0
    snapshots: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "days": [day.isoformat() for day in self.days],
            "raised": self.raised,
            "closed": self.closed,
            "escalated": self.escalated,
            "snapshots": self.snapshots,
        }


@uncollected()
def tick(on: date, progress: Progress | None = None) -> TickReport:
    """Work through every day since the last tick up to ``on``.

    A day ticked twice changes nothing the second time. The first tick of an installation, and one for a day
    before the last, work through that day alone.

    Parameters
    ----------
    on : date
        The business date.
    progress : callable, optional
        Called with steps done, steps in all, and what is being done.

    Returns
    -------
    TickReport
    """
    last = Tick.objects.filter(on__lte=on).order_by("-on").values_list("on", flat=True).first()
    first = on if last is None or last == on else max(last + timedelta(days=1), on - LONGEST_CATCH_UP)
    days = [first + timedelta(days=offset) for offset in range((on - first).days + 1)]
    rules = declarations.all_rules()
    report = TickReport()
    steps = len(rules) + len(days)

    def tell(done: int, what: str) -> None:
        if progress is not None:
            progress(done, steps, what)

    with records.operation():
        for number, rule in enumerate(rules):
            tell(number, rule.label)
            _work_through(rule, first, on, report)
        for number, day in enumerate(days, len(rules)):
            tell(number, day.isoformat())
            _pass_day(day, report)
        report.escalated = _climb(first, on)
    tell(steps, "")
    return report


def is_current(on: date) -> bool:
    """Whether no later day has been worked through."""
    return not Tick.objects.filter(on__gt=on).exists()


def _work_through(rule: DutyRule, first: date, last: date, report: TickReport) -> None:
    """One rule over a span of days: what records have met, what is owed, what its entries have left behind."""
    if isinstance(rule.owed, OwedOnSchedule):
        report.closed += close_by_records(rule)
        done = reconcile(rule, first, last, current=is_current(last))
        report.raised += done.raised + done.revived
        report.closed += done.closed + done.cancelled
    elif isinstance(rule.owed, OwedByState):
        report.raised += len(_raise_by_state(rule, rule.owed, last))
    # A record may have come before its duty.
    report.closed += close_by_records(rule)
    if rule.while_states and not isinstance(rule.owed, OwedOnSchedule):
        report.closed += close_left(rule, last)


def _raise_by_state(rule: DutyRule, owed: OwedByState, on: date) -> list[Duty]:
    rows = versions.versions(owed.register, on).filter(state__in=owed.states)
    wanted = [item for version in rows.iterator(chunk_size=2000) for item in owed.of(version)]
    return raise_missing(rule, wanted, on)


def _pass_day(day: date, report: TickReport) -> None:
    """What only a day itself can say: rules that are asked day by day, listeners, snapshots."""
    raised = raise_owed(day)
    with transaction.atomic():
        events.emit(events.Event(TICKED, day))
        Tick.objects.update_or_create(on=day, defaults={"facts": {"raised": len(raised)}})
    report.snapshots += snapshots.take_due(day)
    report.days.append(day)
    report.raised += len(raised)


def raise_owed(on: date, register: str | None = None) -> list[Duty]:
    """Raise what rules that answer day by day say is owed on a day, on all registers or one."""
    found: list[Duty] = []
    for rule in declarations.all_rules():
        if register is not None and rule.register != register:
            continue
        if not isinstance(rule.owed, OwedByState | OwedOnSchedule):
            found += raise_missing(rule, list(rule.owed(on, None)), on)
    return found


def raise_among(on: date, register: str, entries: Sequence[int]) -> None:
    """Raise what some entries of a register owe: a long register is not read for a few new rows."""
    rules = [rule for rule in declarations.all_rules() if rule.register == register]
    _raise_among_by_state(
        [rule for rule in rules if isinstance(rule.owed, OwedByState)], on, register, entries
    )
    for rule in rules:
        if isinstance(rule.owed, OwedOnSchedule):
            reconcile(rule, on, on, entries, current=is_current(on), in_ledger=False)
            close_by_records(rule, entries)
        elif not isinstance(rule.owed, OwedByState):
            raise_missing(rule, list(rule.owed(on, None)), on, in_ledger=False)


def _raise_among_by_state(rules: Sequence[DutyRule], on: date, register: str, entries: Sequence[int]) -> None:
    """All rules that go by the state, on entries and duties that are read once for all of them."""
    shared = versions.Shared(register)
    states = {state for rule in rules if isinstance(rule.owed, OwedByState) for state in rule.owed.states}
    for part in chunks(entries) if states else ():
        rows = shared.read(versions.versions(register, on).filter(state__in=states, entry__among=part))
        duties: dict[str, list[Duty]] = {rule.id: [] for rule in rules}
        for duty in Duty.objects.filter(rule__in=list(duties), entry__among=part).only(*_DECIDING):
            duties[duty.rule].append(duty)
        for rule in rules:
            assert isinstance(rule.owed, OwedByState)
            owed = [item for version in rows for item in rule.owed.of(version)]
            raise_missing(rule, owed, on, duties[rule.id])


def raise_missing(
    rule: DutyRule, owed: list[Owed], on: date, known: Iterable[Duty] | None = None, *, in_ledger: bool = True
) -> list[Duty]:
    """Duties that are owed and not there; one owed while in a state is owed anew on coming back to it.

    ``known`` are the duties of the rule for those entries, where the caller has read them.
    """
    there: dict[tuple[int, int | None], list[Duty]] = defaultdict(list)
    one = not rule.each_holder
    for duty in _raised(rule, owed) if known is None else known:
        there[duty.entry_id, None if one else duty.holder_id].append(duty)
    missing = []
    for item in owed:
        before = there[item.entry, None if one else item.holder]
        period = item.period
        if rule.closes_on:  # several may be open: each is known by its period
            before = [duty for duty in before if duty.period.partition(" ")[0] == period.partition(" ")[0]]
        if rule.while_states:
            there_now = [duty for duty in before if duty.closed_on is None or duty.closed_on > on]
            if there_now:
                if item.lasting:
                    _bring_in_line(there_now[-1], item, before)
                continue
            if any(_waived_for_this_stay(rule, duty, on) for duty in before):
                continue
            period = f"{period} {len(before) + 1}" if before else period
        elif same := [duty for duty in before if duty.period == period]:
            if one and item.lasting:
                for duty in same:
                    _bring_in_line(duty, item, same)
            continue
        missing.append(
            Duty(
                rule=rule.id, entry_id=item.entry, period=period, what=item.what, holder_id=item.holder,
                region_path=item.region_path, due=item.due, due_note=item.note, begins=item.begins,
                warn_on=item.warn, raised_on=item.raised_on or on,
            )
        )  # fmt: skip
        before.append(missing[-1])
    for batch in chunks(missing, _BATCH):  # short transactions, so that nobody waits for a long list
        with transaction.atomic():
            _insert(batch)
            if in_ledger:
                facts = {"rule": rule.id, "raised": [str(duty.uid) for duty in batch]}
                records.append("duties.tick", on=on, subject_type="tick", facts=facts)
    return missing


def _insert(duties: Sequence[Duty]) -> None:
    if len(duties) < _FEW:
        Duty.objects.bulk_create(duties)
        return
    rows = Batch(Duty, duties)
    rows.insert()


def _waived_for_this_stay(rule: DutyRule, duty: Duty, on: date) -> bool:
    """Whether a duty was waived while its entry was in the states in which it still is: it is not owed anew."""
    if duty.state != Duty.State.WAIVED:
        return False
    since = Version.objects.filter(
        versions.believed(), entry=duty.entry_id, effective_from__lte=on, effective_to__gt=duty.raised_on
    )
    return not since.exclude(state__in=rule.while_states).exists()


def _bring_in_line(duty: Duty, item: Owed, others: Iterable[Duty]) -> None:
    """The day that somebody entered for the entry, and who answers for it now, are those of what it still owes."""
    taken = {other.holder_id for other in others if other is not duty and other.period == duty.period}
    now = (item.due, duty.holder_id if item.holder in taken else item.holder, item.region_path)
    if duty.closed_on is None and (duty.due, duty.holder_id, duty.region_path) != now:
        duty.due, duty.holder_id, duty.region_path = now
        duty.save(update_fields=["due", "holder", "region_path"])


def _raised(rule: DutyRule, owed: list[Owed]) -> Iterator[Duty]:
    for part in chunks(sorted({item.entry for item in owed})):
        yield from Duty.objects.filter(rule=rule.id, entry__among=part)


def close_left(rule: DutyRule, on: date) -> int:
    """Close open duties of a rule whose entry has left the states in which it owes them; returns how many."""
    still = Version.objects.filter(
        versions.at(on), register=rule.register, state__in=rule.while_states
    ).values("entry")
    rows = Duty.objects.filter(state__in=Duty.NOT_OVER, rule=rule.id, raised_on__lte=on)
    left = list(rows.exclude(entry__in=still))
    for part in chunks(left, _BATCH):
        with transaction.atomic():
            end_by_state(rule, part, on)
            facts = {"rule": rule.id, "closed": [str(duty.uid) for duty in part]}
            records.append("duties.tick", on=on, subject_type="tick", facts=facts)
    return len(left)


def end_by_state(rule: DutyRule, duties: Sequence[Duty], on: date) -> None:
    """The move out of a state is what was owed while in it; what only a record meets is no longer owed."""
    if not rule.ends_with_state:
        keys = [duty.pk for duty in duties]
        over = {"state": Duty.State.CANCELLED, "closed_on": on, "closing_note": NOTE_LEFT, "through": LEFT}
        Duty.objects.filter(pk__among=keys).update(**over)
        return
    entries = {duty.entry_id for duty in duties}
    last: dict[int, Transition] = {}
    for move in Transition.objects.filter(entry__in=entries, on__lte=on).order_by("at", "id"):
        last[move.entry_id] = move
    for duty in duties:
        done = last.get(duty.entry_id)
        taken_back = done is not None and done.transition == "revoke"
        duty.state = Duty.State.CANCELLED if taken_back else Duty.State.CLOSED
        duty.closed_on, duty.closed_by_id = on, done.actor_id if done else None
        duty.closing_note = "流转撤回后自动取消" if taken_back else "状态变化后自动办结"
        duty.through, duty.through_uid = "state", done.uid if done else None
        duty.met_on = None if taken_back else on
    columns = ["state", "closed_on", "closed_by", "closing_note", "through", "through_uid", "met_on"]
    Duty.objects.bulk_update(duties, columns, batch_size=_BATCH)


def _climb(first: date, on: date) -> int:
    """Raise the step of late duties as far as the ladder's table says by itself; each rung is taken once."""
    steps = list(Duty.Step)
    climbed = 0
    for rung in declarations.ladder():
        if rung.days_after_due is None or not rung.rule.in_force(on):
            continue
        after = timedelta(days=rung.days_after_due)
        late = Duty.objects.filter(
            state=Duty.State.OPEN, step__in=steps[: steps.index(rung.step)], due__lte=on - after
        ).exclude(steps__step=rung.step)
        rows = list(late.order_by("pk").values_list("pk", "uid", "step", "due", "raised_on"))
        for part in chunks(rows, _MANY):
            with transaction.atomic():
                _step_up(part, rung.step, after, first, on)
            climbed += len(part)
    return climbed


def _step_up(
    duties: Sequence[tuple[Any, ...]], step: Duty.Step, after: timedelta, first: date, on: date
) -> None:
    """Mark duties on the day they became that late, but not before the days that are worked through."""
    at = recorded_now()
    row = records.append(
        "duties.tick", on=on, subject_type="tick",
        facts={"step": step, "duties": [str(uid) for _, uid, *_ in duties]},
    )  # fmt: skip
    count = len(duties)
    steps = Batch.of_columns(
        DutyStep,
        {
            "uid": [uuid4() for _ in duties],
            "duty_id": [key for key, *_ in duties],
            "step": [step.value] * count,
            "before": [before for _, _, before, *_ in duties],
            "on": [max(due + after, raised_on, first) for *_, due, raised_on in duties],
            "at": [at] * count,
            "note": ["逾期后自动标记"] * count,
            "ledger_row_id": [row.pk] * count,
        },
    )
    steps.insert(resting=False)
    Duty.objects.filter(pk__among=[key for key, *_ in duties]).update(step=step)
