"""Chinese working days: weekends, public holidays and the make-up days of each year's holiday notice.

The General Office of the State Council publishes the notice for a year late in the year before. For years
whose notice is not in the installed calendar there is no answer: it is not guessed. A region may have days off
of its own (壮族三月三 in Guangxi); whether they lengthen a limit is for the office to say, so they count only where
the region is named.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import chinese_calendar
from chinese_calendar import constants

from jingtu.errors import NotConfiguredError, NotFoundError
from jingtu.knowledge.law.texts import rows


@cache
def published_years() -> tuple[int, int]:
    """First and last year whose holiday notice is known.

    Examples
    --------
    >>> first, last = published_years()
    >>> first <= 2024 <= last
    True
    """
    days = [*constants.holidays, *constants.workdays]
    return min(day.year for day in days), max(day.year for day in days)


@cache
def regions() -> dict[str, str]:
    """Regions with days off of their own: id and name.

    Examples
    --------
    >>> regions()
    {'guangxi': '广西壮族自治区'}
    """
    return {row["region"]: row["region_name"] for row in rows("regional_days_off.csv")}


@cache
def _days_off(region: str) -> frozenset[date]:
    return frozenset(
        date.fromisoformat(row["date"]) for row in rows("regional_days_off.csv") if row["region"] == region
    )


def _is_off(day: date, region: str) -> bool:
    if region not in regions():
        raise NotFoundError(f"没有“{region}”的地方节假日；可选：{'、'.join(regions())}。", region=region)
    off = _days_off(region)
    if not any(item.year == day.year for item in off):
        raise NotConfiguredError(
            f"{day.year}年{regions()[region]}的地方节假日安排没有收录，无法按地方日历计算工作日。",
            year=day.year,
            region=region,
        )
    return day in off


def is_workday(day: date, region: str = "") -> bool:
    """Whether offices work on a day.

    Parameters
    ----------
    day : date
        A day of a year whose holiday notice is known.
    region : str
        Id of a region whose own days off count as well; empty for the national calendar alone.

    Raises
    ------
    NotConfiguredError
        The year's holiday notice is not published, or not installed.
    NotFoundError
        No such region.

    Examples
    --------
    >>> is_workday(date(2024, 2, 18)), is_workday(date(2024, 2, 19)), is_workday(date(2024, 10, 1))
    (True, True, False)
    >>> is_workday(date(2026, 4, 17)), is_workday(date(2026, 4, 17), "guangxi")
    (True, False)
    """
    first, last = published_years()
    if not first <= day.year <= last:
        raise NotConfiguredError(
            f"{day.year}年的节假日安排尚未公布或尚未更新（现有{first}至{last}年），无法计算工作日；"
            "请在国务院办公厅通知发布后更新日历。",
            year=day.year,
            first=first,
            last=last,
        )
    works = bool(chinese_calendar.is_workday(day))
    return works and not (region and _is_off(day, region))


def add_workdays(day: date, count: int, region: str = "") -> date:
    """The working day ``count`` working days after a day, or before it where ``count`` is negative.

    The day itself does not count (民法典 第二百零一条: 开始的当日不计入). With 0 it is the day itself, or
    the next working day where offices do not work on it.

    Parameters
    ----------
    day : date
        The day of the event.
    count : int
        Working days.
    region : str
        Id of a region whose own days off count as well.

    Raises
    ------
    NotConfiguredError
        The count runs into a year whose holiday notice is not known.

    Examples
    --------
    >>> add_workdays(date(2026, 10, 12), -15).isoformat()
    '2026-09-15'
    >>> add_workdays(date(2024, 4, 30), 3).isoformat()
    '2024-05-08'
    """
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        if is_workday(day, region):
            left -= 1
    while count == 0 and not is_workday(day, region):
        day += step
    return day


def workdays_between(first: date, last: date, region: str = "") -> int:
    """Working days after ``first`` up to and including ``last``; negative where ``last`` is earlier.

    Examples
    --------
    >>> workdays_between(date(2024, 4, 30), date(2024, 5, 8)), workdays_between(date(2024, 5, 8), date(2024, 4, 30))
    (3, -3)
    """
    if last < first:
        return -workdays_between(last, first, region)
    days = (first + timedelta(days=offset) for offset in range(1, (last - first).days + 1))
    return sum(is_workday(day, region) for day in days)
