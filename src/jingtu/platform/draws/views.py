"""Draws as pages: the list, one draw with its objects, its check, its sheets."""

from __future__ import annotations

import json
import uuid
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from jingtu.errors import NotFoundError
from jingtu.platform.documents import Column as DocumentColumn
from jingtu.platform.documents import Table, write_docx
from jingtu.platform.draws import actions, outcomes, reading, verifying
from jingtu.platform.draws.models import Draw, Outcome
from jingtu.platform.draws.outcomes import Row
from jingtu.platform.draws.permissions import MAKE, READ, RECORD
from jingtu.platform.draws.population import Filter, strata_of
from jingtu.platform.draws.rules import rules_of
from jingtu.platform.evidence.showing import offer
from jingtu.platform.pages import html, keyset, sheets, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.tables import Column
from jingtu.platform.people import policies
from jingtu.platform.registers import declarations

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TONES = {"prepared": "neutral", "seeded": "waiting", "drawn": "active", "cancelled": "off"}


@needs(READ.name)
@require_GET
def draws(request: HttpRequest) -> HttpResponse:
    """All draws of the place, the latest first."""
    page, user = page_context(request), page_user(request)
    rows = reading.readable(user).filter(on__lte=page.on)
    if page.region is not None:
        rows = rows.filter(region__path__startswith=page.region.path)
    kind = request.GET.get("kind", "")
    if kind in Draw.Kind.values:
        rows = rows.filter(kind=kind)
    found = keyset.page(rows, ["-on", "-id"], request.GET.get("after", ""))
    progress = {
        item.pk: outcomes.progress(outcomes.rows_of(item, page.on, page.known_at)) for item in found.rows
    }
    table = tables.build(
        _columns(progress), found.rows, request.GET, total=keyset.count(rows),
        next_cursor=found.next,
        previous_cursor=found.previous, caption="抽取", empty="还没有抽取",
        empty_hint="从一份清单按比例或数量抽取对象，双随机同时抽取检查人员；结果可以由任何人重新核验。",
    )  # fmt: skip
    content = {
        "table": table,
        "filters": [tables.chips("抽取类型", "kind", Draw.Kind.choices, request.GET)],
        "may_make": not page.is_past and policies.may(user, MAKE.name),
    }
    return render(request, "draws/draws.html", content)


def _columns(progress: dict[int, outcomes.Progress]) -> list[Column]:
    def title(row: Draw) -> Any:
        return format_html('<a data-row href="{}">{}</a>', reverse("draw", args=[row.uid]), row.title)

    def far(row: Draw) -> Any:
        now = progress[row.pk]
        if row.state != Draw.State.DRAWN:
            return html.badge(row.get_state_display(), TONES[row.state])
        words = f"已检查 {now.checked}/{now.total}"
        if now.late:
            return html.badge(f"{words}，逾期 {now.late}", "late")
        return html.badge(words, "done" if now.checked == now.total else "active")

    return [
        Column("title", "抽取名称", title, css="main wide"),
        Column("kind", "类型", lambda row: row.get_kind_display(), css="short"),
        Column("register", "清单", lambda row: declarations.get(row.register).label),
        Column("place", "行政区", lambda row: row.region.name, css="short"),
        Column("on", "日期", lambda row: row.on.isoformat(), css="short tabular"),
        Column("size", "名单", lambda row: row.population_size, css="num"),
        Column("found", "发现问题", lambda row: progress[row.pk].found, css="num"),
        Column("far", "进度", far, css="state-cell"),
    ]


