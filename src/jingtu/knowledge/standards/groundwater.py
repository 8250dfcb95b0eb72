"""GB/T 14848-2017: quality of groundwater, 93 indices, classes I to V.

Rules
-----
* A single index takes the class whose limit its value meets; where classes share a limit, the better one (6.2).
  A sample takes the worst class, and the indices of that class are named (6.3).
* A value below detection has a class only if every value it may have is of that class; elsewhere the row is
  ``not_evaluable`` and a flag says what is certain (``at_most_III``: class III or better). 不得检出 is met by a
  non-detect whose detection limit meets the next class; the standard names no detection limit.
* Gross α and β above class III: the table prints the same for IV and V, so 6.2 gives IV; the flag
  ``class_iv_or_v`` says that the two cannot be told apart and that nuclides have to be analysed.
* A natural background (column ``natural_background``) is a flag and never changes a class.
* The ratio is the standard index against class III (HJ 610-2016, 8.4.1.2), of pH by its distance from 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.knowledge.standards.analytes import factorised
from jingtu.knowledge.standards.data_rows import folded
from jingtu.knowledge.standards.data_rows import rows as data_rows
from jingtu.knowledge.standards.judging import (
    Judged,
    Prepared,
    judge_upper,
    levels,
    reasons_of,
    reasons_of_names,
)
from jingtu.knowledge.standards.reasons import FLAG, REASON, VERDICT
from jingtu.knowledge.standards.tables import Limit, Table
from jingtu.knowledge.standards.units import unit_of

CLASSES: Final = ("I", "II", "III", "IV", "V")
_III: Final = CLASSES.index("III")
_NEUTRAL: Final = 7.0
_DIMENSIONLESS: Final = "无量纲"
_YES: Final = frozenset({"是", "有", "天然", "天然背景", "自然背景", "天然背景值", "y", "yes", "true", "1"})
# Words of a cell that the reader of numbers takes for a bare non-detect.
_NOT_FOUND: Final = "未检出"

_AT_MOST: Final = np.array(
    [0, FLAG["at_most_II"], FLAG["at_most_III"], FLAG["at_most_IV"], 0], dtype=np.uint32
)
_AT_LEAST: Final = np.array(
    [0, FLAG["at_least_II"], FLAG["at_least_III"], FLAG["at_least_IV"], 0], dtype=np.uint32
)
_UNDECIDED: Final = tuple(
    REASON[code]
    for code in (
        "detection_limit_above_limit",
        "detection_limit_undecided",
        "above_range_undecided",
        "sum_undecided",
    )
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The table by analyte code; the last row answers the code -1.

    ``limits`` holds the five classes; ``bounds`` the limits that are upper bounds, mildest first; ``verdicts``
    the verdict of a value above 0 ... 4 of them.
    """

    limits: NDArray[np.int32]
    bounds: NDArray[np.int32]
    verdicts: NDArray[np.int8]
    undetected: NDArray[np.bool_]
    radioactive: NDArray[np.bool_]
    spans: frozenset[int]
    ordinals: frozenset[int]


def evaluate(rows: Prepared) -> Judged:
    """Judge rows by GB/T 14848-2017: one class a row, five limits a row."""
    plan = _plan_of(rows.table)
    codes = rows.analyte
    bounds = plan.bounds[codes]
    verdicts = plan.verdicts[codes]
    reason = reasons_of_names(rows)
    judged = judge_upper(rows, bounds, verdicts, reason)
    judged.limits = plan.limits[codes]
    third = rows.bounds_of(judged.limits[:, _III])
    plain = ~np.isnan(judged.ratio)
    judged.ratio = np.where(plain, rows.low / third, np.nan)
    _undetected(rows, plan, judged, bounds)
    _certain(rows, judged, bounds, verdicts)
    worse = plan.radioactive[codes] & (judged.verdict == VERDICT["IV"])
    judged.flags[worse] |= FLAG["class_iv_or_v"]
    for code in plan.spans:
        _judge_spans(rows, judged, np.flatnonzero(codes == code), code)
    for code in plan.ordinals:
        _judge_words(rows, judged, np.flatnonzero(codes == code), code)
    _mark_background(rows, judged)
    return judged


