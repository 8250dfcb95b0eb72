"""From the words of a plan to organisations, on a made-up tree."""

from __future__ import annotations

from datetime import date

import pytest

from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation, OrganisationAlias
from jingtu.platform.organisations.resolving import UnitResolver, ensure, open_class, resolve_unit
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region, rename_region

ON = date(2024, 6, 30)
pytestmark = pytest.mark.django_db


class World:
    """An autonomous region with a city, a district, an autonomous county, a county-level city, a zone."""

    def __init__(self) -> None:
        def add(name: str, level: str, parent: Region | None, code: str = "") -> Region:
            return create_region(name, level, parent, code=code, source="试验")

        self.province = add("丹霞族自治区", "province", None, "990000")
        self.city = add("青山市", "city", self.province, "990100")
        self.district = add("城东区", "county", self.city, "990102")
        self.county = add("白水土家族自治县", "county", self.city, "990121")
        self.county_city = add("赤岩市", "county", self.city, "990181")
        self.zone = add("青山高新区", "zone", self.city)
        self.towns = [
            add("老街街道", "town", self.district, "990102001"),
            add("河口镇", "town", self.district, "990102100"),
            add("沙坪镇", "town", self.district, "990102101"),
            add("石门苗族乡", "town", self.district, "990102200"),
        ]
        add("上河镇", "town", self.county, "990121100")


@pytest.fixture
def world() -> World:
    return World()


def body(name: str, region: Region, kind: str = "department") -> Organisation:
    return Organisation.objects.create(name=name, kind=kind, region=region)


@pytest.mark.parametrize(
    ("written", "entered"),
    [
        ("区发改局", "城东区发展和改革局"),
        ("区发展改革委", "城东区发展和改革局"),
        ("区发展和改革委员会", "城东区发展和改革局"),
        ("区发展和改革局（粮食和物资储备局）", "城东区发展和改革局"),
        ("城东区发展改革局", "城东区发展和改革局"),
        ("城东发改局", "城东区发展和改革局"),
        ("区住建局", "城东区住房和城乡建设局"),
        ("区市场监管局", "城东区市场监督管理局"),
        ("区自然规划局", "城东区自然资源局"),
        ("区工信局", "城东区工业和信息化局"),
        ("区审批局", "城东区行政审批局"),
        ("区卫健局", "城东区卫生健康局"),
        ("区生态环境局", "城东生态环境局"),
        ("市城东生态环境局", "城东生态环境局"),
        ("青山市生态环境局城东分局", "城东生态环境局"),
    ],
)
def test_one_body_written_in_many_ways(world: World, written: str, entered: str) -> None:
    for name in {"城东区发展和改革局", "城东区水利局", entered}:
        body(name, world.district)
    for name in ("青山市发展和改革委员会", "青山市生态环境局", "青山市自然资源局"):
        body(name, world.city)
    found = resolve_unit(written, "department", world.district, ON)
    assert found.organisation is not None, found
    assert found.organisation.name == entered


@pytest.mark.parametrize(
    ("written", "region", "owner"),
    [
        ("市自然资源局", "district", "city"),
        ("市自然资源局", "county", "city"),
        ("市自然资源局", "city", "city"),
        ("市自然资源局", "county_city", "county_city"),
        ("青山市自然资源局", "county_city", "city"),
        ("区自然资源局", "district", "district"),
        ("区自然资源局", "county", "province"),
        ("区自然资源厅", "district", "province"),
        ("自治区自然资源厅", "city", "province"),
        ("县自然资源局", "county", "county"),
    ],
)
def test_the_level_word_says_whose_body_it_is(world: World, written: str, region: str, owner: str) -> None:
    place = getattr(world, owner)
    body(f"{place.name}自然资源{'厅' if owner == 'province' else '局'}", place)
    for other in ("province", "city", "district", "county", "county_city"):
        if other != owner:
            body(f"{getattr(world, other).name}水利局", getattr(world, other))
    found = resolve_unit(written, "department", getattr(world, region), ON)
    assert found.organisation is not None, found
    assert found.organisation.region == place


