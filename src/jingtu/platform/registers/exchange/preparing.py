"""From a table to a diff: every row is added, changed or unchanged, or has errors; nothing is written."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.core.serializers.json import DjangoJSONEncoder

from jingtu.errors import CellError
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.bulk import chunks
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.exchange import headings
from jingtu.platform.registers.exchange.headings import (
    CODE,
    HOLDER,
    NAME,
    REGION,
    REGION_CODE,
    STATE,
    Headings,
)
from jingtu.platform.registers.exchange.places import Organisations, Places
from jingtu.platform.registers.models import Entry, Version

Kind = Literal["added", "changed", "unchanged"]
Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that becomes different, in words."""

    label: str
    old: str
    new: str


@dataclass(slots=True)
class Row:
    """One row of the table as it would be applied."""

    number: int
    kind: Kind
    code: str
    header: dict[str, Any]
    facts: dict[str, Any]
    entry: Entry | None = None
    changes: list[Change] = field(default_factory=list)
    stages: list[tuple[date, str]] = field(default_factory=list)
    new_code: str | None = None

    @property
    def name(self) -> str:
        return str(self.header.get(NAME, ""))


@dataclass(slots=True)
class Diff:
    """What an import would do on a day; with errors nothing of it can be applied."""

    register: Register
    on: date
    file: str
    sheet: str | None
    rows: list[Row] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def count(self, kind: Kind) -> int:
        return sum(row.kind == kind for row in self.rows)

    def to_json(self) -> dict[str, Any]:
        """The document of ``jingtu register import``."""
        return {
            "added": self.count("added"),
            "changed": self.count("changed"),
            "unchanged": self.count("unchanged"),
            "errors": [error.to_json() for error in self.errors],
            "ignored_columns": self.ignored,
            "fingerprint": self.fingerprint(),
        }

    def fingerprint(self) -> str:
        """Hash of what would be written: a diff confirmed later must still be the one that was shown."""
        personal = {item.id for item in self.register.fields if item.personal}
        content = [
            [
                row.kind,
                row.code,
                str(row.entry.uid) if row.entry else None,
                row.header,
                row.stages,
                {key: value for key, value in row.facts.items() if key not in personal},
            ]
            for row in self.rows
            if row.kind != "unchanged"
        ]
        text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class _Parsed:
    number: int
    cells: dict[str, Any]
    texts: dict[str, str]


