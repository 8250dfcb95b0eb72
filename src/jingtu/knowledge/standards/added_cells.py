"""Cells of a table that a user adds, read with all errors kept by their place."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jingtu.errors import CellError
from jingtu.knowledge.sheets import Sheet, column_letter
from jingtu.knowledge.standards.data_rows import folded
from jingtu.knowledge.standards.readings import read_value

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_MOST_ERRORS = 500
_HEAD_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the format: the key of the program, the heading of the file, and what belongs under it."""

    key: str
    name: str
    required: bool
    help: str
    others: tuple[str, ...] = ()


@dataclass
class Line:
    """One row of the file by keys of headings, with the place of every cell."""

    cells: dict[str, str]
    row: int
    book: Book

    def text(self, key: str) -> str:
        return self.cells.get(key, "")

    def wrong(self, key: str, message: str) -> None:
        """Note an error at a cell of this row."""
        self.book.wrong(message, self.row, key, self.text(key) or None)

    def day(self, key: str) -> date | None:
        """A day, ``None`` where the cell is empty or wrong; what is wrong is noted."""
        text = self.text(key)
        if not text:
            return None
        if found := _DAY.fullmatch(text):
            with contextlib.suppress(ValueError):
                return date(*map(int, found.groups()))
        self.wrong(key, "不是日期，请写成2026-01-01的样子。")
        return None

    def number(self, key: str) -> Decimal | None:
        """A number, ``None`` where the cell is empty or wrong; what is wrong is noted."""
        text = self.text(key).removeprefix("≤").removeprefix("<=").strip()
        if not text:
            return None
        found = read_value(text)
        if found.number is None or not found.detected or found.above or found.unit or found.wet:
            self.wrong(key, "不是数值，请只写一个数。")
            return None
        return found.number

    def choice(self, key: str, known: Mapping[str, str], words: str) -> str:
        """One of some words; an empty string where the cell is empty or wrong."""
        text = self.text(key)
        if text and folded(text) not in known:
            self.wrong(key, f"请填{words}。")
        return known.get(folded(text), "")


@dataclass
class Book:
    """The table of a file: its lines, and every error found so far."""

    name: str
    sheet: str | None
    letters: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)

    def wrong(
        self, message: str, row: int | None = None, key: str | None = None, value: str | None = None
    ) -> None:
        """Note an error; the list ends where nobody would read on."""
        if len(self.errors) < _MOST_ERRORS:
            column = self.letters.get(key) if key else None
            self.errors.append(CellError(message, self.name, self.sheet, row, column, value))


def names_of(headings: Iterable[Heading]) -> dict[str, Heading]:
    """Headings by every way of writing them."""
    return {folded(word): item for item in headings for word in (item.name, *item.others)}


def head_of(sheet: Sheet, headings: Sequence[Heading]) -> int | None:
    """Which row of a sheet holds the headings: the first with all that are required, or most of them."""
    known = names_of(headings)
    best, most = None, 0
    for place, row in enumerate(sheet.rows[:_HEAD_WITHIN]):
        seen = {known[folded(text)].key for cell in row if (text := printed(cell)) and folded(text) in known}
        if len(seen) > max(most, 2):
            best, most = place, len(seen)
    return best


def lay_out(sheet: Sheet, name: str, headings: Sequence[Heading], head: int) -> Book:
    """The lines of a sheet under its headings; unknown, missing and repeated headings are errors."""
    book = Book(name, sheet.name)
    known = names_of(headings)
    keys: dict[int, str] = {}
    for place, cell in enumerate(sheet.rows[head]):
        text = printed(cell)
        if not text:
            continue
        item = known.get(folded(text))
        letter = column_letter(place)
        if item is None:
            book.errors.append(
                CellError(
                    "不认识这一列，请删去或改用样表中的表头。", name, sheet.name, head + 1, letter, text
                )
            )
        elif item.key in book.letters:
            book.errors.append(CellError("这一列出现了两次。", name, sheet.name, head + 1, letter, text))
        else:
            keys[place] = item.key
            book.letters[item.key] = letter
    for item in headings:
        if item.required and item.key not in book.letters:
            book.wrong(f"缺少“{item.name}”这一列。", head + 1)
    for place in range(head + 1, len(sheet.rows)):
        row = sheet.rows[place]
        cells = {key: printed(row[column]) for column, key in keys.items() if column < len(row)}
        if any(cells.values()):
            book.lines.append(Line(cells, place + 1, book))
    for line in book.lines:
        for item in headings:
            if item.required and item.key in book.letters and not line.text(item.key):
                line.wrong(item.key, f"“{item.name}”不能为空。")
    return book


def printed(cell: Any) -> str:
    """A cell as text: whole numbers without a decimal point, days as days.

    Examples
    --------
    >>> printed(3.0), printed(0.3), printed(date(2026, 1, 1)), printed(None), printed(" 镉 ")
    ('3', '0.3', '2026-01-01', '', '镉')
    """
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
