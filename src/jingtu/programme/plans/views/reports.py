"""Reporting on a task: the person's own open tasks, the form on a page of its own, what is sent with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jingtu.errors import (
    CellError,
    ConflictError,
    InputError,
    JingtuError,
    NotConfiguredError,
    PermissionDeniedError,
)
from jingtu.platform.evidence import photographs
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, by_script, needs, tell, uploads
from jingtu.platform.pages.offline import may_keep
from jingtu.platform.people import policies
from jingtu.programme.plans import queries, rules
from jingtu.programme.plans.actions.progress import ReportProgress
from jingtu.programme.plans.lifecycle import OPEN_STATES, TASK_LIFECYCLE
from jingtu.programme.plans.views.common import frame_of
from jingtu.programme.plans.views.tasks import own_organisation, report_fields, reporting_units

MOST_TASKS = 50


@needs("plans.task.report")
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Open tasks in which the person's own unit has a part, to be taken along where there is no network."""
    frame = frame_of(request)
    key = own_organisation(request)
    organisation = Organisation.objects.filter(pk=key).first() if key is not None else None
    rows: list[queries.TaskRow] = []
    if organisation is not None:
        wanted = queries.TaskFilter(states=("unfinished",), unit=str(organisation.uid))
        rows = queries.tasks(frame, wanted, "due", limit=MOST_TASKS).rows
    content = {"organisation": organisation, "rows": rows, "most": MOST_TASKS, "tab": "mine"}
    return may_keep(request, render(request, "plans/my_tasks.html", content))


@needs("plans.read")
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A unit reports on the task for a month, or corrects what it reported; asked for, the form alone."""
    if request.method == "POST":
        return _receive(request, uid)
    page = page_context(request)
    page.require_present()
    detail = queries.task_detail(uid, page.on, None, policies.reach(page_user(request), "plans.read"))
    state = detail.version.state
    if state not in OPEN_STATES:
        raise ConflictError(
            f"任务现为“{TASK_LIFECYCLE.state(state).label}”，需要补报请先重新打开。", state=state
        )
    units = reporting_units(request, detail, detail.version.region.path)
    if not units:
        raise PermissionDeniedError(
            "这项任务没有可以由您填报的单位；如工作需要，请联系本单位安全管理员授权。",
            permission="plans.task.report",
        )
    content = {"detail": detail, "reporting": units, "own_organisation": own_organisation(request)}
    content |= report_fields(request, detail)
    return may_keep(request, render(request, "plans/report.html", content))


def _receive(request: HttpRequest, uid: UUID) -> HttpResponse:
    data = request.POST
    user = page_user(request)
    if data.get("written_on"):
        # What was written without a network has its own day, whatever day this desk is looking at.
        page = page_context(request)
        request.jingtu = replace(page, on=page.today, known_at=None)  # type: ignore[attr-defined]
    on = page_context(request).on
    entry = queries.task_version(
        uid, on, page_context(request).known_at, policies.reach(user, "plans.read")
    ).entry
    organisation = _organisation(data.get("organisation", ""))
    if organisation is None:
        policies.require(user, "plans.task.report", None, [own_organisation(request)])
        raise InputError("请选择填报单位。")
    percent = data.get("percent", "").strip()
    period = data.get("period", "").strip()
    seen = dict(item.rsplit("=", 1) for item in data.getlist("seen") if "=" in item)
    replaces = seen.get(f"{organisation.uid}/{period}")
    address = reverse("task", args=[uid])
    try:
        if percent and not (percent.isascii() and percent.isdigit()):
            raise InputError("完成比例应为 0 至 100 的整数。")
        photos, files = uploads(request, "photos"), uploads(request)
        action = ReportProgress(
            user,
            _written_on(data.get("written_on", ""), on),
            entry,
            organisation=organisation,
            period=period,
            text=data.get("text", ""),
            state=data.get("state", ""),
            percent=int(percent) if percent else None,
            files=[*photos, *files],
            taken=photographs.read(data.getlist("photo_taken"), data.getlist("photo_position"), len(photos)),
            replaces=UUID(replaces) if replaces else None,
            key=UUID(data["key"]) if data.get("key") else None,
        )
    except (JingtuError, ValueError) as error:
        told = error if isinstance(error, JingtuError) else InputError("表单已过期，请刷新页面后重新填报。")
        if by_script(request):
            raise told from error
        tell(request, told)
        return HttpResponseRedirect(f"{address}#report")
    return act(request, action, done="进展已提交。", to=address, back=f"{address}#report")


def _written_on(text: str, today: date) -> date:
    """The business day of a report: today, or the day on which it was written without a network.

    Raises
    ------
    InputError
        No date, or one further back than the office accepts.
    """
    if not text:
        return today
    try:
        written = date.fromisoformat(text)
    except ValueError as error:
        raise InputError("填写日期应写成 2024-06-30 这样的年月日。", value=text[:20]) from error
    if written >= today:
        # The clock of a phone that runs ahead makes no report of tomorrow.
        return today
    days = rules.days_on("plan_offline_report", "days_back", today)
    if days is None:
        raise NotConfiguredError("没有设定离线填报可以补送的天数；请在有网络时打开任务重新填报。")
    if today - written > timedelta(days=days):
        message = f"这份进展写于{written.isoformat()}，超过可以补送的 {days} 日；请核对后打开任务重新填报。"
        raise InputError(message, [CellError(message, column="填写日期", value=text)])
    return written


def _organisation(text: str) -> Organisation | None:
    try:
        return Organisation.objects.filter(uid=UUID(text)).first()
    except ValueError:
        return None
