"""Findings gathered with their places; a problem that fills a column is counted, not repeated."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Literal

from openpyxl.utils import column_index_from_string

from jingtu.errors import CellError
from jingtu.knowledge.grids import text_of
from jingtu.knowledge.labsheets import words
from jingtu.knowledge.labsheets.model import Finding
from jingtu.knowledge.labsheets.tables import LabTable

_NAMED = 200  # cells of one problem in one column that are named one by one
_LONGEST = 80


@cache
def _known() -> dict[str, tuple[str, str]]:
    return {row["code"]: (row["severity"], row["advice"]) for row in words.table("findings.csv")}


@cache
def threshold(name: str) -> float:
    """A figure that a check of plausibility uses; they stand in ``data/plausibility.csv``.

    Examples
    --------
    >>> threshold("longitude_high")
    136.0
    """
    return {row["name"]: float(row["value"]) for row in words.table("plausibility.csv")}[name]


class Collector:
    """Takes findings of one table.

    Parameters
    ----------
    table : LabTable
        The table that is checked.
    """

    def __init__(self, table: LabTable) -> None:
        self.table = table
        self.size = len(table)
        self._found: list[Finding] = []
        self._seen: set[tuple[str, str | None, int | None, str | None]] = set()
        self._count: Counter[tuple[str, str | None, str | None]] = Counter()

    def add(self, code: str, index: int, name: str, message: str, value: object = None) -> None:
        """Name one field of one result. ``value`` is what stands in its cell, if not the field."""
        if value is None:
            value = (
                self.table["raw" if name == "value" else name][index] if name in self.table.columns else ""
            )
        self.at(code, self.table.place(index, name), message, value)

    def at(
        self, code: str, place: tuple[str | None, int | None, str | None], message: str, value: object = ""
    ) -> None:
        """Name a cell of the file."""
        sheet, row, column = place
        if (code, *place) in self._seen:
            return
        self._seen.add((code, *place))
        group = code, sheet, column
        self._count[group] += 1
        if self._count[group] > _NAMED:
            return
        severity, advice = _known()[code]
        text = text_of(value)[:_LONGEST]
        error = CellError(message, self.table.file, sheet, row, column, text or None)
        level: Literal["error", "warning"] = "error" if severity == "error" else "warning"
        self._found.append(Finding(error, code, level, advice))

    def sorted(self) -> list[Finding]:
        """All findings by sheet, row and column."""
        for (code, sheet, column), count in self._count.items():
            if count > _NAMED:
                first = next(
                    item
                    for item in self._found
                    if (item.code, item.sheet, item.column) == (code, sheet, column)
                )
                message = f"本列还有 {count - _NAMED} 处同样的问题：{first.message}"
                error = CellError(message, self.table.file, sheet, None, column)
                self._found.append(Finding(error, "more", first.severity, first.advice))
        order = {sheet: place for place, sheet in enumerate(dict.fromkeys(self.table["sheet"]))}
        return sorted(
            self._found,
            key=lambda item: (
                order.get(item.sheet, -1), item.row or 10**9, _letter(item.column), item.severity, item.code
            ),
        )  # fmt: skip


def _letter(column: str | None) -> int:
    try:
        return column_index_from_string(column) if column else 0
    except ValueError:
        return 0
