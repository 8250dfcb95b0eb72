"""What the pages of the plans app share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.http import HttpRequest

from jingtu.errors import NotFoundError
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.evidence.showing import offer
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import policies
from jingtu.programme.plans import targets
from jingtu.programme.plans.models import Plan, Target
from jingtu.programme.plans.queries import Frame


def frame_of(request: HttpRequest) -> Frame:
    """Region, year, dates and reach of a request."""
    page = page_context(request)
    reach = policies.reach(page_user(request), "plans.read")
    return Frame(page.require_region(), page.year, page.on, page.known_at, reach)


def may(
    request: HttpRequest, permission: str, path: str | None = None, organisations: Iterable[int | None] = ()
) -> bool:
    """Whether a button is offered: the permission reaches the row, and the page does not look back."""
    if page_context(request).is_past:
        return False
    return policies.reach(page_user(request), permission).allows(path, organisations)


def readable_plan(request: HttpRequest, uid: UUID) -> Plan:
    """A plan within reach; a draft only for those who load or confirm plans."""
    user = page_user(request)
    plan = Plan.objects.select_related("region", "amends", "file", "uploaded_by").filter(uid=uid).first()
    missing = NotFoundError("没有找到这份计划，或不在您的权限范围内。", uid=str(uid))
    if plan is None or not policies.reach(user, "plans.read").allows(plan.region.path):
        raise missing
    if plan.state in {Plan.State.DRAFT, Plan.State.DISCARDED}:
        reviewers = [policies.reach(user, name) for name in ("plans.load", "plans.confirm")]
        if not any(reach.allows(plan.region.path) for reach in reviewers):
            raise missing
    return plan


def readable_target(request: HttpRequest, uid: UUID) -> Target:
    """A target within reach."""
    found = (
        Target.objects.select_related("plan", "region", "parent__region", "task")
        .prefetch_related("region__names")
        .filter(uid=uid)
        .first()
    )
    if found is None or not policies.reach(page_user(request), "plans.read").allows(found.region.path):
        raise NotFoundError("没有找到这个目标，或不在您的权限范围内。", uid=str(uid))
    return found


def typed_lines(request: HttpRequest, found: Target, last: date) -> list[targets.Typed]:
    """Readings typed in for a target up to a day, newest first, each with its evidence."""
    page = page_context(request)
    attached = Attachment.objects.filter(subject_uid=found.series).select_related("file", "withdrawn_by")
    files = offer(page_user(request), attached, changing=not page.is_past)
    return targets.typed(found, last, page.known_at, files)
