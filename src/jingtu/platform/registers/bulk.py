"""Storing many versions in one short transaction: everything that can be made ready before it, is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from jingtu.errors import ConflictError
from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.inserting import Batch
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.models import Entry, Version
from jingtu.platform.registers.versions import Piece

Item = TypeVar("Item")
_CHUNK = 2000


@dataclass(slots=True)
class NewEntry:
    """An entry to be entered: its content, and since when it has been in which state."""

    entry: Entry
    header: dict[str, Any]
    facts: dict[str, Any]
    stages: list[tuple[date, str]]


@dataclass(slots=True)
class Amendment:
    """Columns of an existing entry that become different from a day on; ``version``: where one was read, of that day."""

    entry: Entry
    header: dict[str, Any]
    facts: dict[str, Any]
    code: str | None = None
    version: Version | None = None


@dataclass(slots=True)
class Prepared:
    """What a bulk write will do; ``expected`` are the versions it was prepared against."""

    register: Register
    new: list[tuple[Entry, list[Piece]]]
    changed: list[tuple[Entry, list[Piece]]]
    entries: Batch
    versions: Batch
    facts: Batch
    closing: list[int]
    expected: dict[int, set[int]]
    codes: list[Entry]
    latest: datetime | None
    effective_from: date


def chunks(items: Sequence[Item], size: int = _CHUNK) -> Iterator[Sequence[Item]]:
    """Slices of at most ``size``, for queries with many keys."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def coded(register: Register, codes: Collection[str]) -> QuerySet[Entry]:
    """Entries of a register by their codes, along the index of codes, in which no empty one is."""
    return Entry.objects.filter(register=register.id, code__in=codes).exclude(code="")


def prepare(
    register: Register,
    new: Iterable[NewEntry],
    amendments: Sequence[Amendment],
    effective_from: date,
    reason: str,
) -> Prepared:
    """Work out every piece before the transaction; the ledger row is filled in by ``store``."""
    fresh = [(item.entry, _stages(item, reason)) for item in new]
    by_entry = {item.entry.pk: item for item in amendments}
    believed = _overlapping(register, by_entry, effective_from)
    changed: list[tuple[Entry, list[Piece]]] = []
    closing: list[Version] = []
    for key, olds in believed.items():
        item = by_entry[key]
        pieces: list[Piece] = []
        for old in olds:
            old_header, old_facts = (
                versions.header_values(old),
                versions.column_values(versions.facts_of(old)),
            )
            if old_header | item.header == old_header and old_facts | item.facts == old_facts:
                continue
            closing.append(old)
            pieces += versions.remainders(old, effective_from, OPEN_DATE)
            start = max(old.effective_from, effective_from)
            pieces.append(
                Piece(old_header | item.header, old_facts | item.facts, start, old.effective_to, 0, reason)
            )
        changed.append((item.entry, pieces))
    codes = []
    for item in amendments:
        if item.code is not None:
            item.entry.code = item.code
            codes.append(item.entry)
    every = [(entry, piece) for entry, content in [*fresh, *changed] for piece in content]
    entered = timezone.now()
    for entry, _ in fresh:
        entry.created_at = entered
    return Prepared(
        register=register,
        new=fresh,
        changed=changed,
        entries=Batch(Entry, [entry for entry, _ in fresh]),
        versions=_batch_of_versions(register, [piece for _, piece in every], entered),
        facts=_batch_of_facts(register, [piece for _, piece in every]),
        closing=[old.pk for old in closing],
        expected={key: {old.pk for old in olds} for key, olds in believed.items()},
        codes=codes,
        latest=max((old.recorded_from for old in closing), default=None),
        effective_from=effective_from,
    )


def _batch_of_versions(register: Register, pieces: Sequence[Piece], now: datetime) -> Batch:
    """Versions by column: thousands of them need not be made into objects first."""
    columns: dict[str, Sequence[Any]] = {
        name: [piece.header[name] for piece in pieces] for name in versions.HEADER_COLUMNS
    }
    columns |= {
        "register": [register.id] * len(pieces),
        "effective_from": [piece.effective_from for piece in pieces],
        "effective_to": [piece.effective_to for piece in pieces],
        "recorded_from": [now] * len(pieces),
        "reason": [piece.reason for piece in pieces],
    }
    return Batch.of_columns(Version, columns)


def _batch_of_facts(register: Register, pieces: Sequence[Piece]) -> Batch:
    if not pieces:
        return Batch(register.facts, ())
    return Batch.of_columns(
        register.facts, {name: [piece.facts[name] for piece in pieces] for name in pieces[0].facts}
    )


def store(prepared: Prepared, ledger_row: LedgerRow, now: datetime) -> None:
    """Write what was prepared, inside the caller's transaction.

    Raises
    ------
    ConflictError
        Somebody changed one of the entries since it was prepared: nothing is written.
    """
    keys = sorted(prepared.expected)
    for part in chunks(keys):
        list(Entry.objects.select_for_update().filter(pk__among=part).order_by("pk").values_list("pk"))
    found: dict[int, set[int]] = {key: set() for key in keys}
    for part in chunks(keys):
        rows = Version.objects.filter(
            versions.believed(), entry__among=part, effective_to__gt=prepared.effective_from
        )
        for entry, pk in rows.values_list("entry_id", "pk"):
            found[entry].add(pk)
    if found != prepared.expected:
        raise ConflictError("预览之后有条目被其他人修改，本次导入没有保存任何内容，请重新预览后确认。")
    for closing in chunks(prepared.closing):
        Version.objects.filter(pk__among=closing, recorded_to=OPEN_TIME).update(recorded_to=now)
    Entry.objects.bulk_update(prepared.codes, ["code"], batch_size=500)
    for (fresh, _), key in zip(prepared.new, prepared.entries.reserve_keys(), strict=True):
        fresh.pk = key
        fresh._state.adding = False
    prepared.entries.insert()
    pieces = [(item.pk, piece) for item, content in [*prepared.new, *prepared.changed] for piece in content]
    keys_of_versions = prepared.versions.reserve_keys()
    prepared.versions.fill("entry_id", [key for key, _ in pieces])
    prepared.versions.fill("ledger_row_id", [piece.ledger_row_id or ledger_row.pk for _, piece in pieces])
    prepared.versions.fill_all("recorded_from", now)
    prepared.versions.insert()
    prepared.facts.fill("version_id", keys_of_versions)
    prepared.facts.insert()


def _stages(item: NewEntry, reason: str) -> list[Piece]:
    ends = [day for day, _ in item.stages[1:]] + [OPEN_DATE]
    return [
        Piece(item.header | {"state": state}, item.facts, start, end, 0, reason)
        for (start, state), end in zip(item.stages, ends, strict=True)
    ]


def _overlapping(
    register: Register, amendments: Mapping[int, Amendment], effective_from: date
) -> dict[int, list[Version]]:
    """What is believed on the day and after it, by entry; a version is immutable and read but once."""
    found: dict[int, list[Version]] = {key: [] for key in sorted(amendments)}
    at_hand = {item.version.pk: item.version for item in amendments.values() if item.version is not None}
    for part in chunks(list(found)):
        rows = Version.objects.filter(versions.believed(), entry__among=part, effective_to__gt=effective_from)
        rows = rows.order_by("entry_id", "effective_from")
        keys = list(rows.values_list("pk", flat=True))
        missing = [key for key in keys if key not in at_hand]
        some = rows.filter(pk__among=missing).select_related(versions.facts_name(register.facts))
        read = {item.pk: item for item in some} if missing else {}
        for key in keys:
            version = at_hand.get(key) or read[key]
            found[version.entry_id].append(version)
    return found
