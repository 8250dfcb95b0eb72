"""One step of several entries, picked in a list."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jingtu.errors import CellError, InputError, NotFoundError
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import uploads
from jingtu.platform.people import policies
from jingtu.platform.registers import fields as forms
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Move, Register
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.together import MOST, move_together
from jingtu.platform.registers.views.common import (
    attached_to,
    fields_for,
    needs,
    posted_day,
    require,
)


@require_http_methods(["GET", "POST"])
@needs("read")
def register_moves(request: HttpRequest, register: Register) -> HttpResponse:
    """The step that several entries take: what it asks for, asked once; then done for all or for none."""
    page = page_context(request)
    page.require_present()
    given = request.POST if request.method == "POST" else request.GET
    move = _move(register, given.get("move", ""))
    rows = _rows(request, register, given.getlist("entry"))
    if move is not None:
        for row in rows:
            require(request, move.permission, row)
    errors: list[CellError] = []
    refusal = ""
    if request.method == "POST" and move is not None and rows:
        try:
            _do(request, register, move, rows)
        except InputError as error:
            refusal, errors = error.message, error.errors
        else:
            messages.success(request, f"已为 {len(rows)} 个条目办理“{move.label}”。", extra_tags="saved")
            return HttpResponseRedirect(f"{reverse('register', args=[register.id])}?state={move.target}")
    elif request.method == "POST":
        refusal = "请先在清单中勾选条目，并选择要办理的事项。"
    return render(
        request,
        "registers/moves.html",
        _content(request, register, move, rows) | {"refusal": refusal, "errors": errors},
        status=422 if refusal else 200,
    )


def _content(
    request: HttpRequest, register: Register, move: Move | None, rows: list[Version]
) -> dict[str, Any]:
    controls: list[Any] = []
    fitting = set()
    if move is not None:
        fields = [item for item in fields_for(request, register) if item.id in move.asked]
        posted = request.POST if request.method == "POST" else None
        # What is left empty stays as each entry has it: only what some entry lacks has to be filled in.
        known = [versions.column_values(versions.facts_of(row)) for row in rows]
        lacking = [
            name
            for name in move.required_fields
            if any(facts[versions.attribute(register.facts, name)] in {None, ""} for facts in known)
        ]
        controls = forms.controls(fields, {}, posted, required=lacking)
        fitting = {row.pk for row in rows if row.state in move.sources}
    return {
        "register": register,
        "move": move,
        "target": register.lifecycle.state(move.target) if move else None,
        "rows": [(row, register.lifecycle.state(row.state), row.pk in fitting) for row in rows],
        "misfits": len(rows) - len(fitting) if move else 0,
        "controls": controls,
        "today": page_context(request).today,
        "on": request.POST.get("on") or page_context(request).today.isoformat(),
        "reason": request.POST.get("reason", ""),
    }


def _do(request: HttpRequest, register: Register, move: Move, rows: list[Version]) -> None:
    page = page_context(request)
    on = posted_day(request, "on", page.today)
    if on > page.today:
        raise InputError("办理日期不能晚于今天。", [CellError("不能晚于今天", column="办理日期")])
    fields = [item for item in fields_for(request, register) if item.id in move.asked]
    facts = {key: value for key, value in forms.given(fields, request.POST).items() if value.strip()}
    files = uploads(request)

    def evidence(row: Version) -> list[Attachment]:
        for _, stream in files:
            stream.seek(0)
        return attached_to(request, register, row, move.label, files)

    seen = {text.partition(":")[0]: text.partition(":")[2] for text in request.POST.getlist("seen")}
    for row in rows:  # what the person saw on the page before
        key = seen.get(str(row.entry.uid), "")
        row.pk = int(key) if key.isdecimal() and len(key) < 19 else row.pk
    move_together(
        page_user(request), on, rows, move, reason=request.POST.get("reason", ""), facts=facts,
        evidence=evidence, seen_on=page.today,
    )  # fmt: skip


def _move(register: Register, move_id: str) -> Move | None:
    if not move_id:
        return None
    for move in register.lifecycle.moves:
        if move.id == move_id:
            return move
    raise NotFoundError("没有这一步流转。", move=move_id)


def _rows(request: HttpRequest, register: Register, asked: list[str]) -> list[Version]:
    """The picked entries as they stand today; one outside reach does not exist."""
    try:
        uids = {uuid.UUID(text) for text in asked}
    except ValueError as error:
        raise NotFoundError("没有找到所选的条目。") from error
    if len(uids) > MOST:
        raise InputError(f"一次最多办理 {MOST} 个条目，请分几次办理。")
    page = page_context(request)
    reach = policies.reach(page_user(request), register.read_permission)
    rows = versions.versions(register.id, page.on).filter(
        reach.q("region__path", "holder_id"), entry__uid__in=uids
    )
    found = list(rows.prefetch_related("region__names").order_by("entry_id"))
    if len(found) != len(uids):
        raise NotFoundError("所选的条目有的没有找到，或不在您的权限范围内。")
    return found
