"""Reading and writing versions in two times. Actions write; lists, indicators and decisions read.

A write never changes what a version says. It closes believed versions in recorded time and inserts
*pieces*: the new content over its interval, and what the closed versions said outside of it, unchanged.
``write`` and ``amend`` are for one entry; ``bulk.store`` does the same for thousands at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet

from jingtu.errors import ConflictError
from jingtu.platform.clock import OPEN_DATE, OPEN_TIME, recorded_now
from jingtu.platform.inserting import insert_few
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, walking
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.models import Entry, Facts, Version

HEADER = ("name", "region", "holder", "state")
HEADER_COLUMNS = ("name", "region_id", "holder_id", "state")


def at(on: date, known_at: datetime | None = None, prefix: str = "") -> Q:
    """Predicate for the versions effective on ``on`` as known at ``known_at`` (``None``: now).

    ``prefix`` is the look-up path to ``Version`` (for example ``"version__"`` from a facts table).
    """
    return believed(known_at, prefix) & Q(
        **{f"{prefix}effective_from__lte": on, f"{prefix}effective_to__gt": on}
    )


def believed(known_at: datetime | None = None, prefix: str = "") -> Q:
    """Predicate for the versions believed at ``known_at`` (``None``: now), whatever their days."""
    if known_at is None:
        return Q(**{f"{prefix}recorded_to": OPEN_TIME})
    return Q(**{f"{prefix}recorded_from__lte": known_at, f"{prefix}recorded_to__gt": known_at})


def versions(
    register_id: str, on: date, known_at: datetime | None = None, walk: str = ""
) -> QuerySet[Version]:
    """Versions of a register on a day, with their facts joined; not yet narrowed by a policy."""
    register = declarations.get(register_id)
    standing = walking.at(on, known_at, walk) if walk else at(on, known_at)
    found = Version.objects.filter(standing, register=register_id)
    return found.select_related("entry", "region", "holder", *_facts_and_plants(register))


def _facts_and_plants(register: Register) -> list[str]:
    facts = facts_name(register.facts)
    return [facts, *(f"{facts}__{item.id}" for item in register.fields if item.kind == "facility")]


@dataclass(slots=True)
class Shared:
    """Reads thousands of versions of one register; a place or a body that many name is one object for all of them.

    Examples
    --------
    >>> list(Shared("priority_parcels").read(Version.objects.none()))
    []
    """

    register: str
    places: dict[int, Region] = field(default_factory=dict)
    bodies: dict[int, Organisation] = field(default_factory=dict)

    def read(self, rows: QuerySet[Version]) -> list[Version]:
        """The rows with entry, facts, region and holder at hand."""
        beside = _facts_and_plants(declarations.get(self.register))
        found = list(rows.select_related(None).select_related("entry", *beside))
        _fill(self.places, Region, {item.region_id for item in found})
        _fill(self.bodies, Organisation, {item.holder_id for item in found if item.holder_id is not None})
        for item in found:
            item.region = self.places[item.region_id]
            if item.holder_id is not None:
                item.holder = self.bodies[item.holder_id]
        return found


def _fill(known: dict[int, Any], model: type[models.Model], keys: set[int]) -> None:
    known |= model._default_manager.in_bulk(sorted(keys - known.keys()))


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


def believed_from(entry: Entry, on: date) -> list[Version]:
    """What is believed of one entry on a day and after it, by effective day: all that a change of that day needs."""
    register = declarations.get(entry.register)
    found = Version.objects.filter(believed(), entry=entry, effective_to__gt=on).order_by("effective_from")
    rows = list(found.select_related("region", facts_name(register.facts)))
    for version in rows:
        version.entry = entry
    return rows


def history(entry: Entry, known_at: datetime | None = None) -> list[Version]:
    """All versions of an entry believed at a moment, by effective day, with their facts."""
    register = declarations.get(entry.register)
    found = Version.objects.filter(believed(known_at), entry=entry).order_by("effective_from")
    return list(found.select_related("region", "holder", facts_name(register.facts)))


def column_values(facts: Facts) -> dict[str, Any]:
    """All typed columns of a facts row, by attribute name."""
    return {
        column.attname: getattr(facts, column.attname)
        for column in facts._meta.concrete_fields
        if not column.primary_key
    }


def header_values(version: Version) -> dict[str, Any]:
    """Name, region, holder and state of a version, by attribute name."""
    return {name: getattr(version, name) for name in HEADER_COLUMNS}


@dataclass(slots=True)
class Piece:
    """Content over one interval of effective days, still to be stored as a version."""

    header: dict[str, Any]
    facts: dict[str, Any]
    effective_from: date
    effective_to: date
    ledger_row_id: int
    reason: str

    @classmethod
    def of(cls, version: Version, effective_from: date, effective_to: date) -> Piece:
        """What ``version`` said, over another interval."""
        return cls(
            header_values(version),
            column_values(facts_of(version)),
            effective_from,
            effective_to,
            version.ledger_row_id,
            version.reason,
        )


def remainders(old: Version, effective_from: date, effective_to: date) -> list[Piece]:
    """What ``old`` said before and after the interval: believed anew, unchanged."""
    found = []
    if old.effective_from < effective_from:
        found.append(Piece.of(old, old.effective_from, effective_from))
    if old.effective_to > effective_to:
        found.append(Piece.of(old, effective_to, old.effective_to))
    return found


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
    recorded_at : datetime, optional
        Moment of recording; now where not given.

    Raises
    ------
    ConflictError
        The interval is empty.
    """
    _check_interval(effective_from, effective_to)
    overlapping = _overlapping(entry, effective_from, effective_to)
    pieces = [piece for old in overlapping for piece in remainders(old, effective_from, effective_to)]
    new = Piece(
        by_column(Version, header), by_column(declarations.get(entry.register).facts, facts),
        effective_from, effective_to, ledger_row.pk, reason,
    )  # fmt: skip
    return _replace(entry, overlapping, [*pieces, new], recorded_at)[-1]


