"""Every computed number of a place on one page, beside its neighbours, and what is behind each."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role

pytestmark = pytest.mark.django_db
NAME = "实施污染管控的优先监管地块比例"
ADDRESS = "/indicators/priority_parcel_control_ratio/"
DAY = {"on": "2024-06-30"}


@pytest.fixture
def client(officer: User) -> Client:
    found = Client()
    found.force_login(officer)
    return found


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, DAY | query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_the_number_and_its_basis(client: Client, parcels: Any) -> None:
    text = page(client, "/indicators/", q="优先监管地块")
    assert NAME in text
    assert ">50 %<" in text
    assert ">2 / 4<" in text
    assert '共 <strong class="tabular">1</strong> 项' in text
    assert "没有符合条件的指标" in page(client, "/indicators/", q="没有这样的词")


def test_places_below_stand_side_by_side(
    person: Any, city: Any, county: Any, neighbour: Any, parcels: Any
) -> None:
    client = Client()
    client.force_login(person(Role.SUPERIOR, region=city))
    text = page(client, "/indicators/", by="place", region=str(city.uid), q="优先监管地块")
    assert county.name in text
    assert neighbour.name in text
    assert f"place={county.uid}" in text


def test_the_page_behind_a_number_and_one_place_of_it(
    client: Client, county: Any, town: Any, parcels: Any
) -> None:
    whole = page(client, ADDRESS, base="2024-03-31")
    assert "50 %" in whole
    assert '计入分子：<strong class="tabular">2</strong>' in whole
    one = page(client, ADDRESS, base="2024-03-31", place=str(town.uid))
    assert "是<a" in one
    assert client.get(ADDRESS, DAY | {"place": "not-a-place"}).status_code == 404
    assert client.get("/indicators/no_such_indicator/").status_code == 404


def test_the_drawer_is_no_whole_page(client: Client, parcels: Any) -> None:
    answer = client.get(ADDRESS, DAY, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()


def test_exports_carry_the_same_figures(client: Client, parcels: Any) -> None:
    answer = client.get("/indicators/export/", DAY | {"q": "优先监管地块"})
    sheet = load_workbook(
        io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    ).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    row = next(line for line in cells if NAME in line)
    assert row[1:5] == [50, "%", 2, 4]
    entries = client.get(f"{ADDRESS}export/", DAY | {"base": "2024-03-31"})
    assert entries.status_code == 200
