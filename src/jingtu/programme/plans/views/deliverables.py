"""Documents that tasks must produce: drafted, issued under a number, kept as a file."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import InputError, NotFoundError
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.evidence.showing import offer
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell, uploads
from jingtu.platform.people import policies
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Transition, Version
from jingtu.programme.plans import queries
from jingtu.programme.plans.actions.deliverables import MoveDeliverable
from jingtu.programme.plans.lifecycle import DELIVERABLE_LIFECYCLE, DELIVERABLES
from jingtu.programme.plans.views.common import frame_of, may

KINDS = {"plan": "方案计划", "list": "清单名录", "report": "报告", "method": "办法制度", "other": "其他"}


@needs("plans.read")
@require_GET
def deliverables(request: HttpRequest) -> HttpResponse:
    """All deliverables of the year, those due first."""
    frame = frame_of(request)
    found = queries.deliverables(frame)
    counts = {state.id: 0 for state in DELIVERABLE_LIFECYCLE.states}
    for version in found:
        counts[version.state] += 1
    wanted = request.GET.get("state", "")
    if wanted in counts:
        found = [version for version in found if version.state == wanted]
    return render(
        request,
        "plans/deliverables.html",
        {
            "rows": [
                {
                    "version": version,
                    "facts": version.deliverablefacts,
                    "kind": KINDS.get(version.deliverablefacts.kind, "其他"),
                    "late": _late(version, frame.on),
                }
                for version in found
            ],
            "states": [(state.id, state.label, counts[state.id]) for state in DELIVERABLE_LIFECYCLE.states],
            "wanted": wanted,
            "tab": "deliverables",
        },
    )


def _late(version: Version, on: date) -> int:
    due = version.deliverablefacts.due
    if due is None or due >= on or version.state in {"issued", "dropped"}:
        return 0
    return int((on - due).days)


def readable(request: HttpRequest, uid: UUID) -> tuple[Version, Version | None]:
    """The deliverable and its task's version; raises ``NotFoundError`` outside the user's reach."""
    page = page_context(request)
    missing = NotFoundError("没有找到这项成果，或不在您的权限范围内。", uid=str(uid))
    entry = Entry.objects.filter(uid=uid, register=DELIVERABLES).first()
    version = versions.version_on(entry, page.on, page.known_at) if entry else None
    if version is None:
        raise missing
    reach = policies.reach(page_user(request), "plans.read")
    task = version.deliverablefacts.task
    parts: list[int] = queries.assigned(task, page.on, page.known_at) if task else []
    if not reach.allows(version.region.path, parts):
        raise missing
    return version, versions.version_on(task, page.on, page.known_at) if task else None


@needs("plans.read")
@require_GET
def deliverable(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One document: how far it is, its number and file, what may be done next."""
    page = page_context(request)
    version, task = readable(request, uid)
    path = version.region.path
    parts = queries.assigned(task.entry, page.on, page.known_at) if task else []
    moves = [
        move
        for move in DELIVERABLE_LIFECYCLE.moves_from(version.state)
        if may(request, move.permission, path, parts)
    ]
    transitions = Transition.objects.filter(entry=version.entry, on__lte=page.on).select_related("actor")
    if page.known_at is not None:
        transitions = transitions.filter(at__lte=page.known_at)
    return render(
        request,
        "plans/deliverable.html",
        {
            "version": version,
            "facts": version.deliverablefacts,
            "kind": KINDS.get(version.deliverablefacts.kind, "其他"),
            "task": task,
            "moves": moves,
            "late": _late(version, page.on),
            "steps": _steps(version),
            "timeline": _timeline(list(transitions.order_by("-at", "-id"))),
            "attachments": offer(
                page_user(request),
                Attachment.objects.filter(subject_uid=version.entry.uid).select_related(
                    "file", "withdrawn_by"
                ),
                changing=not page.is_past,
            ),
            "address": reverse("deliverable", args=[uid]),
        },
    )


def _steps(version: Version) -> list[dict[str, str]]:
    order = ["not_started", "drafting", "issued"]
    if version.state not in order:
        order.append(version.state)
    place = order.index(version.state)
    return [
        {
            "label": DELIVERABLE_LIFECYCLE.state(state).label,
            "css": "stage-now" if index == place else ("stage-past" if index < place else ""),
        }
        for index, state in enumerate(order)
    ]


def _timeline(steps: list[Transition]) -> list[dict[str, Any]]:
    labels = {move.id: move.label for move in DELIVERABLE_LIFECYCLE.moves}
    return [
        {
            "label": labels.get(step.transition) or DELIVERABLE_LIFECYCLE.state(step.to_state).label,
            "on": step.on,
            "actor": step.actor,
            "reason": step.reason,
        }
        for step in steps
    ]


@needs("plans.read")
@require_POST
def move(request: HttpRequest, uid: UUID, move: str) -> HttpResponse:
    """Move a document along: drafting, issued with number and file, withdrawn."""
    version, _ = readable(request, uid)
    address = reverse("deliverable", args=[uid])
    known = {one.id: one for one in DELIVERABLE_LIFECYCLE.moves}
    if move not in known:
        raise NotFoundError("没有这种操作。")
    issued = request.POST.get("issued_on", "")
    try:
        action = MoveDeliverable(
            page_user(request),
            page_context(request).on,
            version.entry,
            move,
            reason=request.POST.get("reason", ""),
            issue_number=request.POST.get("issue_number", ""),
            issued_on=date.fromisoformat(issued) if issued else None,
            files=uploads(request),
        )
    except InputError as error:
        tell(request, error)
        return HttpResponseRedirect(address)
    except ValueError:
        tell(request, InputError("印发日期应写成 2024-06-30 这样的年月日。"))
        return HttpResponseRedirect(address)
    return act(request, action, done=f"{known[move].label}，已记录。", to=address)
