"""Names of places: official and short, ambiguous ones, and what lies inside what."""

from __future__ import annotations

import pytest

from jingtu.knowledge.places import (
    find_places,
    parents_of,
    place_at_start,
    place_by_code,
    places_in,
    resolve_place,
)


@pytest.mark.parametrize(
    ("code", "name", "short", "level"),
    [
        ("130000", "河北省", "河北", "province"),
        ("150000", "内蒙古自治区", "内蒙古", "province"),
        ("130100", "石家庄市", "石家庄", "city"),
        ("533300", "怒江傈僳族自治州", "怒江", "city"),
        ("654200", "塔城地区", "塔城", "city"),
        ("130102", "长安区", "长安", "county"),
        ("530926", "耿马傣族佤族自治县", "耿马", "county"),
        ("429004", "仙桃市", "仙桃", "county"),
    ],
)
def test_names_codes_and_levels(code, name, short, level):
    place = place_by_code(code)
    assert (place.name, place.short, place.level) == (name, short, level)
    assert place in find_places(name)
    assert place in find_places(short)


def test_a_county_directly_under_its_province():
    assert [above.name for above in parents_of(place_by_code("429004"))] == ["湖北省"]


def test_a_name_of_many_places_needs_its_surroundings():
    assert len(find_places("朝阳区")) > 1
    assert resolve_place("朝阳区") is None
    assert resolve_place("朝阳区", ["长春市"]).code == "220104"
    assert resolve_place("朝阳区", ["长春"]).code == "220104"
    assert resolve_place("朝阳区", ["没有这个市"]) is None


def test_a_short_name_prefers_the_higher_level():
    # 吉林 is a province and a city in it.
    assert resolve_place("吉林").level == "province"
    assert resolve_place("吉林市").code == "220200"


def test_every_parent_exists_and_no_code_stands_twice():
    seen = set()
    for name in ("河北省", "长安区", "仙桃市", "塔城地区"):
        for place in find_places(name):
            assert place.code not in seen
            seen.add(place.code)
            chain = list(parents_of(place))
            assert not chain or chain[-1].level == "province"


def test_names_at_the_start_and_inside():
    assert place_at_start("长春市朝阳区") == "长春市"
    assert place_at_start("土壤污染") is None
    assert places_in("长春市朝阳区人民政府和四平市") == [(0, "长春市"), (3, "朝阳区"), (11, "四平市")]
    assert places_in("") == []
