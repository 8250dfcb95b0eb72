"""Reading and writing versions in two times. Actions write; lists, indicators and decisions read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from jingtu.errors import ConflictError
from jingtu.platform.clock import OPEN_DATE, OPEN_TIME, recorded_now
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.registers import declarations
from jingtu.platform.registers.models import Entry, Facts, Version

HEADER = ("name", "region", "holder", "state")


def at(on: date, known_at: datetime | None = None, prefix: str = "") -> Q:
    """Predicate for the versions effective on ``on`` as known at ``known_at`` (``None``: now).

    ``prefix`` is the look-up path to ``Version`` (for example ``"version__"`` from a facts table).
    """
    believed = (
        Q(**{f"{prefix}recorded_to": OPEN_TIME})
        if known_at is None
        else Q(**{f"{prefix}recorded_from__lte": known_at, f"{prefix}recorded_to__gt": known_at})
    )
    return believed & Q(**{f"{prefix}effective_from__lte": on, f"{prefix}effective_to__gt": on})


def versions(register_id: str, on: date, known_at: datetime | None = None) -> QuerySet[Version]:
    """Versions of a register on a day, with their facts joined; not yet narrowed by a policy."""
    register = declarations.get(register_id)
    found = Version.objects.filter(at(on, known_at), register=register_id)
    return found.select_related("entry", "region", "holder", facts_name(register.facts))


def facts_name(facts: type[Facts]) -> str:
    """Attribute of ``Version`` that leads to its facts row."""
    return facts.__name__.lower()


def facts_of(version: Version) -> Facts:
    """The typed facts row of a version."""
    register = declarations.get(version.register)
    found: Facts = getattr(version, facts_name(register.facts))
    return found


def version_on(entry: Entry, on: date, known_at: datetime | None = None) -> Version | None:
    """The version of one entry on a day, as known then or now."""
    return versions(entry.register, on, known_at).filter(entry=entry).first()


def write(
    entry: Entry,
    *,
    header: Mapping[str, Any],
    facts: Mapping[str, Any],
    effective_from: date,
    ledger_row: LedgerRow,
    effective_to: date = OPEN_DATE,
    reason: str = "",
    recorded_at: datetime | None = None,
) -> Version:
    """Say that ``entry`` was so in ``[effective_from, effective_to)``; called by actions only.

    Versions believed until now that overlap are closed in recorded time; what of them lies outside the
    new interval is believed anew with the same content. Nothing is overwritten.

    Parameters
    ----------
    header : mapping
        ``name``, ``region``, ``holder``, ``state``: all four.
    facts : mapping
        Every column of the register's facts table.

    Raises
    ------
    ConflictError
        Another writer got there first (the entry must be locked by the caller).
    """
    register = declarations.get(entry.register)
    if effective_to <= effective_from:
        raise ConflictError("生效日期应早于失效日期", effective_from=effective_from, effective_to=effective_to)
    overlapping = list(
        Version.objects.filter(
            entry=entry, recorded_to=OPEN_TIME, effective_from__lt=effective_to, effective_to__gt=effective_from
        ).select_related(facts_name(register.facts))
    )
    now = recorded_at or recorded_now()
    for old in overlapping:
        # Two changes within one tick of the clock still have an order.
        now = max(now, old.recorded_from + timedelta(microseconds=1))
    for old in overlapping:
        Version.objects.filter(pk=old.pk).update(recorded_to=now)
        kept = {name: getattr(old, name) for name in HEADER}
        content = column_values(facts_of(old))
        if old.effective_from < effective_from:
            _insert(entry, register, kept, content, (old.effective_from, effective_from), now, old.ledger_row, old.reason)
        if old.effective_to > effective_to:
            _insert(entry, register, kept, content, (effective_to, old.effective_to), now, old.ledger_row, old.reason)
    return _insert(entry, register, header, facts, (effective_from, effective_to), now, ledger_row, reason)


def column_values(facts: Facts) -> dict[str, Any]:
    """All typed columns of a facts row, by attribute name."""
    return {
        column.attname: getattr(facts, column.attname)
        for column in facts._meta.concrete_fields
        if not column.primary_key
    }


def _insert(
    entry: Entry,
    register: declarations.Register,
    header: Mapping[str, Any],
    facts: Mapping[str, Any],
    interval: tuple[date, date],
    now: datetime,
    ledger_row: LedgerRow,
    reason: str,
) -> Version:
    version = Version.objects.create(
        entry=entry,
        register=entry.register,
        effective_from=interval[0],
        effective_to=interval[1],
        recorded_from=now,
        ledger_row=ledger_row,
        reason=reason,
        **{name: header[name] for name in HEADER},
    )
    row = register.facts(version=version, **facts)
    row.save(force_insert=True)
    version.__dict__.setdefault("_state", version._state)
    version._state.fields_cache[facts_name(register.facts)] = row
    return version
