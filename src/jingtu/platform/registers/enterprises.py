"""The enterprise that a new entry is about, found or entered with it, from what a form or a client says."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db.models import Q

from jingtu.errors import CellError, InputError
from jingtu.platform.organisations import codes
from jingtu.platform.organisations.enlisting import DoubtfulError, Enlister
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.organisations.permissions import READ
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import values
from jingtu.platform.registers.declarations import Register

_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def enlisted(
    user: User, register: Register, region: Region, on: date, name: str, facts: dict[str, Any]
) -> Organisation:
    """The holder of a new entry, entered with it where nobody knows it; its plant is put into ``facts``.

    Called inside the transaction of the entry, so that neither is kept without the other.

    Parameters
    ----------
    name : str
        The enterprise by its full name or its code.
    facts : dict
        What was typed, by field id; the plant by its uid, permit number or name. A plant of a name that the
        enterprise does not have yet is entered.

    Raises
    ------
    InputError
        The code is wrong, or it is doubtful which organisation or plant is meant; each error names its field.
    """
    columns = register.enterprise
    assert columns is not None
    required = {field.id: None for field in register.fields if field.required}
    others = {key: value for key, value in (required | facts).items() if key != columns.facility}
    cleaned, problems = values.clean(register, others)
    row = columns.row(name.strip(), facts | cleaned, region)
    code = codes.clean(name)
    if not row.get("uscc") and code and not codes.faults(code):
        row |= {"uscc": code, "name": ""}
    typed = str(row.get("facility") or "").strip()
    known = _plant(typed)
    finder = Enlister(on, policies.reach(user, READ.name), region, user)
    try:
        planned = finder.plan(row | {"facility": known or typed})
    except DoubtfulError as error:
        place = {"uscc": columns.uscc, "facility": columns.facility}.get(error.about, "")
        label = register.field(place).label if place else register.holder_label
        if label not in {item.column for item in problems}:
            problems.append(CellError(str(error), column=label, value=str(facts.get(place) or name)[:40]))
    if problems:
        raise InputError(f"登记内容有 {len(problems)} 处需要修改。", problems)
    organisation, plant = finder.apply(planned)
    if columns.facility:
        facts[columns.facility] = plant
    return organisation


def _plant(text: str) -> Facility | None:
    """The plant that a uid or a permit number names, whosever it is; a name alone names none."""
    if not text:
        return None
    same = Q(uid=text) if _UID.fullmatch(text) else Q(permit_number=text)
    return Facility.objects.select_related("organisation", "region").filter(same).first()
