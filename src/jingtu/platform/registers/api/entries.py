"""Registers over the API: what there is, entries on a day, one entry, and its moves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from jingtu.errors import InputError, NotFoundError, PermissionDeniedError
from jingtu.platform import clock
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.pages import keyset
from jingtu.platform.pages.context import page_user
from jingtu.platform.pages.sheets import MEDIA_TYPE
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, filtering, listing, versions
from jingtu.platform.registers.api.common import (
    NOW,
    EntryOut,
    Moment,
    Value,
    attachments,
    document,
    moment_of,
    past_day,
    register_of,
    version_of,
)
from jingtu.platform.registers.declarations import Move, Register
from jingtu.platform.registers.exchange.exporting import visible_fields
from jingtu.platform.registers.listing import Wanted
from jingtu.platform.registers.models import Transition, Version
from jingtu.platform.registers.moves import MoveEntry
from jingtu.platform.registers.together import MOST, move_together, shared
from jingtu.platform.registers.views.common import workbook
from jingtu.platform.registers.views.lists import export_of

router = Router(tags=["清单"])


class StateOut(Schema):
    """A state of a lifecycle."""

    id: str
    label: str


class FieldOut(Schema):
    """A column of a register; areas are in square metres."""

    id: str
    label: str
    kind: str
    unit: str


class RegisterOut(Schema):
    """A register that the caller may read."""

    id: str
    name: str
    basis: str
    states: list[StateOut]
    fields: list[FieldOut]


class EntriesOut(Schema):
    """One page of entries; ``total`` is exact up to 100,000."""

    total: int
    entries: list[EntryOut]
    following: str = Field(description="下一页的位置；空为最后一页")


class WorkbookQuery(Moment):
    """Filters and sort of a list."""

    region: UUID | None = Field(None, description="行政区的标识；不写时为权限范围内全部")
    state: str = ""
    words: str = Field("", max_length=60)
    holder: str = Field("", max_length=120)
    listed_year: int | None = Field(None, ge=1900, le=2200, description="名录年度；只用于有名录的清单")
    sort: str = Field("entry", description="栏目，前面加“-”为倒序；limit 为下一步时限")


class EntriesQuery(WorkbookQuery):
    """Filters, sort and place of a list."""

    cursor: str = ""
    limit: int = Field(50, ge=1, le=500)


class MoveIn(Schema):
    """A move as a client sends it; files are uploaded as evidence before."""

    on: date | None = Field(None, description="办理日期；不写时为今天")
    reason: str = Field("", max_length=300)
    facts: dict[str, Value] = Field({}, description="随流转变化的栏目")
    evidence: list[UUID] = Field([], description="已上传的佐证材料")
    version: int | None = Field(None, description="所见版本；他人已改时拒绝")


class SeenEntry(Schema):
    """An entry as the client saw it."""

    uid: UUID
    version: int | None = Field(None, description="所见版本；他人已改时拒绝")


class MovesIn(Schema):
    """One step of several entries; evidence uploaded for one of them counts for all."""

    entries: list[SeenEntry] = Field(min_length=1, max_length=MOST)
    on: date | None = Field(None, description="办理日期；不写时为今天")
    reason: str = Field("", max_length=300)
    facts: dict[str, Value] = Field({}, description="随流转变化的栏目")
    evidence: list[UUID] = Field([], description="已上传的佐证材料")


class MoveOut(Schema):
    """A move as it was recorded."""

    uid: UUID
    move: str
    from_state: str
    to_state: str
    on: date
    at: datetime


@router.get("/registers", response=list[RegisterOut], summary="清单目录")
def list_registers(request: HttpRequest) -> list[dict[str, Any]]:
    """Registers that the caller may read."""
    found = [
        {
            "id": item.id,
            "name": item.label,
            "basis": item.basis,
            "states": [{"id": state.id, "label": state.label} for state in item.lifecycle.states],
            "fields": [
                {"id": field.id, "label": field.label, "kind": field.kind, "unit": field.unit}
                for field in visible_fields(item, policies.roles(request.user))
            ],
        }
        for item in declarations.all_registers()
        if item.listed and policies.may(request.user, item.read_permission)
    ]
    if not found:
        raise PermissionDeniedError("您没有可以查看的清单；如工作需要，请联系本单位安全管理员授权。")
    return found


@router.get("/registers/{id}/entries", response=EntriesOut, summary="清单条目")
def list_entries(request: HttpRequest, id: str, query: Query[EntriesQuery]) -> dict[str, Any]:  # noqa: A002
    """Entries of a register on a day within reach.

    Further filters go by field: ``f_<栏目>`` for words, choices and empty ones (``-``), ``f_<栏目>_from`` and
    ``f_<栏目>_to`` for days and figures.
    """
    register = register_of(request, id)
    rows, wanted, _ = _asked(request, register, query)

    def asked(walk: str) -> QuerySet[Version]:
        return _asked(request, register, query, walk)[0]

    found = listing.page(register, asked, wanted, query.cursor, query.limit)
    return {
        "total": keyset.count(rows).value,
        "entries": [document(request, register, row) for row in found.rows],
        "following": found.next,
    }


def _asked(
    request: HttpRequest, register: Register, query: WorkbookQuery, walk: str = ""
) -> tuple[QuerySet[Version], Wanted, Region | None]:
    """The rows that a question means, the filter that it says, and its place."""
    on, known_at = moment_of(query)
    reach = policies.reach(request.user, register.read_permission)
    places = Region.objects.all()
    region = None
    fields = visible_fields(register, policies.roles(request.user))
    if query.region is not None:
        region = Region.objects.filter(uid=query.region).first()
        places = places.filter(path__startswith=region.path) if region else places.none()
    rows = versions.versions(register.id, on, known_at, walk).filter(listing.within(reach, places))
    asked = request.GET.copy()
    asked.update({"q": query.words})
    wanted = listing.wanted_of(register, fields, asked)
    refused = filtering.errors(wanted.filters)
    if refused:
        raise InputError(f"筛选条件有 {len(refused)} 处无法识别。", refused)
    rows = rows.prefetch_related("region__names")
    return listing.narrowed(register, rows, wanted, on, known_at), wanted, region


@router.get(
    "/registers/{id}/workbook",
    summary="导出清单",
    openapi_extra={
        "responses": {
            200: {
                "description": "OK",
                "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def export_entries(request: HttpRequest, id: str, query: Query[WorkbookQuery]) -> HttpResponse:  # noqa: A002
    """The filtered rows with all columns that the caller reads, as the workbook of the page: it can be read back."""
    register = register_of(request, id)
    on, known_at = moment_of(query)
    rows, wanted, region = _asked(request, register, query)
    fields = visible_fields(register, policies.roles(request.user))
    content = export_of(register, rows, wanted, fields, region, on, known_at)
    return workbook(content, f"{region.name if region else ''}{register.label}{on.isoformat()}.xlsx")


@router.get("/registers/{id}/entries/{uid}", response=EntryOut, summary="一个条目")
def get_entry(request: HttpRequest, id: str, uid: UUID, query: Query[Moment]) -> dict[str, Any]:  # noqa: A002
    """One entry on a day."""
    register = register_of(request, id)
    return document(request, register, version_of(request, register, uid, query))


@router.post("/registers/{id}/moves/{move}", response=list[MoveOut], summary="批量办理流转")
def move_entries(request: HttpRequest, id: str, move: str, body: MovesIn) -> list[dict[str, Any]]:  # noqa: A002
    """Move several entries along their lifecycle, all or none; every refusal is told at once."""
    register = register_of(request, id)
    step = _step(register, move, body.facts)
    on = past_day(body.on, "办理日期")
    user = page_user(request)
    rows = []
    for item in body.entries:
        version = version_of(request, register, item.uid, NOW)
        policies.require(user, step.permission, version.region.path, (version.holder_id,))
        version.pk = item.version or version.pk
        rows.append(version)
    owners = [row.entry.uid for row in rows]
    given = Attachment.objects.filter(uid__in=body.evidence, subject_uid__in=owners, withdrawn_at=None)
    files = list(given.select_related("file"))
    if len(files) != len(set(body.evidence)):
        raise InputError("佐证材料不属于所列条目，或已撤回。")

    def evidence(row: Version) -> list[Attachment]:
        own = [item for item in files if item.subject_uid == row.entry.uid]
        return own + [shared(item, row) for item in files if item not in own]

    done = move_together(
        user, on, rows, step, reason=body.reason, facts=body.facts, evidence=evidence,
        seen_on=clock.business_date(),
    )  # fmt: skip
    return [_moved(item, move) for item in done]


@router.post("/registers/{id}/entries/{uid}/moves/{move}", response=MoveOut, summary="办理流转")
def move_entry(request: HttpRequest, id: str, uid: UUID, move: str, body: MoveIn) -> dict[str, Any]:  # noqa: A002
    """Move an entry along its lifecycle."""
    register = register_of(request, id)
    version = version_of(request, register, uid, NOW)
    step = _step(register, move, body.facts)
    user, today = page_user(request), clock.business_date()
    policies.require(user, step.permission, version.region.path, (version.holder_id,))
    on = past_day(body.on, "办理日期")
    files = attachments(body.evidence, uid)
    done = MoveEntry(
        user,
        on,
        version.entry,
        move,
        reason=body.reason,
        facts=body.facts,
        evidence=files,
        expected_version=body.version,
        seen_on=today,
    ).execute()
    return _moved(done, move)


def _step(register: Register, move: str, facts: dict[str, Value]) -> Move:
    for step in register.lifecycle.moves:
        if step.id == move:
            break
    else:
        raise NotFoundError("没有这一步流转。", move=move)
    unknown = sorted(set(facts) - set(step.asked))
    if unknown:
        raise InputError(f"“{step.label}”不改变这些栏目：{'、'.join(unknown)}", fields=unknown)
    return step


def _moved(done: Transition, move: str) -> dict[str, Any]:
    names = ("uid", "from_state", "to_state", "on", "at")
    return {name: getattr(done, name) for name in names} | {"move": move}
