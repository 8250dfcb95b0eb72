"""Cards as a list, one card, its form, its paper, and the template with its versions."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from jingtu.errors import InputError, JingtuError, PermissionDeniedError
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.showing import offer
from jingtu.platform.pages import html, keyset, sheets, tables
from jingtu.platform.pages.context import PageContext, page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell, uploads
from jingtu.platform.pages.tables import Column
from jingtu.platform.people import policies
from jingtu.platform.registers.models import Version
from jingtu.platform.scorecards import declarations, printing, reading
from jingtu.platform.scorecards.declarations import ScorecardKind
from jingtu.platform.scorecards.filling import Answer, FillScorecard, points_of, proposals
from jingtu.platform.scorecards.models import Scorecard, ScoreItem
from jingtu.platform.scorecards.templating import (
    ItemDraft,
    ReviseTemplate,
    items_of,
    shown,
    template_on,
    versions_of,
)

View = Callable[..., HttpResponse]
BLANK_ROWS = 3


def of_kind(permission: str) -> Callable[[View], View]:
    """Let in who has a permission of the kind that the address names."""

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, kind_id: str, *rest: Any, **named: Any) -> HttpResponse:
            kind = declarations.asked(kind_id)
            return needs(getattr(kind, permission))(view)(request, kind, *rest, **named)

        return guarded

    return wrap


def of_some_kind(view: View) -> View:
    """Let in who may read cards of any kind."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *rest: Any, **named: Any) -> HttpResponse:
        names = [kind.read_permission for kind in declarations.all_kinds()]
        return needs(*names)(view)(request, *rest, **named)

    return guarded


def _columns(kind: ScorecardKind) -> list[Column]:
    return [
        Column("name", "检查对象", lambda row: format_html('<a href="{}">{}</a>', _address(row), row.name), lambda row: row.name, css="main"),
        Column("region", "行政区", lambda row: row.region.name),
        Column("on", "检查日期", lambda row: row.on.isoformat(), lambda row: row.on, sort="on", css="nowrap tabular"),
        Column("total", f"得分（满分 {shown(kind.total)}）", lambda row: shown(row.total), lambda row: row.total, css="num"),
        Column("grade", "结果", _result, lambda row: row.grade),
        Column("template", "评分表版本", printing.version_label),
        Column("who", "填写人", lambda row: row.filled_by.display_name if row.filled_by else "系统"),
    ]  # fmt: skip


def _address(card: Scorecard) -> str:
    return reverse("scorecard", args=[card.uid])


def _result(card: Scorecard) -> Any:
    if card.vetoed:
        return html.badge("一票否决", "warning")
    return html.badge(card.grade, "done") if card.grade else "未触发否决项"


@of_some_kind
@require_GET
def scorecards(request: HttpRequest) -> HttpResponse:
    """Cards within reach, one kind at a time, the latest first."""
    kinds = reading.readable_kinds(page_user(request))
    kind = next((item for item in kinds if item.id == request.GET.get("kind")), kinds[0])
    rows = _narrowed(request, kind)
    order = ["on", "id"] if request.GET.get("sort") == "on" else ["-on", "-id"]
    found = keyset.page(rows, order, request.GET.get("after", ""))
    table = tables.build(
        _columns(kind), found.rows, request.GET, total=keyset.count(rows),
        next_cursor=found.next, previous_cursor=found.previous, caption=kind.label, empty="还没有评分表",
        empty_hint="在条目的页面上点“填写评分表”。",
    )  # fmt: skip
    return render(
        request,
        "scorecards/scorecards.html",
        {
            "kind": kind,
            "table": table,
            "filters": [
                *([tables.chips("评分表", "kind", [(item.id, item.label) for item in kinds], request.GET)] if len(kinds) > 1 else []),
                tables.chips("结果", "veto", (("yes", "一票否决"), ("no", "未触发否决项")), request.GET),
            ],
            "export_query": tables.query(request.GET),
            "page_id": "scorecards",
            "shown": tables.query(request.GET),
        },
    )  # fmt: skip


def _narrowed(request: HttpRequest, kind: ScorecardKind) -> Any:
    page = page_context(request)
    rows = reading.cards_of_place(page_user(request), kind, page.region).filter(on__lte=page.on)
    veto = request.GET.get("veto")
    return rows.filter(vetoed=veto == "yes") if veto in {"yes", "no"} else rows