@needs(READ.name)
@require_GET
def draw(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """One draw: what was fixed, the seed, the objects with their inspectors and outcomes."""
    page, user = page_context(request), page_user(request)
    found = reading.one(user, uid)
    register = declarations.get(found.register)
    rows = outcomes.rows_of(found, page.on, page.known_at)
    recording = (
        not page.is_past
        and found.state == Draw.State.DRAWN
        and policies.reach(user, RECORD.name).allows(found.region.path)
    )
    making = not page.is_past and policies.reach(user, MAKE.name).allows(found.region.path)
    content = {
        "draw": found,
        "register": register,
        "rows": [
            {
                "row": row,
                "files": offer(user, row.outcome.evidence.all(), changing=False) if row.outcome else [],
                "may_reopen": recording and outcomes.may_reopen(user, row.drawn, page.on),
            }
            for row in rows
        ],
        "progress": outcomes.progress(rows),
        "filter": Filter.stored(found.filter).words(register),
        "strata": dict(strata_of(register)).get(found.strata, ""),
        "exclusions": excluded(found),
        "pair_basis": [rule for rule in rules_of("inspection") if rule.in_force(found.on)],
        "recording": recording,
        "making": making,
        "results": Outcome.Result.choices,
        "reopen": register.lifecycle.move(register.reopen_move).label if register.reopen_move else "",
        "tone": TONES[found.state],
        "today": page.today,
    }
    return render(request, "draws/draw.html", content)


def excluded(found: Draw) -> list[tuple[str, str]]:
    """Names of what was left out, with the reasons."""
    from jingtu.platform.registers import versions

    reasons = {item["uid"]: item["reason"] for item in found.exclusions}
    rows = versions.versions(found.register, found.on, found.known_at).filter(entry__uid__in=list(reasons))
    return [(row.name, reasons[str(row.entry.uid)]) for row in rows.order_by("name")]


@needs(READ.name)
@require_GET
def draw_verify(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The draw done again before the eyes of whoever asks."""
    found = reading.one(page_user(request), uid)
    checks = verifying.verify(found)
    content = {"draw": found, "checks": checks, "good": all(item.good for item in checks)}
    return render(request, "draws/verify.html", content)


@needs(READ.name)
@require_GET
def draw_export(request: HttpRequest, uid: uuid.UUID, kind: str) -> HttpResponse:
    """The list drawn as a workbook or a sheet to sign; the record by which anybody can draw again."""
    found = reading.one(page_user(request), uid)
    page = page_context(request)
    rows = outcomes.rows_of(found, page.on, page.known_at)
    name = f"{found.title}{found.on.isoformat()}"
    headings = ["序号", "对象", "编号", "行政区", "分层", "检查人员", "结果", "检查日期", "检查情况"]
    if kind == "xlsx":
        return sheets.response(name, headings, [_cells(row) for row in rows], _note(found))
    if kind == "docx":
        return _download(_sheet(found, rows), WORD, f"{name}.docx")
    if kind == "json" and found.state == Draw.State.DRAWN:
        text = json.dumps(actions.said(found), ensure_ascii=False, indent=1)
        return _download(text.encode(), "application/json", f"{name}.json")
    raise NotFoundError("没有这种格式。", kind=kind[:10])


def _cells(row: Row) -> list[Any]:
    done = row.outcome
    return [
        row.drawn.position,
        row.name,
        row.drawn.entry.code,
        row.version.region.name if row.version else "",
        row.drawn.stratum,
        "、".join(row.inspectors),
        row.result,
        done.on if done else None,
        done.note if done else "",
    ]


def _note(found: Draw) -> str:
    return (
        f"{found.get_kind_display()}　名单 {found.population_size} 个　名单校验值 {found.population_hash}　"
        f"种子 {found.seed}（{found.get_seed_source_display()}）　算法 {found.algorithm} 第 {found.algorithm_version} 版"
    )


def _sheet(found: Draw, rows: list[Row]) -> bytes:
    columns = (
        DocumentColumn("序号", 0.6, "center"), DocumentColumn("检查对象", 3), DocumentColumn("编号", 1.6),
        DocumentColumn("检查人员", 1.8), DocumentColumn("检查日期", 1.4, "center"),
        DocumentColumn("检查结果", 1.4, "center"), DocumentColumn("签字", 1.6),
    )  # fmt: skip
    lines = [
        (
            str(row.drawn.position), row.name, row.drawn.entry.code, "、".join(row.inspectors),
            row.outcome.on.isoformat() if row.outcome else "", row.result if row.outcome else "", "",
        )
        for row in rows
    ]  # fmt: skip
    head = [("抽取日期", found.on.isoformat()), ("行政区", found.region.name)]
    if found.due:
        head.append(("完成期限", found.due.isoformat()))
    table = Table(
        found.title, columns, lines, head=head, notes=[_note(found)],
        watermark="示例数据" if found.is_example else "", landscape=True,
    )  # fmt: skip
    return write_docx(table)


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    ending = name.rpartition(".")[2]
    answer["Content-Disposition"] = f"attachment; filename=draw.{ending}; filename*=UTF-8''{quote(name)}"
    return answer
