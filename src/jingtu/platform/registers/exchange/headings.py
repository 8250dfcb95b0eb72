"""Which column of a table is which, told by the words of its headings, in one line or in several."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from jingtu.errors import CellError, InputError
from jingtu.knowledge.grids import Grid, is_blank, text_of
from jingtu.knowledge.marking import is_list_of_findings
from jingtu.knowledge.sheets import Sheet, column_letter
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange.columns import (
    BY_MEMORY,
    BY_WORDS,
    UNKNOWN,
    Column,
    Headings,
)
from jingtu.platform.registers.exchange.said import Said
from jingtu.platform.registers.exchange.shapes import (
    CODE,
    CODE_AND_NAME,
    HOLDER,
    NAME,
    REGION,
    REGION_ABOVE,
    REGION_CODE,
    REGION_CODE_LABEL,
    REGION_LABEL,
    STATE,
    STATE_LABEL,
    TOWN,
    WORDED,
    Shape,
    entry_shape,
)
from jingtu.platform.registers.exchange.wording import by_words, has_unit, lower_as_unit, parts_of, ways
from jingtu.platform.registers.quantities import UNITS, same_unit, unit_of
from jingtu.platform.registers.values import fold

__all__ = [
    "CODE", "CODE_AND_NAME", "HOLDER", "NAME", "REGION", "REGION_CODE", "REGION_CODE_LABEL", "REGION_LABEL",
    "STATE", "STATE_LABEL", "TOWN", "WORDED", "best_row", "every_sheet", "find",
]  # fmt: skip

HEADING_ROWS = 20
_DEEPEST = 3  # lines of one heading
_FORM_WORDS = re.compile(r"[:：]")
_NOTED_UNIT = re.compile(r"(?<![填报责任主管编制牵头送])单位\s*[:：为]\s*([^\s；;()（）]{1,20})")


def find(
    register: Register, sheets: list[Sheet], file: str, mapping: Said | Mapping[str, str] | None = None
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
    shape, said = entry_shape(register), Said.of(mapping)
    found = [item for sheet in sheets if (item := best_row(shape, sheet, said)) is not None]
    best = max(found, key=lambda item: len(item.columns), default=None)
    if best is None or lacking(shape, best):
        raise no_heading(shape, file)
    check(shape, best, file)
    return best


def no_heading(shape: Shape, file: str) -> InputError:
    """The refusal of a file in which no sheet has the columns that are needed."""
    message = f"没有找到表头：前 {HEADING_ROWS} 行里应有{shape.needed_label()}一列，表头可用导出的表作样式。"
    return InputError(f"文件“{file}”不能导入：{message}", [CellError(message, file=file)])


def lacking(shape: Shape, found: Headings) -> bool:
    """Whether a column is missing that has to be there."""
    has = {column.target for column in found.columns}
    return any(not has.intersection(group) for group in shape.needed)


def check(shape: Shape, found: Headings, file: str) -> None:
    """Refuse headings that name one thing twice, or a number in a unit that is not the register's."""
    errors = _doubled(found, file) + _bad_units(shape, found, file)
    if errors:
        raise InputError(f"文件“{file}”的表头有 {len(errors)} 处需要修改。", errors)


def every_sheet(shape: Shape, sheets: Sequence[Sheet], said: Said) -> list[Headings]:
    """The best heading of each sheet that has one, in the order of the book."""
    shown = [sheet for sheet in sheets if not sheet.hidden and not is_list_of_findings(sheet)]
    found = (best_row(shape, sheet, said) for sheet in shown or sheets)
    return [item for item in found if item is not None and item.every]


def best_row(shape: Shape, sheet: Sheet, said: Said) -> Headings | None:
    """The lines of a sheet that name most columns; ``None`` where nothing is in it."""
    given = {fold(key): value for key, value in (said.columns or {}).items()}
    grid = Grid(sheet)
    best: tuple[tuple[int, int, int], Headings] | None = None
    for bottom in range(min(HEADING_ROWS, len(grid.rows))):
        if bottom in grid.titles or _goes_on(grid, bottom):
            continue
        for top in range(bottom, max(bottom - _DEEPEST, -1), -1):
            if top in grid.titles or (top < bottom and not _is_group(grid, top, bottom)):
                break
            found = _match(shape, given, said.answers, grid, top, bottom)
            known = sum(fold(column.heading) in given for column in found.every)
            score = (len(found.columns), known, bottom - top)
            if best is None or score > best[0]:
                best = (score, found)
    return best[1] if best else None


def at_row(shape: Shape, sheet: Sheet, said: Said, row: int) -> Headings:
    """The headings of one row, whatever they name."""
    given = {fold(key): value for key, value in (said.columns or {}).items()}
    return _match(shape, given, said.answers, Grid(sheet), row, row)


