"""From a user to a predicate on rows: the only way to what a user may read or change.

``reach(user, permission, on)`` gathers the user's memberships whose role has that permission into one
``Reach``; ``Reach.q`` is the ``WHERE`` of every list and ``Reach.allows`` the check of one row. Both
come from the same data, so a list never shows what a page would refuse.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from jingtu.errors import PermissionDeniedError
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import permissions
from jingtu.platform.people.models import Membership
from jingtu.platform.people.roles import Role, Scope
from jingtu.platform.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from jingtu.platform.people.models import User


# Levels that have counties or cities below them, and the levels of those.
GOVERNS_OTHERS = frozenset({Region.Level.PROVINCE.value, Region.Level.CITY.value})
OWN_GOVERNMENTS = frozenset({Region.Level.CITY.value, Region.Level.COUNTY.value})


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a permission reaches for one user on one day.

    Parameters
    ----------
    paths : tuple of str
        Region paths; a row in any of these subtrees is within reach.
    places : tuple of str
        Region paths; a row exactly there is within reach, one below it is not.
    organisations : tuple of int
        Keys of organisations whose own rows are within reach.
    everywhere : bool
        Not limited by place.
    """

    paths: tuple[str, ...] = ()
    organisations: tuple[int, ...] = ()
    everywhere: bool = False
    places: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.everywhere or self.paths or self.places or self.organisations)

    def q(self, region: str | None = "region__path", organisation: str | None = None) -> Q:
        """The predicate on rows.

        ``region`` and ``organisation`` are look-ups from the row's model to a region path and to an
        organisation key; ``None`` where the row has no such side. No reach at all gives no row.
        """
        if self.everywhere:
            return Q()
        found = Q(pk__in=[])
        if region is not None:
            for path in self.paths:
                found |= Q(**{f"{region}__startswith": path})
            if self.places:
                found |= Q(**{f"{region}__in": self.places})
        if organisation is not None and self.organisations:
            found |= Q(**{f"{organisation}__in": self.organisations})
        return found

    def allows(self, region_path: str | None = None, organisations: Iterable[int | None] = ()) -> bool:
        """Whether one row, in this region and of these organisations, is within reach."""
        if self.everywhere:
            return True
        if region_path is not None and (
            region_path in self.places or any(region_path.startswith(path) for path in self.paths)
        ):
            return True
        return any(key in self.organisations for key in organisations if key is not None)

    def fingerprint(self) -> str:
        """Key for caches: users with the same reach share an entry, others never do."""
        text = f"{sorted(self.paths)}|{sorted(self.places)}|{sorted(self.organisations)}|{self.everywhere}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def memberships(user: User | AnonymousUser, on: date | None = None) -> list[Membership]:
    """The user's memberships in force on a day (cached on the user object for the request).

    The day is the calendar's: looking at a past business date neither grants nor takes away rights.
    """
    if not user.is_authenticated or not user.is_active:
        return []
    on = on or timezone.localdate()
    cache: dict[date, list[Membership]] = user.__dict__.setdefault("_memberships", {})
    if on not in cache:
        found = Membership.objects.filter(user_id=user.pk, valid_from__lte=on, valid_to__gt=on)
        cache[on] = list(found.select_related("region", "organisation__region"))
    return cache[on]


def roles(user: User | AnonymousUser, on: date | None = None) -> set[Role]:
    """Roles of a user on a day; everybody, logged in or not, also is the public."""
    return {Role(item.role) for item in memberships(user, on)} | {Role.PUBLIC}


def reach(user: User | AnonymousUser, permission: str, on: date | None = None) -> Reach:
    """How far ``permission`` reaches for ``user`` on a day."""
    grants = permissions.get(permission).grants
    paths: set[str] = set()
    places: set[str] = set()
    organisations: set[int] = set()
    everywhere = grants.get(Role.PUBLIC) is Scope.EVERYWHERE
    for membership in memberships(user, on):
        scope = grants.get(Role(membership.role))
        if scope is Scope.EVERYWHERE:
            everywhere = True
        elif scope is Scope.REGION and membership.region is not None:
            paths.add(membership.region.path)
        elif scope is Scope.LOCAL and membership.region is not None:
            local_places, local_paths = local_area(user, membership.region)
            places.update(local_places)
            paths.update(local_paths)
        elif scope is Scope.OWN and membership.organisation is not None:
            organisations.update(one_body(user, membership.organisation))
    return Reach(tuple(sorted(paths)), tuple(sorted(organisations)), everywhere, tuple(sorted(places)))


def local_area(user: User | AnonymousUser, region: Region) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Places and subtrees that a level of government looks after itself.

    A county looks after all of its subtree. A city or a province looks after itself and what lies
    directly below it without being a city or a county of its own (its development zones).

    Returns
    -------
    tuple
        Single places, and subtrees, as paths.
    """
    if region.level not in GOVERNS_OTHERS:
        return (), (region.path,)
    cache: dict[int, tuple[str, ...]] = user.__dict__.setdefault("_local_subtrees", {})
    if region.pk not in cache:
        below = Region.objects.filter(parent_id=region.pk).exclude(level__in=OWN_GOVERNMENTS)
        cache[region.pk] = tuple(below.values_list("path", flat=True))
    return (region.path,), cache[region.pk]


def one_body(user: User | AnonymousUser, organisation: Organisation) -> tuple[int, ...]:
    """Keys under which rows of one body stand: its own, and those of duplicates merged with it."""
    cache: dict[int, tuple[int, ...]] = user.__dict__.setdefault("_bodies", {})
    if organisation.pk not in cache:
        top, above = organisation, {organisation.pk}
        while top.merged_into is not None and top.merged_into_id not in above:
            top = top.merged_into
            above.add(top.pk)
        found, below = [top.pk], [top.pk]
        while below:  # a duplicate may itself have taken in others before
            rows = Organisation.objects.filter(merged_into__in=below).exclude(pk__in=found)
            below = list(rows.values_list("pk", flat=True))
            found += below
        cache[organisation.pk] = tuple(found)
    return cache[organisation.pk]


def forget(user: User) -> None:
    """Drop what was read of the user's memberships; actions that change them call this."""
    user.__dict__.pop("_memberships", None)
    user.__dict__.pop("_local_subtrees", None)
    user.__dict__.pop("_bodies", None)


def require(
    user: User | AnonymousUser,
    permission: str,
    region_path: str | None = None,
    organisations: Iterable[int | None] = (),
    on: date | None = None,
) -> None:
    """Raise ``PermissionDeniedError`` unless the permission reaches the row."""
    if not reach(user, permission, on).allows(region_path, organisations):
        raise _denied(permission)


def require_some(user: User | AnonymousUser, permission: str) -> None:
    """Raise ``PermissionDeniedError`` unless the permission reaches anything at all."""
    if not may(user, permission):
        raise _denied(permission)


def _denied(permission: str) -> PermissionDeniedError:
    label = permissions.get(permission).label
    return PermissionDeniedError(
        f"您没有“{label}”的权限；如工作需要，请联系本单位安全管理员授权。", permission=permission
    )


def may(user: User | AnonymousUser, permission: str, on: date | None = None) -> bool:
    """Whether the permission reaches anything at all for the user: decides what a menu offers."""
    return bool(reach(user, permission, on))
