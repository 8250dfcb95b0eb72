"""From a table to a diff: every row is added, changed or unchanged, or has errors; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.exchange.cells import same_words
from jingtu.platform.registers.exchange.diffs import Change, Diff, Row
from jingtu.platform.registers.exchange.enterprises import Enterprises
from jingtu.platform.registers.exchange.matching import Doubt, Entries
from jingtu.platform.registers.exchange.places import Organisations, Places
from jingtu.platform.registers.exchange.reading import Parsed, Reading, Watch, place_words
from jingtu.platform.registers.exchange.said import Said
from jingtu.platform.registers.exchange.shapes import (
    CODE,
    HOLDER,
    NAME,
    REGION,
    REGION_CODE,
    STATE,
    STATE_LABEL,
)
from jingtu.platform.registers.models import Version


class Preparer:
    """Compares the rows of one file with a register on a day, within a reach.

    Parameters
    ----------
    reach : Reach or None
        Where the importer may enter and change; ``None``: everywhere (the system).
    region : Region, optional
        Place of rows whose table has no column for it.
    said : Said
        What a person says about the table.
    """

    def __init__(
        self,
        register: Register,
        on: date,
        reach: Reach | None,
        region: Region | None = None,
        said: Said | None = None,
    ) -> None:
        self.register, self.on, self.reach, self.region = register, on, reach, region
        self.said = said or Said()
        self.fields = {item.id: item for item in register.fields}
        self.columns = values.columns(register)
        self.states = {values.fold(word): state for word, state in register.lifecycle.words.items()}
        self.state_labels = "、".join(state.label for state in register.lifecycle.states)
        self.places = Places(on, region)
        self.organisations = Organisations()
        self.entries = Entries(register, on, reach)
        self.enterprises = Enterprises.of(register, on, reach, region)
        self.doubts: list[Doubt] = []

    def prepare(self, reading: Reading, watch: Watch | None = None) -> Diff:
        """Compare all rows that were read with what is known on the day."""
        self.reading = reading
        self.several = len(reading.heads) > 1
        self._check_doubles()
        self.entries.load(reading.rows)
        rows = []
        for at, item in enumerate(reading.rows):
            row = self._compare(item)
            if row is not None:
                row.sheet = item.sheet
                rows.append(row)
            if watch is not None and at % 500 == 0:
                watch(at, len(reading.rows))
        self._check_same_entry(rows)
        names = [heads.sheet.name or "" for heads in reading.heads]
        return Diff(
            self.register, self.on, reading.file, reading.first.sheet.name, rows, reading.sorted_errors(),
            reading.ignored, names, reading.skipped, reading.questions, self.doubts, self.enterprises,
            any(heads.column(STATE) is not None for heads in reading.heads), self.said.answers.get(STATE_LABEL, ""),
        )  # fmt: skip

    def _error(self, row: Parsed, target: str | None, message: str, value: Any) -> None:
        self.reading.error(row, target, message, value)

    def _label(self, target: str) -> str:
        return self.reading.shape.targets[target].label

    # --- the whole table ---------------------------------------------------------------------------

    def _check_doubles(self) -> None:
        seen: dict[str, Parsed] = {}
        for item in self.reading.rows:
            code = item.cells.get(CODE)
            first = seen.setdefault(code, item) if code else item
            if first is not item:
                place = self._place(first.sheet, first.number, item.sheet)
                self._error(item, CODE, f"与{place}的{self.register.code_label}重复", code)

    def _check_same_entry(self, rows: Sequence[Row]) -> None:
        by_place = {(item.sheet, item.number): item for item in self.reading.rows}
        seen: dict[Any, Row] = {}
        for row in rows:
            key = row.entry.pk if row.entry else (row.code or (row.name, row.header["region_id"]))
            first = seen.setdefault(key, row)
            if first is not row:
                place = self._place(first.sheet, first.number, row.sheet)
                message = f"与{place}是同一条目，请合并后再导入"
                self._error(by_place[row.sheet, row.number], NAME, message, row.name)

    def _place(self, sheet: str | None, number: int, here: str | None) -> str:
        return f"工作表“{sheet}”第 {number} 行" if sheet != here else f"第 {number} 行"

    # --- one row -----------------------------------------------------------------------------------

    def _compare(self, item: Parsed) -> Row | None:
        code = str(item.cells.get(CODE) or "")
        current: Version | None = None
        if code in self.entries.by_code:
            current = self.entries.by_code[code][1]
            if current is None:
                self._error(
                    item, CODE,
                    f"这一{self.register.code_label}的条目在 {self.on.isoformat()} 还没有登记，请改用较晚的日期导入", code,
                )  # fmt: skip
                return None
            if not self._within(current.region.path):
                self._error(item, CODE, f"这一{self.register.code_label}已被其他地区的条目使用", code)
                return None
        self._check_state_words(item)
        region = self._region(item, current)
        if region is None or NAME not in item.cells:
            return None
        if current is None:
            match = self.entries.match(item, code, region, self.said)
            if match.doubt is not None:
                self.doubts.append(match.doubt)
                if match.open:
                    return None
            current = match.version
        if current is None:
            return self._added(item, code, region)
        return self._changed(item, code, region, current)

    def _check_state_words(self, item: Parsed) -> None:
        text = item.texts.get(STATE)
        if text and values.fold(text) not in self.states:
            self._error(item, STATE, f"应为下列之一：{self.state_labels}", text)

    def _within(self, path: str) -> bool:
        return self.reach is None or self.reach.allows(path)

    def _region(self, item: Parsed, current: Version | None) -> Region | None:
        name, code, above = place_words(item)
        if current is not None and self.places.is_called(current.region, name, code, above):
            return current.region
        stated = item.heads.column(REGION) or item.heads.column(REGION_CODE)
        try:
            if name or code:
                region: Region | None = self.places.find(name, code, self.reach, above)
            elif stated is not None and self._is_filled(stated.target):
                raise ValueError("没有写明行政区；如与上一行相同，请填“同上”或写全")
            else:
                region = self._region_around(item, current)
        except ValueError as error:
            target = REGION if name or item.heads.column(REGION) else REGION_CODE
            self._error(item, target, str(error), name or code)
            return None
        if region is None:
            self._error(item, REGION, "必填，不能为空", None)
        elif not self._within(region.path):
            self._error(item, REGION, "不在您可以登记的地区内", name or code or region.name)
            return None
        return region

    def _is_filled(self, target: str) -> bool:
        """Whether some row says its place: then an empty cell is a gap, and no rule for the table."""
        if not hasattr(self, "_filled"):
            self._filled: dict[str, bool] = {}
        if target not in self._filled:
            self._filled[target] = any(row.texts.get(target) for row in self.reading.rows)
        return self._filled[target]

    def _region_around(self, item: Parsed, current: Version | None) -> Region | None:
        """The place of a row that says none: the title it stands below, its sheet, else that of the import."""
        if item.section and self._sections_are_places():
            return self.places.find(item.section, "", self.reach)
        name = item.sheet or ""
        if name and self.places.knows(name):
            return self.places.find(name, "", self.reach)
        return current.region if current is not None else self.region

    def _sections_are_places(self) -> bool:
        if not hasattr(self, "_sections"):
            titles = {row.section for row in self.reading.rows if row.section}
            self._sections = any(self.places.knows(title) for title in titles)
        return self._sections

    def _holder(self, item: Parsed, current: Version | None, region: Region) -> tuple[bool, Any, str]:
        """Whether the table says who holds the entry, the key of that organisation, and its name."""
        text = item.texts.get(HOLDER, "")
        if current is not None and current.holder is not None and text == current.holder.name:
            return True, current.holder_id, text
        if self.enterprises is not None:
            return self._enterprise(item, current, region, text)
        if HOLDER not in item.texts:
            return False, None, ""
        if not text:
            return True, None, ""
        try:
            found = self.organisations.find(text, region)
        except ValueError as error:
            self._error(item, HOLDER, str(error), text)
            return False, None, ""
        return True, found.pk, found.name

    def _enterprise(
        self, item: Parsed, current: Version | None, region: Region, text: str
    ) -> tuple[bool, Any, str]:
        assert self.enterprises is not None
        try:
            found = self.enterprises.plan(item, current, region, text)
        except ValueError as error:
            self._error(item, HOLDER if text else NAME, str(error), text or item.cells.get(NAME))
            return False, None, ""
        if found is None:
            return False, None, ""
        if found.facility_field and found.facility is not None:
            item.cells[found.facility_field] = found.facility
        return True, found.holder, found.words

    def _plant(self, item: Parsed, current: Version | None) -> None:
        """The plant that a cell names, in a register whose holders do not bring it along."""
        for key, text in item.texts.items():
            wanted = self.fields.get(key)
            if wanted is None:
                continue
            if current is not None:
                known = getattr(versions.facts_of(current), self.columns[key].attname)
                if known is not None and values.show(wanted, known) == text:
                    continue
            if self.enterprises is None:
                try:
                    item.cells[key] = values.parse(wanted, text)
                except ValueError as error:
                    self._error(item, key, str(error), text)

    def _added(self, item: Parsed, code: str, region: Region) -> Row | None:
        _, holder, _ = self._holder(item, None, region)
        self._plant(item, None)
        facts = {key: value for key, value in item.cells.items() if key in self.fields}
        for wanted in self.register.fields:
            if wanted.required and item.heads.column(wanted.id) is None and wanted.id not in facts:
                self._error(item, wanted.id, "必填，表中没有这一列", None)
        lifecycle = self.register.lifecycle
        words = item.texts.get(STATE) or self.said.answers.get(STATE_LABEL, "")
        state = self.states.get(values.fold(words), lifecycle.initial[0])
        header = {NAME: item.cells[NAME], "region_id": region.pk, "holder_id": holder}
        row = Row(item.number, "added", code, header, facts)
        try:
            staged = self.register.stages(facts, state, self.on) if self.register.stages else []
        except ValueError as error:
            self._error(item, STATE, str(error), item.texts.get(STATE))
            return None
        row.stages = staged or [(self.on, state)]
        return row

    def _changed(self, item: Parsed, code: str, region: Region, current: Version) -> Row:
        before = versions.facts_of(current)
        row = Row(item.number, "unchanged", code or current.entry.code, {}, {}, current.entry, current)
        said_holder, holder, holder_name = self._holder(item, current, region)
        self._plant(item, current)
        name = item.cells[NAME]
        if item.raw_name == current.name or same_words(_NAME_FIELD, current.name, name):
            name = current.name
        pairs = [
            (NAME, current.name, name, name, NAME),
            ("region_id", current.region.name, region.name, region.pk, REGION),
        ]
        if said_holder:
            old = current.holder.name if current.holder else ""
            pairs.append(("holder_id", old, holder_name, holder, HOLDER))
        for column, old, new, key, target in pairs:
            if key != getattr(current, column):
                row.changes.append(Change(self._label(target), old, new))
                row.header[column] = key
        for key, value in item.cells.items():
            wanted = self.fields.get(key)
            if wanted is None:
                continue
            had = getattr(before, self.columns[key].attname)
            if had == value or same_words(wanted, had, value):
                continue
            shown = values.show(wanted, had), self._shown(wanted, value)
            spoken = values.spoken(wanted, had), values.spoken(wanted, value)
            row.changes.append(
                Change(wanted.label, *shown, *(shown if wanted.kind == "facility" else spoken))
            )
            row.facts[key] = value
        if code and not current.entry.code:
            row.changes.append(Change(self.register.code_label, "", code))
            row.new_code = code
        self._check_state(item, current)
        row.header.setdefault(NAME, current.name)
        row.header.setdefault("region_id", current.region_id)
        row.kind = "changed" if row.changes else "unchanged"
        return row

    def _shown(self, wanted: Field, value: Any) -> str:
        if wanted.kind == "facility" and isinstance(value, int) and value < 0:
            return "新建厂区"
        return values.show(wanted, value)

    def _check_state(self, item: Parsed, current: Version) -> None:
        state = self.states.get(values.fold(item.texts.get(STATE, "")))
        if state is None or state == current.state:
            return
        lifecycle = self.register.lifecycle
        now, wished = lifecycle.state(current.state).label, lifecycle.state(state).label
        self._error(
            item, STATE, f"状态由“{now}”变为“{wished}”要按流程办理，请到条目页面办理", item.texts[STATE]
        )


_NAME_FIELD = Field(NAME, "名称")
