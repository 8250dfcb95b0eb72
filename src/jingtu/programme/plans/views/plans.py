"""Plan documents: the list, a new one, one in force, confirming, carrying over."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import InputError, NotFoundError, PermissionDeniedError
from jingtu.platform.evidence.views import download
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs
from jingtu.platform.people import policies
from jingtu.platform.registers.versions import at
from jingtu.programme.plans import marks, queries
from jingtu.programme.plans.actions import (
    CarryOver,
    Confirmed,
    ConfirmPlan,
    DiscardPlan,
    LoadPlan,
    unfinished,
)
from jingtu.programme.plans.models import DraftItem, Plan, Target
from jingtu.programme.plans.queries.scope import Frame, live_tasks
from jingtu.programme.plans.views.common import frame_of, may, readable_plan


@needs("plans.read")
@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    """Plan documents of the region, the newest year first."""
    frame = frame_of(request)
    found: list[Plan] = []
    if frame.sees_region:
        rows = Plan.objects.filter(region=frame.region).exclude(state=Plan.State.DISCARDED)
        if not _reviews(request, frame.region.path):
            rows = rows.exclude(state=Plan.State.DRAFT)
        found = list(rows.defer("text", "reading").select_related("uploaded_by").order_by("-year", "-id"))
    return render(
        request,
        "plans/plans.html",
        {
            "plans": found,
            "sees_region": frame.sees_region,
            "may_load": may(request, "plans.load", frame.region.path),
            "tab": "plans",
        },
    )


def _reviews(request: HttpRequest, path: str) -> bool:
    user = page_user(request)
    return any(policies.reach(user, name).allows(path) for name in ("plans.load", "plans.confirm"))


@needs("plans.load")
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Read a plan document into a draft and go on to its review."""
    page = page_context(request)
    page.require_present()
    document = request.FILES.get("file")
    if document is None or document.size is None:
        raise InputError("请选择一份计划文件（Word、PDF 或文本）。")
    if document.size > settings.UPLOAD_BYTES:
        raise InputError(f"文件超过 {settings.CONFIG.upload_mib} MB；计划正文通常不到 5 MB，请另存后再传。")
    year = request.POST.get("year", "")
    region = page.require_region() if request.POST.get("region") == "here" else None
    loaded = LoadPlan(
        page_user(request),
        page.on,
        file_name=document.name or "计划",
        content=document.read(),
        region=region,
        year=int(year) if year.isascii() and year.isdigit() else None,
    ).execute()
    found = loaded.plan
    context = f"region={found.region.uid}&year={found.year}"
    name = "plan_review" if found.state == Plan.State.DRAFT else "plan"
    return HttpResponseRedirect(f"{reverse(name, args=[found.uid])}?{context}")


@needs("plans.read")
@require_GET
def plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A plan document: what it set, its text with the words marked, the amendments."""
    page = page_context(request)
    found = readable_plan(request, uid)
    if found.state == Plan.State.DRAFT:
        return HttpResponseRedirect(reverse("plan_review", args=[uid]))
    reach = policies.reach(page_user(request), "plans.read")
    frame = Frame(found.region, found.year, page.on, page.known_at, reach)
    targets = list(Target.objects.filter(at(page.on, page.known_at), plan=found, parent=None))
    tasks = list(
        live_tasks(frame)
        .filter(taskfacts__plan=found)
        .select_related("entry", "taskfacts")
        .order_by("taskfacts__position")
    )
    found_marks = [
        mark
        for target in targets
        for mark in marks.marks_of("target", {"spans": target.spans}, reverse("target", args=[target.uid]))
    ]
    found_marks += [
        mark
        for version in tasks
        for mark in marks.marks_of(
            "task", {"spans": version.taskfacts.spans}, reverse("task", args=[version.entry.uid])
        )
    ]
    return render(
        request,
        "plans/plan.html",
        {
            "plan": found,
            "targets": targets,
            "tasks": tasks,
            "segments": marks.segments(found.text, found_marks),
            "span": request.GET.get("span", ""),
            "amendments": found.amendments.exclude(state=Plan.State.DISCARDED).defer("text", "reading"),
            "may_load": may(request, "plans.load", found.region.path),
            "unfinished": _unfinished_before(found),
            "tab": "plans",
        },
    )


def _unfinished_before(found: Plan) -> int:
    """Tasks of the year before that were never finished: they may be carried over."""
    frame = Frame(found.region, found.year - 1, date(found.year - 1, 12, 31))
    counts = queries.counts_by_state(frame)
    return sum(counts[state] for state in ("not_started", "in_progress", "at_risk", "submitted"))


@needs("plans.read")
@require_GET
def file(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The document as it was uploaded."""
    found = readable_plan(request, uid)
    if found.file is None:
        raise NotFoundError("这份计划没有保存原始文件。")
    return download(found.file, found.file_name)  # type: ignore[return-value]  # a file is streamed