@pytest.mark.parametrize(
    ("written", "region", "name", "owner", "kind"),
    [
        ("区农业农村局", "district", "城东区农业农村局", "district", "department"),
        ("市市场监管局", "district", "青山市市场监管局", "city", "department"),
        ("城东生态环境局", "district", "城东生态环境局", "district", "ecology"),
        ("市公安局城东分局", "district", "青山市公安局城东分局", "district", "department"),
        ("区生态环境厅", "district", "丹霞族自治区生态环境厅", "province", "ecology"),
        ("白水海事处", "county", "白水海事处", "county", "department"),
        ("县委组织部", "county", "白水土家族自治县委组织部", "county", "department"),
        ("县工业区管理委员会", "county", "白水土家族自治县工业区管理委员会", "county", "zone"),
        ("市中级人民法院", "city", "青山市中级人民法院", "city", "department"),
    ],
)
def test_what_nobody_entered_is_proposed_under_its_place(
    world: World, written: str, region: str, name: str, owner: str, kind: str
) -> None:
    found = resolve_unit(written, "department", getattr(world, region), ON)
    assert found.how == "new"
    assert found.proposal is not None
    assert (found.proposal.name, found.proposal.region, found.proposal.kind) == (
        name,
        getattr(world, owner),
        kind,
    )


@pytest.mark.parametrize(
    ("written", "region", "place", "name"),
    [
        ("河口镇人民政府", "district", "河口镇", "河口镇人民政府"),
        ("河口镇政府", "district", "河口镇", "河口镇人民政府"),
        ("老街街道办事处", "district", "老街街道", "老街街道办事处"),
        ("河口镇", "district", "河口镇", "河口镇人民政府"),
        ("区人民政府", "district", "城东区", "城东区人民政府"),
        ("市政府", "district", "青山市", "青山市人民政府"),
        ("青山高新区管委会", "city", "青山高新区", "青山高新区管理委员会"),
    ],
)
def test_governments_belong_to_their_place(
    world: World, written: str, region: str, place: str, name: str
) -> None:
    found = resolve_unit(written, "government", getattr(world, region), ON)
    assert found.proposal is not None
    assert (found.proposal.name, found.proposal.region.name) == (name, place)
    created = ensure(found, ON)
    again = resolve_unit(written, "government", getattr(world, region), ON)
    assert again.organisation == created


def test_a_department_of_the_level_below_is_not_the_own_one(world: World) -> None:
    """县农业农村局 in a city's plan is no body of the city, and nobody can tell of which county."""
    body("青山市农业农村局", world.city)
    body("白水土家族自治县农业农村局", world.county)
    found = resolve_unit("县农业农村局", "department", world.city, ON)
    assert (found.organisation, found.proposal) == (None, None)
    assert found.how == "ambiguous"
    with pytest.raises(ValueError):
        ensure(found, ON)


def test_a_branch_at_an_unknown_place_is_not_its_parent(world: World) -> None:
    body("青山市公安局", world.city)
    found = resolve_unit("市公安局无名分局", "department", world.city, ON)
    assert found.how == "new"


def test_an_alias_of_another_county_is_not_ours(world: World) -> None:
    other = body("赤岩市农业农村局", world.county_city)
    OrganisationAlias.objects.create(organisation=other, name="市农业农村局", source="甲计划")
    found = resolve_unit("市农业农村局", "department", world.county, ON)
    assert found.how == "new"
    assert found.proposal is not None
    assert found.proposal.region == world.city
    assert resolve_unit("市农业农村局", "department", world.county_city, ON).organisation == other


def test_an_alias_counts_in_its_days_only(world: World) -> None:
    one = body("城东区土地中心", world.district)
    OrganisationAlias.objects.create(
        organisation=one,
        name="区收储中心",
        source="试验",
        valid_from=date(2020, 1, 1),
        valid_to=date(2022, 1, 1),
    )
    assert resolve_unit("区收储中心", "department", world.district, date(2021, 6, 1)).organisation == one
    assert resolve_unit("区收储中心", "department", world.district, ON).organisation is None


def test_confirming_creates_once_and_remembers_the_words(world: World) -> None:
    resolver = UnitResolver(world.district, ON)
    first = ensure(
        resolver.resolve("区农业农村局", "department"), ON, resolver=resolver, source="2024年度计划"
    )
    second = ensure(resolver.resolve("区农业农村局", "department"), ON, resolver=resolver)
    assert first == second
    assert Organisation.objects.count() == 1
    assert [alias.name for alias in first.aliases.all()] == ["区农业农村局"]
    assert LedgerRow.objects.filter(action="organisations.create").count() == 1


