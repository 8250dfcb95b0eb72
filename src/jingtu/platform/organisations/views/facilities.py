"""Forms of plants: entered, corrected, closed."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jingtu.errors import InputError
from jingtu.platform.organisations.actions import AddFacility, CloseFacility, EditFacility
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.organisations.permissions import EDIT
from jingtu.platform.organisations.views.common import (
    attempt,
    by_field,
    day_of,
    editable,
    places,
    plant_of,
    readable,
)
from jingtu.platform.pages.context import page_context, page_user, posted_region
from jingtu.platform.pages.doors import act, needs, tell
from jingtu.platform.people import policies

LABELS = {
    "name": "厂区名称",
    "region": "行政区",
    "address": "地址",
    "industry_code": "行业代码",
    "permit_number": "排污许可证编号",
    "status": "状态",
}
_VALUES = ("address", "industry_code", "permit_number", "status")


@needs(EDIT.name)
@require_http_methods(["GET", "POST"])
def facility_new(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """Enter a plant."""
    return _enter(request, editable(request, uid), None)


@needs(EDIT.name)
@require_http_methods(["GET", "POST"])
def facility_edit(request: HttpRequest, uid: uuid.UUID, plant: uuid.UUID) -> HttpResponse:
    """Correct a plant; where it stands decides who may."""
    found = readable(request, uid)
    facility = plant_of(found, plant)
    policies.require(page_user(request), EDIT.name, facility.region.path)
    return _enter(request, found, facility)


@needs(EDIT.name)
@require_POST
def facility_close(request: HttpRequest, uid: uuid.UUID, plant: uuid.UUID) -> HttpResponse:
    """Close a plant on a day, with a reason."""
    found = readable(request, uid)
    facility = plant_of(found, plant)
    policies.require(page_user(request), EDIT.name, facility.region.path)
    back = reverse("organisation_facility_edit", args=[found.uid, facility.uid])
    try:
        on = day_of(request, "on", "关闭日期")
    except InputError as error:
        tell(request, error)
        return HttpResponseRedirect(back)
    action = CloseFacility(page_user(request), on, facility, request.POST.get("reason", ""))
    to = reverse("organisation", args=[found.uid])
    return act(request, action, done=f"厂区“{facility.name}”已关闭。", to=to, back=back)


def _enter(request: HttpRequest, found: Organisation, facility: Facility | None) -> HttpResponse:
    page = page_context(request)
    page.require_present()
    if request.method != "POST":
        return _form(request, found, facility, {})

    def execute() -> None:
        user, name, region = page_user(request), request.POST.get("name", ""), posted_region(request)
        if facility is None:
            AddFacility(user, page.today, found, name, region, **_given(request)).execute()
        else:
            EditFacility(user, page.today, facility, name, region, mistake=False, **_given(request)).execute()

    problems = attempt(execute)
    if problems:
        return _form(request, found, facility, by_field(problems, LABELS))
    return _saved(request, found)


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in _VALUES if name in request.POST}


def _saved(request: HttpRequest, found: Organisation) -> HttpResponse:
    messages.success(request, "已保存。", extra_tags="saved")
    return HttpResponseRedirect(reverse("organisation", args=[found.uid]))


def _form(
    request: HttpRequest, found: Organisation, facility: Facility | None, errors: dict[str, list[str]]
) -> HttpResponse:
    page = page_context(request)
    values: Any = request.POST
    if request.method != "POST" and facility is not None:
        values = {name: getattr(facility, name) for name in ("name", *_VALUES)}
        values["region"] = str(facility.region.uid)
    elif request.method != "POST":
        values = {"region": str(found.region.uid), "status": Facility.Status.OPERATING.value}
    statuses = [
        (value, label)
        for value, label in Facility.Status.choices
        if facility is None or value != Facility.Status.CLOSED or facility.status == value
    ]
    offered = places(request)
    if facility is not None and facility.region not in offered:
        offered.append(facility.region)
    content = {
        "organisation": found,
        "facility": facility,
        "errors": errors,
        "values": values,
        "statuses": statuses,
        "places": offered,
        "today": page.today,
    }
    return render(request, "organisations/facility_form.html", content, status=422 if errors else 200)
