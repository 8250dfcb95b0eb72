"""数从何来: what is behind the number of a target, as the drawer and as a page; recomputing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import ConflictError
from jingtu.platform.indicators import changes, declarations, provenance, showing, snapshots
from jingtu.platform.indicators.declarations import Indicator, Reading
from jingtu.platform.indicators.models import ManualReading
from jingtu.platform.pages import sheets
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs, tell
from jingtu.platform.pages.formats import RATIO, figure, measured, moment, short_date
from jingtu.platform.people import policies
from jingtu.platform.registers.versions import at as valid
from jingtu.programme.plans import bars
from jingtu.programme.plans import targets as readings
from jingtu.programme.plans.models import Target
from jingtu.programme.plans.splitting import roll_up
from jingtu.programme.plans.views.common import may, readable_target, typed_lines

TYPED_HEADINGS = (
    "日期", "数值", "计量单位", "结果", "分子", "分母", "说明", "证明材料", "填报人", "填报时间", "更正情况",
)  # fmt: skip


@needs("plans.read")
@require_GET
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The drawer behind a number, or the same as a page of its own.

    ``place``: the part of a place below. ``part``, ``sheet``: one list of entries alone, page by page.
    ``since``: hold the number against this snapshot. ``check``: recompute this snapshot, or the last one.
    """
    page = page_context(request)
    found = readable_target(request, uid)
    drawer = request.headers.get("HX-Request") == "true"
    item = readings.read(found, page.on, page.known_at)
    place = showing.place_asked(request, found.region, "plans.read")
    reading = item.reading
    indicator = None if reading.manual else _indicator(found)  # typed in while its register is empty
    if indicator is None:
        place = None  # what is typed in is typed in for the whole
    elif place is not None:
        reading = indicator.compute(place, page.on, page.known_at, found.parameters)
    own, exported = (reverse(name, args=[uid]) for name in ("target_provenance", "target_provenance_export"))
    query = f"?{urlencode({'place': place.uid})}" if place else ""
    context: dict[str, Any] = {
        "target": found,
        "item": item,
        "reading": reading,
        "place": place,
        "indicator": indicator,
        "shown": changes.said({**reading.to_json(), "numerator": None}) if place else item.shown,
        "here": f"{own}{query}&" if place else f"{own}?",
        "export_address": f"{exported}{query}",
        "drawer": drawer,
    }
    if indicator is None:
        context["typed"] = typed_lines(request, found, page.on)
    else:
        context |= _computed(request, found, reading, indicator, drawer=drawer)
    rolled = roll_up(found, page.on, page.known_at) if place is None else None
    if rolled is not None and rolled.shares:
        context |= {"rolled": rolled, "shares": [bars.row(share) for share in rolled.shares]}
    answer = render(request, "plans/provenance.html" if drawer else "plans/provenance_page.html", context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer


def _indicator(found: Target) -> Indicator | None:
    return declarations.get(found.indicator_id) if found.indicator_id else None


def _computed(
    request: HttpRequest, found: Target, reading: Reading, indicator: Indicator, *, drawer: bool
) -> dict[str, Any]:
    """What a computed number adds: its entries, its places, its snapshots, what changed, what is missing."""
    may_keep = reading.region.pk == found.region_id and may(request, "plans.target.edit", reading.region.path)
    rising = (
        found.comparator in {">=", ">", "="}
        and found.kind == "number"
        and reading.region.pk == found.region_id
    )
    return showing.computed(
        request, indicator, reading, found.parameters,
        address_of=lambda below: _addresses(found, reading, below),
        limit=found.value if rising else None, drawer=drawer,
    ) | {"keep_address": reverse("target_recompute", args=[found.uid]) if may_keep else ""}  # fmt: skip


def _addresses(found: Target, reading: Reading, below: list[Reading]) -> Callable[[Reading], str]:
    """A place below leads to the target that it has of its own, else to its part of this one."""
    own = {
        item.region_id: item
        for item in Target.objects.filter(
            valid(reading.on, reading.known_at),
            region__in=[one.region for one in below],
            plan__year=found.plan.year,
            indicator_id=found.indicator_id,
        ).order_by("-position", "-pk")
        if readings.question_of(item) == readings.question_of(found)
    }

    def address(one: Reading) -> str:
        if one.region.pk in own:
            return reverse("target_provenance", args=[own[one.region.pk].uid])
        return f"{reverse('target_provenance', args=[found.uid])}?{urlencode({'place': one.region.uid})}"

    return address


@needs("plans.read")
@require_GET
def export(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The entries of a computed number as a spreadsheet: counted ones, and those left out with reasons."""
    page = page_context(request)
    found = readable_target(request, uid)
    manual = readings.read(found, page.on, page.known_at).reading.manual
    indicator = None if manual else _indicator(found)
    if indicator is None:
        return _typed_sheet(found, typed_lines(request, found, page.on), page.on)
    place = showing.place_asked(request, found.region, "plans.read") or found.region
    reading = indicator.compute(place, page.on, page.known_at, found.parameters)
    rule = f"，依据 {reading.rule.source} {reading.rule.clause}".rstrip() if reading.rule else "，依据未配置"
    note = f"{place.name} {indicator.name}：{changes.said(reading.to_json())}，{short_date(reading.on)} 的状态{rule}"
    return sheets.response(
        f"{place.name}{indicator.name}_{reading.on:%Y%m%d}_计算依据",
        provenance.HEADINGS,
        provenance.sheet(reading, page_user(request)),
        note,
    )


def _typed_sheet(found: Target, typed: list[readings.Typed], on: date) -> HttpResponse:
    rows = (
        (
            line.row.on, _cell(line.row), line.row.unit, line.row.text, line.row.numerator, line.row.denominator,
            line.row.note, "、".join(str(item) for item in line.files), str(line.row.entered_by or "系统"),
            moment(line.row.recorded_from), "已更正" if line.corrected else "",
        )
        for line in typed
    )  # fmt: skip
    title = f"{found.region.name}{found.indicator}_{on:%Y%m%d}_人工填报"
    return sheets.response(
        title, TYPED_HEADINGS, rows, f"人工填报，{short_date(on)} 以前的读数，更正前的数一并列出"
    )


def _cell(row: ManualReading) -> Decimal | str | None:
    """A number for the spreadsheet; a ratio as it is written, so many to one."""
    return measured(figure(row.value), RATIO) if row.unit == RATIO else row.value


@needs("plans.read")
@require_POST
def recompute(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keep today's reading of a computed target; where it is kept already, say whether it still holds."""
    found = readable_target(request, uid)
    page = page_context(request)
    policies.require(page_user(request), "plans.target.edit", found.region.path)
    address = reverse("target", args=[uid])
    if _indicator(found) is None:
        tell(request, ConflictError("这个目标没有清单可据以计算，请填报读数。"))
        return HttpResponseRedirect(address)
    page.require_present()
    kept = snapshots.take(found.indicator_id, found.region, page.on, found.parameters)
    if kept is not None:
        words = f"已计算并留存当日读数：{changes.said(kept.reading)}。"
    else:
        series = snapshots.series_of(found.indicator_id, found.region, found.parameters)
        today = changes.kept_before(found.indicator_id, found.region, page.on)
        words = changes.check(
            next(item for item in today if item.on == page.on and item.variant == series[2])
        ).words
    messages.success(request, words, extra_tags="saved")
    return HttpResponseRedirect(address)
