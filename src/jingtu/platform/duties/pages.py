"""One duty: what is owed, what happened, what may be done; and what people do with it."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import InputError, JingtuError, PermissionDeniedError
from jingtu.platform.duties import declarations, detail, lists, permissions, steps
from jingtu.platform.duties.actions import CheckDuty, CloseDuty, ReinstateDuty, WaiveDuty
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.views import asked_step
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.evidence.showing import offer
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act, needs, tell, uploads
from jingtu.platform.people import policies


@needs(permissions.READ)
@require_GET
def duty(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One duty: what is owed, by whom, until when, on what basis, what happened, what may be done."""
    page, user = page_context(request), page_user(request)
    found = detail.readable(user, uid)
    rule = declarations.get(found.rule)
    files = detail.proofs(found, page.on)
    history = detail.happenings(found, page.on)
    for item in history:
        item.files[:] = offer(user, item.files, changing=not page.is_past)
    checking = (
        not page.is_past and found.state == Duty.State.SUBMITTED and _may(request, permissions.CHECK, found)
    )
    is_open = not page.is_past and found.state == Duty.State.OPEN
    may_urge = not page.is_past and found.closed_on is None and _may(request, permissions.ESCALATE, found)
    return render(
        request,
        "duties/duty.html",
        {
            "duty": found,
            "badge": lists.badge(found, page.on),
            "rule": rule,
            "basis": detail.basis_of(found, page.on),
            "source": detail.source_of(found, page.on, user),
            "files": offer(user, files, changing=not page.is_past),
            "history": history,
            "warnings": detail.warnings(found, page.on, files, history),
            "by_state": not detail.closable(rule),
            "may_close": is_open and detail.closable(rule) and _may(request, permissions.CLOSE, found),
            "may_check": checking,
            "own_submission": checking and found.submitted_by_id == user.pk,
            "ladder": steps.ladder_of(found, page.on),
            "met_by": detail.met_by(found, page.on),
            "steps": detail.steps_above(found) if may_urge else [],
            "steps_back": detail.steps_below(found) if may_urge else [],
            "may_waive": not page.is_past
            and found.state in {*Duty.NOT_OVER, Duty.State.WAIVED}
            and _may(request, permissions.WAIVE, found),
            "is_waived": found.state == Duty.State.WAIVED,
            "is_over": found.closed_on is not None and found.closed_on <= page.on,
        },
    )


def _may(request: HttpRequest, permission: str, found: Duty) -> bool:
    reach = policies.reach(page_user(request), permission)
    return reach.allows(found.region_path, [found.holder_id])


@needs(permissions.READ)
@require_POST
def duty_close(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Report a duty as done, with the files that prove it."""
    page, user = page_context(request), page_user(request)
    found = detail.readable(user, uid)
    policies.require(user, permissions.CLOSE, found.region_path, [found.holder_id])
    address = reverse("duty", args=[uid])
    try:
        page.require_present()
        with transaction.atomic():
            files = _attached(request, found)
            done = CloseDuty(user, page.today, found, request.POST.get("note", ""), files).execute()
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
    else:
        waits = done.state == Duty.State.SUBMITTED
        text = "已提交，等待另一人核查。" if waits else "已办结。"
        messages.success(request, text, extra_tags="saved")
    return HttpResponseRedirect(address)


def _attached(request: HttpRequest, found: Duty) -> list[Attachment]:
    """Files of the form, and those that an earlier submission left and nobody took back."""
    _keep(request, found, "duty", found.uid)
    kept = Attachment.objects.filter(subject_uid=found.uid, withdrawn_at=None)
    return list(kept.select_related("file"))


def _keep(request: HttpRequest, found: Duty, subject_type: str, subject_uid: UUID) -> list[Attachment]:
    return [
        attach(
            stream,
            name,
            subject_type=subject_type,
            subject_uid=subject_uid,
            read_permission=permissions.READ,
            region_path=found.region_path,
            organisations=[found.holder_id] if found.holder_id else [],
            actor=page_user(request),
        )
        for name, stream in uploads(request)
    ]


@needs(permissions.READ)
@require_POST
def duty_check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A second person accepts a duty or sends it back."""
    found = detail.readable(page_user(request), uid)
    accept = request.POST.get("decision") == "accept"
    return act(
        request,
        CheckDuty(
            page_user(request), page_context(request).today, found,
            accept=accept, note=request.POST.get("note", ""),
        ),
        done="核查通过，已办结。" if accept else "已退回，由办理人补充后重新提交。",
        to=reverse("duty", args=[uid]),
    )  # fmt: skip


@needs(permissions.READ)
@require_POST
def duty_escalate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a duty up the ladder, or back down for a reason, with letter and files."""
    page, user = page_context(request), page_user(request)
    found = detail.readable(user, uid)
    policies.require(user, permissions.ESCALATE, found.region_path, [found.holder_id])
    address = reverse("duty", args=[uid])
    back = "back" in request.POST
    try:
        page.require_present()
        step = _lower_step(request) if back else asked_step(request)
        note, number = request.POST.get("note", ""), request.POST.get("number", "")
        with transaction.atomic():
            step_uid = uuid4()
            files = _keep(request, found, "duty_step", step_uid)
            action = steps.StepBackDuty if back else steps.EscalateDuty
            action(user, page.today, found, step, note, number=number, evidence=files, uid=step_uid).execute()
    except PermissionDeniedError:
        raise
    except JingtuError as error:
        tell(request, error)
    else:
        messages.success(request, f"已记为“{step.label}”。", extra_tags="saved")
    return HttpResponseRedirect(address)


def _lower_step(request: HttpRequest) -> Duty.Step:
    wanted = request.POST.get("step", "")
    if wanted not in Duty.Step.values:
        raise InputError("请选择退回到哪一级。")
    return Duty.Step(wanted)


@needs(permissions.READ)
@require_POST
def duty_waive(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let a duty go for a stated reason, or take that back."""
    page, user = page_context(request), page_user(request)
    found = detail.readable(user, uid)
    note, again = request.POST.get("note", ""), "again" in request.POST
    action = ReinstateDuty if again else WaiveDuty
    return act(
        request,
        action(user, page.today, found, note),
        done="已恢复，继续办理。" if again else "已免除，不计为办结。",
        to=reverse("duty", args=[uid]),
    )
