"""Which surveys a user reads, delivers to and keeps: one predicate for lists and for single pages."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from jingtu.errors import NotFoundError
from jingtu.platform.evidence.laboratory.models import Survey
from jingtu.platform.evidence.laboratory.permissions import COORDINATES, READ
from jingtu.platform.people import policies
from jingtu.platform.people.policies import Reach

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from jingtu.platform.people.models import User


def within(reach: Reach) -> Q:
    """Surveys of the places within reach, and those in which one of the bodies has a part."""
    found = reach.q("region__path")
    if not reach.everywhere and reach.organisations:
        own = Q(pk__in=[])
        for column in ("holder", "organisation", "laboratory"):
            own |= Q(**{f"{column}__in": reach.organisations})
        found |= own
    return found


def readable_surveys(user: User | AnonymousUser) -> QuerySet[Survey]:
    """All surveys that the user may read."""
    rows = Survey.objects.filter(within(policies.reach(user, READ.name)))
    return rows.select_related("region", "holder", "organisation", "laboratory", "entry")


def readable(user: User | AnonymousUser, uid: uuid.UUID) -> Survey:
    """A survey that the user may read; any other does not exist for the user."""
    found = readable_surveys(user).filter(uid=uid).first()
    if found is None:
        raise NotFoundError("没有找到这项检测任务，或不在您的权限范围内。", uid=str(uid))
    return found


def may(user: User | AnonymousUser, permission: str, survey: Survey) -> bool:
    """Whether a permission reaches a survey; who delivers or keeps does so as the firm or the laboratory."""
    return policies.reach(user, permission).allows(survey.region.path, survey.uploaders)


def sees_places(user: User | AnonymousUser, survey: Survey) -> bool:
    """Whether the user may see the coordinates of a survey's samples."""
    return policies.reach(user, COORDINATES.name).allows(survey.region.path, survey.bodies)
