"""The results of a survey: the verdict, what drives it, every result; the list as a file; one result."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from jingtu.errors import InputError, NotFoundError
from jingtu.platform.evidence.laboratory import judging, permissions, verdicts, visibility
from jingtu.platform.evidence.laboratory.models import Medium, Result, Survey
from jingtu.platform.evidence.laboratory.queries import explaining, listing
from jingtu.platform.evidence.laboratory.queries.frame import Facets, Frame, drivers, facets
from jingtu.platform.evidence.laboratory.queries.listing import Wanted
from jingtu.platform.pages import keyset, sheets, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.formats import moment, short_date
from jingtu.platform.pages.keyset import Count
from jingtu.platform.registers.tabs import tabs as saved_views

EXPORT_LIMIT = 100_000
CSV_TYPE = "text/csv; charset=utf-8"
POINTS_LISTED = 300


def frame_of(request: HttpRequest, uid: UUID) -> Frame:
    """The survey of an address, as it was believed at the page's moment, where the user may read it."""
    return Frame(visibility.readable(page_user(request), uid), page_context(request).known_at)


def frame_context(request: HttpRequest, frame: Frame, here: str) -> dict[str, Any]:
    """What the head of every page of results shows."""
    survey = frame.survey
    names = [
        ("survey_results", "结论与结果"),
        ("survey_statistics", "统计与箱线图"),
        ("survey_points", "点位与深度"),
        ("survey_map", "点位图"),
        ("survey_quality", "质量控制"),
        ("survey_indices", "污染指数"),
    ]
    may_see_places = visibility.sees_places(page_user(request), survey)
    return {
        "survey": survey,
        "frame": frame,
        "judgement": frame.judgement,
        "sees_places": may_see_places,
        "pages": [
            (label, reverse(name, args=[survey.uid]), name == here)
            for name, label in names
            if name != "survey_map" or may_see_places
        ],
    }


