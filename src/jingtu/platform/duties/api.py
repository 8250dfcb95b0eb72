"""Duties over the API."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from ninja import Field, Query, Router, Schema

from jingtu.errors import InputError
from jingtu.platform import clock
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties import detail, lists, permissions, queries, steps
from jingtu.platform.duties.actions import CheckDuty, CloseDuty, ReinstateDuty, WaiveDuty
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
    period: str
    due_note: str = Field(description="没有期限时的原因")
    warn_on: date | None = Field(description="提醒期的第一天")


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
    met_on: date | None = Field(description="实际完成的日期")
    closed_by: str | None = Field(description="由哪条记录或哪次流转办结；人工办结时没有")
    steps: list[DutyStepOut] = Field(description="督促的各步，按先后")
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
    """Take a duty to a rung of the ladder; to a lower one only with a note."""

    step: Literal["none", "reminded", "supervised", "interviewed", "accountability"]
    note: str = Field("", description="依据；退回到更低一级时为理由，必填")
    number: str = Field("", description="文号；依据和文号至少填一项")


class DutyWaiveIn(Schema):
    """Let a duty go, or take that back."""

    note: str = Field(description="理由")
    again: bool = Field(False, description="恢复已免除的待办")


class DutyStepOut(Schema):
    """One step on the ladder."""

    step: str
    before: str
    on: date
    actor: str | None = Field(description="办理人；没有时为系统自动标记")
    number: str
    note: str


class DutiesOut(Schema):
    """One page of duties."""

    duties: list[DutyOut]
    following: str = Field(description="下一页的位置；空为最后一页")


class DutiesQuery(Schema):
    """Which day, and from where on."""

    on: date | None = Field(None, description="业务日期；不写时为今天")
    register_id: str = Field("", description="清单")
    rule: str = Field("", description="职责规则")
    state: str = Field("", description="状态；不写时为未办结的")
    step: str = Field("", description="督促到哪一级")
    when: str = Field("", description="overdue、warn、week、month 或 none")
    holder: UUID | None = Field(None, description="责任单位")
    place: UUID | None = Field(None, description="行政区，含其下级")
    cursor: str = ""
    limit: int = Field(50, ge=1, le=500)


@router.get("/duties", response=DutiesOut, summary="待办列表")
def list_duties(request: HttpRequest, query: Query[DutiesQuery]) -> dict[str, Any]:
    """Duties open on a day within reach, the most pressing first."""
    policies.require_some(request.user, permissions.READ)
    asked = QueryDict(mutable=True)
    for name in ("rule", "state", "step", "when"):
        asked[name] = getattr(query, name)
    asked["register"] = query.register_id
    asked["unit"], asked["place"] = str(query.holder or ""), str(query.place or "")
    rows = lists.within(
        policies.reach(request.user, permissions.READ), query.on or clock.business_date(), asked
    )
    found = keyset.page(
        rows.annotate(by_due=Coalesce("due", OPEN_DATE)), ["by_due", "id"], query.cursor, query.limit
    )
    return {"duties": [queries.full_document(item) for item in found.rows], "following": found.next}


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
    """Take a duty up the ladder 提醒, 督办, 约谈, 问责, or back down for a reason."""
    user, today = page_user(request), clock.business_date()
    found = detail.readable(user, uid)
    step = Duty.Step(body.step)
    return _full(steps.step_to(user, today, found, step, body.note, number=body.number), today)


@router.post("/duties/{uid}/waive", response=DutyFullOut, summary="免除待办")
def waive_duty(request: HttpRequest, uid: UUID, body: DutyWaiveIn) -> dict[str, Any]:
    """Let a duty go for a stated reason; it is never counted as done. With ``again`` it is owed again."""
    user, today = page_user(request), clock.business_date()
    action = ReinstateDuty if body.again else WaiveDuty
    return _full(action(user, today, detail.readable(user, uid), body.note).execute(), today)


def _full(duty: Duty, on: date) -> dict[str, Any]:
    files = detail.proofs(duty, on)
    basis = detail.basis_of(duty, on)
    over = duty.closed_on is not None and duty.closed_on <= on
    met = detail.met_by(duty, on)
    return queries.full_document(duty) | {
        "state": queries.state_on(duty, on),
        "raised_on": duty.raised_on,
        "basis": basis.to_json() if basis else None,
        "warnings": detail.warnings(duty, on, files, detail.happenings(duty, on)),
        "closed_on": duty.closed_on if over else None,
        "closing_note": duty.closing_note if over else "",
        "met_on": duty.met_on if over else None,
        "closed_by": met.label if met and over else None,
        "steps": [
            {
                "step": item.step,
                "before": item.before,
                "on": item.on,
                "number": item.number,
                "note": item.note,
                "actor": item.actor.display_name if item.actor else None,
            }
            for item in steps.taken_by(duty, on)
        ],
        "evidence": [item.uid for item in files if item.withdrawn_at is None],
    }