class Preparer:
    """Prepares one file for one register, day and reach.

    Parameters
    ----------
    reach : Reach or None
        Where the importer may enter and change; ``None``: everywhere (the system).
    region : Region, optional
        Place of rows whose table has no column for it.
    """

    def __init__(
        self, register: Register, on: date, reach: Reach | None, region: Region | None = None
    ) -> None:
        self.register, self.on, self.reach, self.region = register, on, reach, region
        self.fields = {item.id: item for item in register.fields}
        self.columns = values.columns(register)
        self.states = {values.fold(state.label): state.id for state in register.lifecycle.states}
        self.places = Places(on, region)
        self.organisations = Organisations()
        self.errors: list[CellError] = []

    def prepare(self, found: Headings, file: str, watch: Watch | None = None) -> Diff:
        """Read all rows below the headings and compare them with what is known on the day."""
        self.found, self.file = found, file
        by_target = {column.target: column for column in found.columns}
        self.by_target = by_target
        parsed = []
        body = found.sheet.rows[found.row + 1 :]
        for offset, cells in enumerate(body):
            number = found.row + 2 + offset
            item = self._parse(number, cells)
            if item is not None:
                parsed.append(item)
            if watch is not None and offset % 500 == 0:
                watch(offset, len(body))
        self._check_doubles(parsed)
        by_code, by_name = self._known(parsed)
        rows = [row for item in parsed if (row := self._compare(item, by_code, by_name)) is not None]
        self._check_same_entry(rows)
        errors = sorted(self.errors, key=lambda error: (error.row or 0, error.column or ""))
        return Diff(self.register, self.on, file, found.sheet.name, rows, errors, found.ignored)

    # --- one row -----------------------------------------------------------------------------------

    def _parse(self, number: int, row: Sequence[Any]) -> _Parsed | None:
        raw = {
            column.target: row[column.index] if column.index < len(row) else None
            for column in self.found.columns
        }
        if all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in raw.values()):
            return None
        cells: dict[str, Any] = {}
        for target, cell in raw.items():
            if target in self.fields:
                self._parse_field(number, self.fields[target], cell, cells)
        name_field = Field(NAME, self.register.name_label, required=True)
        self._parse_field(number, name_field, raw.get(NAME), cells, Version._meta.get_field("name"))
        if CODE in raw:
            code_field = Field(CODE, self.register.code_label)
            self._parse_field(number, code_field, raw[CODE], cells, Entry._meta.get_field("code"))
        texts = {
            target: str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell or "").strip()
            for target, cell in raw.items()
            if target in {REGION, REGION_CODE, HOLDER, STATE}
        }
        if texts.get(STATE) and values.fold(texts[STATE]) not in self.states:
            labels = "、".join(state.label for state in self.register.lifecycle.states)
            self._error(number, STATE, f"应为下列之一：{labels}", texts[STATE])
        return _Parsed(number, cells, texts)

    def _parse_field(
        self, number: int, item: Field, cell: Any, cells: dict[str, Any], column: Any = None
    ) -> None:
        heading = self.by_target.get(item.id)
        try:
            unit = heading.unit if heading else ""
            cells[item.id] = values.parse(item, cell, column or self.columns.get(item.id), unit)
        except ValueError as error:
            self._error(number, item.id, str(error), cell)

    def _error(self, number: int, target: str | None, message: str, value: Any) -> None:
        column = self.by_target.get(target) if target else None
        place = column.place if column else (self._label(target) if target else None)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        shown = str(value)[:80] if value not in {None, ""} else None
        self.errors.append(CellError(message, self.file, self.found.sheet.name, number, place, shown))

    def _label(self, target: str) -> str:
        labels = {
            CODE: self.register.code_label, NAME: self.register.name_label, HOLDER: self.register.holder_label,
            REGION: headings.REGION_LABEL, REGION_CODE: headings.REGION_CODE_LABEL, STATE: headings.STATE_LABEL,
        }  # fmt: skip
        return labels.get(target) or self.fields[target].label

    # --- the whole table ---------------------------------------------------------------------------

    def _check_doubles(self, parsed: Sequence[_Parsed]) -> None:
        seen: dict[str, int] = {}
        for item in parsed:
            code = item.cells.get(CODE)
            if code and seen.setdefault(code, item.number) != item.number:
                self._error(item.number, CODE, f"与第 {seen[code]} 行的{self.register.code_label}重复", code)

    def _check_same_entry(self, rows: Sequence[Row]) -> None:
        seen: dict[Any, int] = {}
        for row in rows:
            key = row.entry.pk if row.entry else (row.code or (row.name, row.header["region_id"]))
            if seen.setdefault(key, row.number) != row.number:
                self._error(row.number, NAME, f"与第 {seen[key]} 行是同一条目，请合并后再导入", row.name)

    def _known(
        self, parsed: Sequence[_Parsed]
    ) -> tuple[dict[str, tuple[Entry, Version | None]], dict[str, list[Version]]]:
        """Entries by code, whether on the register that day or not, and versions of the day by name."""
        codes = sorted({item.cells[CODE] for item in parsed if item.cells.get(CODE)})
        names = sorted({item.cells[NAME] for item in parsed if item.cells.get(NAME)})
        today = versions.versions(self.register.id, self.on)
        by_entry: dict[int, Version] = {}
        by_name: dict[str, list[Version]] = defaultdict(list)
        for part in chunks(names):
            for version in today.filter(name__in=part):
                by_name[version.name].append(version)
        by_code: dict[str, tuple[Entry, Version | None]] = {}
        for part in chunks(codes):
            for version in today.filter(entry__code__in=part):
                by_entry[version.entry_id] = version
            for entry in Entry.objects.filter(register=self.register.id, code__in=part):
                by_code[entry.code] = (entry, by_entry.get(entry.pk))
        return by_code, by_name

    def _compare(
        self,
        item: _Parsed,
        by_code: Mapping[str, tuple[Entry, Version | None]],
        by_name: Mapping[str, list[Version]],
    ) -> Row | None:
        code = str(item.cells.get(CODE) or "")
        current: Version | None = None
        if code in by_code:
            current = by_code[code][1]
            if current is None:
                self._error(
                    item.number, CODE,
                    f"这一{self.register.code_label}的条目在 {self.on.isoformat()} 还没有登记，请改用较晚的日期导入", code,
                )  # fmt: skip
                return None
            if not self._within(current.region.path):
                self._error(item.number, CODE, f"这一{self.register.code_label}已被其他地区的条目使用", code)
                return None
        region = self._region(item, current)
        if region is None or NAME not in item.cells:
            return None
        if current is None:
            current = self._by_name(item, region, code, by_name.get(item.cells[NAME], []))
        holder = self._holder(item, current, region)
        if current is None:
            return self._added(item, code, region, holder)
        return self._changed(item, code, region, holder, current)

    def _by_name(
        self, item: _Parsed, region: Region, code: str, same_name: Sequence[Version]
    ) -> Version | None:
        found = [
            version
            for version in same_name
            if version.region_id == region.pk and (not code or not version.entry.code)
        ]
        if len(found) > 1:
            label = self.register.code_label
            self._error(
                item.number, NAME, f"{region.name}有 {len(found)} 条同名条目，请填写{label}", item.cells[NAME]
            )
        return found[0] if found else None

    def _within(self, path: str) -> bool:
        return self.reach is None or self.reach.allows(path)

    def _region(self, item: _Parsed, current: Version | None) -> Region | None:
        name, code = item.texts.get(REGION, ""), item.texts.get(REGION_CODE, "")
        if current is not None and self.places.is_called(current.region, name, code):
            return current.region
        try:
            region = self.places.find(name, code, self.reach) if name or code else self.region
        except ValueError as error:
            self._error(item.number, REGION if name else REGION_CODE, str(error), name or code)
            return None
        if region is None:
            self._error(item.number, REGION, "必填，不能为空", None)
        elif not self._within(region.path):
            self._error(item.number, REGION, "不在您可以登记的地区内", name or code)
            return None
        return region

    def _holder(self, item: _Parsed, current: Version | None, region: Region) -> Organisation | None:
        if HOLDER not in item.texts:
            return current.holder if current else None
        text = item.texts[HOLDER]
        if not text:
            return None
        if current is not None and current.holder is not None and current.holder.name == text:
            return current.holder
        try:
            return self.organisations.find(text, region)
        except ValueError as error:
            self._error(item.number, HOLDER, str(error), text)
            return None

    def _added(self, item: _Parsed, code: str, region: Region, holder: Organisation | None) -> Row | None:
        facts = {key: value for key, value in item.cells.items() if key in self.fields}
        for wanted in self.register.fields:
            if wanted.required and wanted.id not in self.by_target:
                self._error(item.number, wanted.id, "必填，表中没有这一列", None)
        lifecycle = self.register.lifecycle
        state = self.states.get(values.fold(item.texts.get(STATE, "")), lifecycle.initial[0])
        header = {
            NAME: item.cells[NAME], "region_id": region.pk, "holder_id": holder.pk if holder else None
        }  # fmt: skip
        row = Row(item.number, "added", code, header, facts)
        try:
            staged = self.register.stages(facts, state, self.on) if self.register.stages else []
        except ValueError as error:
            self._error(item.number, STATE, str(error), item.texts.get(STATE))
            return None
        row.stages = staged or [(self.on, state)]
        return row

    def _changed(
        self, item: _Parsed, code: str, region: Region, holder: Organisation | None, current: Version
    ) -> Row:
        before = versions.facts_of(current)
        row = Row(item.number, "unchanged", code or current.entry.code, {}, {}, current.entry)
        pairs = [
            (NAME, current.name, item.cells[NAME], NAME),
            ("region_id", current.region.name, region.name, REGION),
        ]
        if HOLDER in item.texts:
            old = current.holder.name if current.holder else ""
            pairs.append(("holder_id", old, holder.name if holder else "", HOLDER))
        keys = {"region_id": region.pk, "holder_id": holder.pk if holder else None, NAME: item.cells[NAME]}
        for name, old, new, target in pairs:
            if keys[name] != getattr(current, name):
                row.changes.append(Change(self._label(target), old, new))
                row.header[name] = keys[name]
        for key, value in item.cells.items():
            if key in self.fields and getattr(before, key) != value:
                wanted = self.fields[key]
                row.changes.append(
                    Change(
                        wanted.label, values.show(wanted, getattr(before, key)), values.show(wanted, value)
                    )
                )
                row.facts[key] = value
        if code and not current.entry.code:
            row.changes.append(Change(self.register.code_label, "", code))
            row.new_code = code
        state = self.states.get(values.fold(item.texts.get(STATE, "")))
        if state is not None and state != current.state:
            lifecycle = self.register.lifecycle
            now, wished = lifecycle.state(current.state).label, lifecycle.state(state).label
            self._error(
                item.number,
                STATE,
                f"状态由“{now}”变为“{wished}”要按流程办理，请到条目页面办理",
                item.texts[STATE],
            )
        row.header.setdefault(NAME, current.name)
        row.header.setdefault("region_id", current.region_id)
        row.kind = "changed" if row.changes else "unchanged"
        return row
