"""From a user to a predicate: what a list shows and what a page allows is one thing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from jingtu.errors import PermissionDeniedError
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import permissions, policies
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role, Scope
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region, fits_below

READ = permissions.declare(
    "tests.read",
    "试读",
    {Role.SUPERIOR: Scope.REGION, Role.ENTERPRISE: Scope.OWN, Role.OFFICER: Scope.REGION},
)
CHANGE = permissions.declare(
    "tests.change", "试改", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL, Role.ENTERPRISE: Scope.OWN}
)
ADMIN = permissions.declare("tests.admin", "试管", {Role.AUDIT_ADMIN: Scope.EVERYWHERE})
OPEN = permissions.declare("tests.open", "公开", {Role.PUBLIC: Scope.EVERYWHERE})

LEVELS = ["province", "city", "county", "zone", "town", "village"]


def grow(shape: list[tuple[int, int]]) -> list[Region]:
    """A tree from pairs (which earlier place is above, which level): unfit pairs are left out."""
    regions = [create_region("根", "province", source="试验")]
    for above, level in shape:
        parent = regions[above % len(regions)]
        if fits_below(LEVELS[level], parent.level):
            regions.append(create_region(f"地{len(regions)}", LEVELS[level], parent, source="试验"))
    return regions


def local_by_walking(member: Region, row: Region | None) -> bool:
    """The meaning of LOCAL in words: going up from the row, no other government stands in the way."""
    while row is not None and row.pk != member.pk:
        if row.level in {"city", "county", "province"}:
            return False
        row = row.parent
    return row is not None


class ReachAgrees(TestCase):
    """``q`` and ``allows`` over generated trees and memberships."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        shape=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=25),
        grants=st.lists(
            st.tuples(
                st.sampled_from(["superior", "officer", "head", "enterprise", "audit_admin"]),
                st.integers(0, 30),
            ),
            max_size=4,
        ),
        permission=st.sampled_from(["tests.read", "tests.change", "tests.admin", "tests.open"]),
    )
    def test_lists_and_single_rows_agree(self, shape, grants, permission) -> None:
        regions = grow(shape)
        bodies = {
            region.pk: Organisation.objects.create(name=f"企业{region.pk}", kind="enterprise", region=region)
            for region in regions
        }
        user = User.objects.create_user("a", "x", display_name="甲")
        for role, at in grants:
            region = regions[at % len(regions)]
            if role == "audit_admin":
                Membership.objects.get_or_create(user=user, role=role)
            elif role == "enterprise":
                Membership.objects.get_or_create(user=user, role=role, organisation=bodies[region.pk])
            else:
                Membership.objects.get_or_create(user=user, role=role, region=region)
        reach = policies.reach(user, permission)
        listed = set(Organisation.objects.filter(reach.q("region__path", "id")).values_list("pk", flat=True))
        allowed = {body.pk for body in bodies.values() if reach.allows(body.region.path, [body.pk])}
        assert listed == allowed
        expected = self.expected(permission, grants, regions, bodies)
        assert allowed == expected
        assert bool(reach) >= bool(expected)

    @staticmethod
    def expected(permission, grants, regions, bodies) -> set[int]:
        found = set()
        if permission == "tests.open":
            return {body.pk for body in bodies.values()}
        for role, at in grants:
            member = regions[at % len(regions)]
            for region in regions:
                below = region.path.startswith(member.path)
                if permission == "tests.read":
                    reached = (role in {"superior", "officer"} and below) or (
                        role == "enterprise" and region == member
                    )
                elif permission == "tests.change":
                    reached = (role in {"officer", "head"} and local_by_walking(member, region)) or (
                        role == "enterprise" and region == member
                    )
                else:
                    reached = role == "audit_admin"
                if reached:
                    found.add(bodies[region.pk].pk)
        return found


@pytest.fixture
def city(db: None) -> Region:
    return create_region("某市", "city", source="试验")


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("zhang", "x", display_name="张三")


