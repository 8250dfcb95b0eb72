"""Importing results: drop the file, confirm its columns, read what was found, confirm."""

from __future__ import annotations

import csv
import uuid
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingtu.errors import InputError, JingtuError, PermissionDeniedError
from jingtu.knowledge import labsheets
from jingtu.platform.evidence.laboratory import background, judging, reports, verdicts
from jingtu.platform.evidence.laboratory.models import Survey
from jingtu.platform.evidence.laboratory.permissions import IMPORT
from jingtu.platform.evidence.laboratory.views import columns as column_forms
from jingtu.platform.evidence.laboratory.views import common
from jingtu.platform.pages import sheets
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import needs, tell, uploads
from jingtu.platform.registers.exchange import uploads as kept
from jingtu.platform.registers.exchange.uploads import Upload

_SHOWN = 200


@needs(IMPORT.name)
@require_http_methods(["GET", "POST"])
def survey_import(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The page of an import: the drop zone, the columns, the findings, the preview."""
    survey = common.survey_for(request, uid, IMPORT.name)
    page_context(request).require_present()
    if request.method == "POST":
        if not request.POST.get("file"):
            return _upload(request, survey)
        upload = kept.find(request.POST["file"], page_user(request))
        if request.POST.get("step") == "columns":
            return _choose(request, survey, upload)
        return _confirm(request, survey, upload)
    key = request.GET.get("file", "")
    if not key:
        return _page(request, survey, {})
    upload = kept.find(key, page_user(request))
    if request.GET.get("columns"):
        return _columns(request, survey, upload)
    report = reports.kept(upload, str(survey.uid))
    if report is None:
        return _check(request, survey, upload)
    if request.GET.get("list"):
        return _list(upload, report)
    if request.GET.get("marked"):
        return _marked(upload, report)
    return _page(request, survey, _content(upload, report))


def _upload(request: HttpRequest, survey: Survey) -> HttpResponse:
    """Keep the file; ask about its columns where nobody has confirmed them, else check it at once."""
    user = page_user(request)
    try:
        found = uploads(request, "table")
        if not found:
            raise InputError("请选择要导入的检测结果文件。")
        name, stream = found[0]
        upload = kept.keep(stream, name, user)
        background.forget(upload)
        if background.is_large(upload):  # its columns are looked at in the background as well
            return _go_on(request, survey, upload)
        mapping = background.proposal(survey, upload)
    except InputError as error:
        return _page(request, survey, {"refused": error}, status=422)
    if not background.settled(mapping):
        return HttpResponseRedirect(_address(survey, upload, columns="1"))
    return _go_on(request, survey, upload)


def _go_on(request: HttpRequest, survey: Survey, upload: Upload) -> HttpResponse:
    """Check the file: at once where that takes no two seconds, else in the background."""
    if background.is_large(upload):
        job = background.start_check(survey, upload, page_user(request), page_context(request).today)
        return HttpResponseRedirect(reverse("job", args=[job.uid]))
    background.check(survey, upload, page_context(request).today)
    return HttpResponseRedirect(_address(survey, upload))


def _check(request: HttpRequest, survey: Survey, upload: Upload) -> HttpResponse:
    """An address opened again after its report is gone."""
    if background.is_large(upload):
        return HttpResponseRedirect(_address(survey, upload, columns="1"))
    report = background.check(survey, upload, page_context(request).today)
    return _page(request, survey, _content(upload, report))


def _columns(request: HttpRequest, survey: Survey, upload: Upload) -> HttpResponse:
    """What each column was taken for, to be confirmed or changed."""
    try:
        mapping = background.chosen(upload) or background.proposal(survey, upload)
    except InputError as error:
        return _page(request, survey, {"refused": error}, status=422)
    content = {"upload": upload, "mapping": mapping, "blocks": column_forms.shown(mapping)}
    content["recognised"] = any(column.target for block in mapping.blocks for column in block.columns)
    return render(
        request, "laboratory/columns.html", {"survey": survey, "choices": column_forms.CHOICES, **content}
    )


def _choose(request: HttpRequest, survey: Survey, upload: Upload) -> HttpResponse:
    """Take down what the person says each column is, and check the file."""
    try:
        mapping = column_forms.said(
            background.chosen(upload) or background.proposal(survey, upload), request.POST
        )
    except InputError as error:
        tell(request, error)
        return HttpResponseRedirect(_address(survey, upload, columns="1"))
    background.choose(upload, mapping, page_user(request))
    return _go_on(request, survey, kept.find(upload.key, page_user(request)))


def _confirm(request: HttpRequest, survey: Survey, upload: Upload) -> HttpResponse:
    """Store what the report said."""
    user, on = page_user(request), page_context(request).today
    said: dict[str, Any] = {
        "fingerprint": request.POST.get("fingerprint", ""),
        "reason": request.POST.get("reason", "").strip(),
        "acknowledged": request.POST.get("acknowledged") == "1",
    }
    report = reports.kept(upload, str(survey.uid))
    missing = _missing(report, said) if report else []
    if missing:
        messages.error(request, "\n".join(missing))
        return HttpResponseRedirect(_address(survey, upload))
    if background.is_large(upload):
        job = background.start_store(survey, upload, user, on, **said)
        return HttpResponseRedirect(reverse("job", args=[job.uid]))
    try:
        found = background.store(survey, upload, user, on, **said)
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        reports.drop(upload)
        tell(request, error)
        return HttpResponseRedirect(_address(survey, upload))
    messages.success(request, f"已导入“{upload.name}”：{background.stored_words(found)}", extra_tags="saved")
    return HttpResponseRedirect(reverse("survey", args=[survey.uid]))


def _missing(report: dict[str, Any], said: dict[str, Any]) -> list[str]:
    """What a person still has to say; asked before a long job starts."""
    found = []
    if report["warnings"] and not said["acknowledged"]:
        found.append(f"有 {report['warnings']} 处提醒，请逐条看过并勾选“已核对”再导入。")
    if report.get("changes") and not said["reason"]:
        found.append("改动已入库的结果须写明原因。")
    return found


def _content(upload: Upload, report: dict[str, Any]) -> dict[str, Any]:
    findings = report["findings"]
    return {
        "upload": upload,
        "report": report,
        "errors": [item for item in findings if item["severity"] == "error"][:_SHOWN],
        "warnings": [item for item in findings if item["severity"] == "warning"][:_SHOWN],
        "errors_more": max(report["errors"] - _SHOWN, 0),
        "warnings_more": max(report["warnings"] - _SHOWN, 0),
        "headline": verdicts.headline(report.get("verdicts_of_samples", {})),
        "shares": judging.shares(report.get("verdicts_of_samples", {})),
        "worst": verdicts.worst(report.get("verdicts_of_samples", {})),
        "shares_of_results": judging.shares(report.get("verdicts_of_results", {})),
        "can_mark": "refused" not in report and bool(findings),
    }


def _page(request: HttpRequest, survey: Survey, content: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "laboratory/import.html", {"survey": survey, **content}, status=status)


def _address(survey: Survey, upload: Upload, **more: str) -> str:
    here = reverse("survey_import", args=[survey.uid])
    return f"{here}?{urlencode({'file': upload.key, **more})}"


def _list(upload: Upload, report: dict[str, Any]) -> HttpResponse:
    """The findings as a list to take along."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = _attachment(f"{_stem(upload.name)}问题清单.csv", "findings.csv")
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(reports.HEADINGS)
    for item in report["findings"]:
        writer.writerow([sheets.safe(value) for value in reports.line(item)])
    return response


def _marked(upload: Upload, report: dict[str, Any]) -> HttpResponse:
    """The workbook with the bad cells marked, to be corrected and sent again."""
    content = labsheets.mark(upload.path.read_bytes(), reports.findings_of(report))
    name = f"{_stem(upload.name)}（已标注）.xlsx"
    response = HttpResponse(content, content_type=sheets.MEDIA_TYPE)
    response["Content-Disposition"] = _attachment(name, "marked.xlsx")
    return response


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0][:80]


def _attachment(name: str, plain: str) -> str:
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