@require_GET
@needs(permissions.READ.name)
def results(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The verdict in one line, what drives it, and every result."""
    frame = frame_of(request, uid)
    survey = frame.survey
    wanted = listing.wanted_of(request.GET)
    known = facets(frame)
    rows, order = listing.ordered(listing.narrowed(frame, wanted), wanted.sort)
    found = keyset.page(rows, order, request.GET.get("after", ""))
    counted = listing.counts(frame, wanted)
    table = tables.build(
        listing.columns(survey),
        found.rows,
        request.GET,
        total=Count(counted.get(wanted.verdict, 0) if wanted.verdict else sum(counted.values())),
        next_cursor=found.next,
        previous_cursor=found.previous,
        caption=f"{survey.name}的检测结果",
        empty="没有符合条件的结果" if known.total else "还没有检测结果",
        empty_hint="去掉一个筛选条件再看。" if known.total else "导入检测机构的结果表后，在这里看结论。",
    )
    context = frame_context(request, frame, "survey_results")
    judgement = context["judgement"]
    shown = tables.query(request.GET)
    return render(
        request,
        "laboratory/results.html",
        context
        | {
            "headline": verdicts.headline(judgement.samples if judgement else {}),
            "worst": verdicts.worst(judgement.samples if judgement else ()),
            "sample_counts": judging.shares(judgement.samples if judgement else {}),
            "drivers": [_driver(survey, driver, row) for driver, row in drivers(frame)],
            "how": explaining.settings(frame, judgement),
            "table": table,
            "wanted": wanted,
            "facets": known,
            "filters": _filters(request, counted, wanted, known),
            "depths": [(listing.depth_key(*pair), listing.interval(*pair)) for pair in known.depths],
            "points": known.points if len(known.points) <= POINTS_LISTED else (),
            "media": [(medium, Medium(medium).label) for medium in known.media],
            "views": saved_views(page_user(request), "survey_results", [("全部", "")], shown),
            "shown": shown,
            "export_query": shown,
            "csv_query": tables.query(request.GET, format="csv"),
            "page_id": "survey_results",
        },
    )


def _driver(survey: Survey, driver: Any, row: Result) -> dict[str, Any]:
    return {
        "driver": driver,
        "row": row,
        "look": verdicts.look_of(row.verdict),
        "ratio": listing.figure(row.ratio, 3),
        "limit": listing.limit(survey, row),
        "clause": listing.clause(row),
        "address": listing.result_address(survey, row),
        "depth": listing.depth(row.sample),
    }


def _filters(
    request: HttpRequest, counted: dict[str, int], wanted: Wanted, known: Facets
) -> list[tables.Filter]:
    shown = [
        (code, look.words)
        for code, look in reversed(verdicts.looks().items())
        if code in known.verdicts or code == wanted.verdict
    ]
    found = [tables.chips("结论", "verdict", shown, request.GET, counted)] if shown else []
    if any(item.detected < item.results for item in known.analytes) or wanted.detected:
        found.append(tables.chips("检出", "detected", [("yes", "检出"), ("no", "未检出")], request.GET))
    return found


@require_GET
@needs(permissions.READ.name)
def export(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The filtered rows with the chosen columns, in the shown order, as a workbook or as CSV."""
    frame = frame_of(request, uid)
    survey = frame.survey
    wanted = listing.wanted_of(request.GET)
    rows = listing.narrowed(frame, wanted)
    if keyset.count(rows).value >= EXPORT_LIMIT:
        raise InputError(f"超过 {EXPORT_LIMIT:,} 行，请先用筛选条件缩小范围，分几次导出。")
    columns = listing.exported(survey, tables.choose(listing.columns(survey), request.GET))
    sorted_rows, order = listing.ordered(rows, wanted.sort)
    lines = ([column.export(row) for column in columns] for row in sorted_rows.order_by(*order).iterator())
    headings = [column.label for column in columns]
    title = f"{survey.name}检测结果"
    if request.GET.get("format") == "csv":
        return csv_file(title, headings, lines)
    return sheets.response(title, headings, lines, _note(request, frame, wanted))


def csv_file(title: str, headings: Sequence[str], lines: Iterator[Sequence[Any]]) -> HttpResponse:
    """Rows as CSV that a spreadsheet opens as Chinese, with formulas defused."""
    stream = io.StringIO()
    stream.write("\N{BYTE ORDER MARK}")
    writer = csv.writer(stream)
    writer.writerow(headings)
    for line in lines:
        writer.writerow(["" if value is None else sheets.safe(value) for value in line])
    answer = HttpResponse(stream.getvalue(), content_type=CSV_TYPE)
    answer["Content-Disposition"] = f"attachment; filename=list.csv; filename*=UTF-8''{quote(title)}.csv"
    return answer


def _note(request: HttpRequest, frame: Frame, wanted: Wanted) -> str:
    page = page_context(request)
    parts = [f"{frame.survey.name}（{frame.survey.code}）"]
    judgement = frame.judgement
    if judgement is not None:
        numbers = "、".join(edition["number"] for edition in judgement.editions)
        parts.append(f"按{numbers}评价于{moment(judgement.recorded_from)}")
    if wanted.narrows:
        parts.append("已按条件筛选")
    known = f"，截至{moment(page.known_at)}已知" if page.known_at else ""
    parts.append(f"{short_date(page.today)}导出{known}")
    return "；".join(parts)


@require_GET
@needs(permissions.READ.name)
def result(request: HttpRequest, uid: UUID, key: int) -> HttpResponse:
    """How one result was judged: the drawer behind its number, or the same as a page of its own."""
    frame = frame_of(request, uid)
    # A row that was replaced since stays readable: a link to it says what was believed when.
    row = (
        Result.objects.filter(survey=frame.survey, pk=key)
        .select_related("sample", "imported__attachment", "imported__imported_by", "imported__ledger_row")
        .first()
    )
    if row is None:
        raise NotFoundError("没有找到这个检测结果，或不在您的权限范围内。")
    drawer = request.headers.get("HX-Request") == "true"
    context = frame_context(request, frame, "survey_results") | explaining.explained(frame, row)
    context |= {"drawer": drawer, "here": listing.result_address(frame.survey, row)}
    answer = render(request, "laboratory/result_drawer.html" if drawer else "laboratory/result.html", context)
    answer["Vary"] = "HX-Request, Cookie"
    return answer