def amend(
    entry: Entry,
    *,
    effective_from: date,
    ledger_row: LedgerRow,
    header: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    effective_to: date = OPEN_DATE,
    reason: str = "",
    recorded_at: datetime | None = None,
    known: Sequence[Version] | None = None,
) -> list[Version]:
    """Change some columns over ``[effective_from, effective_to)`` and leave the others as they were.

    Where the interval covers several versions each keeps its other columns, so that a fact entered late
    does not undo what was entered after it. Days before the first version are not covered by ``amend``.

    Parameters
    ----------
    known : sequence of Version, optional
        ``believed_from`` a day not after ``effective_from``, where the caller has read it under its lock.

    Returns
    -------
    list of Version
        The versions that carry the change; empty where everything was so already.
    """
    _check_interval(effective_from, effective_to)
    new_header = by_column(Version, header or {})
    new_facts = by_column(declarations.get(entry.register).facts, facts or {})
    closing: list[Version] = []
    kept: list[Piece] = []
    changed: list[Piece] = []
    for old in _overlapping(entry, effective_from, effective_to, known):
        old_header, old_facts = header_values(old), column_values(facts_of(old))
        if old_header | new_header == old_header and old_facts | new_facts == old_facts:
            continue
        closing.append(old)
        kept += remainders(old, effective_from, effective_to)
        start, end = max(old.effective_from, effective_from), min(old.effective_to, effective_to)
        changed.append(
            Piece(old_header | new_header, old_facts | new_facts, start, end, ledger_row.pk, reason)
        )
    if not changed:
        return []
    return _replace(entry, closing, [*kept, *changed], recorded_at)[len(kept) :]


def recording_moment(closing: Iterable[Version], recorded_at: datetime | None = None) -> datetime:
    """The moment of a write: two changes within one tick of the clock still have an order."""
    now = recorded_at or recorded_now()
    for old in closing:
        now = max(now, old.recorded_from + timedelta(microseconds=1))
    return now


def build(entry: Entry, piece: Piece, now: datetime) -> Version:
    """An unsaved version with the content of a piece."""
    return Version(
        entry=entry,
        register=entry.register,
        effective_from=piece.effective_from,
        effective_to=piece.effective_to,
        recorded_from=now,
        ledger_row_id=piece.ledger_row_id,
        reason=piece.reason,
        **piece.header,
    )


def _overlapping(
    entry: Entry, effective_from: date, effective_to: date, known: Sequence[Version] | None = None
) -> list[Version]:
    found = believed_from(entry, effective_from) if known is None else known
    return [
        item for item in found if item.effective_from < effective_to and item.effective_to > effective_from
    ]


def _replace(
    entry: Entry, closing: Sequence[Version], pieces: Sequence[Piece], recorded_at: datetime | None
) -> list[Version]:
    now = recording_moment(closing, recorded_at)
    closed = Version.objects.filter(
        pk__in=[old.pk for old in closing], recorded_to=OPEN_TIME
    ).update(recorded_to=now)  # fmt: skip
    if closed != len(closing):
        raise ConflictError("该条目刚刚被其他人修改，本次改动没有保存，请刷新后重试。", entry=str(entry.uid))
    facts_model = declarations.get(entry.register).facts
    stored = list(insert_few([build(entry, piece, now) for piece in pieces]))
    rows = [
        facts_model(version=version, **piece.facts) for version, piece in zip(stored, pieces, strict=True)
    ]
    insert_few(rows)
    for version, row in zip(stored, rows, strict=True):
        version._state.fields_cache[facts_name(facts_model)] = row
    return stored


def by_column(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by column: a related object given by its field name becomes its key."""
    return {
        attribute(model, name): value.pk if isinstance(value, models.Model) else value
        for name, value in values.items()
    }


def attribute(model: type[models.Model], name: str) -> str:
    """The attribute that holds a field's column: that of a related row is its key."""
    return str(getattr(model._meta.get_field(name), "attname", name))


def _check_interval(effective_from: date, effective_to: date) -> None:
    if effective_to <= effective_from:
        raise ConflictError(
            "生效日期应早于失效日期", effective_from=effective_from, effective_to=effective_to
        )
