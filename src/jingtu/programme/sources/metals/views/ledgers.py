"""The quota ledger as people read it: plants, one account, transactions, sources, and all of it as a workbook."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from jingtu.platform.pages import html, keyset, sheets, tables
from jingtu.platform.pages.context import page_context
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.tables import Column
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.programme.sources.metals.metals import METALS, NAMES, kilograms, shown
from jingtu.programme.sources.metals.permissions import POST, READ
from jingtu.programme.sources.metals.quotas import exporting, queries
from jingtu.programme.sources.metals.quotas.models import (
    QuotaAccount,
    QuotaTransaction,
    ReductionSource,
)
from jingtu.programme.sources.metals.quotas.queries import Balance, View
from jingtu.programme.sources.metals.views.common import (
    chosen_metal,
    common,
    linked,
    looked_at,
    mass,
    may,
    plant,
    sheet_address,
)

KINDS = tuple((kind.value, kind.label) for kind in QuotaTransaction.Kind)
TONES = {"reversal": "warning", "use": "active", "reduction": "done"}


def balance_rows(view: View, metal: str, year: int, words: str = "") -> list[tuple[Version, str, Balance]]:
    """Plants with what they hold of each metal, in the order of names."""
    found = queries.balances(view, year)
    plants = view.plants()
    if words:
        plants = plants.filter(Q(name__icontains=words) | Q(entry__code__icontains=words))
    keys = {entry for entry, code in found if not metal or code == metal}
    rows = []
    for version in plants.filter(entry__in=keys).order_by("name", "id"):
        for code in NAMES:
            balance = found.get((version.entry_id, code))
            if balance is not None and code == (metal or code):
                rows.append((version, code, balance))
    return rows


@needs(READ)
@require_GET
def ledger(request: HttpRequest) -> HttpResponse:
    """What the plants of a place hold, metal by metal."""
    page, view, metal = page_context(request), looked_at(request), chosen_metal(request)
    words = request.GET.get("q", "").strip()[:60]
    found = queries.balances(view, page.on.year)
    rows = balance_rows(view, metal, page.on.year, words)
    columns: Sequence[Column] = (
        Column(
            "name", "企业", lambda row: linked(sheet_address(row[0], row[1]), row[0].name), css="main wide"
        ),
        Column("region", "行政区", lambda row: row[0].region.name),
        Column("metal", "金属", lambda row: NAMES[row[1]], css="short"),
        Column("holding", "可用指标（千克）", lambda row: mass(row[2].holding), css="num"),
        Column("permitted", "许可排放量（千克）", lambda row: mass(row[2].permitted), css="num"),
        Column("source", "减排来源余量（千克）", lambda row: mass(row[2].source), css="num"),
        Column("reduced", f"{page.on.year}年核实减排（千克）", lambda row: mass(row[2].reduced), css="num"),
        Column("used", f"{page.on.year}年项目新增（千克）", lambda row: mass(row[2].used), css="num"),
        Column(
            "given", f"{page.on.year}年出让（千克）", lambda row: mass(row[2].given), css="num", shown=False
        ),
    )
    table = tables.build(
        columns, rows, request.GET, total=keyset.Count(len(rows)),
        caption="各企业总量指标", empty="还没有登记总量指标",
        empty_hint="从清单中打开一家企业，登记期初指标后在这里汇总。",
    )  # fmt: skip
    context = common("ledger") | {
        "table": table,
        "totals": [(NAMES[code], balance) for code, balance in queries.totals(found).items()],
        "filters": [tables.chips("金属", "metal", METALS, request.GET)],
        "metal": metal,
        "words": words,
        "export_query": tables.query(request.GET),
        "page_id": "quota_ledger",
    }
    return render(request, "metals/ledger.html", context)


@needs(READ)
@require_GET
def ledger_export(request: HttpRequest) -> HttpResponse:
    """The ledger of a place as a workbook of three sheets that agree with each other."""
    page = page_context(request)
    content = exporting.workbook(looked_at(request), chosen_metal(request))
    answer = HttpResponse(content, content_type=sheets.MEDIA_TYPE)
    place = page.region.name if page.region else ""
    answer["Content-Disposition"] = exporting.disposition(f"{place}重金属总量指标台账{page.on.isoformat()}")
    return answer


@needs(READ)
@require_GET
def account(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The account sheet of one plant: every metal it has, head by head, line by line."""
    version, view = plant(request, uid), looked_at(request)
    metals = [
        code for code, _ in METALS
        if QuotaAccount.objects.filter(entry=version.entry, metal=code, postings__isnull=False).exists()
    ]  # fmt: skip
    metal = chosen_metal(request)
    shown_metals = [metal] if metal else metals
    accounts = [
        (NAMES[code], [(QuotaAccount.Head(head), lines, lines[-1].balance) for head, lines in found.items()])
        for code in shown_metals
        if (found := queries.sheet(version.entry, code, view.on, view.known_at))
    ]
    context = common("ledger") | {
        "version": version,
        "accounts": accounts,
        "filters": [tables.chips("金属", "metal", [(code, NAMES[code]) for code in metals], request.GET)],
        "may_post": may(request, POST, version),
        "kinds": [item for item in KINDS if item[0] != "reversal"],
        "year": page_context(request).on.year,
    }
    return render(request, "metals/account.html", context)


