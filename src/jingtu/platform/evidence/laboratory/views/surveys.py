"""The list of surveys, the page of one, and the form in which it is registered and corrected."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import CellError, InputError, NotFoundError
from jingtu.platform.evidence import showing
from jingtu.platform.evidence.laboratory import judging, standards, verdicts, visibility
from jingtu.platform.evidence.laboratory.importing import RejudgeSurvey, WithdrawImport
from jingtu.platform.evidence.laboratory.models import Judgement, Medium, Survey, believed
from jingtu.platform.evidence.laboratory.permissions import IMPORT, MANAGE, READ
from jingtu.platform.evidence.laboratory.sample_file import sample_file
from jingtu.platform.evidence.laboratory.surveys import (
    LABELS,
    CreateSurvey,
    EditSurvey,
    Said,
    next_code,
    values_of,
)
from jingtu.platform.evidence.laboratory.views import common
from jingtu.platform.organisations.views.common import attempt, by_field
from jingtu.platform.pages import html, keyset, sheets, tables
from jingtu.platform.pages.context import page_context, page_user, posted_region
from jingtu.platform.pages.doors import act, needs
from jingtu.platform.pages.tables import Column
from jingtu.platform.people import policies
from jingtu.platform.registers import versions
from jingtu.platform.registers.addresses import address_of
from jingtu.platform.rulebooks.addresses import standard_address

ORDERS = {
    "": ["-id"],
    "name": ["name", "id"],
    "-name": ["-name", "-id"],
    "place": ["region__path", "-id"],
}
_TONES = {Survey.State.WAITING.value: "waiting", Survey.State.STORED.value: "done"}
_TEXTS = ("name", "code", "purpose", "cma_number", "cma_scope", "medium", "standard")
_BODIES = ("holder", "organisation", "laboratory")


@needs(READ.name)
@require_GET
def surveys(request: HttpRequest) -> HttpResponse:
    """Surveys of the page's region: filters, search, what came out of each."""
    rows = _narrowed(request, _everything(request))
    order = ORDERS.get(request.GET.get("sort", ""), ORDERS[""])
    found = keyset.page(rows, order, request.GET.get("after", ""))
    table = tables.build(
        _columns(found.rows, request),
        found.rows,
        request.GET,
        total=keyset.count(rows),
        next_cursor=found.next,
        previous_cursor=found.previous,
        caption="检测任务",
        empty="没有符合条件的检测任务",
        empty_hint="去掉一个筛选条件再看。",
    )
    asked = any(request.GET.get(name) for name in ("q", "state", "medium"))
    return render(
        request,
        "laboratory/surveys.html",
        {
            "table": table,
            "words": request.GET.get("q", ""),
            "filters": [
                tables.chips("状态", "state", Survey.State.choices, request.GET),
                tables.chips("样品类型", "medium", Medium.choices, request.GET),
            ],
            "asked": asked,
            "nothing": not asked and not found.rows and not request.GET.get("after"),
            "may_manage": not page_context(request).is_past and policies.may(page_user(request), MANAGE.name),
            "may_import": policies.may(page_user(request), IMPORT.name),
            "page_id": "surveys",
        },
    )


def _everything(request: HttpRequest) -> QuerySet[Survey]:
    page, user = page_context(request), page_user(request)
    rows = visibility.readable_surveys(user)
    if page.known_at is not None:
        rows = rows.filter(created_at__lte=page.known_at)
    reach = policies.reach(user, READ.name)
    if page.region is not None and (reach.paths or reach.places):
        own = visibility.within(policies.Reach(organisations=reach.organisations))
        rows = rows.filter(Q(region__path__startswith=page.region.path) | own)
    return rows


def _narrowed(request: HttpRequest, rows: QuerySet[Survey]) -> QuerySet[Survey]:
    state, medium = request.GET.get("state", ""), request.GET.get("medium", "")
    if state in Survey.State.values:
        rows = rows.filter(state=state)
    if medium in Medium.values:
        rows = rows.filter(medium=medium)
    for word in request.GET.get("q", "")[:60].split():
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(code__icontains=word)
            | Q(laboratory__name__icontains=word)
            | Q(holder__name__icontains=word)
        )
    return rows