def test_two_bodies_of_one_function_are_left_to_a_person(world: World) -> None:
    one, two = body("城东区林业局", world.district), body("城东区林业和草原局", world.district)
    assert resolve_unit("区林业局", "department", world.district, ON).organisation == one
    assert resolve_unit("区林草局", "department", world.district, ON).organisation == two
    three, four = (
        body("城东区住房和城乡建设局", world.district),
        body("城东区住房城乡规划建设局", world.district),
    )
    found = resolve_unit("区住建局", "department", world.district, ON)
    assert found.how == "ambiguous"
    assert set(found.candidates) == {three, four}


def names(found: list[Organisation]) -> list[str]:
    return [item.name for item in found]


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("各镇人民政府", "district", ["河口镇人民政府", "沙坪镇人民政府"]),
        ("各乡镇人民政府", "district", ["河口镇人民政府", "沙坪镇人民政府", "石门苗族乡人民政府"]),
        ("各乡（镇）人民政府", "district", ["河口镇人民政府", "沙坪镇人民政府", "石门苗族乡人民政府"]),
        (
            "各镇（街道）",
            "district",
            ["老街街道办事处", "河口镇人民政府", "沙坪镇人民政府"],
        ),
        (
            "各县（市、区）人民政府",
            "city",
            ["城东区人民政府", "白水土家族自治县人民政府", "赤岩市人民政府"],
        ),
        ("各城区人民政府", "city", ["城东区人民政府"]),
        ("各县级市人民政府", "city", ["赤岩市人民政府"]),
        ("各市人民政府", "province", ["青山市人民政府"]),
        ("开发区管委会", "city", ["青山高新区管理委员会"]),
        (
            "各县（市、区）人民政府，各开发区管委会",
            "city",
            ["城东区人民政府", "白水土家族自治县人民政府", "赤岩市人民政府", "青山高新区管理委员会"],
        ),
        ("县（区）生态环境局", "city", ["城东区生态环境局", "白水土家族自治县生态环境局"]),
        ("县（区）生态环境局", "county", ["白水土家族自治县生态环境局"]),
        ("各有关乡镇", "county", ["上河镇人民政府"]),
        ("开发区管委会", "district", []),
        ("各有关单位", "district", []),
        ("各有关职能部门", "city", []),
        ("各项目牵头单位", "city", []),
    ],
)
def test_class_units_open_into_the_places_of_the_tree(
    world: World, text: str, region: str, expected: list[str]
) -> None:
    assert names(open_class(text, getattr(world, region), ON)) == expected
    assert names(open_class(text, getattr(world, region), ON)) == expected
    assert Organisation.objects.count() == len(expected)


def test_a_class_opens_into_bodies_already_entered(world: World) -> None:
    ecology = body("城东生态环境局", world.district, "ecology")
    town = body("河口镇人民政府", world.towns[1], "government")
    assert open_class("县（区）生态环境局", world.city, ON)[0] == ecology
    assert open_class("各镇人民政府", world.district, ON)[0] == town


def test_a_town_that_came_later_is_not_opened_for_an_earlier_year(world: World) -> None:
    create_region(
        "新镇", "town", world.district, code="990102105", source="试验", valid_from=date(2024, 1, 1)
    )
    assert "新镇人民政府" not in names(open_class("各镇人民政府", world.district, date(2023, 6, 30)))
    assert "新镇人民政府" in names(open_class("各镇人民政府", world.district, ON))


def test_a_township_that_became_a_town_counts_as_what_it_was(world: World) -> None:
    rename_region(world.towns[3], "石门镇", on=date(2023, 1, 1), source="试验")
    assert "石门镇人民政府" in names(open_class("各镇人民政府", world.district, ON))
    assert "石门苗族乡人民政府" not in names(open_class("各镇人民政府", world.district, date(2022, 6, 30)))


def test_a_document_costs_the_same_number_of_queries_however_many_units(
    world: World, django_assert_max_num_queries
) -> None:
    for number in range(60):
        body(f"城东区某某{number}局", world.district)
    with django_assert_max_num_queries(8):
        resolver = UnitResolver(world.district, ON)
        for number in range(60):
            assert resolver.resolve(f"区某某{number}局", "department").organisation is not None