def meets(
    verdict: NDArray[np.object_], flags: NDArray[np.uint32], target: Literal["I", "II", "III", "IV", "V"]
) -> NDArray[np.object_]:
    """Whether judged rows meet a class that is asked for, such as that of a plan's target.

    Parameters
    ----------
    verdict : array of str
        Verdict codes of rows or of samples, as a screening gives them.
    flags : array of int
        Flag bits of the rows; they say what is certain of a row without a class.
    target : {"I", "II", "III", "IV", "V"}
        The class to be met.

    Returns
    -------
    array of str
        ``pass``, ``exceed``, ``not_evaluable`` or ``not_covered``.

    Examples
    --------
    >>> import numpy as np
    >>> flags = np.array([0, 0, FLAG["at_most_III"], 0, FLAG["class_iv_or_v"]], dtype=np.uint32)
    >>> found = np.array(["II", "IV", "not_evaluable", "not_covered", "IV"], dtype=object)
    >>> meets(found, flags, "III").tolist()
    ['pass', 'exceed', 'pass', 'not_covered', 'exceed']
    >>> meets(found, flags, "IV").tolist()[-1]  # IV and V cannot be told apart
    'not_evaluable'
    """
    wanted = CLASSES.index(target)
    rank = {code: place for place, code in enumerate(CLASSES)}
    best = np.array([rank.get(code, 0) for code in verdict], dtype=np.int8)
    worst = np.array([rank.get(code, len(CLASSES) - 1) for code in verdict], dtype=np.int8)
    for place, (most, least) in enumerate(zip(_AT_MOST, _AT_LEAST, strict=True)):
        if most:
            worst[(flags & most) != 0] = place
        if least:
            best[(flags & least) != 0] = place
    worst[(flags & np.uint32(FLAG["class_iv_or_v"])) != 0] = len(CLASSES) - 1
    answer = np.full(len(verdict), "not_evaluable", dtype=object)
    answer[worst <= wanted] = "pass"
    answer[best > wanted] = "exceed"
    answer[verdict == "not_covered"] = "not_covered"
    return answer


@lru_cache(maxsize=8)
def _plan_of(table: Table) -> _Plan:
    size = len(table.analytes.ids) + 1
    limits = np.full((size, len(CLASSES)), -1, dtype=np.int32)
    for place, limit in enumerate(table.limits):
        code = table.analytes.code(limit.analyte_id)
        limits[code, CLASSES.index(limit.land_class)] = place
    bounds = np.full((size, len(CLASSES) - 1), -1, dtype=np.int32)
    verdicts = np.full((size, len(CLASSES)), VERDICT["V"], dtype=np.int8)
    undetected = np.zeros(size, dtype=np.bool_)
    radioactive = np.zeros(size, dtype=np.bool_)
    spans, ordinals = set(), set()
    for code in range(size - 1):
        own = [table.limits[place] for place in limits[code] if place >= 0]
        kinds = {limit.comparator for limit in own}
        if "ordinal" in kinds:
            ordinals.add(code)
        elif "range" in kinds:
            spans.add(code)
        uppers = [place for place, limit in zip(limits[code], own, strict=False) if limit.upper is not None]
        if not uppers or code in spans:
            continue
        bounds[code, : len(uppers)] = uppers
        undetected[code] = "not_detected" in kinds
        first = 1 if undetected[code] else 0  # a detected value is never of the class of 不得检出
        reached = [VERDICT[name] for name in CLASSES[first : first + len(uppers) + 1]]
        verdicts[code, : len(reached)] = reached
        radioactive[code] = own[_III + 1].comparator == "greater_than"
    return _Plan(limits, bounds, verdicts, undetected, radioactive, frozenset(spans), frozenset(ordinals))


def _undetected(rows: Prepared, plan: _Plan, judged: Judged, bounds: NDArray[np.int32]) -> None:
    """不得检出: class I for what was not detected, as far as the method could see the next class."""
    odd = rows.odd[plan.undetected[rows.analyte[rows.odd]]]
    met = odd[(rows.high[odd] <= rows.bounds_of(bounds[:, 0])[odd]) & (rows.low[odd] == 0)]
    judged.verdict[met[judged.reason[met] == 0]] = VERDICT["I"]
    none = np.flatnonzero(
        plan.undetected[rows.analyte] & (rows.low == 0) & (rows.high == 0) & (judged.reason == 0)
    )
    judged.verdict[none] = VERDICT["I"]


def _certain(rows: Prepared, judged: Judged, bounds: NDArray[np.int32], verdicts: NDArray[np.int8]) -> None:
    """Flag what is certain of rows whose class is not."""
    odd = rows.odd[np.isin(judged.reason[rows.odd], _UNDECIDED)]
    if not odd.size:
        return
    near = [rows.bounds_of(bounds[:, place])[odd] for place in range(bounds.shape[1])]
    low = levels(rows.low[odd], near, at_least=rows.open_low[odd])
    high = levels(rows.high[odd], near)
    line = np.arange(len(odd))
    first = VERDICT["I"]
    judged.flags[odd] |= _AT_MOST[verdicts[odd][line, high] - first]
    judged.flags[odd] |= _AT_LEAST[verdicts[odd][line, low] - first]


