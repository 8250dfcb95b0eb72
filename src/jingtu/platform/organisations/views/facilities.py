"""Forms of plants: entered, corrected, closed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jingtu.errors import InputError, NotFoundError
from jingtu.platform.organisations import facility_history, industries, memberships
from jingtu.platform.organisations.actions import AddFacility, CloseFacility, EditFacility
from jingtu.platform.organisations.models import FIRST_DAY, Facility, Organisation
from jingtu.platform.organisations.permissions import EDIT, READ
from jingtu.platform.organisations.views.common import (
    attempt,
    by_field,
    day_of,
    editable,
    may_edit,
    places,
    plant_of,
    readable,
)
from jingtu.platform.pages.context import page_context, page_user, posted_region
from jingtu.platform.pages.doors import act, needs, tell
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, versions
from jingtu.platform.registers.addresses import address_of
from jingtu.platform.registers.values import plain_number

LABELS = {
    "name": "厂区名称",
    "region": "行政区",
    "address": "地址",
    "industry_code": "行业代码",
    "permit_number": "排污许可证编号",
    "permit_class": "许可管理类别",
    "longitude": "经度",
    "latitude": "纬度",
    "status": "状态",
    "since": "变化日期",
}
_VALUES = (
    "address", "industry_code", "permit_number", "permit_class", "longitude", "latitude", "status",
)  # fmt: skip
TONES = {
    Facility.Status.OPERATING.value: "active",
    Facility.Status.SUSPENDED.value: "warning",
    Facility.Status.BUILDING.value: "neutral",
    Facility.Status.CLOSED.value: "off",
}


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of one register that speak of a plant: address, name, state, tone."""

    label: str
    rows: list[tuple[str, str, str, str]]


@needs(READ.name)
@require_GET
def facility(request: HttpRequest, uid: uuid.UUID, plant: uuid.UUID) -> HttpResponse:
    """One plant on the page's day: what it is, since when, on which lists, in which registers."""
    page, user = page_context(request), page_user(request)
    found = readable(request, uid)
    shown = plant_of(found, plant)
    stood = facility_history.on_day([shown], page.on, page.known_at).get(shown.pk)
    if stood is None and shown.versions.exists():
        raise NotFoundError("这个厂区在所选日期还没有登记；请换一个业务日期。", uid=str(plant))
    state = stood or shown
    content = {
        "organisation": found,
        "facility": shown,
        "state": state,
        "tone": TONES[state.status],
        "section": industries.section_of(state.industry_code),
        "changes": [
            _change(item) for item in facility_history.changes(shown, page.known_at) if item.on <= page.on
        ],
        "lists": memberships.memberships(found, page.on, page.known_at, user=user, facility=shown),
        "entries": entries_of(request, shown),
        "may_edit": may_edit(request, shown.region) and found.merged_into_id is None,
    }
    return render(request, "organisations/facility.html", content)


def entries_of(request: HttpRequest, shown: Facility) -> list[Entries]:
    """Entries of every register that the user reads in which a column names the plant."""
    page, user = page_context(request), page_user(request)
    result = []
    for register in declarations.all_registers():
        plants = [item for item in register.fields if item.kind == "facility"]
        if not plants or not policies.may(user, register.read_permission):
            continue
        reach = policies.reach(user, register.read_permission)
        rows = versions.versions(register.id, page.on, page.known_at).filter(
            reach.q("region__path", "holder_id"), memberships.of_plant(register, shown)
        )
        found: list[tuple[str, str, str, str]] = []
        for row in rows.order_by("name", "id"):
            state = register.lifecycle.state(row.state)
            found.append((address_of(register.id, row.entry.uid), row.name, state.label, state.tone))
        if found:
            result.append(Entries(register.label, found))
    return result


def _change(item: facility_history.Change) -> dict[str, Any]:
    """A change in words."""
    choices = dict(Facility.Status.choices) | dict(Facility.PermitClass.choices)
    lines = []
    for column, (old, new) in item.columns.items():
        if column == "region_id":
            keys = [key for key in (old, new) if key]
            names = {place.pk: place.name for place in Region.objects.filter(pk__in=keys)}
            pair = (names.get(old, ""), names.get(new, ""))
        else:
            pair = (old, new)
        label = "行政区" if column == "region_id" else LABELS[column]
        before, after = (choices.get(value, value) for value in pair)
        empty = before in {None, ""}
        lines.append(
            f"{label}：{after}" if empty else f"{label}：{before} → {'空' if after in {None, ''} else after}"
        )
    return {"on": None if item.on == FIRST_DAY else item.on, "at": item.at, "lines": lines}


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
            since, mistake = day_of(request, "since", LABELS["since"]), request.POST.get("why") == "mistake"
            EditFacility(user, since, facility, name, region, mistake=mistake, **_given(request)).execute()

    problems = attempt(execute)
    if problems:
        return _form(request, found, facility, by_field(problems, LABELS))
    return _saved(request, found, facility)


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in _VALUES if name in request.POST}


def _saved(request: HttpRequest, found: Organisation, facility: Facility | None) -> HttpResponse:
    messages.success(request, "已保存。", extra_tags="saved")
    if facility is not None:
        return HttpResponseRedirect(reverse("organisation_facility", args=[found.uid, facility.uid]))
    return HttpResponseRedirect(reverse("organisation", args=[found.uid]))


def _form(
    request: HttpRequest, found: Organisation, facility: Facility | None, errors: dict[str, list[str]]
) -> HttpResponse:
    page = page_context(request)
    values: Any = request.POST
    if request.method != "POST" and facility is not None:
        values = {name: getattr(facility, name) for name in ("name", *_VALUES)}
        values |= {name: _plain(getattr(facility, name)) for name in ("longitude", "latitude")}
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
        "classes": Facility.PermitClass.choices,
        "places": offered,
        "today": page.today,
    }
    return render(request, "organisations/facility_form.html", content, status=422 if errors else 200)


def _plain(value: Decimal | None) -> str:
    return "" if value is None else plain_number(value)
