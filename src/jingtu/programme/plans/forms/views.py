"""Form pages: the official layout on screen, each cell marked by where it came from."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import CellError, InputError, JingtuError, NotFoundError
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell
from jingtu.platform.people import policies
from jingtu.platform.statements.declarations import all_statements
from jingtu.programme.plans.forms import building, filling, printing, spreadsheets
from jingtu.programme.plans.forms.actions import (
    CreateForm,
    FillForm,
    ReopenForm,
    SaveForm,
    SetRowSources,
    SubmitForm,
)
from jingtu.programme.plans.forms.columns import DEFAULT_COLUMNS, DEFAULT_HEAD
from jingtu.programme.plans.forms.rows import KIND as STATEMENT
from jingtu.programme.plans.forms.sentences import reading_sentence
from jingtu.programme.plans.models import FormFilling, FormRow, Plan, ReportForm

_SOURCE_LABELS = {
    "progress": "进展填报",
    "statement": "清单计算",
    "reading": "指标读数",
    "manual": "手工填写",
    "none": "待填",
}


@needs("plans.form.read")
@require_GET
def forms(request: HttpRequest) -> HttpResponse:
    """Forms of the region and year, with the state of each month."""
    page = page_context(request)
    region = page.require_region()
    reach = policies.reach(page_user(request), "plans.form.read")
    found = list(
        ReportForm.objects.filter(reach.q(), region=region, year=page.year)
        .select_related("region")
        .order_by("id")
    )
    states: dict[int, dict[str, FormFilling]] = defaultdict(dict)
    for item in FormFilling.objects.filter(form__in=found):
        states[item.form_id][item.month] = item
    months = [f"{page.year}-{number:02d}" for number in range(1, 13)]
    this_month = f"{page.on:%Y-%m}"
    return render(
        request,
        "forms/list.html",
        {
            "forms": [
                {
                    "form": form,
                    "rows": form.rows.count(),
                    "months": [
                        {
                            "month": month,
                            "number": int(month[5:]),
                            "filling": states[form.pk].get(month),
                            "now": month == this_month,
                            "future": month > this_month,
                        }
                        for month in months
                    ],
                }
                for form in found
            ],
            "may_edit": policies.may(page_user(request), "plans.form.edit") and not page.is_past,
        },
    )


def form_of(request: HttpRequest, uid: UUID) -> ReportForm:
    """A form within the reader's reach; raises ``NotFoundError``."""
    reach = policies.reach(page_user(request), "plans.form.read")
    form = ReportForm.objects.filter(reach.q(), uid=uid).select_related("region", "plan").first()
    if form is None:
        raise NotFoundError("没有找到这份报表，或不在您的权限范围内。")
    return form


def _address(form: ReportForm, month: str) -> str:
    return reverse("form_month", args=[form.uid, month])


def _month_content(
    request: HttpRequest, form: ReportForm, month: str
) -> tuple[dict[str, Any], FormFilling | None]:
    """Cells of a month: as kept, or, looking back or before the first filling, as they read then."""
    page = page_context(request)
    filling.month_end(month)
    current = FormFilling.objects.filter(form=form, month=month).select_related("edited_by").first()
    if current is not None and not page.is_past:
        return current.cells, current
    return filling.fill(form, month, page.on, page.known_at, reading_sentence), None


@needs("plans.form.read")
@require_GET
def form_month(request: HttpRequest, uid: UUID, month: str) -> HttpResponse:
    """One month of a form: table, where each cell came from, and what can be done next."""
    page = page_context(request)
    form = form_of(request, uid)
    cells, current = _month_content(request, form, month)
    user = page_user(request)
    path = form.region.path
    edits = policies.reach(user, "plans.form.edit").allows(path) and not page.is_past
    submits = policies.reach(user, "plans.form.submit").allows(path) and not page.is_past
    editable = bool(edits and current is not None and current.state == FormFilling.State.DRAFT)
    rows = [_row(form, row, cells.get(str(row.pk), {})) for row in form.rows.all()]
    end = filling.month_end(month)
    year, number = end.year, end.month
    earlier = f"{year - 1}-12" if number == 1 else f"{year}-{number - 1:02d}"
    later = f"{year + 1}-01" if number == 12 else f"{year}-{number + 1:02d}"
    return render(
        request,
        "forms/month.html",
        {
            "form": form,
            "month": month,
            "year": year,
            "number": number,
            "end": end,
            "earlier": earlier,
            "later": later,
            "filling": current,
            "rows": rows,
            "head": [
                {"label": label, "value": (current.head.get(label, "") if current else ""), "index": index}
                for index, label in enumerate(form.head)
            ],
            "editable": editable,
            "may_fill": edits and (current is None or current.state == FormFilling.State.DRAFT),
            "may_submit": submits and current is not None and current.state == FormFilling.State.DRAFT,
            "may_reopen": submits and current is not None and current.state == FormFilling.State.SUBMITTED,
            "filled": sum(1 for row in rows if row["filled"]),
        },
    )


