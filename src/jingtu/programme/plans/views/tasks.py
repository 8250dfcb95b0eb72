"""The list of tasks, one task, and what units and the bureau do with it."""

from __future__ import annotations

from itertools import chain
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import InputError, NotFoundError
from jingtu.platform.evidence.showing import offer
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages import sheets, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell, uploads
from jingtu.platform.pages.keyset import Count
from jingtu.platform.people import policies
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.tabs import tabs
from jingtu.programme.plans import queries
from jingtu.programme.plans.actions.targets import PromoteQuantity
from jingtu.programme.plans.actions.tasks import CheckTask, ReopenTask, SubmitTask
from jingtu.programme.plans.lifecycle import TASK_LIFECYCLE
from jingtu.programme.plans.models import Progress, TaskQuantity, TaskUnit
from jingtu.programme.plans.tables import TASK_COLUMNS
from jingtu.programme.plans.views.common import frame_of, may

EXPORT_LIMIT = 100_000
VIEWS = (
    ("全部", ""),
    ("未完成", "state=unfinished"),
    ("本周到期", "due=week"),
    ("逾期", "due=overdue"),
    ("有风险", "state=at_risk"),
    ("待核查", "state=submitted"),
    ("本月未报", "reported=no"),
)


def task_filter(parameters: QueryDict) -> queries.TaskFilter:
    """The filter of a query string; what it does not know it leaves out."""
    unit = parameters.get("unit", "")
    try:
        unit = str(UUID(unit)) if unit else ""
    except ValueError as error:
        raise InputError("单位应从列表中选择。", value=unit) from error
    due, reported, role = (parameters.get(name, "") for name in ("due", "reported", "role"))
    return queries.TaskFilter(
        states=tuple(state for state in parameters.get("state", "").split(",") if state),
        unit=unit,
        role=role if role in TaskUnit.Role.values else "",
        section=parameters.get("section", "")[:200],
        words=parameters.get("q", "").strip()[:60],
        due=due if due in {"week", "month", "overdue"} else "",
        month_reported=reported if reported in {"yes", "no"} else "",
    )


def _sort(parameters: QueryDict) -> str:
    wanted = parameters.get("sort", "")
    return wanted if wanted in queries.SORTS else "position"


@needs("plans.read")
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The list of tasks: saved views, filters, columns, totals, paging."""
    frame = frame_of(request)
    wanted = task_filter(request.GET)
    found = queries.tasks(frame, wanted, _sort(request.GET), request.GET.get("after", ""))
    table = tables.build(
        TASK_COLUMNS,
        found.rows,
        request.GET,
        total=Count(found.total),
        next_cursor=found.following,
        previous_cursor=found.preceding,
        caption=f"{frame.region.name}{frame.year}年任务",
        empty="没有符合条件的任务",
        empty_hint="去掉一个筛选条件，或换一个年度再看。",
    )
    # Chips count the whole year; without a filter that is what the list has counted already.
    everything = found.counts if wanted == queries.TaskFilter() else queries.counts_by_state(frame)
    states = [(state.id, state.label) for state in TASK_LIFECYCLE.states]
    unit = Organisation.objects.filter(uid=wanted.unit).first() if wanted.unit else None
    shown = tables.query(request.GET)
    return render(
        request,
        "plans/tasks.html",
        {
            "table": table,
            "export_query": shown,
            "filters": [
                tables.chips("状态", "state", states, request.GET, everything),
                tables.chips(
                    "期限",
                    "due",
                    [("week", "本周到期"), ("month", "本月到期"), ("overdue", "逾期")],
                    request.GET,
                ),
                tables.chips("本月", "reported", [("yes", "已报进展"), ("no", "未报进展")], request.GET),
            ],
            "sections": [(name, count) for name, count in queries.sections(frame) if name],
            "wanted": wanted,
            "unit": unit,
            "roles": TaskUnit.Role.choices,
            "views": tabs(page_user(request), "tasks", VIEWS, shown),
            "shown": shown,
            "page_id": "tasks",
            "tab": "tasks",
        },
    )


def _open_duties(request: HttpRequest, detail: queries.TaskDetail) -> set[int]:
    """Keys of the task's duties whose pages the person may open."""
    reach = policies.reach(page_user(request), "duties.read")
    return {item.pk for item in detail.duties if reach.allows(item.region_path, [item.holder_id])}


