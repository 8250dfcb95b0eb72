"""The heading of a table with an analyte in each row and a sample in each column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jingtu.knowledge.grids import Grid, is_blank, text_of
from jingtu.knowledge.labsheets import words
from jingtu.knowledge.labsheets.heads import GUESSED, LIKELY, Head, column_of, is_data, is_ph, one_each
from jingtu.knowledge.labsheets.model import RESULT, Column


def read_turned_head(grid: Grid, row: int, following: Sequence[int]) -> list[Head]:
    """The heading of a table with an analyte in each row and a sample in each column, if it is one."""
    end = _end_of_turned(grid, row, following)
    label = _label_column(grid, row, end)
    if label is None:
        return []
    names = {line: _label(grid, line, label) for line in range(row, end)}
    analytes = [line for line in range(row, end) if words.analyte_of(words.split_unit(names[line])[0])]
    top = analytes[0]
    special: dict[str, int] = {}
    lines: list[int] = []
    for column in range(label + 1, grid.width):
        heads = {grid.text(line, column) for line in range(row, top)} - {""}
        kind = next((kind for head in heads if (kind := _special(head))), None)
        if kind is None and any(is_data(grid.text(line, column)) for line in analytes):
            lines.append(column)
            continue
        if heads or any(grid.text(line, column) for line in analytes):
            kind = kind or "skip"
            while kind in special:
                kind += "+"
            special[kind] = column
    if not lines:
        return []
    inside = range(lines[0], lines[-1] + 1)
    special = {
        kind: place for kind, place in special.items() if place in inside or not kind.startswith("skip")
    }
    above = {
        found
        for line in range(row, top)
        for place in range(label + 1, grid.width)
        if (found := words.split_unit(grid.text(line, place))[1])
    }
    common = above.pop() if len(above) == 1 else ""
    columns = [
        _turned_column(
            grid, line, names[line], lines, grid.text(line, special["unit"]) if "unit" in special else ""
        )
        for line in range(row, end)
    ]
    columns = [column for column in columns if column.heading or column.target]
    for item in columns:
        if item.target == RESULT and not item.unit and not is_ph(item.analyte):
            item.unit = common
    _name_samples(grid, columns, lines)
    one_each(columns)
    results = sum(column.target == RESULT for column in columns)
    if not results:
        return []
    head = Head(grid.name, "transposed", row, end - 1, columns, special, (lines[0], lines[-1] + 1), end)
    head.score = results + 0.2 * sum(bool(column.target) for column in columns)
    return [head]


def _end_of_turned(grid: Grid, row: int, following: Sequence[int]) -> int:
    seen = False
    heading = set(following)
    for line in range(row, len(grid.rows)):
        cells = [cell for cell in grid.rows[line] if not is_blank(cell)]
        if not cells or line in grid.titles:
            if seen:
                return line
            continue
        first = text_of(cells[0])
        if seen and (words.note_of(first) or (line in heading and _is_head_of_table(cells))):
            return line
        seen = seen or any(words.analyte_of(words.split_unit(text_of(cell))[0]) for cell in cells[:3])
    return len(grid.rows)


def _is_head_of_table(cells: Sequence[Any]) -> bool:
    fields = {found[0] for cell in cells if isinstance(cell, str) and (found := words.field_of(cell))}
    return "analyte" in fields or len(fields) > 2 or "sample" in fields


def _label_column(grid: Grid, row: int, end: int) -> int | None:
    best, most = None, 0
    for column in range(min(4, grid.width)):
        hits = sum(
            words.analyte_of(words.split_unit(grid.text(line, column))[0]) is not None
            for line in range(row, end)
        )
        if hits > most:
            best, most = column, hits
    return best


def _label(grid: Grid, line: int, label: int) -> str:
    return grid.text(line, label) or next(
        (text for column in range(label) if (text := grid.text(line, column)) and not text.isdigit()), ""
    )


def _special(text: str) -> str | None:
    found = words.field_of(text)
    if found is not None and found[0] in ("unit", "method", "detection_limit"):
        return found[0]
    return words.word_of("row", text)


def _turned_column(grid: Grid, line: int, name: str, lines: Sequence[int], unit_beside: str) -> Column:
    column = column_of(line, [name] if name else [], unit_beside)
    if (
        column.target == RESULT
        and column.why == "unit"
        and not any(is_data(grid.text(line, place)) for place in lines)
    ):
        column.target = column.analyte = ""
    if column.target == "" and unit_beside and words.is_unit(unit_beside):
        column.target, column.analyte, column.unit = RESULT, name, unit_beside
        column.confidence, column.why = GUESSED, "unit"
    if words.note_of(name) or words.word_of("row", name):
        column.target = column.analyte = ""
    return column


def _name_samples(grid: Grid, columns: Sequence[Column], lines: Sequence[int]) -> None:
    """The row of the heading 检测项目 names the samples, unless another row does."""
    heads = [column for column in columns if column.target == "analyte"]
    named = any(column.target == "sample" for column in columns)
    for column in heads:
        column.target = ""
    for column in reversed(heads):
        texts = [grid.text(column.position, line) for line in lines]
        found = [words.field_of(text) for text in texts if text]
        if not named and found and not any(found):
            column.target, column.confidence, column.why, named = "sample", LIKELY, "words", True
