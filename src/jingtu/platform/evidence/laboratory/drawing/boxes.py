"""Box plots: one lying box an analyte."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from jingtu.platform.evidence.laboratory.drawing.axes import Axis, LimitLine, Mark, Point, Tick, axis, drawn

BOX_WIDTH, BOX_HEIGHT = 360, 150
LETTER_WIDTH = 9.0


@dataclass(frozen=True, slots=True)
class BoxPlot:
    """A lying box with its whiskers, the results below it, and limits as upright lines."""

    title: str
    unit: str
    label: str
    ticks: Sequence[Tick]
    whisker: tuple[float, float]
    box: tuple[float, float]
    median: float
    marks: Sequence[Mark]
    lines: Sequence[tuple[float, LimitLine, str, float]]  # place, limit, its letter and where that stands
    off_scale: int = 0  # results that a logarithmic axis cannot show
    width: int = BOX_WIDTH
    height: int = BOX_HEIGHT
    box_top: int = 34
    box_height: int = 24
    base: int = 118

    @property
    def drawn(self) -> SafeString:
        """The results."""
        return drawn(self.marks)

    @property
    def box_width(self) -> float:
        return round(self.box[1] - self.box[0], 1)

    @property
    def middle(self) -> float:
        return self.box_top + self.box_height / 2


def box_plot(
    title: str,
    unit: str,
    five: tuple[float, float, float, float, float],
    points: Sequence[Point],
    limits: Sequence[LimitLine],
    *,
    log: bool = False,
) -> BoxPlot | None:
    """Place a box plot; ``None`` where nothing can be drawn.

    Parameters
    ----------
    five : tuple of float
        Lower whisker, lower quartile, median, upper quartile, upper whisker, as the statistics have them.
    points : sequence of Point
        All results, those below detection at their detection limit.
    """
    shown = [point for point in points if math.isfinite(point.value) and (point.value > 0 or not log)]
    ends = [value for value in five if math.isfinite(value) and (value > 0 or not log)]
    if len(ends) < len(five) or not shown:
        return None
    scale = axis(
        [*ends, *(point.value for point in shown), *(line.value for line in limits)],
        16,
        BOX_WIDTH - 18,
        log=log,
    )
    places = [scale.at(value) for value in five]
    marks = [
        # Results of one value would hide each other: they are laid out over three rows.
        Mark(
            scale.at(point.value), 84 + 8 * (order % 3), point.css, not point.detected,
            point.title, point.address, point.shape,
        )
        for order, point in enumerate(shown)
    ]  # fmt: skip
    return BoxPlot(
        title=title,
        unit=unit,
        label=f"{title}的箱线图，单位 {unit}",
        ticks=scale.ticks(),
        whisker=(places[0], places[4]),
        box=(places[1], places[3]),
        median=places[2],
        marks=marks,
        lines=_lettered(limits, scale),
        off_scale=len(points) - len(shown),
    )


def _lettered(limits: Sequence[LimitLine], scale: Axis) -> list[tuple[float, LimitLine, str, float]]:
    """Limits from left to right, each with a letter that does not lie on the one before."""
    found, free = [], 0.0
    for order, line in enumerate(sorted(limits, key=lambda line: line.value)):
        at = scale.at(line.value)
        free = max(at, free + LETTER_WIDTH if order else at)
        found.append((at, line, chr(ord("a") + order % 26), round(free, 1)))
    return found
