"""Limits: one row of a table of a standard each, with its clause and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jingtu.knowledge.standards.analytes import Analytes
from jingtu.knowledge.standards.data_rows import rows
from jingtu.knowledge.standards.editions import Edition
from jingtu.knowledge.standards.units import factor


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit of one standard.

    ``value`` is the print; ``lower`` and ``upper`` are the exact numbers, ``comparator`` says how they hold
    (``upper_limit``, ``range``, ``range_union``, ``outside``, ``greater_than``, ``not_detected``,
    ``ordinal``). A pH band is ``ph_gt`` < pH <= ``ph_le``. ``rest`` holds the columns that only one
    standard has (food, ...) and bounds of two spans as printed.
    """

    analyte_id: str
    cas: str
    name: str
    standard: str
    table: str
    item: str
    clause: str
    category: str
    land_use: str
    land_class: str
    ph_band: str
    ph_gt: Fraction | None
    ph_le: Fraction | None
    kind: str
    comparator: str
    value: str
    unit: str
    lower: Fraction | None
    lower_inclusive: bool
    upper: Fraction | None
    upper_inclusive: bool
    footnote: str
    valid_from: str
    valid_to: str
    source: str
    confidence: str
    second_reading: str
    rest: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def number(self) -> float | None:
        """The number of the limit, ``None`` where it is a word or has two ends."""
        if self.upper is not None and self.lower is not None:
            return None
        bound = self.upper if self.upper is not None else self.lower
        return float(bound) if bound is not None else None

    def to_json(self) -> dict[str, Any]:
        """One of the ``limits`` of the command line contract, with all that is known of it."""
        number = self.number
        return {
            "name": self.kind,
            "value": number if number is not None else self.value,
            "unit": self.unit,
            "clause": self.clause,
            "printed": self.value,
            "standard": self.standard,
            "table": self.table,
            "item": self.item or None,
            "land_use": self.land_use or None,
            "land_class": self.land_class or None,
            "ph_band": self.ph_band or None,
            "food": self.rest.get("food") or self.rest.get("crop") or None,
            "footnote": self.footnote or None,
            "source": self.source,
            "confidence": self.confidence,
            "second_reading": self.second_reading or None,
        }


@dataclass(frozen=True, eq=False)
class Table:
    """The limits of one edition and the names of its analytes."""

    limits: tuple[Limit, ...]
    analytes: Analytes

    def rows_of(self, analyte: int) -> tuple[int, ...]:
        """Positions of the limits of an analyte, by its code."""
        return self._rows.get(analyte, ())

    def __post_init__(self) -> None:
        found: dict[int, list[int]] = {}
        for place, limit in enumerate(self.limits):
            found.setdefault(self.analytes.code(limit.analyte_id), []).append(place)
        object.__setattr__(self, "_rows", {key: tuple(value) for key, value in found.items()})

    _rows: Mapping[int, tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def bounds(self, units: Sequence[str], which: str = "upper") -> NDArray[np.float64]:
        """Every limit in every unit, each rounded once from its exact value.

        Parameters
        ----------
        units : sequence of str
            Units of the rows that are to be judged.
        which : {"upper", "lower"}
            Which bound.

        Returns
        -------
        ndarray of float64, shape (limits + 1, units + 1)
            NaN where the limit has no such bound or cannot stand in the unit; so are the last row and the
            last column, which the codes -1 reach.
        """
        return _bounds(self, tuple(units), which)

    def factors(self, unit: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What a value in a unit is multiplied and then divided by to stand in the unit of each limit.

        Two arrays of ``limits + 1``; 1 where the limit cannot stand in the unit, and at the end, which the
        code -1 reaches.
        """
        return _factors(self, unit)


# The same few units come with every sheet.
@lru_cache(maxsize=256)
def _bounds(table: Table, units: tuple[str, ...], which: str) -> NDArray[np.float64]:
    result = np.full((len(table.limits) + 1, len(units) + 1), np.nan)
    for place, limit in enumerate(table.limits):
        bound: Fraction | None = getattr(limit, which)
        if bound is None:
            continue
        for column, unit in enumerate(units):
            by = factor(unit, limit.unit, limit.analyte_id)
            if by is not None:
                result[place, column] = float(bound / by)
    result.setflags(write=False)
    return result


@lru_cache(maxsize=256)
def _factors(table: Table, unit: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    found = [factor(unit, limit.unit, limit.analyte_id) or Fraction(1) for limit in table.limits]
    times = np.array([*(float(one.numerator) for one in found), 1.0])
    over = np.array([*(float(one.denominator) for one in found), 1.0])
    return times, over


_OWN = frozenset(
    {"id", "cas", "name_cn", "name_en", "aliases", "standard", "table", "item_no", "clause", "category"}
    | {"land_use", "land_class", "ph_band", "ph_gt", "ph_le", "kind", "comparator", "value", "unit"}
    | {"lower", "lower_inclusive", "upper", "upper_inclusive", "footnote", "valid_from", "valid_to"}
    | {"source", "confidence", "second_reading"}
)


def limit_of(row: Mapping[str, str]) -> Limit:
    """A limit from a row of a table file; columns that are absent are empty."""

    def cell(name: str) -> str:
        return (row.get(name) or "").strip()

    def number(name: str) -> Fraction | None:
        # Two spans in one cell ("5.5;8.5") are no single bound; they stay as printed in ``rest``.
        return Fraction(cell(name)) if cell(name) and ";" not in cell(name) else None

    return Limit(
        analyte_id=cell("id"),
        cas=cell("cas"),
        name=cell("name_cn"),
        standard=cell("standard"),
        table=cell("table"),
        item=cell("item_no"),
        clause=cell("clause"),
        category=cell("category"),
        land_use=cell("land_use"),
        land_class=cell("land_class"),
        ph_band=cell("ph_band"),
        ph_gt=number("ph_gt"),
        ph_le=number("ph_le"),
        kind=cell("kind"),
        comparator=cell("comparator") or "upper_limit",
        value=cell("value"),
        unit=cell("unit"),
        lower=number("lower"),
        lower_inclusive=cell("lower_inclusive") == "Y",
        upper=number("upper"),
        upper_inclusive=cell("upper_inclusive") == "Y",
        footnote=cell("footnote"),
        valid_from=cell("valid_from"),
        valid_to=cell("valid_to"),
        source=cell("source"),
        confidence=cell("confidence"),
        second_reading=cell("second_reading"),
        rest={key: value for key, value in row.items() if value and (key not in _OWN or ";" in value)},
    )


def table_from(found: Iterable[Mapping[str, str]], standard: str) -> Table:
    """A table of limits from rows of a file.

    Parameters
    ----------
    found : iterable of mapping
        Rows with the columns of the package's own tables.
    standard : str
        Key of the standard, for the names that it shares with the package (sums, forms not judged).
    """
    lines = list(found)
    return Table(tuple(limit_of(line) for line in lines), Analytes(lines, standard))


@cache
def table_of(edition: Edition) -> Table:
    """The limits of an edition of the package.

    Examples
    --------
    >>> from datetime import date
    >>> from jingtu.knowledge.standards.editions import edition_on
    >>> table = edition_on("gb36600", date(2026, 11, 22)).table
    >>> len(table.limits), len({limit.analyte_id for limit in table.limits})
    (340, 85)
    """
    return table_from(
        (row for row in rows(edition.file) if row["standard"] == edition.number), edition.standard
    )
