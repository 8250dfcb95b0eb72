"""Draws over the API: what was drawn, from what, by which seed; drawn again; outcomes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from ninja import Field, Query, Router, Schema

from jingtu.errors import InputError, NotFoundError
from jingtu.platform import clock
from jingtu.platform.draws import outcomes, reading, verifying
from jingtu.platform.draws.actions import PerformDraw, PrepareDraw, RecordSeed
from jingtu.platform.draws.models import Draw
from jingtu.platform.draws.outcomes import RecordOutcome
from jingtu.platform.draws.permissions import MAKE, READ, RECORD
from jingtu.platform.draws.population import Filter
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.api.common import Moment, moment_of

router = Router(tags=["抽取"])
MOST = 200


class DrawOut(Schema):
    """A draw without its objects."""

    uid: UUID
    kind: str
    title: str
    register_id: str
    region: UUID
    on: date
    state: str
    population_size: int
    population_hash: str
    seed: str = Field(description="抽取以前为空")
    algorithm: str
    algorithm_version: int
    due: date | None


class ObjectOut(Schema):
    """An object that was drawn, with its inspectors and what was found."""

    uid: UUID
    position: int
    entry: UUID
    name: str
    stratum: str
    inspectors: list[str]
    result: str = Field(description="good、found，或空（尚未检查）")
    checked_on: date | None
    note: str
    late: bool


class DrawDetailOut(DrawOut):
    """A draw with all that is needed to do it again."""

    population: list[tuple[str, str]] = Field(description="对象标识和分层")
    share: Decimal | None
    number: int | None
    at_least_one: bool
    pool: list[str]
    barred: dict[str, list[str]] = Field(description="对象标识和须回避的人员")
    inspectors_each: int = Field(description="每个对象的检查人数")
    objects: list[ObjectOut]


class CheckOut(Schema):
    """One thing that was checked by drawing again."""

    label: str
    good: bool


class DrawsQuery(Schema):
    """Filters of the list."""

    register_id: str = ""
    kind: str = ""
    region: UUID | None = None


class DrawIn(Schema):
    """A draw to be made at once: population, seed and objects are recorded one after the other."""

    kind: str
    title: str = Field(max_length=80)
    register_id: str
    region: UUID
    states: list[str] = []
    words: str = Field("", max_length=60)
    share: Decimal | None = None
    number: int | None = None
    strata: str = ""
    at_least_one: bool = False
    exclusions: dict[UUID, str] = Field({}, description="对象标识和排除的原因")
    inspectors: list[UUID] = []
    due: date | None = None
    seed: str = Field("", max_length=80, description="现场公布的种子；不写时由系统产生")
    seed_note: str = Field("", max_length=120)


class OutcomeIn(Schema):
    """What was found; files are uploaded as evidence of the entry before."""

    result: str
    on: date | None = None
    note: str = Field("", max_length=300)
    evidence: list[UUID] = []
    reopen: bool = False
    reason: str = Field("", max_length=200)


def _document(draw: Draw) -> dict[str, Any]:
    names = (
        "uid", "kind", "title", "on", "state", "population_size", "population_hash", "seed",
        "algorithm", "algorithm_version", "due",
    )  # fmt: skip
    return {name: getattr(draw, name) for name in names} | {
        "region": draw.region.uid,
        "register_id": draw.register,
    }


def _object(row: outcomes.Row) -> dict[str, Any]:
    return {
        "uid": row.drawn.uid, "position": row.drawn.position, "entry": row.drawn.entry.uid, "name": row.name,
        "stratum": row.drawn.stratum, "inspectors": row.inspectors,
        "result": row.outcome.result if row.outcome else "",
        "checked_on": row.outcome.on if row.outcome else None,
        "note": row.outcome.note if row.outcome else "", "late": row.late,
    }  # fmt: skip


def _detail(draw: Draw, rows: list[outcomes.Row]) -> dict[str, Any]:
    names = ("population", "share", "number", "at_least_one", "pool", "barred", "inspectors_each")
    return (
        _document(draw)
        | {name: getattr(draw, name) for name in names}
        | {"objects": [_object(row) for row in rows]}
    )


@router.get("/draws", response=list[DrawOut], summary="抽取")
def list_draws(request: HttpRequest, query: Query[DrawsQuery]) -> list[dict[str, Any]]:
    """Draws within reach, the latest 200 first."""
    policies.require_some(request.user, READ.name)
    rows = reading.readable(request.user)  # type: ignore[arg-type]
    if query.register_id:
        rows = rows.filter(register=query.register_id)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.region is not None:
        path = Region.objects.filter(uid=query.region).values_list("path", flat=True).first()
        rows = rows.filter(region__path__startswith=path) if path else rows.none()
    return [_document(draw) for draw in rows.order_by("-on", "-id")[:MOST]]


@router.post("/draws", response=DrawDetailOut, summary="组织抽取")
def make_draw(request: HttpRequest, body: DrawIn) -> dict[str, Any]:
    """Fix the population, record a seed, draw."""
    user, today = request.user, clock.business_date()
    policies.require_some(user, MAKE.name)
    region = Region.objects.filter(uid=body.region).first()
    if region is None:
        raise NotFoundError("没有这个行政区。", region=str(body.region))
    register = declarations.listed(body.register_id)
    asked = QueryDict(mutable=True)
    asked.setlist("state", body.states)
    asked["q"] = body.words
    prepared = PrepareDraw(
        user, today, register, region,  # type: ignore[arg-type]
        kind=body.kind, title=body.title, chosen=Filter.of(register, asked), share=body.share,
        number=body.number, strata=body.strata, at_least_one=body.at_least_one,
        exclusions={str(uid): reason for uid, reason in body.exclusions.items()},
        pool=list(User.objects.filter(uid__in=body.inspectors)), due=body.due,
    ).execute()  # fmt: skip
    seeded = RecordSeed(user, today, prepared, announced=body.seed, note=body.seed_note).execute()  # type: ignore[arg-type]
    drawn = PerformDraw(user, today, seeded).execute()  # type: ignore[arg-type]
    return _detail(drawn, outcomes.rows_of(drawn, today))


@router.get("/draws/{uid}", response=DrawDetailOut, summary="一次抽取")
def get_draw(request: HttpRequest, uid: UUID, query: Query[Moment]) -> dict[str, Any]:
    """One draw with its objects, and all that is needed to draw again."""
    policies.require_some(request.user, READ.name)
    draw = reading.one(request.user, uid)  # type: ignore[arg-type]
    on, known_at = moment_of(query)
    return _detail(draw, outcomes.rows_of(draw, on, known_at))


@router.get("/draws/{uid}/verification", response=list[CheckOut], summary="核验一次抽取")
def verify_draw(request: HttpRequest, uid: UUID) -> list[verifying.Check]:
    """The draw done again from its record."""
    policies.require_some(request.user, READ.name)
    return verifying.verify(reading.one(request.user, uid))  # type: ignore[arg-type]


@router.post("/draws/{uid}/objects/{object}/outcome", response=ObjectOut, summary="登记检查结果")
def record_outcome(request: HttpRequest, uid: UUID, object: UUID, body: OutcomeIn) -> dict[str, Any]:  # noqa: A002
    """Say what was found at an object; a second time it corrects the first."""
    policies.require_some(request.user, RECORD.name)
    draw = reading.one(request.user, uid)  # type: ignore[arg-type]
    drawn = draw.objects_drawn.select_related("entry", "draw").filter(uid=object).first()
    if drawn is None:
        raise NotFoundError("没有找到这个对象。", uid=str(object))
    today = clock.business_date()
    on = body.on or today
    if on > today:
        raise InputError("检查日期不能晚于今天。", on=on.isoformat())
    files = list(
        Attachment.objects.filter(uid__in=body.evidence, subject_uid=drawn.entry.uid).select_related("file")
    )
    if len(files) != len(set(body.evidence)):
        raise InputError("佐证材料不属于本对象，或已撤回。")
    RecordOutcome(
        request.user, on, drawn, body.result,  # type: ignore[arg-type]
        note=body.note, evidence=files, reopen=body.reopen, reason=body.reason,
    ).execute()  # fmt: skip
    return _object(next(row for row in outcomes.rows_of(draw, today) if row.drawn.uid == object))
