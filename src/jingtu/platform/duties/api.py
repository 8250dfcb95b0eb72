"""Duties over the API."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db.models.functions import Coalesce
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.errors import InputError
from jingtu.platform import clock
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties import detail, permissions, queries
from jingtu.platform.duties.actions import CheckDuty, CloseDuty, EscalateDuty
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.pages import keyset
from jingtu.platform.pages.context import page_user
from jingtu.platform.people import policies

router = Router(tags=["待办"])


class DutyOut(Schema):
    """What somebody owes for an entry; no ``due``: no rule or plan sets a day."""

    id: UUID
    entry: UUID
    register_id: str
    what: str
    due: date | None
    holder: str | None
    rule: str
    state: str
    step: str


class DutyBasisOut(Schema):
    """The rule and clause a duty rests on; ``valid_to`` is the first day it no longer holds."""

    source: str
    clause: str
    valid_from: date
    valid_to: date | None


class DutyFullOut(DutyOut):
    """A duty with its basis (none: 未配置), its warnings, and how it was closed."""

    raised_on: date
    basis: DutyBasisOut | None
    warnings: list[str]
    closed_on: date | None
    closing_note: str
    evidence: list[UUID] = Field(description="有效的佐证材料")


class DutyCloseIn(Schema):
    """Report a duty as done; files are uploaded on its page."""

    note: str = Field("", description="办理情况")
    evidence: list[UUID] = Field([], description="佐证材料，须已在此项待办上传")


class DutyCheckIn(Schema):
    """Accept a duty that waits for the second person, or send it back."""

    accept: bool
    note: str = Field("", description="核查意见，退回时必填")


class DutyEscalateIn(Schema):
    """Take a duty up the ladder."""

    step: Literal["reminded", "supervised", "interviewed", "accountability"]
    note: str = Field(description="依据或文号")


class DutiesOut(Schema):
    """One page of duties."""

    duties: list[DutyOut]
    following: str = Field(description="下一页的位置；空为最后一页")


class DutiesQuery(Schema):
    """Which day, and from where on."""

    on: date | None = Field(None, description="业务日期；不写时为今天")
    cursor: str = ""
    limit: int = Field(50, ge=1, le=500)


@router.get("/duties", response=DutiesOut, summary="待办列表")
def list_duties(request: HttpRequest, query: Query[DutiesQuery]) -> dict[str, Any]:
    """Duties open on a day within reach, the most pressing first."""
    policies.require_some(request.user, permissions.READ)
    reach = policies.reach(request.user, permissions.READ)
    rows = queries.due(query.on or clock.business_date(), reach).annotate(by_due=Coalesce("due", OPEN_DATE))
    found = keyset.page(rows, ["by_due", "id"], query.cursor, query.limit)
    return {"duties": [queries.document(item) for item in found.rows], "following": found.next}


@router.get("/duties/{uid}", response=DutyFullOut, summary="一项待办")
def get_duty(request: HttpRequest, uid: UUID, on: date | None = None) -> dict[str, Any]:
    """One duty with its basis, warnings and evidence."""
    return _full(detail.readable(page_user(request), uid), on or clock.business_date())


@router.post("/duties/{uid}/close", response=DutyFullOut, summary="办理待办")
def close_duty(request: HttpRequest, uid: UUID, body: DutyCloseIn) -> dict[str, Any]:
    """Report a duty as done; where its rule asks for a second person it then waits for the check."""
    user, today = page_user(request), clock.business_date()
    found = detail.readable(user, uid)
    policies.require(user, permissions.CLOSE, found.region_path, [found.holder_id])
    files = list(Attachment.objects.filter(uid__in=body.evidence, subject_uid=uid).select_related("file"))
    if len(files) != len(set(body.evidence)):
        raise InputError("佐证材料不属于此项待办，或已作废。")
    return _full(CloseDuty(user, today, found, body.note, files).execute(), today)


@router.post("/duties/{uid}/check", response=DutyFullOut, summary="核查待办")
def check_duty(request: HttpRequest, uid: UUID, body: DutyCheckIn) -> dict[str, Any]:
    """Accept a submitted duty or send it back, as a second person."""
    user, today = page_user(request), clock.business_date()
    found = detail.readable(user, uid)
    return _full(CheckDuty(user, today, found, accept=body.accept, note=body.note).execute(), today)


@router.post("/duties/{uid}/escalate", response=DutyFullOut, summary="督办")
def escalate_duty(request: HttpRequest, uid: UUID, body: DutyEscalateIn) -> dict[str, Any]:
    """Take a duty up the ladder: 提醒, 督办, 约谈, 问责."""
    user, today = page_user(request), clock.business_date()
    found = detail.readable(user, uid)
    return _full(EscalateDuty(user, today, found, Duty.Step(body.step), body.note).execute(), today)


def _full(duty: Duty, on: date) -> dict[str, Any]:
    files = detail.proofs(duty, on)
    basis = detail.basis_of(duty, on)
    over = duty.closed_on is not None and duty.closed_on <= on
    return queries.document(duty) | {
        "state": queries.state_on(duty, on),
        "raised_on": duty.raised_on,
        "basis": basis.to_json() if basis else None,
        "warnings": detail.warnings(duty, on, files, detail.happenings(duty, on)),
        "closed_on": duty.closed_on if over else None,
        "closing_note": duty.closing_note if over else "",
        "evidence": [item.uid for item in files if item.withdrawn_at is None],
    }
