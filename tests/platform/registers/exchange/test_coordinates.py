"""Longitude and latitude in one cell go into their two columns, in either order; what is not both is a cell error."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from jingtu.knowledge.sheets import load
from jingtu.platform.registers.coordinates import degree_pair
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.exchange.guessing import survey
from jingtu.platform.registers.exchange.importing import dry_run
from jingtu.platform.registers.exchange.reading import LIMITS

ON = date(2024, 6, 30)
# 25′12″ are 0.42 and 19′30″ are 0.325 of a degree.
PLACE = (Decimal("109.42"), Decimal("24.325"))


@pytest.mark.parametrize(
    "text",
    [
        "109.42,24.325", "109.42，24.325", "24.325, 109.42", "109.42、24.325", "109.42 24.325", "109.42/24.325",
        "E109°25′12″ N24°19′30″", "E109°25′12″N24°19′30″", "N24°19′30″，E109°25′12″", "109°25′12″E24°19′30″N",
        "东经109°25′12″，北纬24°19′30″", "东经109度25分12秒北纬24度19分30秒", "经度：109.42；纬度：24.325",
        "（109.42，24.325）", "109°25′12″24°19′30″", "109.42\n24.325",
    ],
)  # fmt: skip
def test_ways_of_writing_one_place(text: str) -> None:
    assert tuple(round(value, 7) for value in degree_pair(text)) == PLACE


@pytest.mark.parametrize(
    "text",
    ["109.42", "109.42,109.43", "N109.42,E24.325", "109.42,24.325,12", "109.4224.325", "城东三里", "500123,2690456"],
)  # fmt: skip
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"经度|纬度"):
        degree_pair(text)


@given(
    st.decimals(73, 136, places=6),
    st.decimals(3, 54, places=6),
    st.sampled_from([",", "，", "；", " ", "/", "、"]),
)
def test_any_place_of_the_country_comes_back(east: Decimal, north: Decimal, between: str) -> None:
    assert degree_pair(f"{east}{between}{north}") == (east, north)
    assert degree_pair(f"{north}{between}{east}") == (east, north)


def table(heading: str, *cells: Any) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["企业名称", "行政区", "生产状态", heading])
    for number, cell in enumerate(cells):
        sheet.append([f"示例{number}厂", "青禾县", "停产", cell])
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def look(county: Any, heading: str, *cells: Any) -> Any:
    stream = table(heading, *cells)
    return dry_run(get("heavy_metal_enterprises"), stream, "表.xlsx", actor=None, on=ON, region=county)


@pytest.mark.django_db
@pytest.mark.parametrize("heading", ["经纬度", "经度/纬度", "坐标", "中心坐标（经度，纬度）"])
def test_one_cell_fills_two_columns(county: Any, heading: str) -> None:
    diff = look(county, heading, "109.42,24.325", "E109°25′12″ N24°19′30″", "/", None)
    assert (diff.errors, diff.questions) == ([], [])
    places = [(row.facts.get("longitude"), row.facts.get("latitude")) for row in diff.rows]
    assert places == [PLACE, PLACE, (None, None), (None, None)]
    # 生产状态 of such a list is the state of the entry.
    assert {row.stages[-1][1] for row in diff.rows} == {"suspended"}


@pytest.mark.django_db
def test_a_cell_that_is_no_place_is_told_with_its_place(county: Any) -> None:
    diff = look(county, "经纬度", "109.42,24.325", "109.42")
    [error] = diff.errors
    assert (error.row, error.column, error.value) == (3, "D（经纬度）", "109.42")


@pytest.mark.django_db
def test_columns_of_their_own_go_first(county: Any) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["企业名称", "行政区", "经度", "纬度", "坐标"])
    sheet.append(["示例厂", "青禾县", 109.42, 24.325, "110.1,25.2"])
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    diff = dry_run(get("heavy_metal_enterprises"), stream, "表.xlsx", actor=None, on=ON, region=county)
    assert diff.errors == []
    assert (diff.rows[0].facts["longitude"], diff.rows[0].facts["latitude"]) == PLACE


@pytest.mark.django_db
def test_a_column_is_told_by_its_content(county: Any) -> None:
    sheets = load(table("厂址位置图幅", "109.42,24.325", "109.5，24.1"), "表.xlsx", LIMITS)
    found = survey(get("heavy_metal_enterprises"), sheets)
    assert found is not None
    assert found.guesses[3].target == "coordinates"