@needs(READ)
@require_GET
def transactions(request: HttpRequest) -> HttpResponse:
    """Everything that was posted for the plants of a place, the latest day first."""
    rows = _transactions(request)
    found = keyset.page(rows, ["-on", "-id"], request.GET.get("after", ""))
    names = queries.names_of({row.entry_id for row in found.rows})
    table = tables.build(
        _transaction_columns(names), found.rows, request.GET, total=keyset.count(rows),
        next_cursor=found.next, previous_cursor=found.previous,
        caption="总量指标流水", empty="没有符合条件的记录", empty_hint="去掉一个筛选条件再看。",
    )  # fmt: skip
    context = common("transactions") | {
        "table": table,
        "filters": [
            tables.chips("事项", "kind", KINDS, request.GET),
            tables.chips("金属", "metal", METALS, request.GET),
        ],
        "export_query": tables.query(request.GET),
        "page_id": "quota_transactions",
    }
    return render(request, "metals/transactions.html", context)


@needs(READ)
@require_GET
def transactions_export(request: HttpRequest) -> HttpResponse:
    """The list of transactions as a spreadsheet."""
    page, rows = page_context(request), _transactions(request)
    names = queries.names_of(rows.values_list("entry", flat=True))
    columns = tables.choose(_transaction_columns(names), request.GET)
    return sheets.response(
        "重金属总量指标流水",
        [column.label for column in columns],
        ([column.export(row) for column in columns] for row in rows.order_by("-on", "-id")),
        note=f"业务日期 {page.on.isoformat()}",
    )


def _transactions(request: HttpRequest) -> QuerySet[QuotaTransaction]:
    rows = looked_at(request).transactions()
    kind, metal = request.GET.get("kind", ""), chosen_metal(request)
    if kind in QuotaTransaction.Kind.values:
        rows = rows.filter(kind=kind)
    return rows.filter(metal=metal) if metal else rows


def _transaction_columns(names: dict[int, str]) -> Sequence[Column]:
    return (
        Column("on", "日期", lambda row: row.on, sort="", css="short nowrap"),
        Column(
            "kind", "事项",
            lambda row: linked(reverse("quota_transaction", args=[row.uid]), row.get_kind_display()),
            lambda row: row.get_kind_display(), css="main",
        ),
        Column("entry", "企业", lambda row: names.get(row.entry_id, ""), css="wide"),
        Column("metal", "金属", lambda row: NAMES[row.metal], css="short"),
        Column("grams", "数量（千克）", lambda row: shown(row.grams), lambda row: kilograms(row.grams), css="num"),
        Column("year", "指标年度", lambda row: row.year, css="num", shown=False),
        Column("project", "项目", lambda row: row.project),
        Column("counterpart", "去向或来处", lambda row: row.counterpart),
        Column("document", "依据文件", lambda row: row.document),
        Column("note", "说明", lambda row: row.note, shown=False),
    )  # fmt: skip


