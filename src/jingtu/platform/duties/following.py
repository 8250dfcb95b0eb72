"""Duties follow their entries at once: when one is entered, changed, moved or imported, and when a record is made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max, Min

from jingtu.platform import events
from jingtu.platform.duties import closing, declarations
from jingtu.platform.duties.declarations import DutyRule, OwedByState
from jingtu.platform.duties.models import Duty, Tick
from jingtu.platform.duties.reconciling import LEFT, reconcile
from jingtu.platform.duties.schedules import EveryYears, OwedOnSchedule
from jingtu.platform.duties.ticking import LONGEST_CATCH_UP, end_by_state, raise_among, raise_missing
from jingtu.platform.registers import timeline, versions
from jingtu.platform.registers.models import Version

REVOKED = "revoke"


def follow_entry(event: events.Event) -> None:
    """Raise, move and close the duties of one entry as soon as it is entered, changed or moved.

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
    move = event.facts.get("move")
    if move == REVOKED and (revoked := timeline.revoked_move(entry)) is not None:
        closing.reopen(revoked.uid)
    elif move:
        for rule in rules.values():
            closing.close_by_move(rule, entry, move, on)
    duties: dict[str, list[Duty]] = defaultdict(list)
    for duty in Duty.objects.filter(entry=entry, rule__in=rules):
        duties[duty.rule].append(duty)
    here = version.state if version is not None else None
    for name, some in duties.items():
        rule = rules[name]
        if isinstance(rule.owed, OwedOnSchedule) or not rule.while_states or here in rule.while_states:
            continue
        left = [duty for duty in some if duty.closed_on is None and duty.raised_on <= on]
        if left:
            end_by_state(rule, left, on)
    span, stays = _Span.of(on), None
    for rule in rules.values():
        if isinstance(rule.owed, OwedOnSchedule):
            if stays is None:
                stays = _stays(entry)
            _follow_schedule(rule, entry, span, duties[rule.id], stays)
        elif rule.while_states and here not in rule.while_states:
            continue
        elif not isinstance(rule.owed, OwedByState):
            raise_missing(rule, list(rule.owed(on, entry)), on, duties[rule.id], in_ledger=False)
        elif version is not None:
            raise_missing(rule, rule.owed.of(version), on, duties[rule.id], in_ledger=False)


@dataclass(frozen=True, slots=True)
class _Span:
    """The days that an event of a day touches: since the first that was worked through, up to the last."""

    first: date
    last: date

    @classmethod
    def of(cls, on: date) -> _Span:
        ticked = Tick.objects.aggregate(first=Min("on"), last=Max("on"))
        last = max(on, ticked["last"]) if ticked["last"] else on
        return cls(min(max(on, ticked["first"]) if ticked["first"] else on, last), last)


Stay = tuple[str, date, date]  # state, from, to


def _stays(entry: int) -> list[Stay]:
    """In which state an entry is believed to be, and when."""
    believed = Version.objects.filter(versions.believed(), entry=entry)
    return list(believed.values_list("state", "effective_from", "effective_to"))


def _follow_schedule(rule: DutyRule, entry: int, span: _Span, duties: list[Duty], stays: list[Stay]) -> None:
    """Bring one entry in line over all days that its duties were raised for and that were worked through."""
    assert isinstance(rule.owed, OwedOnSchedule)
    last = span.last
    # What was cancelled when the entry left is owed again if it turns out never to have left.
    open_since = [duty.raised_on for duty in duties if duty.closed_on is None or duty.through == LEFT]
    first = max(min([span.first, *open_since]), last - LONGEST_CATCH_UP)
    states = rule.owed.states
    if not duties and not any(
        state in states and end > first and begin <= last for state, begin, end in stays
    ):
        return  # it owes nothing by this rule, and never did
    reconcile(rule, first, last, [entry], whole=True, in_ledger=False)
    closing.close_by_records(rule, [entry])


def follow_record(event: events.Event) -> None:
    """A record closes what it meets; a withdrawn one no longer does, a corrected one perhaps something else."""
    record, entry = event.facts["record"], event.facts["entry"]
    rules = [
        rule
        for rule in declarations.all_rules()
        if rule.register == event.facts["register"] and _touched(rule, event.facts["kind"])
    ]
    before = event.facts.get("before")
    if event.name.endswith("withdrawn"):
        reopened = {duty.rule for duty in closing.reopen(record.uid)}
        rules += [rule for rule in declarations.all_rules() if rule.id in reopened and rule not in rules]
    elif before is not None:
        closing.put_right(record.uid, record.on)
    if not rules:
        return
    span, stays = _Span.of(event.on), _stays(entry)
    for rule in rules:
        closing.close_by_records(rule, [entry])
        if isinstance(rule.owed, OwedOnSchedule):
            known = list(Duty.objects.filter(entry=entry, rule=rule.id))
            _follow_schedule(rule, entry, span, known, stays)


def _touched(rule: DutyRule, kind: str) -> bool:
    """Whether a record can change what a rule asks for: its kind closes it, or a function says what it counts from."""
    if not isinstance(rule.owed, OwedOnSchedule | OwedByState):
        return False
    if kind in closing.record_kinds(rule):
        return True
    if not isinstance(rule.owed, OwedOnSchedule):
        return False
    schedule = rule.owed.schedule
    first = schedule.first if isinstance(schedule, EveryYears) else None
    return callable(schedule.of) or (first is not None and callable(first.of))


def follow_import(event: events.Event) -> None:
    """Raise the duties of an imported list once it is committed, so that the import's lock stays short."""
    register, entries = event.facts["register"], event.facts["entries"]
    if any(rule.register == register for rule in declarations.all_rules()):
        transaction.on_commit(lambda: raise_among(event.on, register, entries))
