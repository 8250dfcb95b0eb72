"""Pages beside the list of results: statistics and box plots, points and depth, the map, one sample, quality, indices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jingtu.errors import NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.statistics import non_detect_rule
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.evidence.laboratory import permissions, verdicts, visibility
from jingtu.platform.evidence.laboratory.drawing.axes import sign
from jingtu.platform.evidence.laboratory.drawing.boxes import box_plot
from jingtu.platform.evidence.laboratory.drawing.depths import DepthPlot, depth_plot
from jingtu.platform.evidence.laboratory.drawing.maps import site_map
from jingtu.platform.evidence.laboratory.models import Result, Sample
from jingtu.platform.evidence.laboratory.queries import limits, listing, places, pollution, quality, summing
from jingtu.platform.evidence.laboratory.queries.frame import Frame, facets
from jingtu.platform.evidence.laboratory.views.results import frame_context, frame_of
from jingtu.platform.pages import sheets, tables
from jingtu.platform.pages.context import page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.formats import short_date
from jingtu.platform.pages.keyset import Count
from jingtu.platform.people import policies

PLOTS_SHOWN = 12


@require_GET
@needs(permissions.READ.name)
def statistics(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Statistics of every analyte, and box plots with limits as lines."""
    frame = frame_of(request, uid)
    lines = summing.lines(frame)
    analyte, log = request.GET.get("analyte", ""), request.GET.get("log") == "1"
    start = _number(request.GET.get("from", ""))
    wanted = (
        [line for line in lines if line.key == analyte] if analyte else lines[start : start + PLOTS_SHOWN]
    )
    plots = [plot for line in wanted if (plot := _box(frame, line, log=log)) is not None]
    more = not analyte and start + PLOTS_SHOWN < len(lines)
    following = tables.query(request.GET, **{"from": start + PLOTS_SHOWN}) if more else ""
    return render(
        request,
        "laboratory/statistics.html",
        frame_context(request, frame, "survey_statistics")
        | {
            "headings": summing.HEADINGS,
            "lines": [(line, list(zip(summing.HEADINGS[2:], line.cells, strict=True))) for line in lines],
            "rule_words": _rule_words(),
            "plots": plots,
            "log": log,
            "analyte": analyte,
            "choices": list(dict.fromkeys((line.key, line.name) for line in lines)),
            "more": following,
            **_key(frame),
        },
    )


def _rule_words() -> str:
    rule = non_detect_rule()
    return f"未检出的按检出限的 {rule.share:g} 倍参与统计（{rule.source} {rule.clause}），只用于统计，不用于判定。"


def _box(frame: Frame, line: summing.Line, *, log: bool) -> tuple[Any, str] | None:
    if line.five is None:
        return None
    rows, more = summing.drawn(frame, line)
    points = [summing.point_of(frame.survey, row) for row in rows]
    plot = box_plot(line.name, line.unit, line.five, points, summing.limit_lines(frame, line), log=log)
    if plot is None:
        return None
    count = f"{line.count} 个结果，检出 {line.detected} 个"
    return plot, f"{count}；只画出须外和超标的结果，另有 {more} 个在箱体和须以内" if more else count


def _key(frame: Frame) -> dict[str, Any]:
    """The legend: the verdicts that occur, and what hollow means."""
    looks = [verdicts.look_of(code) for code in reversed(facets(frame).verdicts)]
    return {
        "key": [(look, sign(look.shape, look.css, 8, 8, size=5)) for look in looks],
        "hollow": sign("circle", "verdict-done", 8, 8, hollow=True, size=5),
    }