def _columns(rows: list[Survey], request: HttpRequest) -> list[Column]:
    known = Judgement.objects.filter(believed(page_context(request).known_at), survey__in=rows)
    judged = {item.survey_id: item for item in known}

    def out(row: Survey) -> Any:
        found = judged.get(row.pk)
        return verdicts.headline(found.samples) if found else "无数据"

    def name(row: Survey) -> Any:
        return format_html('<a data-row href="{}">{}</a>', reverse("survey", args=[row.uid]), row.name)

    def days(row: Survey) -> str:
        if row.sampled_from is None or row.sampled_to is None:
            return "无数据"
        first, last = row.sampled_from.isoformat(), row.sampled_to.isoformat()
        return first if first == last else f"{first} 至 {last}"

    return [
        Column("name", "任务名称", name, lambda row: row.name, "name", "main wide"),
        Column("code", "任务编号", lambda row: row.code, css="tabular"),
        Column("region", "行政区", lambda row: row.region.name, sort="place", css="short"),
        Column("medium", "样品类型", lambda row: row.get_medium_display(), css="short"),
        Column("laboratory", "检测机构", lambda row: row.laboratory.name if row.laboratory else "未填写"),
        Column("days", "采样日期", days, css="tabular"),
        Column("samples", "判定结果（样品）", out),
        Column(
            "state", "状态", lambda row: html.badge(row.get_state_display(), _TONES[row.state]),
            lambda row: row.get_state_display(),
        ),
    ]  # fmt: skip


