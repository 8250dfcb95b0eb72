"""One description of a printed table, from which Excel and Word are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its printed heading, its share of the width, and how its cells stand.

    ``merge`` joins equal neighbours below each other into one cell, as official forms do with the
    first column.
    """

    label: str
    width: float = 1.0
    align: Literal["left", "center", "right"] = "left"
    merge: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its surroundings.

    Parameters
    ----------
    title : str
        Printed centred above the table.
    head : sequence of (label, value)
        The line above the table: 填报单位, 填报人, 联系电话.
    rows : sequence of sequences of str
        As many cells a row as columns; a cell is text, numbers are formatted by the caller.
    notes : sequence of str
        Printed below, each on its line.
    annex : str
        ``附件`` mark at the top left, empty for none.
    footer : str
        Small print at the end (data as of, head of the ledger).
    watermark : str
        A plain mark beside the annex line, such as 示例数据.
    landscape : bool
        Lay the page on its side.

    Raises
    ------
    ValueError
        A row has another number of cells than there are columns.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    head: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    annex: str = ""
    footer: str = ""
    watermark: str = ""
    landscape: bool = False
    sheet: str = "Sheet1"

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number} has {len(row)} cells, the table {len(self.columns)} columns")

    def merged(self, column: int) -> list[tuple[int, int]]:
        """Runs ``(first, last)`` of equal cells in a merging column, rows counted from 0.

        Examples
        --------
        >>> table = Table("表", [Column("内容", merge=True)], [["甲"], ["甲"], ["乙"]])
        >>> table.merged(0)
        [(0, 1), (2, 2)]
        """
        runs: list[tuple[int, int]] = []
        for index, row in enumerate(self.rows):
            if runs and self.rows[runs[-1][0]][column] == row[column]:
                runs[-1] = (runs[-1][0], index)
            else:
                runs.append((index, index))
        return runs
