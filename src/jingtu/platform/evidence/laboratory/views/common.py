"""What the pages of surveys share."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from jingtu.errors import CellError, InputError
from jingtu.platform.evidence.laboratory import visibility
from jingtu.platform.evidence.laboratory.models import Survey
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.permissions import READ as READ_ORGANISATIONS
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, versions
from jingtu.platform.registers.models import Entry

MOST = 400  # choices of one field
_DELIVERERS = (Organisation.Kind.SURVEY_FIRM, Organisation.Kind.LABORATORY)


def survey_for(request: HttpRequest, uid: uuid.UUID, permission: str = "") -> Survey:
    """A survey that the user may read, and do what the permission says with."""
    survey = visibility.readable(page_user(request), uid)
    if permission:
        policies.require(page_user(request), permission, survey.region.path, survey.uploaders)
    return survey


def offers(request: HttpRequest, permission: str, survey: Survey) -> bool:
    """Whether a step is offered: the permission reaches the survey, and the page does not look back."""
    return not page_context(request).is_past and visibility.may(page_user(request), permission, survey)


def places(request: HttpRequest, permission: str) -> list[Region]:
    """Places in the page's region within reach of a permission."""
    reach = policies.reach(page_user(request), permission)
    rows = Region.objects.filter(reach.q("path"))
    region = page_context(request).region
    if region is not None:
        rows = rows.filter(path__startswith=region.path)
    return list(rows.order_by("path")[:MOST])


def bodies(request: HttpRequest) -> dict[str, list[Organisation]]:
    """Organisations that a survey may name, by the part they take in it."""
    page = page_context(request)
    reach = policies.reach(page_user(request), READ_ORGANISATIONS.name)
    rows = Organisation.objects.filter(
        reach.q("region__path", "pk"),
        Q(valid_from__lte=page.on, valid_to__gt=page.on),
        merged_into__isnull=True,
    ).order_by("name", "pk")
    return {
        "holder": list(rows.exclude(kind__in=(*_DELIVERERS, Organisation.Kind.ECOLOGY))[:MOST]),
        "organisation": list(rows.filter(kind__in=_DELIVERERS)[:MOST]),
        "laboratory": list(rows.filter(kind=Organisation.Kind.LABORATORY)[:MOST]),
    }


def body_of(request: HttpRequest, name: str, label: str, current: Organisation | None) -> Organisation | None:
    """The organisation that a form names; the one that stands there already may stay."""
    text = request.POST.get(name, "")
    if not text:
        return None
    if current is not None and text == str(current.uid):
        return current
    found = next((item for item in bodies(request)[name] if str(item.uid) == text), None)
    if found is None:
        raise InputError(f"请选择{label}。", [CellError("请从列出的单位中选择", column=label)])
    return found


def day_of(request: HttpRequest, name: str, label: str) -> date | None:
    """A day of a form."""
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = "日期应为 2024-06-30 的样式"
        raise InputError(f"{message}。", [CellError(message, column=label, value=text[:20])]) from error


def entry_of(request: HttpRequest, label: str) -> Entry | None:
    """The entry of a list that a form names by its code."""
    code = request.POST.get("entry", "").strip()
    if not code:
        return None
    page, user = page_context(request), page_user(request)
    found: list[Any] = []
    for register in declarations.all_registers():
        if not register.listed or not policies.may(user, register.read_permission):
            continue
        reach = policies.reach(user, register.read_permission)
        rows = versions.versions(register.id, page.today).filter(
            reach.q("region__path", "holder_id"), entry__code=code
        )
        found += [row.entry for row in rows.select_related("entry")[:2]]
    if len(found) != 1:
        message = "没有这个编码的条目" if not found else "有几个条目用这个编码，请先在清单中改正"
        raise InputError(f"{message}。", [CellError(message, column=label, value=code[:40])])
    entry: Entry = found[0]
    return entry
