"""Adding, renaming and finding single places."""

from __future__ import annotations

from datetime import date

import pytest

from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import children, create_region, find_by_code, find_by_name, rename_region

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Region:
    province = create_region("示例省", "province", code="990000", source="试验")
    return create_region("示例市", "city", province, code="990100", source="试验")


def test_a_rename_keeps_key_path_and_old_name(city: Region) -> None:
    county = create_region("甲乙县", "county", city, code="990121", source="试验")
    path = county.path
    rename_region(county, "甲乙区", code="990103", on=date(2016, 5, 1), source="试验")
    county.refresh_from_db()
    assert (county.name, county.adcode, county.path) == ("甲乙区", "990103", path)
    assert county.name_on(date(2016, 4, 30)) == "甲乙县"
    assert county.name_on(date(2016, 5, 1)) == "甲乙区"
    assert find_by_code("990121") == find_by_code("990103") == county
    assert find_by_name("甲乙县") == find_by_name("甲乙") == [county]


def test_a_code_given_to_another_place_means_the_holder_of_the_day(city: Region) -> None:
    old = create_region("甲乙县", "county", city, code="990121", source="试验")
    rename_region(old, "甲乙区", code="990103", on=date(2010, 1, 1), source="试验")
    new = create_region("丙丁县", "county", city, code="990121", source="试验", valid_from=date(2012, 1, 1))
    assert find_by_code("990121", date(2005, 1, 1)) == old
    assert find_by_code("990121", date(2020, 1, 1)) == new
    assert find_by_code("990121") == new


def test_an_official_name_comes_before_a_short_one(city: Region) -> None:
    county = create_region("河口县", "county", city, code="990122", source="试验")
    create_region("河口镇", "town", county, code="990122101", source="试验")
    assert [region.level for region in find_by_name("河口")] == ["county", "town"]
    assert [region.level for region in find_by_name("河口镇")] == ["town"]


def test_two_places_of_one_name_are_both_given_and_told_apart_by_the_place_around(city: Region) -> None:
    other = create_region("旁边市", "city", city.parent, code="990200", source="试验")
    one = create_region("新城区", "county", city, code="990102", source="试验")
    two = create_region("新城区", "county", other, code="990202", source="试验")
    assert find_by_name("新城区") == [one, two]
    assert find_by_name("新城区", within=other) == [two]
    assert find_by_name("旁边市新城区") == [two]
    assert find_by_name("无此地") == []


def test_levels_go_only_down(city: Region) -> None:
    zone = create_region("高新区", "zone", city, source="试验")
    create_region("园内镇", "town", zone, code="990100101", source="试验")
    for level in ("county", "city", "zone"):
        with pytest.raises(ValueError):
            create_region("越级", level, zone, source="试验")


def test_children_of_a_day(city: Region) -> None:
    gone = create_region("旧县", "county", city, code="990123", source="试验")
    Region.objects.filter(pk=gone.pk).update(valid_to=date(2000, 1, 1))
    now = create_region("今县", "county", city, code="990124", source="试验", valid_from=date(2000, 1, 1))
    assert list(children(city, date(1999, 12, 31))) == [gone]
    assert list(children(city, date(2000, 1, 1))) == [now]
