"""All registers, one register as a list, and the list as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jingtu.errors import InputError, PermissionDeniedError
from jingtu.platform.pages import keyset, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.keyset import Count as Total
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, filtering, listing, summing
from jingtu.platform.registers.declarations import Field, Move, Register
from jingtu.platform.registers.entry_records import kinds_of
from jingtu.platform.registers.exchange.exporting import export
from jingtu.platform.registers.listing import Wanted
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.reading import reads
from jingtu.platform.registers.tabs import tabs
from jingtu.platform.registers.views.common import fields_for, needs, places_below, workbook

EXPORT_LIMIT = 100_000


@require_GET
def registers(request: HttpRequest) -> HttpResponse:
    """The registers that the user may read, each with its entries by state."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    page, user = page_context(request), page_user(request)
    readable = list(reads(user))
    if not readable:
        raise PermissionDeniedError("您没有可以查看的清单；如工作需要，请联系本单位安全管理员授权。")
    found: list[dict[str, Any]] = []
    region = page.require_region()
    due = policies.reach(user, "duties.read")
    owed = open_duties(region, page.on, due)
    for register in readable:
        reach = policies.reach(user, register.read_permission)
        rows = listing.readable(register, region, page.on, page.known_at, reach)

        def as_known(moment: datetime | None, register: Register = register, reach: Any = reach) -> Any:
            return listing.readable(register, region, page.on, moment, reach)

        key = (region.path, page.on, page.known_at, "", reach.fingerprint())
        counts = summing.summary(register, as_known, [], *key, known_at=page.known_at).counts
        states = [(state, counts[state.id]) for state in register.lifecycle.states if state.id in counts]
        last = rows.select_related(None).prefetch_related(None).order_by("-recorded_from") if counts else None
        found.append(
            {
                "register": register,
                "total": sum(counts.values()),
                "states": states,
                "owed": owed.get(register.id, 0),
                "kinds": kinds_of(register.id),
                "changed": last.values_list("recorded_from", flat=True).first() if last is not None else None,
            }
        )
    names = [*declarations.GROUPS, declarations.OTHER_GROUP]
    groups = [(name, [item for item in found if item["register"].group == name]) for name in names]
    return render(
        request, "registers/registers.html", {"groups": [(name, items) for name, items in groups if items]}
    )


def open_duties(region: Region, on: date, reach: policies.Reach) -> dict[str, int]:
    """How many duties of a place are open on a day, by register, of those that the user reads."""
    if not reach:
        return {}
    model = apps.get_model("duties", "Duty")
    rows = model.objects.filter(reach.q("region_path", "holder"), region_path__startswith=region.path)
    rows = rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), raised_on__lte=on).order_by()
    return dict(rows.values_list("entry__register").annotate(count=Count("pk")))


