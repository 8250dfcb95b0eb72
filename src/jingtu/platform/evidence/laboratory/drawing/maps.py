"""A map of points without a base map: equal scale east and north, a scale bar, north up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jingtu.platform.evidence.laboratory.drawing.axes import Mark, drawn, number

MAP_SIZE = 440
NAMES_TRIED = 120  # the heaviest points; among more than these no name finds room
BAR_SHARE = 0.9  # of the distance from the middle to the furthest point, at most
# GRS80, on which CGCS2000 rests: semi-major axis in metres, flattening.
AXIS, FLATTENING = 6_378_137.0, 1 / 298.257222101


@dataclass(frozen=True, slots=True)
class Site:
    """A point on the ground, with the worst of its verdicts."""

    name: str
    longitude: float  # degrees, CGCS2000
    latitude: float
    css: str
    shape: str
    hollow: bool
    title: str
    address: str
    weight: int = 0  # the heaviest are drawn last and keep their names


@dataclass(frozen=True, slots=True)
class Named:
    """A mark with its name beside it, where there is room."""

    mark: Mark
    name: str
    anchor: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class SiteMap:
    """Points in equal scale east and north, with a scale bar; north is up."""

    marks: Sequence[Named]
    bar: float
    bar_label: str
    corners: tuple[str, str]
    size: int = MAP_SIZE
    names_left_out: int = 0

    @property
    def drawn(self) -> SafeString:
        """The points with their names."""
        names = format_html_join(
            "\n",
            '<text class="map-name" x="{}" y="{}" text-anchor="{}">{}</text>',
            ((one.x, one.y, one.anchor, one.name) for one in self.marks if one.name),
        )
        return format_html("{}\n{}", drawn(one.mark for one in self.marks), names)

    @property
    def bar_end(self) -> float:
        return round(24 + self.bar, 1)


def site_map(sites: Sequence[Site]) -> SiteMap | None:
    """Place points on a square sheet; ``None`` without any.

    A metre east and a metre north are of one length. The survey is small against the earth: degrees become
    metres with the radii of curvature in the middle of the points.
    """
    if not sites:
        return None
    middle_east = (min(site.longitude for site in sites) + max(site.longitude for site in sites)) / 2
    middle_north = (min(site.latitude for site in sites) + max(site.latitude for site in sites)) / 2
    east_metres, north_metres = metres_a_degree(middle_north)
    places = [
        ((site.longitude - middle_east) * east_metres, (site.latitude - middle_north) * north_metres)
        for site in sites
    ]
    reach = max(max(abs(east), abs(north)) for east, north in places) or 50.0
    room = MAP_SIZE - 112
    scale = room / 2 / reach
    centre = (MAP_SIZE / 2, MAP_SIZE / 2 - 8)
    order = sorted(range(len(sites)), key=lambda index: sites[index].weight)
    marks = []
    for index in order:
        site, (east, north) = sites[index], places[index]
        marks.append(
            (
                site,
                Mark(
                    round(centre[0] + east * scale, 1), round(centre[1] - north * scale, 1),
                    site.css, site.hollow, site.title, site.address, site.shape,
                ),
            )
        )  # fmt: skip
    length = _bar(reach * BAR_SHARE)
    named, left_out = _names(marks)
    return SiteMap(
        marks=named,
        bar=round(length * scale, 1),
        bar_label=f"{number(length / 1000)} 公里" if length >= 1000 else f"{number(length)} 米",
        corners=(
            f"东经 {min(s.longitude for s in sites):.5f}°–{max(s.longitude for s in sites):.5f}°",
            f"北纬 {min(s.latitude for s in sites):.5f}°–{max(s.latitude for s in sites):.5f}°",
        ),
        names_left_out=left_out,
    )


def metres_a_degree(latitude: float) -> tuple[float, float]:
    """Length of a degree eastwards and northwards at a latitude, in metres.

    Examples
    --------
    >>> [round(length) for length in metres_a_degree(0.0)]
    [111319, 110574]
    """
    squared = FLATTENING * (2 - FLATTENING)
    angle = math.radians(latitude)
    bend = 1 - squared * math.sin(angle) ** 2
    prime = AXIS / math.sqrt(bend)
    meridian = AXIS * (1 - squared) / bend**1.5
    return math.radians(prime * math.cos(angle)), math.radians(meridian)


def _bar(length: float) -> float:
    power = 10.0 ** math.floor(math.log10(length))
    return max(power * factor for factor in (1, 2, 5) if power * factor <= length * (1 + 1e-9))


def _names(marks: Sequence[tuple[Site, Mark]]) -> tuple[list[Named], int]:
    """Names beside their marks; where two would lie on each other, the heavier keeps its name."""
    taken: list[tuple[float, float, float, float]] = [
        (mark.x - 6, mark.y - 6, mark.x + 6, mark.y + 6) for _, mark in marks
    ]
    placed: dict[int, tuple[str, str, float, float]] = {}
    for index in range(len(marks) - 1, max(-1, len(marks) - 1 - NAMES_TRIED), -1):
        site, mark = marks[index]
        wide = 7.0 * sum(2 if ord(sign) > 255 else 1 for sign in site.name)
        for anchor, x, y in (
            ("start", mark.x + 9, mark.y + 4),
            ("end", mark.x - 9, mark.y + 4),
            ("middle", mark.x, mark.y - 10),
            ("middle", mark.x, mark.y + 20),
        ):
            first = {"start": x, "end": x - wide, "middle": x - wide / 2}[anchor]
            box = (first, y - 11, first + wide, y + 2)
            inside = first >= 0 and box[2] <= MAP_SIZE
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                placed[index] = (site.name, anchor, round(x, 1), round(y, 1))
                break
    named = [
        Named(mark, *placed.get(index, ("", "start", mark.x, mark.y)))
        for index, (_, mark) in enumerate(marks)
    ]
    return named, len(marks) - len(placed)


def _overlap(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
