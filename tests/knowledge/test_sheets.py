"""Tables out of uploaded files: read in any encoding, or refused in one sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from tests.platform.registers.books import HEAD, book

from jingtu.errors import InputError
from jingtu.knowledge import sheets

LIMITS = sheets.SheetLimits()


def refused(stream: io.BytesIO, name: str = "清单.xlsx", limits: sheets.SheetLimits = LIMITS) -> str:
    with pytest.raises(InputError) as caught:
        sheets.load(stream, name, limits)
    assert caught.value.errors
    return caught.value.message


def rewritten(change: Callable[[str, bytes], bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(book([HEAD, ["1", "甲", "青禾县", "已纳入"]])) as old,
        zipfile.ZipFile(stream, "w") as new,
    ):
        for member in old.namelist():
            new.writestr(member, change(member, old.read(member)))
    stream.seek(0)
    return stream


def test_formulas_are_named_with_their_cells() -> None:
    with pytest.raises(InputError) as caught:
        sheets.load(book([HEAD, ["1", "=1+1", "青禾县", "已纳入"]], "甲表", text=False), "清单.xlsx")
    error = caught.value.errors[0]
    assert (error.sheet, error.row, error.column, error.value) == ("甲表", 2, "B", "=1+1")


def test_a_bomb_is_not_unpacked() -> None:
    grown = rewritten(lambda name, data: data + b" " * 200_000 if "sheet1" in name else data)
    assert "解压后过大" in refused(grown, limits=sheets.SheetLimits(total_bytes=100_000))


def test_a_cell_at_the_end_of_the_sheet_is_not_laid_out_in_memory() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    assert "工作表过大" in refused(rewritten(lambda _name, data: data.replace(b"</sheetData>", far)))


def test_entities_are_refused() -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'

    def inject(name: str, data: bytes) -> bytes:
        return data.replace(b"<worksheet", doctype + b"<worksheet", 1) if "sheet1" in name else data

    assert "实体" in refused(rewritten(inject))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04broken", "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版"),
        (b"%PDF-1.7", "不是表格"),
        (b"", "空的"),
        (b"\xff\xfe\x00\x00\x00", "文字编码"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(content: bytes, words: str) -> None:
    assert words in refused(io.BytesIO(content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_tables_come_in_any_chinese_encoding(encoding: str, delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in [["地块名称", "备注"], ["甲", "'=1+1"], ["乙", "'是"]])
    loaded = sheets.load(io.BytesIO(text.encode(encoding)), "清单.csv")
    assert loaded[0].rows == [["地块名称", "备注"], ["甲", "=1+1"], ["乙", "'是"]]


def test_hidden_rows_and_columns_are_told() -> None:
    made = Workbook()
    assert made.active is not None
    for row in range(1, 5):
        made.active.append([row, row, row, row])
    made.active.row_dimensions[3].hidden = True
    made.active.column_dimensions.group("B", "C", hidden=True)
    stream = io.BytesIO()
    made.save(stream)
    stream.seek(0)
    (sheet,) = sheets.load(stream, "表.xlsx")
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({2}, {1, 2})
    assert len(sheet.rows) == 4
