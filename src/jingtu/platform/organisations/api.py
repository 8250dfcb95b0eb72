"""Organisations and plants over the API: who there is, where its plants stand, on which lists."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.errors import NotFoundError
from jingtu.platform.organisations import facility_history, listing, memberships
from jingtu.platform.organisations.listing import Wanted
from jingtu.platform.organisations.models import Facility, FacilityVersion, Organisation
from jingtu.platform.organisations.permissions import READ
from jingtu.platform.pages import keyset
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.api.common import Moment, moment_of

router = Router(tags=["单位"])


class OrganisationOut(Schema):
    """An organisation on a day."""

    uid: UUID
    name: str
    kind: str
    uscc: str | None
    uscc_missing_reason: str
    region: UUID
    region_name: str


class OrganisationsOut(Schema):
    """One page of organisations; ``total`` is exact up to 100,000."""

    total: int
    organisations: list[OrganisationOut]
    following: str = Field(description="下一页的位置；空为最后一页")


class FacilityOut(Schema):
    """A plant on a day."""

    uid: UUID
    organisation: UUID
    name: str
    region: UUID
    region_name: str
    address: str
    longitude: Decimal | None
    latitude: Decimal | None
    industry_code: str
    permit_number: str
    permit_class: str
    status: str
    effective_from: date | None = Field(description="这一情况从哪一天起；空为登记时起")


class FacilitiesOut(Schema):
    """One page of plants."""

    total: int
    facilities: list[FacilityOut]
    following: str


class ListedOut(Schema):
    """A time on a list."""

    register_id: str
    entry: UUID
    year: str
    reason: str
    state: str
    since: date
    until: date | None


class OrganisationDetailOut(OrganisationOut):
    """An organisation with its names and plants; ``merged_into`` where it was found to be another's duplicate."""

    aliases: list[str]
    merged_into: UUID | None
    facilities: list[FacilityOut]


class PlantsQuery(Moment):
    """Filters of plants."""

    region: UUID | None = Field(None, description="行政区的标识；不写时为权限范围内全部")
    industry: str = Field("", max_length=10, description="门类字母或行业代码的开头")
    status: str = ""
    cursor: str = ""
    limit: int = Field(50, ge=1, le=500)


class OrganisationsQuery(PlantsQuery):
    """Filters of organisations."""

    words: str = Field("", max_length=60)
    kind: str = ""
    listed: str = Field("", description="只看在这份名录上的单位（清单标识）")


class HistoryQuery(Moment):
    """Whether times that have ended are wanted too."""

    history: bool = False


def _document(row: Organisation, on: date) -> dict[str, Any]:
    return {
        "uid": row.uid, "name": row.name_on(on), "kind": row.kind, "uscc": row.uscc,
        "uscc_missing_reason": row.uscc_missing_reason, "region": row.region.uid,
        "region_name": row.region.name,
    }  # fmt: skip


def _plant(plant: Facility, stood: FacilityVersion | None) -> dict[str, Any]:
    shown = stood or plant
    names = (
        "name", "address", "longitude", "latitude", "industry_code", "permit_number", "permit_class", "status",
    )  # fmt: skip
    since = stood.effective_from if stood and stood.effective_from > plant.valid_from else None
    return {name: getattr(shown, name) for name in names} | {
        "uid": plant.uid, "organisation": plant.organisation.uid, "region": shown.region.uid,
        "region_name": shown.region.name, "effective_from": since,
    }  # fmt: skip


def _known(plants: list[Facility], query: Moment) -> list[dict[str, Any]]:
    on, known_at = moment_of(query)
    stood = facility_history.on_day(plants, on, known_at)
    return [
        _plant(plant, stood.get(plant.pk))
        for plant in plants
        if plant.pk in stood or not plant.versions.exists()
    ]


def _within(request: HttpRequest, query: PlantsQuery) -> tuple[QuerySet[Organisation], QuerySet[Facility]]:
    policies.require_some(request.user, READ.name)
    reach = policies.reach(request.user, READ.name)
    on, known_at = moment_of(query)
    rows = listing.shown(reach, on, known_at)
    plants = Facility.objects.filter(
        reach.q("region__path", "organisation"), valid_from__lte=on, organisation__merged_into__isnull=True
    )
    if query.region is not None:
        region = Region.objects.filter(uid=query.region).first()
        if region is None:
            raise NotFoundError("没有这个行政区。", region=str(query.region))
        rows = rows.filter(region__path__startswith=region.path)
        plants = plants.filter(region__path__startswith=region.path)
    return rows, plants.select_related("organisation", "region")


