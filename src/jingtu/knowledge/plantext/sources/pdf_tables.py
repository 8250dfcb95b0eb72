"""Ruled tables of a PDF page, from the lines that are drawn, and their joining over page breaks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import Any

from pdfplumber.table import merge_edges
from pdfplumber.utils.geometry import filter_edges

from jingtu.knowledge.plantext.sources.limits import LIMITS, Limits
from jingtu.knowledge.plantext.sources.model import Cell, TableBlock
from jingtu.knowledge.plantext.sources.pdf_text import Glyph, cell_text, goes_on

# A page of the smallest print has a thousand cells; beyond this the lines are a drawing.
_MOST_CELLS = 5_000
# Points within which two drawn lines are the same line, or meet.
_NEAR = 3.0
# A row whose words begin like this is a new one, whatever its first cell holds.
_NUMBERED = re.compile(r"\d{1,3}[．.、]\D")
_NUMBER = re.compile(r"\d+$|[一二三四五六七八九十]+、")
# A cell that has less room than this (em) below its last line has no room for another.
_LINE = 1.3
# A side that is not drawn (open tables) is supplied where cross lines stick out this far.
_OVERHANG = 12.0


@dataclass(slots=True)
class _Rule:
    """A drawn line: across at ``place`` (y or x) from ``start`` to ``end``."""

    place: float
    start: float
    end: float


@dataclass(slots=True)
class RuledTable:
    """A table on its page: the block, its box, and where its columns begin and end."""

    block: TableBlock
    x0: float
    x1: float
    top: float
    bottom: float
    columns: list[float]
    # The room (em) beside and below the last line of each cell (by identity): it may go on overleaf.
    rooms: dict[int, tuple[float, float]]


def find_tables(
    edges: list[dict[str, Any]], glyphs: list[Glyph], limits: Limits = LIMITS
) -> tuple[list[RuledTable], list[Glyph]]:
    """The tables drawn on a page, from top to bottom, and the glyphs that stand in none.

    A frame of one cell is no table. A table inside a cell gives that cell its text.
    """
    edges = filter_edges(edges, min_length=1)
    if not edges or len(edges) > limits.pdf_page_edges:
        return [], glyphs
    merged = filter_edges(merge_edges(edges, _NEAR, _NEAR, _NEAR, _NEAR), min_length=6)
    if len(merged) > limits.pdf_page_edges // 4:
        return [], glyphs
    across = [_Rule(_f(e["top"]), _f(e["x0"]), _f(e["x1"])) for e in merged if e["orientation"] == "h"]
    down = [_Rule(_f(e["x0"]), _f(e["top"]), _f(e["bottom"])) for e in merged if e["orientation"] == "v"]
    grids = [_Frame.of(rows, columns) for rows, columns in _components(across, down)]
    frames = [grid for grid in grids if grid is not None and len(grid.boxes()) > 1]
    outer = [
        frame for frame in frames if not any(other is not frame and other.holds(frame) for other in frames)
    ]
    outer.sort(key=lambda frame: frame.ys[0])
    tables: list[RuledTable] = []
    rest = glyphs
    for frame in outer:
        inside = [glyph for glyph in rest if frame.has(glyph)]
        rest = [glyph for glyph in rest if not frame.has(glyph)]
        if inside:
            tables.append(frame.table(inside))
    return tables, rest


def _f(value: Any) -> float:
    return float(value)


def _components(across: list[_Rule], down: list[_Rule]) -> list[tuple[list[_Rule], list[_Rule]]]:
    """Groups of lines that hang together."""
    group_of = list(range(len(across) + len(down)))

    def root(item: int) -> int:
        while group_of[item] != item:
            group_of[item] = group_of[group_of[item]]
            item = group_of[item]
        return item

    for i, row in enumerate(across):
        for j, column in enumerate(down, start=len(across)):
            if (
                row.start - _NEAR <= column.place <= row.end + _NEAR
                and column.start - _NEAR <= row.place <= column.end + _NEAR
            ):
                group_of[root(i)] = root(j)
    groups: dict[int, tuple[list[_Rule], list[_Rule]]] = {}
    for i, row in enumerate(across):
        groups.setdefault(root(i), ([], []))[0].append(row)
    for j, column in enumerate(down, start=len(across)):
        groups.setdefault(root(j), ([], []))[1].append(column)
    return list(groups.values())


def _places(rules: Sequence[_Rule], crossing: Sequence[_Rule]) -> list[float]:
    """Places of parallel lines, near ones taken together, with sides that are not drawn supplied."""
    found: list[float] = []
    for place in sorted(rule.place for rule in rules):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    least, most = min(rule.start for rule in crossing), max(rule.end for rule in crossing)
    if found[0] - least > _OVERHANG:
        found.insert(0, least)
    if most - found[-1] > _OVERHANG:
        found.append(most)
    return found


class _Frame:
    """A grid of drawn lines."""

    def __init__(self, xs: list[float], ys: list[float], across: list[_Rule], down: list[_Rule]) -> None:
        self.xs = xs
        self.ys = ys
        self._across = across
        self._down = down
        self._boxes: list[tuple[int, int, int, int]] | None = None

    @classmethod
    def of(cls, across: list[_Rule], down: list[_Rule]) -> _Frame | None:
        if len(across) < 2 or not down:
            return None
        xs, ys = _places(down, across), _places(across, down)
        if not 0 < (len(xs) - 1) * (len(ys) - 1) <= _MOST_CELLS:
            return None
        return cls(xs, ys, across, down)

    def holds(self, other: _Frame) -> bool:
        """Whether another frame lies within this one."""
        return (
            self.xs[0] - _NEAR <= other.xs[0]
            and other.xs[-1] <= self.xs[-1] + _NEAR
            and self.ys[0] - _NEAR <= other.ys[0]
            and other.ys[-1] <= self.ys[-1] + _NEAR
        )

    def has(self, glyph: Glyph) -> bool:
        return self.xs[0] <= glyph.centre <= self.xs[-1] and self.ys[0] <= glyph.middle <= self.ys[-1]

    def boxes(self) -> list[tuple[int, int, int, int]]:
        """Cells as (row, column, row span, column span), in reading order."""
        if self._boxes is None:
            self._boxes = self._find_boxes()
        return self._boxes

    def _find_boxes(self) -> list[tuple[int, int, int, int]]:
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        taken = [[False] * columns for _ in range(rows)]
        found = []
        for row in range(rows):
            for column in range(columns):
                if taken[row][column]:
                    continue
                width = 1
                while (
                    column + width < columns
                    and not taken[row][column + width]
                    and not self._wall(row, column + width)
                ):
                    width += 1
                height = 1
                while row + height < rows and not any(
                    self._floor(row + height, place) or taken[row + height][place]
                    for place in range(column, column + width)
                ):
                    height += 1
                for r in range(row, row + height):
                    for c in range(column, column + width):
                        taken[r][c] = True
                found.append((row, column, height, width))
        return found

    def _wall(self, row: int, column: int) -> bool:
        """Whether a line is drawn at the left of an elementary cell."""
        middle = (self.ys[row] + self.ys[row + 1]) / 2
        return _drawn(self._down, self.xs[column], middle)

    def _floor(self, row: int, column: int) -> bool:
        """Whether a line is drawn at the top of an elementary cell."""
        middle = (self.xs[column] + self.xs[column + 1]) / 2
        return _drawn(self._across, self.ys[row], middle)

    def table(self, glyphs: list[Glyph]) -> RuledTable:
        """The table with its words."""
        rows: list[list[Cell]] = [[] for _ in self.ys[1:]]
        rooms: dict[int, tuple[float, float]] = {}
        owner: dict[tuple[int, int], int] = {}
        for number, (row, column, height, width) in enumerate(self.boxes()):
            for place in product(range(row, row + height), range(column, column + width)):
                owner[place] = number
        inside: dict[int, list[Glyph]] = {}
        for glyph in glyphs:
            place = (_slot(self.ys, glyph.middle), _slot(self.xs, glyph.centre))
            inside.setdefault(owner[place], []).append(glyph)
        for number, (row, column, height, width) in enumerate(self.boxes()):
            wide = self.xs[column + width] - self.xs[column]
            text, beside, below = cell_text(inside.get(number, []), wide, self.ys[row + height])
            cell = Cell(text, height, width)
            rows[row].append(cell)
            rooms[id(cell)] = (beside, below)
        box = (self.xs[0], self.xs[-1], self.ys[0], self.ys[-1])
        return RuledTable(TableBlock(rows), *box, list(self.xs), rooms)


def _slot(places: list[float], at: float) -> int:
    """Between which two lines something stands."""
    return min(max(bisect_right(places, at) - 1, 0), len(places) - 2)


def _drawn(rules: list[_Rule], place: float, at: float) -> bool:
    return any(abs(rule.place - place) <= _NEAR and rule.start <= at <= rule.end for rule in rules)


def join_over_pages(table: RuledTable, following: RuledTable) -> bool:
    """Append a table on the next page to the one it goes on from, if it does.

    Both have the same columns; a header row printed again goes; a row that the page break cut in two
    becomes one again. Returns whether they were joined (``table`` is changed in place).
    """
    if len(table.columns) != len(following.columns) or any(
        abs((a - table.x0) - (b - following.x0)) > 2 * _NEAR
        for a, b in zip(table.columns, following.columns, strict=True)
    ):
        return False
    rows = following.block.rows
    header = table.block.rows[0]
    while rows and _words(rows[0]) == _words(header):
        rows = rows[1:]
    if not rows:
        return True
    above, below = _owners(table.block.rows)[-1], _owners(rows)[0]
    is_cut = _is_cut(above, below, table.rooms)
    table.rooms |= following.rooms
    if is_cut:
        _mend(above, below, table.rooms)
        rows = rows[1:]
    else:
        _reach_over(above, below, rows[0], table.rooms)
    table.block.rows += rows
    return True


def _words(row: list[Cell]) -> list[str]:
    return ["".join(cell.text.split()) for cell in row]


def _owners(rows: list[list[Cell]]) -> list[list[Cell | None]]:
    """For each place of a table the cell that covers it."""
    made: list[list[Cell | None]] = []
    carried: dict[int, tuple[Cell, int]] = {}
    for row in rows:
        places: dict[int, Cell | None] = {}
        still: dict[int, tuple[Cell, int]] = {}
        for column, (cell, left) in carried.items():
            places[column] = cell
            if left > 1:
                still[column] = (cell, left - 1)
        column = 0
        for cell in row:
            while column in places:
                column += 1
            for place in range(column, column + cell.col_span):
                places[place] = cell
                if cell.row_span > 1:
                    still[place] = (cell, cell.row_span - 1)
        made.append([places.get(place) for place in range(max(places, default=-1) + 1)])
        carried = still
    return made


def _is_cut(
    above: list[Cell | None], below: list[Cell | None], rooms: dict[int, tuple[float, float]]
) -> bool:
    """Whether the last row of a page goes on in the first of the next.

    Both are cut in the same columns, only one of them has a number, and a line is full that goes on.
    """
    if _cuts(above) != _cuts(below) or not above:
        return False
    first, second = above[0], below[0]
    if first is None or second is None:
        return False
    if first.text and second.text:
        same = not _NUMBER.match(second.text) and _is_cut_cell(first, second, rooms)
        if not same:
            return False
    pairs = [(a, b) for a, b in zip(above, below, strict=True) if a is not None and b is not None]
    if any(b is not second and _NUMBERED.match(b.text) for _, b in pairs):
        return False
    return any(a.text and b.text and goes_on(rooms[id(a)][0], b.text) for a, b in pairs)


def _reach_over(
    above: list[Cell | None],
    below: list[Cell | None],
    row: list[Cell],
    rooms: dict[int, tuple[float, float]],
) -> None:
    """Let merged cells that the page break cut between two rows span the rows of both pages.

    Their words stand on the first page and the second half is empty; or the name of a group was too
    long for its half and goes on.
    """
    for cell in list(row):
        upper = next((a for a, b in zip(above, below, strict=False) if b is cell), None)
        if upper is None or [a is upper for a in above] != [b is cell for b in below]:
            continue
        merged = upper.row_span > 1 or cell.row_span > 1
        if (merged and upper.text and not cell.text) or (
            cell is below[0] and _is_cut_group(upper, cell, rooms)
        ):
            upper.text += cell.text
            upper.row_span += cell.row_span
            row.remove(cell)


def _is_cut_group(group: Cell, rest: Cell, rooms: dict[int, tuple[float, float]]) -> bool:
    """Whether the first cell, the name of a group of rows, was cut in two between two of its rows."""
    if not (group.text and rest.text) or _NUMBER.match(rest.text):
        return False
    return _is_cut_cell(group, rest, rooms)


def _is_cut_cell(above: Cell, below: Cell, rooms: dict[int, tuple[float, float]]) -> bool:
    """Whether the words of one cell stopped for want of room, beside the last line and below it."""
    beside, under = rooms[id(above)]
    return under < _LINE and goes_on(beside, below.text)


def _cuts(row: list[Cell | None]) -> list[bool]:
    return [left is right for left, right in pairwise(row)]


def _mend(above: list[Cell | None], below: list[Cell | None], rooms: dict[int, tuple[float, float]]) -> None:
    """Give the cells of the upper half of a row what stands in the lower half."""
    done: set[int] = set()
    for a, b in zip(above, below, strict=True):
        if a is None or b is None or id(b) in done:
            continue
        done.add(id(b))
        a.text += b.text
        a.row_span += b.row_span - 1
        if b.text:
            rooms[id(a)] = rooms[id(b)]
