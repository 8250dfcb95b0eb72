"""Days as people write them in tables: in full, by month or by year only, in Chinese figures, as a workbook's number."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

FIRST, LAST = "first", "last"
_WORKBOOK_EPOCH = date(1899, 12, 30)
_EARLIEST_SERIAL, _LATEST_SERIAL = (
    9133,
    109_575,
)  # 1925-01-01 to 2199: below that a number is no day of a table
_PIVOT = 40  # 24年 is 2024, 98年 is 1998: nobody writes of 2041 in two figures yet
_FIGURES = {"〇": "0", "○": "0", "零": "0"} | {
    sign: str(at) for at, sign in enumerate("一二三四五六七八九", start=1)
}
_SPOKEN = re.compile(r"[〇○零一二三四五六七八九十]+(?=[年月日号])")
_WEEKDAY = re.compile(r"\s*\(?(?:星期|周)[一二三四五六日天]\)?$")
_TIME = r"(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_DAY = re.compile(rf"^(\d{{4}})\s*[-/.。年]\s*(\d{{1,2}})\s*[-/.。月]\s*(\d{{1,2}})\s*[日号]?{_TIME}$")
_DAY_DIGITS = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_DAY_SHORT = re.compile(r"^(\d{2})年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?$")
_MONTH = re.compile(r"^(\d{4})\s*[-/.。年]\s*(\d{1,2})\s*月?份?$")
_MONTH_DIGITS = re.compile(r"^(\d{4})(0[1-9]|1[0-2])$")
_MONTH_SHORT = re.compile(r"^(\d{2})年\s*(\d{1,2})\s*月份?$")
_YEAR = re.compile(r"^((?:19|20)\d{2})\s*年?度?$")
_YEAR_SHORT = re.compile(r"^(\d{2})年度?$")
_SERIAL_TEXT = re.compile(r"^[2-7]\d{4}$")

WANTED = "应为完整日期，例如 2024-06-30 或 2024年6月30日"


@dataclass(frozen=True, slots=True)
class Partial:
    """A month or a year where a day is asked for: the first and the last day it may mean."""

    first: date
    last: date
    words: str


def read(raw: Any) -> date | Partial:
    """The day that a cell means.

    Parameters
    ----------
    raw : object
        A day, text, or the number of a day as a workbook counts them.

    Returns
    -------
    date or Partial
        ``Partial`` where only the month or the year is written.

    Raises
    ------
    ValueError
        No day, or one that cannot be told; the message says what was expected.

    Examples
    --------
    >>> read("二〇二四年三月五日"), read("24年3月5日"), read(45356)
    (datetime.date(2024, 3, 5), datetime.date(2024, 3, 5), datetime.date(2024, 3, 5))
    >>> read("2024.3").last
    datetime.date(2024, 3, 31)
    """
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, (int, float)) and not isinstance(raw, bool):
        return _of_number(raw)
    text = _arabic(unicodedata.normalize("NFKC", str(raw)).strip())
    text = _WEEKDAY.sub("", text)
    if match := _DAY.match(text) or _DAY_DIGITS.match(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_SHORT.match(text):
        return _day(_full(match[1]), int(match[2]), int(match[3]))
    if match := _MONTH.match(text) or _MONTH_DIGITS.match(text):
        return _month(int(match[1]), int(match[2]), text)
    if match := _MONTH_SHORT.match(text):
        return _month(_full(match[1]), int(match[2]), text)
    if match := _YEAR.match(text):
        return _year(int(match[1]), text)
    if match := _YEAR_SHORT.match(text):
        return _year(_full(match[1]), text)
    if _SERIAL_TEXT.match(text):
        return _WORKBOOK_EPOCH + timedelta(days=int(text))
    raise ValueError(WANTED)


def year_of(raw: Any) -> int:
    """The year that a cell means; raises ``ValueError`` for anything that says more or less than a year.

    Examples
    --------
    >>> year_of("二〇二四年"), year_of("24年"), year_of(2024.0), year_of("２０２４年度")
    (2024, 2024, 2024, 2024)
    """
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = _arabic(unicodedata.normalize("NFKC", str(raw)).strip())
    if match := _YEAR.match(text):
        return int(match[1])
    if match := _YEAR_SHORT.match(text):
        return _full(match[1])
    raise ValueError("应为年份，例如 2024 或 2024年")


def _of_number(raw: float) -> date | Partial:
    if not float(raw).is_integer():
        if 1900 <= raw < 2100:
            # 2024.1 may have been 2024.10 before the workbook took it for a number.
            raise ValueError("像是年月，但已被当作小数，看不出是几月；请写成完整日期，例如 2024-06-30")
        if _EARLIEST_SERIAL <= raw <= _LATEST_SERIAL:  # a moment of a day
            return _WORKBOOK_EPOCH + timedelta(days=int(raw))
        raise ValueError(WANTED)
    number = int(raw)
    if 1900 <= number <= 2100:
        return _year(number, str(number))
    if 190001 <= number <= 210012 and (match := _MONTH_DIGITS.match(str(number))):
        return _month(int(match[1]), int(match[2]), str(number))
    if _EARLIEST_SERIAL <= number <= _LATEST_SERIAL:
        return _WORKBOOK_EPOCH + timedelta(days=number)
    if match := _DAY_DIGITS.match(str(number)):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    raise ValueError(WANTED)


def _arabic(text: str) -> str:
    """Chinese figures before 年, 月 and 日 as digits."""
    return _SPOKEN.sub(lambda match: _spoken(match[0]), text) if "年" in text or "月" in text else text


def _spoken(word: str) -> str:
    if "十" not in word:
        return "".join(_FIGURES[sign] for sign in word)
    tens, _, ones = word.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return word
    return str(int(_FIGURES.get(tens, "1")) * 10 + int(_FIGURES.get(ones, "0")))


def _full(short: str) -> int:
    year = int(short)
    return 2000 + year if year <= _PIVOT else 1900 + year


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("没有这一天，请核对日期") from None


def _month(year: int, month: int, words: str) -> Partial:
    first = _day(year, month, 1)
    return Partial(first, date(year, month, monthrange(year, month)[1]), words)


def _year(year: int, words: str) -> Partial:
    return Partial(date(year, 1, 1), date(year, 12, 31), words)
