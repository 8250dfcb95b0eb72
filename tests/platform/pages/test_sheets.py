"""A list as a spreadsheet: what stands in the cells, and what never becomes a formula."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from jingtu.platform.pages import sheets


def rows_of(content: bytes) -> list[tuple[object, ...]]:
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_headings_note_and_rows() -> None:
    book = sheets.workbook(
        "任务清单", ["任务", "期限"], [["排查", date(2024, 6, 30)], ["整治", None]], note="2024-06-30"
    )
    found = rows_of(book)
    assert found[0][0] == "2024-06-30"
    assert found[1] == ("任务", "期限")
    assert (found[2][0], found[2][1].date()) == ("排查", date(2024, 6, 30))  # type: ignore[attr-defined]
    assert found[3] == ("整治", None)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_no_text_becomes_a_formula(text: str) -> None:
    (cell,) = rows_of(sheets.workbook("清单", ["内容"], [[text]]))[1]
    assert isinstance(cell, str)
    assert cell.startswith("'")


def test_a_negative_figure_stays_a_figure() -> None:
    assert rows_of(sheets.workbook("清单", ["数"], [[-3.5]]))[1] == (-3.5,)


def test_signs_that_a_spreadsheet_cannot_hold_are_left_out() -> None:
    assert rows_of(sheets.workbook("清单", ["内容"], [["上\x00下\x1f"]]))[1] == ("上下",)
