"""Cells of a laboratory's table read into days, depths, coordinates and media."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from jingtu.knowledge.grids import text_of
from jingtu.knowledge.labsheets import words

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_AFTER_DAY = re.compile(r"(?:[ T]*\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}(?:\.\d+)?)?秒?分?)?\s*$")
_RANGE_OF_DAYS = re.compile(r"\s*(?:[-~～—–至]|\s到\s?)\s*.*\d")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_EPOCH = date(1899, 12, 30)
_EMPTY = frozenset({"", "-", "--", "/", "—", "——", "无", "N/A", "n/a"})
_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_LENGTH = r"(?:m|cm|米|厘米|mm)?"
_DEPTHS = re.compile(
    rf"(?P<top>{_NUMBER})\s*(?P<one>{_LENGTH})\s*(?:[-~～—–－―至到])\s*(?P<bottom>{_NUMBER})\s*(?P<two>{_LENGTH})"
)
_DEPTH = re.compile(rf"(?P<top>{_NUMBER})\s*(?P<one>{_LENGTH})")
_DEGREES = re.compile(
    r"(?P<side>[EWNS东西南北]?(?:经|纬)?)\s*(?P<d>\d{1,3})\s*[°度]\s*(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*['′分]\s*)?"
    r"(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:[\"″秒]|'')\s*)?(?P<end>[EWNS]?)",
    re.IGNORECASE,
)


class UnreadError(ValueError):
    """A cell that is no value of its field; the message says what was expected."""


def is_empty(text: str) -> bool:
    """Whether a text says that there is nothing to say."""
    return text in _EMPTY


@lru_cache(maxsize=8192)
def _day_of(text: str) -> tuple[date | None, bool]:
    text = unicodedata.normalize("NFKC", text).strip()
    match = _DAY.match(text)
    rest = ""
    if match is not None:
        rest = text[match.end() :]
    else:
        match = _DIGITS.fullmatch(text)
    if match is None:
        return None, False
    ranged = bool(rest and not _AFTER_DAY.match(rest))
    if ranged and not _RANGE_OF_DAYS.match(rest):
        return None, False
    try:
        return date(int(match[1]), int(match[2]), int(match[3])), ranged
    except ValueError:
        return None, False


def day(cell: Any) -> date | None:
    """A day; of a range of days (5月3日至5日) the first.

    Raises
    ------
    UnreadError
        The cell is not empty and no day.

    Examples
    --------
    >>> day("2026年5月3日"), day("20260503"), day(46145.0), day("/")
    (datetime.date(2026, 5, 3), datetime.date(2026, 5, 3), datetime.date(2026, 5, 3), None)
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, (bool, timedelta)):
        raise UnreadError(_A_DAY)
    if isinstance(cell, (int, float)):
        if 36_526 <= cell <= 73_050:  # days of a workbook from 2000 to 2099
            return _EPOCH + timedelta(days=int(cell))
        cell = text_of(float(cell))
    text = str(cell or "").strip()
    if is_empty(text):
        return None
    if re.fullmatch(r"\d{5}(\.0+)?", text) and 36_526 <= float(text) <= 73_050:
        return _EPOCH + timedelta(days=int(float(text)))
    found, _ = _day_of(text)
    if found is None:
        raise UnreadError(_A_DAY)
    return found


_A_DAY = "应为完整日期，例如 2026-05-03 或 2026年5月3日"


def is_range_of_days(text: str) -> bool:
    """Whether a text is a range of days, of which only the first is kept."""
    return _day_of(text)[1]


def number(cell: Any, expected: str = "应为数字") -> float | None:
    """A plain number, such as pH or a coordinate in degrees.

    Raises
    ------
    UnreadError
        The cell is not empty and no number.
    """
    if isinstance(cell, float) or (isinstance(cell, int) and not isinstance(cell, bool)):
        value = float(cell)
    else:
        text = unicodedata.normalize("NFKC", text_of(cell)).replace(",", "").strip()
        if is_empty(text):
            return None
        if not re.fullmatch(rf"{_NUMBER}(?:[eE][-+]?\d{{1,3}})?", text):
            raise UnreadError(expected)
        value = float(text)
    if not math.isfinite(value):
        raise UnreadError(expected)
    return float(format(value, ".15g"))


@lru_cache(maxsize=8192)
def _depths(text: str, unit: str) -> tuple[float | None, float | None]:
    text = unicodedata.normalize("NFKC", text).strip().strip("()").strip()
    if is_empty(text):
        return None, None
    default = words.metres(unit) or 1.0
    match = _DEPTHS.fullmatch(text)
    if match:
        last = words.metres(match["two"]) or default
        first = words.metres(match["one"]) or (words.metres(match["two"]) or default)
        return _rounded(float(match["top"]) * first), _rounded(float(match["bottom"]) * last)
    match = _DEPTH.fullmatch(text)
    if match is None:
        raise UnreadError("应为深度或深度区间，例如 0-0.5 或 0-50cm")
    depth = _rounded(float(match["top"]) * (words.metres(match["one"]) or default))
    return depth, depth


def depths(cell: Any, unit: str = "") -> tuple[float | None, float | None]:
    """Top and bottom of a depth interval in metres; one depth is both.

    Raises
    ------
    UnreadError
        The cell is not empty and no depth.

    Examples
    --------
    >>> depths("0~50cm"), depths("0.5-1.5"), depths(20.0, "cm"), depths("0—0.2m")
    ((0.0, 0.5), (0.5, 1.5), (0.2, 0.2), (0.0, 0.2))
    """
    if isinstance(cell, (date, timedelta)):
        raise UnreadError("应为深度区间；表格软件把它变成了日期，请把单元格设为文本后重填，例如 0-0.5")
    return _depths(text_of(cell), unit)


def one_depth(cell: Any, unit: str = "") -> float | None:
    """One depth in metres."""
    top, bottom = depths(cell, unit)
    if top != bottom:
        raise UnreadError("应为一个深度，例如 0.5")
    return top


def _rounded(value: float) -> float:
    return round(value, 6)


def degrees(cell: Any) -> float | None:
    """A coordinate in degrees, also from degrees, minutes and seconds.

    Raises
    ------
    UnreadError
        The cell is not empty and no coordinate.

    Examples
    --------
    >>> degrees("108°30′36″"), degrees("E108.51"), degrees(22.5)
    (108.51, 108.51, 22.5)
    """
    if not isinstance(cell, str):
        return number(cell, _DEGREES_EXPECTED)
    text = unicodedata.normalize("NFC", cell).strip()
    match = _DEGREES.fullmatch(text)
    if match:
        value = int(match["d"]) + float(match["m"] or 0) / 60 + float(match["s"] or 0) / 3600
        return round(value, 9)
    return number(re.sub(r"^[EN东北]经?纬?|[°度]?[EN]?$", "", text), _DEGREES_EXPECTED)


_DEGREES_EXPECTED = "应为经纬度，例如 108.512345 或 108°30′44″"