@of_some_kind
@require_GET
def scorecards_export(request: HttpRequest) -> HttpResponse:
    """The list as a spreadsheet."""
    kinds = reading.readable_kinds(page_user(request))
    kind = next((item for item in kinds if item.id == request.GET.get("kind")), kinds[0])
    columns = tables.choose(_columns(kind), request.GET)
    rows = _narrowed(request, kind).order_by("-on", "-id")
    return sheets.response(
        kind.label, [column.label for column in columns],
        ([column.export(row) for column in columns] for row in rows),
    )  # fmt: skip


@of_some_kind
@require_GET
def scorecard(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One card as it was filled in."""
    page, user = page_context(request), page_user(request)
    kind, card = reading.readable(user, uid)
    lines = list(
        card.lines.select_related("item").prefetch_related("evidence__file", "evidence__withdrawn_by")
    )
    for line in lines:
        line.files = offer(user, line.evidence.all(), changing=not page.is_past)  # type: ignore[attr-defined]
    later = getattr(card, "replaced_by", None)
    reach = policies.reach(user, kind.fill_permission)
    return render(
        request,
        "scorecards/scorecard.html",
        {
            "kind": kind,
            "card": card,
            "groups": reading.groups(lines, lambda line: line.item),
            "result": _result(card),
            "total": shown(card.total),
            "version": printing.version_label(card),
            "later": later,
            "may_correct": later is None and not page.is_past and reach.allows(card.region.path, [card.holder_id]),
        },
    )  # fmt: skip


@of_some_kind
@require_GET
def scorecard_print(request: HttpRequest, uid: UUID, form: str) -> HttpResponse:
    """One card as Excel or Word."""
    kind, card = reading.readable(page_user(request), uid)
    content = printing.write(kind, card, form)
    answer = HttpResponse(content, content_type=printing.MEDIA_TYPES[form])
    name = quote(f"{kind.label}-{card.name}-{card.on.isoformat()}")
    answer["Content-Disposition"] = f"attachment; filename=card.{form}; filename*=UTF-8''{name}.{form}"
    return answer


@of_kind("fill_permission")
@require_http_methods(["GET", "POST"])
def score_new(request: HttpRequest, kind: ScorecardKind, entry_uid: UUID) -> HttpResponse:
    """Fill a card in for an entry."""
    page, user = page_context(request), page_user(request)
    _, version = reading.entry_to_score(user, kind, entry_uid, page.on)
    if request.method == "POST":
        return _filled(request, kind, version, None)
    return _form(request, page, kind, version, None)


@of_some_kind
@require_http_methods(["GET", "POST"])
def score_correct(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Put a card right by another one."""
    page, user = page_context(request), page_user(request)
    kind, card = reading.readable(user, uid)
    policies.require(user, kind.fill_permission, card.region.path, [card.holder_id])
    _, version = reading.entry_to_score(user, kind, card.entry.uid, card.on)
    if request.method == "POST":
        return _filled(request, kind, version, card)
    return _form(request, page, kind, version, card)


def _form(
    request: HttpRequest, page: PageContext, kind: ScorecardKind, version: Version, card: Scorecard | None,
    typed: dict[int, Answer] | None = None,
) -> HttpResponse:  # fmt: skip
    on = card.on if card else page.on
    template = card.template if card else template_on(kind, version.region, on)
    items = items_of(kind, template)
    said = proposals(kind, items, version.entry, on)
    before = {line.item.position: line for line in card.lines.select_related("item")} if card else {}
    rows = []
    for item in items:
        line, proposal = before.get(item.position), said.get(item.position)
        proposed = points_of(item, proposal)
        answer = (typed or {}).get(item.position)
        rows.append(
            {
                "item": item,
                "most": shown(item.points),
                "points": answer.points if answer else shown(line.points if line else proposed),
                "hit": answer.hit if answer else (line.hit if line else (proposal.hit if proposal else None)),
                "remark": answer.remark if answer else (line.remark if line else ""),
                "source": proposal.source if proposal else "",
                "proposed": shown(proposed),
            }
        )
    return render(
        request,
        "scorecards/form.html",
        {
            "kind": kind, "version": version, "card": card, "on": on, "groups": reading.groups(rows, lambda row: row["item"]),
            "past": page.is_past, "total": shown(kind.total),
        },
        status=422 if typed else 200,
    )  # fmt: skip


def _filled(
    request: HttpRequest, kind: ScorecardKind, version: Version, card: Scorecard | None
) -> HttpResponse:
    page, user = page_context(request), page_user(request)
    made = uuid.uuid4()
    answers: dict[int, Answer] = {}
    try:
        page.require_present()
        on = card.on if card else _day(request, page.today)
        template = card.template if card else template_on(kind, version.region, on)
        items = items_of(kind, template)
        answers = {item.position: _answer(request, item) for item in items}
        with transaction.atomic():
            for item in items:
                kept = [
                    attach(
                        stream, name, subject_type="scorecard", subject_uid=made,
                        read_permission=kind.read_permission, region_path=version.region.path,
                        organisations=[version.holder_id] if version.holder_id else [], actor=user,
                    )
                    for name, stream in uploads(request, f"files-{item.position}")
                ]  # fmt: skip
                if card is not None:
                    earlier = card.lines.filter(item__position=item.position).first()
                    kept += list(earlier.evidence.filter(withdrawn_at=None)) if earlier else []
                answers[item.position].evidence = kept
            done = FillScorecard(
                user,
                on,
                kind,
                version.entry,
                answers,
                note=request.POST.get("note", ""),
                replaces=card,
                uid=made,
            ).execute()
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
        return _form(request, page, kind, version, card, answers)
    messages.success(request, "评分表已保存。", extra_tags="saved")
    return HttpResponseRedirect(_address(done))


def _answer(request: HttpRequest, item: ScoreItem) -> Answer:
    hit = {"yes": True, "no": False}.get(request.POST.get(f"hit-{item.position}", ""))
    return Answer(
        request.POST.get(f"points-{item.position}", ""), hit, request.POST.get(f"remark-{item.position}", "")
    )


def _day(request: HttpRequest, today: date) -> date:
    try:
        found = date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        raise InputError("请填写检查日期。") from None
    if found > today:
        raise InputError("检查日期不能晚于今天。")
    return found


@of_kind("read_permission")
@require_http_methods(["GET", "POST"])
def score_template(request: HttpRequest, kind: ScorecardKind) -> HttpResponse:
    """The template in force here, its versions, and the form for a new one."""
    page, user = page_context(request), page_user(request)
    region = page.require_region()
    if request.method == "POST":
        return act(
            request,
            ReviseTemplate(user, page.today, kind, region, _drafts(request), request.POST.get("reason", "")),
            done="新版评分表已保存，今后填写时使用；以前填写的不变。",
            to=reverse("score_template", args=[kind.id]),
        )
    template = template_on(kind, region, page.on)
    items = items_of(kind, template)
    blank = [ScoreItem(position=len(items) + place, group="", text="") for place in range(1, BLANK_ROWS + 1)]
    return render(
        request,
        "scorecards/template.html",
        {
            "kind": kind,
            "template": template,
            "items": [{"item": item, "points": shown(item.points)} for item in items],
            "rows": [{"item": item, "points": shown(item.points), "veto": bool(item.text) and item.is_veto} for item in [*items, *blank]],
            "versions": versions_of(kind, region),
            "total": shown(kind.total),
            "region": region,
            "may_edit": not page.is_past and policies.reach(user, kind.edit_permission).allows(region.path),
        },
    )  # fmt: skip


def _drafts(request: HttpRequest) -> list[ItemDraft]:
    """The rows of the form; a row without any words is not an item."""
    names = ("group", "text", "points", "key", "basis", "veto")
    columns = {name: request.POST.getlist(name) for name in names}
    most = max((len(values) for values in columns.values()), default=0)
    found = []
    for place in range(min(most, 200)):
        cell = {name: values[place] if place < len(values) else "" for name, values in columns.items()}
        if cell["group"].strip() or cell["text"].strip() or cell["points"].strip():
            found.append(
                ItemDraft(
                    cell["group"], cell["text"][:300], cell["points"], cell["veto"] == "yes", cell["key"][:40],
                    cell["basis"][:200],
                )
            )  # fmt: skip
    return found
