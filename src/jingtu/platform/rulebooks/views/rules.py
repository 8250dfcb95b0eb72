"""Days and intervals by which duties fall due: the list, and the value that a document of the place sets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jingtu.errors import CellError, InputError, JingtuError, NotFoundError, PermissionDeniedError
from jingtu.platform.pages.context import page_context, page_user, posted_region
from jingtu.platform.pages.doors import act, needs, uploads
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.rulebooks import deadlines, local, permissions
from jingtu.platform.rulebooks.local import AddRule


@needs(permissions.READ)
@require_GET
def rule_list(request: HttpRequest) -> HttpResponse:
    """What is in force on the day at the place, what nobody has set first."""
    page = page_context(request)
    words = request.GET.get("q", "").strip()[:60]
    found = deadlines.lines(page.region.path if page.region else "", page.on, page.known_at, words)
    unset = sum(not line.value for line in found)
    if request.GET.get("unset"):
        found = [line for line in found if not line.value]
    content = {
        "lines": found,
        "unset": unset,
        "only_unset": bool(request.GET.get("unset")),
        "words": words,
        "on": page.on,
        "may_add": policies.may(page_user(request), permissions.ADD) and not page.is_past,
    }
    return render(request, "rulebooks/rule_list.html", content)


@needs(permissions.ADD)
@require_http_methods(["GET", "POST"])
def rule_new(request: HttpRequest) -> HttpResponse:
    """The form for a value of the place, and what is wrong with what was typed."""
    user, page = page_user(request), page_context(request)
    given = request.POST if request.method == "POST" else request.GET
    subject, parameter = given.get("subject", ""), given.get("parameter", "")
    known = local.known_provision(subject, parameter)
    if known is None:
        raise NotFoundError("没有这一项规定，或不能由地方录入；请从期限列表进入。", subject=subject[:60])
    problem: JingtuError | None = None
    if request.method == "POST":
        try:
            action = _action(request, subject, parameter)
            action.check_permission()
            page.require_present()
            action.check_state()
        except PermissionDeniedError:
            raise
        except JingtuError as error:
            problem = error
        else:
            return act(
                request,
                action,
                done="已录入；待办的期限从下一次推进日期起按此计算。",
                to=lambda table: reverse("rulebooks:added", args=[table.uid]),
                back=reverse("rulebooks:rule_list"),
            )
    reach = policies.reach(user, permissions.ADD)
    content: dict[str, Any] = {
        "subject": subject,
        "parameter": parameter,
        "label": deadlines.label_of(subject),
        "asked": local.PARAMETERS[parameter],
        "unit": "" if parameter in local.MONTH_DAY else known.unit,
        "known": known,
        "known_value": deadlines.value_words(known),
        "by_day": parameter in local.MONTH_DAY,
        "regions": Region.objects.filter(reach.q("path"), level__in=("province", "city", "county")).order_by(
            "path"
        ),
        "here": page.region,
        "typed": request.POST,
        "problem": problem,
        "errors": problem.errors if isinstance(problem, InputError) else [],
        "past": page.is_past,
    }
    return render(request, "rulebooks/rule_new.html", content, status=422 if problem else 200)


def _action(request: HttpRequest, subject: str, parameter: str) -> AddRule:
    region = posted_region(request)
    files = uploads(request)
    if len(files) > 1:
        raise InputError("请只上传一份依据文件。", [CellError("只能上传一份", column="文件")])
    name, stream = files[0] if files else ("", None)
    last = _day(request, "valid_to", "失效日期")
    return AddRule(
        page_user(request), page_context(request).today, region, subject, parameter,
        value=request.POST.get("value", ""), source=request.POST.get("source", ""),
        clause=request.POST.get("clause", ""), valid_from=_day(request, "valid_from", "施行日期"),
        valid_to=last + timedelta(days=1) if last else None, stream=stream, file_name=name,
    )  # fmt: skip


def _day(request: HttpRequest, name: str, label: str) -> date | None:
    text = request.POST.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        problem = CellError("应为 2024-06-30 的样式", column=label, value=text[:20])
        raise InputError("日期无法识别。", [problem]) from error
