"""What a reader hands on, whatever the file was: paragraphs and tables in reading order.

The readers of ``.docx``, ``.pdf`` and ``.txt`` end here; all that follows (sections, tasks, unit
clauses) starts here and never asks which kind of file it was, except where ``hard_wrapped`` tells
that a paragraph is only one printed line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

SourceKind = Literal["docx", "pdf", "txt"]


@dataclass(slots=True)
class Cell:
    """One cell of a table with the rows and columns it spans; covered places have no cell."""

    text: str
    row_span: int = 1
    col_span: int = 1


@dataclass(slots=True)
class Paragraph:
    """One paragraph, or one printed line of a paragraph where ``hard_wrapped`` is true.

    ``style`` is the style's name in the document (``Heading 1``, ``标题 1``), ``page`` is counted
    from 1 and known for PDF only.
    """

    text: str
    style: str | None = None
    page: int | None = None
    hard_wrapped: bool = False


@dataclass(slots=True)
class TableBlock:
    """One table: its rows of cells. ``page`` is the page on which it stands (PDF only)."""

    rows: list[list[Cell]]
    page: int | None = None

    def grid(self) -> list[list[Cell | None]]:
        """The table as a full grid: a spanning cell stands once, at its upper left place.

        Returns
        -------
        list of list of Cell or None
            All rows of equal length; ``None`` where a spanning cell covers the place.

        Examples
        --------
        >>> table = TableBlock([[Cell("甲", row_span=2), Cell("乙")], [Cell("丙")]])
        >>> [[cell and cell.text for cell in row] for row in table.grid()]
        [['甲', '乙'], [None, '丙']]
        """
        places: dict[tuple[int, int], Cell | None] = {}
        for row_number, row in enumerate(self.rows):
            column = 0
            below = len(self.rows) - row_number
            for cell in row:
                while (row_number, column) in places:
                    column += 1
                for down in range(max(min(cell.row_span, below), 1)):
                    for right in range(max(cell.col_span, 1)):
                        places[row_number + down, column + right] = None
                places[row_number, column] = cell
                column += max(cell.col_span, 1)
        width = max((column + 1 for _, column in places), default=0)
        return [[places.get((r, c)) for c in range(width)] for r in range(len(self.rows))]


Block = Paragraph | TableBlock


@dataclass(slots=True)
class SourceDocument:
    """A document as its reader found it.

    ``notices`` are Chinese sentences about what could not be read and is missing from ``blocks``
    (a page that is a picture); they belong before the person who reviews the plan.
    """

    kind: SourceKind
    blocks: list[Block] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def paragraphs(self) -> Iterator[Paragraph]:
        """The paragraphs alone, in order."""
        return (block for block in self.blocks if isinstance(block, Paragraph))

    def tables(self) -> Iterator[TableBlock]:
        """The tables alone, in order."""
        return (block for block in self.blocks if isinstance(block, TableBlock))
