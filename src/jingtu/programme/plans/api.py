"""The plans app on the API: plans, tasks, progress, targets, readings."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.errors import NotFoundError, PermissionDeniedError
from jingtu.platform import clock
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages.context import page_user
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.programme.plans import actions, queries
from jingtu.programme.plans.models import Plan, Target
from jingtu.programme.plans.targets import read

router = Router(tags=["计划"])


class Moment(Schema):
    """The two times of every question."""

    on: date | None = Field(None, description="业务日期；不写时为今天")
    known_at: datetime | None = Field(None, description="只看这一时刻以前录入的内容")


class Place(Moment):
    """Which region's year, and when."""

    region: UUID = Field(description="行政区的标识")
    year: int | None = Field(None, ge=2000, le=2099)


class PlanOut(Schema):
    """A plan document and how far it is."""

    uid: UUID
    title: str
    region: UUID
    region_name: str
    year: int
    issue_number: str
    issued_on: date | None
    issuer: str
    state: str
    effective_from: date | None
    amends: UUID | None
    is_example: bool


class UnitOut(Schema):
    """A unit's part in a task."""

    name: str
    role: str
    uid: UUID | None
    scope: str


class TaskOut(Schema):
    """One line of the list of tasks."""

    uid: UUID
    number: str
    section: str
    title: str
    state: str
    due: date | None
    overdue_days: int
    units: list[UnitOut]
    percent: int | None
    progress_text: str
    progress_on: date | None


class TasksOut(Schema):
    """One page of tasks, with totals over all pages."""

    total: int
    counts: dict[str, int]
    tasks: list[TaskOut]
    following: str = Field(description="下一页的位置；空为最后一页")


class TaskQuery(Place):
    """Filters, sort and place of the list of tasks."""

    state: list[str] = Field([], description="状态；另有 overdue、unfinished")
    unit: UUID | None = None
    words: str = Field("", max_length=60)
    sort: str = "position"
    cursor: str = ""
    limit: int = Field(50, ge=1, le=500)


class ReportOut(Schema):
    """One unit's report for one month."""

    uid: UUID
    organisation: UUID
    unit: str
    period: str
    state: str
    text: str
    percent: int | None
    on: date
    recorded_from: datetime


class TaskDetailOut(Schema):
    """A task with all that hangs on it."""

    uid: UUID
    title: str
    text: str
    section: str
    number: str
    state: str
    due: date | None
    overdue_days: int
    unit_text: str
    units: list[UnitOut]
    deadlines: list[dict[str, Any]]
    quantities: list[dict[str, Any]]
    deliverables: list[dict[str, Any]]
    progress: list[ReportOut]
    warnings: list[str]


class ProgressIn(Schema):
    """A report as a client sends it."""

    organisation: UUID
    period: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", examples=["2024-06"])
    text: str = Field(max_length=5000)
    state: str = "in_progress"
    percent: int | None = Field(None, ge=0, le=100)
    replaces: UUID | None = Field(None, description="更正时写明所更正的那一条")


class ReadingIn(Schema):
    """A reading as a client sends it."""

    on: date
    value: Decimal | None = Field(None, max_digits=20, decimal_places=6)
    text: str = Field("", max_length=120)
    numerator: Decimal | None = Field(None, max_digits=20, decimal_places=6)
    denominator: Decimal | None = Field(None, max_digits=20, decimal_places=6)
    note: str = Field("", max_length=300)


class ReadingKept(Schema):
    """A reading as it was kept."""

    uid: UUID
    on: date
    value: Decimal | None
    text: str


def _require_reader(request: HttpRequest) -> policies.Reach:
    """The reach of a reader; who reads no plan at all is told so."""
    reach = policies.reach(request.user, "plans.read")
    if not reach:
        raise PermissionDeniedError("您没有“查看计划”的权限。", permission="plans.read")
    return reach


