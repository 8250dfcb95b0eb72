"""The corrected workbook: bad cells marked, nothing that acts, and read again as if never marked."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from tests.knowledge.labsheets.oldbook import old_book
from tests.knowledge.labsheets.sheets_of import EXAMPLES, example, found, lines, named, read, text, workbook

from jingtu.errors import CellError
from jingtu.knowledge import marking
from jingtu.knowledge.labsheets import Finding, check, mark, read_book

BAD = "示例检测结果（有误）.xlsx"
RED, YELLOW = "00F8CBAD", "00FFE699"


def marked(content: bytes, name: str = "检测结果.xlsx") -> dict[str, Worksheet]:
    book = load_workbook(io.BytesIO(mark(content, check(read(content, name)), name)))
    return {sheet.title: sheet for sheet in book.worksheets}


def test_bad_cells_are_coloured_and_say_what_to_do() -> None:
    sheets = marked((EXAMPLES / BAD).read_bytes())
    bad = sheets["土壤检测结果"]["D5"]
    assert bad.value == "O.12"
    assert bad.fill.fgColor.rgb == RED
    assert bad.comment is not None
    assert (
        bad.comment.text == "错误：镉的结果不是数字。请填数字；未检出填“<检出限”“检出限L”或“ND”并注明检出限"
    )
    assert sheets["土壤检测结果"]["H11"].fill.fgColor.rgb == YELLOW
    assert sheets["土壤检测结果"]["C5"].fill.fgColor.rgb == "00000000"
    assert "A1:I1" in [str(area) for area in sheets["土壤检测结果"].merged_cells.ranges]
    assert sheets["土壤检测结果"]["D6"].number_format == "0.00"


def test_the_list_of_findings_stands_first() -> None:
    content = (EXAMPLES / BAD).read_bytes()
    sheets = marked(content)
    first = next(iter(sheets.values()))
    assert first.title == "问题清单"
    assert [cell.value for cell in first[2]] == [
        "序号", "级别", "工作表", "行", "列", "单元格内容", "问题", "怎么改",
    ]  # fmt: skip
    assert first.max_row - 2 == len(check(read(content)))


@pytest.mark.parametrize(
    "name", ["示例检测结果（有误）.xlsx", "农用地长表.csv", "合并单元格.xlsx", "质控样.xlsx"]
)
def test_a_marked_file_is_read_as_before(name: str) -> None:
    content = (EXAMPLES / name).read_bytes()
    before = example(name)
    findings = check(before)
    again = read(mark(content, findings, name))
    columns = (
        "sample",
        "analyte",
        "raw",
        "unit",
        "detection_limit",
        "depth_top",
        "sampled_on",
        "qc_kind",
        "row",
        "column",
    )
    assert lines(again, *columns) == lines(before, *columns)
    assert named(check(again)) == named(findings)


def test_a_corrected_file_loses_its_marks_when_it_is_marked_again() -> None:
    content = workbook([["样品编号", "镉(mg/kg)"], ["S1", "O.3"], ["S2", "无"]])
    book = load_workbook(io.BytesIO(mark(content, found(content))))
    book["表1"]["B2"] = 0.3
    stream = io.BytesIO()
    book.save(stream)
    corrected = stream.getvalue()
    assert named(found(corrected)) == [("type_value", 3, "B")]
    again = load_workbook(io.BytesIO(mark(corrected, found(corrected))))
    assert again.sheetnames == ["问题清单", "表1"]
    assert again["表1"]["B2"].comment is None
    assert again["表1"]["B2"].fill.fgColor.rgb == "00000000"
    assert again["表1"]["B3"].comment is not None


def test_a_mark_on_a_merged_cell_stands_on_its_first_cell() -> None:
    content = workbook(
        [["样品编号", "深度", "镉(mg/kg)"], ["S1", "深", 0.3], [None, None, 0.4]], merges=["A2:A3", "B2:B3"]
    )
    sheet = load_workbook(io.BytesIO(mark(content, found(content))))["表1"]
    assert sheet["B2"].comment is not None


ACTING = ["=cmd|'/C calc'!A0", "+1+1", "@SUM(A1)", '=HYPERLINK("http://example.invalid")']


@pytest.mark.parametrize("kind", ["xlsx", "csv", "xls", "large"])
def test_nothing_in_a_marked_file_acts(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["样品编号", "镉(mg/kg)"], *([code, "x"] for code in ACTING)]
    if kind == "csv":
        content = text(*(",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in rows))
    elif kind == "xls":
        content = old_book(rows)
    else:
        content = workbook(rows)
        if kind == "large":
            monkeypatch.setattr(marking, "_KEPT_AS_IT_IS", 0)
    findings = found(content) if kind in ("csv", "xls") else []
    hostile = Finding(
        CellError(ACTING[0], None, ACTING[1], 2, "A", ACTING[2]), "type_value", "error", ACTING[3]
    )
    result = mark(content, [*findings, hostile])
    for sheet in load_workbook(io.BytesIO(result)).worksheets:
        assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []
    with zipfile.ZipFile(io.BytesIO(result)) as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name), name
            assert "externalLink" not in name


def test_a_large_file_is_written_anew_with_its_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    content = (EXAMPLES / BAD).read_bytes()
    monkeypatch.setattr(marking, "_KEPT_AS_IT_IS", 0)
    sheets = marked(content)
    assert sheets["土壤检测结果"]["D5"].fill.fgColor.rgb == RED
    assert sheets["土壤检测结果"]["H11"].fill.fgColor.rgb == YELLOW
    assert sheets["土壤检测结果"]["C5"].fill.fgColor.rgb == "00000000"
    assert sheets["土壤检测结果"]["D5"].comment is not None
    assert sheets["样品信息"]["I3"].value == datetime(2026, 5, 11)
    assert named(check(read(mark(content, check(read(content)))))) == named(check(read(content)))


def test_text_that_begins_like_a_formula_is_an_error() -> None:
    findings = found(text("样品编号,镉(mg/kg)", "=1+1,0.3", "S2,0.3"))
    assert [(item.code, item.row, item.column, item.blocks) for item in findings] == [
        ("formula_text", 2, "A", True)
    ]


def test_only_the_list_that_marking_adds_is_passed_over(tmp_path: Path) -> None:
    own = workbook(问题清单=[["样品编号", "镉(mg/kg)"], ["S1", 0.3]])
    assert [sheet.name for sheet in read_book(io.BytesIO(own), "a.xlsx").sheets] == ["问题清单"]
