"""Records of entries over the API: read, entered, corrected, withdrawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.errors import InputError, NotFoundError
from jingtu.platform import clock
from jingtu.platform.pages import keyset
from jingtu.platform.pages.context import page_user
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import filtering
from jingtu.platform.registers.api.common import (
    NOW,
    Moment,
    Value,
    attachments,
    facts_of,
    moment_of,
    past_day,
    register_of,
    version_of,
)
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.entry_records import listing as lists
from jingtu.platform.registers.entry_records.actions import AddRecord, CorrectRecord, WithdrawRecord
from jingtu.platform.registers.entry_records.declarations import RecordKind, asked
from jingtu.platform.registers.entry_records.queries import believed_records
from jingtu.platform.registers.models import Version

router = Router(tags=["清单"])


class RecordOut(Schema):
    """A record of an entry; ``row`` goes back with a correction, so that nothing newer is overwritten."""

    uid: UUID
    row: int
    entry: UUID
    entry_name: str
    on: date
    recorded_from: datetime
    recorded_by: str | None
    facts: dict[str, Any]


class RecordsOut(Schema):
    """One page of records; ``total`` is exact up to 100,000."""

    total: int
    records: list[RecordOut]
    following: str = Field(description="下一页的位置；空为最后一页")


class RecordsQuery(Moment):
    """Filters, sort and place of a list of records."""

    region: UUID | None = Field(None, description="行政区的标识；不写时为权限范围内全部")
    words: str = Field("", max_length=60)
    sort: str = "-on"
    cursor: str = ""
    limit: int = Field(50, ge=1, le=500)


class RecordIn(Schema):
    """A record as a client sends it; files are uploaded as evidence before."""

    on: date | None = Field(None, description="记录所说的日期；不写时为今天")
    facts: dict[str, Value] = {}
    evidence: list[UUID] = Field([], description="已上传的佐证材料")


class RecordCorrectionIn(Schema):
    """What is right; columns not named stay."""

    on: date | None = Field(None, description="正确的日期；不写时不变")
    facts: dict[str, Value] = {}
    evidence: list[UUID] = Field([], description="补充的佐证材料")
    reason: str = Field(max_length=300)
    row: int | None = Field(None, description="所见的一行；他人已改时拒绝")


class RecordWithdrawIn(Schema):
    """Why a record should never have been made."""

    reason: str = Field(max_length=300)


@router.get("/registers/{id}/records/{kind}", response=RecordsOut, summary="记录列表")
def list_records(request: HttpRequest, id: str, kind: str, query: Query[RecordsQuery]) -> dict[str, Any]:  # noqa: A002
    """Records of all entries within reach up to a day; further filters by field as for entries."""
    register = register_of(request, id)
    return _page(request, register, asked(register, kind), query, "")


@router.get("/registers/{id}/entries/{uid}/records/{kind}", response=RecordsOut, summary="条目的记录")
def entry_records(
    request: HttpRequest,
    id: str,  # noqa: A002
    uid: UUID,
    kind: str,
    query: Query[RecordsQuery],
) -> dict[str, Any]:
    """Records of one entry up to a day."""
    register = register_of(request, id)
    version_of(request, register, uid, query)
    return _page(request, register, asked(register, kind), query, str(uid))


@router.post("/registers/{id}/entries/{uid}/records/{kind}", response=RecordOut, summary="新增记录")
def add_record(request: HttpRequest, id: str, uid: UUID, kind: str, body: RecordIn) -> dict[str, Any]:  # noqa: A002
    """Enter a record of an entry."""
    declared, version = _to_change(request, id, uid, kind)
    made = AddRecord(
        page_user(request), past_day(body.on, declared.on_label), version.entry, declared.id, body.facts,
        attachments(body.evidence, uid),
    ).execute()  # fmt: skip
    return _document(request, declared, made, version)


@router.post(
    "/registers/{id}/entries/{uid}/records/{kind}/{record}/correct",
    response=RecordOut,
    summary="更正记录",
)
def correct_record(
    request: HttpRequest,
    id: str,  # noqa: A002
    uid: UUID,
    kind: str,
    record: UUID,
    body: RecordCorrectionIn,
) -> dict[str, Any]:
    """Say a record right; what it said stays known."""
    declared, version = _to_change(request, id, uid, kind)
    found = _believed(declared, version, record)
    if body.row is not None and body.row != found.pk:
        raise InputError("这条记录刚刚被更正，请核对现在的内容后重新提交。", row=found.pk)
    on = past_day(body.on, declared.on_label) if body.on else found.on
    made = CorrectRecord(
        page_user(request),
        on,
        found,
        declared.id,
        body.facts,
        attachments(body.evidence, uid),
        reason=body.reason,
    ).execute()
    return _document(request, declared, made, version)


@router.post(
    "/registers/{id}/entries/{uid}/records/{kind}/{record}/withdraw",
    response=RecordOut,
    summary="撤回记录",
)
def withdraw_record(
    request: HttpRequest,
    id: str,  # noqa: A002
    uid: UUID,
    kind: str,
    record: UUID,
    body: RecordWithdrawIn,
) -> dict[str, Any]:
    """A record is no longer believed; the answer is what it said."""
    declared, version = _to_change(request, id, uid, kind)
    found = _believed(declared, version, record)
    done = WithdrawRecord(
        page_user(request), clock.business_date(), found, declared.id, reason=body.reason
    ).execute()
    return _document(request, declared, done, version)


def _page(
    request: HttpRequest, register: Register, kind: RecordKind, query: RecordsQuery, entry: str
) -> dict[str, Any]:
    on, known_at = moment_of(query)
    user = page_user(request)
    fields = lists.visible(kind, policies.roles(user))
    asked_for = request.GET.copy()
    asked_for.update({"q": query.words})
    asked_for["entry"] = entry
    wanted = lists.wanted_of(kind, fields, asked_for)
    refused = filtering.errors(wanted.filters)
    if refused:
        raise InputError(f"筛选条件有 {len(refused)} 处无法识别。", refused)
    region = None
    if query.region is not None:
        region = Region.objects.filter(uid=query.region).first()
        if region is None:
            return {"total": 0, "records": [], "following": ""}
    reach = policies.reach(user, register.read_permission)
    entries = lists.readable_entries(kind, region, on, known_at, reach)
    rows = lists.records(kind, entries, on, known_at, wanted)
    ordered, order = lists.ordered(kind, rows, wanted.sort)
    found = keyset.page(ordered, order, query.cursor, query.limit)
    lists.with_versions(kind, found.rows, on, known_at)
    return {
        "total": keyset.count(rows).value,
        "records": [_document(request, kind, row, row.version) for row in found.rows],
        "following": found.next,
    }


def _to_change(request: HttpRequest, register_id: str, uid: UUID, kind: str) -> tuple[RecordKind, Version]:
    register = register_of(request, register_id)
    declared = asked(register, kind)
    version = version_of(request, register, uid, NOW)
    policies.require(page_user(request), declared.permission, version.region.path, (version.holder_id,))
    return declared, version


def _believed(kind: RecordKind, version: Version, record: UUID) -> Any:
    found = (
        believed_records(kind.id).filter(entry=version.entry, uid=record).select_related("entered_by").first()
    )
    if found is None:
        raise NotFoundError("没有找到这条记录，可能已经撤回。", record=str(record))
    found.entry = version.entry
    return found


def _document(request: HttpRequest, kind: RecordKind, record: Any, version: Version) -> dict[str, Any]:
    fields = lists.visible(kind, policies.roles(page_user(request)))
    return {
        "uid": record.uid,
        "row": record.pk,
        "entry": version.entry.uid,
        "entry_name": version.name,
        "on": record.on,
        "recorded_from": record.recorded_from,
        "recorded_by": record.entered_by.display_name if record.entered_by else None,
        "facts": facts_of(record, [*fields, *kind.derived]),
    }
