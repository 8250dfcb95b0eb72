"""Indicators over the API: what is computed, and its reading for a region on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.errors import InputError, NotFoundError
from jingtu.platform import clock
from jingtu.platform.indicators import declarations, service
from jingtu.platform.indicators.permissions import READ
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region

router = Router(tags=["指标"])


class RuleOut(Schema):
    """A rule with its source and the days on which it holds; no ``valid_to``: until further notice."""

    source: str
    clause: str
    valid_from: date
    valid_to: date | None


class IndicatorOut(Schema):
    """An indicator that a register computes."""

    id: str
    name: str
    unit: str
    basis: str
    parameters: list[str]
    rules: list[RuleOut]


class LeftOutOut(Schema):
    """Entries that do not count, and why."""

    reason: str
    count: int


class EntriesOut(Schema):
    """How many entries count, and which do not."""

    counted: int
    left_out: list[LeftOutOut]


class ReadingOut(Schema):
    """A reading as ``jingtu indicator read`` prints it."""

    id: str
    name: str
    region: str
    on: date
    known_at: datetime | None
    value: float | str | None
    unit: str
    numerator: float | None
    denominator: float | None
    comparator: str | None
    target: float | str | None
    met: bool | None
    status: str
    manual: bool
    rule: RuleOut | None
    entries: EntriesOut
    completeness: float


class ReadingQuery(Schema):
    """For which region and day, as known when."""

    region: UUID = Field(description="行政区的标识")
    on: date | None = Field(None, description="业务日期；不写时为今天")
    known_at: datetime | None = Field(None, description="只看这一时刻以前录入的内容")
    base: date | None = Field(None, description="基数日期")


@router.get("/indicators", response=list[IndicatorOut], summary="指标列表")
def list_indicators(request: HttpRequest) -> list[dict[str, Any]]:
    """Indicators that registers of this build compute, with their rules."""
    policies.require_some(request.user, READ)
    return [
        {
            "id": item.id,
            "name": item.name,
            "unit": item.unit,
            "basis": item.basis,
            "parameters": list(item.parameters),
            "rules": [rule.to_json() for rule in item.rules],
        }
        for item in declarations.all_indicators()
    ]


@router.get("/indicators/{id}", response=ReadingOut, summary="指标读数")
def read_indicator(request: HttpRequest, id: str, query: Query[ReadingQuery]) -> dict[str, Any]:  # noqa: A002 - the path says so
    """One reading, recomputed from the register as known now or at ``known_at``."""
    policies.require_some(request.user, READ)
    region = Region.objects.prefetch_related("names").filter(uid=query.region).first()
    if region is None or not policies.reach(request.user, READ).allows(region.path):
        raise NotFoundError("没有找到这个行政区，或不在您的权限范围内。", region=str(query.region))
    if query.known_at is not None and query.known_at.tzinfo is None:
        raise InputError("known_at 应带时区，例如 2024-06-30T18:00:00+08:00。")
    parameters = {"base": query.base.isoformat()} if query.base else {}
    return service.read(id, region, query.on or clock.business_date(), query.known_at, parameters).to_json()