@require_GET
@needs("read")
def register(request: HttpRequest, register: Register) -> HttpResponse:
    """One register: saved views, filters, columns, totals, paging."""
    page, user = page_context(request), page_user(request)
    region = page.require_region()
    reach = policies.reach(user, register.read_permission)
    fields = fields_for(request, register)
    wanted = listing.wanted_of(register, fields, request.GET)
    columns = listing.columns(register, fields, page.on)
    chosen = {column.id for column in tables.choose(columns, request.GET)}

    def asked(walk: str) -> QuerySet[Version]:
        everything = listing.readable(register, region, page.on, page.known_at, reach, walk)
        return listing.narrowed(register, everything, wanted, page.on, page.known_at)

    def as_known(moment: datetime | None) -> QuerySet[Version]:
        all_of_them = listing.readable(register, region, page.on, moment, reach)
        return listing.narrowed(register, all_of_them, wanted, page.on, moment, by_state=False)

    past = page.is_past or page.known_at is not None
    counted = not past or not {"sums", "counts"}.isdisjoint(request.GET) or not summing.is_long(register)
    summary = (
        summing.summary(
            register, as_known, [item for item in fields if item.id in chosen],
            region.path, page.on, page.known_at, wanted.fingerprint, reach.fingerprint(),
            known_at=page.known_at, always="sums" in request.GET,
        )
        if counted
        else summing.Summary({}, {})
    )  # fmt: skip
    found = listing.page(register, asked, wanted, request.GET.get("after", ""), unseen={"holder"} - chosen)
    moves = [] if page.is_past else _moves_for(user, register, wanted.state)
    table = tables.build(
        columns,
        found.rows,
        request.GET,
        total=Total(summary.count(wanted.state)) if counted else _shown_at_least(found),
        next_cursor=found.next,
        previous_cursor=found.previous,
        caption=f"{region.name}{register.label}",
        empty="没有符合条件的条目",
        empty_hint="去掉一个筛选条件，或换一个业务日期再看。",
    )
    if moves:
        _add_boxes(table, found.rows)
    states = [(state.id, state.label) for state in register.lifecycle.states]
    shown_states = [
        (key, label) for key, label in states if not counted or summary.counts.get(key) or key == wanted.state
    ]
    shown = tables.query(request.GET)
    return render(
        request,
        "registers/register.html",
        {
            "register": register,
            "table": table,
            "moves": moves,
            "totals": summary.totals([item for item in fields if item.id in chosen], wanted.state),
            "more_sums": tables.query(request.GET, sums=1) if summary.left_out else "",
            "counts_query": "" if counted else tables.query(request.GET, counts=1),
            "filters": [
                tables.chips("状态", "state", shown_states, request.GET, summary.counts if counted else None)
            ],
            "places": places_below(region),
            "controls": filtering.controls(fields, wanted.filters, request.GET),
            "active_filters": wanted.filters,
            "wanted": wanted,
            "views": tabs(user, f"register:{register.id}", [("全部", "")], shown),
            "shown": shown,
            "export_query": shown,
            "page_id": f"register:{register.id}",
            "may_edit": not page.is_past and policies.may(user, register.edit_permission),
            "may_import": not page.is_past and policies.may(user, register.import_permission),
        },
    )


@require_GET
@needs("read")
def register_export(request: HttpRequest, register: Register) -> HttpResponse:
    """The filtered rows with the chosen columns, in the shown order, as a workbook that can be read back."""
    page, user = page_context(request), page_user(request)
    region = page.require_region()
    reach = policies.reach(user, register.read_permission)
    fields = fields_for(request, register)
    wanted = listing.wanted_of(register, fields, request.GET)
    everything = listing.readable(register, region, page.on, page.known_at, reach)
    rows = listing.narrowed(register, everything, wanted, page.on, page.known_at)
    columns = tables.choose(listing.columns(register, fields, page.on), request.GET)
    chosen = {column.id for column in columns} if request.GET.get("columns") else None
    picked = [item for item in fields if chosen is None or item.id in chosen]
    content = export_of(register, rows, wanted, picked, region, page.on, page.known_at)
    return workbook(content, f"{region.name}{register.label}{page.on.isoformat()}.xlsx")


def export_of(
    register: Register,
    rows: QuerySet[Version],
    wanted: Wanted,
    fields: Sequence[Field],
    region: Region | None,
    on: date,
    known_at: datetime | None,
) -> bytes:
    """The rows of a filtered list as a workbook; raises ``InputError`` where there are too many."""
    if keyset.count(rows).value >= EXPORT_LIMIT:
        raise InputError(f"超过 {EXPORT_LIMIT:,} 行，请先用筛选条件缩小范围，分几次导出。")
    sorted_rows, order = listing.ordered(register, rows, wanted.sort)
    return export(
        register,
        sorted_rows.order_by(*order),
        fields,
        on=on,
        known_at=known_at,
        filters=listing.words_of(register, region, wanted),
    )


def _shown_at_least(found: keyset.Page[Version]) -> Total:
    """The rows of a page as the least that a list has, where nobody counted it."""
    return Total(len(found.rows), exact=not (found.next or found.previous))


def _moves_for(user: User, register: Register, state: str) -> list[Move]:
    """The steps that the user may make somewhere, of the chosen state or of all."""
    return [
        move
        for move in register.lifecycle.moves
        if (not state or state in move.sources) and policies.may(user, move.permission)
    ]


def _add_boxes(table: tables.Table, rows: Sequence[Version]) -> None:
    """A box before each row, for a step of several; it is no column that anybody chooses."""
    box = listing.pick_column()
    table.headings.insert(0, tables.Heading(box.id, box.label, box.css))
    for cells, row in zip(table.rows, rows, strict=True):
        cells.insert(0, (box.css, box.label, box.cell(row)))