def test_city_officer_changes_city_and_zone_but_no_county(city: Region, user: User) -> None:
    zone = create_region("高新区", "zone", city, source="试验")
    county = create_region("某县", "county", city, source="试验")
    in_zone = create_region("园内镇", "town", zone, source="试验")
    in_county = create_region("县内镇", "town", county, source="试验")
    Membership.objects.create(user=user, role="officer", region=city)
    change = policies.reach(user, "tests.change")
    assert [change.allows(region.path) for region in (city, zone, in_zone, county, in_county)] == [
        True, True, True, False, False,
    ]  # fmt: skip
    assert policies.reach(user, "tests.read").allows(in_county.path)


def test_a_zone_added_in_the_same_session_is_reached(city: Region, user: User) -> None:
    Membership.objects.create(user=user, role="officer", region=city)
    policies.reach(user, "tests.change")
    zone = create_region("高新区", "zone", city, source="试验")
    assert policies.reach(User.objects.get(pk=user.pk), "tests.change").allows(zone.path)


def test_membership_counts_only_between_its_days(city: Region, user: User) -> None:
    today = timezone.localdate()
    Membership.objects.create(
        user=user, role="officer", region=city, valid_from=today, valid_to=today + timedelta(days=1)
    )
    assert policies.may(user, "tests.change", today)
    assert not policies.may(user, "tests.change", today - timedelta(days=1))
    assert not policies.may(user, "tests.change", today + timedelta(days=1))


def test_a_past_business_date_gives_no_rights(city: Region, user: User, settings) -> None:
    """Who was an officer in 2020 is none now, whatever date the page looks at."""
    Membership.objects.create(
        user=user, role="officer", region=city, valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1)
    )
    assert not policies.may(user, "tests.change")


def test_a_disabled_account_reaches_nothing(city: Region, user: User) -> None:
    Membership.objects.create(user=user, role="officer", region=city)
    user.is_active = False
    user.save()
    assert not policies.may(User.objects.get(pk=user.pk), "tests.change")


def test_nobody_in_particular_is_the_public(db: None) -> None:
    anonymous = AnonymousUser()
    assert policies.roles(anonymous) == {Role.PUBLIC}
    assert policies.may(anonymous, "tests.open")
    assert not policies.may(anonymous, "tests.read")
    with pytest.raises(PermissionDeniedError) as caught:
        policies.require(anonymous, "tests.change", "/1/")
    assert "试改" in caught.value.message


def test_a_misspelt_permission_opens_nothing(user: User) -> None:
    with pytest.raises(LookupError):
        policies.reach(user, "tests.raed")


def test_a_permission_is_declared_once() -> None:
    with pytest.raises(ValueError):
        permissions.declare("tests.read", "试读", {Role.PUBLIC: Scope.EVERYWHERE})


def test_paths_of_neighbours_do_not_contain_each_other(city: Region, user: User) -> None:
    """``/1/2/`` is no part of ``/1/21/``."""
    Membership.objects.create(user=user, role="superior", region=city)
    assert not policies.reach(user, "tests.read").allows(city.path[:-1] + "1/")
    assert not policies.reach(user, "tests.read").allows("")


def test_cost_is_one_query_for_all_permissions_of_a_county(
    city: Region, user: User, django_assert_num_queries
) -> None:
    county = create_region("某县", "county", city, source="试验")
    Membership.objects.create(user=user, role="officer", region=county)
    fresh = User.objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        for name in ("tests.read", "tests.change", "tests.admin"):
            policies.reach(fresh, name)


def test_fingerprints_part_users_with_other_reach(city: Region, user: User) -> None:
    other = User.objects.create_user("li", "x", display_name="李四")
    third = User.objects.create_user("wang", "x", display_name="王五")
    county = create_region("某县", "county", city, source="试验")
    for person, region in ((user, city), (other, county), (third, county)):
        Membership.objects.create(user=person, role="officer", region=region)
    marks = [policies.reach(person, "tests.read").fingerprint() for person in (user, other, third)]
    assert marks[0] != marks[1] == marks[2]
    # The city's own place and its subtree are different reaches.
    assert policies.reach(user, "tests.change").fingerprint() != marks[0]
