"""What a workbook holds beside its values: formulas, errors, formats, and limits of what is read."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from openpyxl import Workbook
from tests.knowledge.labsheets.oldbook import old_book
from tests.knowledge.labsheets.sheets_of import found, lines, named, read, text, workbook

from jingtu.errors import InputError
from jingtu.knowledge.labsheets import read_book, read_results

ROWS = [["样品编号", "镉(mg/kg)", "铅(mg/kg)"], ["S1", 0.3, 20], ["S2", 0.4, 30]]


def rewritten(content: bytes, old: bytes, new: bytes) -> bytes:
    """A workbook with some bytes of its first sheet exchanged."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(stream, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert old in part
                part = part.replace(old, new)
            after.writestr(name, part)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("cell", "raw", "expected"),
    [
        (b'<c r="B2"><f>AVERAGE(B3,0.2)</f><v>0.3</v></c>', "0.3", [("formula", 2, "B")]),
        (b'<c r="B2"><f t="shared" si="0"/><v>0.3</v></c>', "0.3", [("formula", 2, "B")]),
        (b'<c r="B2"><f>1+2</f></c>', None, [("formula_empty", 2, "B")]),
        (
            b'<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
            "#DIV/0!",
            [("error_cell", 2, "B"), ("formula", 2, "B")],
        ),
        (b'<c r="B2" t="e"><v>#N/A</v></c>', "#N/A", [("error_cell", 2, "B")]),
        (b'<c r="B2"><v>0.30000000000000004</v></c>', "0.3", []),
        (b'<c r="B2"><v>1E-3</v></c>', "0.001", []),
        (b'<c r="B2" t="b"><v>1</v></c>', "是", [("type_value", 2, "B")]),
    ],
)
def test_cells(cell: bytes, raw: str | None, expected: list[tuple[str, int, str]]) -> None:
    content = rewritten(workbook(ROWS), b'<c r="B2" t="n"><v>0.3</v></c>', cell)
    table = read(content)
    printed = {(sample, analyte): text for sample, analyte, text in lines(table, "sample", "analyte", "raw")}
    assert printed.get(("S1", "镉")) == raw
    assert printed["S1", "铅"] == "20"
    assert named(found(content)) == expected


@pytest.mark.parametrize(
    ("shown", "value", "raw"),
    [
        ("0.00", 0.3, "0.30"), ("0.000", 12, "12.000"), ("#,##0.00", 1234.5, "1234.50"), ("0.0_ ", 0.3, "0.3"),
        # What a format hides is not thrown away.
        ("0.00", 0.304, "0.304"), ("0", 0.3, "0.3"), ("General", 0.3, "0.3"), ("0.00E+00", 0.3, "0.3"), ("0.00%", 0.3, "0.3"),
    ],
)  # fmt: skip
def test_decimals_that_a_format_shows(shown: str, value: float, raw: str) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [["样品编号", "镉(mg/kg)"], ["S1", value]]:
        sheet.append(row)
    sheet["B2"].number_format = shown
    stream = io.BytesIO()
    book.save(stream)
    assert read(stream.getvalue())["raw"] == [raw]
    assert read(stream.getvalue())["value"] == [value]


@pytest.mark.parametrize("prefix", [b"<!-- x -->", b""])
def test_a_sheet_that_is_written_unusually_is_measured_too(prefix: bytes) -> None:
    content = rewritten(workbook(ROWS), b"<sheetData>", b"<sheetData>" + prefix)
    content = rewritten(content, b'<c r="B2" t="n"><v>', b"<c t='n' r='B2'><f>1+1</f><v>")
    table = read(content)
    assert table["raw"] == ["0.3", "20", "0.4", "30"]
    assert named(found(content)) == [("formula", 2, "B")]


@pytest.mark.parametrize(
    "cell", [b'<c r="A1048576"><v>1</v></c>', b'<c r="XFD9"><v>1</v></c>', b"<c r='XFD9'><v>1</v></c>"]
)
def test_a_far_cell_is_not_laid_out(cell: bytes) -> None:
    content = rewritten(workbook(ROWS), b"</sheetData>", b'<row r="9">' + cell + b"</row></sheetData>")
    with pytest.raises(InputError, match="工作表过大"):
        read(content)


def test_few_cells_that_span_a_large_area_are_not_laid_out() -> None:
    cells = b'<row r="190000"><c r="A190000"><v>1</v></c><c r="CV190000"><v>1</v></c></row></sheetData>'
    with pytest.raises(InputError, match="工作表过大"):
        read(rewritten(workbook(ROWS), b"</sheetData>", cells))


def test_the_number_of_rows_is_a_limit_of_the_caller() -> None:
    content = workbook([["样品编号", "镉(mg/kg)"], *([f"S{number}", 0.3] for number in range(300))])
    assert len(read_book(io.BytesIO(content), "a.xlsx").sheets[0].rows) == 301
    with pytest.raises(InputError, match="最多 100 行"):
        read_book(io.BytesIO(content), "a.xlsx", rows=100)


def far(row: int, column: int) -> bytes:
    return struct.pack("<HHHHHd", 0x0203, 14, row, column, 0, 1.0)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (far(65535, 200), "工作表过大"),
        (struct.pack("<HHHHHHH", 0x00BE, 10, 65000, 250, 0, 0, 255), "工作表过大"),
        (struct.pack("<HHHHH", 0x002F, 6, 0, 0, 0), "加密"),
    ],
)
def test_an_old_workbook_is_measured_before_it_is_opened(extra: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(old_book(ROWS, extra), "检测结果.xls")


def test_an_old_workbook_of_many_tables_is_measured_as_a_whole() -> None:
    one = (
        far(60_000, 60)
        + struct.pack("<HH", 0x000A, 0)
        + struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 0x10, 0, 0, 0, 0)
    )
    assert read_book(io.BytesIO(old_book(ROWS, one)), "a.xls").sheets
    with pytest.raises(InputError, match="工作表过大"):
        read(old_book(ROWS, one * 3), "检测结果.xls")


def test_a_file_that_is_empty_or_missing_says_so(tmp_path: object) -> None:
    with pytest.raises(InputError, match="没有任何内容"):
        read_book(io.BytesIO(workbook([])), "空.xlsx")
    with pytest.raises(InputError, match="不存在"):
        read_results("没有这个文件.csv")


def test_a_title_with_commas_above_a_text_table_does_not_change_its_columns() -> None:
    content = text("检测结果，共两份，见下表", "样品编号;镉(mg/kg)", "S1;0.3")
    assert read(content)["raw"] == ["0.3"]
