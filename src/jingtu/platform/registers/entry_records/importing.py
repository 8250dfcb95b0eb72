"""Records out of a table: every row finds its entry by code or name, and its record by the kind's key.

A table is read whole and compared first; what is confirmed is applied whole or not at all, each record with
its own ledger row, so that duties hear of each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import IO, Any, Literal

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from jingtu.errors import CellError, ConflictError, InputError, JingtuError
from jingtu.knowledge import sheets
from jingtu.platform.ledger import records as ledger
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.bulk import chunks
from jingtu.platform.registers.entry_records.actions import AddRecord, CorrectRecord
from jingtu.platform.registers.entry_records.declarations import DAY, RecordKind, register_of
from jingtu.platform.registers.entry_records.queries import believed_records
from jingtu.platform.registers.exchange import reading
from jingtu.platform.registers.exchange.reading import Parsed, Reading
from jingtu.platform.registers.exchange.shapes import CODE, NAME, record_shape
from jingtu.platform.registers.models import EntryRecord, Version

MOST_ROWS = 5000
What = Literal["added", "changed", "unchanged"]


@dataclass(slots=True)
class Line:
    """One row of the table as it would be applied."""

    number: int
    what: What
    version: Version
    on: date
    found: dict[str, Any]
    old: EntryRecord | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class RecordDiff:
    """What an import of records would do; with errors nothing of it can be applied."""

    kind: RecordKind
    file: str
    sheet: str | None
    lines: list[Line] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def count(self, what: What) -> int:
        return sum(line.what == what for line in self.lines)

    def fingerprint(self) -> str:
        """Hash of what would be done: a preview that was confirmed is still the same."""
        content = [
            (line.number, line.what, str(line.version.entry.uid), line.on, _plain(line.found),
             line.old.pk if line.old else None)
            for line in self.lines
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(content, cls=DjangoJSONEncoder).encode()).hexdigest()


def dry_run(kind: RecordKind, stream: IO[bytes], file: str, *, actor: User | None, on: date) -> RecordDiff:
    """Read a table and say what importing it would do.

    Parameters
    ----------
    on : date
        No record speaks of a later day; entries are found as they stand on this one.

    Raises
    ------
    InputError
        The file cannot be read, or has no column that tells the entries.
    """
    shape = record_shape(register_of(kind), kind.label, kind.all_fields, kind.model, (DAY,))
    table = reading.read(shape, sheets.load(stream, file, reading.LIMITS), file)
    if len(table.rows) > MOST_ROWS:
        raise InputError(f"一次最多导入 {MOST_ROWS:,} 行，表中有 {len(table.rows):,} 行，请拆分后再导入。")
    diff = RecordDiff(kind, file, table.first.sheet.name, ignored=table.ignored)
    reader = _Reader(kind, diff, table, actor, on)
    for row in table.rows:
        reader.read(row)
    # What a table of entries is asked about once, a table of records has to say itself.
    diff.errors = [*table.sorted_errors(), *(item.error(file) for item in table.questions)]
    return diff


def apply(diff: RecordDiff, *, actor: User | None, fingerprint: str = "") -> None:
    """Enter and correct what a diff says, whole or not at all.

    Raises
    ------
    ConflictError
        The world has moved on since the diff was confirmed.
    InputError
        The diff has errors, or a record is refused; every refusal with its row.
    """
    if diff.errors:
        raise InputError("有错误的表格不会导入任何内容。", diff.errors)
    if fingerprint and fingerprint != diff.fingerprint():
        raise ConflictError("预览之后记录已有变化，本次导入没有保存任何内容，请重新预览后确认。")
    refused: list[CellError] = []
    reason = f"按表格“{diff.file}”导入"[:300]
    with ledger.operation(), transaction.atomic():
        for line in diff.lines:
            try:
                with transaction.atomic():
                    _apply(diff.kind, line, actor, reason)
            except JingtuError as error:
                found = error.errors if isinstance(error, InputError) else []
                refused += [
                    replace(item, file=diff.file, sheet=diff.sheet, row=line.number)
                    for item in found or [CellError(error.message)]
                ]
        if refused:
            raise InputError(f"有 {len(refused)} 处不能导入，没有保存任何内容。", refused)


def _apply(kind: RecordKind, line: Line, actor: User | None, reason: str) -> None:
    entry = line.version.entry
    if line.what == "added":
        AddRecord(actor, line.on, entry, kind.id, line.found, reason=reason).execute()
    elif line.what == "changed":
        assert line.old is not None
        line.old.entry = entry
        CorrectRecord(actor, line.on, line.old, kind.id, line.found, reason=reason).execute()


class _Reader:
    """Reads rows one by one; looks entries and records up once for all of them."""

    def __init__(
        self, kind: RecordKind, diff: RecordDiff, table: Reading, actor: User | None, on: date
    ) -> None:
        self.kind, self.diff, self.table, self.on = kind, diff, table, on
        self.fields = {item.id: item for item in kind.all_fields}
        self.by_code: dict[str, Version] = {}
        self.by_name: dict[str, dict[int, Version]] = {}
        self.stored: dict[int, list[EntryRecord]] = {}
        self.seen: dict[tuple[Any, ...], int] = {}
        self.bad = {(error.sheet, error.row) for error in table.errors}
        self._look_up(actor)

    def _look_up(self, actor: User | None) -> None:
        """The entries that the table names, and what is recorded of them."""
        words = {
            target: sorted({str(row.cells.get(target) or "") for row in self.table.rows} - {""})
            for target in (CODE, NAME)
        }
        register = register_of(self.kind)
        entries = versions.versions(register.id, self.on)
        if actor is not None:
            reads = policies.reach(actor, register.read_permission)
            writes = policies.reach(actor, self.kind.permission)
            entries = entries.filter(
                reads.q("region__path", "holder_id"), writes.q("region__path", "holder_id")
            )
        for target, column in ((CODE, "entry__code"), (NAME, "name")):
            for part in chunks(words.get(target, []), 500):
                for version in entries.filter(**{f"{column}__in": part}):
                    if version.entry.code:
                        self.by_code[version.entry.code] = version
                    self.by_name.setdefault(version.name, {})[version.entry_id] = version
        keys = {version.entry_id for named in self.by_name.values() for version in named.values()}
        for found in chunks(sorted(keys), 500):
            for record in believed_records(self.kind.id).filter(entry__in=found):
                self.stored.setdefault(record.entry_id, []).append(record)

    def read(self, row: Parsed) -> None:
        known = len(self.table.errors)
        version = self._entry(row)
        found = {target: value for target, value in row.cells.items() if target in self.fields}
        on = found.pop(DAY, None)
        if on is not None and on > self.on:
            self.table.error(row, DAY, "不能晚于今天", on)
        for target, text in row.texts.items():  # a plant, by the words for it
            if text and target in self.fields:
                try:
                    found[target] = values.parse(self.fields[target], text)
                except ValueError as error:
                    self.table.error(row, target, str(error), text)
        wrong = len(self.table.errors) > known or (row.sheet, row.number) in self.bad
        if wrong or version is None or on is None:
            return
        self._compare(row, version, on, found)

    def _compare(self, row: Parsed, version: Version, on: date, found: dict[str, Any]) -> None:
        number = row.number
        whole = {DAY: on} | found
        old: EntryRecord | None = None
        stored = self.stored.get(version.entry_id, [])
        if self.kind.key:
            key = tuple(_key(whole.get(name)) for name in self.kind.key)
            first = self.seen.setdefault((version.entry_id, *key), number)
            if first != number:
                self.table.error(row, None, f"与第 {first} 行是同一条记录")
                return
            old = next(
                (
                    item
                    for item in stored
                    if tuple(_key(getattr(item, name)) for name in self.kind.key) == key
                ),
                None,
            )
        else:
            old = next((item for item in stored if item.on == on and not self._changes(item, found)), None)
        if old is None:
            self.diff.lines.append(Line(number, "added", version, on, found))
            return
        changes = self._changes(old, found)
        if old.on != on:
            changes.insert(0, (self.kind.on_label, old.on.isoformat(), on.isoformat()))
        self.diff.lines.append(
            Line(number, "changed" if changes else "unchanged", version, on, found, old, changes)
        )

    def _changes(self, old: EntryRecord, found: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        return [
            (self.fields[name].label, values.show(self.fields[name], getattr(old, name)),
             values.show(self.fields[name], value))
            for name, value in found.items()
            if _key(getattr(old, name)) != _key(value)
        ]  # fmt: skip

    def _entry(self, row: Parsed) -> Version | None:
        code, name = str(row.cells.get(CODE) or ""), str(row.cells.get(NAME) or "")
        if code:
            found = self.by_code.get(code)
            if found is None:
                self.table.error(row, CODE, "清单中没有这个编号的条目，或不在您的权限范围内", code)
            return found
        if not name:
            target = NAME if row.heads.column(NAME) else CODE
            self.table.error(row, target, "没有写明是哪一个条目")
            return None
        same = list(self.by_name.get(name, {}).values())
        if len(same) != 1:
            message = (
                f"清单中有 {len(same)} 个条目叫这个名称，请加一列编号"
                if same
                else "清单中没有这个名称的条目，或不在您的权限范围内"
            )
            self.table.error(row, NAME, message, name)
            return None
        return same[0]


def _key(value: Any) -> Any:
    return getattr(value, "pk", value)


def _plain(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _key(value) for name, value in found.items()}


def template_headings(kind: RecordKind, fields: list[Any]) -> list[str]:
    """The headings of a table that can be imported."""
    register = register_of(kind)
    units = {"area": "平方米", "mass": "千克", "money": "元"}
    labels = [register.code_label, register.name_label, kind.on_label]
    for item in fields:
        unit = units.get(item.kind, item.unit)
        labels.append(f"{item.label}（{unit}）" if unit else item.label)
    return labels


def template_row(fields: list[Any], record: Any) -> list[Any]:
    """One record as a row under those headings."""
    return [
        record.entry.code,
        record.version.name,
        record.on,
        *(_exported(item, getattr(record, item.id)) for item in fields),
    ]


def _exported(item: Any, value: Any) -> Any:
    if value is None or value == "":
        return None
    if item.kind == "mass":
        return Decimal(value) / 1000
    if item.kind in {"choice", "boolean"}:
        return values.show(item, value)
    return str(value) if item.kind in {"facility", "year"} else value
