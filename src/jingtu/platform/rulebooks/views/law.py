"""The law: what binds whom on a day, the old and the new beside each other, which penalty applies."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from jingtu.errors import InputError, JingtuError, NotFoundError
from jingtu.knowledge.law import articles, binding, comparing, conduct, provisions, wording
from jingtu.knowledge.law.provisions import KINDS
from jingtu.knowledge.law.texts import laws
from jingtu.knowledge.law.workdays import add_workdays, published_years, regions
from jingtu.platform.documents import Column as PrintedColumn
from jingtu.platform.documents import Table as PrintedTable
from jingtu.platform.documents import write_docx
from jingtu.platform.pages import sheets, tables
from jingtu.platform.pages.context import page_context
from jingtu.platform.pages.doors import needs
from jingtu.platform.pages.keyset import Count
from jingtu.platform.rulebooks import lawlists, permissions
from jingtu.platform.rulebooks.lawlists import Asked, read_day

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# The day on which the Code took the place of ten laws: what most comparisons are about.
THE_CODE = "eec-1242"
WIDTHS = {
    "kind": 0.6,
    "clause": 2,
    "summary": 4,
    "holders": 1.8,
    "limit": 1.6,
    "fine": 2.6,
    "from": 1.1,
    "to": 1.1,
}
LONGEST_COUNT = 1000


def _form(found: Asked) -> dict[str, Any]:
    return {
        "asked": found,
        "topics": provisions.topics().values(),
        "kinds": binding.kinds().values(),
        "topic_name": provisions.topic(found.topic).name
        if found.topic and not found.problems
        else found.topic,
        "kind_id": binding.kind(found.kind).id if found.kind and not found.problems else "",
    }


@needs(permissions.READ)
@require_GET
def law(request: HttpRequest) -> HttpResponse:
    """Provisions by kind of unit, topic and day."""
    found = lawlists.asked(request.GET, page_context(request).on)
    items = found.found()
    rows, following, before = lawlists.page_of(items, request.GET.get("after", ""))
    table = tables.build(
        lawlists.columns(),
        rows,
        request.GET,
        total=Count(len(items)),
        next_cursor=following,
        previous_cursor=before,
        caption="条款",
        empty="没有收录符合条件的条款（未配置）",
        empty_hint="换一个日期或去掉一个条件再查；没有收录不等于没有规定。",
    )
    content = _form(found) | {
        "table": table,
        "filters": [tables.chips("类别", "sort_of", KINDS.items(), request.GET)],
        "export_query": tables.query(request.GET),
        "page_id": "law",
    }
    return render(request, "rulebooks/law.html", content)


@needs(permissions.READ)
@require_GET
def law_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as a spreadsheet or a document: all rows, in the columns that the page shows."""
    if kind not in {"xlsx", "docx"}:
        raise NotFoundError("只能导出表格或文档。", kind=kind)
    found = lawlists.asked(request.GET, page_context(request).on)
    if found.problems:
        raise InputError("；".join(found.problems))
    items = found.found()
    columns = tables.choose(lawlists.columns(), request.GET)
    title = f"{found.title}（{found.day.isoformat()}有效）"
    note = (
        f"{found.day.isoformat()} 有效，{timezone.localtime():%Y-%m-%d %H:%M} 导出，共 {len(items)} 条；"
        "内容为摘要，以公布的文本为准"
    )
    rows = [[column.export(item) for column in columns] for item in items]
    if kind == "xlsx":
        return sheets.response(title, [column.label for column in columns], rows, note=note)
    printed = PrintedTable(
        title,
        [PrintedColumn(column.label, WIDTHS.get(column.id, 1.2)) for column in columns],
        [[str(cell) for cell in row] for row in rows],
        notes=[note],
        landscape=True,
    )
    answer = HttpResponse(write_docx(printed), content_type=DOCX)
    answer["Content-Disposition"] = f"attachment; filename=law.docx; filename*=UTF-8''{quote(title)}.docx"
    return answer


@needs(permissions.READ)
@require_GET
def law_compare(request: HttpRequest) -> HttpResponse:
    """What held on one day beside what held on another."""
    turn = provisions.provision(THE_CODE).valid_from
    last = provisions.provision("spl-99").last_day or turn
    found = lawlists.asked(request.GET, last)
    problems = list(found.problems)
    until = read_day(request.GET, "until", turn, problems) or turn
    if until < found.day:
        problems.append("后一个日期不能早于前一个日期。")
    pairs = [] if problems else comparing.compare(found.found(), found.found(until))
    if request.GET.get("changed", "yes") == "yes":
        pairs = [pair for pair in pairs if pair.relation != "same"]
    chosen = bool(found.kind or found.topic or found.words)
    content = _form(found) | {
        "until": until,
        "problems": problems,
        "chosen": chosen,
        "changed_only": request.GET.get("changed", "yes") == "yes",
        "pairs": [_shown_pair(pair) for pair in pairs] if chosen else [],
    }
    return render(request, "rulebooks/compare.html", content)


