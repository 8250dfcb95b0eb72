"""What a laboratory printed, read into numbers: one rule for every way of printing.

========================================  ==================================================================
printed                                   read as
========================================  ==================================================================
``0.30``, ``０．３０``, ``1,234``         the number
``1.2×10⁻³``, ``1.2x10^-3``, ``1.2E-3``   the number
``0.30±0.02``                             the number before ±
``<0.01``, ``＜0.01``, ``≤0.01``          not detected, detection limit 0.01
``0.01L``, ``0.01(L)``, ``0.01ND``        not detected, detection limit 0.01
``ND(0.01)``, ``未检出(检出限0.01)``      not detected, detection limit 0.01, in its own unit if it prints one
``ND``, ``未检出``, ``L``, ``<DL``        not detected, detection limit from its own column;
                                          without one the problem ``no_detection_limit``
``>2000``, ``≥2000``, ``2000以上``        at least 2000 (``above``)
``0.3mg/kg``                              the number, in its own unit (``unit``)
``0.35(湿基,含水率30%)``                  0.35 / (1 - 0.30) of dry soil (``wet``)
empty, ``—``, ``/``, ``NA``, ``未测``     problem ``empty``
``-1``                                    problem ``negative``
``0.1~0.3``                               problem ``range``
anything else                             problem ``text``; the words themselves are kept (无, 有)
========================================  ==================================================================

``0`` is a number. A value below its detection limit that is printed as a number is a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.knowledge.standards.data_rows import folded

PROBLEMS: Final = ("", "empty", "text", "range", "negative", "no_detection_limit")
_PROBLEM: Final = {code: place for place, code in enumerate(PROBLEMS)}

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)"
_NUMBER = rf"{_DIGITS}(?:[eE][+-]?\d+|[×xX*·]10\^?\(?[+-]?\d+\)?)?|10\^[+-]?\d+"
_UNIT = r"[a-zA-Zμµ%毫微纳克升千公][^\d()<>]*(?:/[a-zA-Z0-9克升千公]+)?"
_PLAIN = re.compile(rf"\+?(?P<number>{_NUMBER})(?:±{_NUMBER})?(?P<unit>{_UNIT})?")
_WORDS = r"N\.?D\.?|未检出|不得检出|低于检出限|小于检出限|低于方法检出限|<(?:DL|MDL|LOD|LOQ|RL)|BDL"
_BARE = re.compile(rf"(?:{_WORDS}|L|<?检出限)", re.IGNORECASE)
_BELOW = re.compile(
    rf"(?:(?:{_WORDS})\(?|<=?|≤|〈|小于等于|小于|低于)(?:检出限|方法检出限|DL|MDL|LOD)?[:=]?<?"
    rf"(?P<number>{_NUMBER})(?P<unit>{_UNIT})?\)?",
    re.IGNORECASE,
)
_SUFFIX = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>)\(?(?:L|ND|N\.D\.|未检出)\)?", re.IGNORECASE)
_ABOVE = re.compile(rf"(?:>=?|≥|〉|大于等于|大于|高于)(?P<number>{_NUMBER})(?P<unit>{_UNIT})?")
_ABOVE_WORD = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>{_UNIT})?以上")
_RANGE = re.compile(rf"(?:{_NUMBER})(?:~|～|至|-)(?:{_NUMBER})(?:{_UNIT})?")
_NEGATIVE = re.compile(rf"-(?:{_NUMBER})(?:{_UNIT})?")
_WET = re.compile(rf"(?P<number>{_NUMBER})\((?:湿基|湿重|鲜重),?含水[率量](?P<water>{_DIGITS})%\)")
# A blank between digits groups thousands; elsewhere two numbers stand in one cell.
_TORN = re.compile(r"\d\s+\d")
_GROUPED = re.compile(r"^\D*\d{1,3}(?:\s\d{3})+(?!\s*\d)")
_EMPTY = frozenset(
    {"", "-", "--", "/", "\\", "NA", "N/A", "n/a", "无数据", "未测", "未测定", "未检测", "缺测"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One printed value as it was read.

    ``number`` is exact; of a non-detect it is the detection limit, of a value above range the bound.
    """

    number: Decimal | None = None
    detected: bool = False
    above: bool = False
    closed: bool = False
    unit: str | None = None
    wet: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Readings:
    """A column of printed values as they were read.

    Attributes
    ----------
    value : ndarray of float64
        The number, for values above range the bound; NaN for non-detects and problems.
    detected : ndarray of bool
        Whether there is a number (a value above range is detected).
    censor_limit : ndarray of float64
        Detection limit of a non-detect; NaN otherwise.
    above : ndarray of bool
        Printed as ``>2000``; ``closed`` says ``≥2000``.
    problem_code : ndarray of int8
        Position in ``PROBLEMS``; 0 where there is none.
    units : dict of int to str
        Units that stand in the cell itself, by row.
    words : dict of int to str
        Words that are not numbers, by row.
    wet : list of int
        Rows that were converted from wet to dry soil.
    """

    value: NDArray[np.float64]
    detected: NDArray[np.bool_]
    censor_limit: NDArray[np.float64]
    above: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    problem_code: NDArray[np.int8]
    units: dict[int, str] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    wet: list[int] = field(default_factory=list)

    @property
    def problem(self) -> NDArray[np.object_]:
        """Code of the problem of each row, ``None`` where there is none."""
        return np.array([None, *PROBLEMS[1:]], dtype=object)[self.problem_code]

    @property
    def text(self) -> NDArray[np.object_]:
        """Words of each row that are not a number, ``None`` elsewhere."""
        found = np.full(len(self.value), None, dtype=object)
        for row, word in self.words.items():
            found[row] = word
        return found


