"""Places over the API: found by code, by name as it was on a day, or by what lies below a place."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.errors import InputError, NotFoundError
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region, RegionName
from jingtu.platform.regions.permissions import READ
from jingtu.platform.regions.tree import children, find_by_code, find_by_name

router = Router(tags=["行政区划"])
Level = Literal["province", "city", "county", "town", "village", "zone"]


class NameOut(Schema):
    """A name and code with the days they held; ``valid_to`` is the first day they did not."""

    name: str
    code: str
    valid_from: date
    valid_to: date
    source: str


class RegionOut(Schema):
    """A place with its present name and code, and all it had."""

    uid: UUID
    name: str
    adcode: str | None
    level: Level
    parent: UUID | None
    valid_from: date
    valid_to: date
    names: list[NameOut]

    @staticmethod
    def resolve_parent(region: Region) -> UUID | None:
        return region.parent.uid if region.parent else None

    @staticmethod
    def resolve_names(region: Region) -> list[RegionName]:
        return sorted(region.names.all(), key=lambda item: item.valid_from)


class RegionsFilter(Schema):
    """Exactly one of ``code``, ``name``, ``below``; ``below`` alone or none gives the top of the tree."""

    code: Annotated[str, Query(max_length=12)] = Field("", description="6、9 或 12 位代码，旧代码也可")
    name: Annotated[str, Query(max_length=60)] = Field("", description="正式名称、曾用名或简称")
    below: UUID | None = Field(None, description="只列这个行政区的直接下级；与 name 同用时只在其范围内找")
    level: Level | None = None
    on: date | None = Field(None, description="按这一天的建制")


@router.get("/regions", response=list[RegionOut], summary="Places by code, by name, or below a place")
def regions(request: HttpRequest, chosen: Query[RegionsFilter]) -> list[Region]:
    """Places by code, by name, or below a place; at most one level of the tree."""
    policies.require(request.user, READ.name)
    levels = [chosen.level] if chosen.level else None
    if chosen.code and chosen.name:
        raise InputError("代码和名称请只写一个。")
    place = None
    if chosen.below is not None:
        place = Region.objects.filter(uid=chosen.below).first()
        if place is None:
            raise NotFoundError("没有找到这个行政区。", uid=str(chosen.below))
    if chosen.code:
        found = find_by_code(chosen.code, chosen.on)
        rows = [found] if found and (levels is None or found.level in levels) else []
    elif chosen.name:
        rows = find_by_name(chosen.name, place, chosen.on, levels)
    elif place is not None:
        rows = list(children(place, chosen.on, levels))
    else:
        rows = list(Region.objects.filter(parent=None).order_by("adcode", "name"))
    prefetch_related_objects(rows, "names", "parent")
    return rows