@needs("plans.read")
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The list as a spreadsheet: the rows, the columns and the order that the page shows."""
    frame = frame_of(request)
    found = queries.tasks(frame, task_filter(request.GET), _sort(request.GET), "", EXPORT_LIMIT)
    columns = tables.choose(TASK_COLUMNS, request.GET)
    title = f"{frame.region.name}{frame.year}年任务清单"
    note = f"业务日期 {frame.on.isoformat()}，{timezone.localtime():%Y-%m-%d %H:%M} 导出，共 {found.total} 项"
    return sheets.response(
        title,
        [column.label for column in columns],
        ([column.export(row) for column in columns] for row in found.rows),
        note=note,
    )


@needs("plans.read")
@require_GET
def task(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One task: words, units with their lines, deadlines, figures, deliverables, timeline, next steps."""
    page = page_context(request)
    user = page_user(request)
    reach = policies.reach(user, "plans.read")
    detail = queries.task_detail(uid, page.on, page.known_at, reach)
    offer(user, chain.from_iterable(detail.attachments.values()), changing=not page.is_past)
    path = detail.version.region.path
    parts = queries.assigned(detail.entry, page.on, page.known_at)
    reporting = reporting_units(request, detail, path)
    submitted_by = next(
        (step.actor_id for step in reversed(detail.timeline) if step.transition == "submit"), None
    )
    open_state = detail.version.state in {"not_started", "in_progress", "at_risk"}
    return render(
        request,
        "plans/task.html",
        {
            "detail": detail,
            "facts": detail.facts,
            "detail_row": _row(detail),
            "steps": _steps(detail),
            "roles": _roles(detail),
            "timeline": _timeline(detail),
            "attachments": detail.attachments.get(str(detail.entry.uid), []),
            "own_organisation": own_organisation(request),
            "reporting": reporting,
            "reporting_keys": {unit.organisation_id for unit in reporting} if open_state else set(),
            "may_report": bool(reporting) and open_state,
            "may_submit": open_state and may(request, "plans.task.report", path, parts),
            "may_check": detail.version.state == "submitted" and may(request, "plans.task.check", path),
            "own_submission": submitted_by is not None and submitted_by == user.pk,
            "may_reopen": detail.version.state in {"done", "dropped"}
            and may(request, "plans.task.reopen", path),
            "correcting": _correcting(request, detail),
            "may_promote": may(request, "plans.target.edit", path),
            **report_fields(request, detail),
            "sees_plan": reach.allows(path),
            "own_units": reach.organisations,
            "open_duties": _open_duties(request, detail),
            "tab": "tasks",
        },
    )


def report_fields(request: HttpRequest, detail: queries.TaskDetail) -> dict[str, Any]:
    """What the form of a report shows, on the page of the task and on a page of its own."""
    return {
        "seen": [
            f"{line.unit.organisation.uid}/{item.period}={item.uid}"
            for line in _flat(detail.lines)
            if line.unit.organisation is not None
            for item in line.reports
        ],
        "progress_states": Progress.State.choices,
        "period": f"{page_context(request).on:%Y-%m}",
        "served": timezone.localdate(),
    }


def reporting_units(request: HttpRequest, detail: queries.TaskDetail, path: str) -> list[TaskUnit]:
    """Units whose progress the user may report: the own one, or, for the bureau, any of the task."""
    found: dict[int, TaskUnit] = {}
    for line in _flat(detail.lines):
        unit = line.unit
        if unit.organisation_id and may(request, "plans.task.report", path, (unit.organisation_id,)):
            found.setdefault(unit.organisation_id, unit)
    return list(found.values())


def _row(detail: queries.TaskDetail) -> SimpleNamespace:
    return SimpleNamespace(
        state=detail.version.state,
        tone=detail.tone,
        state_label=detail.state_label,
        overdue_days=detail.overdue_days,
    )