def _decimal(text: str) -> Decimal:
    text = re.sub(r"[×xX*·]10\^?\(?([+-]?\d+)\)?", r"e\1", text.replace(",", ""))
    if text.startswith("10^"):
        text = f"1e{text[3:]}"
    return Decimal(text)


# Superscript digits are exponents in a value; folding would glue them to the ten.
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


def _lowered(text: str) -> str:
    return re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda found: "^" + found[0].translate(_RAISED), text)


def read_value(text: str) -> Reading:
    """Read one printed value; the table of this module is its rule.

    Parameters
    ----------
    text : str
        The cell as printed.

    Returns
    -------
    Reading
        The number, or the detection limit, or the problem.

    Examples
    --------
    >>> read_value("0.30").number, read_value("1.2×10⁻³").number
    (Decimal('0.30'), Decimal('0.0012'))
    >>> read_value("0.01L")
    Reading(number=Decimal('0.01'), detected=False, above=False, closed=False, unit=None, wet=False, problem='')
    >>> read_value("未检出").problem, read_value("-1").problem, read_value("未检测").problem
    ('no_detection_limit', 'negative', 'empty')
    """
    found = _read(text)
    # What no machine number holds is no concentration.
    return found if found.number is None or isfinite(float(found.number)) else Reading(problem="text")


@lru_cache(maxsize=65536)
def _read(text: str) -> Reading:
    if _TORN.search(text) and not _GROUPED.search(text):
        return Reading(problem="text")
    word = folded(_lowered(text)).lstrip("'")
    if word in _EMPTY:
        return Reading(problem="empty")
    if found := _PLAIN.fullmatch(word):
        # The suffix L of laboratories is not the unit litre.
        if (found["unit"] or "") not in {"L", "l", "ND", "nd", "N.D.", "n.d."}:
            return Reading(_decimal(found["number"]), detected=True, unit=found["unit"] or None)
        return Reading(_decimal(found["number"]))
    if _BARE.fullmatch(word):
        return Reading(problem="no_detection_limit")
    for pattern in (_BELOW, _SUFFIX):
        if found := pattern.fullmatch(word):
            return Reading(_decimal(found["number"]), unit=found["unit"] or None)
    for pattern in (_ABOVE, _ABOVE_WORD):
        if found := pattern.fullmatch(word):
            closed = not word.startswith((">", "〉", "大于", "高于")) or word.startswith((">=", "大于等于"))
            return Reading(
                _decimal(found["number"]),
                detected=True,
                above=True,
                closed=closed,
                unit=found["unit"] or None,
            )
    if (found := _WET.fullmatch(word)) and Decimal(found["water"]) < 100:
        return Reading(
            _decimal(found["number"]) / (1 - _decimal(found["water"]) / 100), detected=True, wet=True
        )
    if _NEGATIVE.fullmatch(word):
        return Reading(problem="negative")
    if _RANGE.fullmatch(word):
        return Reading(problem="range")
    return Reading(problem="text")


def as_series(values: Any) -> pl.Series:
    """A column, whatever it came as, as a polars Series of text or of numbers.

    Mixed columns (text and numbers) become text, each number as Python prints it.
    """
    if isinstance(values, pl.Series):
        series = values
    elif isinstance(values, np.ndarray) and values.dtype != object:
        series = pl.Series(values)
    else:
        series = _series_of(list(values))
    if series.dtype in {pl.Categorical, pl.Enum} or isinstance(series.dtype, pl.Enum | pl.Categorical):
        return series.cast(pl.String)
    return series.cast(pl.String) if series.dtype in {pl.Null, pl.Boolean, pl.Object} else series


def _series_of(values: list[Any]) -> pl.Series:
    try:
        series = pl.Series(values, strict=True)
    except (TypeError, pl.exceptions.PolarsError, OverflowError):
        return pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)
    if series.dtype == pl.Object or series.dtype.is_decimal() or series.dtype.is_nested():
        return pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)
    return series


