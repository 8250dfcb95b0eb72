"""The list of duties, its export, and one letter for several. One duty: ``pages.py``."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import InputError, JingtuError, PermissionDeniedError
from jingtu.platform.duties import detail, lists, permissions, steps
from jingtu.platform.duties.models import Duty
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages import keyset, sheets, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs, tell
from jingtu.platform.pages.tables import Heading, Table
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers.tabs import tabs

EXPORT_LIMIT = 100_000
KEPT = ("mine", "when", "state", "step", "columns")


@needs(permissions.READ)
@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """Duties within reach in the page's region, the most pressing first."""
    page, user = page_context(request), page_user(request)
    rows = lists.rows(user, page, request.GET)
    found = keyset.page(*lists.ordered(rows, request.GET), request.GET.get("after", ""))
    table = tables.build(
        lists.columns(page.on, request.GET),
        found.rows,
        request.GET,
        total=keyset.count(rows),
        next_cursor=found.next,
        previous_cursor=found.previous,
        caption="待办",
        empty="没有待办",
        empty_hint="去掉一个筛选条件再看；到期的事项会在这里列出。",
    )
    urging = policies.reach(user, permissions.ESCALATE)
    open_here = request.GET.get("state", "") not in lists.OVER
    may_urge = bool(urging) and open_here and not page.is_past and bool(found.rows)
    if may_urge:
        _choosable(table, [row if urging.allows(row.region_path) else None for row in found.rows])
    shown = tables.query(request.GET)
    return render(
        request,
        "duties/duties.html",
        {
            "table": table,
            "filters": [
                tables.chips("期限", "when", lists.WHEN, request.GET),
                tables.chips("状态", "state", lists.STATES, request.GET),
                tables.chips("督促", "step", lists.STEPS, request.GET),
            ],
            "registers": lists.registers_with_duties(user),
            "places": lists.places_below(page.region),
            "unit": _unit(request, user),
            "kept": {name: request.GET.get(name, "") for name in KEPT},
            "chosen": {name: request.GET.get(name, "") for name in ("register", "rule", "place", "unit")},
            "narrowed": any(request.GET.get(name) for name in ("register", "rule", "place", "unit")),
            "views": tabs(user, "duties", lists.VIEWS, shown),
            "shown": shown,
            "export_query": shown,
            "page_id": "duties",
            "words": request.GET.get("q", ""),
            "may_urge": may_urge,
            "steps": list(steps.VERBS.items()),
        },
    )


def _unit(request: HttpRequest, user: User) -> Organisation | None:
    """The unit whose duties are shown, where the person may know of one of them."""
    wanted = lists.identified(request.GET.get("unit", ""))
    if wanted is None:
        return None
    seen = Duty.objects.filter(policies.reach(user, permissions.READ).q("region_path", "holder"))
    if not seen.filter(holder__uid=wanted).exists():
        return None
    return Organisation.objects.filter(uid=wanted).first()


def _choosable(table: Table, rows: list[Duty | None]) -> None:
    """Put a box before every row that the person may urge."""
    table.headings.insert(0, Heading("pick", "选择", "pick"))
    for cells, row in zip(table.rows, rows, strict=True):
        box = ""
        if row is not None:
            box = format_html(
                '<label class="check"><input type="checkbox" name="duty" value="{}" form="urge-form">'
                '<span class="visually-hidden">选择“{}”</span></label>',
                row.uid,
                row.what,
            )
        cells.insert(0, ("pick no-print", "选择", box))


@needs(permissions.READ)
@require_GET
def duties_export(request: HttpRequest) -> HttpResponse:
    """The list as a spreadsheet: the rows, the columns and the order that the page shows."""
    page = page_context(request)
    rows = lists.rows(page_user(request), page, request.GET)
    total = keyset.count(rows)
    if total.value >= EXPORT_LIMIT:
        raise InputError(f"超过 {EXPORT_LIMIT:,} 行，请先用筛选条件缩小范围，分几次导出。")
    columns = tables.choose(lists.columns(page.on, request.GET), request.GET)
    sorted_rows, order = lists.ordered(rows, request.GET)
    place = page.region.name if page.region else ""
    return sheets.response(
        f"{place}待办清单",
        [column.label for column in columns],
        ([column.export(row) for column in columns] for row in sorted_rows.order_by(*order)),
        note=f"业务日期 {page.on.isoformat()}，{timezone.localtime():%Y-%m-%d %H:%M} 导出，共 {total} 项",
    )


@needs(permissions.ESCALATE)
@require_POST
def duties_escalate(request: HttpRequest) -> HttpResponse:
    """Take the chosen duties up the ladder under one letter."""
    page, user = page_context(request), page_user(request)
    query = request.POST.get("query", "").lstrip("?")[:1000]
    back = reverse("duties") + (f"?{query}" if query else "")
    try:
        page.require_present()
        chosen = [detail.readable(user, uid) for uid in _uids(request.POST.getlist("duty"))]
        step = asked_step(request)
        note, number = request.POST.get("note", ""), request.POST.get("number", "")
        steps.escalate_together(user, page.today, chosen, step, note, number)
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
    else:
        done = f"已对 {len(chosen)} 项待办记为“{step.label}”。"
        messages.success(request, done, extra_tags="saved")
    return HttpResponseRedirect(back)


def _uids(texts: list[str]) -> list[UUID]:
    try:
        return list(dict.fromkeys(UUID(text) for text in texts))
    except ValueError as error:
        raise InputError("所选事项无法识别，请刷新页面后重选。") from error


def asked_step(request: HttpRequest) -> Duty.Step:
    """The rung that a form names."""
    wanted = request.POST.get("step", "")
    if wanted not in Duty.Step.values or wanted == Duty.Step.NONE:
        raise InputError("请选择提醒、督办、约谈或问责。")
    return Duty.Step(wanted)