def _row(form: ReportForm, row: FormRow, filled: dict[str, Any]) -> dict[str, Any]:
    columns = []
    for column in form.columns:
        role = column["role"]
        cell: dict[str, Any] = {"role": role, "label": column["label"], "editable": False}
        if role == "group":
            cell["text"] = row.group
        elif role == "number":
            cell["text"] = row.number
        elif role == "item":
            numbered = row.number and not any(other["role"] == "number" for other in form.columns)
            cell["text"] = f"{row.number}．{row.item}" if numbered else row.item
        elif role == "units":
            cell["text"] = "、".join(row.units)
        else:
            key = column["label"] if role == "extra" else role
            kept = filled.get(key, {})
            cell |= {
                "editable": True,
                "key": key,
                "text": kept.get("text", ""),
                "hint": kept.get("hint", ""),
                "source": kept.get("source", "none"),
                "source_label": _SOURCE_LABELS[kept.get("source", "none")],
                "refs": len(kept.get("refs", [])),
            }
        columns.append(cell)
    return {
        "row": row,
        "columns": columns,
        "filled": bool(filled.get("progress", {}).get("text", "").strip()),
    }


@needs("plans.form.read")
@require_POST
def form_refill(request: HttpRequest, uid: UUID, month: str) -> HttpResponse:
    """Fill the month from progress and readings."""
    form = form_of(request, uid)
    action = FillForm(page_user(request), page_context(request).on, form, month)
    return act(request, action, done="已提取本月数据；手工填写的内容保持不变。", to=_address(form, month))


@needs("plans.form.read")
@require_POST
def form_save(request: HttpRequest, uid: UUID, month: str) -> HttpResponse:
    """Keep what was typed."""
    form = form_of(request, uid)
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    columns = [column["label"] if column["role"] == "extra" else column["role"] for column in form.columns]
    for name in request.POST:
        text = request.POST.get(name, "")
        parts = name.split(".")
        if len(parts) == 3 and parts[0] == "cell" and parts[2].isdigit() and int(parts[2]) < len(columns):
            cells[parts[1]][columns[int(parts[2])]] = text
    revision = request.POST.get("revision", "")
    action = SaveForm(
        page_user(request),
        page_context(request).on,
        form,
        month,
        revision=int(revision) if revision.isdigit() else -1,
        head={label: request.POST.get(f"head.{index}", "") for index, label in enumerate(form.head)},
        cells=cells,
    )
    return act(request, action, done="已保存。", to=_address(form, month))


@needs("plans.form.read")
@require_POST
def form_submit(request: HttpRequest, uid: UUID, month: str) -> HttpResponse:
    """Report the form."""
    form = form_of(request, uid)
    action = SubmitForm(page_user(request), page_context(request).on, form, month)
    return act(request, action, done="已报送。", to=_address(form, month))


@needs("plans.form.read")
@require_POST
def form_reopen(request: HttpRequest, uid: UUID, month: str) -> HttpResponse:
    """Take a submitted form back."""
    form = form_of(request, uid)
    reason = request.POST.get("reason", "")
    action = ReopenForm(page_user(request), page_context(request).on, form, month, reason)
    return act(request, action, done="已退回修改。", to=_address(form, month))


@needs("plans.form.read")
@require_GET
def form_export(request: HttpRequest, uid: UUID, month: str, kind: str) -> HttpResponse:
    """The month's form as a file, exactly what the page shows."""
    form = form_of(request, uid)
    cells, current = _month_content(request, form, month)
    table = printing.month_table(form, month, current, cells, printed_at=timezone.localtime())
    response = HttpResponse(printing.print_form(table, kind), content_type=printing.MEDIA_TYPES[kind])
    name = quote(f"{table.title}.{kind}")
    response["Content-Disposition"] = f"attachment; filename=form-{month}.{kind}; filename*=UTF-8''{name}"
    return response


