"""The catalogue of measures on contaminated cropland, and in which part of the rate each of them counts."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

# Seasons as ledgers of counties have them; ``year`` for what holds the year round.
SEASONS = (("early", "早季"), ("late", "晚季"), ("single", "一季"), ("winter", "冬季"), ("year", "全年"))
# By degree of contamination: the letter of A=(B+C+D)/E and the column of the catalogue.
SLIGHT, LIGHT_MEDIUM, HEAVY, CLEAN = "slight", "light_medium", "heavy", "clean"
DEGREES = ((SLIGHT, "轻微"), (LIGHT_MEDIUM, "轻中度"), (HEAVY, "重度"), (CLEAN, "未受污染"))
PART_OF_DEGREE = {SLIGHT: "B", LIGHT_MEDIUM: "C", HEAVY: "D"}
COLUMN_OF_PART = {"B": "protect", "C": "safe_use", "D": "strict"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure; ``parts`` are the letters of the rate's formula in which it counts."""

    code: str
    label: str
    parts: frozenset[str]
    source: str


@cache
def catalogue() -> Mapping[str, Measure]:
    """All measures by their codes.

    Examples
    --------
    >>> catalogue()["fallow"].label, sorted(catalogue()["fallow"].parts)
    ('休耕', ['C', 'D'])
    """
    file = resources.files(__package__) / "data" / "measures.csv"
    return {
        row["code"]: Measure(
            row["code"],
            row["label"],
            frozenset(part for part, column in COLUMN_OF_PART.items() if row[column] == "Y"),
            row["source"],
        )
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    }


def choices() -> tuple[tuple[str, str], ...]:
    """The measures to choose from."""
    return tuple((measure.code, measure.label) for measure in catalogue().values())


def codes_of(part: str) -> tuple[str, ...]:
    """Codes of the measures that count in a part of the formula.

    Examples
    --------
    >>> codes_of("D")
    ('restructuring', 'prohibited_zone', 'return_forest', 'fallow', 'non_farmland', 'other_strict')
    """
    return tuple(measure.code for measure in catalogue().values() if part in measure.parts)
