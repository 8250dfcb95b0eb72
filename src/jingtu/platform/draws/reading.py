"""Which draws a person reads: those of places within reach, over registers that the person reads there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from jingtu.errors import NotFoundError
from jingtu.platform.draws.models import Draw
from jingtu.platform.draws.permissions import READ
from jingtu.platform.people import policies
from jingtu.platform.registers import declarations
from jingtu.platform.registers.declarations import Register

if TYPE_CHECKING:
    from jingtu.platform.people.models import User


def registers_for(user: User) -> list[Register]:
    """Registers that a person reads by place, of which all of a place can be drawn from."""
    return [
        item
        for item in declarations.all_registers()
        if item.listed and _by_place(policies.reach(user, item.read_permission))
    ]


def _by_place(reach: policies.Reach) -> bool:
    return bool(reach.everywhere or reach.paths or reach.places)


def readable(user: User) -> QuerySet[Draw]:
    """Draws within reach."""
    place = policies.reach(user, READ.name).q("region__path")
    of_register = Q(pk__in=[])
    for item in registers_for(user):
        within = policies.reach(user, item.read_permission).q("region__path")
        of_register |= Q(register=item.id) & within
    return Draw.objects.filter(place, of_register).select_related("region", "drawn_by")


def one(user: User, uid: uuid.UUID) -> Draw:
    """A draw that a person reads; any other does not exist for that person."""
    found = readable(user).select_related("ledger_row", "seed_row", "draw_row").filter(uid=uid).first()
    if found is None:
        raise NotFoundError("没有找到这次抽取，或不在您的权限范围内。", uid=str(uid))
    return found
