"""The list of duties, one duty, and what people do with it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import InputError, JingtuError, PermissionDeniedError
from jingtu.platform.duties import declarations, detail, lists, permissions
from jingtu.platform.duties.actions import CheckDuty, CloseDuty, EscalateDuty, escalate_together
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.evidence.showing import offer
from jingtu.platform.pages import keyset, sheets, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell, uploads
from jingtu.platform.pages.tables import Heading, Table
from jingtu.platform.people import policies
from jingtu.platform.registers.tabs import tabs

EXPORT_LIMIT = 100_000


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
        address=lambda row: reverse("duty", args=[row.uid]),
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
            ],
            "kept": {name: request.GET.get(name, "") for name in ("mine", "when", "state", "columns")},
            "views": tabs(user, "duties", lists.VIEWS, shown),
            "shown": shown,
            "export_query": shown,
            "page_id": "duties",
            "words": request.GET.get("q", ""),
            "may_urge": may_urge,
            "steps": list(detail.STEP_VERBS.items()),
        },
    )


def _choosable(table: Table, rows: list[Duty | None]) -> None:
    """Put a box before every row that the person may urge."""
    table.headings.insert(0, Heading("pick", "选择", "pick"))
    for (_, cells), row in zip(table.rows, rows, strict=True):
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
        step = _step(request)
        escalate_together(user, page.today, chosen, step, request.POST.get("note", ""))
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


@needs(permissions.READ)
@require_GET
def duty(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One duty: what is owed, by whom, until when, on what basis, what happened, what may be done."""
    page, user = page_context(request), page_user(request)
    found = detail.readable(user, uid)
    rule = declarations.get(found.rule)
    files = detail.proofs(found, page.on)
    history = detail.happenings(found, page.on)
    checking = (
        not page.is_past and found.state == Duty.State.SUBMITTED and _may(request, permissions.CHECK, found)
    )
    is_open = not page.is_past and found.state == Duty.State.OPEN
    return render(
        request,
        "duties/duty.html",
        {
            "duty": found,
            "badge": lists.badge(found, page.on),
            "rule": rule,
            "basis": detail.basis_of(found, page.on),
            "source": detail.source_of(found, page.on, user),
            "files": offer(user, files, changing=not page.is_past),
            "history": history,
            "warnings": detail.warnings(found, page.on, files, history),
            "by_state": not detail.closable(rule),
            "may_close": is_open and detail.closable(rule) and _may(request, permissions.CLOSE, found),
            "may_check": checking,
            "own_submission": checking and found.submitted_by_id == user.pk,
            "steps": detail.steps_above(found)
            if not page.is_past and found.closed_on is None and _may(request, permissions.ESCALATE, found)
            else [],
            "is_over": found.closed_on is not None and found.closed_on <= page.on,
        },
    )


def _may(request: HttpRequest, permission: str, found: Duty) -> bool:
    reach = policies.reach(page_user(request), permission)
    return reach.allows(found.region_path, [found.holder_id])


@needs(permissions.READ)
@require_POST
def duty_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Report a duty as done, with the files that prove it."""
    page, user = page_context(request), page_user(request)
    found = detail.readable(user, uid)
    policies.require(user, permissions.CLOSE, found.region_path, [found.holder_id])
    address = reverse("duty", args=[uid])
    try:
        page.require_present()
        with transaction.atomic():
            files = _attached(request, found)
            done = CloseDuty(user, page.today, found, request.POST.get("note", ""), files).execute()
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
    else:
        waits = done.state == Duty.State.SUBMITTED
        text = "已提交，等待另一人核查。" if waits else "已办结。"
        messages.success(request, text, extra_tags="saved")
    return HttpResponseRedirect(address)


def _attached(request: HttpRequest, found: Duty) -> list[Attachment]:
    """Files of the form, and those that an earlier submission left and nobody took back."""
    for name, stream in uploads(request):
        attach(
            stream,
            name,
            subject_type="duty",
            subject_uid=found.uid,
            read_permission=permissions.READ,
            region_path=found.region_path,
            organisations=[found.holder_id] if found.holder_id else [],
            actor=page_user(request),
        )
    kept = Attachment.objects.filter(subject_uid=found.uid, withdrawn_at=None)
    return list(kept.select_related("file"))


@needs(permissions.READ)
@require_POST
def duty_check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A second person accepts a duty or sends it back."""
    found = detail.readable(page_user(request), uid)
    accept = request.POST.get("decision") == "accept"
    return act(
        request,
        CheckDuty(
            page_user(request), page_context(request).today, found,
            accept=accept, note=request.POST.get("note", ""),
        ),
        done="核查通过，已办结。" if accept else "已退回，由办理人补充后重新提交。",
        to=reverse("duty", args=[uid]),
    )  # fmt: skip


@needs(permissions.READ)
@require_POST
def duty_escalate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a duty up the ladder: 提醒, 督办, 约谈, 问责."""
    found = detail.readable(page_user(request), uid)
    policies.require(page_user(request), permissions.ESCALATE, found.region_path, [found.holder_id])
    address = reverse("duty", args=[uid])
    try:
        step = _step(request)
    except InputError as error:
        tell(request, error)
        return HttpResponseRedirect(address)
    return act(
        request,
        EscalateDuty(
            page_user(request), page_context(request).today, found, step, request.POST.get("note", "")
        ),
        done=f"已记为“{step.label}”。",
        to=address,
    )


def _step(request: HttpRequest) -> Duty.Step:
    wanted = request.POST.get("step", "")
    if wanted not in Duty.Step.values or wanted == Duty.Step.NONE:
        raise InputError("请选择提醒、督办、约谈或问责。")
    return Duty.Step(wanted)
