"""Axes, and what every plot is made of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jingtu.platform.pages import formats

SMALLEST_POWER = -6
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and what is written there."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from ``low`` to ``high`` on places from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """The place of a value, rounded to a tenth.

        Examples
        --------
        >>> Axis(0, 10, 0, 100).at(2.5), Axis(1, 100, 0, 100, log=True).at(10)
        (25.0, 50.0)
        """
        low, high = (math.log10(self.low), math.log10(self.high)) if self.log else (self.low, self.high)
        place = math.log10(value) if self.log else value
        share = (place - low) / (high - low)
        return round(self.start + share * (self.end - self.start), 1)

    def ticks(self) -> list[Tick]:
        """Round values along the axis; decades on a logarithmic one."""
        if self.log:
            low, high = round(math.log10(self.low)), round(math.log10(self.high))
            step = max(1, math.ceil((high - low) / 5))
            values = [10.0**power for power in range(low, high + 1, step)]
        else:
            step_size = round_step((self.high - self.low) / 5)
            first = math.ceil(self.low / step_size - 1e-9)
            last = math.floor(self.high / step_size + 1e-9)
            values = [number * step_size for number in range(first, last + 1)]
        return [Tick(self.at(value), number(value)) for value in values]


def axis(values: Iterable[float], start: float, end: float, *, log: bool = False) -> Axis:
    """An axis that holds all values: from zero, or over whole decades.

    Examples
    --------
    >>> found = axis([0.3, 4.2], 0, 100)
    >>> found.low, found.high, [tick.label for tick in found.ticks()]
    (0.0, 5.0, ['0', '1', '2', '3', '4', '5'])
    >>> found = axis([0.3, 42], 0, 100, log=True)
    >>> [tick.label for tick in found.ticks()]
    ['0.1', '1', '10', '100']
    """
    known = [value for value in values if math.isfinite(value) and (value > 0 or not log)]
    if log:
        low = math.floor(math.log10(min(known))) if known else 0
        high = math.ceil(math.log10(max(known))) if known else 1
        return Axis(10.0**low, 10.0 ** max(high, low + 1), start, end, log=True)
    highest = max([*known, 0.0])
    lowest = min([*known, 0.0])
    step = round_step((highest - lowest or 1.0) / 4) / 2
    return Axis(
        math.floor(lowest / step) * step, math.ceil(highest / step + 1e-9) * step or step * 4, start, end
    )


def number(value: float, digits: int = 4) -> str:
    """A figure with at most so many significant digits, as a power of ten below a millionth.

    Examples
    --------
    >>> number(0.1 + 0.2), number(12345.678), number(1.5e-9), number(60.0)
    ('0.3', '12,350', '1.5×10⁻⁹', '60')
    """
    rounded = float(f"{value:.{digits}g}")
    if rounded == 0:
        return "0"
    power = math.floor(math.log10(abs(rounded)))
    if power < SMALLEST_POWER:
        mantissa = formats.figure(round(rounded / 10.0**power, digits - 1))
        return f"{mantissa}×10{str(power).translate(_RAISED)}"
    text = f"{rounded:,.{max(0, digits - 1 - power)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", formats.MINUS)


def round_step(size: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below ``size``.

    Examples
    --------
    >>> round_step(3e-9), round_step(5.0)
    (5e-09, 5.0)
    """
    power = 10.0 ** math.floor(math.log10(size))
    return next(power * factor for factor in (1, 2, 5, 10, 20) if power * factor >= size * (1 - 1e-9))


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit as a line: what it is called, its value in the plot's unit, its clause and where that stands."""

    name: str
    value: float
    printed: str
    clause: str
    address: str = ""
    css: str = "limit-screening"


@dataclass(frozen=True, slots=True)
class Mark:
    """A result in a plot."""

    x: float
    y: float
    css: str
    hollow: bool
    title: str
    address: str
    shape: str = "circle"


_CIRCLE = '<circle class="mark {}" cx="{}" cy="{}" r="{}"></circle>'
_POLYGON = '<polygon class="mark {}" points="{}"></polygon>'
_CORNERS = {
    "triangle": ((0, -1.3), (1.2, 0.9), (-1.2, 0.9)),
    "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diamond": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
}


def sign(shape: str, css: str, x: float, y: float, *, hollow: bool = False, size: float = 4.5) -> SafeString:
    """The sign of a result: a shape that tells verdicts apart without colours."""
    worn = f"{css} mark-hollow" if hollow else css
    if shape not in _CORNERS:
        return format_html(_CIRCLE, worn, x, y, size)
    corners = " ".join(f"{x + dx * size:.1f},{y + dy * size:.1f}" for dx, dy in _CORNERS[shape])
    return format_html(_POLYGON, worn, corners)


def drawn(marks: Iterable[Mark]) -> SafeString:
    """Marks as SVG; each leads to its result, and tells of it under the pointer.

    The list beside a plot has the same links for whoever uses the keyboard.
    """
    return format_html_join(
        "\n",
        '<a href="{}" tabindex="-1"><title>{}</title>{}</a>',
        (
            (mark.address, mark.title, sign(mark.shape, mark.css, mark.x, mark.y, hollow=mark.hollow))
            for mark in marks
        ),
    )


@dataclass(frozen=True, slots=True)
class Point:
    """A value to be drawn: in the plot's unit, with its verdict's colour and shape."""

    value: float
    detected: bool
    css: str
    title: str
    address: str
    shape: str = "circle"
    top: float | None = None  # of its depth, metres below ground
    bottom: float | None = None
    limits: Sequence[LimitLine] = ()
