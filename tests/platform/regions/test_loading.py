"""The built-in tables and the code table of another province."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from jingtu.errors import InputError
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.regions.loading import AddZone, Loaded, load_regions
from jingtu.platform.regions.models import Region, RegionName
from jingtu.platform.regions.tree import ancestors, children, descendants, find_by_code, find_by_name

TODAY = date(2024, 6, 30)
HERE = Path(__file__).parent
pytestmark = pytest.mark.django_db


@pytest.fixture
def guangxi() -> Loaded:
    return load_regions("builtin", on=TODAY)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def test_builtin_tables_hold_what_the_statistics_office_published(guangxi: Loaded) -> None:
    counts = {level: Region.objects.filter(level=level).count() for level in Region.Level.values}
    assert counts == {"province": 1, "city": 14, "county": 111, "town": 1284, "village": 1240, "zone": 0}
    assert guangxi.added == 2650
    assert guangxi.earlier_names == 4


def test_counts_of_towns_equal_those_that_the_plans_name(guangxi: Loaded) -> None:
    for code, towns in {"450206": 8, "450222": 12, "450225": 20}.items():
        county = find_by_code(code)
        assert county is not None
        assert children(county, TODAY, ["town"]).count() == towns
    nanning = find_by_code("450100")
    assert nanning is not None
    assert children(nanning, TODAY).count() == 12


def test_second_load_changes_nothing(guangxi: Loaded) -> None:
    before = list(Region.objects.order_by("pk").values_list("pk", "path", "name", "adcode"))
    again = load_regions("builtin", on=date(2025, 1, 1))
    assert (again.added, again.renamed, again.earlier_names) == (0, 0, 0)
    assert again.unchanged == guangxi.added
    assert list(Region.objects.order_by("pk").values_list("pk", "path", "name", "adcode")) == before
    assert LedgerRow.objects.filter(action="regions.load").count() == 2


def test_every_path_is_that_of_the_parent_and_the_own_key(guangxi: Loaded) -> None:
    for region in Region.objects.select_related("parent"):
        above = region.parent.path if region.parent else "/"
        assert region.path == f"{above}{region.pk}/"


def test_columns_of_a_place_repeat_its_last_name(guangxi: Loaded) -> None:
    last = {item.region_id: item for item in RegionName.objects.filter(valid_to=OPEN_DATE)}
    for region in Region.objects.all():
        assert (region.name, region.adcode) == (last[region.pk].name, last[region.pk].code)


def golden() -> list[dict[str, str]]:
    with (HERE / "golden_names.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("row", golden(), ids=lambda row: f"{row['code']}@{row['on']}")
def test_renamed_places_keep_their_identity(guangxi: Loaded, row: dict[str, str]) -> None:
    on = date.fromisoformat(row["on"])
    region = find_by_code(row["code"], on)
    assert region is not None
    assert region.name_on(on) == row["name"]
    assert find_by_code(row["former_code"]) == region
    assert find_by_name(row["name"], on=on) == [region]
    assert find_by_name(row["name"], on=date(2030, 1, 1)) == [region]


def test_every_county_is_found_by_its_short_name_within_its_city(guangxi: Loaded) -> None:
    for name in (
        RegionName.objects.filter(region__level="county").exclude(short="").select_related("region__parent")
    ):
        assert name.region in find_by_name(name.short, within=name.region.parent, levels=["county"])


def test_names_from_above_to_below_are_followed_down(guangxi: Loaded) -> None:
    town = find_by_code("450206100")
    assert town is not None
    words = "".join(region.name for region in [*ancestors(town), town])
    assert find_by_name(words) == [town]
    assert [region.level for region in ancestors(town)] == ["province", "city", "county"]


def test_looking_up_costs_one_query_each(guangxi: Loaded, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        city = find_by_code("450200")
    assert city is not None
    with django_assert_num_queries(1):
        names = [region.name for region in descendants(city, TODAY, ["county", "town"])]
    assert len(names) > 90


def test_a_table_with_code_and_name_is_placed_by_its_code(tmp_path: Path) -> None:
    """Layout of the statistics office: 2, 4, 6, 9 and 12 digits; municipal rows 市辖区 are no places."""
    path = write(
        tmp_path / "codes.csv",
        "统计用区划代码,名称\n61,陕西省\n6101,西安市\n610101000000,市辖区\n610116000000,长安区\n610116001000,韦曲街道\n"
        "610116001001,东街社区居委会\n11,北京市\n110100000000,市辖区\n110101,东城区\n"
        "419001,济源市\n41,河南省\n419000,省直辖县级行政区划\n441900,东莞市\n441900003,东城街道\n44,广东省\n",
    )
    loaded = load_regions(path, on=TODAY)
    assert loaded.added == 12
    parents = {
        region.adcode: region.parent.adcode if region.parent else None
        for region in Region.objects.select_related("parent")
    }
    assert parents == {
        "610000": None, "610100": "610000", "610116": "610100", "610116001": "610116",
        "610116001001": "610116001", "110000": None, "110101": "110000", "410000": None,
        "419001": "410000", "440000": None, "441900": "440000", "441900003": "441900",
    }  # fmt: skip
    assert {region.level for region in Region.objects.filter(adcode__in=["110101", "419001"])} == {"county"}


def test_gb18030_and_explicit_levels_and_a_zone_without_code(tmp_path: Path) -> None:
    path = write(
        tmp_path / "codes.csv",
        "级别,代码,名称,上级代码\n省级,610000,陕西省,\n市级,610100,西安市,610000\n县级,610116,长安区,610100\n"
        "开发区,,某高新区,610100\n",
        "gb18030",
    )
    assert load_regions(path, on=TODAY).added == 4
    assert load_regions(path, on=TODAY) == Loaded(added=0, renamed=0, unchanged=4)
    zone = Region.objects.get(level="zone")
    assert zone.adcode is None
    assert zone.parent is not None
    assert zone.parent.name == "西安市"


def test_a_new_name_in_the_table_begins_on_the_day_of_the_load(tmp_path: Path) -> None:
    load_regions(
        write(tmp_path / "a.csv", "code,name\n610000,陕西省\n610100,西安市\n610125,户县\n"),
        on=date(2010, 1, 1),
    )
    Region.objects.filter(adcode="610125").update(valid_from=date(1949, 10, 1))
    loaded = load_regions(write(tmp_path / "b.csv", "code,name\n610125,鄠邑县\n"), on=TODAY)
    assert (loaded.added, loaded.renamed) == (0, 1)
    region = find_by_code("610125")
    assert region is not None
    assert (region.name, region.name_on(date(2015, 1, 1))) == ("鄠邑县", "户县")


def test_all_errors_at_once_and_nothing_loaded(tmp_path: Path) -> None:
    path = write(
        tmp_path / "bad.csv",
        "level,code,name,parent_code\n"
        "省级,610000,陕西省,\n"
        "市级,6101x0,西安市,610000\n"  # row 3: code
        "洲级,610200,铜川市,610000\n"  # row 4: level
        "县级,620116,长安区,\n"  # row 5: nothing above
        "县级,610116,,610000\n"  # row 6: no name
        "县级,610117,高陵区,619999\n"  # row 7: unknown parent
        "市级,610300,宝鸡市,610000\n"
        "市级,610300,咸阳市,610000\n"  # row 9: the code twice
        "市级,610400,=HYPERLINK(1),610000\n"  # row 10: a formula for a name
        "开发区,,某高新区,\n",  # row 11: a zone needs a place
    )
    with pytest.raises(InputError) as caught:
        load_regions(path, on=TODAY)
    assert sorted(error.row for error in caught.value.errors if error.row) == [3, 4, 5, 6, 7, 9, 10, 11]
    assert all(error.file == "bad.csv" for error in caught.value.errors)
    assert not Region.objects.exists()
    assert not LedgerRow.objects.exists()


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", "甲,乙\n1,2\n".encode()])
def test_what_is_no_code_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "codes.csv"
    path.write_bytes(content)
    with pytest.raises(InputError):
        load_regions(path, on=TODAY)
    with pytest.raises(InputError):
        load_regions(tmp_path / "missing.csv", on=TODAY)


def test_a_zone_is_added_once_and_only_below_a_city_or_county(guangxi: Loaded) -> None:
    first = AddZone(None, TODAY, "城东工业园区", "450206").execute()
    second = AddZone(None, TODAY, "城东 工业园区", "450206").execute()
    assert first == second
    assert first.path.startswith(find_by_code("450206").path)
    with pytest.raises(InputError):
        AddZone(None, TODAY, "城东工业园区", "450206100").execute()
    with pytest.raises(InputError):
        AddZone(None, TODAY, "城东工业园区", "999999").execute()