@router.get("/organisations", response=OrganisationsOut, summary="单位名录")
def list_organisations(request: HttpRequest, query: Query[OrganisationsQuery]) -> dict[str, Any]:
    """Organisations within reach."""
    rows, _ = _within(request, query)
    on, known_at = moment_of(query)
    wanted = Wanted(words=query.words, kind=query.kind, industry=query.industry.upper(), status=query.status)
    rows = listing.with_plants(listing.narrowed(rows, wanted), wanted, on, known_at)
    if query.listed:
        user: Any = request.user
        register = next((item for item in memberships.lists_for(user) if item.id == query.listed), None)
        if register is None:
            raise NotFoundError("没有这份名录。", register=query.listed[:40])
        rows = rows.filter(pk__in=memberships.members(register, on, known_at, user).values("holder"))
    found = keyset.page(rows, ["name", "id"], query.cursor, query.limit)
    return {
        "total": keyset.count(rows).value,
        "organisations": [_document(row, on) for row in found.rows],
        "following": found.next,
    }


@router.get("/organisations/{uid}", response=OrganisationDetailOut, summary="一个单位")
def get_organisation(request: HttpRequest, uid: UUID, query: Query[Moment]) -> dict[str, Any]:
    """One organisation with its names and plants."""
    row = _one(request, uid)
    on, _ = moment_of(query)
    plants = list(
        row.facilities.filter(valid_from__lte=on).select_related("organisation", "region").order_by("name")
    )
    return _document(row, on) | {
        "aliases": [item.name for item in listing.aliases_on(row, on)],
        "merged_into": row.merged_into.uid if row.merged_into else None,
        "facilities": _known(plants, query),
    }


@router.get("/organisations/{uid}/memberships", response=list[ListedOut], summary="单位所在名录")
def list_memberships(request: HttpRequest, uid: UUID, query: Query[HistoryQuery]) -> list[dict[str, Any]]:
    """The lists on which an organisation stands, by year and reason."""
    row = _one(request, uid)
    on, known_at = moment_of(query)
    user: Any = request.user
    told = memberships.history if query.history else None
    found = told(row, known_at, user=user) if told else memberships.memberships(row, on, known_at, user=user)
    return [
        {
            "register_id": item.register.id, "entry": item.entry.uid, "year": item.year, "reason": item.reason,
            "state": item.state, "since": item.since, "until": item.until,
        }
        for item in found
    ]  # fmt: skip


@router.get("/facilities", response=FacilitiesOut, summary="厂区")
def list_facilities(request: HttpRequest, query: Query[PlantsQuery]) -> dict[str, Any]:
    """Plants within reach, by where they stand."""
    _, plants = _within(request, query)
    on, known_at = moment_of(query)
    wanted = Wanted(industry=query.industry.upper(), status=query.status)
    fitting = listing.plants_on(wanted, on, known_at)
    if fitting is not None:
        plants = plants.filter(pk__in=fitting.values("facility"))
    found = keyset.page(plants, ["name", "id"], query.cursor, query.limit)
    return {
        "total": keyset.count(plants).value,
        "facilities": _known(list(found.rows), query),
        "following": found.next,
    }


@router.get("/facilities/{uid}", response=FacilityOut, summary="一个厂区")
def get_facility(request: HttpRequest, uid: UUID, query: Query[Moment]) -> dict[str, Any]:
    """One plant on a day, as known then or now."""
    policies.require_some(request.user, READ.name)
    reach = policies.reach(request.user, READ.name)
    rows = Facility.objects.select_related("organisation", "region")
    plant = rows.filter(reach.q("region__path", "organisation"), uid=uid).first()
    found = _known([plant], query) if plant is not None else []
    if not found:
        raise NotFoundError("没有找到这个厂区，或不在您的权限范围内。", uid=str(uid))
    return found[0]


def _one(request: HttpRequest, uid: UUID) -> Organisation:
    policies.require_some(request.user, READ.name)
    reach = policies.reach(request.user, READ.name)
    rows = Organisation.objects.select_related("region", "merged_into").prefetch_related("aliases")
    found = rows.filter(reach.q("region__path", "pk"), uid=uid).first()
    if found is None:
        raise NotFoundError("没有找到这个单位，或不在您的权限范围内。", uid=str(uid))
    return found
