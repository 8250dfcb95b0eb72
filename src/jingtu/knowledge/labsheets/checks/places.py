"""Where a sample was taken: depths and coordinates."""

from __future__ import annotations

from jingtu.knowledge.grids import text_of
from jingtu.knowledge.labsheets import words
from jingtu.knowledge.labsheets.checks.collecting import Collector, threshold


def depths(found: Collector) -> None:
    """Top above bottom, none above the ground, and metres that are likely centimetres."""
    table = found.table
    told: set[tuple[object, ...]] = set()
    for index, (sample, top, bottom) in enumerate(
        zip(table["sample"], table["depth_top"], table["depth_bottom"], strict=True)
    ):
        if (sample, top, bottom) in told:
            continue
        told.add((sample, top, bottom))
        if top is not None and bottom is not None and top > bottom:
            found.add(
                "depth_order",
                index,
                "depth_top",
                f"起始深度 {top:g} 大于终止深度 {bottom:g}",
                f"{top:g}-{bottom:g}",
            )
        for name, depth in (("depth_top", top), ("depth_bottom", bottom)):
            if depth is not None and depth < 0:
                found.add("depth_negative", index, name, f"深度 {depth:g} 是负数")
    for part in table.parts:
        columns = [column for column in part.block.columns if column.target in ("depth", "depth_bottom")]
        known = {bottom for bottom in table["depth_bottom"][part.start : part.stop] if bottom}
        if (
            columns
            and known
            and min(known) >= threshold("depth_in_metres")
            and not _has_unit(columns[0].unit)
        ):
            found.add(
                "depth_unit", part.start, "depth_bottom", f"深度都不小于 {min(known):g} 米，可能是厘米"
            )  # fmt: skip


def _has_unit(unit: str) -> bool:
    return words.metres(unit) is not None


def coordinates(found: Collector) -> None:
    """Longitude and latitude inside the country, and not in each other's column."""
    table = found.table
    west, east = threshold("longitude_low"), threshold("longitude_high")
    south, north = threshold("latitude_low"), threshold("latitude_high")
    told: set[tuple[object, ...]] = set()
    for index, (sample, longitude, latitude) in enumerate(
        zip(table["sample"], table["longitude"], table["latitude"], strict=True)
    ):
        if (sample, longitude, latitude) in told or (longitude is None and latitude is None):
            continue
        told.add((sample, longitude, latitude))
        if (
            longitude is not None
            and latitude is not None
            and west <= latitude <= east
            and south <= longitude <= north
        ):
            found.add(
                "swapped_coordinates",
                index,
                "longitude",
                f"经度 {text_of(longitude)}、纬度 {text_of(latitude)} 填反了",
            )
            continue
        if longitude is not None and not west <= longitude <= east:
            found.add("range_coordinates", index, "longitude", f"经度 {text_of(longitude)} 不在中国境内")
        if latitude is not None and not south <= latitude <= north:
            found.add("range_coordinates", index, "latitude", f"纬度 {text_of(latitude)} 不在中国境内")