def _judge_spans(rows: Prepared, judged: Judged, chosen: NDArray[np.int64], code: int) -> None:
    """An index whose classes are ranges (pH); a range has no unit, so none has to be printed."""
    if not chosen.size:
        return
    table = rows.table
    own = [table.limits[place] for place in table.rows_of(code)]
    own.sort(key=lambda limit: CLASSES.index(limit.land_class))
    value = rows.low[chosen]
    reason = _reasons_without_unit(rows, chosen)
    usable = rows.readings.detected[chosen] & ~rows.readings.above[chosen]
    reason[(reason == 0) & (~usable | ~((value >= 0) & (value <= 14)))] = REASON["bad_ph"]
    verdict = np.full(len(chosen), VERDICT["not_evaluable"], dtype=np.int8)
    for limit in reversed(own):  # the better class is written last and stays
        inside = np.zeros(len(chosen), dtype=np.bool_)
        for lower, lower_in, upper, upper_in in _spans(limit):
            here = np.ones(len(chosen), dtype=np.bool_)
            if lower is not None:
                here &= (value >= lower) if lower_in else (value > lower)
            if upper is not None:
                here &= (value <= upper) if upper_in else (value < upper)
            inside |= here
        verdict[inside] = VERDICT[limit.land_class]
    verdict[reason != 0] = VERDICT["not_evaluable"]
    third = own[_III]
    lowest, highest = float(third.lower or 0), float(third.upper or 0)
    ratio = np.where(
        value <= _NEUTRAL, (_NEUTRAL - value) / (_NEUTRAL - lowest), (value - _NEUTRAL) / (highest - _NEUTRAL)
    )
    judged.verdict[chosen] = verdict
    judged.reason[chosen] = reason
    judged.ratio[chosen] = np.where(reason == 0, ratio, np.nan)


def _spans(limit: Limit) -> list[tuple[float | None, bool, float | None, bool]]:
    if limit.comparator == "outside":  # below the upper or above the lower number
        return [
            (None, False, _float(limit.upper), limit.upper_inclusive),
            (_float(limit.lower), limit.lower_inclusive, None, False),
        ]
    if limit.comparator == "range_union":
        cells = [
            limit.rest[name].split(";") for name in ("lower", "lower_inclusive", "upper", "upper_inclusive")
        ]
        return [
            (float(lower), lower_in == "Y", float(upper), upper_in == "Y")
            for lower, lower_in, upper, upper_in in zip(*cells, strict=True)
        ]
    return [(_float(limit.lower), limit.lower_inclusive, _float(limit.upper), limit.upper_inclusive)]


def _float(number: Fraction | None) -> float | None:
    return None if number is None else float(number)


def _judge_words(rows: Prepared, judged: Judged, chosen: NDArray[np.int64], code: int) -> None:
    """An index that prints 无 or 有, in the words that laboratories write."""
    if not chosen.size:
        return
    key = rows.table.analytes.ids[code]
    own = sorted(
        (rows.table.limits[place] for place in rows.table.rows_of(code)),
        key=lambda limit: CLASSES.index(limit.land_class),
    )
    known = _words_of(key)
    reasons = _reasons_without_unit(rows, chosen)
    bare = REASON["no_detection_limit"]
    for row, reason in zip(chosen.tolist(), reasons.tolist(), strict=True):
        if reason == REASON["text"]:
            word = rows.readings.words.get(row, "")
        elif reason == bare:
            word = _NOT_FOUND
        elif reason == 0 and rows.readings.detected[row]:
            word = f"{rows.low[row]:g}"
        else:
            word = ""
        means = known.get(folded(word))
        found = next((limit for limit in own if limit.value == means), None)  # the better class is first
        judged.ratio[row] = np.nan
        if found is not None:
            judged.verdict[row], judged.reason[row] = VERDICT[found.land_class], 0
        else:
            judged.verdict[row] = VERDICT["not_evaluable"]
            judged.reason[row] = reason if reason not in {0, REASON["text"], bare} else REASON["not_ordinal"]


@cache
def _words_of(key: str) -> dict[str, str]:
    return {
        folded(word): row["value"]
        for row in data_rows("ordinal_words.csv")
        if row["id"] == key
        for word in row["words"].split("|")
    }


def _reasons_without_unit(rows: Prepared, chosen: NDArray[np.int64]) -> NDArray[np.int16]:
    """Reasons of rows whose index has no unit: an empty unit is no fault, another unit is one."""
    reason = reasons_of(rows.readings)[chosen]
    unlike = np.array([unit_of(unit) != _DIMENSIONLESS for unit in rows.units] + [False])
    reason[(reason == 0) & unlike[rows.unit[chosen]]] = REASON["unit_mismatch"]
    unknown = rows.reason[chosen] == REASON["unknown_unit"]
    reason[(reason == 0) & unknown] = REASON["unknown_unit"]
    return reason


def _mark_background(rows: Prepared, judged: Judged) -> None:
    column = rows.column("natural_background")
    if column is None:
        return
    codes, words = factorised(column.cast(pl.String))
    yes = np.array([(word or "").strip().casefold() in _YES for word in words])
    judged.flags[yes[codes]] |= FLAG["natural_background"]
