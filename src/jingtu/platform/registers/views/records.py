"""Records of entries: across all of them, one of them, entered, corrected, withdrawn, imported and exported."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import (
    CellError,
    ConflictError,
    InputError,
    JingtuError,
    NotFoundError,
    PermissionDeniedError,
)
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.evidence.showing import offer
from jingtu.platform.pages import keyset, sheets, tables
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import tell, uploads
from jingtu.platform.people import policies
from jingtu.platform.registers import fields as forms
from jingtu.platform.registers import filtering, listing, values
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.entry_records import importing
from jingtu.platform.registers.entry_records import listing as lists
from jingtu.platform.registers.entry_records.actions import AddRecord, CorrectRecord, WithdrawRecord
from jingtu.platform.registers.entry_records.declarations import DAY, RecordKind, asked
from jingtu.platform.registers.entry_records.listing import Wanted
from jingtu.platform.registers.entry_records.queries import believed_records, history
from jingtu.platform.registers.exchange import uploads as kept
from jingtu.platform.registers.models import EntryRecord, Version
from jingtu.platform.registers.tabs import tabs
from jingtu.platform.registers.views.common import (
    attached,
    may,
    needs,
    places_below,
    posted_day,
    readable_version,
    require,
)

EXPORT_LIMIT = 100_000
_SHOWN = 100
REASON = "reason"


def _fields(request: HttpRequest, kind: RecordKind) -> list[Field]:
    return lists.visible(kind, policies.roles(page_user(request)))


def _rows(request: HttpRequest, register: Register, kind: RecordKind, wanted: Wanted) -> Any:
    page = page_context(request)
    reach = policies.reach(page_user(request), register.read_permission)
    entries = lists.readable_entries(kind, page.require_region(), page.on, page.known_at, reach)
    return lists.records(kind, entries, page.on, page.known_at, wanted)


@require_GET
@needs("read")
def records(request: HttpRequest, register: Register, kind: str) -> HttpResponse:
    """All records of a kind, of the entries that the user reads."""
    declared = asked(register, kind)
    page, user = page_context(request), page_user(request)
    fields = _fields(request, declared)
    shown_fields = [*fields, *declared.derived]
    wanted = lists.wanted_of(declared, shown_fields, request.GET)
    rows = _rows(request, register, declared, wanted)
    ordered, order = lists.ordered(declared, rows, wanted.sort)
    found = keyset.page(ordered, order, request.GET.get("after", ""))
    lists.with_versions(declared, found.rows, page.on, page.known_at)
    table = tables.build(
        lists.columns(declared, shown_fields),
        found.rows,
        request.GET,
        total=keyset.count(rows),
        next_cursor=found.next,
        previous_cursor=found.previous,
        caption=f"{page.require_region().name}{declared.label}",
        empty=f"没有符合条件的{declared.label}",
        empty_hint="在条目的页面上新增，或导入表格；也可以去掉一个筛选条件再看。",
    )
    shown = tables.query(request.GET)
    page_id = f"records:{declared.id}"
    return render(
        request,
        "registers/records.html",
        {
            "register": register,
            "kind": declared,
            "table": table,
            "wanted": wanted,
            "entry_of": _entry_asked(request, register, wanted),
            "controls": filtering.controls([declared.day, *shown_fields], wanted.filters, request.GET),
            "active_filters": wanted.filters,
            "places": places_below(page.require_region()),
            "views": tabs(user, page_id, [("全部", "")], shown),
            "shown": shown,
            "export_query": shown,
            "page_id": page_id,
            "may_import": not page.is_past and policies.may(user, declared.permission),
        },
    )


@require_GET
@needs("read")
def records_export(request: HttpRequest, register: Register, kind: str) -> HttpResponse:
    """The filtered records as a workbook that can be read back."""
    declared = asked(register, kind)
    page = page_context(request)
    fields = _fields(request, declared)
    wanted = lists.wanted_of(declared, [*fields, *declared.derived], request.GET)
    rows = _rows(request, register, declared, wanted)
    if keyset.count(rows).value >= EXPORT_LIMIT:
        raise InputError(f"超过 {EXPORT_LIMIT:,} 行，请先用筛选条件缩小范围，分几次导出。")
    ordered, order = lists.ordered(declared, rows, wanted.sort)
    found = lists.with_versions(declared, list(ordered.order_by(*order)), page.on, page.known_at)
    words = "；".join(item.words for item in wanted.filters if not item.error)
    return sheets.response(
        f"{page.require_region().name}{declared.label}{page.on.isoformat()}",
        importing.template_headings(declared, fields),
        (importing.template_row(fields, row) for row in found),
        f"业务日期 {page.on.isoformat()}" + (f"；{words}" if words else ""),
    )


@require_http_methods(["GET", "POST"])
@needs("read")
def record_new(request: HttpRequest, register: Register, uid: uuid.UUID, kind: str) -> HttpResponse:
    """Enter a record of an entry."""
    declared = asked(register, kind)
    version = readable_version(request, register, uid)
    require(request, declared.permission, version)
    page = page_context(request)
    page.require_present()
    errors: list[CellError] = []
    if request.method == "POST":
        try:
            with transaction.atomic():
                AddRecord(
                    page_user(request),
                    _record_day(request, declared),
                    version.entry,
                    declared.id,
                    forms.given(_fields(request, declared), request.POST),
                    attached(request, register, version, declared.label),
                ).execute()
        except PermissionDeniedError:
            raise
        except (InputError, ConflictError) as error:
            errors = _told(error)
        else:
            messages.success(request, "已记录。", extra_tags="saved")
            return HttpResponseRedirect(f"{reverse('entry', args=[register.id, uid])}#records-{declared.id}")
    return _form(request, register, declared, version, None, errors)


@require_http_methods(["GET", "POST"])
@needs("read")
def record(
    request: HttpRequest, register: Register, uid: uuid.UUID, kind: str, record: uuid.UUID
) -> HttpResponse:
    """One record: what it says, what it said before; corrected here."""
    declared = asked(register, kind)
    version = readable_version(request, register, uid)
    found = _believed(request, declared, version, record)
    page = page_context(request)
    errors: list[CellError] = []
    if request.method == "POST":
        require(request, declared.permission, version)
        page.require_present()
        try:
            _correct(request, register, declared, version, found)
        except PermissionDeniedError:
            raise
        except (InputError, ConflictError) as error:
            errors = _told(error)
        else:
            messages.success(request, "已更正，原先的记录仍可查。", extra_tags="saved")
            return HttpResponseRedirect(request.path)
    return _form(request, register, declared, version, found, errors)


@require_POST
@needs("read")
def record_withdraw(
    request: HttpRequest, register: Register, uid: uuid.UUID, kind: str, record: uuid.UUID
) -> HttpResponse:
    """Take a record back: it is no longer believed, and stays known."""
    declared = asked(register, kind)
    version = readable_version(request, register, uid)
    found = _believed(request, declared, version, record)
    require(request, declared.permission, version)
    try:
        page_context(request).require_present()
        found.entry = version.entry
        WithdrawRecord(
            page_user(request), page_context(request).today, found, declared.id,
            reason=request.POST.get(REASON, ""),
        ).execute()  # fmt: skip
    except PermissionDeniedError:
        raise
    except (InputError, ConflictError) as error:
        tell(request, error)
        return HttpResponseRedirect(lists.address(declared, found))
    messages.success(request, "已撤回，原先的记录仍可查。", extra_tags="saved")
    return HttpResponseRedirect(f"{reverse('entry', args=[register.id, uid])}#records-{declared.id}")


@require_http_methods(["GET", "POST"])
@needs("read")
def records_import(request: HttpRequest, register: Register, kind: str) -> HttpResponse:
    """The page of an import of records: the drop zone, then the preview, then done."""
    declared = asked(register, kind)
    user, page = page_user(request), page_context(request)
    policies.require_some(user, declared.permission)
    page.require_present()
    content: dict[str, Any] = {"register": register, "kind": declared}
    here = reverse("records_import", args=[register.id, declared.id])
    try:
        if request.method == "POST" and not request.POST.get("file"):
            found = uploads(request, "table")
            if not found:
                raise InputError("请选择要导入的表格文件。")
            upload = kept.keep(found[0][1], found[0][0], user)
            return HttpResponseRedirect(f"{here}?{urlencode({'file': upload.key})}")
        key = request.POST.get("file") or request.GET.get("file", "")
        if key:
            upload = kept.find(key, user)
            with upload.path.open("rb") as stream:
                diff = importing.dry_run(declared, stream, upload.name, actor=user, on=page.today)
            content |= {"upload": upload, "diff": diff}
            if request.method == "POST":
                importing.apply(diff, actor=user, fingerprint=request.POST.get("fingerprint", ""))
                kept.forget(upload)
                messages.success(
                    request,
                    f"已导入：新增 {diff.count('added')} {declared.unit}，更正 {diff.count('changed')} {declared.unit}。",
                    extra_tags="saved",
                )
                return HttpResponseRedirect(reverse("records", args=[register.id, declared.id]))
            content |= _preview(diff)
    except (InputError, ConflictError) as error:
        return render(
            request, "registers/records_import.html", content | {"refused": error}, status=error.status
        )
    return render(request, "registers/records_import.html", content)


def _preview(diff: importing.RecordDiff) -> dict[str, Any]:
    return {
        "counts": {what: diff.count(what) for what in ("added", "changed", "unchanged")},
        "fingerprint": diff.fingerprint(),
        "lines": [line for line in diff.lines if line.what != "unchanged"][:_SHOWN],
        "more": max(0, sum(line.what != "unchanged" for line in diff.lines) - _SHOWN),
        "errors": diff.errors[:_SHOWN],
        "errors_more": max(0, len(diff.errors) - _SHOWN),
    }


def _correct(
    request: HttpRequest, register: Register, kind: RecordKind, version: Version, found: EntryRecord
) -> None:
    fields = _fields(request, kind)
    stored = {item.id: getattr(found, item.id) for item in fields}
    if request.POST.get("row", "") != str(found.pk):
        raise ConflictError("这条记录刚刚被更正，本次改动没有保存，请核对现在的内容后重新提交。")
    found.entry = version.entry
    with transaction.atomic():
        CorrectRecord(
            page_user(request),
            _record_day(request, kind),
            found,
            kind.id,
            forms.changed(fields, stored, request.POST),
            attached(request, register, version, kind.label),
            reason=request.POST.get(REASON, ""),
        ).execute()


def _record_day(request: HttpRequest, kind: RecordKind) -> Any:
    today = page_context(request).today
    on = posted_day(request, DAY, today)
    if on > today:
        raise InputError(
            f"“{kind.on_label}”不能晚于今天。", [CellError("不能晚于今天", column=kind.on_label)]
        )
    return on


def _believed(request: HttpRequest, kind: RecordKind, version: Version, record: uuid.UUID) -> Any:
    page = page_context(request)
    rows = believed_records(kind.id, page.known_at).filter(entry=version.entry, uid=record, on__lte=page.on)
    found = rows.select_related("entry", "entered_by").first()
    if found is None:
        raise NotFoundError("没有找到这条记录，可能已经撤回；或在所看的日期还没有。", record=str(record))
    return found


def _told(error: JingtuError) -> list[CellError]:
    return (error.errors if isinstance(error, InputError) else None) or [CellError(error.message)]


def _form(
    request: HttpRequest,
    register: Register,
    kind: RecordKind,
    version: Version,
    found: Any | None,
    errors: list[CellError],
) -> HttpResponse:
    page, user = page_context(request), page_user(request)
    fields = _fields(request, kind)
    posted: QueryDict | None = request.POST if request.method == "POST" else None
    stored = {item.id: getattr(found, item.id) for item in fields} if found else {}
    controls = forms.controls(fields, stored, posted, errors, holder=version.holder_id)
    labels = {item.label for item in fields} | {kind.on_label}
    typed: Any = posted or {}
    content: dict[str, Any] = {
        "register": register,
        "kind": kind,
        "version": version,
        "record": found,
        "controls": controls,
        "other_errors": [item for item in errors if item.column not in labels],
        "on_errors": [item.message for item in errors if item.column == kind.on_label],
        "on": typed.get(DAY) or (found.on if found else page.today).isoformat(),
        "reason": typed.get(REASON, ""),
        "today": page.today,
        "may_change": may(request, kind.permission, version),
        "reopened": bool(errors),
    }
    if found is not None:
        content |= {
            "title": lists.title(kind, found),
            "facts": [
                (item.label, listing.fact(item, getattr(found, item.id))) for item in (*fields, *kind.derived)
            ],
            "files": offer(user, found.evidence.select_related("file", "withdrawn_by"), changing=False),
            "rows": _history(request, kind, version, found, [*fields, *kind.derived]),
        }
    return render(request, "registers/record.html", content, status=422 if errors else 200)


def _history(
    request: HttpRequest, kind: RecordKind, version: Version, found: EntryRecord, fields: Sequence[Field]
) -> list[dict[str, Any]]:
    """Every row of a record in both times, with what it changed."""
    known_at = page_context(request).known_at
    rows = [
        row
        for row in history(kind, version.entry, found.uid)
        if not known_at or row.recorded_from <= known_at
    ]
    shown = []
    for index, row in enumerate(rows):
        before = rows[index + 1] if index + 1 < len(rows) else None
        pairs = [] if before is None else [(kind.on_label, before.on.isoformat(), row.on.isoformat())]
        if before is not None:
            pairs += [
                (
                    item.label,
                    values.show(item, getattr(before, item.id)),
                    values.show(item, getattr(row, item.id)),
                )
                for item in fields
            ]
        shown.append(
            {
                "row": row,
                "until": None if row.recorded_to == OPEN_TIME else row.recorded_to,
                "changes": [pair for pair in pairs if pair[1] != pair[2]],
            }
        )
    return shown


def _entry_asked(request: HttpRequest, register: Register, wanted: Wanted) -> Version | None:
    return readable_version(request, register, uuid.UUID(wanted.entry)) if wanted.entry else None
