"""Official tables: layout of GB/T 9704-2012, nothing evaluates, nothing is lost."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.shared import Mm, Pt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from jingtu.errors import NotConfiguredError
from jingtu.platform.documents import Column, Table, write_docx, write_xlsx
from jingtu.platform.documents.layout import measure

HOSTILE = ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", '=HYPERLINK("x")']


def table(rows: list[list[str]], **more: object) -> Table:
    columns = [Column("重点内容", merge=True, align="center"), Column("事项", 3), Column("进展情况", 4)]
    return Table(title="示例进展情况表", columns=columns, rows=rows, **more)  # type: ignore[arg-type]


def cells(data: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text: str) -> None:
    sheet = load_workbook(
        io.BytesIO(write_xlsx(table([["甲", text, text]], head=[("填报人", text)])))
    ).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    quoted = [cell for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert quoted, "the text itself is kept"
    assert all(cell.quotePrefix for cell in quoted)


def test_equal_neighbours_are_one_cell_in_both_files() -> None:
    rows = [["源头预防", "一", "甲"], ["源头预防", "二", "乙"], ["风险管控", "三", "丙"]]
    sheet = load_workbook(io.BytesIO(write_xlsx(table(rows)))).worksheets[0]
    assert "A3:A4" in {str(area) for area in sheet.merged_cells.ranges}
    grid = Document(io.BytesIO(write_docx(table(rows)))).tables[0]
    assert grid.cell(1, 0)._tc is grid.cell(2, 0)._tc
    assert grid.cell(1, 0).text == "源头预防"
    assert grid.cell(3, 0).text == "风险管控"


def test_page_follows_the_standard() -> None:
    # GB/T 9704-2012, 5.2.1: top 37 mm, binding edge 28 mm, text block 156 mm by 225 mm; 7.3.1: title 22 pt.
    document = Document(io.BytesIO(write_docx(table([["甲", "乙", "丙"]]))))
    section = document.sections[0]
    sizes = {
        "width": section.page_width,
        "height": section.page_height,
        "top": section.top_margin,
        "left": section.left_margin,
        "text width": section.page_width - section.left_margin - section.right_margin,
        "text height": section.page_height - section.top_margin - section.bottom_margin,
    }
    # Word counts in twentieths of a point: 0.02 mm.
    measured = {name: round(value / Mm(1), 1) for name, value in sizes.items()}
    assert measured == {
        "width": 210.0,
        "height": 297.0,
        "top": 37.0,
        "left": 28.0,
        "text width": 156.0,
        "text height": 225.0,
    }
    title = next(paragraph for paragraph in document.paragraphs if paragraph.text == "示例进展情况表")
    assert title.runs[0].font.size == Pt(22)
    footer = section.footer.paragraphs[0]
    assert "PAGE" in footer._p.xml
    assert footer.text.startswith("— ")


def test_heading_row_repeats_on_every_page() -> None:
    data = write_docx(table([["甲", "乙", "丙"]] * 3))
    assert "w:tblHeader" in Document(io.BytesIO(data)).tables[0].rows[0]._tr.xml
    sheet = load_workbook(io.BytesIO(write_xlsx(table([["甲", "乙", "丙"]])))).worksheets[0]
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.page_setup.fitToWidth == 1


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=6))
def test_any_text_can_be_printed(pairs: list[tuple[str, str]]) -> None:
    rows = [["甲", first, second] for first, second in pairs]
    printed = cells(write_xlsx(table(rows)))
    assert len(printed) == 2 + len(rows)
    assert len(Document(io.BytesIO(write_docx(table(rows)))).tables[0].rows) == 1 + len(rows)


def test_a_row_of_the_wrong_width_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells"):
        table([["甲", "乙"]])


def test_an_unknown_measure_is_not_guessed() -> None:
    with pytest.raises(NotConfiguredError):
        measure("gutter")
