"""The units of a programme, and one unit's own page."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jingtu.platform.pages import tables
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.keyset import Count
from jingtu.programme.plans import queries
from jingtu.programme.plans.tables import TASK_COLUMNS
from jingtu.programme.plans.views.common import frame_of


@needs("plans.read")
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """All units of the year with their progress."""
    frame = frame_of(request)
    found = queries.unit_progress(frame)
    words = request.GET.get("q", "").strip()[:60]
    if words:
        found = [unit for unit in found if words in unit.name]
    if request.GET.get("late"):
        found = [unit for unit in found if unit.overdue]
    return render(request, "plans/units.html", {"units": found, "words": words, "tab": "units"})


@needs("plans.read")
@require_GET
def unit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One unit: what it owes first, then its tasks."""
    frame = frame_of(request)
    sort = request.GET.get("sort", "due")
    found = queries.unit_page(
        frame, uid, request.GET.get("after", ""), sort if sort in queries.SORTS else "due"
    )
    table = tables.build(
        TASK_COLUMNS,
        found.tasks.rows,
        request.GET,
        total=Count(found.tasks.total),
        next_cursor=found.tasks.following,
        previous_cursor=found.tasks.preceding,
        caption=f"{found.organisation.name}的任务",
        empty="本年度没有这个单位的任务",
    )
    return render(
        request,
        "plans/unit.html",
        {"unit": found, "organisation": found.organisation, "table": table, "tab": "units"},
    )
