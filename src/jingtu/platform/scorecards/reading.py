"""Which cards a person may read, and one of them with its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jingtu.errors import NotFoundError
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version
from jingtu.platform.scorecards import declarations
from jingtu.platform.scorecards.declarations import ScorecardKind
from jingtu.platform.scorecards.models import Scorecard, ScoreItem


def readable_kinds(user: User) -> list[ScorecardKind]:
    """The kinds of which a person may read any card."""
    return [kind for kind in declarations.all_kinds() if policies.may(user, kind.read_permission)]


def cards(user: User, kind: ScorecardKind, *, current: bool = True) -> QuerySet[Scorecard]:
    """Cards of a kind within reach; ``current`` leaves out those that were put right."""
    reach = policies.reach(user, kind.read_permission)
    found = Scorecard.objects.filter(reach.q("region__path", "holder"), kind=kind.id)
    if current:
        found = found.filter(replaced_by__isnull=True)
    return found.select_related("entry", "region", "template__region", "filled_by")


def cards_of_place(user: User, kind: ScorecardKind, region: Region | None) -> QuerySet[Scorecard]:
    """Cards within reach in a place; for people of a unit all of their own."""
    found = cards(user, kind)
    if region is None or policies.reach(user, kind.read_permission).organisations:
        return found
    return found.filter(region__path__startswith=region.path)


def readable(user: User, uid: UUID) -> tuple[ScorecardKind, Scorecard]:
    """A card within reach; raises ``NotFoundError``."""
    allowed = Q(pk__in=[])
    for kind in readable_kinds(user):
        reach = policies.reach(user, kind.read_permission)
        allowed |= Q(kind=kind.id) & reach.q("region__path", "holder")
    card = (
        Scorecard.objects.filter(allowed, uid=uid)
        .select_related("entry", "region", "template__region", "filled_by", "replaces", "replaced_by")
        .first()
    )
    if card is None:
        raise NotFoundError("没有这张评分表，或不在您的权限范围内。", card=str(uid))
    return declarations.asked(card.kind), card


def entry_to_score(user: User, kind: ScorecardKind, uid: Any, on: Any) -> tuple[Entry, Version]:
    """An entry of the kind's register that the person may fill a card in for; raises ``NotFoundError``."""
    reach = policies.reach(user, kind.fill_permission)
    found = (
        versions.versions(kind.register, on).filter(reach.q("region__path", "holder"), entry__uid=uid).first()
    )
    if found is None:
        raise NotFoundError("没有这个条目，或您不能为它填写评分表。", entry=str(uid))
    return found.entry, found


def groups(rows: Iterable[Any], item_of: Callable[[Any], ScoreItem]) -> list[tuple[str, list[Any]]]:
    """Rows under the heading that their items share, in order."""
    found: list[tuple[str, list[Any]]] = []
    for row in rows:
        group = item_of(row).group
        if not found or found[-1][0] != group:
            found.append((group, []))
        found[-1][1].append(row)
    return found
