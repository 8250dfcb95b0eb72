"""Tables out of an uploaded .xlsx, .xls or .csv. Whatever the file claims about itself is checked first."""

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
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from jingtu.errors import CellError, InputError
from jingtu.knowledge.containers import Container, ContainerError, ContainerLimits, is_container
from jingtu.knowledge.oldbooks import guard
from jingtu.knowledge.sheetscan import Seen, SheetLimits, fixed_decimals, scan

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_FORMULA_MARK = re.compile(r"'+(?=[=+\-@\t\r])")
_DEFAULT = SheetLimits()
OLD = b"\xd0\xcf\x11\xe0"  # how an .xls begins


@dataclass(slots=True)
class Sheet:
    """One table as it stands: ``rows[0]`` is the sheet's first row.

    Cells are counted from 0 as (row, column). ``merges`` are first and last cell of merged areas;
    ``formulas`` the formulas whose computed values stand in ``rows``; ``errors`` cells like #DIV/0!;
    ``printed`` numbers whose format shows other decimals than their shortest form; ``hidden_rows`` and
    ``hidden_columns`` are filtered out or hidden on screen, and stand in ``rows`` all the same.
    """

    name: str | None
    rows: list[list[Any]] = field(default_factory=list)
    merges: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)
    hidden: bool = False
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    printed: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def column_letter(index: int) -> str:
    """The letter of a column counted from 0.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    return get_column_letter(index + 1)


def load(stream: IO[bytes], name: str, limits: SheetLimits = _DEFAULT) -> list[Sheet]:
    """Read all tables of an uploaded file.

    Parameters
    ----------
    stream : binary file
        The upload, at its start.
    name : str
        Its name; the kind is told by the content.
    limits : SheetLimits
        How large it may be.

    Raises
    ------
    InputError
        The file is no table that can be read, too large, a bomb, or holds formulas that are not allowed.
    """
    start = stream.read(4)
    stream.seek(0)
    if is_container(start):
        return _load_workbook(stream, name, limits)
    if start == OLD:
        if limits.old:
            return _load_old(stream.read(), name, limits)
        raise _refuse("这是旧版 .xls 或加密的工作簿，请在表格软件中取消密码并另存为 .xlsx 后再导入。", name)
    if start[:4] in (b"%PDF", b"\x89PNG") or start[:3] == b"\xff\xd8\xff":
        raise _refuse("这不是表格文件，请上传 .xlsx 或 .csv。", name)
    return _load_csv(stream.read(), name, limits)


def _refuse(message: str, name: str) -> InputError:
    return InputError(f"文件“{name}”不能导入：{message}", [CellError(message, file=name)])


def too_large(name: str, limits: SheetLimits) -> InputError:
    """The refusal of a table beyond its limits."""
    return _refuse(
        f"工作表过大（最多 {limits.rows} 行、{limits.columns} 列），"
        "请删去数据区以外的行列，或分成几个文件导入。",
        name,
    )


def _load_workbook(stream: IO[bytes], name: str, limits: SheetLimits) -> list[Sheet]:
    try:
        clean, found = _examine(stream, name, limits)
        errors = [error for seen in found.values() for error in seen.refused]
        if errors:
            raise InputError(f"文件“{name}”里有公式，请选中后复制，再粘贴为数值，然后重新上传。", errors)
        return _lay_out(clean, found)
    except ContainerError as error:
        raise _refuse(f"文件{error.what}，{error.advice}", name) from error
    except DefusedXmlException as error:
        raise _refuse("文件含有不允许的外部实体定义，请在表格软件中重新另存为 .xlsx。", name) from error
    except (CalamineError, ParseError, ValueError) as error:
        raise _refuse("文件已损坏或不是 .xlsx 工作簿，请重新另存后上传。", name) from error


def cleaned(stream: IO[bytes], name: str, limits: SheetLimits) -> io.BytesIO:
    """A workbook without what is not read: pictures, macros, links to other files.

    Raises
    ------
    InputError
        As `load` does.
    """
    try:
        return _examine(stream, name, limits)[0]
    except ContainerError as error:
        raise _refuse(f"文件{error.what}，{error.advice}", name) from error


def _lay_out(clean: io.BytesIO, found: dict[str, Seen]) -> list[Sheet]:
    sheets = []
    try:
        with CalamineWorkbook.from_filelike(clean) as book:
            for about in book.sheets_metadata:
                if about.name not in book.sheet_names:
                    continue
                table = book.get_sheet_by_name(about.name)
                sheet = Sheet(about.name, table.to_python(skip_empty_area=False))
                sheet.merges = list(table.merged_cell_ranges or ())
                sheet.hidden = about.visible != SheetVisibleEnum.Visible
                seen = found.get(about.name)
                if seen is not None:
                    sheet.formulas, sheet.errors, sheet.printed = seen.formulas, seen.errors, seen.printed
                    sheet.hidden_rows, sheet.hidden_columns = seen.hidden_rows, seen.hidden_columns
                sheets.append(sheet)
    except Exception:
        raise
    except BaseException as error:
        # The reader under calamine tells of a file it did not expect by a panic, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise ValueError("unreadable") from error
    return sheets


def _examine(stream: IO[bytes], name: str, limits: SheetLimits) -> tuple[io.BytesIO, dict[str, Seen]]:
    """Unpack within limits into a plain archive that holds what was measured and nothing else."""
    clean = io.BytesIO()
    found: dict[str, Seen] = {}
    allowed = ContainerLimits(entries=2000, total_bytes=limits.total_bytes, entry_bytes=limits.total_bytes)
    cells = 0
    with Container(stream, allowed) as source, zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as target:
        if "xl/workbook.xml" not in source.names:
            raise _refuse("这不是 .xlsx 工作簿（可能是 Word 或压缩文件），请上传 .xlsx 或 .csv。", name)
        titles = _titles(source)
        decimals = fixed_decimals(source.read("xl/styles.xml") or b"") if limits.formulas else {}
        for part in source.names:
            if not part.endswith((".xml", ".rels")):
                continue
            content = source.read(part) or b""
            if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                raise _refuse("文件含有不允许的实体定义，请在表格软件中重新另存为 .xlsx。", name)
            if _SHEET.fullmatch(part):
                title = titles.get(part)
                seen = scan(content, name, title, limits, decimals, lambda: too_large(name, limits))
                cells += seen.rows * seen.columns
                if cells > limits.cells:
                    raise too_large(name, limits)
                found[title or part] = seen
            target.writestr(part, content)
    clean.seek(0)
    return clean, found


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


def _load_old(content: bytes, name: str, limits: SheetLimits) -> list[Sheet]:
    try:
        guard(content, limits, lambda: too_large(name, limits))
        return _lay_out(io.BytesIO(content), {})
    except (CalamineError, ValueError) as error:
        raise _refuse(
            "文件已损坏、已加密或不是 .xls 工作簿，请在表格软件中另存为 .xlsx 后上传。", name
        ) from error


def _load_csv(content: bytes, name: str, limits: SheetLimits) -> list[Sheet]:
    if not content.strip():
        raise _refuse("文件是空的。", name)
    text = _decode(content, name)
    head = text[:20_000].split("\n")[:30]
    delimiter = max(",\t;，", key=lambda sign: (sum(sign in line for line in head), head[0].count(sign)))
    try:
        rows = [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise _refuse("文件不是规范的 CSV，请在表格软件中另存为 .xlsx 后再导入。", name) from error
    if len(rows) > limits.rows + 100 or max(map(len, rows), default=0) > limits.columns:
        raise _refuse(f"表格过大（最多 {limits.rows} 行、{limits.columns} 列），请分成几个文件导入。", name)
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
