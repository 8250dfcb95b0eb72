"""Readings of declared indicators: at a date, as known at a moment, and along the months."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from jingtu.errors import NotFoundError
from jingtu.platform.indicators import declarations
from jingtu.platform.indicators.declarations import Indicator, Reading
from jingtu.platform.regions.models import Region


def read(
    indicator_id: str,
    region: Region,
    on: date,
    known_at: datetime | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Reading:
    """One reading of a declared indicator.

    Parameters
    ----------
    indicator_id : str
        A declared indicator.
    region : Region
        The place; everything below it counts with it.
    on : date
        The day of the reading.
    known_at : datetime, optional
        Read what was known at that moment; now where not given.
    parameters : mapping, optional
        What the target fixes, for example ``{"base": "2024-03-31"}``.

    Returns
    -------
    Reading
        With status ``not_configured`` and no value where no rule is in force on that day.

    Raises
    ------
    NotFoundError
        No register computes this indicator.
    """
    return known(indicator_id).compute(region, on, known_at, parameters)


def parts(
    indicator_id: str,
    regions: Sequence[Region],
    on: date,
    known_at: datetime | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> dict[int, Reading]:
    """Readings of several places by their keys; see ``Indicator.parts``."""
    return known(indicator_id).parts(regions, on, known_at, parameters)


def known(indicator_id: str) -> Indicator:
    """A declared indicator; raises ``NotFoundError`` where no register computes it."""
    found = declarations.get(indicator_id)
    if found is None:
        raise NotFoundError(f"没有名为“{indicator_id}”的指标，或尚无清单可据以计算。", indicator=indicator_id)
    return found


def month_ends(first: date, last: date) -> list[date]:
    """The last days of the months in ``[first, last]``, and ``last`` itself.

    Examples
    --------
    >>> [day.isoformat() for day in month_ends(date(2024, 1, 15), date(2024, 3, 10))]
    ['2024-01-31', '2024-02-29', '2024-03-10']
    """
    found = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        day = date(year, month, calendar.monthrange(year, month)[1])
        if first <= day <= last:
            found.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    if not found or found[-1] != last:
        found.append(last)
    return found


def series(
    indicator_id: str,
    region: Region,
    days: Sequence[date],
    known_at: datetime | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> list[Reading]:
    """Readings on several days, recomputed from what is known (or was known at ``known_at``)."""
    return [read(indicator_id, region, day, known_at, parameters) for day in days]
