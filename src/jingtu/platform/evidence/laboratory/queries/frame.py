"""One survey at one moment, and what its results come to; counted once until something is stored or judged."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet

from jingtu.platform.evidence.laboratory import verdicts
from jingtu.platform.evidence.laboratory.judging import RANK
from jingtu.platform.evidence.laboratory.models import (
    ImportedFile,
    Judgement,
    Medium,
    Result,
    Sample,
    Survey,
    believed,
)

Found = TypeVar("Found")
REMEMBERED_SECONDS = 3600
DRIVERS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """A survey as it was believed at a moment; ``None``: now."""

    survey: Survey
    known_at: datetime | None = None

    @property
    def results(self) -> QuerySet[Result]:
        """Judged results; control samples are kept apart."""
        return self.all_results.exclude(verdict="")

    @property
    def all_results(self) -> QuerySet[Result]:
        """All results, those of control samples too."""
        return Result.objects.filter(believed(self.known_at), survey=self.survey)

    @property
    def samples(self) -> QuerySet[Sample]:
        """All samples, those for control too."""
        return Sample.objects.filter(believed(self.known_at), survey=self.survey)

    @property
    def judgement(self) -> Judgement | None:
        """By what the results were judged."""
        found = self.survey.judgements.filter(believed(self.known_at))
        return found.select_related("judged_by", "ledger_row").first()

    def remembered(self, what: str, count: Callable[[], Found]) -> Found:
        """Count something of the survey, and remember it until a file or a judgement changes."""
        place = hashlib.sha256(repr((self._state(), what)).encode()).hexdigest()
        key = f"laboratory.{self.survey.pk}.{place}"
        found: Found | None = cache.get(key)
        if found is None:
            found = count()
            cache.set(key, found, REMEMBERED_SECONDS)
        return found

    def _state(self) -> tuple[object, ...]:
        files = ImportedFile.objects.filter(survey=self.survey).order_by()
        stored = files.aggregate(last=Max("pk"), taken_back=Max("withdrawn_at"))
        last = self.survey.judgements.order_by("-pk").values_list("pk", flat=True).first()
        return self.survey.uid, self.known_at, stored["last"], stored["taken_back"], last


@dataclass(frozen=True, slots=True)
class Analyte:
    """An analyte of a survey: ``key`` is its id in the standard, or ``~`` and its printed name without one."""

    key: str
    name: str
    results: int
    exceeding: int
    detected: int


@dataclass(frozen=True, slots=True)
class Facets:
    """What a survey's results may be narrowed to."""

    verdicts: dict[str, int]
    analytes: Sequence[Analyte]
    printed: Sequence[str]  # names of analytes, as laboratories print them
    methods: Sequence[str]
    points: Sequence[str]
    depths: Sequence[tuple[Decimal, Decimal]]
    media: Sequence[str]

    @property
    def total(self) -> int:
        return sum(self.verdicts.values())


def exceeding() -> Q:
    """Results that exceed; the rank leads to them, the verdict decides."""
    codes = verdicts.exceeding()
    return Q(rank__in=sorted({RANK[code] for code in codes}), verdict__in=codes)


def key_of(analyte_id: str, name: str) -> str:
    """What an analyte is called in addresses."""
    return analyte_id or f"~{name}"


def by_analyte(key: str) -> Q:
    """Results of an analyte."""
    return Q(analyte_id="", analyte=key[1:]) if key.startswith("~") else Q(analyte_id=key)


def facets(frame: Frame) -> Facets:
    """Verdicts, analytes, points, depths and media of a survey."""
    return frame.remembered("facets", lambda: _facets(frame))


def _facets(frame: Frame) -> Facets:
    codes = set(verdicts.exceeding())
    by_verdict: dict[str, int] = {}
    analytes: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    printed: set[str] = set()
    rows = frame.results.order_by().values_list("analyte_id", "analyte", "verdict", "detected")
    for analyte_id, name, verdict, detected, count in rows.annotate(rows=Count("pk")):
        key = key_of(analyte_id, name)
        names.setdefault(key, name)
        printed.add(name)
        counts = analytes.setdefault(key, [0, 0, 0])
        by_verdict[verdict] = by_verdict.get(verdict, 0) + count
        counts[0] += count
        counts[1] += count if verdict in codes else 0
        counts[2] += count if detected else 0
    samples = frame.samples.filter(qc_kind="").order_by()
    points = sorted(set(samples.exclude(point="").values_list("point", flat=True)))
    depths = samples.filter(depth_top__isnull=False, depth_bottom__isnull=False)
    media = set(samples.values_list("medium", flat=True).distinct())
    return Facets(
        verdicts={code: by_verdict[code] for code in verdicts.looks() if code in by_verdict},
        analytes=sorted(
            (Analyte(key, names[key], *counts) for key, counts in analytes.items()),
            key=lambda item: (-item.exceeding, item.name),
        ),
        printed=sorted(printed),
        methods=sorted(set(frame.results.order_by().values_list("method", flat=True).distinct())),
        points=points,
        depths=sorted(
            (top, bottom)
            for top, bottom in set(depths.values_list("depth_top", "depth_bottom"))
            if top is not None and bottom is not None
        ),
        media=[medium for medium in Medium.values if medium in media],
    )


@dataclass(frozen=True, slots=True)
class Driver:
    """An analyte that exceeds: in how many samples, and its worst result."""

    key: str
    name: str
    samples: int
    result: int  # key of the worst one


def drivers(frame: Frame) -> list[tuple[Driver, Result]]:
    """Analytes that exceed, the worst first, each with its worst result."""
    found = frame.remembered("drivers", lambda: _drivers(frame))
    keys = [driver.result for driver in found]
    worst = frame.results.select_related("sample").in_bulk(keys)
    return [(driver, worst[driver.result]) for driver in found if driver.result in worst]


def _drivers(frame: Frame) -> list[Driver]:
    rows = frame.results.filter(exceeding()).order_by()
    grouped = rows.values("analyte_id").annotate(
        worst=Max("rank"), most=Max("ratio"), samples=Count("sample", distinct=True)
    )
    listed = sorted(grouped, key=lambda row: (-row["worst"], -(row["most"] or 0.0)))[:DRIVERS_SHOWN]
    found = []
    for row in listed:
        own = rows.filter(analyte_id=row["analyte_id"], rank=row["worst"])
        first = own.filter(ratio__isnull=False).order_by("-ratio").first() or own.order_by("pk").first()
        if first is not None:
            key = key_of(row["analyte_id"], first.analyte)
            found.append(Driver(key, first.analyte, row["samples"], first.pk))
    return found