@needs(READ)
@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """Sources of reduction and what remains of each."""
    view, rows = looked_at(request), _sources(request)
    found = keyset.page(rows, ["-verified_on", "-id"], request.GET.get("after", ""))
    columns = _source_columns(view, found.rows)
    table = tables.build(
        columns, found.rows, request.GET, total=keyset.count(rows),
        next_cursor=found.next, previous_cursor=found.previous,
        caption="减排来源", empty="没有符合条件的减排来源",
        empty_hint="核实企业的减排量后，可用于新项目替代的来源在这里列出。",
    )  # fmt: skip
    context = common("sources") | {
        "table": table,
        "filters": [
            tables.chips("金属", "metal", METALS, request.GET),
            tables.chips("余量", "left", (("yes", "尚有余量"), ("no", "已用完")), request.GET),
            tables.chips("方式", "way", ReductionSource.Way.choices, request.GET),
        ],
        "export_query": tables.query(request.GET),
        "page_id": "quota_sources",
    }
    return render(request, "metals/sources.html", context)


@needs(READ)
@require_GET
def sources_export(request: HttpRequest) -> HttpResponse:
    """Sources of reduction as a spreadsheet."""
    page, view = page_context(request), looked_at(request)
    rows = list(_sources(request).order_by("-verified_on", "-id"))
    columns = tables.choose(_source_columns(view, rows), request.GET)
    return sheets.response(
        "重金属减排来源",
        [column.label for column in columns],
        ([column.export(row) for column in columns] for row in rows),
        note=f"业务日期 {page.on.isoformat()}",
    )


def _sources(request: HttpRequest) -> QuerySet[ReductionSource]:
    view, metal = looked_at(request), chosen_metal(request)
    rows = view.sources()
    if metal:
        rows = rows.filter(account__metal=metal)
    way, left = request.GET.get("way", ""), request.GET.get("left", "")
    if way in ReductionSource.Way.values:
        rows = rows.filter(way=way)
    if left in {"yes", "no"}:
        with_rest = queries.with_rest(view)
        rows = rows.filter(pk__in=with_rest) if left == "yes" else rows.exclude(pk__in=with_rest)
    return rows


def _source_columns(view: View, rows: Sequence[ReductionSource]) -> Sequence[Column]:
    rest = queries.remaining(rows, view)
    names = queries.names_of({row.account.entry_id for row in rows if row.account.entry_id})

    def badge(row: ReductionSource) -> Any:
        return html.badge("尚有余量", "active") if rest[row.pk][1] else html.badge("已用完", "off")

    return (
        Column(
            "project", "减排项目",
            lambda row: linked(reverse("quota_transaction", args=[row.transaction.uid]), row.project),
            lambda row: row.project, css="main wide",
        ),
        Column("entry", "所属企业", lambda row: names.get(row.account.entry_id, "")),
        Column("metal", "金属", lambda row: NAMES[row.account.metal], css="short"),
        Column("way", "方式", lambda row: row.get_way_display(), css="short"),
        Column("verified_on", "核实日期", lambda row: row.verified_on, css="short nowrap"),
        Column(
            "first", "核实量（千克）", lambda row: shown(rest[row.pk][0]),
            lambda row: kilograms(rest[row.pk][0]), css="num",
        ),
        Column(
            "left", "余量（千克）", lambda row: shown(rest[row.pk][1]),
            lambda row: kilograms(rest[row.pk][1]), css="num",
        ),
        Column("state", "状态", badge, lambda row: "尚有余量" if rest[row.pk][1] else "已用完", css="state-cell"),
        Column("document", "核实文件", lambda row: row.document),
    )  # fmt: skip


@needs(READ)
@require_GET
def transaction(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One transaction with both its sides, and what took it back."""
    view = looked_at(request)
    found = queries.transaction(view, uid)
    sides = queries.counterparts({found.pk})[found.pk]
    names = queries.names_of({side.account.entry_id for side in sides if side.account.entry_id})
    version = versions.version_on(found.entry, max(found.on, view.on))
    reversal = QuotaTransaction.objects.filter(reverses=found).first()
    if reversal is not None and view.known_at is not None and reversal.recorded_at > view.known_at:
        reversal = None
    context = common("transactions") | {
        "found": found,
        "metal": NAMES[found.metal],
        "version": version,
        "sides": [(queries.side_name(side, None, names), side) for side in sides],
        "reversal": reversal,
        "may_reverse": version is not None
        and reversal is None
        and found.kind != QuotaTransaction.Kind.REVERSAL
        and may(request, POST, version),
    }
    return render(request, "metals/transaction.html", context)
