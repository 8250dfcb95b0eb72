"""Entering, changing and correcting entries over the API, taking a move back, and how an entry came about."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from ninja import Field, Query, Schema

from jingtu.errors import CellError, InputError
from jingtu.platform import clock
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages.context import page_user
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import timeline
from jingtu.platform.registers.actions import ChangeFacts, CorrectFacts, CreateEntry
from jingtu.platform.registers.api.common import (
    NOW,
    EntryOut,
    Moment,
    Value,
    document,
    moment_of,
    past_day,
    register_of,
    version_of,
)
from jingtu.platform.registers.api.entries import router
from jingtu.platform.registers.enterprises import enlisted
from jingtu.platform.registers.exchange.exporting import visible_fields
from jingtu.platform.registers.exchange.places import Organisations
from jingtu.platform.registers.moves import RevokeMove


class EntryIn(Schema):
    """A new entry."""

    name: str = Field(max_length=200)
    region: UUID = Field(description="行政区的标识")
    code: str = Field("", max_length=60)
    holder: str = Field(
        "", max_length=120, description="责任单位的全称或统一社会信用代码；企业清单不写时按名称"
    )
    state: str = Field("", description="起始状态；不写时为第一个起始状态")
    on: date | None = Field(None, description="登记日期；不写时为今天")
    facts: dict[str, Value] = {}


class ChangeIn(Schema):
    """Columns that are different from a day on."""

    on: date | None = Field(None, description="自哪一天起；不写时为今天")
    name: str | None = Field(None, max_length=200)
    holder: str | None = Field(None, max_length=120, description="责任单位的全称或统一社会信用代码，空为没有")
    facts: dict[str, Value] = {}
    reason: str = Field("", max_length=300)
    version: int | None = Field(None, description="所见版本；他人已改时拒绝")


class CorrectionIn(ChangeIn):
    """Columns that were said wrongly of an interval."""

    until: date | None = Field(None, description="到哪一天为止（不含）；不写为至今")


class RevokeIn(Schema):
    """Why the last move is taken back."""

    reason: str = Field(max_length=300)
    version: int | None = Field(None, description="所见版本；他人已改时拒绝")


class ChangedColumn(Schema):
    """One column before and after, in words."""

    label: str
    old: str
    new: str


class BeliefOut(Schema):
    """What was said of an interval, and between which moments it was believed."""

    effective_from: date
    effective_to: date | None
    recorded_from: datetime
    recorded_to: datetime | None
    state: str
    recorded_by: str
    reason: str
    changes: list[ChangedColumn]


class HappeningOut(Schema):
    """A move of the entry, in both times."""

    label: str
    state: str
    on: date
    at: datetime
    actor: str | None
    reason: str


class HistoryOut(Schema):
    """How an entry came to be what it is."""

    moves: list[HappeningOut]
    versions: list[BeliefOut]


@router.post("/registers/{id}/entries", response=EntryOut, summary="登记条目")
def create_entry(request: HttpRequest, id: str, body: EntryIn) -> dict[str, Any]:  # noqa: A002
    """Enter something new on a register.

    Where an entry is held by the enterprise itself, one that nobody knows yet is entered with it, and so is a
    plant that the columns name; a match that could be wrong is refused (422) with the field that it is about.
    """
    register, user = register_of(request, id), page_user(request)
    policies.require_some(user, register.edit_permission)
    region = Region.objects.filter(uid=body.region).first()
    if region is None:
        raise InputError("没有这个行政区。", [CellError("没有这个行政区", column="行政区")])
    policies.require(user, register.edit_permission, region.path)
    on, facts = past_day(body.on, "登记日期"), dict(body.facts)
    with transaction.atomic():
        if register.enterprise is not None:
            said = body.holder.strip() or body.name
            holder: Organisation | None = enlisted(user, register, region, on, said, facts)
        else:
            holder = _holder(body.holder, region)
        made = CreateEntry(
            user,
            on,
            register.id,
            {"name": body.name, "region": region, "holder": holder},
            facts,
            code=body.code,
            state=body.state or None,
        ).execute()
    return document(request, register, version_of(request, register, made.uid, NOW))


@router.post("/registers/{id}/entries/{uid}/changes", response=EntryOut, summary="变更条目")
def change_entry(request: HttpRequest, id: str, uid: UUID, body: ChangeIn) -> dict[str, Any]:  # noqa: A002
    """Something became different on a day."""
    return _changed(request, id, uid, body, None)


@router.post("/registers/{id}/entries/{uid}/corrections", response=EntryOut, summary="更正条目")
def correct_entry(request: HttpRequest, id: str, uid: UUID, body: CorrectionIn) -> dict[str, Any]:  # noqa: A002
    """What was said of an interval was wrong; what was said stays known."""
    return _changed(request, id, uid, body, body.until or OPEN_DATE)


@router.post("/registers/{id}/entries/{uid}/revoke", response=EntryOut, summary="撤回最近一次流转")
def revoke_move(request: HttpRequest, id: str, uid: UUID, body: RevokeIn) -> dict[str, Any]:  # noqa: A002
    """The last move is believed not to have happened."""
    register, user = register_of(request, id), page_user(request)
    version = version_of(request, register, uid, NOW)
    policies.require(user, register.edit_permission, version.region.path, (version.holder_id,))
    RevokeMove(
        user, clock.business_date(), version.entry, reason=body.reason, expected_version=body.version
    ).execute()
    return document(request, register, version_of(request, register, uid, NOW))


@router.get("/registers/{id}/entries/{uid}/history", response=HistoryOut, summary="条目的经过")
def entry_history(request: HttpRequest, id: str, uid: UUID, query: Query[Moment]) -> dict[str, Any]:  # noqa: A002
    """Moves and versions in both times, the latest recorded first."""
    register = register_of(request, id)
    version = version_of(request, register, uid, query)
    on, known_at = moment_of(query)
    fields = visible_fields(register, policies.roles(request.user))
    return {
        "moves": [
            {
                "label": item.label, "state": item.target, "on": item.on, "at": item.at,
                "actor": item.actor.display_name if item.actor else None, "reason": item.reason,
            }
            for item in timeline.transitions(register, version.entry, on, known_at)
        ],
        "versions": [
            {
                "effective_from": item.effective_from, "effective_to": item.effective_to,
                "recorded_from": item.recorded_from, "recorded_to": item.recorded_to, "state": item.state,
                "recorded_by": item.who, "reason": item.reason,
                "changes": [{"label": label, "old": old, "new": new} for label, old, new in item.changes],
            }
            for item in timeline.beliefs(register, version.entry, fields, known_at)
        ],
    }  # fmt: skip


def _changed(
    request: HttpRequest, register_id: str, uid: UUID, body: ChangeIn, until: date | None
) -> dict[str, Any]:
    register, user = register_of(request, register_id), page_user(request)
    version = version_of(request, register, uid, NOW)
    policies.require(user, register.edit_permission, version.region.path, (version.holder_id,))
    header: dict[str, Any] = {}
    if body.name is not None:
        header["name"] = body.name
    if body.holder is not None:
        header["holder"] = _holder(body.holder, version.region)
    on = past_day(body.on, "日期") if until is None else (body.on or clock.business_date())
    shared: dict[str, Any] = {
        "facts": body.facts,
        "header": header,
        "reason": body.reason,
        "expected_version": body.version,
        "seen_on": clock.business_date(),
    }
    if until is None:
        ChangeFacts(user, on, version.entry, **shared).execute()
    else:
        CorrectFacts(user, on, version.entry, until=until, **shared).execute()
    return document(request, register, version_of(request, register, uid, NOW))


def _holder(text: str, region: Region) -> Organisation | None:
    if not text.strip():
        return None
    try:
        return Organisations().find(text.strip(), region)
    except ValueError as error:
        raise InputError(str(error), [CellError(str(error), column="holder", value=text[:80])]) from error
