"""The targets of the year's plans as goals that other lines of work may read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jingtu.platform.indicators.goals import Goal
from jingtu.platform.regions.models import Region
from jingtu.programme.plans.targets import TargetReading, read_all, targets_of


def goals(region: Region, on: date, indicator: str) -> Iterator[Goal]:
    """Targets of the place's confirmed plans for an indicator, with their readings and whether they are met."""
    for item in read_all(targets_of(region, on.year, on).filter(indicator_id=indicator), on):
        scope = f"（{item.target.scope}）" if item.target.scope else ""
        words = f"{item.target.indicator}{scope}：{item.shown}，目标 {item.goal}"
        yield Goal(indicator, item.reading, item.verdict.met, words, _share(item))


def _share(item: TargetReading) -> float | None:
    """How much of a rising target is reached, at most all of it."""
    wanted, value = item.target.value, item.reading.value
    if wanted is None or value is None or not wanted or item.target.comparator not in {">=", ">"}:
        return None
    return min(max(float(value / wanted), 0.0), 1.0)
