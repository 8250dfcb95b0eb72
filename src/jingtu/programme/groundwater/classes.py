"""The class of assessment points, round by round: the worst item of a round decides (GB/T 14848, 6.3).

A round is what was sampled at a point in one season of a year and entered by hand, or in one survey of a
laboratory. Results of surveys belong to a point where the survey names it, or where the sample's point carries its
code or name and both lie in one place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from jingtu.knowledge.standards.groundwater import CLASSES
from jingtu.platform.evidence.laboratory.models import Medium, Result
from jingtu.platform.evidence.laboratory.models import believed as lab_believed
from jingtu.platform.indicators.shares import in_places
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.models import Version
from jingtu.programme.groundwater.evaluating import LABELS, STANDARD
from jingtu.programme.groundwater.models import PointFacts
from jingtu.programme.groundwater.points import IN_USE, REGISTER_ID, RESULT_RECORDS, SEASONS

_SEASON_LABELS = dict(SEASONS)
_SEPARATORS = "、，,；;|/ "


@dataclass(frozen=True, slots=True)
class Round:
    """What one round says of a point.

    Parameters
    ----------
    on : date
        The last day of its sampling.
    label : str
        Season and year, or the survey.
    quality : str
        The worst class among its items (``"IV"``).
    items : tuple of str
        The items of that class.
    by_class : tuple
        Items by their class, the best first.
    unjudged : int
        Results without a class.
    """

    on: date
    label: str
    quality: str
    items: tuple[str, ...]
    by_class: tuple[tuple[str, tuple[str, ...]], ...]
    unjudged: int

    def worse_than(self, target: str) -> tuple[str, ...]:
        """Items whose class is worse than another one."""
        worst = CLASSES.index(target)
        return tuple(
            item for quality, items in self.by_class if CLASSES.index(quality) > worst for item in items
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a point stands on a day: its last round of the year, its target and its base.

    ``base`` is the base class entered, else that of the last round of the year before; empty where neither is known.
    """

    version: Version
    facts: PointFacts
    now: Round | None
    base: str

    @property
    def entry(self) -> int:
        return self.version.entry_id

    @property
    def meets_target(self) -> bool | None:
        """Whether the class is no worse than the target class; ``None`` where one of them is not known."""
        if self.now is None or not self.facts.target_class:
            return None
        return rank(self.now.quality) <= rank(self.facts.target_class)

    @property
    def stable(self) -> bool | None:
        """Whether the class is no worse than the base class; ``None`` where one of them is not known."""
        if self.now is None or not self.base:
            return None
        return rank(self.now.quality) <= rank(self.base)

    @property
    def caused_by_people(self) -> tuple[str, ...]:
        """Items that miss the target and are not natural background by an entered source."""
        return missed(self.version, self.now)

    @property
    def words(self) -> str:
        """``一号点Ⅳ类（2024年枯水期，氨氮）``."""
        if self.now is None:
            return f"{self.version.name}无数据"
        items = "、".join(self.now.items[:4])
        return f"{self.version.name}{LABELS[self.now.quality]}（{self.now.label}，{items}）"


def rank(quality: str) -> int:
    """Place of a class, the best first."""
    return CLASSES.index(quality)


def missed(version: Version, found: Round | None) -> tuple[str, ...]:
    """Items of a round that miss the target class of its point, natural background apart."""
    facts = versions.facts_of(version)
    assert isinstance(facts, PointFacts)
    if found is None or not facts.target_class:
        return ()
    natural = background(facts)
    return tuple(item for item in found.worse_than(facts.target_class) if item not in natural)


def rounds_in(version: Version, end: date) -> list[Round]:
    """The rounds of a point that end in the year of a day, by that day."""
    return [item for item in rounds_of([version], end).get(version.entry_id, []) if item.on.year == end.year]


def background(facts: PointFacts) -> frozenset[str]:
    """Items flagged as natural background; without a source the flag does not count.

    Examples
    --------
    >>> sorted(background(PointFacts(background_items="铁、锰", background_basis="水文地质调查报告")))
    ['铁', '锰']
    >>> background(PointFacts(background_items="铁、锰"))
    frozenset()
    """
    if not facts.background_basis:
        return frozenset()
    text = facts.background_items
    for mark in _SEPARATORS:
        text = text.replace(mark, "、")
    return frozenset(item for item in text.split("、") if item)


