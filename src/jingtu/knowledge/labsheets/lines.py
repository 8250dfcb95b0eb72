"""The lines of a table, upright or turned: their cells, their fields, and those that hold no result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jingtu.knowledge.grids import Grid, text_of
from jingtu.knowledge.labsheets import cells, words
from jingtu.knowledge.labsheets.model import RESULT, Block, Column, Ignored
from jingtu.knowledge.labsheets.tables import LabTable, Source

_MOST_IGNORED = 200


class View:
    """The lines of a block, upright or turned, and where their cells are."""

    def __init__(self, grid: Grid, block: Block, table: LabTable) -> None:
        self.grid, self.block, self.table = grid, block, table
        self.special = set(block.special.values())
        last = grid.width if block.turned else len(grid.rows)
        self.lines = [line for line in range(block.first, min(block.last, last)) if line not in self.special]

    def cell(self, line: int, position: int) -> Any:
        row, column = (position, line) if self.block.turned else (line, position)
        return self.grid.rows[row][column] if row < len(self.grid.rows) and column < self.grid.width else None

    def place(self, line: int, position: int) -> tuple[int, int]:
        return (position, line) if self.block.turned else (line, position)

    def raw(self, line: int, position: int) -> str:
        return self.grid.raw(*self.place(line, position))

    def column(self, position: int) -> list[Any]:
        """The cells of one position in all lines."""
        if self.block.turned:
            return [self.cell(line, position) for line in self.lines]
        if position >= self.grid.width:
            return [None] * len(self.lines)
        rows = self.grid.rows
        return [rows[line][position] for line in self.lines]

    def ignore(self, line: int, text: str, why: str) -> None:
        row = None if self.block.turned else line + 1
        known = any((item.sheet, item.row) == (self.grid.name, row) for item in self.table.ignored)
        if len(self.table.ignored) < _MOST_IGNORED and (row is None or not known):
            self.table.ignored.append(Ignored(self.grid.name, row, text[:80], why))


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "sampled_on": cells.day,
    "ph": lambda cell: cells.number(cell, "应为 0 到 14 之间的数字，例如 6.35"),
    "longitude": cells.degrees,
    "latitude": cells.degrees,
}


def _parsed(view: View, column: Column, target: str) -> tuple[list[Any], list[tuple[int, str, str]]]:
    """One field of all lines, and what could not be read: place in the lines, text, what was expected."""
    found: list[Any] = []
    unread: list[tuple[int, str, str]] = []
    seen: dict[Any, Any] = {}
    if target in ("depth_top", "depth_bottom"):
        parse: Callable[[Any], Any] = lambda cell: cells.one_depth(cell, column.unit)  # noqa: E731
    else:
        parse = _PARSERS.get(target, text_of)
    if parse is text_of:
        return [
            cell.strip() if type(cell) is str else text_of(cell) for cell in view.column(column.position)
        ], []
    for place, cell in enumerate(view.column(column.position)):
        key = (type(cell), cell) if cell.__hash__ else id(cell)
        if key not in seen:
            try:
                seen[key] = parse(cell)
            except (cells.UnreadError, OverflowError, ValueError) as error:
                seen[key] = error
        value = seen[key]
        if isinstance(value, Exception):
            expected = str(value) if isinstance(value, cells.UnreadError) else "不能识别，请核对"
            unread.append((place, text_of(cell), expected))
            value = None
        found.append(value)
    return found, unread


def fields_of(view: View) -> tuple[dict[str, list[Any]], dict[str, Source], list[tuple[str, int, str, str]]]:
    """All fields of a block that run along its lines."""
    values: dict[str, list[Any]] = {}
    sources: dict[str, Source] = {}
    unread: list[tuple[str, int, str, str]] = []
    for column in view.block.columns:
        name = column.target
        if not name or name in (RESULT, "value", "detection_limit") or column.analyte or name in values:
            continue
        if name == "depth":
            tops: list[float | None] = []
            bottoms: list[float | None] = []
            for place, cell in enumerate(view.column(column.position)):
                try:
                    top, bottom = cells.depths(cell, column.unit)
                except cells.UnreadError as error:
                    top = bottom = None
                    unread.append(("depth_top", place, text_of(cell), str(error)))
                tops.append(top)
                bottoms.append(bottom)
            values.setdefault("depth_top", tops)
            values.setdefault("depth_bottom", bottoms)
            sources["depth_top"] = sources["depth_bottom"] = Source("line", column.position)
            continue
        values[name], bad = _parsed(view, column, name)
        sources[name] = Source("line", column.position)
        unread += [(name, *item) for item in bad]
    _translate(values, "medium")
    _translate(values, "qc_kind")
    return values, sources, unread


def _translate(values: dict[str, list[Any]], name: str) -> None:
    if name in values:
        known = {text: words.word_of(name, text) for text in set(values[name])}
        values[name] = [text if known[text] is None else known[text] for text in values[name]]
