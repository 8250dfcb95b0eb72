"""Days on which a plan's recurrences fall due: 每季度 is due at the end of each quarter."""

from __future__ import annotations

import functools
from datetime import date

from jingtu.platform.duties.recurrence import occurrences as days_of

_WORKING_WEEK = 5  # 每个工作日 is daily work, not a list of deadlines


@functools.lru_cache(maxsize=4096)
def occurrences(recurrence: str, year: int, first: date, last: date) -> tuple[date, ...]:
    """Days of a recurrence (RRULE) of a plan year that fall between two days, both included.

    Examples
    --------
    >>> occurrences("FREQ=MONTHLY;BYMONTHDAY=3", 2024, date(2024, 5, 1), date(2024, 6, 30))
    (datetime.date(2024, 5, 3), datetime.date(2024, 6, 3))
    >>> occurrences("FREQ=MONTHLY;INTERVAL=3", 2024, date(2024, 1, 1), date(2024, 3, 31))
    (datetime.date(2024, 3, 31),)
    >>> occurrences("FREQ=DAILY", 2024, date(2024, 1, 1), date(2024, 3, 31))
    ()
    """
    rule_text, first_month = _ends_of_periods(recurrence)
    begin, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
    if not rule_text or begin > end:
        return ()
    return tuple(days_of(rule_text, date(year, first_month, 1), begin, end))


def _ends_of_periods(recurrence: str) -> tuple[str, int]:
    """A rule that names no day is due at the end of each of its periods; daily work has no due day.

    Returns the rule and the month in which its first period ends.
    """
    parts = dict(part.split("=", 1) for part in recurrence.removeprefix("RRULE:").split(";") if "=" in part)
    frequency, interval = parts.get("FREQ", ""), int(parts.get("INTERVAL", "1"))
    days = parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else []
    if frequency in {"", "DAILY"} or len(days) >= _WORKING_WEEK:
        return "", 1
    named = "BYMONTHDAY" in parts or days
    if frequency == "WEEKLY" and not days:
        parts["BYDAY"] = "FR"
    if frequency == "MONTHLY" and not named:
        parts["BYMONTHDAY"] = "-1"
    if frequency == "YEARLY" and not named:
        parts.setdefault("BYMONTH", "12")
        parts["BYMONTHDAY"] = "-1"
    first = interval if frequency == "MONTHLY" and "BYMONTH" not in parts and interval <= 12 else 1
    return ";".join(f"{name}={value}" for name, value in parts.items()), first
