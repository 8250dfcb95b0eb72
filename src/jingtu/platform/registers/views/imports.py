"""Importing a list: drop the file, read what would happen, confirm."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingtu.errors import CellError, ConflictError, InputError, JingtuError, PermissionDeniedError
from jingtu.platform.pages import sheets
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import tell, uploads
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import values
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange import (
    background,
    guessing,
    importing,
    looking,
    mappings,
)
from jingtu.platform.registers.exchange import uploads as kept
from jingtu.platform.registers.exchange.columns import BY_WORDS
from jingtu.platform.registers.exchange.diffs import Diff
from jingtu.platform.registers.exchange.looking import Look
from jingtu.platform.registers.exchange.questions import WORD, Question
from jingtu.platform.registers.exchange.said import NEW, Said
from jingtu.platform.registers.exchange.shapes import STATE_LABEL
from jingtu.platform.registers.exchange.uploads import Upload
from jingtu.platform.registers.views.common import needs

_SHOWN = 100
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
@needs("import")
def register_import(request: HttpRequest, register: Register) -> HttpResponse:
    """The page of an import: the drop zone, then the preview; its errors as a list or a marked copy to take along."""
    page_context(request).require_present()
    if request.method == "POST":
        if request.POST.get("columns"):
            return _explain(request, register)
        if request.POST.get("decide"):
            return _decide(request, register)
        return _confirm(request, register) if request.POST.get("file") else _upload(request, register)
    key = request.GET.get("file", "")
    if not key:
        return _page(request, register, {})
    upload = kept.find(key, page_user(request))
    on = _day(request, request.GET.get("from", ""))
    taken_along = request.GET.get("errors") or request.GET.get("marked")
    content: dict[str, Any] = {"upload": upload, "on": on}
    try:
        look = looking.look(register, upload, page_context(request).require_region())
        content |= _columns(register, look, ())
        if look.unsure and not taken_along:
            return _page(request, register, content)
        diff = _preview(request, register, upload, on, look)
    except InputError as error:
        if request.GET.get("marked") and error.errors:
            return _marked(upload, error.errors)
        return _page(request, register, content | {"refused": error}, status=422)
    if request.GET.get("marked"):
        return _marked(upload, diff.obstacles())
    if request.GET.get("errors"):
        return _errors(diff)
    return _page(request, register, content | _columns(register, look, diff.questions) | _content(diff))


def _columns(register: Register, look: Look, asked: Sequence[Question]) -> dict[str, Any]:
    """What the columns of an upload are taken for, and what may be said of each."""
    if look.survey is None:
        return {"survey": None, "unsure": False}
    open_ones = {item.key for item in asked}
    lines = [
        (
            item,
            looking.choices_of(register, item.heading, item.target, item.unit, look.said, asked),
            look.said.answers.get(item.heading, ""),
            item.heading in open_ones,
        )
        for item in look.survey.guesses
    ]
    return {
        "survey": look.survey,
        "lines": lines,
        "memory": look.memory,
        "unsure": look.unsure,
        "targets": guessing.targets_of(register),
        "worth": look.worth_remembering,
        "sheets_said": look.said.sheets,
        "hidden_said": look.said.hidden,
    }


def _explain(request: HttpRequest, register: Register) -> HttpResponse:
    """Take down what the person says of the table: each column, units, sheets, hidden rows; and look again."""
    user = page_user(request)
    upload = kept.find(request.POST["file"], user)
    here = _address(register, upload, _day(request, request.POST.get("from", "")))
    look = looking.look(register, upload, page_context(request).require_region())
    if look.survey is None or look.plain is None:
        return HttpResponseRedirect(here)
    plain = request.POST.get("columns") == "plain"  # what the headings say by themselves, and no more
    guesses = look.plain.guesses if plain else look.survey.guesses
    columns = {
        item.heading: (item.target if item.how == BY_WORDS else "")
        if plain
        else request.POST.get(f"column-{item.key}", item.target)
        for item in guesses
    }
    answers = {} if plain else dict(look.said.answers)
    for item in guesses:
        answer = request.POST.get(f"answer-{item.key}", "")
        if answer:
            answers[item.heading] = answer[:40]
        elif f"answer-{item.key}" in request.POST:
            answers.pop(item.heading, None)
    for name, key in request.POST.items():
        if name.startswith("word-") and (meant := request.POST.get(f"meant-{name.removeprefix('word-')}")):
            answers[str(key)[:200]] = str(meant)[:40]
    if state := request.POST.get("state", ""):
        answers[STATE_LABEL] = state[:40]
    chosen = tuple(request.POST.getlist("sheets")) or look.said.sheets
    try:
        said = Said(
            mappings.checked(register, columns), answers, () if plain else chosen,
            request.POST.get("hidden", look.said.hidden), look.said.rows,
        )  # fmt: skip
        kept.explain(upload, Said.from_json(said.to_json()).to_json(), user)
    except InputError as error:
        tell(request, error)
    return HttpResponseRedirect(here)


def _decide(request: HttpRequest, register: Register) -> HttpResponse:
    """Take down which rows are which entries, and look again."""
    user = page_user(request)
    upload = kept.find(request.POST["file"], user)
    look = looking.look(register, upload, page_context(request).require_region())
    rows = dict(look.said.rows)
    for name, key in request.POST.items():
        if not name.startswith("doubt-"):
            continue
        chosen = request.POST.get(f"row-{name.removeprefix('doubt-')}", "")
        if not chosen and request.POST.get("rest") == NEW:
            chosen = NEW
        if chosen:
            rows[str(key)[:200]] = str(chosen)[:40]
    kept.explain(upload, replace(look.said, rows=rows).to_json(), user)
    return HttpResponseRedirect(_address(register, upload, _day(request, request.POST.get("from", ""))))


def _address(register: Register, upload: Upload, on: date) -> str:
    here = reverse("register_import", args=[register.id])
    return f"{here}?{urlencode({'file': upload.key, 'from': on.isoformat()})}"


def _upload(request: HttpRequest, register: Register) -> HttpResponse:
    content: dict[str, Any] = {}
    try:
        found = uploads(request, "table")
        if not found:
            raise InputError("请选择要导入的表格文件。")
        name, stream = found[0]
        on = _day(request, request.POST.get("from", ""))
        upload = kept.keep(stream, name, page_user(request))
        content = {"upload": upload, "on": on}
        look = looking.look(register, upload, page_context(request).require_region())
        content |= _columns(register, look, ())
        if not look.unsure:
            _preview(request, register, upload, on, look)
    except InputError as error:
        return _page(request, register, content | {"refused": error}, status=422)
    return HttpResponseRedirect(_address(register, upload, on))


def _confirm(request: HttpRequest, register: Register) -> HttpResponse:
    user, page = page_user(request), page_context(request)
    upload = kept.find(request.POST["file"], user)
    on = _day(request, request.POST.get("from", ""))
    fingerprint = request.POST.get("fingerprint", "")
    rows = request.POST.get("rows", "")
    try:
        said = _said(request, register, upload)
    except ConflictError as error:
        tell(request, error)
        return HttpResponseRedirect(_address(register, upload, on))
    if said.columns is not None:
        upload = kept.explain(
            upload, said.to_json(), user
        )  # the job reads it there, whatever is forgotten meanwhile
    if rows.isdecimal() and int(rows) > importing.ROWS_FOR_A_JOB:
        _remember(request, register, said, on)
        job = background.start(register, upload, user, on, page.require_region(), fingerprint)
        return HttpResponseRedirect(reverse("job", args=[job.uid]))
    try:
        diff = importing.apply(
            register, upload.path, upload.name,
            actor=user, on=on, region=page.require_region(), mapping=said, fingerprint=fingerprint,
        )  # fmt: skip
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
        return HttpResponseRedirect(_address(register, upload, on))
    _remember(request, register, said, on)
    kept.forget(upload)
    counts = {kind: diff.count(kind) for kind in ("added", "changed", "unchanged")}
    messages.success(request, f"已导入“{upload.name}”：{background.summary(counts)}", extra_tags="saved")
    return HttpResponseRedirect(reverse("register", args=[register.id]))


def _said(request: HttpRequest, register: Register, upload: Upload) -> Said:
    """What the preview went by; a remembered mapping that has changed since gives another fingerprint."""
    said = Said.from_json(upload.said or {})
    uid = request.POST.get("memory", "")
    if not uid or said.columns is not None:
        return said
    found = mappings.of_place(register, page_context(request).require_region(), uid)
    if found is None:
        raise ConflictError("预览所用的对照表已被删除，没有导入任何内容，请重新预览。")
    return replace(said, columns=dict(found.columns), answers=dict(found.answers) | dict(said.answers))


def _remember(request: HttpRequest, register: Register, said: Said, on: date) -> None:
    """Keep what was said of a confirmed import where the person ticked so; the import stands all the same."""
    title = request.POST.get("source", "").strip()
    if said.columns is None or request.POST.get("remember") != "1":
        return
    region = page_context(request).require_region()
    try:
        mappings.RememberMapping(
            page_user(request), on, register, region, title, said.columns, answers=said.answers
        ).execute()
    except JingtuError as error:
        messages.warning(request, f"对照表没有记住：{error.message}")


def _preview(request: HttpRequest, register: Register, upload: Upload, on: date, look: Look) -> Diff:
    user, region = page_user(request), page_context(request).require_region()
    return importing.compared(
        register, look.sheets, upload.name, actor=user, on=on, region=region, mapping=look.said
    )


def _content(diff: Diff) -> dict[str, Any]:
    changed = [row for row in diff.rows if row.kind == "changed"]
    added = [row for row in diff.rows if row.kind == "added"]
    lifecycle = diff.register.lifecycle
    places = Region.objects.prefetch_related("names").in_bulk(
        {row.header["region_id"] for row in added[:_SHOWN]}
    )
    return {
        "diff": diff,
        "counts": {kind: diff.count(kind) for kind in ("added", "changed", "unchanged")},
        "rows_total": len(diff.rows),
        "changed": changed[:_SHOWN],
        "changed_more": max(len(changed) - _SHOWN, 0),
        "added": [
            (
                row,
                places[row.header["region_id"]].name,
                lifecycle.state(row.stages[-1][1]).label,
                row.stages[0][0],
                _read_out(diff.register, row.facts),
            )
            for row in added[:_SHOWN]
        ],
        "state_choices": _states_open(diff),
        "state_said": diff.states_said or lifecycle.state(lifecycle.initial[0]).label,
        "added_more": max(len(added) - _SHOWN, 0),
        "errors": diff.errors[:_SHOWN],
        "errors_more": max(len(diff.errors) - _SHOWN, 0),
        "obstacles": len(diff.obstacles()),
        "several_sheets": len(diff.sheets) > 1,
        "questions": [item for item in diff.questions if not item.key],
        "column_questions": [item for item in diff.questions if item.key and item.kind != WORD],
        "word_questions": list(enumerate(item for item in diff.questions if item.kind == WORD)),
        "doubts": list(enumerate(diff.doubts[:_SHOWN])),
        "doubts_open": len(diff.open_doubts),
        "doubts_more": max(len(diff.doubts) - _SHOWN, 0),
        "skipped": diff.skipped[:_SHOWN],
        "skipped_more": max(len(diff.skipped) - _SHOWN, 0),
        "new_names": diff.enterprises.names[:_SHOWN] if diff.enterprises else [],
        "new_organisations": diff.enterprises.organisations if diff.enterprises else 0,
        "new_facilities": diff.enterprises.facilities if diff.enterprises else 0,
        "fingerprint": diff.fingerprint(),
    }


def _states_open(diff: Diff) -> list[str]:
    """States that new entries may be given together, where the table says none and there is a choice."""
    if diff.has_states or not diff.count("added") or diff.errors or diff.questions:
        return []
    labels = [state.label for state in diff.register.lifecycle.states]
    return labels if len(labels) > 1 else []


def _read_out(register: Register, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was read for a new entry, as it would stand on its page."""
    found = []
    for item in register.fields:
        value = facts.get(item.id)
        if item.kind != "facility" and (shown := values.spoken(item, value)):
            found.append((item.label, shown))
    return found