def repeated(shape: Shape, said: Said, like: Headings, row: int) -> Headings | None:
    """The headings that stand in a row further down: the same again, or of another table below."""
    given = {fold(key): value for key, value in (said.columns or {}).items()}
    grid = like.filled
    found = _match(shape, given, said.answers, grid, row, row)
    enough = max(2, (len(like.columns) + 1) // 2)
    if len(found.columns) < enough or lacking(shape, found):
        return None
    cells = [text_of(cell) for cell in grid.rows[row]]
    same = sum(
        1 for column in like.columns if fold(cells[column.index]) == fold(column.heading.rpartition("/")[2])
    )
    return like if same >= enough else found


def is_other_table(shape: Shape, grid: Grid, row: int) -> bool:
    """Whether a row has the headings of a table of something else: words alone, several of them known as such."""
    cells = [cell for cell in grid.sheet.rows[row] if text_of(cell)]
    if len(cells) < 3 or not all(isinstance(cell, str) and len(cell.strip()) <= 20 for cell in cells):
        return False
    if any(_looks_like_value(cell) for cell in cells):
        return False
    known = sum(1 for cell in cells if by_words(shape, fold(cell))[0])
    return known >= 2 or (known == 1 and fold(cells[0]) in {"序号", "编号"})


def _deep_merges(sheet: Sheet) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    return ((first, last) for first, last in sheet.merges if last[0] > first[0])


def _goes_on(grid: Grid, bottom: int) -> bool:
    """Whether the heading that stands in a row reaches further down."""
    for (top, left), (last, right) in _deep_merges(grid.sheet):
        if top <= bottom < last and top not in grid.titles and last - top < _DEEPEST:
            cell = grid.rows[top][left] if top < len(grid.rows) and left < grid.width else None
            if isinstance(cell, str) and cell.strip() and not _looks_like_value(cell):
                below = [text_of(item) for item in grid.rows[last]] if last < len(grid.rows) else []
                if any(below) and right >= left:
                    return True
    return _plain_second_line(grid, bottom)


def _looks_like_value(cell: Any) -> bool:
    return bool(re.fullmatch(r"[-\d.,/年月日 ]+", text_of(cell)))


def _plain_second_line(grid: Grid, row: int) -> bool:
    """Whether the next row only refines some headings of this one, in a table without merged areas."""
    if grid.sheet.merges or row + 2 >= len(grid.rows):
        return False
    upper, lower = ([text_of(cell) for cell in grid.rows[at]] for at in (row, row + 1))
    filled = [index for index, text in enumerate(lower) if text]
    words = [text for text in upper if text]
    if not filled or len(words) < 3 or len(filled) * 2 > len(upper):
        return False
    if any(
        not isinstance(grid.rows[row + 1][index], str) or _looks_like_value(lower[index]) for index in filled
    ):
        return False
    # At least one refined column stands under nothing, beside the heading that it belongs to.
    return any(not upper[index] and index and (upper[index - 1] or index - 1 in filled) for index in filled)


def _is_group(grid: Grid, top: int, bottom: int) -> bool:
    """Whether a row is the upper line of the headings below it: some reach down, some span several."""
    if any(_FORM_WORDS.search(text_of(cell)) for cell in grid.rows[top] if isinstance(cell, str)):
        return False
    if not grid.sheet.merges:
        return _plain_second_line(grid, top)
    reaching = any(
        first[0] <= top and last[0] >= bottom and first[0] not in grid.titles
        for first, last in _deep_merges(grid.sheet)
    )
    spanning = any(grid.spanned(top, index) is not None for index in range(grid.width))
    return reaching and spanning


def _texts(grid: Grid, top: int, bottom: int, index: int) -> list[str]:
    """The words over a column, from the top; a word that only goes on is said once."""
    found: list[str] = []
    for row in range(top, bottom + 1):
        text = "".join(line.strip() for line in grid.text(row, index).splitlines())
        if not text and row < bottom and not grid.sheet.merges:
            # Without merged areas a group stands over its first column alone.
            left = next((at for at in range(index, -1, -1) if grid.text(row, at)), None)
            if left is not None and grid.text(bottom, index) and grid.text(bottom, left):
                text = grid.text(row, left)
        if text and (not found or found[-1] != text):
            found.append(text)
    return found


def _match(
    shape: Shape, given: Mapping[str, str], answers: Mapping[str, str], grid: Grid, top: int, bottom: int
) -> Headings:
    noted = _noted_units(grid, top)
    every: list[Column] = []
    used: dict[str, int] = {}
    for index in range(grid.width):
        texts = _texts(grid, top, bottom, index)
        if not texts:
            continue
        heading = "/".join(texts)
        if used.setdefault(fold(heading), index) != index:
            heading = f"{heading}〔{column_letter(index)}列〕"
        column = _told(shape, given, heading, texts, index)
        every.append(_with_unit(shape, column, answers, noted, hidden=index in grid.sheet.hidden_columns))
    if every and top == bottom:
        every += _without_heading(grid, bottom, {item.index for item in every}, given)
        every.sort(key=lambda item: item.index)
    strong = {item.target for item in every if item.target and not item.weak}
    every = [
        replace(item, target="", how=UNKNOWN) if item.weak and item.target in strong else item
        for item in every
    ]
    every = _finest_place(every)
    return Headings(
        grid.sheet, bottom, [item for item in every if item.target],
        [item.heading for item in every if not item.target], every, grid, top,
    )  # fmt: skip


def _without_heading(grid: Grid, bottom: int, known: set[int], given: Mapping[str, str]) -> list[Column]:
    """Columns over which nothing stands, but something below."""
    found = []
    for index in range(grid.width):
        if index in known:
            continue
        below = [row[index] for row in grid.rows[bottom + 1 : bottom + 60] if not is_blank(row[index])]
        if len(below) < 2:
            continue
        heading = f"（{column_letter(index)} 列没有表头）"
        target = given.get(fold(heading), "")
        how = BY_MEMORY if fold(heading) in given else UNKNOWN
        found.append(Column(index, target, heading, how=how, hidden=index in grid.sheet.hidden_columns))
    return found


def _told(shape: Shape, given: Mapping[str, str], heading: str, texts: Sequence[str], index: int) -> Column:
    if (folded := fold(heading)) in given:  # a person said what this is; the heading still says in which unit
        target = given[folded]
        base = parts_of(folded)
        unit = base[1] if base and has_unit(shape, target) else ""
        if not unit and len(texts) > 1 and has_unit(shape, target):
            unit = _unit_above(shape, target, texts) or fold(texts[-1])
        return Column(index, target, heading, unit, BY_MEMORY)
    for words, weak in ways(texts):
        target, unit = by_words(shape, words)
        if target and not unit and words == lower_as_unit(texts) and by_words(shape, fold(texts[-1]))[0]:
            continue  # 所在地 over 乡镇: the lower line says more than a remark to the upper one
        if target:
            unit = unit or _unit_above(shape, target, texts)
            return Column(index, target, heading, unit, BY_WORDS, weak)
    return Column(index, "", heading)


def _unit_above(shape: Shape, target: str, texts: Sequence[str]) -> str:
    """The unit that an upper line gives for all columns under it: 排放量（千克） over 铅 and 镉."""
    item = shape.field(target)
    if item is None or item.kind not in UNITS:
        return ""
    for text in reversed(texts[:-1]):
        parts = parts_of(fold(text))
        if parts is not None and unit_of(item.kind, parts[1]):
            return parts[1]
    return ""


def _with_unit(
    shape: Shape, column: Column, answers: Mapping[str, str], noted: Mapping[str, str], *, hidden: bool
) -> Column:
    item = shape.field(column.target)
    if item is None:
        return replace(column, unit="", hidden=hidden)
    answer = answers.get(column.heading, "")
    if item.kind in UNITS:
        known = unit_of(item.kind, column.unit)
        return replace(
            column, unit=known or answer or noted.get(item.kind, ""), raw_unit="" if known else column.unit,
            hidden=hidden,
        )  # fmt: skip
    if item.kind in {"date", "boolean"}:
        return replace(column, unit=answer, hidden=hidden)
    return replace(column, hidden=hidden)


def _noted_units(grid: Grid, top: int) -> dict[str, str]:
    """Units that a line above the table gives for all of it: 单位：亩、万元."""
    found: dict[str, str] = {}
    for row in range(top):
        for cell in dict.fromkeys(text_of(cell) for cell in grid.rows[row]):
            for match in _NOTED_UNIT.finditer(cell):
                for word in re.split(r"[、,，/]", match[1]):
                    for kind in UNITS:
                        if unit := unit_of(kind, word):
                            found.setdefault(kind, unit)
    return found


def _finest_place(every: list[Column]) -> list[Column]:
    """A column of towns says where; a column of counties beside it says which of the towns of that name."""
    if all(column.target != TOWN for column in every):
        return every
    return [
        replace(column, target=REGION) if column.target == TOWN
        else replace(column, target=REGION_ABOVE) if column.target == REGION
        else column
        for column in every
    ]  # fmt: skip


def _doubled(found: Headings, file: str) -> list[CellError]:
    seen: dict[str, Column] = {}
    errors = []
    for column in found.columns:
        first = seen.setdefault(column.target, column)
        if first is not column:
            note = "（隐藏列）" if first.hidden else ""
            errors.append(
                CellError(
                    f"与 {first.place}{note}是同一项内容，请只保留一列，或在各列对照中把其中一列选为“不导入”",
                    file, found.sheet.name, found.row + 1, column.place, column.heading,
                )
            )  # fmt: skip
    return errors


def _bad_units(shape: Shape, found: Headings, file: str) -> list[CellError]:
    errors = []
    for column in found.columns:
        item = shape.field(column.target)
        if item is None:
            continue
        if item.kind in UNITS:
            wanted = "平方米、亩或公顷" if item.kind == "area" else item.unit
            bad = bool(column.raw_unit) and not column.unit and _is_measure(column.raw_unit)
        else:
            wanted = item.unit
            bad = bool(column.unit and item.unit) and not same_unit(column.unit, item.unit)
        if bad:
            errors.append(
                CellError(
                    f"单位应为{wanted}", file, found.sheet.name, found.row + 1, column.place, column.heading
                )
            )
    return errors


def _is_measure(words: str) -> bool:
    """Whether words in brackets mean a unit that nobody knows, and are no remark."""
    return bool(re.search(r"里|顷|米|亩|斤|吨|克|元|m|km|ha|kg|acre", words))
