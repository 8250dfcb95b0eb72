"""Results in columns, and where each of them stands in the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from jingtu.knowledge.labsheets.model import Block, Fact, Ignored, Place
from jingtu.knowledge.sheets import column_letter


@dataclass(slots=True)
class Source:
    """Where a block has one field of its results.

    ``kind``: ``line`` (a column along the lines), ``head`` (a line of the heading or a special line
    over each result), ``cell`` (one cell for all), ``sample`` (a row of a sheet of samples).
    """

    kind: Literal["line", "head", "cell", "sample"]
    position: int = 0
    place: tuple[str | None, int, str] | None = None


@dataclass(slots=True)
class Part:
    """The results of one block: from where to where they stand in the columns of the table."""

    block: Block
    start: int
    stop: int
    sources: dict[str, Source] = field(default_factory=dict)


@dataclass(slots=True)
class LabTable:
    """Results in columns of equal length (`COLUMNS`), one entry a result.

    ``raw`` is the text of the cell as printed, ``value`` its number (``None`` where it has none);
    ``sheet``, ``row`` (from 1) and ``column`` (letter) say where the result stands. ``ph`` is that of
    the sample. Dates are `datetime.date`, depths metres, coordinates degrees.
    """

    columns: dict[str, list[Any]]
    file: str = ""
    facts: dict[str, Fact] = field(default_factory=dict)
    ignored: list[Ignored] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    sample_places: dict[tuple[str, str], tuple[str | None, int, str]] = field(default_factory=dict)
    # What stood in a cell that could not be read: result, field, text, what was expected.
    unread: list[tuple[int, str, str, str]] = field(default_factory=list)
    # The same outside the results: field, place, text, what was expected.
    misread: list[tuple[str, tuple[str | None, int, str], str, str]] = field(default_factory=list)
    # Rows without a sample that took the one above: sheet, row, sample.
    filled_down: list[tuple[str | None, int, str]] = field(default_factory=list)
    # Samples of the sheet of samples; ``None`` where the file has none.
    listed: set[str] | None = None
    listed_at: dict[tuple[str, str], tuple[str | None, int, str]] = field(default_factory=dict)
    # Results that say again what another said: place, place of the other, sample, analyte.
    repeated: list[tuple[Place, Place, str, str]] = field(default_factory=list)
    # Results that stand in a merged area over several of them: sheet, row, column.
    merged: list[tuple[str | None, int, str]] = field(default_factory=list)
    # Formulas among the results: place, formula, whether their computed value is in the file.
    formulas: list[tuple[tuple[str | None, int, str], str, bool]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.columns["sample"])

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]

    def fact(self, name: str) -> Fact | None:
        """What is said once: for the file, or else above its first table."""
        first = (fact for key, fact in self.facts.items() if key.partition("@")[0] == name)
        return self.facts.get(name) or next(first, None)

    def rows(self) -> Iterator[dict[str, Any]]:
        """The results one by one, each by column."""
        for values in zip(*self.columns.values(), strict=True):
            yield dict(zip(self.columns, values, strict=True))

    def take(self, indices: Sequence[int]) -> LabTable:
        """The results at these indices, without their parts: for judging, not for finding cells."""
        taken = {name: [values[index] for index in indices] for name, values in self.columns.items()}
        return LabTable(taken, self.file, self.facts, self.ignored)

    def place(self, index: int, name: str = "value") -> tuple[str | None, int | None, str | None]:
        """Sheet, row (from 1) and column (letter) of one field of a result."""
        own = self.columns["sheet"][index], self.columns["row"][index], self.columns["column"][index]
        part = next((part for part in self.parts if part.start <= index < part.stop), None)
        source = None if part is None else part.sources.get(name)
        if part is None or source is None:
            return own
        if source.kind == "cell":
            return source.place or own
        if source.kind == "sample":
            return self.sample_places.get((name, self.columns["sample"][index]), own)
        if (source.kind == "line") != part.block.turned:
            return own[0], own[1], column_letter(source.position)
        return own[0], source.position + 1, own[2]
