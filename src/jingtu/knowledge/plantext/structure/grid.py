"""A table as the normaliser hands it on, whatever it was in the file."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class GridCell:
    """One cell: its text and the rows and columns it covers."""

    text: str
    row_span: int = 1
    col_span: int = 1


@dataclass(slots=True)
class Grid:
    """Rows of cells by column; ``None`` where a spanning cell covers the place.

    ``flattened`` marks a table that was put together again from single lines.
    """

    rows: list[list[GridCell | None]] = field(default_factory=list)
    flattened: bool = False
    page: int | None = None

    @property
    def width(self) -> int:
        """Number of columns."""
        return max((len(row) for row in self.rows), default=0)