def _sees_draft(request: HttpRequest, plan: Plan) -> bool:
    """Drafts are seen by those who load and confirm plans there."""
    return any(
        policies.reach(request.user, name).allows(plan.region.path)
        for name in ("plans.load", "plans.confirm")
    )


def _frame(request: HttpRequest, query: Place) -> queries.Frame:
    region = Region.objects.prefetch_related("names").filter(uid=query.region).first()
    reach = _require_reader(request)
    on = query.on or clock.business_date()
    if region is None:
        raise NotFoundError("没有找到这个行政区", region=str(query.region))
    frame = queries.Frame(region, query.year or on.year, on, query.known_at, reach)
    if not frame.sees_region and not reach.organisations:
        raise NotFoundError("没有找到这个行政区", region=str(query.region))
    return frame


def _plan_out(plan: Plan) -> dict[str, Any]:
    names = ("uid", "title", "year", "issue_number", "issued_on", "issuer", "state", "effective_from")
    return {name: getattr(plan, name) for name in names} | {
        "region": plan.region.uid,
        "region_name": plan.region.name,
        "amends": plan.amends.uid if plan.amends else None,
        "is_example": plan.is_example,
    }


def _readable_plan(request: HttpRequest, uid: UUID) -> Plan:
    plan = Plan.objects.select_related("region", "amends").filter(uid=uid).first()
    reach = policies.reach(request.user, "plans.read")
    missing = NotFoundError("没有找到这份计划", uid=str(uid))
    if plan is None or not reach.allows(plan.region.path):
        raise missing
    if plan.state in {Plan.State.DRAFT, Plan.State.DISCARDED} and not _sees_draft(request, plan):
        raise missing
    return plan


@router.get("/plans", response=list[PlanOut], summary="计划列表")
def list_plans(request: HttpRequest, year: int | None = None) -> list[dict[str, Any]]:
    """Plans within reach, the newest year first; drafts for those who review them."""
    reach = _require_reader(request)
    found = Plan.objects.filter(reach.q("region__path")).exclude(state=Plan.State.DISCARDED)
    if year is not None:
        found = found.filter(year=year)
    listed = found.select_related("region", "amends").prefetch_related("region__names")
    newest = listed.order_by("-year", "region__path", "-pk")[:500]
    return [
        _plan_out(plan) for plan in newest if plan.state != Plan.State.DRAFT or _sees_draft(request, plan)
    ]