def read_values(
    raw: Sequence[str | float | None] | NDArray[Any] | pl.Series, detection_limit: Any = None
) -> Readings:
    """Read a column of printed values.

    Parameters
    ----------
    raw : sequence, ndarray or Series
        Texts as printed, or numbers.
    detection_limit : sequence, ndarray or Series, optional
        Detection limits in the unit of the row, for non-detects that print none.

    Returns
    -------
    Readings
        The columns; nothing is raised for what cannot be read, each row has its ``problem``.

    Examples
    --------
    >>> found = read_values(["0.30", "0.002L", ">2000", "ND", "有"], [None, None, None, 0.01, None])
    >>> found.value.tolist()
    [0.3, nan, 2000.0, nan, nan]
    >>> found.censor_limit.tolist(), found.problem[4]
    ([nan, 0.002, nan, 0.01, nan], 'text')
    """
    series = as_series(raw)
    size = len(series)
    if series.dtype == pl.Float32 or not series.dtype.is_numeric():
        # 0.3 in 32 bits was printed as 0.3; a date that a spreadsheet made of 1-2 is no number.
        series = series.cast(pl.String)
    if series.dtype == pl.String:
        readings = _of_text(series)
    else:
        # Not copied: nothing writes into a column that somebody gave.
        readings = _of_numbers(series.cast(pl.Float64).fill_null(float("nan")).to_numpy())
    if detection_limit is not None:
        _add_limits(readings, as_series(detection_limit), size)
    return readings


def _of_numbers(value: NDArray[np.float64]) -> Readings:
    size = len(value)
    detected = (value >= 0) & (value < np.inf)
    problem = np.zeros(size, dtype=np.int8)
    if not detected.all():
        problem[np.isnan(value)] = _PROBLEM["empty"]
        problem[np.isinf(value)] = _PROBLEM["text"]
        problem[value < 0] = _PROBLEM["negative"]
        value = np.where(detected, value, np.nan)
    none = np.zeros(size, dtype=np.bool_)
    return Readings(value, detected, np.full(size, np.nan), none, none.copy(), problem)


def _of_text(series: pl.Series) -> Readings:
    numbers = series.cast(pl.Float64, strict=False)
    value = numbers.fill_null(float("nan")).to_numpy().copy()
    readings = _of_numbers(value)
    odd = np.flatnonzero(~readings.detected)
    if not odd.size:
        return readings
    value, detected, limit, above, closed, problem = (
        readings.value,
        readings.detected,
        readings.censor_limit,
        readings.above,
        readings.closed,
        readings.problem_code,
    )
    odd = _censored(series, odd, limit, problem)
    texts = series.gather(odd).fill_null("").to_list()
    for row, text in zip(odd.tolist(), texts, strict=True):
        found = read_value(text)
        problem[row] = _PROBLEM[found.problem]
        if found.problem == "text":
            readings.words[row] = text.strip()
        if found.unit:
            readings.units[row] = found.unit
        if found.wet:
            readings.wet.append(row)
        if found.number is None:
            continue
        if found.detected:
            value[row], detected[row] = float(found.number), True
            above[row], closed[row] = found.above, found.closed
        else:
            limit[row] = float(found.number)
    return readings


def _censored(
    series: pl.Series, odd: NDArray[np.int64], limit: NDArray[np.float64], problem: NDArray[np.int8]
) -> NDArray[np.int64]:
    """Read the two usual non-detects, ``<0.01`` and ``0.01L``, by column; return the rows that are left."""
    text = series.gather(odd).str.strip_chars()
    below, suffixed = text.str.starts_with("<"), text.str.ends_with("L")
    plain = text.str.strip_prefix("<").str.strip_suffix("L")
    # Both marks, or signs and words behind them, are left to the reader of single cells.
    usual = (below ^ suffixed) & plain.str.contains(r"^\d+(?:\.\d+)?$")
    number = plain.cast(pl.Float64, strict=False)
    chosen = (usual & number.is_finite()).fill_null(value=False).to_numpy()
    rows = odd[chosen]
    limit[rows] = number.to_numpy()[chosen]
    problem[rows] = 0
    left: NDArray[np.int64] = odd[~chosen]
    return left


def _add_limits(readings: Readings, series: pl.Series, size: int) -> None:
    if len(series) != size:
        raise ValueError("as many detection limits as values")
    rows = np.flatnonzero(readings.problem_code == _PROBLEM["no_detection_limit"])
    if not rows.size:
        return
    for row, limit in zip(rows.tolist(), series.gather(rows).cast(pl.String).to_list(), strict=True):
        found = read_value(limit or "")
        if found.number is None or found.above or found.number < 0:
            continue
        readings.censor_limit[row] = float(found.number)
        readings.problem_code[row] = 0
        if found.unit:
            readings.units[row] = found.unit
