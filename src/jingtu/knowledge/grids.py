"""A sheet as lines of cells: merged areas filled, tables with samples across turned upright."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from jingtu.knowledge.sheets import Sheet

Line = Sequence[Any]
_MOST_FILLED = 2_000_000


def text_of(cell: Any) -> str:
    """A cell's words as a person sees them; a number without the noise of its binary form.

    Examples
    --------
    >>> text_of(0.1 + 0.2), text_of(12.0), text_of(1e-07), text_of(None), text_of(True)
    ('0.3', '12', '0.0000001', '', '是')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        return plain(format(cell, ".15g"))
    if isinstance(cell, datetime):
        return cell.isoformat(" ")[:16] if cell.time() != time(0) else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def plain(number: str) -> str:
    """A number without an exponent where that stays readable.

    Examples
    --------
    >>> plain("1e-05"), plain("2.5e+30"), plain("0.30")
    ('0.00001', '2.5e+30', '0.30')
    """
    if "e" not in number:
        return number
    value = Decimal(number)
    return format(value, "f") if -12 < value.adjusted() < 15 else number


def is_blank(cell: Any) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


class Grid:
    """The cells of a sheet, with merged areas filled by their first cell.

    Parameters
    ----------
    sheet : Sheet
        As it was read.

    Attributes
    ----------
    rows : list of list
        All rows, equally long.
    filled : set of (int, int)
        Cells that are empty in the file and were filled from a merged area.
    titles : set of int
        Rows of which one merged cell takes most: titles, not headings.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.name = sheet.name
        width = max(map(len, sheet.rows), default=0)
        self.rows: list[list[Any]] = [
            row if len(row) == width else [*row, *[None] * (width - len(row))] for row in sheet.rows
        ]
        self.width = width
        self.filled: set[tuple[int, int]] = set()
        self.titles: set[int] = set()
        self._spans: dict[int, list[tuple[int, int]]] = {}
        self._fill()

    def _fill(self) -> None:
        left = _MOST_FILLED
        touched: set[int] = set()
        for (top, first), (lowest, rightmost) in self.sheet.merges:
            if top >= len(self.rows) or first >= self.width:
                continue
            bottom, last = min(lowest, len(self.rows) - 1), min(rightmost, self.width - 1)
            value = self.rows[top][first]
            left -= (bottom - top + 1) * (last - first + 1)
            if left < 0:
                return
            if is_blank(value):
                continue
            if last - first + 1 > max(2, self.width * 0.6) and self._alone(top, first, last):
                self.titles.update(range(top, bottom + 1))
                continue
            for row in range(top, bottom + 1):
                if row not in touched:
                    self.rows[row] = list(self.rows[row])
                    touched.add(row)
                if last > first:
                    self._spans.setdefault(row, []).append((first, last))
                for column in range(first, last + 1):
                    if (row, column) != (top, first):
                        self.rows[row][column] = value
                        self.filled.add((row, column))

    def _alone(self, row: int, first: int, last: int) -> bool:
        line = self.sheet.rows[row]
        return all(is_blank(cell) for place, cell in enumerate(line) if not first <= place <= last)

    def spanned(self, row: int, column: int) -> tuple[int, int] | None:
        """First and last column of the merged area over this cell, where it spans several."""
        return next((span for span in self._spans.get(row, ()) if span[0] <= column <= span[1]), None)

    def text(self, row: int, column: int) -> str:
        return text_of(self.rows[row][column]) if row < len(self.rows) and column < self.width else ""

    def raw(self, row: int, column: int) -> str:
        """The text of a result as printed: zeros at its end are kept, errors of formulas named."""
        place = row, column
        return self.sheet.errors.get(place) or self.sheet.printed.get(place) or self.text(row, column)
