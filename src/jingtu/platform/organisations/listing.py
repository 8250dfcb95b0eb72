"""The list of organisations: what is shown on a day, how it is narrowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict

from jingtu.platform.organisations import codes, facility_history, industries
from jingtu.platform.organisations.models import (
    Facility,
    FacilityVersion,
    Organisation,
    OrganisationMerge,
)
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region

LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked the list for."""

    words: str = ""
    kind: str = ""
    place: str = ""
    code: str = ""  # "none": without a code, "unknown": without a code and without a reason
    industry: str = ""  # a section's letter, or the beginning of a code
    status: str = ""  # of a plant
    listed: str = ""  # id of a register that makes members

    @classmethod
    def of(cls, parameters: QueryDict) -> Wanted:
        return cls(
            words=parameters.get("q", "").strip()[:LONGEST_WORDS],
            kind=parameters.get("kind", ""),
            place=parameters.get("place", ""),
            code=parameters.get("code", ""),
            industry=parameters.get("industry", "").strip().upper()[:10],
            status=parameters.get("status", ""),
            listed=parameters.get("listed", ""),
        )


def shown(reach: Reach, on: date, known_at: datetime | None = None) -> QuerySet[Organisation]:
    """Organisations within reach that stand on a day; a duplicate until it was known to be one."""
    stands = Q(valid_from__lte=on, valid_to__gt=on)
    if known_at is not None:
        later = OrganisationMerge.objects.filter(at__gt=known_at, undone_at__isnull=True)
        stands |= Q(valid_from__lte=on, pk__in=later.values("duplicate"))
    rows = Organisation.objects.filter(reach.q("region__path", "pk"), stands)
    return rows.select_related("region").prefetch_related("aliases", "facilities")


def in_place(rows: QuerySet[Organisation], region: Region | None, reach: Reach) -> QuerySet[Organisation]:
    """Those of the page's region; who reads only the own organisation sees it wherever it lies."""
    if region is None or not (reach.paths or reach.places):
        return rows
    return rows.filter(Q(region__path__startswith=region.path) | Q(pk__in=reach.organisations))


def narrowed(rows: QuerySet[Organisation], wanted: Wanted) -> QuerySet[Organisation]:
    """The rows that fit words, kind, place and the state of the code."""
    if wanted.kind in Organisation.Kind.values:
        rows = rows.filter(kind=wanted.kind)
    place = Region.objects.filter(uid=wanted.place).first() if _is_uid(wanted.place) else None
    if place is not None:
        rows = rows.filter(region__path__startswith=place.path)
    if wanted.code in {"none", "unknown"}:
        rows = rows.filter(uscc__isnull=True)
    if wanted.code == "unknown":
        rows = rows.filter(uscc_missing_reason="")
    for word in wanted.words.split():
        found = Q(name__icontains=word) | Q(uscc=codes.clean(word))
        if len(word) >= 6 and word.isascii():
            found |= Q(uscc__startswith=codes.clean(word))
        named = Organisation.objects.filter(aliases__name__icontains=word).values("pk")
        rows = rows.filter(found | Q(pk__in=named))
    return rows


def plants_on(wanted: Wanted, on: date, known_at: datetime | None) -> QuerySet[FacilityVersion] | None:
    """Plants of an industry and a status on a day, as known then or now; ``None`` where neither is asked."""
    if not wanted.industry and wanted.status not in Facility.Status.values:
        return None
    plants = FacilityVersion.objects.filter(facility_history.at(on, known_at))
    if wanted.industry:
        starts = industries.divisions(wanted.industry) or industries.spellings(wanted.industry)
        fits = Q(pk__in=[])
        for start in starts:
            fits |= Q(industry_code__startswith=start)
        plants = plants.filter(fits)
    if wanted.status in Facility.Status.values:
        plants = plants.filter(status=wanted.status)
    return plants


def with_plants(
    rows: QuerySet[Organisation], wanted: Wanted, on: date, known_at: datetime | None
) -> QuerySet[Organisation]:
    """Those that have a plant of the industry and the status."""
    plants = plants_on(wanted, on, known_at)
    return rows if plants is None else rows.filter(pk__in=plants.values("facility__organisation"))


def _is_uid(text: str) -> bool:
    plain = text.replace("-", "")
    return len(plain) == 32 and all(sign in "0123456789abcdef" for sign in plain)


def code_text(row: Organisation) -> str:
    """The code, or why there is none."""
    if row.uscc:
        return row.uscc
    return f"无代码（{row.uscc_missing_reason}）" if row.uscc_missing_reason else "未登记"


def aliases_on(row: Organisation, on: date) -> list[Any]:
    """Names by which documents call an organisation on a day; former names always."""
    found = [
        item
        for item in row.aliases.all()
        if item.kind == item.Kind.FORMER or item.valid_from <= on < item.valid_to
    ]
    return sorted(found, key=lambda item: (item.kind, item.name))
