"""Statistics of a survey by analyte and unit, with the results that a plot draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Min, QuerySet

from jingtu.knowledge.standards import statistics
from jingtu.knowledge.standards.statistics import Summary
from jingtu.platform.evidence.laboratory import verdicts
from jingtu.platform.evidence.laboratory.drawing.axes import LimitLine, Point
from jingtu.platform.evidence.laboratory.models import Result, Survey
from jingtu.platform.evidence.laboratory.queries import listing
from jingtu.platform.evidence.laboratory.queries.frame import Frame, by_analyte, key_of
from jingtu.platform.evidence.laboratory.queries.limits import limits_of

MARKS_DRAWN = 150
LIMITS_DRAWN = 12
HEADINGS = (
    "项目", "单位", "结果数", "检出数", "未计入", "最小值", "下四分位", "中位值", "上四分位", "最大值",
    "平均值", "标准差", "评价点位", "超标点位", "点位超标率（%）", "最大超标倍数",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """Statistics of one analyte in one unit; figures are ``None`` where there are none."""

    key: str
    name: str
    unit: str
    count: int
    detected: int
    unusable: int
    minimum: float | None
    lower_whisker: float | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    upper_whisker: float | None
    maximum: float | None
    mean: float | None
    deviation: float | None
    sites: int
    sites_exceeding: int
    site_rate: float | None
    largest_multiple: float | None

    @property
    def five(self) -> tuple[float, float, float, float, float] | None:
        """What the box of a box plot needs."""
        found = (
            self.lower_whisker, self.lower_quartile, self.median, self.upper_quartile, self.upper_whisker,
        )  # fmt: skip
        return None if any(value is None for value in found) else found  # type: ignore[return-value]

    @property
    def cells(self) -> list[str]:
        """Figures as a page shows them, in the order of ``HEADINGS`` after the unit."""
        found = [str(self.count), str(self.detected), str(self.unusable)]
        figures = (
            self.minimum, self.lower_quartile, self.median, self.upper_quartile, self.maximum, self.mean,
            self.deviation,
        )  # fmt: skip
        found += [listing.figure(value) for value in figures]
        rate = None if self.site_rate is None else 100 * self.site_rate
        return [
            *found, str(self.sites), str(self.sites_exceeding),
            listing.figure(rate, 3), listing.figure(self.largest_multiple, 3),
        ]  # fmt: skip

    @property
    def row(self) -> list[Any]:
        """Figures as an export holds them."""
        rate = None if self.site_rate is None else round(100 * self.site_rate, 2)
        return [
            self.name, self.unit, self.count, self.detected, self.unusable, self.minimum, self.lower_quartile,
            self.median, self.upper_quartile, self.maximum, self.mean, self.deviation, self.sites,
            self.sites_exceeding, rate, self.largest_multiple,
        ]  # fmt: skip


def lines(frame: Frame) -> list[Line]:
    """Statistics of every analyte and unit; those that exceed first."""
    return frame.remembered("statistics", lambda: _lines(frame.results))


def _lines(results: QuerySet[Result]) -> list[Line]:
    fields = (
        "analyte_id", "analyte", "unit", "value", "judged_value", "limit_unit", "detected", "detection_limit",
        "verdict", "ratio", "sample__point", "sample__code",
    )  # fmt: skip
    rows = results.order_by("pk").values_list(*fields)
    names: dict[tuple[str, str], str] = {}
    groups, values, detected, sites, judged, exceeds, ratios = [], [], [], [], [], [], []
    exceeding = set(verdicts.exceeding())
    for analyte_id, name, unit, value, converted, limit_unit, seen, _, verdict, ratio, point, code in rows:
        number, own_unit = (converted, limit_unit) if converted is not None and limit_unit else (value, unit)
        group = (key_of(analyte_id, name), own_unit)
        names.setdefault(group, name)
        groups.append(group)
        values.append(math.nan if number is None or seen is None else number)
        detected.append(bool(seen))
        sites.append(point or f"\0{code}")
        judged.append(verdicts.look_of(verdict).rank > 0)
        exceeds.append(verdict in exceeding)
        ratios.append(math.nan if ratio is None else ratio)
    # The value of a non-detect is its detection limit, so both columns are one.
    found = statistics.summarise(
        groups, values, detected, values, sites=sites, judged=judged, exceeds=exceeds, ratios=ratios
    )
    made = [_line(found, place, names[group]) for place, group in enumerate(found.groups)]
    return sorted(made, key=lambda line: (-line.sites_exceeding, line.name, line.unit))


def _line(found: Summary, place: int, name: str) -> Line:
    def figure(column: Any) -> float | None:
        value = float(column[place])
        return value if math.isfinite(value) else None

    key, unit = found.groups[place]
    return Line(
        key, name, unit, int(found.count[place]), int(found.detected[place]), int(found.unusable[place]),
        figure(found.minimum), figure(found.lower_whisker), figure(found.lower_quartile), figure(found.median),
        figure(found.upper_quartile), figure(found.upper_whisker), figure(found.maximum), figure(found.mean),
        figure(found.deviation), int(found.sites[place]), int(found.sites_exceeding[place]),
        figure(found.site_rate), figure(found.largest_multiple),
    )  # fmt: skip


def unit_of(row: Result) -> str:
    """The unit in which a result is compared: that of its limit, or its own without one."""
    return row.limit_unit if row.judged_value is not None and row.limit_unit else row.unit


def number_of(row: Result) -> float | None:
    """The value in that unit; of a non-detect its detection limit."""
    return row.judged_value if row.judged_value is not None and row.limit_unit else row.value


def drawn(frame: Frame, line: Line) -> tuple[list[Result], int]:
    """Results of a line that a plot draws, and how many more there are.

    Of many, those outside the whiskers and those that exceed are drawn, the furthest first.
    """
    keys, more = frame.remembered(f"drawn {line.key} {line.unit}", lambda: _drawn(frame, line))
    rows = frame.results.select_related("sample").in_bulk(keys)
    return [rows[key] for key in keys if key in rows], more


def _drawn(frame: Frame, line: Line) -> tuple[list[int], int]:
    fields = ("pk", "value", "judged_value", "unit", "limit_unit", "verdict")
    rows = frame.results.filter(by_analyte(line.key), value__isnull=False).order_by("pk")
    found = [
        (key, converted if converted is not None and limit_unit else value, verdict)
        for key, value, converted, unit, limit_unit, verdict in rows.values_list(*fields)
        if (limit_unit if converted is not None and limit_unit else unit) == line.unit
    ]
    keys = [key for key, _, _ in found]
    if len(found) <= MARKS_DRAWN:
        return keys, 0
    low, high = line.lower_whisker or 0.0, line.upper_whisker or 0.0
    exceeding = set(verdicts.exceeding())
    numbers = np.array([value for _, value, _ in found])
    beyond = np.array([verdict in exceeding for _, _, verdict in found])
    outside = np.flatnonzero((numbers < low) | (numbers > high) | beyond)
    furthest = outside[np.argsort(-np.abs(numbers[outside] - (line.median or 0.0)))][:MARKS_DRAWN]
    return [keys[place] for place in furthest.tolist()], len(found) - len(furthest)


def limit_lines(frame: Frame, line: Line) -> list[LimitLine]:
    """The limits of a line, each once: several where they depend on pH or on the use of the land."""
    keys = frame.remembered(f"limits {line.key} {line.unit}", lambda: _one_a_limit(frame, line))
    rows = list(frame.results.filter(pk__in=keys).select_related("sample").order_by("pk"))
    lines: dict[tuple[str, float, str], LimitLine] = {}
    for held in limits_of(frame.survey, rows):
        for one in held:
            found = one.line()
            if found is not None and one.unit == line.unit:
                lines.setdefault((found.name, found.value, found.clause), found)
    return sorted(lines.values(), key=lambda found: found.value)


def _one_a_limit(frame: Frame, line: Line) -> list[int]:
    """One result for each limit that results of a line were held against."""
    own = frame.results.filter(by_analyte(line.key), limit_value__isnull=False, limit_unit=line.unit)
    rows = own.order_by().values("limit_value", "edition").annotate(first=Min("pk"))
    return [row["first"] for row in rows[:LIMITS_DRAWN]]


def point_of(survey: Survey, row: Result, limits: Sequence[LimitLine] = ()) -> Point:
    """A result as a point of a plot; its title says all that the plot shows of it."""
    look = verdicts.look_of(row.verdict)
    sample = row.sample
    where = "，".join(
        part for part in (sample.point, f"{listing.depth(sample)} m" if listing.depth(sample) else "") if part
    )
    value = number_of(row)
    said = f"{row.analyte} {row.raw} {row.unit}".strip()
    title = f"{sample.code}{f'（{where}）' if where else ''}：{said}，{look.words}"
    return Point(
        value=math.nan if value is None else value,
        detected=row.detected is not False,
        css=look.css,
        title=title,
        address=listing.result_address(survey, row),
        shape=look.shape,
        top=None if sample.depth_top is None else float(sample.depth_top),
        bottom=None if sample.depth_bottom is None else float(sample.depth_bottom),
        limits=tuple(limits),
    )
