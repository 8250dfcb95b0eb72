"""The enterprise that an entry is about, found or entered with it, from what the form says."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from jingtu.errors import CellError, InputError
from jingtu.platform.organisations.enlisting import Enlister
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.organisations.permissions import READ
from jingtu.platform.pages.context import page_user
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.declarations import Register


def enlisted(
    request: HttpRequest, register: Register, region: Region, on: date, facts: dict[str, Any]
) -> Organisation:
    """The holder of a new entry, entered with it where nobody knows it; its plant is put into ``facts``.

    Called inside the transaction of the entry, so that neither is kept without the other.

    Raises
    ------
    InputError
        The code is wrong, or it is doubtful which organisation or plant is meant.
    """
    columns = register.enterprise
    assert columns is not None
    user = page_user(request)
    name = request.POST.get("holder", "").strip() or request.POST.get("name", "").strip()
    finder = Enlister(on, policies.reach(user, READ.name), region, user)
    row = columns.row(name, facts, region)
    if row.get("facility"):
        # A plant named in the form is one that is there already.
        row |= {"facility": "", "permit_number": "", "address": ""}
    try:
        organisation, plant = finder.apply(finder.plan(row))
    except ValueError as error:
        problem = CellError(str(error), column=register.holder_label, value=name[:40])
        raise InputError(str(error), [problem]) from error
    if columns.facility and plant is not None and not facts.get(columns.facility):
        facts[columns.facility] = plant
    return organisation
