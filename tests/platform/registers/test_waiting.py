"""Lists by the last day of the next step and by the year of the list; the same rows as a workbook over the API."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from tests.platform.registers.test_pages import as_person

from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, waiting
from jingtu.platform.registers.actions import ChangeFacts, CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry

pytestmark = pytest.mark.django_db
WELLS, UNITS = "groundwater_wells", "key_regulated_units"
API = "/api/v1/registers"
START = date(2024, 1, 8)


def well(county: Region, name: str, repair_due: date | None, state: str = "sound") -> Entry:
    header = {"name": name, "region": county}
    facts = {"repair_due": repair_due.isoformat()} if repair_due else {}
    entry = CreateEntry(None, START, WELLS, header, facts).execute()
    if state == "damaged":
        version_move = declarations.get(WELLS).lifecycle.moves_from("sound")[0]
        MoveEntry(None, START, entry, version_move.id, facts={"damage": "井盖缺失"}).execute()
    return entry


def unit(
    county: Region, name: str, on: date, year: int, state: str = "published", reason: str = "冶炼"
) -> Entry:
    facts = {"list_year": year, "listed_on": on, "published_on": on, "listing_reason": reason}
    return CreateEntry(None, on, UNITS, {"name": name, "region": county}, facts, state=state).execute()


def names(client: Client, register: str, **query: Any) -> list[str]:
    found = client.get(f"{API}/{register}/entries", query)
    assert found.status_code == 200, found.content
    return [item["name"] for item in found.json()["entries"]]


@pytest.fixture
def wells(county: Region) -> None:
    today = timezone.localdate()
    well(county, "完好井", today - timedelta(days=9))  # the day is of no step while it is sound
    well(county, "晚修井", today + timedelta(days=30), "damaged")
    well(county, "未定井", None, "damaged")
    well(county, "逾期井", today - timedelta(days=3), "damaged")


def test_the_most_pressing_comes_first_over_several_pages(officer: User, wells: None) -> None:
    client = as_person(officer)
    assert names(client, WELLS, sort="limit")[:2] == ["逾期井", "晚修井"]
    assert names(client, WELLS, sort="-limit")[-2:] == ["晚修井", "逾期井"]
    seen, cursor = [], ""
    for _ in range(4):
        page = client.get(f"{API}/{WELLS}/entries", {"sort": "limit", "limit": 1, "cursor": cursor}).json()
        seen += [item["name"] for item in page["entries"]]
        cursor = page["following"]
    assert seen[:2] == ["逾期井", "晚修井"]
    assert (sorted(seen[2:]), cursor) == (["完好井", "未定井"], "")


def test_the_page_marks_what_is_late_on_its_day(officer: User, wells: None) -> None:
    client = as_person(officer)
    page = client.get(f"/registers/{WELLS}/?sort=limit").content.decode()
    assert "下一步时限" in page
    assert page.count("逾期 3 天") == 1
    earlier = (timezone.localdate() - timedelta(days=4)).isoformat()
    assert "逾期 3 天" not in client.get(f"/registers/{WELLS}/?on={earlier}").content.decode()
    other = client.get("/registers/priority_parcels/").content.decode()
    assert "下一步时限" not in other, "no step of this register has a last day"


@pytest.fixture
def units(county: Region) -> Entry:
    unit(county, "一直在列", date(2023, 3, 20), 2023)
    unit(county, "只在今年", date(2024, 3, 20), 2024)
    unit(county, "今年未公布", date(2024, 3, 20), 2024, "drafted")
    always = Entry.objects.order_by("pk").first()
    assert always is not None
    given = {"list_year": 2024, "published_on": "2024-03-25", "listing_reason": "续列"}
    MoveEntry(None, date(2024, 3, 25), always, "carry_over", facts=given).execute()
    return always


def test_who_stood_on_the_list_of_a_year(officer: User, units: Entry) -> None:
    client = as_person(officer)
    assert names(client, UNITS, listed_year=2023, sort="name") == ["一直在列"]
    assert sorted(names(client, UNITS, listed_year=2024)) == ["一直在列", "只在今年"]
    assert names(client, UNITS, listed_year=2022) == []
    assert names(client, UNITS, listed_year=2024, on="2024-03-24") == ["只在今年"], (
        "carried over the day after"
    )
    page = client.get(f"/registers/{UNITS}/?listed_year=2023").content.decode()
    assert ("一直在列" in page, "只在今年" in page, 'name="listed_year"' in page) == (True, False, True)
    assert client.get(f"{API}/{UNITS}/entries", {"listed_year": "去年"}).status_code == 422
    plain = client.get("/registers/farmland_units/").content.decode()
    assert 'name="listed_year"' not in plain, "no list of members"


def test_the_year_is_as_it_was_known_then(officer: User, units: Entry) -> None:
    before = timezone.now()
    ChangeFacts(None, date(2024, 3, 25), units, facts={"list_year": 2025}).execute()
    client = as_person(officer)
    assert sorted(names(client, UNITS, listed_year=2024)) == ["只在今年"]
    assert sorted(names(client, UNITS, listed_year=2024, known_at=before.isoformat())) == [
        "一直在列",
        "只在今年",
    ]


def test_without_a_column_the_year_is_that_of_the_calendar(officer: User, county: Region) -> None:
    """A list that is not drawn up by year: 2023 is every day of it on which the entry stood on the list."""
    header = {"name": "甲冶炼有限公司", "region": county}
    for name, on in (
        ("前年起", date(2022, 5, 1)),
        ("年末起", date(2023, 12, 31)),
        ("次年起", date(2024, 1, 1)),
    ):
        CreateEntry(None, on, "heavy_metal_enterprises", header | {"name": name}, {}).execute()
    register = declarations.get("heavy_metal_enterprises")
    assert register.membership is not None
    assert register.lifecycle.initial[0] in register.membership.states
    found = names(as_person(officer), "heavy_metal_enterprises", listed_year=2023)
    assert sorted(found) == ["前年起", "年末起"]


def test_the_workbook_has_the_rows_of_the_list_with_nothing_that_calculates(
    officer: User, county: Region, neighbour: Region, units: Entry
) -> None:
    unit(county, "=HYPERLINK(1)", date(2023, 4, 1), 2023)
    unit(neighbour, "邻县单位", date(2023, 4, 1), 2023)
    client = as_person(officer)
    query = {"listed_year": 2023, "sort": "name", "on": "2023-12-31", "region": str(county.uid)}
    answer = client.get(f"{API}/{UNITS}/workbook", query)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/vnd.openxmlformats")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    heading = [cell.value for cell in sheet[1]]
    column = heading.index(declarations.get(UNITS).name_label)
    assert [row[column] for row in rows] == names(client, UNITS, **query) == ["=HYPERLINK(1)", "一直在列"]
    assert sheet.cell(2, column + 1).data_type == "s"
    reason = heading.index("列入理由")
    assert rows[1][reason] == "冶炼", "as of that day, before it was carried over"
    page = load_workbook(
        io.BytesIO(client.get(f"/registers/{UNITS}/export/?listed_year=2023&sort=name&on=2023-12-31").content)
    )
    assert [[cell.value for cell in row] for row in page.worksheets[0].iter_rows()] == [heading, *rows]
    notes = {row[0].value: row[1].value for row in page.worksheets[-1].iter_rows() if row[0].value}
    assert "名录年度：2023" in notes["筛选条件"]


def test_a_filter_that_cannot_be_read_gives_no_workbook(officer: User, units: Entry) -> None:
    refused = as_person(officer).get(f"{API}/{UNITS}/workbook", {"f_published_on_from": "去年"})
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")


def test_every_list_with_last_days_can_be_sorted_by_them() -> None:
    dated = [item for item in declarations.all_registers() if waiting.limited(item)]
    assert dated
    assert [item.id for item in dated if not waiting.sortable(item)] == []


def test_a_limit_names_a_column_that_is_there() -> None:
    from dataclasses import replace

    register = declarations.get(WELLS)
    moves = (
        replace(register.lifecycle.moves[0], limit=None, limit_field="nothing"),
        *register.lifecycle.moves[1:],
    )
    wrong = replace(register, id="wrong_wells", lifecycle=replace(register.lifecycle, moves=moves))
    with pytest.raises(ValueError, match="nothing"):
        declarations.declare(wrong)
