"""What every evaluator gets and gives, and the one way of comparing a value with upper limits.

A reading is an interval: a number is the point ``low == high``, a non-detect lies between 0 and its
detection limit, a value above range between its bound and infinity, a sum with non-detects between the sum
with zeros and the sum with detection limits. Where both ends give one verdict, that is the verdict;
elsewhere the row is not evaluable. Numbers are compared in the unit that was printed, with the limit
converted exactly and rounded once: 300 μg/kg never exceeds 0.3 mg/kg by the noise of a multiplication.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.knowledge.standards.editions import Edition
from jingtu.knowledge.standards.readings import PROBLEMS, Readings
from jingtu.knowledge.standards.reasons import FLAG, REASON, VERDICT, VERDICT_OF_REASON
from jingtu.knowledge.standards.tables import Table

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Rows judged at a time: what is computed on the way stays in the processor's cache.
_BLOCK = 1 << 15
_VERDICT_OF_REASON = np.array(VERDICT_OF_REASON, dtype=np.int8)
# A problem of reading is a reason of the same name.
_REASON_OF_PROBLEM = np.array([0, *(REASON[code] for code in PROBLEMS[1:])], dtype=np.int16)


@dataclass
class Prepared:
    """Columns as an evaluator gets them: analytes looked up, values read, units known.

    Attributes
    ----------
    analyte : ndarray of int32
        Codes of ``table.analytes``; -1 where the standard does not know the name.
    unit : ndarray of int16
        Positions in ``units``; -1 where there is none or it is unknown.
    reason : ndarray of int16
        Why a row cannot be judged, as far as that is known before looking at the limits; 0: none.
    low, high : ndarray of float64
        Ends of the reading, in the unit that was printed.
    odd : ndarray of int
        Rows that are not a plain number.
    used : tuple of int
        Codes of analytes that occur.
    columns : dict of str to Series
        All other columns as they came (``ph``, ``land_use``, ``crop``, ``background``, ...).
    """

    edition: Edition
    table: Table
    analyte: Ints
    unit: NDArray[np.int16]
    units: tuple[str, ...]
    readings: Readings
    low: Floats
    high: Floats
    open_low: Bools
    odd: NDArray[np.int64]
    reason: NDArray[np.int16]
    flags: NDArray[np.uint32]
    columns: dict[str, pl.Series]
    used: tuple[int, ...]
    land_class: int | None = None
    incomplete: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.analyte)

    def column(self, name: str) -> pl.Series | None:
        """A column as it came, ``None`` where it was not given or is empty throughout."""
        series = self.columns.get(name)
        return None if series is None or series.null_count() == len(series) else series

    @cached_property
    def upper(self) -> Floats:
        """Every upper limit in every unit, see :meth:`Table.bounds`."""
        return self.table.bounds(self.units)

    def bounds_of(
        self,
        limit: Ints,
        bounds: Floats | None = None,
        chosen: slice | NDArray[np.int64] | None = None,
    ) -> Floats:
        """The bound of the limit of each row (or of those chosen) in the unit of the row; NaN for none."""
        found = self.upper if bounds is None else bounds
        unit = self.unit if chosen is None else self.unit[chosen]
        if len(self.units) == 1 and (not len(unit) or unit.min() == 0):
            return np.take(np.ascontiguousarray(found[:, 0]), limit)
        # Flat places: -1 of a unit reaches the last column of the row before, which is as empty as its own.
        return np.take(found.ravel(), limit * np.int32(found.shape[1]) + unit)


@dataclass
class Judged:
    """What an evaluator gives: one entry a row.

    ``limits`` has one column for every limit that the row was compared with, positions in ``table.limits``
    or -1; the ratio is taken with the first one.
    """

    verdict: NDArray[np.int8]
    reason: NDArray[np.int16]
    flags: NDArray[np.uint32]
    limits: Ints
    ratio: Floats


Evaluator = Callable[[Prepared], Judged]


def reasons_of(readings: Readings) -> NDArray[np.int16]:
    """Why rows cannot be judged that could not be read."""
    if not readings.problem_code.any():
        return np.zeros(len(readings.problem_code), dtype=np.int16)
    return _REASON_OF_PROBLEM[readings.problem_code]


def levels(value: Floats, bounds: list[Floats], *, at_least: Bools | None = None) -> NDArray[np.int8]:
    """How many of the bounds a value exceeds; equality is always on the mild side.

    ``at_least`` marks rows whose true value lies above ``value`` itself.
    """
    result = np.zeros(len(value), dtype=np.int8)
    for bound in bounds:
        over = value > bound
        if at_least is not None:
            over |= at_least & (value >= bound)
        result += over
    return result


def judge_upper(
    rows: Prepared,
    limits: Ints,
    verdicts: NDArray[np.int8],
    reason: NDArray[np.int16],
    *,
    reference: int = 0,
) -> Judged:
    """Judge rows against upper limits.

    Parameters
    ----------
    rows : Prepared
        The rows.
    limits : ndarray of int32, shape (n, k)
        Positions of the limits of each row, mildest first; -1 where it has fewer.
    verdicts : ndarray of int8, shape (n or 1, k + 1)
        Verdict of a row that exceeds 0, 1, ..., k of its limits.
    reason : ndarray of int16
        Reasons that the evaluator found (not of this standard, no pH, no land use); 0: none.
    reference : int
        Which limit the ratio is taken with.

    Returns
    -------
    Judged
        Rows with a reason have the verdict that the reason leads to.
    """
    size, count = limits.shape
    verdict, ratio = np.empty(size, dtype=np.int8), np.empty(size)
    why = reasons_together(rows, reason)
    for start in range(0, size, _BLOCK):
        part = slice(start, start + _BLOCK)
        bounds = [rows.bounds_of(limits[part, place], None, part) for place in range(count)]
        verdict[part] = _ladder(verdicts, levels(rows.low[part], bounds), part)
        np.divide(rows.low[part], bounds[reference], out=ratio[part])
        missing = np.isnan(bounds[0])
        if missing.any():
            none, told = limits[part, 0] < 0, why[part]
            told[none & (told == 0)] = REASON["not_in_standard"]
            told[missing & ~none & (told == 0)] = REASON["unit_mismatch"]
    if rows.odd.size:
        over = _judge_intervals(rows, limits, why)
        verdict[rows.odd] = _ladder(verdicts, over, rows.odd)
        ratio[rows.odd] = np.nan
    silent = np.flatnonzero(why)
    if silent.size:
        verdict[silent] = _VERDICT_OF_REASON[why[silent]]
        ratio[silent] = np.nan
    return Judged(verdict, why, rows.flags, limits, ratio)


def _ladder(
    verdicts: NDArray[np.int8], over: NDArray[np.int8], chosen: slice | NDArray[np.int64]
) -> NDArray[np.int8]:
    """The verdict of as many exceeded limits, by the one ladder or by that of each row."""
    own = verdicts if verdicts.shape[0] == 1 else verdicts[chosen]
    places = over if len(own) == 1 else np.arange(len(over)) * own.shape[1] + over
    found: NDArray[np.int8] = np.take(own.ravel(), places)
    return found


def reasons_together(rows: Prepared, reason: NDArray[np.int16]) -> NDArray[np.int16]:
    """One reason a row: what the standard does not cover, then what cannot be read, then what is missing."""
    if not rows.reason.any():
        return reason
    first = (reason != 0) & ((rows.reason == 0) | (_VERDICT_OF_REASON[reason] == VERDICT["not_covered"]))
    return np.where(first, reason, rows.reason)


def reasons_of_names(rows: Prepared) -> NDArray[np.int16]:
    """Why the analyte of each row is not judged by this standard; 0 where it has limits."""
    names = rows.table.analytes
    by_code = [
        0 if rows.table.rows_of(code) else names.reasons.get(key, 0) or REASON["not_in_standard"]
        for code, key in enumerate(names.ids)
    ]
    found = np.array([*by_code, REASON["not_in_standard"]], dtype=np.int16)
    if not found[list(rows.used)].any():
        return np.zeros(len(rows), dtype=np.int16)
    return np.take(found, rows.analyte)


def _judge_intervals(rows: Prepared, limits: Ints, why: NDArray[np.int16]) -> NDArray[np.int8]:
    """Levels of the rows that are no plain number, by their lower ends; where the upper says otherwise, why."""
    odd = rows.odd
    near = [rows.bounds_of(limits[odd, place], None, odd) for place in range(limits.shape[1])]
    low = levels(rows.low[odd], near, at_least=rows.open_low[odd])
    high = levels(rows.high[odd], near)
    unclear = (low != high) & (why[odd] == 0)
    if not unclear.any():
        return low
    code = np.full(len(odd), REASON["detection_limit_undecided"], dtype=np.int16)
    # The usual case has its own words: nothing found, and the method could not have found enough.
    code[(rows.low[odd] == 0) & (low == 0)] = REASON["detection_limit_above_limit"]
    code[rows.readings.above[odd]] = REASON["above_range_undecided"]
    computed = (rows.flags[odd] & FLAG["sum_computed"]) != 0
    code[computed] = REASON["sum_undecided"]
    code[np.isin(odd, rows.incomplete)] = REASON["sum_incomplete"]
    why[odd[unclear]] = code[unclear]
    return low
