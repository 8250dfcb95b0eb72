"""Indicators over the API: what is computed, and its reading for a region on a day."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.errors import CellError, InputError, NotFoundError
from jingtu.platform import clock
from jingtu.platform.indicators import declarations, provenance, service
from jingtu.platform.indicators import parameters as asking
from jingtu.platform.indicators.declarations import Reading
from jingtu.platform.indicators.permissions import READ
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region

if TYPE_CHECKING:
    from jingtu.platform.people.models import User

router = Router(tags=["指标"])


class RuleOut(Schema):
    """A rule with its source and the days on which it holds; no ``valid_to``: until further notice."""

    source: str
    clause: str
    valid_from: date
    valid_to: date | None


class ParameterOut(Schema):
    """A parameter that an indicator takes; ``choices`` where it is one of some words."""

    id: str
    name: str
    kind: str
    choices: list[str]


class IndicatorOut(Schema):
    """An indicator that a register computes."""

    id: str
    name: str
    unit: str
    basis: str
    parameters: list[str]
    inputs: list[ParameterOut] = Field(description="各参数的名称和写法")
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
    parts_unit: str = Field(description="分子和分母的单位；没有时为空")
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
    parameter: list[str] = Field(
        [], description="指标的其他参数，写作“名称=值”，可以有多个；名称见指标列表", max_length=8
    )


class EntriesQuery(ReadingQuery):
    """Which of the entries behind a reading."""

    offset: int = Field(0, ge=0, le=10**7, description="跳过多少条")
    limit: int = Field(100, ge=1, le=1000, description="最多多少条")


class EntryLine(Schema):
    """One entry behind a reading, and how it stands in it."""

    code: str
    name: str
    place: str
    holder: str
    state: str
    standing: str
    counted: bool


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
            "inputs": [
                {
                    "id": name,
                    "name": asking.of(name).label,
                    "kind": asking.of(name).kind,
                    "choices": [key for key, _ in item.choices.get(name, ())],
                }
                for name in item.parameters
            ],
            "rules": [rule.to_json() for rule in item.rules],
        }
        for item in declarations.all_indicators()
    ]


@router.get("/indicators/{id}", response=ReadingOut, summary="指标读数")
def read_indicator(request: HttpRequest, id: str, query: Query[ReadingQuery]) -> dict[str, Any]:  # noqa: A002 - the path says so
    """One reading, recomputed from the register as known now or at ``known_at``."""
    return _reading(request, id, query).to_json()


@router.get("/indicators/{id}/places", response=list[ReadingOut], summary="指标的各地读数")
def read_places(request: HttpRequest, id: str, query: Query[ReadingQuery]) -> list[dict[str, Any]]:  # noqa: A002 - the path says so
    """The same reading of every place directly below, those with anything to count."""
    reading = _reading(request, id, query)
    return [one.to_json() for one in provenance.by_place(reading, _parameters(id, query)).readings]


@router.get("/indicators/{id}/entries", response=list[EntryLine], summary="指标计入和未计入的条目")
def read_entries(request: HttpRequest, id: str, query: Query[EntriesQuery]) -> list[dict[str, Any]]:  # noqa: A002 - the path says so
    """What is behind a reading: entries that the caller may see, page by page, with why each counts or not."""
    reading = _reading(request, id, query)
    user = cast("User", request.user)
    rows = [(key, part.label, part.counted) for part in provenance.parts(reading) for key in part.keys]
    some = {key: (label, counted) for key, label, counted in rows[query.offset : query.offset + query.limit]}
    found = provenance.lines(some, user, reading.on, reading.known_at)
    return [
        {
            "code": line.code, "name": line.name, "place": line.place, "holder": line.holder,
            "state": line.state, "standing": some[line.key][0], "counted": some[line.key][1],
        }
        for line in found
    ]  # fmt: skip


def _reading(request: HttpRequest, indicator: str, query: ReadingQuery) -> Reading:
    policies.require_some(request.user, READ)
    region = Region.objects.prefetch_related("names").filter(uid=query.region).first()
    if region is None or not policies.reach(request.user, READ).allows(region.path):
        raise NotFoundError("没有找到这个行政区，或不在您的权限范围内。", region=str(query.region))
    if query.known_at is not None and query.known_at.tzinfo is None:
        raise InputError("known_at 应带时区，例如 2024-06-30T18:00:00+08:00。")
    on = query.on or clock.business_date()
    return service.read(indicator, region, on, query.known_at, _parameters(indicator, query))


def _parameters(indicator: str, query: ReadingQuery) -> dict[str, str]:
    found = {"base": query.base.isoformat()} if query.base else {}
    wrong = [item for item in query.parameter if "=" not in item]
    if wrong:
        raise InputError(
            "参数应写作“名称=值”。", [CellError("应写作“名称=值”", column="parameter", value=wrong[0][:40])]
        )
    given = found | dict(item.split("=", 1) for item in query.parameter)
    return asking.required(service.known(indicator), given)
