"""Tables out of an uploaded .xlsx or .csv. Whatever the file claims about itself is checked first."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse
from openpyxl.utils import column_index_from_string, get_column_letter
from python_calamine import CalamineError, CalamineWorkbook

from jingtu.errors import CellError, InputError
from jingtu.knowledge.containers import Container, ContainerError, ContainerLimits, is_container

MOST_ROWS, MOST_COLUMNS = 50_000, 300
_LIMITS = ContainerLimits(entries=2000, total_bytes=200 * 1024 * 1024, entry_bytes=200 * 1024 * 1024)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_FORMULA_MARK = re.compile(r"'+(?=[=+\-@\t\r])")
_MOST_FORMULAS_NAMED = 20


@dataclass(slots=True)
class Sheet:
    """One table as it stands: ``rows[0]`` is the sheet's first row."""

    name: str | None
    rows: list[list[Any]] = field(default_factory=list)


def column_letter(index: int) -> str:
    """The letter of a column counted from 0.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    return get_column_letter(index + 1)


def load(stream: IO[bytes], name: str) -> list[Sheet]:
    """Read all tables of an uploaded file.

    Parameters
    ----------
    stream : binary file
        The upload, at its start.
    name : str
        Its name; the kind is told by the content.

    Raises
    ------
    InputError
        The file is no table that can be read, too large, a bomb, or holds formulas.
    """
    start = stream.read(4)
    stream.seek(0)
    if is_container(start):
        return _load_workbook(stream, name)
    if start == b"\xd0\xcf\x11\xe0":
        raise _refuse("这是旧版 .xls 或加密的工作簿，请在表格软件中取消密码并另存为 .xlsx 后再导入。", name)
    if start[:4] in (b"%PDF", b"\x89PNG") or start[:3] == b"\xff\xd8\xff":
        raise _refuse("这不是表格文件，请上传 .xlsx 或 .csv。", name)
    return _load_csv(stream.read(), name)


def _refuse(message: str, name: str) -> InputError:
    return InputError(f"文件“{name}”不能导入：{message}", [CellError(message, file=name)])


def _load_workbook(stream: IO[bytes], name: str) -> list[Sheet]:
    try:
        clean, errors = _examine(stream, name)
        if errors:
            raise InputError(f"文件“{name}”里有公式，请选中后复制，再粘贴为数值，然后重新上传。", errors)
        with CalamineWorkbook.from_filelike(clean) as book:
            sheets = []
            for title in book.sheet_names:
                table = book.get_sheet_by_name(title)
                sheets.append(Sheet(title, table.to_python(skip_empty_area=False)))
            return sheets
    except ContainerError as error:
        raise _refuse(f"文件{error.what}，{error.advice}", name) from error
    except DefusedXmlException as error:
        raise _refuse("文件含有不允许的外部实体定义，请在表格软件中重新另存为 .xlsx。", name) from error
    except (CalamineError, ParseError, ValueError) as error:
        raise _refuse("文件已损坏或不是 .xlsx 工作簿，请重新另存后上传。", name) from error


def _examine(stream: IO[bytes], name: str) -> tuple[io.BytesIO, list[CellError]]:
    """Unpack within limits into a plain archive that holds what was measured and nothing else."""
    clean = io.BytesIO()
    errors: list[CellError] = []
    with Container(stream, _LIMITS) as source, zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as target:
        if "xl/workbook.xml" not in source.names:
            raise _refuse("这不是 .xlsx 工作簿（可能是 Word 或压缩文件），请上传 .xlsx 或 .csv。", name)
        titles = _titles(source)
        for part in source.names:
            if not part.endswith((".xml", ".rels")):
                continue
            content = source.read(part) or b""
            if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                raise _refuse("文件含有不允许的实体定义，请在表格软件中重新另存为 .xlsx。", name)
            if _SHEET.fullmatch(part):
                errors += _scan_cells(content, name, titles.get(part))
            target.writestr(part, content)
    clean.seek(0)
    return clean, errors


def _titles(source: Container) -> dict[str, str]:
    """Names of sheets by the part that holds them, for messages; empty where the book is unusual."""
    found: dict[str, str] = {}
    try:
        parts = {
            item.get("Id"): str(item.get("Target", ""))
            for _, item in iterparse(io.BytesIO(source.read("xl/_rels/workbook.xml.rels") or b""))
        }
        for _, item in iterparse(io.BytesIO(source.read("xl/workbook.xml") or b"")):
            if item.tag.endswith("}sheet"):
                relation = next((value for key, value in item.attrib.items() if key.endswith("}id")), None)
                part = parts.get(relation, "")
                found["xl/" + part.removeprefix("/xl/").removeprefix("./")] = str(item.get("name"))
    except ParseError:
        return {}
    return found


def _scan_cells(content: bytes, name: str, title: str | None) -> list[CellError]:
    """Measure a sheet before anything lays it out in memory, and name the cells with formulas."""
    errors: list[CellError] = []
    row = column = 0
    for event, item in iterparse(io.BytesIO(content), events=("start", "end")):
        tag = item.tag.rpartition("}")[2]
        if event == "start" and tag == "row":
            row, column = int(item.get("r") or row + 1), 0
        elif event == "start" and tag == "c":
            match = _REFERENCE.fullmatch(item.get("r") or "")
            column = column_index_from_string(match[1]) if match else column + 1
            row = int(match[2]) if match else row
            if row > MOST_ROWS + 100 or column > MOST_COLUMNS:
                raise _refuse(
                    f"工作表过大（最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列），"
                    "请删去数据区以外的行列，或分成几个文件导入。",
                    name,
                )
        elif event == "end" and tag == "f" and len(errors) < _MOST_FORMULAS_NAMED:
            errors.append(
                CellError(
                    "单元格含公式，请粘贴为数值", name, title, row, get_column_letter(max(column, 1)),
                    f"={item.text or ''}"[:80],
                )
            )  # fmt: skip
        elif event == "end" and tag == "row":
            item.clear()
    return errors


def _load_csv(content: bytes, name: str) -> list[Sheet]:
    if not content.strip():
        raise _refuse("文件是空的。", name)
    text = _decode(content, name)
    head = text[:20_000].split("\n", 1)[0]
    delimiter = max(",\t;，", key=head.count)
    try:
        rows = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise _refuse("文件不是规范的 CSV，请在表格软件中另存为 .xlsx 后再导入。", name) from error
    if len(rows) > MOST_ROWS + 100 or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise _refuse(f"表格过大（最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列），请分成几个文件导入。", name)
    return [Sheet(None, [[_unescape(cell) for cell in row] for row in rows])]


def _decode(content: bytes, name: str) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: Sequence[str] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _refuse("认不出文字编码，请在表格软件中另存为 .xlsx 后再导入。", name)


def _unescape(cell: str) -> str:
    """Take off the apostrophe by which an export keeps text from being read as a formula."""
    match = _FORMULA_MARK.match(cell)
    return cell[1:] if match else cell
