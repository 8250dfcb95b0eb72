"""The list of organisations, and the same rows as a workbook."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from jingtu.errors import InputError
from jingtu.platform.organisations import industries, listing, memberships
from jingtu.platform.organisations.listing import Wanted
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.organisations.permissions import READ
from jingtu.platform.organisations.views.common import MOST_PLACES, may_edit
from jingtu.platform.pages import keyset, sheets, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.tables import Column
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region

ORDERS = {"name": ["name", "id"], "-name": ["-name", "-id"], "place": ["region__path", "name", "id"]}
CODES = (("none", "未登记代码"), ("unknown", "未登记且未说明原因"))


@needs(READ.name)
@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """Organisations of the page's region: tabs, filters, search by name, alias or code."""
    page = page_context(request)
    wanted = Wanted.of(request.GET)
    rows = _wanted_rows(request, wanted)
    order = ORDERS.get(request.GET.get("sort", ""), ORDERS["name"])
    found = keyset.page(rows, order, request.GET.get("after", ""))
    table = tables.build(
        _columns(request),
        found.rows,
        request.GET,
        total=keyset.count(rows),
        next_cursor=found.next,
        previous_cursor=found.previous,
        caption="单位名录",
        empty="没有符合条件的单位",
        empty_hint="去掉一个筛选条件再看；确认计划生效时，文件里的单位会自动登记。",
    )
    return render(
        request,
        "organisations/organisations.html",
        {
            "table": table,
            "wanted": wanted,
            "filters": [
                tables.chips("单位类型", "kind", Organisation.Kind.choices, request.GET),
                tables.chips("代码", "code", CODES, request.GET),
                tables.chips("厂区状态", "status", Facility.Status.choices, request.GET),
            ],
            "sections": [(letter, f"{letter} {name}") for letter, name, _, _ in industries.sections()],
            "lists": memberships.lists_for(page_user(request)),
            "places": _places(page.region) if policies.reach(page_user(request), READ.name).paths else [],
            "tab": "none"
            if wanted.code == "none" and len(_asked(request)) == 1
            else ""
            if _asked(request)
            else "all",
            "may_edit": page.region is not None and may_edit(request, page.region),
            "page_id": "organisations",
            "export_query": tables.query(request.GET),
        },
    )


@needs(READ.name)
@require_GET
def organisations_export(request: HttpRequest) -> HttpResponse:
    """The filtered rows with the chosen columns."""
    page = page_context(request)
    rows = _wanted_rows(request, Wanted.of(request.GET))
    if not keyset.count(rows).exact:
        raise InputError("超过 100,000 行，请先用筛选条件缩小范围，分几次导出。")
    columns = tables.choose(_columns(request), request.GET)
    order = ORDERS.get(request.GET.get("sort", ""), ORDERS["name"])
    return sheets.response(
        f"单位名录{page.on.isoformat()}",
        [column.label for column in columns],
        ([column.export(row) for column in columns] for row in rows.order_by(*order).iterator(500)),
        f"{page.region.name if page.region else ''}　业务日期 {page.on.isoformat()}",
    )


def _asked(request: HttpRequest) -> set[str]:
    names = ("q", "kind", "place", "code", "industry", "status", "listed")
    return {name for name in names if request.GET.get(name)}


def _wanted_rows(request: HttpRequest, wanted: Wanted) -> QuerySet[Organisation]:
    """The rows that fit everything that was asked."""
    page, user = page_context(request), page_user(request)
    rows = listing.narrowed(_everything(request), wanted)
    rows = listing.with_plants(rows, wanted, page.on, page.known_at)
    chosen = next((item for item in memberships.lists_for(user) if item.id == wanted.listed), None)
    if chosen is not None:
        found = memberships.members(chosen, page.on, page.known_at, user)
        rows = rows.filter(pk__in=found.values("holder"))
    return rows


def _everything(request: HttpRequest) -> QuerySet[Organisation]:
    page = page_context(request)
    reach = policies.reach(page_user(request), READ.name)
    return listing.in_place(listing.shown(reach, page.on, page.known_at), page.region, reach)


def _places(region: Region | None) -> list[Region]:
    if region is None:
        return []
    return list(Region.objects.filter(path__startswith=region.path).order_by("path")[:MOST_PLACES])


def _columns(request: HttpRequest) -> list[Column]:
    on = page_context(request).on

    def called(row: Organisation) -> str:
        return "、".join(item.name for item in listing.aliases_on(row, on))

    def plants(row: Organisation) -> int:
        return sum(1 for item in row.facilities.all() if item.valid_from <= on < item.valid_to)

    return [
        Column(
            "name", "单位名称", lambda row: _name(row, on), lambda row: row.name_on(on), "name", "main wide"
        ),
        Column("kind", "单位类型", lambda row: row.get_kind_display(), css="short"),
        Column("region", "行政区", lambda row: row.region.name, sort="place", css="short"),
        Column("code", "统一社会信用代码", _code, listing.code_text),
        Column("aliases", "别名、曾用名", called),
        Column("plants", "厂区", plants, css="num"),
    ]


def _name(row: Organisation, on: Any) -> Any:
    address = reverse("organisation", args=[row.uid])
    return format_html('<a data-row href="{}">{}</a>', address, row.name_on(on))


def _code(row: Organisation) -> Any:
    if row.uscc:
        return format_html('<span class="tabular">{}</span>', row.uscc)
    return format_html('<span class="muted">{}</span>', listing.code_text(row))
