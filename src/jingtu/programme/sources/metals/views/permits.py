"""Which permits carry what they should: every plant on the list by its last check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jingtu.platform.pages import html, keyset, sheets, tables
from jingtu.platform.pages.context import page_context
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.tables import Column
from jingtu.platform.registers import versions
from jingtu.platform.registers.addresses import address_of
from jingtu.programme.sources.metals.lifecycle import ITEM, REGISTER_ID
from jingtu.programme.sources.metals.models import PermitCheck
from jingtu.programme.sources.metals.permissions import READ
from jingtu.programme.sources.metals.permitting import Permit, counted, permits
from jingtu.programme.sources.metals.views.common import common, linked, looked_at

OUTCOMES = (("missing", "未载明"), ("complete", "均已载明"), ("unchecked", "未核对"))
_TONES = {"missing": "warning", "complete": "done", "unchecked": "neutral"}
_SAID = dict(ITEM)


@needs(READ)
@require_GET
def permit_list(request: HttpRequest) -> HttpResponse:
    """Plants with what their permits carry; those with something missing come with one click."""
    found = _asked(request)
    wanted = request.GET.get("outcome", "")
    rows = [item for item in found if wanted in {"", item.outcome}]
    table = tables.build(
        _columns(), rows, request.GET, total=keyset.Count(len(rows)),
        caption="排污许可证载明情况", empty="没有符合条件的企业",
        empty_hint="在企业页面的“许可证载明事项核对”中登记核对结果。",
    )  # fmt: skip
    context = common("permits") | {
        "table": table,
        "filters": [tables.chips("载明情况", "outcome", OUTCOMES, request.GET, counted(found))],
        "export_query": tables.query(request.GET),
        "page_id": "quota_permits",
    }
    return render(request, "metals/permits.html", context)


@needs(READ)
@require_GET
def permits_export(request: HttpRequest) -> HttpResponse:
    """The list of permits as a spreadsheet."""
    wanted = request.GET.get("outcome", "")
    rows = [item for item in _asked(request) if wanted in {"", item.outcome}]
    columns = tables.choose(_columns(), request.GET)
    return sheets.response(
        "排污许可证载明情况",
        [column.label for column in columns],
        ([column.export(row) for column in columns] for row in rows),
        note=f"业务日期 {page_context(request).on.isoformat()}",
    )


def _asked(request: HttpRequest) -> list[Permit]:
    view = looked_at(request)
    return permits(view.plants(), view.on, view.known_at)


def _address(row: Permit) -> str:
    return address_of(REGISTER_ID, row.version.entry.uid)


def _columns() -> Sequence[Column]:
    def said(name: str) -> Any:
        return lambda row: _SAID.get(getattr(row.check, name), "") if row.check else ""

    def check(name: str) -> Any:
        return lambda row: getattr(row.check, name) if isinstance(row.check, PermitCheck) else ""

    def label(row: Permit) -> str:
        return dict(OUTCOMES)[row.outcome]

    return (
        Column(
            "name", "企业", lambda row: linked(_address(row), row.version.name), lambda row: row.version.name,
            css="main wide",
        ),
        Column("region", "行政区", lambda row: row.version.region.name),
        Column(
            "permit", "排污许可证编号",
            lambda row: row.check.permit_number if row.check else _number(row),
        ),
        Column("on", "核对日期", check("on"), css="short nowrap"),
        Column("measures", "减排措施", said("measures"), css="short"),
        Column("reductions", "减排量", said("reductions"), css="short"),
        Column("transfers", "出让情况", said("transfers"), css="short"),
        Column(
            "outcome", "载明情况", lambda row: html.badge(label(row), _TONES[row.outcome]), label,
            css="state-cell",
        ),
    )  # fmt: skip


def _number(row: Permit) -> str:
    return str(getattr(versions.facts_of(row.version), "permit_number", ""))
