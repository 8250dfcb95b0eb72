"""Points of a survey: the worst verdict of each, its depths, and where it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from jingtu.platform.evidence.laboratory import verdicts
from jingtu.platform.evidence.laboratory.drawing.maps import Site
from jingtu.platform.evidence.laboratory.models import Result, Survey
from jingtu.platform.evidence.laboratory.queries import listing
from jingtu.platform.evidence.laboratory.queries.frame import Frame
from jingtu.platform.evidence.laboratory.verdicts import Look

POINTS_A_PAGE = 50


@dataclass(slots=True)
class Place:
    """A point: its samples, its depths, its worst verdict, what exceeds there."""

    name: str
    samples: int = 0
    top: Decimal | None = None
    bottom: Decimal | None = None
    longitude: Decimal | None = None
    latitude: Decimal | None = None
    verdicts: dict[str, int] = field(default_factory=dict)
    exceeding: dict[str, int] = field(default_factory=dict)

    @property
    def look(self) -> Look:
        """How the worst verdict of the point looks."""
        return verdicts.worst(self.verdicts)

    @property
    def depth(self) -> str:
        """From the highest to the lowest depth sampled."""
        return listing.interval(self.top, self.bottom)

    @property
    def names(self) -> str:
        """What exceeds."""
        return "、".join(self.exceeding)

    @property
    def query(self) -> str:
        return f"?{urlencode({'point': self.name})}"


def places(frame: Frame) -> list[Place]:
    """All points, the worst first."""
    return frame.remembered("places", lambda: _places(frame))


def _places(frame: Frame) -> list[Place]:
    found: dict[str, Place] = {}
    samples = frame.samples.filter(qc_kind="").exclude(point="").order_by("pk")
    for name, top, bottom, longitude, latitude in samples.values_list(
        "point", "depth_top", "depth_bottom", "longitude", "latitude"
    ):
        place = found.setdefault(name, Place(name))
        place.samples += 1
        place.top = top if place.top is None else place.top if top is None else min(place.top, top)
        place.bottom = (
            bottom if place.bottom is None else place.bottom if bottom is None else max(place.bottom, bottom)
        )
        if place.longitude is None and longitude is not None and latitude is not None:
            place.longitude, place.latitude = longitude, latitude
    rows = frame.results.exclude(sample__point="").order_by()
    exceeding = set(verdicts.exceeding())
    counted = rows.values_list("sample__point", "verdict", "analyte").annotate(rows=Count("pk"))
    for name, verdict, analyte, count in counted:
        if name not in found:
            continue
        place = found[name]
        place.verdicts[verdict] = place.verdicts.get(verdict, 0) + count
        if verdict in exceeding:
            place.exceeding[analyte] = place.exceeding.get(analyte, 0) + count
    return sorted(found.values(), key=lambda place: (-place.look.rank, place.name))


def sites(survey: Survey, found: Sequence[Place]) -> list[Site]:
    """Points with coordinates, as a map shows them."""
    address = reverse("survey_points", args=[survey.uid])
    return [
        Site(
            name=place.name,
            longitude=float(place.longitude),
            latitude=float(place.latitude),
            css=place.look.css,
            shape=place.look.shape,
            hollow=place.look.rank <= 0,
            title=f"{place.name}：{place.look.words}{f'，{place.names}' if place.names else ''}",
            address=f"{address}{place.query}",
            weight=place.look.rank,
        )
        for place in found
        if place.longitude is not None and place.latitude is not None
    ]


def results_at(frame: Frame, point: str) -> list[Result]:
    """Results of a point, from the surface down."""
    samples = frame.samples.filter(point=point, qc_kind="")
    rows = frame.results.filter(sample__in=samples).select_related("sample")
    return sorted(rows, key=lambda row: (row.sample.depth_top or Decimal(0), row.sample.code, row.pk))
