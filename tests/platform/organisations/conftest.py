"""A city with two counties, and the officer who keeps the list of one of them."""

from __future__ import annotations

import pytest

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region


@pytest.fixture
def county(db: None) -> Region:
    city = create_region("某市", Region.Level.CITY, code="990100", source="试验")
    return create_region("某县", Region.Level.COUNTY, city, code="990122", source="试验")


@pytest.fixture
def neighbour(county: Region) -> Region:
    return create_region("邻县", Region.Level.COUNTY, county.parent, code="990123", source="试验")


@pytest.fixture
def officer(county: Region) -> User:
    user = User.objects.create_user("officer", "x", display_name="经办")
    Membership.objects.create(user=user, role=Role.OFFICER, region=county)
    return user


@pytest.fixture
def plant(county: Region) -> Organisation:
    return Organisation.objects.create(
        name="某某化工有限公司", kind=Organisation.Kind.ENTERPRISE, region=county
    )
