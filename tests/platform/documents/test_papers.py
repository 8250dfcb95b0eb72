"""Technical papers: numbers keep their digits in Excel, no cell acts, wide tables lie on their side."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from jingtu.knowledge.papers import Column, Formula, Grid, Heading, Line, Paper, Section, shown
from jingtu.platform.documents import write_paper_docx, write_paper_xlsx

VALUE = 0.0000123456789012345  # fifteen digits: what Excel holds
HOSTILE = "=HYPERLINK(1)"


def paper(rows: int = 2) -> Paper:
    narrow = Grid(
        "窄表", [Column("名称"), Column("数值", align="right")], [[HOSTILE, VALUE]] * rows, ["表注"]
    )
    wide = Grid("宽表", [Column(f"列{index}") for index in range(12)], [[1.5] * 12])
    formula = Formula("A.1", "X", "某量", "mg/kg", "a·b/c", "2×3/4", 1.5)
    return Paper(
        "示例计算书",
        [("评估对象", "示例地块")],
        [
            Section("参数", "参数", [Heading("说明"), Line("一句话。", strong=True), narrow]),
            Section("结果", "结果", [wide]),
            Section("算式", "算式", [formula, formula, Line("完。")]),
        ],
        footer="校验值 abc",
    )


def test_the_workbook_keeps_every_digit_and_no_cell_acts() -> None:
    book = load_workbook(io.BytesIO(write_paper_xlsx(paper())))
    assert book.sheetnames == ["参数", "结果", "算式"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert VALUE in [cell.value for cell in cells]
    assert all(cell.quotePrefix for cell in cells if cell.value == HOSTILE)
    worked = [[cell.value for cell in row] for row in book["算式"].iter_rows()]
    assert worked.count(["A.1", "X", "某量", "a·b/c", "2×3/4", 1.5, "mg/kg"]) == 2
    assert sum(row[0] == "式号" for row in worked) == 1, "one head for formulas that follow each other"


def test_the_letter_turns_for_wide_tables_and_says_all() -> None:
    document = Document(io.BytesIO(write_paper_docx(paper())))
    turns = [section.orientation for section in document.sections]
    assert turns == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in (
        "示例计算书",
        "评估对象：示例地块",
        "一、参数",
        "三、算式",
        "X = a·b/c",
        "= 2×3/4 = 1.5 mg/kg",
    ):
        assert words in text
    assert [cell.text for cell in document.tables[0].rows[1].cells] == [HOSTILE, "1.235×10⁻⁵"]


def test_a_long_table_is_cut_on_paper_and_whole_in_the_workbook() -> None:
    long = paper(rows=1_800)
    document = Document(io.BytesIO(write_paper_docx(long)))
    assert len(document.tables[0]._tbl.tr_lst) == 1_501
    assert "本表共 1800 行，此处列前 1500 行" in "\n".join(item.text for item in document.paragraphs)
    sheet = load_workbook(io.BytesIO(write_paper_xlsx(long)))["参数"]
    assert sum(cell.value == HOSTILE for cell in sheet["A"]) == 1_800


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="row 1 has 1 cells"):
        Grid("", [Column("甲"), Column("乙")], [["一"]])


@given(st.floats(min_value=-1e300, max_value=1e300))
def test_what_is_shown_is_the_number_to_four_digits(value: float) -> None:
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    mantissa, _, power = shown(value).partition("×10")
    read = float(f"{mantissa}e{power.translate(raised) or 0}")
    assert read == pytest.approx(value, rel=5.0001e-4, abs=1e-323)


def test_tables_of_a_sheet_share_its_columns() -> None:
    wide = Grid("宽", [Column(f"列{index}") for index in range(8)], [["甲"] * 8])
    narrow = Grid("窄", [Column("编号", 1), Column("说明", 7)], [["一", "很长的说明"]])
    sheet = load_workbook(
        io.BytesIO(write_paper_xlsx(Paper("表", [], [Section("节", "节", [wide, narrow])])))
    )["节"]
    at = {cell.value: cell.column_letter for row in sheet.iter_rows() for cell in row if cell.value}
    assert (at["列7"], at["一"], at["很长的说明"]) == ("H", "A", "B")
    row = next(row for row in range(1, 20) if sheet.cell(row, 1).value == "一")
    assert f"B{row}:H{row}" in {str(area) for area in sheet.merged_cells.ranges}
