"""What the pages of the list of organisations share."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date

from django.http import HttpRequest

from jingtu.errors import CellError, ConflictError, InputError, NotFoundError
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.organisations.permissions import EDIT, READ
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region

MOST_PLACES = 400


def readable(request: HttpRequest, uid: uuid.UUID) -> Organisation:
    """An organisation that the user may read; any other does not exist for the user."""
    reach = policies.reach(page_user(request), READ.name)
    rows = Organisation.objects.select_related("region", "merged_into").prefetch_related("aliases")
    found = rows.filter(reach.q("region__path", "pk"), uid=uid).first()
    if found is None:
        raise NotFoundError("没有找到这个单位，或不在您的权限范围内。", uid=str(uid))
    return found


def editable(request: HttpRequest, uid: uuid.UUID) -> Organisation:
    """An organisation that the user keeps; a page that looks back changes nothing."""
    found = readable(request, uid)
    policies.require(page_user(request), EDIT.name, found.region.path)
    return found


def may_edit(request: HttpRequest, region: Region) -> bool:
    """Whether a change is offered."""
    if page_context(request).is_past:
        return False
    return policies.reach(page_user(request), EDIT.name).allows(region.path)


def plant_of(organisation: Organisation, uid: uuid.UUID) -> Facility:
    """A plant of an organisation."""
    found = organisation.facilities.select_related("region", "organisation").filter(uid=uid).first()
    if found is None:
        raise NotFoundError("没有找到这个厂区。", uid=str(uid))
    return found


def places(request: HttpRequest) -> list[Region]:
    """Places where the user may enter organisations and plants, in the page's region."""
    reach = policies.reach(page_user(request), EDIT.name)
    rows = Region.objects.filter(reach.q("path"))
    region = page_context(request).region
    if region is not None:
        rows = rows.filter(path__startswith=region.path)
    return list(rows.order_by("path")[:MOST_PLACES])


def day_of(request: HttpRequest, name: str, label: str) -> date:
    """A day of a form, not later than today; today where none is given."""
    today = page_context(request).today
    text = request.POST.get(name, "").strip()
    if not text:
        return today
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        message = "日期应为 2024-06-30 的样式"
        raise InputError(f"{message}。", [CellError(message, column=label, value=text[:20])]) from error
    if found > today:
        raise InputError("日期不能晚于今天。", [CellError("不能晚于今天", column=label, value=text)])
    return found


def attempt(step: Callable[[], object]) -> list[CellError]:
    """Execute the action of a form; what was wrong, or nothing where it worked.

    A refusal of permission passes: it is no mistake of what was typed.
    """
    try:
        step()
    except InputError as error:
        return error.errors or [CellError(error.message)]
    except ConflictError as error:
        return [CellError(error.message)]
    return []


def by_field(errors: list[CellError], labels: Mapping[str, str]) -> dict[str, list[str]]:
    """Messages by the name of their field; those of no field under ``other``."""
    names = {label: name for name, label in labels.items()}
    found: dict[str, list[str]] = {}
    for error in errors:
        found.setdefault(names.get(error.column or "", "other"), []).append(error.message)
    return found
