"""待填报: what still has to be entered in other systems, and the receipts of what was."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import InputError, NotFoundError, PermissionDeniedError
from jingtu.platform.filings import declarations, missing
from jingtu.platform.filings.actions import RecordReceipt, WithdrawReceipt
from jingtu.platform.filings.declarations import FilingSystem
from jingtu.platform.filings.missing import Missing
from jingtu.platform.filings.models import FilingReceipt
from jingtu.platform.pages import html, keyset, sheets, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, tell
from jingtu.platform.pages.tables import Column
from jingtu.platform.people import policies
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.reading import reads
from jingtu.platform.registers.views.common import attached, posted_day, readable_version

MISSING, FILED = "missing", "filed"
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Filed:
    """An entry with its receipt."""

    version: Version
    receipt: FilingReceipt


def systems_for(request: HttpRequest) -> list[FilingSystem]:
    """Systems of registers that the user reads."""
    own = {item.id for item in reads(page_user(request))}
    return [item for item in declarations.all_systems() if item.register in own]


@require_GET
def filings(request: HttpRequest) -> HttpResponse:
    """One system at a time: what is missing there, or what stands there."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    _require_some(request)
    page = page_context(request)
    found = systems_for(request)
    counts = {item.id: _count(request, item) for item in found}
    chosen = next((item for item in found if item.id == request.GET.get("system")), None)
    if chosen is None:
        chosen = max(found, key=lambda item: counts[item.id], default=None)
    content: dict[str, Any] = {
        "systems": [(item, counts[item.id]) for item in found],
        "chosen": chosen,
        "show": FILED if request.GET.get("show") == FILED else MISSING,
    }
    if chosen is not None:
        content |= _shown(request, chosen, content["show"])
        content["rule"] = chosen.rule_on(page.on)
        content["register"] = registers.get(chosen.register)
    return render(request, "filings/filings.html", content)


@require_GET
def filings_export(request: HttpRequest) -> HttpResponse:
    """The same rows as a workbook, with the columns that a county sends on."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    _require_some(request)
    system = _system(request, request.GET.get("system", ""))
    page = page_context(request)
    show = FILED if request.GET.get("show") == FILED else MISSING
    rows = _rows(request, system, show)
    if not keyset.count(rows).exact:
        raise InputError("超过 100,000 行，请先换到下一级行政区，分几次导出。")
    columns = _columns(system, show)
    title = f"{system.label}{'已填报' if show == FILED else '待填报'}{page.on.isoformat()}"
    return sheets.response(
        title,
        [column.label for column in columns],
        ([column.export(row) for column in columns] for row in _told(request, system, show, rows)),
        f"{page.region.name if page.region else ''}　业务日期 {page.on.isoformat()}",
    )


@require_POST
def filing_record(request: HttpRequest, system: str, uid: uuid.UUID) -> HttpResponse:
    """Record a receipt of an entry, or correct it."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found, register, version = _entry(request, system, uid)
    page = page_context(request)
    back = _back(request, register, uid)
    try:
        page.require_present()
        on = posted_day(request, "filed_on", page.today)
        with transaction.atomic():
            files = attached(request, register, version, f"{found.label}回执")
            action = RecordReceipt(
                page_user(request), on, version.entry, found.id, request.POST.get("number", ""),
                attachment=files[0] if files else None, reason=request.POST.get("reason", ""),
                today=page.today,
            )  # fmt: skip
            action.execute()
    except PermissionDeniedError:
        raise
    except InputError as error:
        tell(request, error)
        return HttpResponseRedirect(back)
    return _saved(request, back, f"已登记{found.label}的填报。")


