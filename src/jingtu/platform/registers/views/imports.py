"""Importing a list: drop the file, read what would happen, confirm."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingtu.errors import ConflictError, InputError, JingtuError, PermissionDeniedError
from jingtu.knowledge.sheets import Sheet, load
from jingtu.platform.pages import sheets
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import tell, uploads
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange import background, guessing, importing, mappings
from jingtu.platform.registers.exchange import uploads as kept
from jingtu.platform.registers.exchange.preparing import Diff
from jingtu.platform.registers.exchange.uploads import Upload
from jingtu.platform.registers.views.common import needs

_SHOWN = 100


@require_http_methods(["GET", "POST"])
@needs("import")
def register_import(request: HttpRequest, register: Register) -> HttpResponse:
    """The page of an import: the drop zone, then the preview; its errors as a list to take along."""
    page_context(request).require_present()
    if request.method == "POST":
        if request.POST.get("columns"):
            return _choose(request, register)
        return _confirm(request, register) if request.POST.get("file") else _upload(request, register)
    key = request.GET.get("file", "")
    if not key:
        return _page(request, register, {})
    upload = kept.find(key, page_user(request))
    on = _day(request, request.GET.get("from", ""))
    sheets_found, columns = _columns(request, register, upload)
    content: dict[str, Any] = {"upload": upload, "on": on, **columns}
    if columns["survey"] is not None and columns["unsure"] and not request.GET.get("errors"):
        return _page(request, register, content)
    try:
        diff = _preview(request, register, upload, on, sheets_found, columns["mapping"])
    except InputError as error:
        return _page(request, register, content | {"refused": error}, status=422)
    if request.GET.get("errors"):
        return _errors(diff)
    return _page(request, register, content | _content(diff))


def _columns(
    request: HttpRequest, register: Register, upload: Upload
) -> tuple[list[Sheet] | None, dict[str, Any]]:
    """The sheets of an upload and what their columns are taken for: as chosen, as remembered, as they look.

    ``unsure``: told by content alone, and nobody has confirmed it yet.
    """
    nothing: dict[str, Any] = {"survey": None, "mapping": None, "memory": None, "unsure": False}
    try:
        with upload.path.open("rb") as stream:
            found = load(stream, upload.name)
    except InputError:
        return None, nothing  # the preview says what is wrong
    region = page_context(request).require_region()
    plain = guessing.survey(register, found)
    if plain is None:
        return found, nothing
    memory = mappings.remembered(register, region, plain.columns)
    mapping = upload.columns or (memory.columns if memory else None)
    survey = plain if mapping is None else guessing.survey(register, found, mapping)
    assert survey is not None
    return found, {
        "survey": survey,
        "mapping": mapping,
        "memory": memory if upload.columns is None else None,
        "chosen": upload.columns is not None,
        "unsure": mapping is None and plain.by_content,
        "targets": guessing.targets_of(register),
        # What the headings say by themselves need not be remembered.
        "worth": mapping is not None and memory is None and _differs(plain, mapping),
        "source": (memory.name if memory else upload.name.rsplit(".", 1)[0])[:60],
    }


def _differs(plain: guessing.Survey, mapping: Mapping[str, str]) -> bool:
    said = {item.heading: item.target if item.how == guessing.BY_WORDS else "" for item in plain.guesses}
    return any(mapping.get(heading, "") != target for heading, target in said.items())


def _choose(request: HttpRequest, register: Register) -> HttpResponse:
    """Take down what the person says each column is, and look at the table again."""
    user = page_user(request)
    upload = kept.find(request.POST["file"], user)
    here = _address(register, upload, _day(request, request.POST.get("from", "")))
    with upload.path.open("rb") as stream:
        survey = guessing.survey(register, load(stream, upload.name))
    if survey is None:
        return HttpResponseRedirect(here)
    plain = request.POST.get("columns") == "plain"  # what the headings say by themselves, and no more
    said = {
        item.heading: (item.target if item.how == guessing.BY_WORDS else "")
        if plain
        else request.POST.get(f"column-{item.index}", item.target)
        for item in survey.guesses
    }
    try:
        kept.choose(upload, mappings.checked(register, said), user)
    except InputError as error:
        tell(request, error)
    return HttpResponseRedirect(here)


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
        sheets_found, columns = _columns(request, register, upload)
        content = {"upload": upload, "on": on, **columns}
        if not columns["unsure"]:
            _preview(request, register, upload, on, sheets_found, columns["mapping"])
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
        mapping = upload.columns or _memory(request, register)
    except ConflictError as error:
        tell(request, error)
        return HttpResponseRedirect(_address(register, upload, on))
    if mapping is not None:
        upload = kept.choose(upload, mapping, user)  # the job reads it there, whatever is forgotten meanwhile
    if rows.isdecimal() and int(rows) > importing.ROWS_FOR_A_JOB:
        _remember(request, register, mapping, on)
        job = background.start(register, upload, user, on, page.require_region(), fingerprint)
        return HttpResponseRedirect(reverse("job", args=[job.uid]))
    try:
        diff = importing.apply(
            register, upload.path, upload.name,
            actor=user, on=on, region=page.require_region(), mapping=mapping, fingerprint=fingerprint,
        )  # fmt: skip
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
        return HttpResponseRedirect(_address(register, upload, on))
    _remember(request, register, mapping, on)
    kept.forget(upload)
    counts = {kind: diff.count(kind) for kind in ("added", "changed", "unchanged")}
    messages.success(request, f"已导入“{upload.name}”：{background.summary(counts)}", extra_tags="saved")
    return HttpResponseRedirect(reverse("register", args=[register.id]))


def _memory(request: HttpRequest, register: Register) -> Mapping[str, str] | None:
    """The remembered mapping that the preview went by; one changed since gives another fingerprint."""
    uid = request.POST.get("memory", "")
    if not uid:
        return None
    region = page_context(request).require_region()
    found = mappings.of_place(register, region, uid)
    if found is None:
        raise ConflictError("预览所用的对照表已被删除，没有导入任何内容，请重新预览。")
    return dict(found.columns)


def _remember(request: HttpRequest, register: Register, mapping: Mapping[str, str] | None, on: date) -> None:
    """Keep the mapping of a confirmed import where the person ticked so; the import stands all the same."""
    title = request.POST.get("source", "").strip()
    if mapping is None or request.POST.get("remember") != "1":
        return
    region = page_context(request).require_region()
    try:
        mappings.RememberMapping(page_user(request), on, register, region, title, mapping).execute()
    except JingtuError as error:
        messages.warning(request, f"对照表没有记住：{error.message}")


def _preview(
    request: HttpRequest,
    register: Register,
    upload: Upload,
    on: date,
    sheets_found: list[Sheet] | None,
    mapping: Mapping[str, str] | None,
) -> Diff:
    user, region = page_user(request), page_context(request).require_region()
    if sheets_found is None:
        with upload.path.open("rb") as stream:
            sheets_found = load(stream, upload.name)
    return importing.compared(
        register, sheets_found, upload.name, actor=user, on=on, region=region, mapping=mapping
    )


def _content(diff: Diff) -> dict[str, Any]:
    changed = [row for row in diff.rows if row.kind == "changed"]
    added = [row for row in diff.rows if row.kind == "added"]
    lifecycle = diff.register.lifecycle
    return {
        "diff": diff,
        "counts": {kind: diff.count(kind) for kind in ("added", "changed", "unchanged")},
        "rows_total": len(diff.rows),
        "changed": changed[:_SHOWN],
        "changed_more": max(len(changed) - _SHOWN, 0),
        "added": [
            (row, lifecycle.state(row.stages[-1][1]).label, row.stages[0][0]) for row in added[:_SHOWN]
        ],
        "added_more": max(len(added) - _SHOWN, 0),
        "errors": diff.errors[:_SHOWN],
        "errors_more": max(len(diff.errors) - _SHOWN, 0),
        "fingerprint": diff.fingerprint(),
    }


def _page(
    request: HttpRequest, register: Register, content: dict[str, Any], status: int = 200
) -> HttpResponse:
    content = {"register": register, "on": page_context(request).today, **content}
    return render(request, "registers/import.html", content, status=status)


def _errors(diff: Diff) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        "attachment; filename=\"errors.csv\"; filename*=UTF-8''%E5%AF%BC%E5%85%A5%E9%94%99%E8%AF%AF.csv"
    )
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(["工作表", "行", "列", "内容", "问题"])
    for error in diff.errors:
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