def _roles(detail: queries.TaskDetail) -> list[tuple[str, list[queries.ProgressLine]]]:
    found: dict[str, list[queries.ProgressLine]] = {}
    for line in detail.lines:
        found.setdefault(TaskUnit.Role(line.unit.role).label, []).append(line)
    return list(found.items())


def _timeline(detail: queries.TaskDetail) -> list[dict[str, Any]]:
    labels = {move.id: move.label for move in TASK_LIFECYCLE.moves}
    return [
        {
            "label": labels.get(step.transition) or TASK_LIFECYCLE.state(step.to_state).label,
            "on": step.on,
            "actor": step.actor,
            "reason": step.reason,
        }
        for step in reversed(detail.timeline)
    ]


def own_organisation(request: HttpRequest) -> int | None:
    """Key of the organisation that the person works for."""
    keys = [item.organisation_id for item in policies.memberships(page_user(request)) if item.organisation_id]
    return keys[0] if keys else None


def _flat(lines: list[queries.ProgressLine]) -> list[queries.ProgressLine]:
    found = []
    for line in lines:
        found += _flat(line.members) if line.members else [line]
    return found


def _steps(detail: queries.TaskDetail) -> list[dict[str, str]]:
    """The lifecycle drawn: the usual way, with the present state lit."""
    now = detail.version.state
    order = ["not_started", "in_progress", "submitted", "done"]
    if now not in order:
        order.insert(2, now) if now == "at_risk" else order.append(now)
    place = order.index(now)
    return [
        {
            "label": TASK_LIFECYCLE.state(state).label,
            "css": "stage-now" if index == place else ("stage-past" if index < place else ""),
        }
        for index, state in enumerate(order)
    ]


def _correcting(request: HttpRequest, detail: queries.TaskDetail) -> Progress | None:
    """The report that the person wants to correct, where it is one of those shown."""
    wanted = request.GET.get("correct", "")
    for line in _flat(detail.lines):
        for report in line.reports:
            if str(report.uid) == wanted:
                return report
    return None


def _entry(request: HttpRequest, uid: UUID) -> Entry:
    """The task, where the user may know of it."""
    page = page_context(request)
    reach = policies.reach(page_user(request), "plans.read")
    return queries.task_version(uid, page.on, page.known_at, reach).entry


@needs("plans.read")
@require_POST
def submit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The lead unit claims the task finished, with evidence."""
    entry = _entry(request, uid)
    address = reverse("task", args=[uid])
    try:
        files = uploads(request)
    except InputError as error:
        tell(request, error)
        return HttpResponseRedirect(address)
    action = SubmitTask(
        page_user(request), page_context(request).on, entry, reason=request.POST.get("text", ""), files=files
    )
    return act(request, action, done="已提交办结，等待另一人核查。", to=address)


@needs("plans.read")
@require_POST
def check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A second person accepts the submission, or returns it."""
    entry = _entry(request, uid)
    accept = request.POST.get("decision") == "accept"
    action = CheckTask(
        page_user(request),
        page_context(request).on,
        entry,
        accept=accept,
        reason=request.POST.get("reason", ""),
    )
    done = "已核查办结。" if accept else "已退回整改。"
    return act(request, action, done=done, to=reverse("task", args=[uid]))


@needs("plans.read")
@require_POST
def reopen(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Open a finished or cancelled task again."""
    entry = _entry(request, uid)
    action = ReopenTask(
        page_user(request), page_context(request).on, entry, reason=request.POST.get("reason", "")
    )
    return act(request, action, done="任务已重新打开。", to=reverse("task", args=[uid]))


@needs("plans.read")
@require_POST
def promote(request: HttpRequest, uid: UUID, quantity: UUID) -> HttpResponse:
    """A figure of the task becomes a target."""
    entry = _entry(request, uid)
    found = TaskQuantity.objects.filter(uid=quantity, entry=entry).first()
    if found is None:
        raise NotFoundError("没有找到这项数量要求，请刷新页面。")
    action = PromoteQuantity(page_user(request), page_context(request).on, found)
    return act(
        request,
        action,
        done="已设为目标，今后在“今年”页跟踪。",
        to=lambda made: reverse("target", args=[made.uid]),
        back=reverse("task", args=[uid]),
    )
