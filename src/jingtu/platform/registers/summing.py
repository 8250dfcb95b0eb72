"""How many entries a list has and what they sum to, remembered and brought up to date by what was written since."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet, Sum

from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.listing import counts_by_state, total_words
from jingtu.platform.registers.models import Entry, Version

SUMMED = frozenset({"area", "decimal", "integer", "money", "mass"})
SUMMED_UP_TO = 10_000
_REMEMBERED_SECONDS = 3600
# Two writers may store in another order than they began: what is brought up to date in small steps is counted whole
# once in a while, so that no such meeting is remembered for long.
_IN_STEPS_SECONDS = 60
_STEP = 400
_RECENT = 50

Rows = Callable[["datetime | None"], "QuerySet[Version]"]  # as known at a moment


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts and sums of a list by state, of all rows that fit the filter but for the state chosen."""

    counts: dict[str, int]
    sums: dict[str, dict[str, Decimal]]
    left_out: bool = False  # there are sums to be had for the asking

    def count(self, state: str = "") -> int:
        """Rows in a state, or in all."""
        return self.counts.get(state, 0) if state else sum(self.counts.values())

    def totals(self, fields: Iterable[Field], state: str = "") -> list[tuple[str, str]]:
        """Sums of the shown areas and figures, in words."""
        found = []
        for item in fields:
            sums = self.sums.get(item.id, {})
            parts = [value for key, value in sums.items() if not state or key == state]
            if parts:
                found.append((f"{item.label}合计", total_words(item, sum(parts, Decimal(0)))))
        return found


@dataclass(frozen=True, slots=True)
class _Written:
    """The last version there is, and when the last ones were recorded."""

    pk: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    summary: Summary
    written: _Written
    counted_at: float = field(default_factory=time.time)


def summary(
    register: Register,
    rows: Rows,
    fields: Iterable[Field],
    *key: object,
    known_at: datetime | None = None,
    always: bool = False,
) -> Summary:
    """Count and sum, and remember it; what was written since is counted by itself.

    Of more than ``SUMMED_UP_TO`` rows nothing is summed unless ``always`` is asked for: it takes a while.

    Parameters
    ----------
    rows : callable
        The rows that fit the filter, but for the state, as known at a moment or now.
    key : object
        What makes the rows these rows: region, days, filter and the reach's fingerprint.
    known_at : datetime, optional
        The moment of knowledge asked for; what was known then does not change.
    """
    names = sorted(item.id for item in fields if item.kind in SUMMED and item.summed)
    place = _place(register, names, known_at, always, *key)
    kept: _Kept | None = cache.get(place)
    before = _written()
    if kept is not None:
        if known_at is not None or kept.written == before:
            return kept.summary
        if time.time() - kept.counted_at < _IN_STEPS_SECONDS:
            found = _next(register, rows, names, kept, always=always)
            if found is not None:
                if _written() == before:
                    cache.set(place, _Kept(found, before, kept.counted_at), _REMEMBERED_SECONDS)
                return found
    found = _summarise(register, rows(known_at), names, always=always)
    if known_at is not None or _written() == before:
        cache.set(place, _Kept(found, before), _REMEMBERED_SECONDS)
    return found


def is_long(register: Register) -> bool:
    """Whether a register is so long that a past day of it is counted on request only."""
    return Entry.objects.filter(register=register.id).order_by()[: SUMMED_UP_TO + 1].count() > SUMMED_UP_TO


def _place(register: Register, names: Sequence[str], *key: object) -> str:
    text = repr((register.id, *names, *key))
    return f"registers.summary:{hashlib.sha256(text.encode()).hexdigest()}"


def _written() -> _Written:
    last = list(Version.objects.order_by("-pk").values_list("pk", "recorded_from")[:_RECENT])
    return _Written(last[0][0], max(at for _, at in last)) if last else _Written()


def _next(
    register: Register, rows: Rows, names: Sequence[str], kept: _Kept, *, always: bool
) -> Summary | None:
    """What is remembered, less what the entries written since were then, and with what they are now."""
    then = kept.written.at
    if then is None:
        return None
    written = list(
        Version.objects.filter(pk__gt=kept.written.pk).values_list("register", "entry", "recorded_from")[
            : _STEP + 1
        ]
    )
    if len(written) > _STEP or any(at <= then for _, _, at in written):
        return None
    entries = {entry for where, entry, _ in written if where == register.id}
    if not entries:
        return kept.summary
    sums = [] if kept.summary.left_out else names
    old = _summarise(register, rows(then).filter(entry__in=entries), sums, always=True)
    new = _summarise(register, rows(None).filter(entry__in=entries), sums, always=True)
    counts = dict(kept.summary.counts)
    for state in {*old.counts, *new.counts}:
        counts[state] = counts.get(state, 0) + new.counts.get(state, 0) - old.counts.get(state, 0)
    many = bool(names) and sum(counts.values()) > SUMMED_UP_TO and not always
    if many != kept.summary.left_out:
        return None
    totals = {name: dict(parts) for name, parts in kept.summary.sums.items()}
    for found, sign in ((old, -1), (new, 1)):
        for name, parts in found.sums.items():
            for state, value in parts.items():
                there = totals.setdefault(name, {})
                there[state] = there.get(state, Decimal(0)) + sign * value
    return Summary({state: count for state, count in counts.items() if count}, totals, many)


def _summarise(register: Register, rows: QuerySet[Version], names: Sequence[str], *, always: bool) -> Summary:
    counts = counts_by_state(rows)
    totals: dict[str, dict[str, Decimal]] = {}
    if not names or (sum(counts.values()) > SUMMED_UP_TO and not always):
        return Summary(counts, totals, left_out=bool(names))
    facts = versions.facts_name(register.facts)
    plain = rows.prefetch_related(None).select_related(None).order_by().values("state")
    found: Iterable[Any] = plain.annotate(**{f"sum_{name}": Sum(f"{facts}__{name}") for name in names})
    for row in found:
        for name in names:
            if row[f"sum_{name}"] is not None:
                totals.setdefault(name, {})[row["state"]] = Decimal(row[f"sum_{name}"])
    return Summary(counts, totals)
