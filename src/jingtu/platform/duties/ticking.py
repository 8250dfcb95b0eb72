"""Time passes by ``tick``: idempotent, catching up on the days when nobody's machine was on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from jingtu.platform import events
from jingtu.platform.duties import declarations
from jingtu.platform.duties.declarations import DutyRule, Owed, OwedByState
from jingtu.platform.duties.models import Duty, Tick
from jingtu.platform.indicators import snapshots
from jingtu.platform.ledger import records
from jingtu.platform.registers import versions
from jingtu.platform.registers.bulk import chunks
from jingtu.platform.registers.models import Transition, Version

TICKED = "tick"
NOT_DONE = (Duty.State.OPEN, Duty.State.SUBMITTED)
LONGEST_CATCH_UP = timedelta(days=400)  # an installation left alone for longer begins anew


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


def tick(on: date) -> TickReport:
    """Work through every day since the last tick up to ``on``.

    A day ticked twice changes nothing the second time. The first tick of an installation, and one for a day
    before the last, work through that day alone.

    Parameters
    ----------
    on : date
        The business date.

    Returns
    -------
    TickReport
    """
    last = Tick.objects.filter(on__lte=on).order_by("-on").values_list("on", flat=True).first()
    first = on if last is None or last == on else max(last + timedelta(days=1), on - LONGEST_CATCH_UP)
    report = TickReport()
    for offset in range((on - first).days + 1):
        _tick_day(first + timedelta(days=offset), report)
    return report


def _tick_day(day: date, report: TickReport) -> None:
    with records.operation():
        with transaction.atomic():
            raised = raise_owed(day)
            closed = close_left(day)
            escalated = _climb(day)
            if raised or closed or escalated:
                records.append(
                    "duties.tick",
                    on=day,
                    subject_type="tick",
                    facts={
                        "raised": [str(item.uid) for item in raised],
                        "closed": closed,
                        "escalated": escalated,
                    },
                )
            events.emit(events.Event(TICKED, day))
            Tick.objects.update_or_create(
                on=day, defaults={"facts": {"raised": len(raised), "closed": closed, "escalated": escalated}}
            )
        report.snapshots += snapshots.take_due(day)
    report.days.append(day)
    report.raised += len(raised)
    report.closed += closed
    report.escalated += escalated


def raise_owed(on: date, register: str | None = None) -> list[Duty]:
    """Raise what is owed on a day and not raised yet, on all registers or one."""
    found: list[Duty] = []
    for rule in declarations.all_rules():
        if register is None or rule.register == register:
            found += _raise(rule, list(rule.owed(on, None)), on)
    return found


def _raise_among(on: date, register: str, entries: Sequence[int]) -> None:
    """Raise what some entries of a register owe: a long register is not read for a few new rows."""
    rules = [rule for rule in declarations.all_rules() if rule.register == register]
    by_state = [rule for rule in rules if isinstance(rule.owed, OwedByState)]
    for part in chunks(entries, 1000) if by_state else ():
        there = list(versions.versions(register, on).filter(entry__in=part))
        for rule in by_state:
            assert isinstance(rule.owed, OwedByState)
            _raise(rule, [owed for version in there for owed in rule.owed.of(version)], on)
    for rule in rules:
        if rule not in by_state:
            _raise(rule, list(rule.owed(on, None)), on)


def _raise(rule: DutyRule, owed: list[Owed], on: date, known: Iterable[Duty] | None = None) -> list[Duty]:
    """Duties that are owed and not there; one owed while in a state is owed anew on coming back to it.

    ``known`` are the duties of the rule for those entries, where the caller has read them.
    """
    there: dict[tuple[int, int | None], list[Duty]] = defaultdict(list)
    for duty in _raised(rule, owed) if known is None else known:
        there[duty.entry_id, duty.holder_id].append(duty)
    missing = []
    for item in owed:
        before = there[item.entry, item.holder]
        period = item.period
        if rule.while_states:
            there_now = [duty for duty in before if duty.closed_on is None or duty.closed_on > on]
            if there_now:
                if item.lasting:
                    _move_due(there_now[-1], item.due)
                continue
            period = f"{period} {len(before) + 1}" if before else period
        elif any(duty.period == period for duty in before):
            continue
        missing.append(
            Duty(
                rule=rule.id, entry_id=item.entry, period=period, what=item.what, holder_id=item.holder,
                region_path=item.region_path, due=item.due, raised_on=on,
            )
        )  # fmt: skip
        before.append(missing[-1])
    for batch in chunks(missing, 500):  # short transactions, so that nobody waits for a long list
        Duty.objects.bulk_create(batch)
    return missing


def _move_due(duty: Duty, due: date | None) -> None:
    """The day that somebody entered for the entry is the day of what it still owes."""
    if duty.state in NOT_DONE and duty.due != due:
        duty.due = due
        duty.save(update_fields=["due"])


def _raised(rule: DutyRule, owed: list[Owed]) -> Iterator[Duty]:
    for part in chunks(sorted({item.entry for item in owed})):
        yield from Duty.objects.filter(rule=rule.id, entry__in=part)


def close_left(on: date) -> int:
    """Close open duties whose entry has left the states in which it owes them; returns how many."""
    closed = 0
    for rule in declarations.all_rules():
        if not rule.while_states:
            continue
        still = Version.objects.filter(
            versions.at(on), register=rule.register, state__in=rule.while_states
        ).values("entry")
        left = Duty.objects.filter(_not_done(), rule=rule.id, raised_on__lte=on).exclude(entry__in=still)
        for duty in left:
            _close(duty, on)
            closed += 1
    return closed


def _close(duty: Duty, on: date) -> None:
    last = Transition.objects.filter(entry=duty.entry_id, on__lte=on).order_by("at", "id").last()
    duty.state, duty.closed_on = Duty.State.CLOSED, on
    duty.closed_by_id = last.actor_id if last else None
    duty.closing_note = "状态变化后自动办结"
    duty.save(update_fields=["state", "closed_on", "closed_by", "closing_note"])


def _not_done() -> Q:
    return Q(state__in=NOT_DONE)


def _climb(on: date) -> int:
    """Raise the step of late duties as far as the ladder's table says by itself."""
    steps = list(Duty.Step)
    climbed = 0
    for rung in declarations.ladder():
        if rung.days_after_due is None or not rung.rule.in_force(on):
            continue
        below = steps[: steps.index(rung.step)]
        late = Duty.objects.filter(
            state=Duty.State.OPEN, step__in=below, due__lte=on - timedelta(days=rung.days_after_due)
        )
        climbed += late.update(step=rung.step)
    return climbed


