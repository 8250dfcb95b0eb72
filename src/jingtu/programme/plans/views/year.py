"""The year, the calendar, the counties side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from jingtu.errors import InputError, PermissionDeniedError
from jingtu.platform.duties import queries as duty_queries
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.people import policies
from jingtu.programme.plans import bars, queries
from jingtu.programme.plans.lifecycle import DELIVERABLES, TASKS
from jingtu.programme.plans.models import Plan
from jingtu.programme.plans.views.common import frame_of, may

GROUPS = (("section", "按章节"), ("unit", "按单位"), ("due", "按期限"))
TASKS_SHOWN = 30
UNITS_SHOWN = 8
LATE_SHOWN = 6
MONTHS = 12
# Where people without the year's pages work; the first they may enter is their home.
OTHER_HOMES = (("people.accounts", "accounts"), ("people.roles", "roles"), ("ledger.read", "ledger"))


@require_GET
def year(request: HttpRequest) -> HttpResponse:
    """The year on one page; administrators and accounts without a role are led to their own page."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('account_login')}?next=/")
    if not policies.may(request.user, "plans.read"):
        return HttpResponseRedirect(_home(request))
    frame = frame_of(request)
    overview = queries.year_overview(frame)
    group = request.GET.get("group", "section")
    if group not in dict(GROUPS):
        group = "section"
    shown = None
    if group != "unit":
        sort = "due" if group == "due" else "position"
        shown = queries.tasks(frame, None, sort, "", TASKS_SHOWN)
    return render(
        request,
        "plans/year.html",
        {
            "overview": overview,
            "rows": [bars.row(item) for item in overview.targets],
            "tasks": shown,
            "group": group,
            "groups": GROUPS,
            "late": overview.overdue[:LATE_SHOWN],
            "units_shown": overview.units[:UNITS_SHOWN],
            "other_years": _other_years(frame) if not overview.counts["total"] else [],
            "may_load": may(request, "plans.load", frame.region.path),
            "tab": "year",
        },
    )


def _home(request: HttpRequest) -> str:
    for permission, name in OTHER_HOMES:
        if policies.may(request.user, permission):
            try:
                return reverse(name)
            except NoReverseMatch:
                continue
    try:
        return reverse("me")
    except NoReverseMatch:
        raise PermissionDeniedError("您的账号还没有任何角色；请联系本单位安全管理员授权。") from None


def _other_years(frame: queries.Frame) -> list[int]:
    found = Plan.objects.filter(region=frame.region, state=Plan.State.CONFIRMED).exclude(year=frame.year)
    return list(found.order_by("-year").values_list("year", flat=True).distinct())


@needs("plans.read")
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """One month with what is due on each day."""
    page = page_context(request)
    frame = frame_of(request)
    year_number, month = page.year, page.on.month if page.on.year == page.year else 1
    wanted = request.GET.get("month", "")
    if wanted:
        try:
            first = date.fromisoformat(f"{wanted}-01")
        except ValueError as error:
            raise InputError("月份应写成 2024-06 这样的年月。", value=wanted) from error
        year_number, month = first.year, first.month
    before = f"{year_number - 1}-12" if month == 1 else f"{year_number}-{month - 1:02d}"
    after = f"{year_number + 1}-01" if month == MONTHS else f"{year_number}-{month + 1:02d}"
    weeks = _with_duties(request, queries.calendar(frame, year_number, month))
    return render(
        request,
        "plans/calendar.html",
        {
            "weeks": weeks,
            "year_number": year_number,
            "month_number": month,
            "before": before,
            "after": after,
            "known_days": any(day.working is not None for week in weeks for day in week),
            "tab": "calendar",
        },
    )


def _with_duties(
    request: HttpRequest, weeks: list[list[queries.CalendarDay]]
) -> list[list[queries.CalendarDay]]:
    """The month with the number of duties of registers on each day; a plan's own stand there already."""
    page = page_context(request)
    reach = policies.reach(page_user(request), "duties.read")
    if page.region is None or not reach:
        return weeks
    first, last = weeks[0][0].day, weeks[-1][-1].day
    owed = duty_queries.per_day(page.on, reach, page.region.path, first, last, (TASKS, DELIVERABLES))
    return [[replace(day, duties=owed.get(day.day, 0)) for day in week] for week in weeks]


@needs("plans.read")
@require_GET
def counties(request: HttpRequest) -> HttpResponse:
    """The places below the region side by side; not for those who read only their own tasks."""
    frame = frame_of(request)
    if not frame.sees_region:
        raise PermissionDeniedError(
            "您只能查看本单位的任务；各县（市、区）对比由生态环境部门和上级部门查看。"
        )
    comparison = queries.counties(frame)
    lines = [
        (name, [column.targets.get(key) for column in comparison.columns])
        for key, name in comparison.indicators
    ]
    return render(
        request, "plans/counties.html", {"comparison": comparison, "lines": lines, "tab": "counties"}
    )
