"""Which column of a table is which field, told by the words of its heading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from jingtu.errors import CellError, InputError
from jingtu.knowledge.sheets import Sheet, column_letter
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.quantities import SQUARE_METRES
from jingtu.platform.registers.values import fold

CODE, NAME, REGION, REGION_CODE, HOLDER, STATE = "code", "name", "region", "region_code", "holder", "state"
REGION_LABEL, REGION_CODE_LABEL, STATE_LABEL = "行政区", "行政区划代码", "状态"
_REGION_WORDS = ("行政区", "所属行政区", "县区", "县(市、区)", "所在县区", "区县", "所在地", "行政区划")
TOWN = "town"
_TOWN_WORDS = (
    "乡镇",
    "所在乡镇",
    "所属乡镇",
    "乡镇(街道)",
    "乡(镇)",
    "镇(乡)",
    "乡镇街道",
    "镇街",
    "所在镇",
    "乡镇名称",
)
_REGION_CODE_WORDS = ("行政区划代码", "行政区代码", "区划代码", "行政区码")
_STATE_WORDS = ("状态", "当前状态", "管控状态", "办理状态", "进展状态")
_HEADING_ROWS = 15
_UNIT = re.compile(r"^(.+?)[(/:：,，](.+?)\)?$")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: where it stands, what it is, and the unit its heading names."""

    index: int
    target: str
    heading: str
    unit: str = ""

    @property
    def place(self) -> str:
        """As a person finds it: letter and heading."""
        return f"{column_letter(self.index)}（{self.heading}）"


@dataclass(slots=True)
class Headings:
    """The columns of one sheet, the row they stand in (from 0), and headings that nothing knows."""

    sheet: Sheet
    row: int
    columns: list[Column]
    ignored: list[str] = field(default_factory=list)


def words_of(register: Register) -> dict[str, str]:
    """Every word by which a heading may call a column, folded, to the column's target."""
    found: dict[str, str] = {}

    def add(target: str, *words: str) -> None:
        for word in words:
            found.setdefault(fold(word), target)

    add(CODE, register.code_label)
    add(NAME, register.name_label)
    for item in register.fields:
        add(item.id, item.label)
    add(REGION, *_REGION_WORDS)
    add(TOWN, *_TOWN_WORDS)
    add(REGION_CODE, *_REGION_CODE_WORDS)
    add(HOLDER, register.holder_label)
    add(STATE, *_STATE_WORDS)
    add(CODE, *register.code_synonyms)
    add(NAME, *register.name_synonyms)
    for item in register.fields:
        add(item.id, *item.synonyms)
    return found


def find(
    register: Register, sheets: list[Sheet], file: str, mapping: Mapping[str, str] | None = None
) -> Headings:
    """The sheet and row whose headings fit the register best.

    Parameters
    ----------
    mapping : mapping, optional
        Headings as they stand in the file to field ids, before any synonym; ``""``: not imported.

    Raises
    ------
    InputError
        No sheet has a heading for the name, a field has two columns, or a unit is not known.
    """
    best = best_row(register, sheets, mapping)
    if best is None or not any(column.target == NAME for column in best.columns):
        message = (
            f"没有找到表头：前 {_HEADING_ROWS} 行里应有“{register.name_label}”一列，表头可用导出的表作样式。"
        )
        raise InputError(f"文件“{file}”不能导入：{message}", [CellError(message, file=file)])
    errors = _doubled(best, file) + _bad_units(register, best, file)
    if errors:
        raise InputError(f"文件“{file}”的表头有 {len(errors)} 处需要修改。", errors)
    return best


def best_row(
    register: Register, sheets: list[Sheet], mapping: Mapping[str, str] | None = None
) -> Headings | None:
    """The row that names most columns; ``None`` where nothing is in the file."""
    given = {fold(key): value for key, value in (mapping or {}).items()}
    words = words_of(register)
    best: Headings | None = None
    for sheet in sheets:
        for index, row in enumerate(sheet.rows[:_HEADING_ROWS]):
            line = [str(cell or "").strip() for cell in row]
            found = _match(register, words, given, sheet, index, line)
            if best is None or len(found.columns) > len(best.columns):
                best = found
    return best


def _match(
    register: Register,
    words: Mapping[str, str],
    given: Mapping[str, str],
    sheet: Sheet,
    index: int,
    row: list[str],
) -> Headings:
    found = Headings(sheet, index, [])
    for position, heading in enumerate(row):
        if not heading:
            continue
        folded = fold(heading)
        target, unit = given.get(folded, words.get(folded)), ""
        match = _UNIT.match(folded)
        if folded in given:  # a person said what this is; the heading still says in which unit
            if target and match is not None and _has_unit(register, target):
                unit = match[2] if match[2] in SQUARE_METRES else ""
        elif target is None and match is not None:
            target, unit = words.get(match[1]), match[2]
            if target is not None and not _has_unit(register, target):
                unit = ""  # a remark in brackets, not a unit
        if not target:
            found.ignored.append(heading)
        else:
            found.columns.append(Column(position, target, heading, unit))
    return _finest_place(found)


def _finest_place(found: Headings) -> Headings:
    """A column of towns says where; a column of counties beside it says nothing more."""
    if any(column.target == TOWN for column in found.columns):
        found.ignored += [column.heading for column in found.columns if column.target == REGION]
        found.columns = [
            replace(column, target=REGION) if column.target == TOWN else column
            for column in found.columns
            if column.target != REGION
        ]
    return found


def _has_unit(register: Register, target: str) -> bool:
    return any(item.id == target and (item.unit or item.kind == "area") for item in register.fields)


def _doubled(headings: Headings, file: str) -> list[CellError]:
    seen: dict[str, Column] = {}
    errors = []
    for column in headings.columns:
        first = seen.setdefault(column.target, column)
        if first is not column:
            errors.append(
                CellError(
                    f"与 {first.place} 是同一项内容，请只保留一列",
                    file, headings.sheet.name, headings.row + 1, column.place, column.heading,
                )
            )  # fmt: skip
    return errors


def _bad_units(register: Register, headings: Headings, file: str) -> list[CellError]:
    errors = []
    kinds = {item.id: item for item in register.fields}
    for column in headings.columns:
        if not column.unit:
            continue
        item = kinds[column.target]
        known = column.unit in SQUARE_METRES if item.kind == "area" else fold(item.unit) == column.unit
        if not known:
            wanted = "平方米、亩或公顷" if item.kind == "area" else item.unit
            errors.append(
                CellError(
                    f"单位应为{wanted}",
                    file, headings.sheet.name, headings.row + 1, column.place, column.heading,
                )
            )  # fmt: skip
    return errors
