"""Samples: one code, one sample; every sample in the list of samples; every point known."""

from __future__ import annotations

from collections.abc import Collection

from jingtu.knowledge.grids import text_of
from jingtu.knowledge.labsheets.checks.collecting import Collector
from jingtu.knowledge.labsheets.model import FIELDS

_OF_ONE = (
    "point", "depth_top", "depth_bottom", "medium", "land_use", "ph", "crop", "sampled_on", "longitude", "latitude",
)  # fmt: skip


def same_everywhere(found: Collector) -> None:
    """What is said of a sample in one row holds in the others."""
    table = found.table
    for name in _OF_ONE:
        column = table[name]
        said: dict[str, object] = {}
        told: set[tuple[str, object]] = set()
        for index, (sample, value) in enumerate(zip(table["sample"], column, strict=True)):
            if not sample or value in (None, ""):
                continue
            first = said.setdefault(sample, value)
            if first != value and (sample, value) not in told:
                told.add((sample, value))
                found.add(
                    "sample_differs", index, name,
                    f"样品 {sample} 的{FIELDS[name]}此处是 {text_of(value)}，前面是 {text_of(first)}",
                )  # fmt: skip


def listed(found: Collector) -> None:
    """With a sheet of samples: results of others are orphans, and none of them is left out."""
    table = found.table
    if table.listed is None:
        return
    told: set[str] = set()
    for index, (sample, point, kind) in enumerate(
        zip(table["sample"], table["point"], table["qc_kind"], strict=True)
    ):
        if (
            sample
            and not kind
            and sample not in table.listed
            and point not in table.listed
            and sample not in told
        ):
            told.add(sample)
            found.add("not_listed", index, "sample", f"样品信息表中没有样品 {sample}")
    present = set(table["sample"]) | set(table["point"])
    for name, sample in sorted(table.listed_at):
        if sample not in present and name == "sample":
            found.at("without_results", table.listed_at[name, sample], f"样品 {sample} 没有检测结果", sample)


def of_points(found: Collector, points: Collection[str]) -> None:
    """Results of points that nobody planned."""
    table = found.table
    told: set[str] = set()
    for index, (point, kind) in enumerate(zip(table["point"], table["qc_kind"], strict=True)):
        if point and not kind and point not in points and point not in told:
            told.add(point)
            found.add("not_listed", index, "point", f"没有登记点位 {point}")
