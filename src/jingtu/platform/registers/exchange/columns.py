"""Columns of a table under their headings, and what each is taken for."""

from __future__ import annotations

from dataclasses import dataclass, field

from jingtu.knowledge.grids import Grid
from jingtu.knowledge.sheets import Sheet, column_letter

BY_WORDS, BY_MEMORY, BY_CONTENT, UNKNOWN = "words", "memory", "content", ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: where it stands, its heading, what it is taken for, and the unit that is known.

    ``raw_unit``: what the heading has in brackets where that is no unit of this kind of column.
    """

    index: int
    target: str
    heading: str
    unit: str = ""
    how: str = UNKNOWN
    weak: bool = False
    hidden: bool = False
    raw_unit: str = ""

    @property
    def letter(self) -> str:
        return column_letter(self.index)

    @property
    def place(self) -> str:
        """As a person finds it: letter and heading."""
        return f"{self.letter}（{self.heading}）"


@dataclass(slots=True)
class Headings:
    """The columns of one sheet, the row they stand in (from 0; the lowest of several), and what is left over.

    ``every``: all columns with a heading or with content, in their order, whatever they are taken for.
    """

    sheet: Sheet
    row: int
    columns: list[Column]
    ignored: list[str] = field(default_factory=list)
    every: list[Column] = field(default_factory=list)
    grid: Grid | None = None
    top: int = 0

    @property
    def filled(self) -> Grid:
        """The sheet with merged areas filled."""
        if self.grid is None:
            self.grid = Grid(self.sheet)
        return self.grid

    def column(self, target: str) -> Column | None:
        return next((item for item in self.columns if item.target == target), None)
