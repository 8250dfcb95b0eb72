"""Standards: editions, their tables, and one limit."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jingtu.knowledge.standards.editions import Edition, editions
from jingtu.knowledge.standards.reasons import words_of
from jingtu.knowledge.standards.tables import Limit
from jingtu.platform.pages import sheets, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.keyset import Count
from jingtu.platform.people import policies
from jingtu.platform.rulebooks import lawlists, permissions, queries
from jingtu.platform.rulebooks import standardlists as lists
from jingtu.platform.rulebooks.addresses import edition_slug, limit_address, standard_address
from jingtu.platform.rulebooks.models import AddedTable

FILTERS = (
    ("table", "表"),
    ("kind", "限值"),
    ("land_use", "用地"),
    ("land_class", "类别"),
    ("ph_band", "酸碱度"),
)


def known(request: HttpRequest) -> tuple[Edition, ...]:
    """Editions of the package, and those that users added for the place of the page or one above it."""
    region = page_context(request).region
    return (*editions(), *queries.added_editions(region.path if region else ""))


def find(request: HttpRequest, key: str, slug: str) -> tuple[Edition, AddedTable | None]:
    """The edition of an address, and the table that brought it where a user entered it.

    Raises
    ------
    NotFoundError
        No such edition.
    """
    region = page_context(request).region
    path = region.path if region else ""
    brought = [item for item in queries.tables_with(key) if edition_slug(item[1].number) == slug]
    # Of equal numbers that of the place itself, or of one above it, comes first.
    brought.sort(
        key=lambda item: (item[0].withdrawn_at is not None, not path.startswith(item[0].region.path))
    )
    for table, edition in brought:
        return edition, table
    return lists.find_edition(editions(), key, slug), None


@needs(permissions.READ)
@require_GET
def standard_list(request: HttpRequest) -> HttpResponse:
    """All standards with their editions."""
    on = page_context(request).on
    found = known(request)
    medium = request.GET.get("medium", "")
    rows = [item for item in found if not medium or item.medium == medium]
    media = list(dict.fromkeys(item.medium for item in found))
    table = tables.build(
        lists.edition_columns(on),
        rows,
        request.GET,
        total=Count(len(rows)),
        caption="标准",
        empty="没有收录的标准",
    )
    content = {
        "table": table,
        "filters": [
            tables.chips(
                "对象", "medium", [(code, lists.words("medium", code)) for code in media], request.GET
            )
        ],
        "page_id": "standards",
        "on": on,
        "may_add": policies.may(page_user(request), permissions.ADD),
    }
    return render(request, "rulebooks/standard_list.html", content)


@needs(permissions.READ)
@require_GET
def standard(request: HttpRequest, key: str, edition: str) -> HttpResponse:
    """The table of one edition."""
    editions_here = known(request)
    found, brought_by = find(request, key, edition)
    rows = lists.table_rows(found, request.GET)
    shown, following, before = lawlists.page_of(rows, request.GET.get("after", ""))
    columns = lists.limit_columns(found)
    table = tables.build(
        columns,
        shown,
        request.GET,
        total=Count(len(rows)),
        next_cursor=following,
        previous_cursor=before,
        caption=found.title,
        empty="没有符合条件的限值",
        empty_hint="去掉一个筛选条件再看。",
    )
    filters = [
        tables.chips(label, name, offered, request.GET)
        for name, label in FILTERS
        if (offered := lists.choices(found, name))
    ]
    content = _heading(request, found, editions_here, brought_by) | {
        "table": table,
        "filters": filters,
        "kept": {name: request.GET.get(name, "") for name in (*lists.NARROWING, "columns")},
        "words": request.GET.get("q", ""),
        "page_id": f"standard-{key}",
        "export_query": tables.query(request.GET),
        "slug": edition,
    }
    return render(request, "rulebooks/standard.html", content)


def _heading(
    request: HttpRequest, found: Edition, editions_here: tuple[Edition, ...], brought_by: AddedTable | None
) -> dict[str, Any]:
    on = page_context(request).on
    return {
        "brought_by": brought_by,
        "edition": found,
        "last_day": lists.last_day(found),
        "state": lists.state_words(found, on),
        "tone": "done" if found.in_force(on) else "off",
        "medium": lists.words("medium", found.medium),
        "confidence": words_of("confidence", found.confidence),
        "on": on,
        "address": standard_address(found.standard, found.number),
        "others": [
            (standard_address(item.standard, item.number), item, lists.state_words(item, on))
            for item in editions_here
            if item.standard == found.standard and item.number != found.number
        ],
    }


@needs(permissions.READ)
@require_GET
def standard_export(request: HttpRequest, key: str, edition: str) -> HttpResponse:
    """The table as a spreadsheet: the rows and columns that the page shows, all pages."""
    found, _ = find(request, key, edition)
    rows = lists.table_rows(found, request.GET)
    columns = tables.choose(lists.limit_columns(found), request.GET)
    return sheets.response(
        f"{found.number.replace('/', '')} 限值",
        [column.label for column in columns],
        ([column.export(row) for column in columns] for row in rows),
        note=f"{found.title}（{found.number}），{timezone.localtime():%Y-%m-%d %H:%M} 导出，共 {len(rows)} 项",
    )


@needs(permissions.READ)
@require_GET
def limit(request: HttpRequest, key: str, edition: str, analyte: str) -> HttpResponse:
    """One item of one edition: the limits that the conditions pick, the others, and other editions."""
    editions_here = known(request)
    found, brought_by = find(request, key, edition)
    picked, rest = lists.split(found, analyte, request.GET)
    elsewhere = [
        (limit_address(item.standard, item.number, analyte), item)
        for item in editions_here
        if (item.standard, item.number) != (found.standard, found.number)
        and any(other.analyte_id == analyte for other in item.table.limits)
    ]
    asked = {
        "ph": request.GET.get("ph", ""),
        "land_use": request.GET.get("land_use", ""),
        "land_class": request.GET.get("land_class", ""),
        "crop": request.GET.get("crop", ""),
    }
    uses = lists.choices(found, "land_use")
    other_use = asked["land_use"] if asked["land_use"] not in dict(uses) else ""
    content = _heading(request, found, editions_here, brought_by) | {
        "name": (picked or rest)[0].name,
        "cas": (picked or rest)[0].cas,
        "picked": [_shown(item, found) for item in picked],
        "rest": [_shown(item, found) for item in rest],
        "elsewhere": elsewhere,
        "asked": asked,
        "slug": edition_slug(found.number),
        "analyte": analyte,
        "uses": uses,
        "other_use": other_use,
        "other_use_words": lists.words("land_use", other_use),
        "classes": lists.choices(found, "land_class") if found.evaluator == "construction" else [],
        "by_ph": any(item.ph_band not in {"", "any"} for item in picked + rest),
        "by_crop": any(item.rest.get("food") for item in picked + rest),
    }
    return render(request, "rulebooks/limit.html", content)


def _shown(item: Limit, edition: Edition) -> dict[str, Any]:
    return {
        "limit": item,
        "kind": lists.words("limit", item.kind),
        "printed": lists.printed(item),
        "conditions": lists.conditions(item, edition.standard) or "不分条件",
        "confidence": words_of("confidence", item.confidence),
    }