def points_of(
    regions: Sequence[Region], kinds: Iterable[str], on: date, known_at: datetime | None
) -> list[Version]:
    """Points in use of some kinds in some places and below them, with their facts."""
    found = versions.versions(REGISTER_ID, on, known_at).filter(
        in_places(regions), state=IN_USE, pointfacts__kind__in=list(kinds)
    )
    return list(found.order_by("entry_id"))


def standings(points: Sequence[Version], on: date, known_at: datetime | None = None) -> list[Standing]:
    """How points stand on a day, in two queries for all of them.

    Parameters
    ----------
    points : sequence of Version
        Of the register of points, with their facts.
    on : date
        Only what was sampled by that day counts, and for the class of now only what was sampled in its year.
    known_at : datetime, optional
        As known at that moment.
    """
    rounds = rounds_of(points, on, known_at)
    found = []
    for version in points:
        facts = versions.facts_of(version)
        assert isinstance(facts, PointFacts)
        own = rounds.get(version.entry_id, [])
        this_year = [item for item in own if item.on.year == on.year]
        before = [item for item in own if item.on.year == on.year - 1]
        base = facts.base_class or (before[-1].quality if before else "")
        found.append(Standing(version, facts, this_year[-1] if this_year else None, base))
    return found


def rounds_of(
    points: Sequence[Version], on: date, known_at: datetime | None = None
) -> dict[int, list[Round]]:
    """Rounds of points by entry, the latest last; rounds without any class are left out."""
    groups: dict[tuple[int, str], list[tuple[date, str, str]]] = defaultdict(list)
    for entry, label, day, item, quality in (
        *_entered(points, on, known_at),
        *_surveyed(points, on, known_at),
    ):
        groups[entry, label].append((day, item, quality))
    found: dict[int, list[Round]] = defaultdict(list)
    for (entry, label), results in groups.items():
        by_class: dict[str, set[str]] = defaultdict(set)
        for _, item, quality in results:
            if quality in CLASSES:
                by_class[quality].add(item)
        if not by_class:
            continue
        worst = max(by_class, key=rank)
        found[entry].append(
            Round(
                max(day for day, _, _ in results), label, worst, tuple(sorted(by_class[worst])),
                tuple((quality, tuple(sorted(by_class[quality]))) for quality in sorted(by_class, key=rank)),
                sum(quality not in CLASSES for _, _, quality in results),
            )
        )  # fmt: skip
    # Of two rounds that end on one day the worse one counts.
    return {
        entry: sorted(own, key=lambda item: (item.on, rank(item.quality))) for entry, own in found.items()
    }


_Row = tuple[int, str, date, str, str]


def _entered(points: Sequence[Version], on: date, known_at: datetime | None) -> Iterator[_Row]:
    rows = believed_records(RESULT_RECORDS, known_at).filter(
        entry__in=[version.entry_id for version in points], on__lte=on
    )
    for entry, day, season, item, quality in rows.values_list("entry_id", "on", "season", "item", "quality"):
        yield entry, f"{day.year}年{_SEASON_LABELS.get(season, season)}", day, item, quality


def _surveyed(points: Sequence[Version], on: date, known_at: datetime | None) -> Iterator[_Row]:
    entries = {version.entry_id for version in points}
    by_name: dict[str, list[Version]] = defaultdict(list)
    for version in points:
        for name in {version.name, version.entry.code} - {""}:
            by_name[name].append(version)
    rows = Result.objects.filter(
        lab_believed(known_at), lab_believed(known_at, "sample__"),
        Q(survey__entry__in=entries) | Q(survey__entry=None, sample__point__in=list(by_name)),
        standard=STANDARD, sample__medium=Medium.GROUNDWATER, sample__qc_kind="", sample__sampled_on__lte=on,
    ).values_list(
        "survey__entry_id", "survey__name", "survey__region__path", "sample__point", "sample__sampled_on", "analyte",
        "verdict",
    )  # fmt: skip
    for entry, survey, path, point, day, item, verdict in rows:
        assert day is not None  # asked for by that day
        if entry is not None:
            yield entry, survey, day, item, verdict
            continue
        for version in by_name[point]:
            own = version.region.path
            if path.startswith(own) or own.startswith(path):
                yield version.entry_id, survey, day, item, verdict