def follow_entry(event: events.Event) -> None:
    """Raise and close the duties of one entry as soon as it is entered, changed or moved.

    Somebody waits for this: the version and the duties are read once, and only rules that speak of the
    state are asked.
    """
    entry, on = event.facts["entry"], event.on
    rules = {rule.id: rule for rule in declarations.all_rules() if rule.register == event.facts["register"]}
    if not rules:
        return
    version: Version | None = event.facts.get("version")
    if version is None:
        version = versions.versions(event.facts["register"], on).filter(entry=entry).first()
    here = version.state if version is not None else None
    duties: dict[str, list[Duty]] = {name: [] for name in rules}
    for duty in Duty.objects.filter(entry=entry, rule__in=rules):
        duties[duty.rule].append(duty)
        left = rules[duty.rule].while_states
        if left and here not in left and duty.state in NOT_DONE and duty.raised_on <= on:
            _close(duty, on)
    for rule in rules.values():
        if rule.while_states and here not in rule.while_states:
            continue
        if not isinstance(rule.owed, OwedByState):
            _raise(rule, list(rule.owed(on, entry)), on, duties[rule.id])
        elif version is not None:
            _raise(rule, rule.owed.of(version), on, duties[rule.id])


def follow_import(event: events.Event) -> None:
    """Raise the duties of an imported list once it is committed, so that the import's lock stays short."""
    register, entries = event.facts["register"], event.facts["entries"]
    if any(rule.register == register for rule in declarations.all_rules()):
        transaction.on_commit(lambda: _raise_among(event.on, register, entries))
