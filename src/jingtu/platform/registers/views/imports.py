"""Importing a list: drop the file, read what would happen, confirm."""

from __future__ import annotations

import csv
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingtu.errors import InputError, JingtuError, PermissionDeniedError
from jingtu.platform.pages import sheets
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import tell, uploads
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange import background, importing
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
        return _confirm(request, register) if request.POST.get("file") else _upload(request, register)
    key = request.GET.get("file", "")
    if not key:
        return _page(request, register, {})
    upload = kept.find(key, page_user(request))
    on = _day(request, request.GET.get("from", ""))
    try:
        diff = _preview(request, register, upload, on)
    except InputError as error:
        return _page(request, register, {"upload": upload, "on": on, "refused": error}, status=422)
    if request.GET.get("errors"):
        return _errors(diff)
    return _page(request, register, _content(upload, on, diff))


def _upload(request: HttpRequest, register: Register) -> HttpResponse:
    here = reverse("register_import", args=[register.id])
    try:
        found = uploads(request, "table")
        if not found:
            raise InputError("请选择要导入的表格文件。")
        name, stream = found[0]
        on = _day(request, request.POST.get("from", ""))
        upload = kept.keep(stream, name, page_user(request))
        _preview(request, register, upload, on)
    except InputError as error:
        return _page(request, register, {"refused": error}, status=422)
    return HttpResponseRedirect(f"{here}?{urlencode({'file': upload.key, 'from': on.isoformat()})}")


def _confirm(request: HttpRequest, register: Register) -> HttpResponse:
    user, page = page_user(request), page_context(request)
    upload = kept.find(request.POST["file"], user)
    on = _day(request, request.POST.get("from", ""))
    fingerprint = request.POST.get("fingerprint", "")
    rows = request.POST.get("rows", "")
    if rows.isdecimal() and int(rows) > importing.ROWS_FOR_A_JOB:
        job = background.start(register, upload, user, on, page.require_region(), fingerprint)
        return HttpResponseRedirect(reverse("job", args=[job.uid]))
    try:
        diff = importing.apply(
            register, upload.path, upload.name,
            actor=user, on=on, region=page.require_region(), fingerprint=fingerprint,
        )  # fmt: skip
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
        here = reverse("register_import", args=[register.id])
        return HttpResponseRedirect(f"{here}?{urlencode({'file': upload.key, 'from': on.isoformat()})}")
    kept.forget(upload)
    counts = {kind: diff.count(kind) for kind in ("added", "changed", "unchanged")}
    messages.success(request, f"已导入“{upload.name}”：{background.summary(counts)}", extra_tags="saved")
    return HttpResponseRedirect(reverse("register", args=[register.id]))


def _preview(request: HttpRequest, register: Register, upload: Upload, on: date) -> Diff:
    with upload.path.open("rb") as stream:
        return importing.dry_run(
            register, stream, upload.name,
            actor=page_user(request), on=on, region=page_context(request).require_region(),
        )  # fmt: skip


def _content(upload: Upload, on: date, diff: Diff) -> dict[str, Any]:
    changed = [row for row in diff.rows if row.kind == "changed"]
    added = [row for row in diff.rows if row.kind == "added"]
    lifecycle = diff.register.lifecycle
    return {
        "upload": upload,
        "on": on,
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
