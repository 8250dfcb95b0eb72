"""The uploaded workbook handed back with its bad cells marked, to be corrected and sent again.

No formula leaves: computed values stand in the copy, and text that begins like a formula stays text.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from jingtu.knowledge import sheets
from jingtu.knowledge.labsheets.grids import Grid
from jingtu.knowledge.labsheets.model import Book, Finding
from jingtu.knowledge.labsheets.reading import FINDINGS_SHEET, FINDINGS_TITLE, LIMITS, read_book

AUTHOR = "核对"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_KEPT_AS_IT_IS = 300_000  # cells of a workbook whose look is kept; larger ones are written anew
_MOST_MARKED, _MOST_LISTED = 5_000, 20_000
_LONGEST_COMMENT, _LONGEST_CELL = 1_000, 32_767
_ERROR = PatternFill("solid", fgColor="F8CBAD")
_WARNING = PatternFill("solid", fgColor="FFE699")
_HEAD = PatternFill("solid", fgColor="E6F0EC")
_HEADINGS = ("序号", "级别", "工作表", "行", "列", "单元格内容", "问题", "怎么改")
_WIDTHS = (6, 8, 16, 8, 6, 24, 48, 56)
_LEVELS = {"error": "错误", "warning": "提醒"}


def mark(original: bytes, findings: Sequence[Finding], name: str = "检测结果.xlsx") -> bytes:
    """A copy of a file as .xlsx: bad cells coloured and commented, all findings in a sheet of their own.

    Parameters
    ----------
    original : bytes
        The file as it was uploaded: .xlsx, .xls or text.
    findings : sequence of Finding
        What was found in it.
    name : str
        Its name, for messages.

    Returns
    -------
    bytes
        The workbook. The marks and the sheet 问题清单 are passed over when it is read again.

    Raises
    ------
    InputError
        The file is no table that can be read.
    """
    book = read_book(io.BytesIO(original), name)
    cells = sum(len(sheet.rows) * max(map(len, sheet.rows), default=0) for sheet in book.sheets)
    if book.kind == "xlsx" and cells <= _KEPT_AS_IT_IS:
        try:
            return _marked_as_it_is(original, name, findings)
        except Exception:  # noqa: BLE001 - a workbook unusual enough to break its writer is written anew
            return _written_anew(book, findings)
    return _written_anew(book, findings)


def _marked_as_it_is(original: bytes, name: str, findings: Sequence[Finding]) -> bytes:
    clean = sheets.cleaned(io.BytesIO(original), name, LIMITS)
    made = load_workbook(clean, data_only=True, keep_links=False)
    for title in list(made.sheetnames):
        table = made[title]
        if title.startswith(FINDINGS_SHEET) and table["A1"].value == FINDINGS_TITLE:
            made.remove(table)
            continue
        for row in table.iter_rows():
            for each in row:
                _settle(each)
    made.defined_names.clear()
    _list(made.create_sheet(FINDINGS_SHEET, 0), findings)
    made.active = 0
    for (title, line, column), items in _by_cell(findings).items():
        if title not in made.sheetnames:
            continue
        cell: Any = made[title].cell(line, column)
        if isinstance(cell, MergedCell):
            area = next(area for area in made[title].merged_cells.ranges if cell.coordinate in area)
            cell = made[title].cell(area.min_row, area.min_col)
        before = cell.comment.text + "\n" if cell.comment else ""
        cell.comment = _comment(before + _words(items))
        cell.fill = _fill(items)
    for other in made.worksheets[1:]:
        other.sheet_view.tabSelected = False
    return _bytes(made)


def _settle(cell: Any) -> None:
    """Take off the marks of an earlier copy, and keep text from becoming a formula."""
    if isinstance(cell, MergedCell):
        return
    if cell.comment is not None and cell.comment.author == AUTHOR:
        cell.comment = None
        cell.fill = PatternFill()
    if isinstance(cell.value, str) and cell.value.startswith(_FORMULA_STARTS):
        _put(cell, cell.value)


def _written_anew(book: Book, findings: Sequence[Finding]) -> bytes:
    made = Workbook(write_only=True)
    _list(made.create_sheet(FINDINGS_SHEET), findings)
    marks = _by_cell(findings)
    used = {FINDINGS_SHEET.lower()}
    for sheet in book.sheets:
        title = _title(sheet.name or "检测结果", used)
        table = made.create_sheet(title)
        if sheet.hidden:
            table.sheet_state = "hidden"
        rows = Grid(sheet).rows
        by_row: dict[int, dict[int, list[Finding]]] = defaultdict(dict)
        for (name, line, column), items in marks.items():
            if name == (sheet.name or ""):
                by_row[line][column] = items
        for number, row in enumerate(rows, start=1):
            made_row: list[Any] = [_safe(table, value) for value in row]
            for column, items in by_row.get(number, {}).items():
                made_row += [None] * (column - len(made_row))
                cell = made_row[column - 1]
                if not isinstance(cell, Cell):
                    cell = WriteOnlyCell(table, value=cell)
                cell.fill = _fill(items)
                cell.comment = _comment(_words(items))
                made_row[column - 1] = cell
            table.append(made_row)
    return _bytes(made)


def _title(name: str, used: set[str]) -> str:
    title = "".join("_" if sign in "[]:*?/\\" else sign for sign in name)[:31] or "表"
    while title.lower() in used:
        title = f"{title[:28]}_{len(used)}"
    used.add(title.lower())
    return title


def _safe(table: Any, value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, float, date, datetime)):
        return value
    text = str(value)
    if not text.startswith(_FORMULA_STARTS):
        return ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST_CELL]
    cell = WriteOnlyCell(table, value="")
    _put(cell, text)
    return cell


def _put(cell: Any, text: str) -> None:
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST_CELL]
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True


def _by_cell(findings: Sequence[Finding]) -> dict[tuple[str, int, int], list[Finding]]:
    found: dict[tuple[str, int, int], list[Finding]] = defaultdict(list)
    for item in findings:
        if item.row is None or len(found) >= _MOST_MARKED:
            continue
        try:
            column = column_index_from_string(item.column) if item.column else 1
        except ValueError:
            continue
        found[item.sheet or "", item.row, column].append(item)
    return found


def _words(items: Sequence[Finding]) -> str:
    return "\n".join(
        f"{_LEVELS[item.severity]}：{item.message}。{item.advice}" for item in items
    )[:_LONGEST_COMMENT]  # fmt: skip


def _comment(text: str) -> Comment:
    return Comment(ILLEGAL_CHARACTERS_RE.sub("", text), AUTHOR, height=110, width=320)


def _fill(items: Sequence[Finding]) -> PatternFill:
    return _ERROR if any(item.blocks for item in items) else _WARNING


def _list(table: Any, findings: Sequence[Finding]) -> None:
    """The sheet of findings. Its first cell tells a reader to pass it over."""
    for place, width in enumerate(_WIDTHS, start=1):
        table.column_dimensions[get_column_letter(place)].width = width
    table.freeze_panes = "A3"
    table.page_setup.orientation = "landscape"
    table.page_setup.paperSize = 9  # A4
    table.page_setup.fitToWidth, table.page_setup.fitToHeight = 1, 0
    table.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    table.append([FINDINGS_TITLE])
    table.append([_cell(table, text, head=True) for text in _HEADINGS])
    for number, item in enumerate(findings[:_MOST_LISTED], start=1):
        values = (
            number, _LEVELS[item.severity], item.sheet or "", item.row, item.column or "", item.value or "",
            item.message, item.advice,
        )  # fmt: skip
        table.append([value if isinstance(value, int) else _cell(table, value or "") for value in values])
    if len(findings) > _MOST_LISTED:
        table.append([f"共 {len(findings)} 处，此处列前 {_MOST_LISTED} 处"])


def _cell(table: Any, text: str, *, head: bool = False) -> Any:
    cell = WriteOnlyCell(table, value="")
    _put(cell, text)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if head:
        cell.font = Font(bold=True)
        cell.fill = _HEAD
    return cell


def _bytes(made: Workbook) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()
