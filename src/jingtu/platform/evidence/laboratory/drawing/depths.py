"""Depth plots: one analyte at one point, the surface above."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from jingtu.platform.evidence.laboratory.drawing.axes import LimitLine, Mark, Point, Tick, axis, drawn

DEPTH_WIDTH, DEPTH_HEIGHT = 340, 320


@dataclass(frozen=True, slots=True)
class DepthPlot:
    """Values of one analyte against depth at one point; each interval has the limits that held for it."""

    title: str
    unit: str
    label: str
    across: Sequence[Tick]
    down: Sequence[Tick]
    intervals: Sequence[tuple[float, float, float]]  # x, top, bottom
    path: str
    marks: Sequence[Mark]
    limits: Sequence[tuple[float, float, float, LimitLine]]  # x, top, bottom, limit
    legend: Sequence[LimitLine]
    width: int = DEPTH_WIDTH
    height: int = DEPTH_HEIGHT
    left: int = 44
    right: int = DEPTH_WIDTH - 16
    top: int = 46
    base: int = DEPTH_HEIGHT - 14

    @property
    def drawn(self) -> SafeString:
        """The results."""
        return drawn(self.marks)


def depth_plot(title: str, unit: str, points: Sequence[Point], *, log: bool = False) -> DepthPlot | None:
    """Place a depth plot; results without a depth, or that the axis cannot show, are left out."""
    shown = [
        point
        for point in points
        if point.top is not None
        and point.bottom is not None
        and math.isfinite(point.value)
        and (point.value > 0 or not log)
    ]
    if not shown:
        return None
    left, right, top, base = 44, DEPTH_WIDTH - 16, 46, DEPTH_HEIGHT - 14
    limits = [line for point in shown for line in point.limits]
    across = axis([*(point.value for point in shown), *(line.value for line in limits)], left, right, log=log)
    down = axis([point.bottom or 0.0 for point in shown], top, base)
    shown.sort(key=lambda point: (point.top, point.bottom))
    marks, intervals, segments = [], [], []
    for point in shown:
        upper, lower = down.at(point.top or 0.0), down.at(point.bottom or 0.0)
        x = across.at(point.value)
        intervals.append((x, upper, lower))
        marks.append(
            Mark(
                x, round((upper + lower) / 2, 1), point.css, not point.detected,
                point.title, point.address, point.shape,
            )
        )  # fmt: skip
        segments += [(across.at(line.value), upper, max(lower, upper + 4), line) for line in point.limits]
    return DepthPlot(
        title=title,
        unit=unit,
        label=f"{title}随深度的变化，单位 {unit}",
        across=across.ticks(),
        down=down.ticks(),
        intervals=intervals,
        path=" ".join(f"{mark.x},{mark.y}" for mark in marks),
        marks=marks,
        limits=segments,
        legend=list(dict.fromkeys(limits)),
    )
