"""Bullet bars: value, target line and forecast band of a target, in per cent of the bar's width."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jingtu.programme.plans.targets import TargetReading, plain

_HEADROOM = Decimal("1.15")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Bar:
    """Positions of a bullet bar between 0 and 100; ``None`` where there is nothing to draw."""

    fill: float
    line: float
    met: bool | None
    band_left: float | None = None
    band_width: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list of targets."""

    item: TargetReading
    bar: Bar | None
    change: str  # against the reading before: ``+3.2``
    rising: bool | None


def bar(item: TargetReading) -> Bar | None:
    """The bar of a numeric target; ``None`` where the target or the reading is no number."""
    target, value = item.target, item.reading.value
    if target.kind not in {"number", "decrease"} or target.value is None or value is None:
        return None
    top = item.forecast.value + item.forecast.plus_minus if item.forecast else value
    scale = _HUNDRED if item.reading.unit == "%" else max(value, target.value, top) * _HEADROOM
    scale = max(scale, value, target.value)
    if scale <= 0:
        return None

    def place(number: Decimal) -> float:
        return float(round(min(max(number / scale, Decimal(0)), Decimal(1)) * 100, 2))

    left = width = None
    if item.forecast:
        left = place(item.forecast.value - item.forecast.plus_minus)
        width = max(round(place(item.forecast.value + item.forecast.plus_minus) - left, 2), 0.8)
    return Bar(place(value), place(target.value), item.verdict.met, left, width)


def row(item: TargetReading) -> Row:
    """A target with its bar and its trend."""
    values = [value for _, value in item.points]
    if len(values) < 2:
        return Row(item, bar(item), "", None)
    step = values[-1] - values[-2]
    sign = "+" if step > 0 else ""
    text = f"{sign}{plain(step)}".replace("-", "−") if step else "持平"
    return Row(item, bar(item), text, None if step == 0 else step > 0)


def series(item: TargetReading) -> dict[str, object]:
    """Readings and target line for the history chart."""

    def number(value: Decimal | None) -> float | None:
        return None if value is None else float(value)

    def pair(day: date, value: Decimal) -> list[object]:
        return [day.isoformat(), float(value)]

    forecast = item.forecast
    return {
        "name": item.target.indicator,
        "unit": item.reading.unit or item.target.unit,
        "points": [pair(day, value) for day, value in item.points],
        "goal": number(item.target.value) if item.target.kind == "number" else None,
        "goal_text": item.goal,
        "due": item.target.due.isoformat() if item.target.due else None,
        "forecast": [forecast.due.isoformat(), float(forecast.value), float(forecast.plus_minus)]
        if forecast
        else None,
    }
