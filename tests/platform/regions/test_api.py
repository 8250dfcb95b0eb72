"""Places over the API."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region, rename_region

pytestmark = pytest.mark.django_db
URL = "/api/v1/regions"


@pytest.fixture
def city() -> Region:
    province = create_region("示例省", "province", code="990000", source="试验")
    city = create_region("示例市", "city", province, code="990100", source="试验")
    for number in range(20):
        create_region(f"第{number}县", "county", city, code=f"9901{number + 20}", source="试验")
    return city


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(User.objects.create_user("anybody", "x", display_name="某人"))
    return client


def test_anybody_logged_in_looks_places_up(client: Client, city: Region) -> None:
    assert client.get(URL).status_code == 401


def test_by_code_name_and_below(reader: Client, city: Region) -> None:
    top = reader.get(URL).json()
    assert [row["adcode"] for row in top] == ["990000"]
    below = reader.get(URL, {"below": str(city.uid)}).json()
    assert [row["adcode"] for row in below] == [f"9901{number + 20}" for number in range(20)]
    assert {row["parent"] for row in below} == {str(city.uid)}
    assert [row["name"] for row in reader.get(URL, {"code": "990100000000"}).json()] == ["示例市"]
    assert [row["adcode"] for row in reader.get(URL, {"name": "第3县"}).json()] == ["990123"]
    assert reader.get(URL, {"name": "无此地"}).json() == []
    assert reader.get(URL, {"below": str(city.uid), "level": "town"}).json() == []


def test_a_name_of_the_past(reader: Client, city: Region) -> None:
    county = Region.objects.get(adcode="990120")
    rename_region(county, "甲乙区", on=date(2020, 1, 1), source="试验")
    row = reader.get(URL, {"name": "第0县", "on": "2019-06-30"}).json()[0]
    assert row["name"] == "甲乙区"
    assert [(item["name"], item["valid_to"]) for item in row["names"]] == [
        ("第0县", "2020-01-01"),
        ("甲乙区", "9999-12-31"),
    ]


def test_contradictory_and_unknown_questions_are_told(reader: Client, city: Region) -> None:
    assert reader.get(URL, {"code": "990100", "name": "示例市"}).status_code == 422
    assert reader.get(URL, {"below": "00000000-0000-4000-8000-000000000000"}).status_code == 404
    assert reader.get(URL, {"level": "planet"}).status_code == 422


def test_a_level_costs_a_fixed_number_of_queries(
    reader: Client, city: Region, django_assert_max_num_queries
) -> None:
    reader.get(URL)  # the first request of a session writes when it was seen
    with django_assert_max_num_queries(9):
        assert len(reader.get(URL, {"below": str(city.uid)}).json()) == 20