@require_GET
@needs(permissions.READ.name)
def statistics_export(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What the plots draw, as a workbook: statistics of every analyte, or with ``of=points`` the points."""
    frame = frame_of(request, uid)
    if request.GET.get("of") == "points":
        return _points_export(request, frame)
    rows = (line.row for line in summing.lines(frame))
    note = f"{frame.survey.name}（{frame.survey.code}）；{_rule_words()}"
    return sheets.response(f"{frame.survey.name}统计", summing.HEADINGS, rows, note)


def _points_export(request: HttpRequest, frame: Frame) -> HttpResponse:
    """The points with their worst verdicts; coordinates for whoever may see them."""
    placed = visibility.sees_places(page_user(request), frame.survey)
    headings = ["点位", "最严重的结论", "超标项目", "样品数", "采样深度（m）"]
    rows = (
        [
            place.name, place.look.words, place.names, place.samples, place.depth,
            *((place.longitude, place.latitude) if placed else ()),
        ]
        for place in places.places(frame)
    )  # fmt: skip
    headings += ["经度", "纬度"] if placed else []
    note = f"{frame.survey.name}（{frame.survey.code}）"
    return sheets.response(f"{frame.survey.name}点位", headings, rows, note)


@require_GET
@needs(permissions.READ.name)
def points(request: HttpRequest, uid: UUID) -> HttpResponse:
    """All points, the worst first; or one of them with its depth plots."""
    frame = frame_of(request, uid)
    found = places.places(frame)
    name = request.GET.get("point", "")
    if name:
        place = next((place for place in found if place.name == name), None)
        if place is None:
            raise NotFoundError("没有找到这个点位，可能已更正；请从点位清单进入。")
        return _point(request, frame, place)
    return render(
        request,
        "laboratory/points.html",
        frame_context(request, frame, "survey_points") | _listed(request, found),
    )


def _listed(request: HttpRequest, found: list[places.Place]) -> dict[str, Any]:
    start = _number(request.GET.get("from", ""))
    following = start + places.POINTS_A_PAGE
    return {
        "places": found[start:following],
        "total": len(found),
        "following": tables.query(request.GET, **{"from": following}) if following < len(found) else "",
    }


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0


def _point(request: HttpRequest, frame: Frame, place: places.Place) -> HttpResponse:
    rows = places.results_at(frame, place.name)
    log = request.GET.get("log") == "1"
    plots = _depth_plots(frame, rows, log=log)
    return render(
        request,
        "laboratory/point.html",
        frame_context(request, frame, "survey_points")
        | {
            "place": place,
            "point_title": f"点位 {place.name}",
            "plots": plots[:PLOTS_SHOWN],
            "plots_left_out": max(0, len(plots) - PLOTS_SHOWN),
            "log": log,
            "table": _table(request, frame, rows, leave_out=("point",)),
            **_key(frame),
        },
    )


def _depth_plots(frame: Frame, rows: list[Result], *, log: bool) -> list[DepthPlot]:
    """One plot an analyte and unit with results of at least two depths; what exceeds first."""
    held = limits.limits_of(frame.survey, rows)
    groups: dict[tuple[str, str], list[Any]] = {}
    names: dict[tuple[str, str], str] = {}
    worst: dict[tuple[str, str], int] = {}
    for row, limit in zip(rows, held, strict=True):
        key = (row.analyte_id or f"~{row.analyte}", summing.unit_of(row))
        lines = [line for one in limit if one.unit == key[1] and (line := one.line()) is not None]
        groups.setdefault(key, []).append(summing.point_of(frame.survey, row, lines))
        names.setdefault(key, row.analyte)
        worst[key] = max(worst.get(key, -9), verdicts.look_of(row.verdict).rank)
    found = []
    for key in sorted(groups, key=lambda key: (-worst[key], names[key])):
        if len({(point.top, point.bottom) for point in groups[key]}) > 1:
            plot = depth_plot(names[key], key[1], groups[key], log=log)
            if plot is not None:
                found.append(plot)
    return found


def _table(
    request: HttpRequest,
    frame: Frame,
    rows: list[Result],
    leave_out: tuple[str, ...] = (),
    more: tuple[tables.Column, ...] = (),
) -> tables.Table:
    columns = [column for column in listing.columns(frame.survey) if column.id not in leave_out] + list(more)
    return tables.build(
        columns,
        rows,
        request.GET,
        total=Count(len(rows)),
        empty="没有检测结果",
    )


@require_GET
@needs(permissions.READ.name)
def site_plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Points on the ground in the colours of their worst verdicts; for whoever may see coordinates."""
    frame = frame_of(request, uid)
    survey = frame.survey
    policies.require(page_user(request), permissions.COORDINATES.name, survey.region.path, survey.bodies)
    found = places.places(frame)
    placed = places.sites(survey, found)
    return render(
        request,
        "laboratory/map.html",
        frame_context(request, frame, "survey_map")
        | {"plot": site_map(placed), "missing": len(found) - len(placed)}
        | _listed(request, found)
        | _key(frame)
        | {"hollow": ""},
    )


@require_GET
@needs(permissions.READ.name)
def sample(request: HttpRequest, uid: UUID, key: int) -> HttpResponse:
    """One sample: what it is, all its results, its parallels."""
    frame = frame_of(request, uid)
    found = Sample.objects.filter(survey=frame.survey, pk=key).select_related("imported__attachment").first()
    if found is None:
        raise NotFoundError("没有找到这个样品，或不在您的权限范围内。")
    rows = list(
        frame.all_results.filter(sample=found).select_related("sample").order_by("-rank", "-ratio", "pk")
    )
    repeats = frame.samples.filter(parent_code=found.code, qc_kind=quality.PARALLEL)
    if found.qc_kind == quality.PARALLEL:
        repeats = frame.samples.filter(pk=found.pk)
    return render(
        request,
        "laboratory/sample.html",
        frame_context(request, frame, "survey_results")
        | {
            "sample": found,
            "sample_title": f"样品 {found.code}",
            "worst": verdicts.worst(row.verdict for row in rows),
            "replaced": found.recorded_to if found.recorded_to != OPEN_TIME else None,
            "facts": _facts(request, frame, found),
            "table": _table(request, frame, rows, leave_out=("sample", "point", "depth")),
            "controls": quality.pairs(frame, repeats),
        },
    )


def _facts(request: HttpRequest, frame: Frame, found: Sample) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [
        ("样品类型", found.get_medium_display()),
        ("点位", found.point or "无数据"),
        ("深度", f"{listing.depth(found)} m" if listing.depth(found) else "无数据"),
        ("采样日期", short_date(found.sampled_on) or "无数据"),
        ("pH", "无数据" if found.ph is None else listing.figure(found.ph)),
        ("用地", found.land_use or "无数据"),
        ("农作物", found.crop),
        ("质控类型", found.qc_label),
        ("原样", found.parent_code),
        ("批次", found.batch),
        ("检测报告", found.imported.attachment.name),
    ]
    if found.longitude is not None and visibility.sees_places(page_user(request), frame.survey):
        facts.append(("坐标", f"东经 {found.longitude}° 北纬 {found.latitude}°"))
    return [(label, value) for label, value in facts if value]


_RULES = (
    tables.Column("kind", "质控类型", lambda row: row.sample.qc_label, css="short"),
    tables.Column("rule", "方法要求", lambda row: quality.rule_of(row)[0]),
    tables.Column("held", "是否符合", lambda row: quality.rule_of(row)[1], css="short"),
)


@require_GET
@needs(permissions.READ.name)
def control(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Quality control: parallels, blanks, recoveries, and what was acknowledged at the import."""
    frame = frame_of(request, uid)
    found = quality.pairs(frame)
    blanks, recoveries = quality.controls(frame, quality.BLANKS), quality.controls(frame, quality.RECOVERIES)
    samples = frame.samples.filter(qc_kind="").count()
    repeats = frame.samples.filter(qc_kind=quality.PARALLEL).count()
    hidden = ("point", "depth", "limit", "ratio", "verdict", "clause")
    return render(
        request,
        "laboratory/quality.html",
        frame_context(request, frame, "survey_quality")
        | {
            "pairs": found[: quality.PAIRS_SHOWN],
            "pairs_left_out": max(0, len(found) - quality.PAIRS_SHOWN),
            "stats": [
                ("样品", f"{samples} 个"),
                ("平行样", f"{repeats} 个"),
                ("平行样比例", f"{100 * repeats / samples:.1f} %" if samples else "无数据"),
                ("最大相对偏差", f"{found[0].deviation} %" if found and found[0].deviation else "无数据"),
            ],
            "groups": [
                ("空白样", _table(request, frame, blanks, hidden, _RULES), "没有空白样"),
                (
                    "加标回收和标准物质",
                    _table(request, frame, recoveries, hidden, _RULES),
                    "没有加标回收和标准物质",
                ),
            ],
            "warnings": _warnings(frame),
        },
    )


def _warnings(frame: Frame) -> list[dict[str, str]]:
    """What the checks of the imported files warned of, and a person acknowledged."""
    files = frame.survey.imports.filter(withdrawn_at__isnull=True).order_by("pk")
    found = []
    for file in files:
        for item in file.warnings:
            place = "，".join(
                part
                for part in (
                    item.get("sheet") or "",
                    f"第 {item['row']} 行" if item.get("row") else "",
                    str(item.get("column") or ""),
                )
                if part
            )
            found.append({"where": place, "message": str(item.get("message", ""))})
    return found


@require_GET
@needs(permissions.READ.name)
def pollution_indices(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Indices of pollution with a background set that the reader chooses; none is the default."""
    frame = frame_of(request, uid)
    sets = pollution.offered(frame)
    chosen = request.GET.get("set", "")
    chosen = chosen if any(key == chosen for key, _ in sets) else ""
    context = frame_context(request, frame, "survey_indices") | {"sets": sets, "chosen": chosen}
    context["why_none"] = (
        "请选择一套背景值；各套数值不同，没有默认的一套。"
        if sets
        else "污染指数只用于土壤和底泥，且需要本任务检测项目的背景值。"
    )
    if chosen:
        try:
            found = pollution.compute(frame, chosen)
        except NotConfiguredError as error:
            return render(
                request, "laboratory/indices.html", context | {"chosen": "", "why_none": error.message}
            )
        context |= {
            "set_name": found.name,
            "how": found.how,
            "tables": [
                ("分项目", "列各样品中最大的指数", pollution.ANALYTE_HEADINGS, found.by_analyte),
                ("分样品", "* 有未检出的项目按检出限的一半计算", pollution.SAMPLE_HEADINGS, found.by_sample),
            ],
            "rows_left_out": f"另有 {found.left_out} 个样品没有列出。" if found.left_out else "",
        }
    return render(request, "laboratory/indices.html", context)
