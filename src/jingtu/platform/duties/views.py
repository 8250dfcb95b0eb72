"""The list of duties: what is due, what is late and whose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties import declarations, permissions, queries
from jingtu.platform.duties.models import Duty
from jingtu.platform.pages import html, keyset, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.tables import Column
from jingtu.platform.people import policies
from jingtu.platform.registers.addresses import address_of

WHEN = (("overdue", "逾期"), ("week", "七日内到期"), ("month", "三十日内到期"), ("none", "期限未配置"))
VIEWS = (("全部", ""), ("逾期", "when=overdue"), ("七日内到期", "when=week"), ("待核查", "state=submitted"))


@needs(permissions.READ)
@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """Open duties within reach in the page's region, the most pressing first."""
    page = page_context(request)
    reach = policies.reach(page_user(request), permissions.READ)
    rows = queries.due(page.on, reach)
    if page.region is not None and not reach.organisations:
        rows = rows.filter(region_path__startswith=page.region.path)
    rows = _narrowed(rows, request.GET, page.on)
    sorted_rows = rows.annotate(by_due=Coalesce("due", OPEN_DATE))
    found = keyset.page(sorted_rows, ["by_due", "id"], request.GET.get("after", ""))
    table = tables.build(
        _columns(page.on),
        found.rows,
        request.GET,
        total=keyset.count(rows),
        address=lambda row: address_of(row.entry.register, row.entry.uid),
        next_cursor=found.next,
        previous_cursor=found.previous,
        caption="待办",
        empty="没有待办",
        empty_hint="到期的事项会在这里列出。",
    )
    shown = tables.query(request.GET).lstrip("?")
    return render(
        request,
        "duties/duties.html",
        {
            "table": table,
            "filters": [
                tables.chips("期限", "when", WHEN, request.GET),
                tables.chips("状态", "state", [("open", "待办"), ("submitted", "待核查")], request.GET),
            ],
            "views": [{"name": name, "query": query, "active": query == shown} for name, query in VIEWS],
            "page_id": "duties",
            "words": request.GET.get("q", ""),
        },
    )


def _narrowed(rows: QuerySet[Duty], parameters: QueryDict, on: date) -> QuerySet[Duty]:
    when, state, words = (parameters.get(name, "") for name in ("when", "state", "q"))
    limits = {"week": timedelta(days=7), "month": timedelta(days=30)}
    if when == "overdue":
        rows = rows.filter(due__lt=on)
    elif when in limits:
        rows = rows.filter(due__gte=on, due__lte=on + limits[when])
    elif when == "none":
        rows = rows.filter(due__isnull=True)
    if state == Duty.State.SUBMITTED:
        rows = rows.filter(state=state)
    elif state == Duty.State.OPEN:
        rows = rows.exclude(state=Duty.State.SUBMITTED)
    if words.strip():
        word = words.strip()[:60]
        rows = rows.filter(Q(what__icontains=word) | Q(holder__name__icontains=word))
    return rows


def _columns(on: date) -> list[Column]:
    return [
        Column("what", "事项", _what, lambda row: row.what, css="main wide"),
        Column("holder", "责任单位", lambda row: row.holder.name if row.holder else "单位待明确"),
        Column("due", "期限", lambda row: _due(row, on), css="short"),
        Column("state", "状态", lambda row: _state(row, on), css="state-cell"),
        Column("step", "督促", lambda row: _step(row, on), css="short nowrap"),
        Column("basis", "依据", lambda row: _basis(row, on), shown=False),
    ]


def _what(row: Duty) -> Any:
    address = address_of(row.entry.register, row.entry.uid)
    return format_html('<a data-row href="{}">{}</a>', address, row.what) if address else row.what


def _due(row: Duty, on: date) -> Any:
    if row.due is None:
        return "期限未配置"
    late = (on - row.due).days
    day = row.due.isoformat()
    return format_html("{} {}", day, html.late(late)) if late > 0 else day


def _state(row: Duty, on: date) -> Any:
    state = queries.state_on(row, on)
    tone = {Duty.State.OPEN: "active", Duty.State.SUBMITTED: "waiting", Duty.State.CLOSED: "done"}
    return html.badge(state.label, tone.get(state, "off"))


def _step(row: Duty, on: date) -> str:
    """How far it was urged; a day before the limit nobody had yet."""
    late = row.due is not None and row.due < on
    return row.get_step_display() if late and row.step != Duty.Step.NONE else ""


def _basis(row: Duty, on: date) -> str:
    rule = declarations.get(row.rule)
    basis = rule.basis_on(on) if rule else None
    return f"{basis.source} {basis.clause}" if basis else "未配置"
