"""One entry: its page, the form to enter or edit it, and its moves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import CellError, ConflictError, InputError, NotFoundError, PermissionDeniedError
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.evidence.showing import offer
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.pages.context import page_context, page_user, posted_region
from jingtu.platform.pages.doors import tell
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import fields as forms
from jingtu.platform.registers import flow, listing, passages, timeline, versions
from jingtu.platform.registers.actions import ChangeFacts, CorrectFacts, CreateEntry
from jingtu.platform.registers.declarations import Move, Register
from jingtu.platform.registers.enterprises import enlisted
from jingtu.platform.registers.entry_records import believed_records, kinds_of
from jingtu.platform.registers.entry_records import listing as lists
from jingtu.platform.registers.exchange.places import Organisations
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.moves import MoveEntry, RevokeMove
from jingtu.platform.registers.neighbours import neighbours_of
from jingtu.platform.registers.tabs import parts_of
from jingtu.platform.registers.views.common import (
    attached,
    fields_for,
    may,
    needs,
    posted_day,
    posted_number,
    readable_version,
    require,
)

REVOKE = "revoke"
_LATEST, _SUMMED_COLUMNS = 5, 4
_MOST_PLACES = 400


@require_GET
@needs("read")
def entry(request: HttpRequest, register: Register, uid: uuid.UUID) -> HttpResponse:
    """The page of an entry: what it is, where it stands, what comes next, how it came about, what lies beside it."""
    version = readable_version(request, register, uid)
    page, user = page_context(request), page_user(request)
    fields = fields_for(request, register)
    row = versions.facts_of(version)
    moves = _moves(request, register, version)
    since, past = timeline.visited(version.entry, version, page.on, page.known_at)
    facts = [(item, listing.fact(item, getattr(row, item.id))) for item in fields]
    events = timeline.transitions(register, version.entry, page.on, page.known_at)
    duties = policies.reach(user, "duties.read")
    return render(
        request,
        "registers/entry.html",
        {
            "register": register,
            "version": version,
            "state": register.lifecycle.state(version.state),
            "since": since,
            "facts": [(item.label, value) for item, value in facts if not item.fold],
            "folded": [(item.label, value) for item, value in facts if item.fold],
            "flow": _flow(register, version, since, past, moves),
            "limits": [
                {"limit": item, "late": item.late_by(page.on), "words": f"逾期 {item.late_by(page.on)} 天"}
                for item in timeline.limits(register, version, page.on)
            ],
            "moves": moves,
            "next_move": next((item for item in moves if not item["own"]), None),
            "passages": passages.passages(register, version.entry, page.on, page.known_at, duties, events),
            "history": timeline.beliefs(register, version.entry, fields, page.known_at),
            "duties": timeline.duties(version.entry, page.on, duties),
            "records": _records(request, version),
            "parts": parts_of(request, register, version),
            "neighbours": neighbours_of(user, version, page.on, page.known_at),
            "attachments": offer(
                user, timeline.attachments(version.entry, page.on), changing=not page.is_past
            ),
            "may_edit": may(request, register.edit_permission, version),
            "may_revoke": may(request, register.edit_permission, version)
            and timeline.last_move(version.entry) is not None,
            "today": page.today,
        },
    )


def _flow(
    register: Register, version: Version, since: date, past: Mapping[str, date], moves: list[dict[str, Any]]
) -> flow.Drawing:
    """The lifecycle drawn; a step that another person has to make is named, and not linked."""
    lifecycle = register.lifecycle
    possible = [item["move"].id for item in moves if not item["own"]]
    drawn = flow.draw(lifecycle, version.state, since, past, possible)
    drawn.next_moves = [
        (move.label, lifecycle.state(move.target).label, f"#move-{move.id}" if move.id in possible else "")
        for move in lifecycle.moves_from(version.state)
    ]
    return drawn


def _records(request: HttpRequest, version: Version) -> list[dict[str, Any]]:
    """Each kind of record of the entry: the latest ones, how many there are, and whether one may be added."""
    page = page_context(request)
    roles = policies.roles(page_user(request))
    found = []
    for kind in kinds_of(version.register):
        rows = believed_records(kind.id, page.known_at).filter(entry=version.entry, on__lte=page.on)
        latest = list(rows.select_related("entered_by").order_by("-on", "-id")[: _LATEST + 1])
        for row in latest:
            row.entry = version.entry
        fits = kind.states is None or version.state in kind.states
        shown = [item for item in lists.visible(kind, roles) if item.in_list][:_SUMMED_COLUMNS]
        shown += [item for item in kind.derived if item.in_list]
        found.append(
            {
                "kind": kind,
                "total": len(latest) if len(latest) <= _LATEST else rows.count(),
                "headings": [item.label for item in shown],
                "rows": [
                    (lists.address(kind, row), row,
                     [(item.label, listing.fact(item, getattr(row, item.id))) for item in shown])
                    for row in latest[:_LATEST]
                ],
                "may_add": fits and may(request, kind.permission, version),
            }
        )  # fmt: skip
    return found


@require_http_methods(["GET", "POST"])
@needs("edit")
def entry_new(request: HttpRequest, register: Register) -> HttpResponse:
    """Enter something new."""
    page, user = page_context(request), page_user(request)
    page.require_present()
    reach = policies.reach(user, register.edit_permission)
    fields = fields_for(request, register)
    errors: list[CellError] = []
    if request.method == "POST":
        try:
            region, on = posted_region(request), posted_day(request, "on", page.today)
            facts: dict[str, Any] = dict(forms.given(fields, request.POST))
            with transaction.atomic():
                if register.enterprise is not None:
                    said = request.POST.get("holder", "").strip() or request.POST.get("name", "")
                    holder: Organisation | None = enlisted(user, register, region, on, said, facts)
                else:
                    holder = _holder(request, register, region)
                created = CreateEntry(
                    user,
                    on,
                    register.id,
                    {"name": request.POST.get("name", ""), "region": region, "holder": holder},
                    facts,
                    code=request.POST.get("code", ""),
                    state=request.POST.get("state") or None,
                ).execute()
        except PermissionDeniedError:
            raise
        except InputError as error:
            errors = error.errors or [CellError(error.message)]
        except ConflictError as error:
            errors = [CellError(error.message, column=register.code_label)]
        else:
            messages.success(request, "已登记。", extra_tags="saved")
            return HttpResponseRedirect(reverse("entry", args=[register.id, created.uid]))
    content = _form(request, register, fields, None, errors)
    content |= {
        "places": _local_places(reach, page.require_region()),
        "states": [register.lifecycle.state(key) for key in register.lifecycle.initial],
        "chosen_region": request.POST.get("region", str(page.require_region().uid)),
    }
    return render(request, "registers/entry_form.html", content, status=422 if errors else 200)


@require_http_methods(["GET", "POST"])
@needs("read")
def entry_edit(request: HttpRequest, register: Register, uid: uuid.UUID) -> HttpResponse:
    """Change facts from a day on, or correct what was said of days before."""
    version = readable_version(request, register, uid)
    require(request, register.edit_permission, version)
    page = page_context(request)
    page.require_present()
    fields = fields_for(request, register)
    errors: list[CellError] = []
    if request.method == "POST":
        try:
            _edit(request, register, version)
        except PermissionDeniedError:
            raise
        except InputError as error:
            errors = error.errors or [CellError(error.message)]
        except ConflictError as error:
            errors = [CellError(error.message)]
        else:
            messages.success(request, "已保存。", extra_tags="saved")
            return HttpResponseRedirect(reverse("entry", args=[register.id, uid]))
    content = _form(request, register, fields, version, errors)
    return render(request, "registers/entry_form.html", content, status=422 if errors else 200)


def _edit(request: HttpRequest, register: Register, version: Version) -> None:
    user, page = page_user(request), page_context(request)
    row = versions.facts_of(version)
    fields = fields_for(request, register)
    stored = {item.id: getattr(row, item.id) for item in fields}
    header: dict[str, Any] = {}
    if request.POST.get("name", version.name).strip() != version.name:
        header["name"] = request.POST["name"]
    holder = _holder(request, register, version.region)
    if "holder" in request.POST and holder != version.holder:
        header["holder"] = holder
    shared: dict[str, Any] = {
        "facts": forms.changed(fields, stored, request.POST),
        "header": header,
        "reason": request.POST.get("reason", "").strip(),
    }
    shared |= {"expected_version": posted_number(request, "version"), "seen_on": page.today}
    on = posted_day(request, "on", page.today)
    if request.POST.get("mode") == "correct":
        until = posted_day(request, "until", OPEN_DATE)
        CorrectFacts(user, on, version.entry, until=until, **shared).execute()
    else:
        ChangeFacts(user, on, version.entry, **shared).execute()


@require_POST
@needs("read")
def entry_move(request: HttpRequest, register: Register, uid: uuid.UUID, move: str) -> HttpResponse:
    """Move an entry, with the evidence that came along; or take the last move back."""
    version = readable_version(request, register, uid)
    user, page = page_user(request), page_context(request)
    back = reverse("entry", args=[register.id, uid])
    known = {item.id: item for item in register.lifecycle.moves}
    if move != REVOKE and move not in known:
        raise NotFoundError("没有这一步流转。", move=move)
    require(request, register.edit_permission if move == REVOKE else known[move].permission, version)
    try:
        page.require_present()
        if move == REVOKE:
            RevokeMove(
                user, page.today, version.entry,
                reason=request.POST.get("reason", ""), expected_version=posted_number(request, "version"),
            ).execute()  # fmt: skip
            done = "已撤回，原先的记录仍可查。"
        else:
            _move(request, register, version, known[move])
            done = f"已办理“{known[move].label}”。"
    except PermissionDeniedError:
        raise
    except (InputError, ConflictError) as error:
        tell(request, error)
        return HttpResponseRedirect(f"{back}#move-{move}")
    messages.success(request, done, extra_tags="saved")
    return HttpResponseRedirect(back)


def _move(request: HttpRequest, register: Register, version: Version, move: Move) -> None:
    user, page = page_user(request), page_context(request)
    on = posted_day(request, "on", page.today)
    if on > page.today:
        raise InputError("办理日期不能晚于今天。", [CellError("不能晚于今天", column="办理日期")])
    fields = [item for item in fields_for(request, register) if item.id in move.asked]
    row = versions.facts_of(version)
    stored = {item.id: getattr(row, item.id) for item in fields}
    with transaction.atomic():
        evidence = attached(request, register, version, move.label)
        MoveEntry(
            user,
            on,
            version.entry,
            move.id,
            reason=request.POST.get("reason", ""),
            facts=forms.changed(fields, stored, request.POST),
            evidence=evidence,
            expected_version=posted_number(request, "version"),
            seen_on=page.today,
        ).execute()


def _moves(request: HttpRequest, register: Register, version: Version) -> list[dict[str, Any]]:
    """The moves that are open from the present state and that the user may make."""
    row = versions.facts_of(version)
    visible = {item.id: item for item in fields_for(request, register)}
    found = []
    for move in register.lifecycle.moves_from(version.state):
        if not may(request, move.permission, version):
            continue
        fields = [visible[name] for name in move.asked if name in visible]
        stored = {item.id: getattr(row, item.id) for item in fields}
        found.append(
            {
                "move": move,
                "controls": forms.controls(
                    fields, stored, required=move.required_fields, holder=version.holder_id
                ),
                "target": register.lifecycle.state(move.target),
                "own": timeline.is_own(version.entry, move, page_user(request).pk),
                "own_words": _own_words(register, move),
            }
        )
    return found


def _own_words(register: Register, move: Move) -> str:
    earlier = "、".join(f"“{register.lifecycle.move(name).label}”" for name in move.distinct_from)
    return f"{earlier}由您办理，“{move.label}”应由另一人办理。"


def _form(
    request: HttpRequest,
    register: Register,
    fields: list[Any],
    version: Version | None,
    errors: list[CellError],
) -> dict[str, Any]:
    posted = request.POST if request.method == "POST" else None
    stored: dict[str, Any] = {}
    if version is not None:
        row = versions.facts_of(version)
        stored = {item.id: getattr(row, item.id) for item in fields}
    by_label: dict[str, list[str]] = {}
    for error in errors:
        by_label.setdefault(error.column or "", []).append(error.message)
    labels = {item.label for item in fields} | {
        register.name_label,
        register.code_label,
        register.holder_label,
    }
    typed: Mapping[str, Any] = posted or {}
    return {
        "register": register,
        "version": version,
        "controls": forms.controls(
            fields, stored, posted, errors, holder=version.holder_id if version else None
        ),
        "errors": {label: by_label.get(label, []) for label in labels},
        "name_errors": by_label.get(register.name_label, []),
        "code_errors": by_label.get(register.code_label, []),
        "holder_errors": by_label.get(register.holder_label, []),
        "other_errors": [error for error in errors if error.column not in labels],
        "name": typed.get("name", version.name if version else ""),
        "code": typed.get("code", version.entry.code if version else ""),
        "holder": typed.get("holder", version.holder.name if version and version.holder else ""),
        "reason": typed.get("reason", ""),
        "mode": typed.get("mode", "change"),
        "on": typed.get("on", page_context(request).today.isoformat()),
        "until": typed.get("until", ""),
    }


def _holder(request: HttpRequest, register: Register, region: Region) -> Organisation | None:
    text = request.POST.get("holder", "").strip()
    if not text:
        return None
    try:
        return Organisations().find(text, region)
    except ValueError as error:
        raise InputError(
            str(error), [CellError(str(error), column=register.holder_label, value=text)]
        ) from error


def _local_places(reach: policies.Reach, near: Region) -> list[Region]:
    rows = Region.objects.filter(reach.q("path"), path__startswith=near.path).prefetch_related("names")
    return list(rows.order_by("path")[:_MOST_PLACES])
