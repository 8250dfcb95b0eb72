"""Remembered mappings of a register's sources: the list, changing, taking along, forgetting."""

from __future__ import annotations

import json
from urllib.parse import quote
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import NotFoundError
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act
from jingtu.platform.people import policies
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange import guessing, mappings
from jingtu.platform.registers.exchange.headings import TOWN
from jingtu.platform.registers.models import ColumnMapping
from jingtu.platform.registers.views.common import needs


@require_GET
@needs("import")
def saved(request: HttpRequest, register: Register) -> HttpResponse:
    """The mappings that are remembered for the places a person imports for."""
    reach = policies.reach(page_user(request), register.import_permission)
    rows = ColumnMapping.objects.filter(reach.q("region__path"), register=register.id)
    targets = guessing.targets_of(register)
    lines = [
        (
            row,
            sum(bool(target) for target in row.columns.values()),
            [(heading, targets.get(target, "")) for heading, target in row.columns.items()],
        )
        for row in rows.select_related("region", "saved_by")
    ]
    return render(request, "registers/mappings.html", {"register": register, "lines": lines})


@require_http_methods(["GET", "POST"])
@needs("import")
def change(request: HttpRequest, register: Register, uid: UUID) -> HttpResponse:
    """Rename a mapping, or say of its columns something else."""
    found = _within(request, register, uid)
    headings = list(found.columns)
    if request.method == "POST":
        columns = {
            heading: request.POST.get(f"column-{index}", found.columns[heading])
            for index, heading in enumerate(headings)
        }
        action = mappings.RememberMapping(
            page_user(request), page_context(request).on, register, found.region,
            request.POST.get("source", found.name), columns, existing=found,
        )  # fmt: skip
        here = reverse("register_mapping", args=[register.id, uid])
        to = reverse("register_mappings", args=[register.id])
        return act(request, action, done="对照表已保存。", to=to, back=here)
    targets = guessing.targets_of(register)
    lines = [
        (index, heading, "region" if found.columns[heading] == TOWN else found.columns[heading])
        for index, heading in enumerate(headings)
    ]
    content = {"register": register, "mapping": found, "lines": lines, "targets": targets}
    return render(request, "registers/mapping.html", content)


@require_GET
@needs("import")
def export(request: HttpRequest, register: Register, uid: UUID) -> HttpResponse:
    """A mapping as the file that the command takes."""
    found = _within(request, register, uid)
    text = json.dumps(mappings.to_json(found), ensure_ascii=False, indent=2)
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    title = quote(f"{register.label}_{found.name}_对照表")
    answer["Content-Disposition"] = f"attachment; filename=mapping.json; filename*=UTF-8''{title}.json"
    return answer


@require_POST
@needs("import")
def forget(request: HttpRequest, register: Register, uid: UUID) -> HttpResponse:
    """Take a mapping away."""
    action = mappings.ForgetMapping(
        page_user(request), page_context(request).on, _within(request, register, uid)
    )
    return act(
        request, action, done="对照表已删除。", to=reverse("register_mappings", args=[register.id])
    )  # fmt: skip


def _within(request: HttpRequest, register: Register, uid: UUID) -> ColumnMapping:
    reach = policies.reach(page_user(request), register.import_permission)
    found = (
        ColumnMapping.objects.filter(reach.q("region__path"), register=register.id, uid=uid)
        .select_related("region")
        .first()
    )
    if found is None:
        raise NotFoundError("没有找到这份对照表，或不在您的权限范围内。", uid=str(uid))
    return found
