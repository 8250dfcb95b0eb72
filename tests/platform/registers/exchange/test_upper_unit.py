"""A unit printed over several columns holds for each of them; without one anywhere it is asked for."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.exchange.importing import dry_run

pytestmark = pytest.mark.django_db
ON = date(2024, 6, 30)


def table(upper: str) -> io.BytesIO:
    book = Workbook()
    sheet = book.active
    sheet.append(["企业名称", "行政区", upper, None])
    sheet.append([None, None, "铅基准年排放量", "镉基准年排放量"])
    sheet.append(["青禾冶炼厂", "青禾县", 12, 3])
    sheet.merge_cells("C1:D1")
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:B2")
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def look(upper: str, county: Any) -> Any:
    return dry_run(get("heavy_metal_enterprises"), table(upper), "表.xlsx", actor=None, on=ON, region=county)


@pytest.mark.parametrize(("unit", "grams"), [("千克", 12_000), ("吨", 12_000_000), ("克", 12)])
def test_the_unit_above_holds_for_what_is_below(county: Any, unit: str, grams: int) -> None:
    diff = look(f"排放量（{unit}）", county)
    assert (diff.errors, diff.questions) == ([], [])
    assert diff.rows[0].facts["base_pb"] == grams
    assert diff.rows[0].facts["base_cd"] == grams // 4


def test_a_unit_that_nobody_knows_is_not_taken_for_one(county: Any) -> None:
    diff = look("排放量（标准箱）", county)
    assert diff.errors or diff.questions


def test_no_unit_anywhere_is_asked(county: Any) -> None:
    diff = look("排放量", county)
    assert diff.questions
