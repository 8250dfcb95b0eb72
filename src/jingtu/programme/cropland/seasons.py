"""The year of one plot season by season: what was done, tested and checked, and what of it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from jingtu.platform.pages.context import page_context
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.tabs import EntryPart, declare_part
from jingtu.programme.cropland.counting import Done, Plot, Standing, covered_area, in_mu, part_of, standing
from jingtu.programme.cropland.lifecycle import LEFT, REGISTER_ID, STRICT
from jingtu.programme.cropland.measures import SEASONS, catalogue
from jingtu.programme.cropland.models import FarmlandPlotFacts
from jingtu.programme.cropland.records import CHECKS, MEASURES, PHASES, TESTS
from jingtu.programme.cropland.testing import WORDS


@dataclass(slots=True)
class Season:
    """One season of a plot's year.

    ``covered``: how many mu the measures that count for this plot cover in it; ``measures`` and ``tests`` are
    in words, ``checks`` the phases of strict control with whether they were done.
    """

    id: str
    label: str
    covered: Decimal = Decimal(0)
    counts: bool = False
    measures: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    checks: list[tuple[str, bool]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlotYear:
    """A plot's year: its seasons in their order, and where it stands in the rate.

    The season that covers most counts, once: seasons are not added up.
    """

    year: int
    seasons: list[Season]
    standing: Standing


def year_of(version: Version, on: date, known_at: datetime | None = None) -> PlotYear:
    """What was done on a plot in the year of a day, up to that day.

    Parameters
    ----------
    version : Version
        The plot on that day.
    on : date
        The day; its year is told.
    known_at : datetime, optional
        As known at that moment.

    Returns
    -------
    PlotYear
        Seasons with something in them; of strictly controlled land with the checks still missing in these.
    """
    facts = versions.facts_of(version)
    assert isinstance(facts, FarmlandPlotFacts)
    area = None if facts.area_m2 is None else in_mu(facts.area_m2)
    part = part_of(facts.degree, version.state)
    found = {name: Season(name, label) for name, label in SEASONS}
    done: list[Done] = []
    for row in _rows(MEASURES.id, version, on, known_at).filter(year=on.year):
        size = None if row.area_m2 is None else in_mu(row.area_m2)
        done.append(Done(row.measure, row.season, size, bool(row.stacked)))
        found[row.season].measures.append(_words(row, size))
    tests = list(_rows(TESTS.id, version, on, known_at).filter(on__year=on.year))
    for row in tests:
        found[row.season].tests.append(f"{row.crop} {WORDS.get(row.verdict, '未判定')}")
    seen: dict[str, set[str]] = {}
    for row in _rows(CHECKS.id, version, on, known_at).filter(year=on.year):
        seen.setdefault(row.season, set()).add(row.phase)
    for season in found.values():
        if area and part:
            season.covered = covered_area(area, part, [item for item in done if item.season == season.id])
        used = season.measures or season.tests or season.id in seen
        if used and version.state == STRICT:
            season.checks = [(label, phase in seen.get(season.id, ())) for phase, label in PHASES]
    shown = [
        season for season in found.values() if season.measures or season.tests or season.checks
    ]  # fmt: skip
    widest = max(shown, key=lambda season: season.covered, default=None)
    if widest is not None and widest.covered:
        widest.counts = True
    stands = standing(Plot(version.state, facts.degree, area), done, [row.verdict for row in tests])
    return PlotYear(on.year, shown, stands)


def _rows(kind: str, version: Version, on: date, known_at: datetime | None) -> Any:
    return believed_records(kind, known_at).filter(entry=version.entry_id, on__lte=on).order_by("on", "id")


def _words(row: Any, size: Decimal | None) -> str:
    known = catalogue().get(row.measure)
    area = "整块" if size is None else f"{size.normalize():f} 亩"
    return f"{known.label if known else row.measure}（{area}{'，叠加' if row.stacked else ''}）"


def _context(request: HttpRequest, register: Register, version: Version) -> Mapping[str, Any] | None:
    if register.id != REGISTER_ID or version.state == LEFT:
        return None
    page = page_context(request)
    return {"told": year_of(version, page.on, page.known_at), "strict": version.state == STRICT}


SEASONS_PART = declare_part(EntryPart("seasons", "分季情况", "cropland/seasons.html", _context, position=20))