def _page(
    request: HttpRequest, register: Register, content: dict[str, Any], status: int = 200
) -> HttpResponse:
    content = {"register": register, "on": page_context(request).today, **content}
    upload = content.get("upload")
    if upload is not None:
        content.setdefault("source", upload.name.rsplit(".", 1)[0][:60])
    return render(request, "registers/import.html", content, status=status)


def _marked(upload: Upload, errors: Sequence[CellError]) -> HttpResponse:
    answer = HttpResponse(looking.marked_copy(upload.path, upload.name, errors), content_type=_XLSX)
    title = quote(f"{upload.name.rsplit('.', 1)[0]}_问题标注.xlsx")
    answer["Content-Disposition"] = f"attachment; filename=marked.xlsx; filename*=UTF-8''{title}"
    return answer


def _errors(diff: Diff) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        "attachment; filename=\"errors.csv\"; filename*=UTF-8''%E5%AF%BC%E5%85%A5%E9%94%99%E8%AF%AF.csv"
    )
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(["工作表", "行", "列", "内容", "问题"])
    for error in diff.obstacles():
        line = [error.sheet, error.row, error.column, error.value, error.message]
        writer.writerow([sheets.safe(value) for value in line])
    return response


def _day(request: HttpRequest, text: str) -> date:
    if not text:
        return page_context(request).today
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError("生效日期应为 2024-06-30 的样式。") from error
