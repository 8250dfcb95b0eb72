"""Roles follow the organisation when two entries turn out to be one body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import timezone

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations.holdings import Holding, Move, Moved, declare, tally
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import policies
from jingtu.platform.people.models import Membership, User


def _counts(organisations: Iterable[int]) -> dict[int, int]:
    rows = Membership.objects.filter(organisation__in=list(organisations), valid_to__gt=timezone.localdate())
    return tally(rows, "organisation")


def _forward(move: Move) -> list[Moved]:
    """A role goes on under the other entry from today; the row of before stays with its last day.

    Nobody gains a right by it: who acts for one of two entries of one body acts for both.
    """
    today = timezone.localdate()
    rows = Membership.objects.select_for_update().filter(organisation=move.source, valid_to__gt=today)
    return [
        [row.pk, _handed_on(row, move.target, move.actor, today, "单位合并")] for row in rows.order_by("pk")
    ]


def _back(move: Move, moved: Sequence[Moved]) -> None:
    today = timezone.localdate()
    keys = [there for _, there in moved if there]
    rows = Membership.objects.select_for_update().filter(
        pk__in=keys, organisation=move.source, valid_to__gt=today
    )
    for row in rows.order_by("pk"):
        _handed_on(row, move.target, move.actor, today, "撤销单位合并")
    for row in Membership.objects.filter(pk__in=[old for old, there in moved if not there]):
        _copy(row, move.target, OPEN_DATE, today)


def _handed_on(row: Membership, to: Organisation, actor: User | None, today: date, reason: str) -> int:
    until = row.valid_to
    Membership.objects.filter(pk=row.pk).update(
        valid_to=max(today, row.valid_from), ended_by=actor, ended_reason=reason
    )
    policies.forget(row.user)
    return _copy(row, to, until, max(today, row.valid_from))


def _copy(row: Membership, to: Organisation, until: date, since: date) -> int:
    """The same role for another organisation; 0 where the person has it already."""
    same = Membership.objects.filter(
        user=row.user_id, role=row.role, region=row.region_id, organisation=to, valid_to__gt=since
    )
    if same.exists():
        return 0
    copy = Membership.objects.create(
        user_id=row.user_id,
        role=row.role,
        region_id=row.region_id,
        organisation=to,
        valid_from=since,
        valid_to=until,
        granted_by_id=row.granted_by_id,
    )
    return copy.pk


declare(Holding("people.Membership.organisation", "人员角色", "人次", 50, _counts, _forward, _back))
