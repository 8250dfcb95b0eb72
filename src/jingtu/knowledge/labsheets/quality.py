"""Quality control that a laboratory reports with its results: parallels, blanks, recoveries.

What a method allows stands in ``data/quality_limits.csv``. A method whose limit is not there is shown
with what was computed and without a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jingtu.knowledge.labsheets import words
from jingtu.knowledge.labsheets.tables import LabTable
from jingtu.knowledge.standards.readings import read_value
from jingtu.knowledge.standards.units import factor

BLANKS = frozenset({"field_blank", "trip_blank", "lab_blank", "equipment_blank"})
RECOVERIES = frozenset({"recovery", "surrogate"})


@dataclass(frozen=True, slots=True)
class Limit:
    """What a method allows of one kind of control, between two days."""

    kind: str
    method: str
    low: float | None
    high: float | None
    clause: str
    source: str
    confidence: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a laboratory.

    ``figure`` is the relative deviation or the recovery in percent, or what was found in a blank in its
    unit; ``None`` where it cannot be computed. ``verdict`` is ``pass``, ``exceed`` or ``not_covered``.
    ``results`` are the places in the table.
    """

    kind: str
    sample: str
    analyte: str
    results: tuple[int, ...]
    figure: float | None
    limit: Limit | None
    verdict: str
    reason: str = ""


@cache
def limits() -> tuple[Limit, ...]:
    """All limits for controls."""
    return tuple(
        Limit(
            row["kind"], row["method"],
            float(row["low"]) if row["low"] else None, float(row["high"]) if row["high"] else None,
            row["clause"], row["source"], row["confidence"], _day(row["valid_from"]), _day(row["valid_to"]),
        )
        for row in words.table("quality_limits.csv")
    )  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def limit_of(kind: str, method: str, on: date | None) -> Limit | None:
    """What a printed method allows of a kind of control on a day; ``None``: not covered.

    Examples
    --------
    >>> limit_of("parallel", "HJ 605-2011 吹扫捕集/气相色谱-质谱法", None).high
    25.0
    >>> limit_of("parallel", "HJ 6050-2030", None), limit_of("parallel", "", None)
    (None, None)
    """
    for item in limits():
        number = re.escape(item.method).replace(r"\ ", r"\s*")
        if item.kind != kind or not re.search(rf"{number}(?!\d)", method):
            continue
        if on is None or ((item.valid_from or on) <= on <= (item.valid_to or on)):
            return item
    return None


def relative_deviation(one: float, two: float) -> float | None:
    """Relative deviation of two parallel results in percent: ``|a − b| / (a + b) × 100``.

    Parameters
    ----------
    one, two : float
        The results, in one unit.

    Examples
    --------
    >>> relative_deviation(0.30, 0.20), relative_deviation(0.0, 0.0)
    (20.0, None)
    """
    total = one + two
    return None if total <= 0 else round(abs(one - two) / total * 100, 9)


def controls(table: LabTable) -> list[Control]:
    """Every control in a table, computed and held against what its method allows.

    Returns
    -------
    list of Control
        In the order of the table. Where the limit is unknown the verdict is ``not_covered``.
    """
    kinds = table["qc_kind"]
    if not any(kinds):
        return []
    return [*_parallels(table), *_others(table)]


def _parallels(table: LabTable) -> Iterator[Control]:
    first: dict[tuple[str, str], int] = {}
    for index, kind in enumerate(table["qc_kind"]):
        if not kind:
            first.setdefault((table["sample"][index], _key(table["analyte"][index])), index)
    for index, kind in enumerate(table["qc_kind"]):
        if kind != "parallel":
            continue
        sample, analyte = table["sample"][index], _key(table["analyte"][index])
        other = first.get((table["parallel_of"][index] or sample, analyte))
        if other is None:
            yield Control(kind, sample, table["analyte"][index], (index,), None, None, "not_covered", "alone")
            continue
        figure, reason = _deviation(table, other, index)
        limit = limit_of(kind, table["method"][index] or table["method"][other], table["sampled_on"][index])
        yield Control(
            kind,
            sample,
            table["analyte"][index],
            (other, index),
            figure,
            limit,
            _verdict(figure, limit),
            reason,
        )


def _deviation(table: LabTable, one: int, two: int) -> tuple[float | None, str]:
    a, b = table["value"][one], table["value"][two]
    if a is None and b is None:
        return None, "both_below"
    if a is None or b is None:
        return None, "one_below"
    if _key(table["analyte"][one]) == "ph":
        return None, "ph"
    if table["unit"][one] != table["unit"][two]:
        by = factor(table["unit"][two], table["unit"][one])
        if by is None:
            return None, "units"
        b = b * float(by)
    return relative_deviation(a, b), ""


def _others(table: LabTable) -> Iterator[Control]:
    for index, kind in enumerate(table["qc_kind"]):
        sample, analyte, value = table["sample"][index], table["analyte"][index], table["value"][index]
        limit = limit_of(kind, table["method"][index], table["sampled_on"][index])
        if kind in BLANKS:
            if value is None:
                yield Control(
                    kind, sample, analyte, (index,), None, limit, "pass" if limit else "not_covered", "below"
                )
                continue
            below = read_value(str(table["detection_limit"][index] or "")).number
            most = None if limit is None or limit.high is None or below is None else float(below) * limit.high
            verdict = "not_covered" if most is None else "pass" if value < most else "exceed"
            yield Control(kind, sample, analyte, (index,), value, limit, verdict)
        elif kind in RECOVERIES:
            share = value if table["unit"][index] in ("%", "％") else None
            yield Control(kind, sample, analyte, (index,), share, limit, _verdict(share, limit))
        elif kind == "reference":
            yield Control(kind, sample, analyte, (index,), value, None, "not_covered")


def _verdict(figure: float | None, limit: Limit | None) -> str:
    if figure is None or limit is None:
        return "not_covered"
    inside = (limit.low is None or figure >= limit.low) and (limit.high is None or figure <= limit.high)
    return "pass" if inside else "exceed"


def _key(analyte: Any) -> str:
    text = str(analyte or "")
    return (words.analyte_of(text) or text).lower()
