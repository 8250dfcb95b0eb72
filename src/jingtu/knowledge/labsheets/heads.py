"""The heading of one table: which rows it takes, which way the table runs, what each column is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jingtu.knowledge.grids import Grid, is_blank, text_of
from jingtu.knowledge.labsheets import words
from jingtu.knowledge.labsheets.model import RESULT, Block, Column

_MOST_ROWS = 7
_DATA = re.compile(r"^[<>≤≥＜＞〈]?\s*[-+]?\d|^(nd|n\.d\.|未检出|l|<dl|bdl)$", re.IGNORECASE)
_METHOD = re.compile(r"(HJ|GB|NY|DZ|LY|CJ|EPA|US)\s*/?\s*T?\s*\d", re.IGNORECASE)
_OF_AN_ANALYTE = frozenset({"value", "unit", "method", "detection_limit"})
_OF_A_SAMPLE = (
    "point", "longitude", "latitude", "land_use", "depth", "depth_top", "depth_bottom", "sampled_on", "medium",
    "crop", "ph", "qc_kind", "parallel_of", "batch",
)  # fmt: skip
_SURE, LIKELY, GUESSED = 1.0, 0.8, 0.5


MARKS = "*#▲△☆★※ "


@dataclass(slots=True)
class Head:
    """A heading that was recognised. ``bottom`` is its last row; ``last`` is set when the table ends."""

    sheet: str | None
    shape: str
    first: int
    bottom: int
    columns: list[Column]
    special: dict[str, int] = field(default_factory=dict)
    lines: tuple[int, int] | None = None  # of a turned table: its first column of samples, the one after all
    words_in: int = 0  # the last row of headings, above rows of units and limits
    last: int = 0
    score: float = 0.0

    @property
    def turned(self) -> bool:
        return self.shape == "transposed"

    def close(self, grid: Grid, row: int) -> None:
        if self.last:
            return
        while row > self.bottom + 1 and all(is_blank(cell) for cell in grid.rows[row - 1]):
            row -= 1
        self.last = row

    def block(self) -> Block | None:
        if self.lines is not None:
            first, last = self.lines
            return Block(
                self.sheet,
                self.shape,
                max(first - 1, 0),
                max(first - 1, 0),
                first,
                last,
                self.special,
                self.columns,
            )
        if self.last <= self.bottom + 1:
            return None
        return Block(
            self.sheet,
            self.shape,
            self.first,
            self.words_in,
            self.bottom + 1,
            self.last,
            self.special,
            self.columns,
        )


def is_data(text: str) -> bool:
    """Whether a cell holds what a laboratory measured: a number, or words for below detection."""
    return bool(_DATA.match(text))


def read_head(grid: Grid, row: int) -> list[Head]:
    """The heading that begins in a row, one for each of the tables that stand side by side."""
    first = row - 1 if row and _is_group_row(grid, row - 1) else row
    rows, special, bottom = _extent(grid, first, row)
    columns = []
    for position in range(grid.width):
        parts: list[str] = []
        for line in rows:
            text = grid.text(line, position) or _group(grid, line, position, rows[-1])
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        columns.append(
            column_of(position, parts, grid.text(special["unit"], position) if "unit" in special else "")
        )
    found = [
        head
        for left, right in _sides(columns)
        if (head := _shaped(grid, first, bottom, columns[left:right], special)) is not None
    ]
    for head in found:
        head.words_in = rows[-1]
    return found


def _group(grid: Grid, line: int, position: int, last: int) -> str:
    """In a text file nothing is merged: a heading over several columns stands over the first of them."""
    if line == last or grid.sheet.merges or not grid.text(last, position):
        return ""
    for left in range(position - 1, -1, -1):
        if not grid.text(last, left):
            return ""
        if text := grid.text(line, left):
            return text
    return ""


def _is_group_row(grid: Grid, row: int) -> bool:
    if row in grid.titles:
        return False
    texts = {text_of(cell) for cell in grid.rows[row] if not is_blank(cell)}
    if not texts or any(":" in text or "：" in text or is_data(text) or len(text) > 30 for text in texts):
        return False
    spans = any(grid.spanned(row, column) for column in range(grid.width))
    return (spans or any(words.split_unit(text)[1] for text in texts)) and not any(
        words.note_of(text) for text in texts
    )


def _extent(grid: Grid, first: int, row: int) -> tuple[list[int], dict[str, int], int]:
    """Rows of the heading, and rows of units, methods or limits that follow it."""
    rows = list(range(first, row + 1))
    special: dict[str, int] = {}
    bottom = row
    for line in range(row + 1, min(row + _MOST_ROWS, len(grid.rows))):
        fresh = {
            column: text
            for column in range(grid.width)
            if (text := grid.text(line, column)) and text != grid.text(line - 1, column)
        }
        if not fresh:
            if all(is_blank(cell) for cell in grid.rows[line]):
                break
            bottom = line
            continue
        texts = list(fresh.values())
        label = _label_of(texts)
        if label is None and all(words.is_unit(text) or text in "/-—–" for text in texts):
            label = "unit" if any(map(words.is_unit, texts)) else None
        if label is None and sum(bool(_METHOD.search(text)) for text in texts) * 2 > len(texts):
            label = "method"
        if label is not None:
            while label in special:
                label += "+"
            special[label] = line
        elif not any(map(is_data, texts)) and _names(texts) * 2 >= len(texts):
            rows.append(line)
        else:
            break
        bottom = line
    return rows, special, bottom


def _label_of(texts: Sequence[str]) -> str | None:
    """What a row below the heading says of all columns; several such words head columns of their own."""
    kinds = [kind for text in texts if (kind := words.word_of("row", text))]
    others = any(words.field_of(text) for text in texts if words.word_of("row", text) is None)
    return kinds[0] if len(kinds) == 1 and not others else None


def is_ph(analyte: str) -> bool:
    """Whether a printed analyte is pH."""
    return words.fold(analyte) == "ph" or words.analyte_of(analyte) == "pH"


def _names(texts: Sequence[str]) -> int:
    return sum(
        words.field_of(text) is not None or words.analyte_of(words.split_unit(text)[0]) is not None
        for text in texts
    )


def column_of(position: int, parts: Sequence[str], unit_below: str) -> Column:
    """What a column is, by the words of its heading from top to bottom and the unit below them."""
    heading = " ".join(parts)
    column = Column(position, heading)
    if not parts:
        return column
    unit = next((part for part in reversed(parts) if words.is_unit(part)), "")
    names = [part for part in parts if not words.is_unit(part)] or list(parts)
    unit = unit or next((found for part in reversed(names) if (found := words.split_unit(part)[1])), "")
    if not unit and words.is_unit(unit_below):
        unit = unit_below
    analyte = next(
        (name for part in reversed(names) if (name := _printed_analyte(part)) and words.analyte_of(name)), ""
    )
    named = words.field_of("".join(names)) or words.field_of(names[-1])
    target = named[0] if named else ""
    if analyte and target in _OF_AN_ANALYTE and len(names) > 1:
        column.target = RESULT if target == "value" else target
        column.analyte, column.unit, column.confidence = analyte, unit, _SURE
    elif target and target != "ph":
        column.target, column.unit, column.confidence = (
            target,
            named[1] if named and named[1] else unit,
            _SURE,
        )
    elif analyte or target == "ph":
        column.target, column.analyte, column.unit, column.confidence = RESULT, analyte or "pH", unit, _SURE
    elif unit and words.metres(unit) is None:
        column.target, column.analyte, column.unit = RESULT, words.split_unit(names[-1])[0], unit
        column.confidence, column.why = GUESSED, "unit"
        return column
    column.why = "words" if column.target else ""
    return column


def _printed_analyte(part: str) -> str:
    """The analyte as printed, without its unit and marks of footnotes; of two languages the known one."""
    name = words.split_unit(part)[0]
    whole = name.replace("\n", "").strip(MARKS)
    if "\n" not in name or words.analyte_of(whole):
        return whole
    lines = [line.strip(MARKS) for line in name.split("\n")]
    return next((line for line in lines if words.analyte_of(line)), whole)


def _sides(columns: Sequence[Column]) -> list[tuple[int, int]]:
    """Where tables that stand side by side begin and end: the heading of the sample comes again."""
    key = next((name for name in ("sample", "point") if sum(c.target == name for c in columns) > 1), None)
    if key is None:
        return [(0, len(columns))]
    places = [column.position for column in columns if column.target == key]
    starts = [places[0]]
    for place in places[1:]:
        between = [column.target for column in columns[starts[-1] : place]]
        if RESULT in between or "value" in between:
            starts.append(place)
    if len(starts) == 1:
        return [(0, len(columns))]
    left = next(column.position for column in columns if column.heading)
    before = starts[0] - left
    if before and all(columns[start - before].heading == columns[left].heading for start in starts[1:]):
        starts = [start - before for start in starts]
    return list(zip([0, *starts[1:]], [*starts[1:], len(columns)], strict=True))


def _shaped(
    grid: Grid, first: int, bottom: int, columns: Sequence[Column], special: dict[str, int]
) -> Head | None:
    used = [column for column in columns if column.heading or _has_cells(grid, bottom, column.position)]
    targets = {column.target for column in used if not column.analyte}
    results = [column for column in used if column.target == RESULT]
    if {"analyte", "value"} <= targets:
        shape, score = "long", 20.0
        for column in results:
            # Beside results in lines, what names a property (pH) describes the sample.
            column.target = "ph" if is_ph(column.analyte) else ""
            column.analyte = ""
    elif results and "analyte" not in targets:
        shape, score = "wide", float(len(results))
    elif "analyte" in targets and targets & {"method", "detection_limit"} and not results:
        shape, score = "methods", 0.5
    elif targets & {"sample", "point"} and len(targets & set(_OF_A_SAMPLE)) >= 2:
        shape, score = "samples", 0.5
        for column in results:
            column.target, column.analyte = "ph", ""
    else:
        return None
    one_each(used)
    if shape in ("long", "wide") and not {"sample", "point"} & {column.target for column in used}:
        _guess_sample(grid, bottom, used)
    score += sum(0.1 for column in used if column.target)
    return Head(grid.name, shape, first, bottom, list(used), dict(special), score=score)


def _has_cells(grid: Grid, bottom: int, position: int) -> bool:
    return any(grid.text(row, position) for row in range(bottom + 1, min(bottom + 20, len(grid.rows))))


def one_each(columns: Sequence[Column]) -> None:
    """Of two columns that could be one field, keep the one with the more usual heading."""
    best: dict[str, Column] = {}
    for column in columns:
        if not column.target or column.analyte or column.target == RESULT:
            continue
        first = best.setdefault(column.target, column)
        if first is not column:
            worse = column
            if words.rank_of(words.split_unit(column.heading)[0]) < words.rank_of(
                words.split_unit(first.heading)[0]
            ):
                best[column.target], worse = column, first
            worse.target, worse.why, worse.confidence = "", "", 0.0


def _guess_sample(grid: Grid, bottom: int, columns: Sequence[Column]) -> None:
    for column in columns:
        if column.target:
            continue
        texts = [
            grid.text(row, column.position) for row in range(bottom + 1, min(bottom + 30, len(grid.rows)))
        ]
        texts = [text for text in texts if text]
        if texts and any(not text.isdigit() for text in texts) and len(set(texts)) > len(texts) / 30:
            column.target, column.confidence, column.why = "sample", GUESSED, "content"
            return
