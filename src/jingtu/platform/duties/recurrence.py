"""Days on which something recurs, by an iCalendar recurrence rule (RFC 5545)."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import islice

from dateutil.rrule import rrulestr

from jingtu.errors import InputError

_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_MOST = 1000


def occurrences(rule: str, start: date, first: date, last: date) -> list[date]:
    """The days in ``[first, last]`` on which a rule that counts from ``start`` falls.

    Parameters
    ----------
    rule : str
        For example ``FREQ=MONTHLY;BYMONTHDAY=3``; frequencies of a day or longer.
    start : date
        The day from which the rule counts (``INTERVAL``, ``COUNT``).
    first, last : date
        The days looked at.

    Raises
    ------
    InputError
        The rule cannot be read.

    Examples
    --------
    >>> rule = "FREQ=MONTHLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"
    >>> [day.isoformat() for day in occurrences(rule, date(2024, 1, 1), date(2024, 1, 1), date(2024, 6, 30))]
    ['2024-03-31', '2024-06-30']
    """
    parts = dict(part.partition("=")[::2] for part in rule.removeprefix("RRULE:").upper().split(";"))
    if parts.get("FREQ") not in _FREQUENCIES:
        raise InputError("周期规则无法识别：频次应为日、周、月或年。", rule=rule)
    try:
        found = rrulestr(rule, dtstart=datetime.combine(start, time()))
    except ValueError as error:
        raise InputError("周期规则无法识别，请核对后重新填写。", rule=rule) from error
    days = found.xafter(datetime.combine(first, time()), inc=True)
    result = []
    for moment in islice(days, _MOST):
        if moment.date() > last:
            break
        result.append(moment.date())
    return result
