"""A county with a town, a neighbour, and people who work there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region


def place(name: str, level: str, code: str = "", parent: Region | None = None) -> Region:
    return create_region(name, level, parent, code=code, source="测试")


@pytest.fixture
def city(db: None) -> Region:
    return place("白石市", Region.Level.CITY, "990100")


@pytest.fixture
def county(city: Region) -> Region:
    return place("青禾县", Region.Level.COUNTY, "990122", city)


@pytest.fixture
def neighbour(city: Region) -> Region:
    return place("红枫县", Region.Level.COUNTY, "990123", city)


@pytest.fixture
def town(county: Region) -> Region:
    return place("柳岸镇", Region.Level.TOWN, "990122100", county)


@pytest.fixture
def bureau(county: Region) -> Organisation:
    return Organisation.objects.create(name="青禾生态环境局", kind=Organisation.Kind.ECOLOGY, region=county)


@pytest.fixture
def person(bureau: Organisation, county: Region) -> Callable[..., User]:
    def make(role: Role = Role.OFFICER, name: str = "王科", region: Region | None = None) -> User:
        user = User.objects.create(username=f"u{User.objects.count()}", display_name=name)
        Membership.objects.create(user=user, role=role, region=region or county, organisation=bureau)
        return user

    return make


@pytest.fixture
def officer(person: Callable[..., User]) -> User:
    return person()