def progress_of(found: Plan) -> dict[str, int]:
    """How far the review is: items by state."""
    states = list(found.items.exclude(state=DraftItem.State.REPLACED).values_list("state", flat=True))
    return {
        "total": len(states),
        "pending": states.count(DraftItem.State.PENDING),
        "confirmed": states.count(DraftItem.State.CONFIRMED),
        "rejected": states.count(DraftItem.State.REJECTED),
    }


@needs("plans.read")
@require_POST
def confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Make the plan live."""
    found = readable_plan(request, uid)
    _may_review(request, found)

    def after(done: Confirmed) -> str:
        if done.unresolved_units:
            names = "、".join(done.unresolved_units[:8])
            messages.warning(
                request,
                f"有 {len(done.unresolved_units)} 个单位名称在单位名录中没有对应，其进展暂不能填报：{names}"
                f"{'等' if len(done.unresolved_units) > 8 else ''}。请经办人到“清单”的“单位名录”里，在“未对应的名称”中办理。",
            )
        return f"{reverse('year')}?region={done.plan.region.uid}&year={done.plan.year}"

    action = ConfirmPlan(page_user(request), page_context(request).on, found)
    return act(
        request,
        action,
        done="计划已生效，目标和任务开始运行。",
        to=after,
        back=reverse("plan_review", args=[uid]),
    )


@needs("plans.read")
@require_POST
def discard(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give up a draft."""
    found = readable_plan(request, uid)
    _may_review(request, found)
    action = DiscardPlan(page_user(request), page_context(request).on, found, request.POST.get("reason", ""))
    return act(
        request, action, done="草稿已放弃，原始文件保留备查。", to=reverse("plans"),
        back=reverse("plan_review", args=[uid]),
    )  # fmt: skip


def _may_review(request: HttpRequest, found: Plan) -> None:
    """Refuse readers, who know the plan but do not decide on it, before anything else is said."""
    if not _reviews(request, found.region.path):
        raise PermissionDeniedError("计划由本级生态环境部门的经办人和局领导确认。")


@needs("plans.read")
@require_http_methods(["GET", "POST"])
def carry_over(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Choose unfinished tasks of last year that go on under this plan."""
    found = readable_plan(request, uid)
    policies.require(page_user(request), "plans.load", found.region.path)
    page = page_context(request)
    start = max(page.on, found.effective_from or page.on)
    open_tasks = unfinished(found, start)
    address = reverse("plan", args=[uid])
    if request.method == "POST":
        chosen = set(request.POST.getlist("task"))
        entries = [version.entry for version in open_tasks if str(version.entry.uid) in chosen]
        action = CarryOver(page_user(request), page.on, found, entries)
        return act(
            request, action, done=f"已结转 {len(entries)} 项任务。", to=address,
            back=reverse("plan_carry_over", args=[uid]),
        )  # fmt: skip
    return render(
        request, "plans/carry_over.html", {"plan": found, "tasks": open_tasks, "year_before": found.year - 1}
    )