@router.get("/plans/{uid}", response=PlanOut, summary="一份计划")
def get_plan(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """One plan document."""
    return _plan_out(_readable_plan(request, uid))


@router.get("/plans/{uid}/status", response=dict[str, Any], summary="计划进度")
def plan_status(request: HttpRequest, uid: UUID, moment: Query[Moment]) -> dict[str, Any]:
    """Readings of the targets and the state of every task, as ``jingtu plan status`` prints them."""
    plan = _readable_plan(request, uid)
    reach = policies.reach(request.user, "plans.read")
    on = moment.on or clock.business_date()
    return queries.status(queries.Frame(plan.region, plan.year, on, moment.known_at, reach))


@router.get("/tasks", response=TasksOut, summary="任务列表")
def list_tasks(request: HttpRequest, query: Query[TaskQuery]) -> dict[str, Any]:
    """Tasks of a region's year, filtered, page by page."""
    wanted = queries.TaskFilter(
        states=tuple(query.state), unit=str(query.unit) if query.unit else "", words=query.words
    )
    page = queries.tasks(_frame(request, query), wanted, query.sort, query.cursor, query.limit)
    return {"total": page.total, "counts": page.counts, "tasks": page.rows, "following": page.following}


@router.get("/tasks/{uid}", response=TaskDetailOut, summary="一项任务")
def get_task(request: HttpRequest, uid: UUID, moment: Query[Moment]) -> dict[str, Any]:
    """One task with units, dates, figures, documents and everything reported on it."""
    on = moment.on or clock.business_date()
    reach = policies.reach(request.user, "plans.read")
    detail = queries.task_detail(uid, on, moment.known_at, reach)
    facts = detail.facts
    lines = [part for line in detail.lines for part in (line, *line.members)]
    reports = {report.uid: (report, line) for line in lines for report in line.reports}
    return {
        "uid": detail.entry.uid,
        "title": detail.version.name,
        "text": facts.text,
        "section": facts.section,
        "number": facts.number,
        "state": detail.version.state,
        "due": facts.due,
        "overdue_days": detail.overdue_days,
        "unit_text": facts.unit_text,
        "units": [
            {
                "name": line.name,
                "role": line.unit.role,
                "uid": line.unit.organisation.uid if line.unit.organisation else None,
                "scope": line.unit.scope,
            }
            for line in lines
        ],
        "deadlines": [
            {"text": item.text, "due": item.due, "recurrence": item.recurrence or None, "kind": item.kind}
            for item in detail.deadlines
        ],
        "quantities": [{"uid": item.uid, **item.content} for item in detail.quantities],
        "deliverables": [
            {
                "uid": item.entry.uid,
                "name": item.name,
                "state": item.state,
                "issue_number": item.deliverablefacts.issue_number,
            }
            for item in detail.deliverables
        ],
        "progress": [_report_out(report, line.unit.organisation) for report, line in reports.values()],
        "warnings": detail.warnings,
    }


def _report_out(report: Any, organisation: Organisation | None) -> dict[str, Any]:
    assert organisation is not None
    names = ("uid", "period", "state", "text", "percent", "on", "recorded_from")
    return {name: getattr(report, name) for name in names} | {
        "organisation": organisation.uid,
        "unit": organisation.name,
    }


@router.post("/tasks/{uid}/progress", response={201: ReportOut}, summary="填报进展")
def report_progress(request: HttpRequest, uid: UUID, body: ProgressIn) -> tuple[int, dict[str, Any]]:
    """Report one unit's month on a task; ``replaces`` corrects a report that is there."""
    on = clock.business_date()
    reach = policies.reach(request.user, "plans.read")
    entry = queries.task_version(uid, on, None, reach).entry
    organisation = Organisation.objects.filter(uid=body.organisation).first()
    if organisation is None:
        raise NotFoundError("没有找到这个单位", uid=str(body.organisation))
    report = actions.ReportProgress(
        page_user(request), on, entry, organisation=organisation, period=body.period, text=body.text,
        state=body.state, percent=body.percent, replaces=body.replaces,
    ).execute()  # fmt: skip
    return 201, _report_out(report, organisation)


@router.get("/targets", response=list[dict[str, Any]], summary="目标和读数")
def list_targets(request: HttpRequest, query: Query[Place]) -> list[dict[str, Any]]:
    """Targets of a region's year with their readings."""
    return [reading.to_json() for reading in queries.target_readings(_frame(request, query))]


@router.get("/targets/{uid}/reading", response=dict[str, Any], summary="目标的读数")
def get_reading(request: HttpRequest, uid: UUID, moment: Query[Moment]) -> dict[str, Any]:
    """What a target reads on a day, as known at a moment."""
    on = moment.on or clock.business_date()
    return read(_target(request, uid), on, moment.known_at).to_json()


@router.post("/targets/{uid}/readings", response={201: ReadingKept}, summary="人工填报读数")
def enter_reading(request: HttpRequest, uid: UUID, body: ReadingIn) -> tuple[int, Any]:
    """Type in what a target reads on a day; the same day again is a correction."""
    return 201, actions.EnterTargetReading(
        page_user(request), body.on, _target(request, uid), value=body.value, text=body.text,
        numerator=body.numerator, denominator=body.denominator, note=body.note,
        today=clock.business_date(),
    ).execute()  # fmt: skip


def _target(request: HttpRequest, uid: UUID) -> Target:
    target = Target.objects.select_related("plan", "region").filter(uid=uid).first()
    reach = policies.reach(request.user, "plans.read")
    if target is None or not reach.allows(target.region.path):
        raise NotFoundError("没有找到这个目标", uid=str(uid))
    return target
