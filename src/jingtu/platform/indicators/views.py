"""All computed numbers of a place, and what is behind each, whether or not a plan names it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from jingtu.errors import CellError
from jingtu.platform.indicators import changes, declarations, provenance, service, showing
from jingtu.platform.indicators import parameters as asking
from jingtu.platform.indicators.declarations import Indicator, Reading
from jingtu.platform.indicators.permissions import READ
from jingtu.platform.pages import sheets
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.formats import RATIO, short_date
from jingtu.platform.regions.models import Region

HEADINGS = (
    "指标",
    "数值",
    "计量单位",
    "分子",
    "分母",
    "分子分母单位",
    "计入条目",
    "未计入条目",
    "数据完整（%）",
    "依据",
    "条款",
)
PLACES_HEADINGS = ("指标", "计量单位")


@needs(READ)
@require_GET
def indicators(request: HttpRequest) -> HttpResponse:
    """Every declared indicator with its number for the region of the page, or for the places below it."""
    page = page_context(request)
    words = request.GET.get("q", "").strip()[:60]
    chosen = [item for item in declarations.all_indicators() if words in item.name]
    by_place = request.GET.get("by") == "place"
    columns = _below(request) if by_place else [page.require_region()]
    lines = [(item, _cells(request, item, columns)) for item in chosen]
    return render(
        request,
        "indicators/list.html",
        {
            "lines": lines,
            "columns": columns,
            "by_place": by_place,
            "words": words,
            "export_url": reverse("indicators_export"),
        },
    )


@needs(READ)
@require_GET
def indicators_export(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    page = page_context(request)
    words = request.GET.get("q", "").strip()[:60]
    chosen = [item for item in declarations.all_indicators() if words in item.name]
    region = page.require_region()
    note = f"{region.name}，{short_date(page.on)} 的状态"
    if request.GET.get("by") == "place":
        columns = _below(request)
        rows = (
            (item.name, item.unit, *(said for _, said, _ in _cells(request, item, columns)))
            for item in chosen
        )
        headings: tuple[str, ...] = (*PLACES_HEADINGS, *(place.name for place in columns))
        return sheets.response(f"{region.name}各地指标_{page.on:%Y%m%d}", headings, rows, note)
    found = (_row(item.parts([region], page.on, page.known_at)[region.pk]) for item in chosen)
    return sheets.response(f"{region.name}指标_{page.on:%Y%m%d}", HEADINGS, found, note)


@needs(READ)
@require_GET
def indicator(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 - the path says so
    """What is behind one number: as a drawer, or as a page of its own."""
    page = page_context(request)
    known = service.known(id)
    region = page.require_region()
    place = showing.place_asked(request, region, READ)
    parameters, refused = _parameters(request, known)
    reading = known.compute(place or region, page.on, page.known_at, parameters)
    drawer = request.headers.get("HX-Request") == "true"
    own = reverse("indicator", args=[id])
    given = parameters | ({"place": str(place.uid)} if place else {})
    query = f"?{urlencode(given)}" if given else ""
    exported = f"{reverse('indicator_export', args=[id])}{query}"

    def address_of(_below: list[Reading]) -> Any:
        return lambda one: f"{own}?{urlencode(parameters | {'place': str(one.region.uid)})}"

    context: dict[str, Any] = {
        "indicator": known,
        "reading": reading,
        "place": place,
        "whole": region,
        "own": own,
        "shown": changes.said({**reading.to_json(), "numerator": None}),
        "here": f"{own}{query}&" if query else f"{own}?",
        "export_address": exported,
        "drawer": drawer,
        "asking": asking.controls(known, request.GET.dict(), refused),
        "asked": parameters,
        "refused": refused,
    } | showing.computed(request, known, reading, parameters, address_of=address_of, drawer=drawer)
    answer = render(request, "indicators/drawer.html" if drawer else "indicators/page.html", context)
    answer.status_code = 422 if refused else 200
    answer["Vary"] = "HX-Request, Cookie"
    return answer


@needs(READ)
@require_GET
def indicator_export(request: HttpRequest, id: str) -> HttpResponse:  # noqa: A002 - the path says so
    """The entries behind a number as a spreadsheet: counted ones, and those left out with reasons."""
    page = page_context(request)
    known = service.known(id)
    place = showing.place_asked(request, page.require_region(), READ) or page.require_region()
    parameters = asking.required(known, request.GET.dict())
    reading = known.compute(place, page.on, page.known_at, parameters)
    rule = f"，依据 {reading.rule.source} {reading.rule.clause}".rstrip() if reading.rule else "，依据未配置"
    note = (
        f"{place.name} {known.name}：{changes.said(reading.to_json())}，{short_date(reading.on)} 的状态{rule}"
    )
    return sheets.response(
        f"{place.name}{known.name}_{reading.on:%Y%m%d}_计算依据",
        provenance.HEADINGS,
        provenance.sheet(reading, page_user(request)),
        note,
    )


def _parameters(request: HttpRequest, known: Indicator) -> tuple[dict[str, str], list[CellError]]:
    """What the address asks; where anything of it cannot be read, nothing is calculated by the rest."""
    found, errors = asking.read(known, request.GET.dict())
    return ({} if errors else found), errors


def _below(request: HttpRequest) -> list[Region]:
    page = page_context(request)
    return list(
        page.require_region()
        .children.filter(valid_from__lte=page.on, valid_to__gt=page.on)
        .prefetch_related("names")
        .order_by("path")
    )


def _cells(request: HttpRequest, item: Indicator, places: list[Region]) -> list[tuple[Reading, str, str]]:
    """Reading, the reading in words, and the address behind it, for each place."""
    page = page_context(request)
    here = page.require_region()
    found = item.parts(places, page.on, page.known_at)
    cells = []
    for place in places:
        reading = found[place.pk]
        query = "" if place.pk == here.pk else f"?{urlencode({'place': place.uid})}"
        said = changes.said({**reading.to_json(), "numerator": None})
        cells.append((reading, said, f"{reverse('indicator', args=[item.id])}{query}"))
    return cells


def _row(reading: Reading) -> tuple[Any, ...]:
    return (
        reading.name,
        reading.value
        if reading.value is not None and reading.unit != RATIO
        else changes.said({**reading.to_json(), "numerator": None}),
        reading.unit,
        reading.numerator,
        reading.denominator,
        reading.parts_unit,
        reading.counted,
        reading.left_out_count,
        round(reading.completeness * 100, 1),
        reading.rule.source if reading.rule else "未配置",
        reading.rule.clause if reading.rule else "",
    )