@require_POST
def filing_withdraw(request: HttpRequest, system: str, uid: uuid.UUID) -> HttpResponse:
    """Take a receipt back, with a reason."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found, register, version = _entry(request, system, uid)
    action = WithdrawReceipt(
        page_user(request),
        page_context(request).today,
        version.entry,
        found.id,
        request.POST.get("reason", ""),
    )
    return act(request, action, done="回执已撤回。", to=_back(request, register, uid))


def _saved(request: HttpRequest, back: str, done: str) -> HttpResponse:
    messages.success(request, done, extra_tags="saved")
    return HttpResponseRedirect(back)


def _back(request: HttpRequest, register: Register, uid: uuid.UUID) -> str:
    if request.POST.get("from") == "list":
        return f"{reverse('filings')}?system={request.resolver_match.kwargs['system']}"  # type: ignore[union-attr]
    return f"{reverse('entry', args=[register.id, uid])}#filings"


def _entry(request: HttpRequest, system: str, uid: uuid.UUID) -> tuple[FilingSystem, Register, Version]:
    found = _system(request, system)
    register = registers.listed(found.register)
    version = readable_version(request, register, uid)
    policies.require(page_user(request), register.edit_permission, version.region.path, (version.holder_id,))
    return found, register, version


def _system(request: HttpRequest, system: str) -> FilingSystem:
    found = next((item for item in declarations.all_systems() if item.id == system), None)
    if found is None:
        raise NotFoundError("没有这个填报系统。", system=system[:40])
    policies.require_some(page_user(request), registers.get(found.register).read_permission)
    return found


def _require_some(request: HttpRequest) -> None:
    if not reads(page_user(request)):
        raise PermissionDeniedError("您没有可以查看的清单；如工作需要，请联系本单位安全管理员授权。")


def _count(request: HttpRequest, system: FilingSystem) -> int:
    page, user = page_context(request), page_user(request)
    reach = policies.reach(user, registers.get(system.register).read_permission)
    return missing.count(system, page.region, page.on, page.known_at, reach)


def _rows(request: HttpRequest, system: FilingSystem, show: str) -> Any:
    page, user = page_context(request), page_user(request)
    reach = policies.reach(user, registers.get(system.register).read_permission)
    if show == MISSING:
        return missing.missing(system, page.region, page.on, page.known_at, reach)
    held = missing.receipts(system, page.on, page.known_at).values("entry")
    rows = versions.versions(system.register, page.on, page.known_at).filter(
        reach.q("region__path", "holder_id"), entry__in=held
    )
    return rows.filter(region__path__startswith=page.region.path) if page.region else rows


def _told(request: HttpRequest, system: FilingSystem, show: str, rows: Any) -> list[Any]:
    page = page_context(request)
    listed = list(rows)
    if show == MISSING:
        return missing.rows_of(system, listed, page.on, page.known_at)
    held = missing.receipts(system, page.on, page.known_at).filter(entry__in=[row.entry_id for row in listed])
    receipts = {item.entry_id: item for item in held.select_related("recorded_by")}
    return [Filed(row, receipts[row.entry_id]) for row in listed]


def _shown(request: HttpRequest, system: FilingSystem, show: str) -> dict[str, Any]:
    rows = _rows(request, system, show)
    order = ["effective_from", "id"] if show == MISSING else ["name", "id"]
    found = keyset.page(rows, order, request.GET.get("after", ""))
    table = tables.build(
        _columns(system, show),
        _told(request, system, show, found.rows),
        request.GET,
        total=keyset.count(rows),
        next_cursor=found.next,
        previous_cursor=found.previous,
        caption=f"{system.label}{'已填报' if show == FILED else '待填报'}",
        empty="没有待填报的条目" if show == MISSING else "还没有登记回执",
        empty_hint="应在该系统填报的条目都已登记回执。" if show == MISSING else "在条目页面登记编号和日期。",
    )
    query = f"?system={system.id}" + (f"&show={FILED}" if show == FILED else "")
    return {"table": table, "export_query": query}


def _columns(system: FilingSystem, show: str) -> list[Column]:
    register = registers.get(system.register)

    def name(row: Any) -> Any:
        address = reverse("entry", args=[register.id, row.version.entry.uid])
        return format_html('<a data-row href="{}#filings">{}</a>', address, row.version.name)

    shared = [
        Column("name", register.name_label, name, lambda row: row.version.name, css="main wide"),
        Column("code", register.code_label, lambda row: row.version.entry.code, css="short"),
        Column("place", "行政区", lambda row: row.version.region.name, css="short"),
        Column("holder", register.holder_label, lambda row: _holder(row.version)),
        Column("state", "状态", lambda row: _state(register, row.version), lambda row: _label(register, row)),
    ]
    if show == FILED:
        return [
            *shared,
            Column("number", system.number_label, lambda row: row.receipt.number, css="tabular"),
            Column("filed_on", "填报日期", lambda row: row.receipt.filed_on.isoformat(), css="short tabular"),
        ]
    return [
        *shared,
        Column("since", "应填报起", lambda row: row.since.isoformat(), css="short tabular"),
        Column("owed", "已欠（天）", lambda row: row.days_owed, css="num"),
        Column("due", "期限", _due, _due_text, css="short"),
    ]


def _holder(version: Version) -> str:
    return version.holder.name if version.holder else ""


def _state(register: Register, version: Version) -> Any:
    state = register.lifecycle.state(version.state)
    return html.badge(state.label, state.tone)


def _label(register: Register, row: Any) -> str:
    return register.lifecycle.state(row.version.state).label


def _due(row: Missing) -> Any:
    if row.days_late:
        return html.late(row.days_late)
    return _due_text(row)


def _due_text(row: Missing) -> str:
    return row.due.isoformat() if row.due else "期限未配置"