@needs(permissions.READ)
@require_GET
def law_articles(request: HttpRequest) -> HttpResponse:
    """Which article of the Code took the place of which article of the old laws."""
    source = request.GET.get("law", "")
    number = request.GET.get("article", "").strip()[:6]
    rows = [
        move
        for move in articles.moves()
        if (not source or move.law.id == source)
        and (not number or number == move.article or number in move.code_articles)
    ]
    shown, following, before = lawlists.page_of(rows, request.GET.get("after", ""))
    table = tables.build(
        lawlists.move_columns(),
        shown,
        request.GET,
        total=Count(len(rows)),
        next_cursor=following,
        previous_cursor=before,
        caption="新旧法条对应",
        empty="没有收录这一条的对应",
        empty_hint="旧法或法典的条号都可以查，填阿拉伯数字。",
    )
    texts = list(dict.fromkeys((move.law.id, move.law.short) for move in articles.moves()))
    content = {
        "table": table,
        "filters": [tables.chips("旧法", "law", texts, request.GET)],
        "source": source,
        "number": number,
        "page_id": "law-articles",
    }
    return render(request, "rulebooks/articles.html", content)


def _shown_pair(pair: comparing.Pair) -> dict[str, Any]:
    weight = conduct.COMPARISONS.get(pair.weight, "") if pair.weight else ""
    tone = {"heavier": "warning", "lighter": "done", "equal": "neutral"}.get(pair.weight, "waiting")
    return {
        "sides": [("前", pair.before), ("后", pair.after)],
        "relation": comparing.RELATIONS[pair.relation],
        "change": pair.after.change if pair.after else "",
        "weight": weight,
        "tone": tone,
    }


@needs(permissions.READ)
@require_GET
def law_penalty(request: HttpRequest) -> HttpResponse:
    """Which penalty judges conduct of one day that is decided on another."""
    today = page_context(request).on
    found = lawlists.asked(request.GET, today)
    problems = list(found.problems)
    first = read_day(request.GET, "conduct", None, problems)
    last = read_day(request.GET, "until", None, problems)
    decided = read_day(request.GET, "decided", today, problems) or today
    judgement = None
    if found.topic and first and not problems:
        try:
            judgement = conduct.judged_by(found.topic, first, decided, last)
        except InputError as error:
            problems += [item.message for item in error.errors]
    content = _form(found) | {
        "first": first,
        "last": last,
        "decided": decided,
        "problems": problems,
        "judgement": judgement,
        "weighings": [_shown_weighing(item) for item in judgement.weighings] if judgement else [],
        "penal_topics": _penal_topics(),
    }
    return render(request, "rulebooks/penalty.html", content)


def _penal_topics() -> list[provisions.Topic]:
    fined = {item.topic.id for item in provisions.provisions().values() if item.kind == "penalty"}
    return [item for item in provisions.topics().values() if item.id in fined]


def _shown_weighing(item: conduct.Weighing) -> dict[str, Any]:
    if item.applies:
        verdict, tone = f"适用{item.applies.citation}", "done"
    elif item.needs_person:
        verdict, tone = "须由办案人员判断", "waiting"
    else:
        verdict, tone = "不能据此处罚", "off"
    return {
        "item": item,
        "same": item.before if item.before == item.after else None,
        "verdict": verdict,
        "tone": tone,
        "comparison": conduct.COMPARISONS[item.comparison],
        "sides": [("行为时", item.before), ("决定时", item.after)],
    }


@needs(permissions.READ)
@require_GET
def law_workdays(request: HttpRequest) -> HttpResponse:
    """The day so many working days after or before another."""
    problems: list[str] = []
    start = read_day(request.GET, "start", None, problems)
    count, region = request.GET.get("count", "").strip(), request.GET.get("calendar", "")
    due: date | None = None
    if start and count and not problems:
        try:
            number = int(count[:8])
            if abs(number) > LONGEST_COUNT:
                problems.append(f"工作日数在 {LONGEST_COUNT} 以内。")
            else:
                due = add_workdays(start, number, region)
        except ValueError:
            problems.append("工作日数填整数；往前推算填负数。")
        except JingtuError as error:
            problems.append(error.message)
    first, last = published_years()
    content = {
        "start": start,
        "count": count,
        "ahead": count.lstrip("-"),
        "backwards": count.startswith("-"),
        "region": region,
        "regions": regions().items(),
        "due": due,
        "problems": problems,
        "first_year": first,
        "last_year": last,
    }
    return render(request, "rulebooks/workdays.html", content)


@needs(permissions.READ)
@require_GET
def provision(request: HttpRequest, text_id: str) -> HttpResponse:
    """One provision with what came before and after it."""
    item = provisions.provision(text_id)
    on = page_context(request).on
    same = [
        other
        for other in provisions.provisions().values()
        if other.topic == item.topic and other.id != item.id and other.in_force(max(on, item.valid_from))
    ]
    ended_by = laws().get(item.law.ended_by) if item.law.ended_by else None
    content = {
        "item": item,
        "kind": KINDS[item.kind],
        "in_force": item.in_force(on),
        "limit": wording.limit_words(item),
        "fine": wording.fine_words(item),
        "confidence": wording.confidence_words(item.confidence),
        "law_kind": wording.LAW_KINDS.get(item.law.kind, ""),
        "ended_by": ended_by,
        "chain": _links(item),
        "related": same,
        "on": on,
    }
    return render(request, "rulebooks/provision.html", content)


def _links(item: provisions.Provision) -> list[dict[str, Any]]:
    chain = provisions.chain(item)
    return [
        {
            "item": link,
            "here": link.id == item.id,
            "fine": wording.fine_words(link),
            "weights": [
                conduct.COMPARISONS[weight]
                for before in link.predecessors
                if (weight := conduct.comparison_of(before, link))
            ],
        }
        for link in chain
    ]
