"""What entries owe over a span of days by schedule: a few queries, however many entries and days there are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Case as When_
from django.db.models import DateField, F, Max, When

from jingtu.platform import rules
from jingtu.platform.duties import declarations
from jingtu.platform.duties.calendars import BeforeFloodSeason, Case, Due
from jingtu.platform.duties.declarations import DutyRule, Owed
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.schedules import EveryYears, OwedOnSchedule
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers import versions
from jingtu.platform.registers.bulk import chunks
from jingtu.platform.registers.models import Version

ONE_DAY = timedelta(days=1)
_HEADER = frozenset({"effective_from"})


@dataclass(slots=True)
class Wanted:
    """One period that an entry owes in a span; ``lasting``: also on the last day of it."""

    entry: int
    version: int
    due: Due
    raised_on: date
    region_path: str
    holder: int | None
    lasting: bool


@dataclass(slots=True)
class Survey:
    """What a rule finds over a span.

    Parameters
    ----------
    found : list of Wanted
        The periods owed.
    present : set of int
        Entries in the rule's states on the last day.
    left : dict
        Since when others are not.
    base : dict
        The day from which each entry counts.
    in_force : bool
        Whether the rule holds on some day of the span.
    """

    found: list[Wanted] = field(default_factory=list)
    present: set[int] = field(default_factory=set)
    left: dict[int, date] = field(default_factory=dict)
    base: dict[int, date] = field(default_factory=dict)
    in_force: bool = True


def owed_on(owed: OwedOnSchedule, on: date, entry: int | None) -> list[Owed]:
    """What is owed on one day, of one entry or all."""
    rule = next((rule for rule in declarations.all_rules() if rule.owed is owed), None)
    entries = None if entry is None else [entry]
    found = survey(owed, on, on, entries, rule=rule).found
    return [
        Owed(
            item.entry, item.due.period, owed.words(item.due.period), item.due.due, item.region_path,
            item.holder, item.lasting, item.raised_on, item.due.begins, item.due.warn, item.due.note,
        )
        for item in found
    ]  # fmt: skip


def survey(
    owed: OwedOnSchedule,
    first: date,
    last: date,
    entries: Collection[int] | None = None,
    *,
    rule: DutyRule | None = None,
) -> Survey:
    """Every period that entries owe on some day of ``[first, last]``, once each.

    Parameters
    ----------
    entries : collection of int, optional
        Keys of the entries looked at; all of the register where not given.
    rule : DutyRule, optional
        The rule, where its basis or its own past duties decide.
    """
    schedule = owed.schedule
    rows = _rows(owed, first, last, entries)
    spans = list(_in_force(rule, first, last))
    result = Survey(in_force=bool(spans))
    bases = schedule.of(last, entries) if callable(schedule.of) else {}
    starts: Mapping[int, Any] = {}
    met: Mapping[int, date] = {}
    if isinstance(schedule, EveryYears):
        if schedule.first is not None and callable(schedule.first.of):
            starts = schedule.first.of(last, entries)
        met = last_met(rule, entries) if rule is not None else {}
    by_place = isinstance(schedule, BeforeFloodSeason)
    own_places = rules.own_places()
    worked_out: dict[Any, list[Due]] = {}
    found: dict[tuple[int, str], Wanted] = {}
    for row in _stays(rows):
        entry = row["entry_id"]
        base = row["base"] if "base" in row else bases.get(entry)
        start = row["start"] if "start" in row else starts.get(entry)
        lasting = row["effective_to"] > last
        if lasting:
            result.present.add(entry)
            if isinstance(base, date):
                result.base[entry] = base
        else:
            result.left[entry] = row["effective_to"]
        several = tuple(sorted(base.items())) if isinstance(base, Mapping) else base
        for begin, end in spans:
            opens, closes = max(begin, row["effective_from"]), min(end, row["effective_to"] - ONE_DAY)
            if opens > closes:
                continue
            path = row["region__path"]
            place = path if by_place else tuple(one for one in own_places if path.startswith(one))
            known = (place, several, start, met.get(entry), opens, closes)
            if known not in worked_out:
                case = Case(entry, row["region__path"], base, start, met.get(entry))
                worked_out[known] = list(schedule.dues(case, opens, closes))
            for due in worked_out[known]:
                there = found.get((entry, due.period))
                found[entry, due.period] = Wanted(
                    entry, row["pk"], due, there.raised_on if there else max(opens, due.opens),
                    row["region__path"], row["holder_id"], lasting,
                )  # fmt: skip
    result.found = list(found.values())
    return result


def _in_force(rule: DutyRule | None, first: date, last: date) -> Iterator[tuple[date, date]]:
    """The parts of a span on which anything is raised."""
    if rule is None or not rule.while_in_force:
        yield first, last
        return
    for basis in sorted(rule.basis, key=lambda item: item.valid_from):
        begin, end = max(first, basis.valid_from), min(last, basis.valid_to - ONE_DAY)
        if begin <= end:
            yield begin, end


def _stays(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Versions without a gap as one: since the first of them, with what the last of them says."""
    before: dict[str, Any] | None = None
    for row in rows:
        if before is not None:
            same = before["entry_id"] == row["entry_id"] and before["effective_to"] == row["effective_from"]
            if not same:
                yield before
            else:
                row["effective_from"] = before["effective_from"]
        before = row
    if before is not None:
        yield before


def _rows(
    owed: OwedOnSchedule, first: date, last: date, entries: Collection[int] | None
) -> list[dict[str, Any]]:
    """Versions in the states of a rule on some day of a span, oldest first, with the columns it counts from."""
    found = Version.objects.filter(
        versions.believed(), register=owed.register, state__in=owed.states,
        effective_from__lte=last, effective_to__gt=first,
    )  # fmt: skip
    facts = versions.facts_name(registers.get(owed.register).facts)
    columns = {}
    if isinstance(owed.schedule.of, str):
        columns["base"] = _column(facts, owed.schedule.of)
    if isinstance(owed.schedule, EveryYears) and owed.schedule.first is not None:
        of = owed.schedule.first.of
        if isinstance(of, str):
            columns["start"] = _column(facts, of)
    names = ["pk", "entry_id", "region__path", "holder_id", "effective_from", "effective_to"]
    rows: list[dict[str, Any]] = []
    for part in [None] if entries is None else chunks(list(entries)):
        some = found if part is None else found.filter(entry__among=part)
        rows += some.order_by("entry_id", "effective_from").values(*names, **columns)
    return rows


def _column(facts: str, name: str) -> F:
    return F(name if name in _HEADER else f"{facts}__{name}")


def last_met(rule: DutyRule, entries: Collection[int] | None) -> dict[int, date]:
    """The day on which each entry last did what a rule asks for; of what was waived the day it would have been due."""
    found: dict[int, date] = {}
    rows = Duty.objects.filter(rule=rule.id, closed_on__isnull=False).exclude(state=Duty.State.CANCELLED)
    day = When_(When(state=Duty.State.WAIVED, then=F("due")), default=F("met_on"), output_field=DateField())
    for part in [None] if entries is None else chunks(list(entries)):
        some = rows if part is None else rows.filter(entry__among=part)
        found.update(
            (entry, met)
            for entry, met in some.values("entry").annotate(last=Max(day)).values_list("entry", "last")
            if met is not None
        )
    return found
