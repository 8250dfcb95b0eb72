"""A county with parcels on its list, and people who may inspect."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date

import pytest

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry

ON = date(2024, 6, 30)
LISTED = date(2024, 1, 5)
REGISTER = "priority_parcels"


@pytest.fixture
def city(db: None) -> Region:
    return create_region("白石市", Region.Level.CITY, code="990100", source="测试")


@pytest.fixture
def county(city: Region) -> Region:
    return create_region("青禾县", Region.Level.COUNTY, city, code="990122", source="测试")


@pytest.fixture
def neighbour(city: Region) -> Region:
    return create_region("红枫县", Region.Level.COUNTY, city, code="990123", source="测试")


@pytest.fixture
def bureau(county: Region) -> Organisation:
    return Organisation.objects.create(name="青禾生态环境局", kind=Organisation.Kind.ECOLOGY, region=county)


@pytest.fixture
def person(bureau: Organisation, county: Region) -> Callable[..., User]:
    def make(name: str, role: Role = Role.OFFICER, region: Region | None = None) -> User:
        user = User.objects.create(username=f"u{User.objects.count()}", display_name=name)
        Membership.objects.create(user=user, role=role, region=region or county, organisation=bureau)
        return user

    return make


@pytest.fixture
def officer(person: Callable[..., User]) -> User:
    return person("王科")


@pytest.fixture
def team(officer: User, person: Callable[..., User]) -> list[User]:
    return [officer, person("李工"), person("赵工"), person("钱工")]


@pytest.fixture
def enter() -> Callable[..., Entry]:
    def make(region: Region, name: str, holder: Organisation | None = None, state: str = "listed") -> Entry:
        header = {"name": name, "region": region, "holder": holder}
        return CreateEntry(None, LISTED, REGISTER, header, {"listed_on": LISTED}, state=state).execute()

    return make


@pytest.fixture
def parcels(county: Region, enter: Callable[..., Entry]) -> list[Entry]:
    return [enter(county, f"{number:02}号地块") for number in range(10)]


@pytest.fixture
def reopening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of parcels as if it took up again what a later look finds wrong."""
    register = declarations.get(REGISTER)
    lifecycle = dataclasses.replace(
        register.lifecycle,
        moves=(
            *register.lifecycle.moves,
            declarations.Move(
                "look_again", "重新整改", ("listed",), "over_standard", register.edit_permission,
                reason_required=True, evidence_required=True, opens=True,
            ),
        ),
    )  # fmt: skip
    changed = dataclasses.replace(register, lifecycle=lifecycle, reopen_move="look_again")
    monkeypatch.setitem(declarations._registers, REGISTER, changed)