@needs(READ.name)
@require_GET
def survey(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """What came out, by which standard, from which files; and the next step."""
    found = common.survey_for(request, uid)
    page, user = page_context(request), page_user(request)
    judgement = Judgement.objects.filter(believed(page.known_at), survey=found).first()
    imports = found.imports.select_related("attachment__file", "imported_by", "withdrawn_by")
    if page.known_at is not None:
        imports = imports.filter(imported_at__lte=page.known_at)
    rows = list(imports.order_by("-imported_at", "-id"))
    showing.offer(user, [item.attachment for item in rows])
    return render(
        request,
        "laboratory/survey.html",
        {
            "survey": found,
            "tone": _TONES[found.state],
            "standard": standards.title_of(found.standard, found.region.path),
            "land_class": standards.land_class_words(found),
            "judgement": judgement,
            "shares": judging.shares(judgement.samples) if judgement else [],
            "worst": verdicts.worst(judgement.samples) if judgement else None,
            "editions": [
                item | {"address": standard_address(item["standard"], item["number"])}
                for item in (judgement.editions if judgement else [])
            ],
            "headline": verdicts.headline(judgement.samples) if judgement else "",
            "outdated": judging.outdated(found, judgement) if judgement and not page.is_past else "",
            "history": list(found.judgements.select_related("judged_by").order_by("-id")[:20]),
            "imports": rows,
            "entry": _entry(request, found),
            "may_import": common.offers(request, IMPORT.name, found),
            "may_manage": common.offers(request, MANAGE.name, found),
        },
    )


def _entry(request: HttpRequest, found: Survey) -> dict[str, str] | None:
    """The entry that a survey belongs to, with its address where the user may read it."""
    if found.entry is None:
        return None
    version = versions.version_on(found.entry, page_context(request).today)
    label = version.name if version else found.entry.code
    return {"label": label, "address": address_of(found.entry.register, found.entry.uid)}


@needs(MANAGE.name)
@require_http_methods(["GET", "POST"])
def survey_new(request: HttpRequest) -> HttpResponse:
    """Register a survey."""
    page = page_context(request)
    page.require_present()
    made: list[Survey] = []
    if request.method == "POST":

        def execute() -> None:
            made.append(CreateSurvey(page_user(request), page.today, _said(request, None)).execute())

        problems = attempt(execute)
        if not problems:
            messages.success(request, "已登记，可以导入检测结果。", extra_tags="saved")
            return HttpResponseRedirect(reverse("survey", args=[made[0].uid]))
        return _form(request, None, by_field(problems, LABELS))
    return _form(request, None, {})


@needs(MANAGE.name)
@require_http_methods(["GET", "POST"])
def survey_edit(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Correct what is said of a survey."""
    found = common.survey_for(request, uid, MANAGE.name)
    page = page_context(request)
    page.require_present()
    if request.method != "POST":
        return _form(request, found, {})
    version = request.POST.get("version", "")

    def execute() -> None:
        EditSurvey(
            page_user(request), page.today, found, _said(request, found),
            version=int(version) if version.isdecimal() else None,
        ).execute()  # fmt: skip

    problems = attempt(execute)
    if problems:
        return _form(request, found, by_field(problems, LABELS))
    messages.success(request, "已保存。", extra_tags="saved")
    return HttpResponseRedirect(reverse("survey", args=[found.uid]))


def _said(request: HttpRequest, current: Survey | None) -> Said:
    """What the form says; everything that cannot be read of it at once."""
    problems: list[CellError] = []
    values: dict[str, Any] = {name: request.POST.get(name, "") for name in _TEXTS}

    def read(name: str, step: Any) -> None:
        try:
            values[name] = step()
        except InputError as error:
            problems.extend(error.errors)

    read("region", lambda: posted_region(request))
    for name in _BODIES:
        before = getattr(current, name) if current else None
        read(name, lambda name=name, before=before: common.body_of(request, name, LABELS[name], before))
    for name in ("cma_valid_from", "cma_valid_to"):
        read(name, lambda name=name: common.day_of(request, name, LABELS[name]))
    read("entry", lambda: common.entry_of(request, LABELS["entry"]))
    land_class = request.POST.get("land_class", "")
    values["land_class"] = int(land_class) if land_class in {"1", "2"} else None
    if problems:
        raise InputError("检测任务没有保存，请改正后再提交。", problems)
    return Said(**values)


def _form(request: HttpRequest, found: Survey | None, errors: dict[str, list[str]]) -> HttpResponse:
    page = page_context(request)
    values: Mapping[str, Any] = request.POST
    if request.method != "POST":
        values = _shown(values_of(found)) if found else _blank(request)
    options = common.bodies(request)
    for name in _BODIES:
        current = getattr(found, name) if found else None
        if current is not None and current not in options[name]:
            options[name].append(current)
    region_path = found.region.path if found else page.require_region().path
    content = {
        "survey": found,
        "errors": errors,
        "values": values,
        "places": common.places(request, MANAGE.name),
        "bodies": [
            (name, LABELS[name], values.get(name, ""), errors.get(name), options[name]) for name in _BODIES
        ],
        "standards": [(item.key, item.label) for item in standards.offered(page.today, region_path)],
        "media": Medium.choices,
        "land_classes": standards.LAND_CLASSES,
    }
    return render(request, "laboratory/survey_form.html", content, status=422 if errors else 200)


def _blank(request: HttpRequest) -> dict[str, Any]:
    page = page_context(request)
    region = page.require_region()
    return {
        "region": str(region.uid),
        "code": next_code(region, page.today),
        "medium": Medium.SOIL.value,
        "standard": "",
    }


def _shown(values: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(values)
    for name in ("region", *_BODIES):
        found[name] = str(values[name].uid) if values[name] else ""
    found["entry"] = values["entry"].code if values["entry"] else ""
    for name in ("cma_valid_from", "cma_valid_to"):
        found[name] = values[name].isoformat() if values[name] else ""
    found["land_class"] = str(values["land_class"] or "")
    return found


@needs(MANAGE.name)
@require_POST
def survey_rejudge(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Judge the stored results anew."""
    found = common.survey_for(request, uid, MANAGE.name)
    action = RejudgeSurvey(
        page_user(request), page_context(request).today, found, request.POST.get("reason", "")
    )
    to = reverse("survey", args=[found.uid])
    return act(request, action, done="已重新判定，原判定仍可按时间查看。", to=to)


@needs(MANAGE.name)
@require_POST
def survey_import_withdraw(request: HttpRequest, uid: uuid.UUID, imported: uuid.UUID) -> HttpResponse:
    """Take a file's results back."""
    found = common.survey_for(request, uid, MANAGE.name)
    row = found.imports.select_related("survey__region", "attachment").filter(uid=imported).first()
    if row is None:
        raise NotFoundError("没有找到这次导入。", uid=str(imported))
    action = WithdrawImport(
        page_user(request), page_context(request).today, row, request.POST.get("reason", "")
    )
    to = reverse("survey", args=[found.uid])
    return act(request, action, done=f"“{row.attachment.name}”的结果已撤回，记录仍然留存。", to=to)


@needs(IMPORT.name)
@require_GET
def survey_sample_file(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """A workbook that shows how to deliver results."""
    path: Path = sample_file()
    response = HttpResponse(path.read_bytes(), content_type=sheets.MEDIA_TYPE)
    response["Content-Disposition"] = (
        f"attachment; filename=example.xlsx; filename*=UTF-8''{quote(path.name)}"
    )
    return response
