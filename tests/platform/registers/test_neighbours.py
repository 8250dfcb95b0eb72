"""What lies beside an entry: of the same plant, of the same body, and only what the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.neighbours import neighbours_of

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 1)
Enter = Callable[..., Entry]


@pytest.fixture
def smelter(county: Region) -> Organisation:
    return Organisation.objects.create(
        name="甲冶炼有限公司", kind=Organisation.Kind.ENTERPRISE, region=county
    )


@pytest.fixture
def enter(county: Region, smelter: Organisation) -> Enter:
    def made(name: str, plant: Facility | None = None, *, register: str = "heavy_metal_enterprises",
             region: Region = county, holder: Organisation = smelter) -> Entry:  # fmt: skip
        facts = {"facility": plant} if plant else {}
        header = {"name": name, "region": region, "holder": holder}
        return CreateEntry(None, DAY, register, header, facts).execute()

    return made


def beside(user: User, entry: Entry) -> tuple[list[str], list[str]]:
    version = versions.version_on(entry, DAY)
    assert version is not None
    found = neighbours_of(user, version, DAY, None)
    assert not found.nearby
    return sorted(item.name for item in found.same_plant), sorted(item.name for item in found.same_body)


def test_what_is_of_the_plant_stands_apart_from_what_is_of_the_body(
    enter: Enter, smelter: Organisation, county: Region, officer: User
) -> None:
    north, south = (
        Facility.objects.create(organisation=smelter, name=name, region=county) for name in ("北厂", "南厂")
    )
    first = enter("一号线", north)
    enter("二号线", north)
    enter("三号线", south)
    enter("老厂地块", register="priority_parcels")
    none = enter("四号线")
    rival = Organisation.objects.create(name="乙公司", kind=Organisation.Kind.ENTERPRISE, region=county)
    enter("别家的线", holder=rival)
    assert beside(officer, first) == (["二号线"], ["三号线", "四号线", "老厂地块"])
    assert beside(officer, none) == ([], ["一号线", "三号线", "二号线", "老厂地块"])


def test_an_entry_out_of_reach_is_no_neighbour(
    enter: Enter, neighbour: Region, city: Region, officer: User, person: Callable[..., User]
) -> None:
    own = enter("一号线")
    enter("邻县的线", region=neighbour)
    assert beside(officer, own) == ([], [])
    superior = User.objects.create(username="above", display_name="上级")
    Membership.objects.create(user=superior, role=Role.SUPERIOR, region=city)
    assert beside(superior, own) == ([], ["邻县的线"])
