"""Where a target is heading: a straight line through its readings, with its own uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_LEAST_POINTS = 3
_LEAST_DAYS = 45  # readings of a few weeks say nothing about the end of the year


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected value on ``due`` and half the width of its one-sigma prediction interval."""

    due: date
    value: Decimal
    plus_minus: Decimal


def extrapolate(
    points: Sequence[tuple[date, Decimal]],
    due: date,
    *,
    low: Decimal | None = None,
    high: Decimal | None = None,
) -> Forecast | None:
    """Least-squares line through readings, read off at the due date.

    Parameters
    ----------
    points : sequence of (date, Decimal)
        Readings in order of date, in the target's unit.
    due : date
        The day to look ahead to.
    low, high : Decimal, optional
        What the value cannot pass (0 and 100 for a percentage).

    Returns
    -------
    Forecast or None
        ``None`` with fewer than three readings, with less than 45 days between first and last, or where the
        due date is past: there is nothing to say then.

    Notes
    -----
    The half width is ``s sqrt(1 + 1/n + (x - mean)^2 / Sxx)`` with ``s`` the residual standard error, the
    textbook prediction interval of simple regression without the t factor.

    Examples
    --------
    >>> points = [(date(2024, 1, 31), Decimal(10)), (date(2024, 3, 31), Decimal(20)),
    ...           (date(2024, 5, 30), Decimal(30))]
    >>> extrapolate(points, date(2024, 7, 29))
    Forecast(due=datetime.date(2024, 7, 29), value=Decimal('40.0'), plus_minus=Decimal('0.0'))
    >>> extrapolate(points[:2], date(2024, 7, 29)) is None
    True
    """
    if len(points) < _LEAST_POINTS or due <= points[-1][0]:
        return None
    if (points[-1][0] - points[0][0]).days < _LEAST_DAYS:
        return None
    days = [float((day - points[0][0]).days) for day, _ in points]
    values = [float(value) for _, value in points]
    count = len(points)
    mean_day, mean_value = sum(days) / count, sum(values) / count
    spread = sum((day - mean_day) ** 2 for day in days)
    slope = (
        sum((day - mean_day) * (value - mean_value) for day, value in zip(days, values, strict=True)) / spread
    )
    residual = sum(
        (value - mean_value - slope * (day - mean_day)) ** 2 for day, value in zip(days, values, strict=True)
    )
    ahead = float((due - points[0][0]).days)
    expected = mean_value + slope * (ahead - mean_day)
    error = math.sqrt(residual / (count - 2)) * math.sqrt(1 + 1 / count + (ahead - mean_day) ** 2 / spread)
    value = Decimal(str(round(expected, 1)))
    if low is not None:
        value = max(value, low)
    if high is not None:
        value = min(value, high)
    return Forecast(due, value, Decimal(str(round(error, 1))))