@needs("plans.form.read")
@require_http_methods(["GET", "POST"])
def form_row(request: HttpRequest, uid: UUID, month: str, row: int) -> HttpResponse:
    """Choose the tasks and targets that fill one row."""
    form = form_of(request, uid)
    item = form.rows.filter(pk=row).first()
    if item is None:
        raise NotFoundError("没有找到报表的这一行。")
    policies.require(page_user(request), "plans.form.edit", form.region.path)
    plan = form.plan or _plan(form)
    choices = building.candidates(plan) if plan else []
    if request.method == "POST":
        chosen = set(request.POST.getlist("source"))
        action = SetRowSources(
            page_user(request),
            page_context(request).on,
            item,
            [{"kind": choice.kind, "uid": str(choice.uid)} for choice in choices if str(choice.uid) in chosen]
            + [{"kind": STATEMENT, "uid": known.id} for known in all_statements() if known.id in chosen],
        )
        return act(request, action, done="来源已保存，点“提取数据”后生效。", to=_address(form, month))
    chosen = {source["uid"] for source in item.sources}
    return render(
        request,
        "forms/row.html",
        {
            "form": form,
            "row": item,
            "month": month,
            "choices": [
                {"choice": choice, "chosen": str(choice.uid) in chosen, "is_target": choice.kind == "target"}
                for choice in choices
            ],
            "statements": [(known, known.id in chosen) for known in all_statements()],
        },
    )


def _plan(form: ReportForm) -> Plan | None:
    return (
        Plan.objects.filter(region=form.region, year=form.year, state=Plan.State.CONFIRMED)
        .order_by("-id")
        .first()
    )


@needs("plans.form.edit")
@require_http_methods(["GET", "POST"])
def form_new(request: HttpRequest) -> HttpResponse:
    """Make a bureau's own form, from its spreadsheet or from typed rows."""
    page = page_context(request)
    region = page.require_region()
    typed = {"name": request.POST.get("name", ""), "rows": request.POST.get("rows", "")}
    if request.method == "GET":
        return render(request, "forms/new.html", {"typed": typed})
    try:
        page.require_present()
        content = _typed_form(request, typed)
        form = CreateForm(
            page_user(request),
            page.on,
            region,
            form_name=typed["name"] or content["name"],
            year=page.year,
            columns=content["columns"],
            rows=content["rows"],
            head=content["head"],
            plan=Plan.objects.filter(region=region, year=page.year, state=Plan.State.CONFIRMED)
            .order_by("-id")
            .first(),
        ).execute()
    except InputError as error:
        tell(request, error)
        return render(
            request, "forms/new.html", {"typed": typed, "errors": error.errors}, status=error.status
        )
    except JingtuError as error:
        tell(request, error)
        return render(request, "forms/new.html", {"typed": typed}, status=error.status)
    return act(
        request,
        FillForm(page_user(request), page.on, form, f"{page.on:%Y-%m}"),
        done="报表已建立，并提取了本月数据。",
        to=_address(form, f"{page.on:%Y-%m}"),
    )


def _typed_form(request: HttpRequest, typed: dict[str, str]) -> dict[str, Any]:
    upload = request.FILES.get("file")
    if upload is not None:
        if upload.size is None or upload.size > settings.UPLOAD_BYTES:
            raise InputError(
                f"文件超过 {settings.CONFIG.upload_mib} MB，请删去无关内容后再上传",
                [CellError("文件过大", file=upload.name)],
            )
        return spreadsheets.read_form(upload.read(), upload.name or "")
    rows = []
    errors = []
    for number, line in enumerate(typed["rows"].splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("｜", "|").split("|")]
        if len(parts) > 3 or not parts[min(1, len(parts) - 1)]:
            errors.append(
                CellError(
                    "每行写“重点内容 | 事项 | 责任单位”，只有事项时可以只写事项", row=number, value=line[:40]
                )
            )
            continue
        group, item, units = (["", *parts] if len(parts) == 1 else parts) + [""] * (3 - max(len(parts), 2))
        rows.append(
            {
                "group": group,
                "number": "",
                "item": item,
                "responsible_units": [unit for unit in units.split("、") if unit],
            }
        )
    if errors:
        raise InputError(f"有 {len(errors)} 行写法不对", errors)
    return {"name": typed["name"], "columns": DEFAULT_COLUMNS, "head": DEFAULT_HEAD, "rows": rows}
