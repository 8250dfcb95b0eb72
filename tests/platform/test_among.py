"""Rows by a list of keys: the same rows however long the list is, and however it travels."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jingtu.platform.among import FEW
from jingtu.platform.inserting import Batch
from jingtu.platform.regions.models import Region, RegionName

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> list[Region]:
    """More places than keys that travel one by one; every one of them has a name of its own."""
    Batch(
        Region, [Region(level="town", name=f"{number}乡", path=f"/{number}/") for number in range(3 * FEW)]
    ).insert()
    found = list(Region.objects.filter(level="town").order_by("pk"))
    Batch(RegionName, [RegionName(region=place, name=place.name, source="试验") for place in found]).insert()
    return found


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, 2 * FEW])
def test_what_is_found_is_what_was_asked_for(places: list[Region], count: int) -> None:
    asked = [place.pk for place in places[FEW // 2 : FEW // 2 + count]]
    assert sorted(Region.objects.filter(pk__among=asked).values_list("pk", flat=True)) == asked
    named = RegionName.objects.filter(region__among=set(asked), source="试验")
    assert sorted(named.values_list("region", flat=True)) == asked
    others = RegionName.objects.exclude(region__among=asked).filter(source="试验")
    assert others.count() == len(places) - count


def test_keys_of_nothing_find_nothing_and_ask_nothing(places: list[Region]) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert list(Region.objects.filter(pk__among=[])) == []
    assert not asked
    assert not Region.objects.filter(pk__among=[-key for key in range(1, 2 * FEW)]).exists()


def test_a_long_list_is_one_value_of_one_statement(places: list[Region]) -> None:
    texts = set()
    for count in (FEW + 1, 2 * FEW, 3 * FEW):
        found = Region.objects.filter(pk__among=[place.pk for place in places[:count]])
        texts.add(found.query.sql_with_params()[0])
        changed = RegionName.objects.filter(region__among=[place.pk for place in places[:count]]).update(
            source="改"
        )
        assert changed == count
    assert len(texts) == 1


def test_rows_without_reserved_keys_get_them_from_the_database(places: list[Region]) -> None:
    assert len({place.pk for place in places}) == len({place.uid for place in places}) == 3 * FEW
    assert [place.name for place in places] == [f"{number}乡" for number in range(3 * FEW)]
    another = Region.objects.create(level="town", name="后来的乡", path="/later/")
    assert another.pk > places[-1].pk


def test_reserved_keys_are_those_of_the_rows() -> None:
    rows = Batch(
        Region, [Region(level="town", name=f"{number}镇", path=f"/{number}/") for number in range(3)]
    )
    keys = rows.reserve_keys()
    rows.insert()
    assert list(Region.objects.filter(pk__among=keys).order_by("pk").values_list("name", flat=True)) == [
        "0镇",
        "1镇",
        "2镇",
    ]
