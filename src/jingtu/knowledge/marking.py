"""The uploaded workbook handed back with its bad cells marked, to be corrected and sent again.

No formula leaves: computed values stand in the copy, and text that begins like a formula stays text.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal, Protocol
from xml.sax.saxutils import escape

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from jingtu.knowledge import sheets
from jingtu.knowledge.containers import is_container
from jingtu.knowledge.grids import Grid
from jingtu.knowledge.sheetscan import SheetLimits

AUTHOR = "核对"
FINDINGS_SHEET = "问题清单"
# The first cell of the sheet that marking adds: tells it from a sheet of the sender's own.
FINDINGS_TITLE = "问题清单（由系统生成，重新上传时不读取本表）"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_KEPT_AS_IT_IS = 300_000  # cells of a workbook whose look is kept; larger ones are written anew
_MOST_MARKED, _MOST_LISTED = 5_000, 20_000
_LONGEST_COMMENT, _LONGEST_CELL = 1_000, 32_767
_ERROR = PatternFill("solid", fgColor="F8CBAD")
_WARNING = PatternFill("solid", fgColor="FFE699")
_HEAD = PatternFill("solid", fgColor="E6F0EC")
_HEADINGS = ("序号", "级别", "工作表", "行", "列", "单元格内容", "问题", "怎么改")
_WIDTHS = (6, 8, 16, 8, 6, 24, 48, 56)
# Control signs, halves of pairs and what is no character: no workbook holds them.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LEVELS = {"error": "错误", "warning": "提醒"}


class Remark(Protocol):
    """Something wrong or doubtful about a cell, a row or a sheet, and what to do about it."""

    @property
    def sheet(self) -> str | None: ...
    @property
    def row(self) -> int | None: ...
    @property
    def column(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...
    @property
    def message(self) -> str: ...
    @property
    def advice(self) -> str: ...
    @property
    def severity(self) -> Literal["error", "warning"]: ...
    @property
    def blocks(self) -> bool: ...


def is_list_of_findings(sheet: sheets.Sheet) -> bool:
    """Whether a sheet is the one that `mark` added."""
    first = sheet.rows[0][0] if sheet.rows and sheet.rows[0] else None
    return bool(sheet.name and sheet.name.startswith(FINDINGS_SHEET) and first == FINDINGS_TITLE)


def mark(
    original: bytes,
    remarks: Sequence[Remark],
    name: str,
    loaded: Sequence[sheets.Sheet],
    limits: SheetLimits,
    untitled: str = "表",
) -> bytes:
    """A copy of a file as .xlsx: bad cells coloured and commented, all remarks in a sheet of their own.

    Parameters
    ----------
    original : bytes
        The file as it was uploaded: .xlsx, .xls or text.
    remarks : sequence of Remark
        What was found in it; a column is its letter.
    name : str
        Its name, for messages.
    loaded : sequence of Sheet
        Its sheets as they were read.
    limits : SheetLimits
        How large it may be.
    untitled : str
        What a sheet without a name is called in the copy.

    Returns
    -------
    bytes
        The workbook. The marks and the sheet 问题清单 are passed over when it is read again.
    """
    cells = sum(len(sheet.rows) * max(map(len, sheet.rows), default=0) for sheet in loaded)
    if is_container(original[:4]) and cells <= _KEPT_AS_IT_IS:
        try:
            return _marked_as_it_is(original, name, remarks, limits)
        except Exception:  # noqa: BLE001 - a workbook unusual enough to break its writer is written anew
            return _written_anew(loaded, remarks, untitled)
    return _written_anew(loaded, remarks, untitled)


def _marked_as_it_is(original: bytes, name: str, findings: Sequence[Remark], limits: SheetLimits) -> bytes:
    clean = sheets.cleaned(io.BytesIO(original), name, limits)
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


def _written_anew(loaded: Sequence[sheets.Sheet], findings: Sequence[Remark], untitled: str) -> bytes:
    """A workbook of the values alone: its marks made by a writer of workbooks, its cells put in as text.

    Such a writer takes a minute for a million cells; one that knows how few kinds of cells there are, seconds.
    """
    made = Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    _list(made.create_sheet(FINDINGS_SHEET), findings)
    marks = _by_cell(findings)
    used = {FINDINGS_SHEET.lower()}
    contents: list[bytes] = []
    for sheet in loaded:
        table: Any = made.create_sheet(_title(sheet.name or untitled, used))
        if sheet.hidden:
            table.sheet_state = "hidden"
        table.sheet_format.defaultColWidth = 14
        styles = _styles(table)
        fills: dict[tuple[int, int], str] = {}
        for (name, line, column), items in marks.items():
            if name == (sheet.name or ""):
                table.cell(line, column).comment = _comment(_words(items))
                fills[line, column] = "error" if any(item.blocks for item in items) else "warning"
        contents.append(_cells_of(Grid(sheet).rows, fills, styles))
    return _filled(_bytes(made), contents)


_KINDS: dict[str, PatternFill] = {"": PatternFill(), "error": _ERROR, "warning": _WARNING}
_SHEET_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>.*</sheetData>", re.DOTALL)
_DIMENSION = re.compile(rb"<dimension[^>]*/>")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no zones


def _styles(table: Any) -> dict[tuple[str, str], int]:
    """Numbers of the styles of plain cells, days and text that begins like a formula, by mark."""
    found = {}
    kinds = [(kind, mark_kind) for kind in ("plain", "day", "time", "formula") for mark_kind in _KINDS]
    for place, (kind, mark_kind) in enumerate(kinds, start=1):
        # A cell each: the number of a style stands for a list that the cell goes on changing.
        cell = table.cell(1, place)
        cell.fill = _KINDS[mark_kind]
        cell.number_format = {"day": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm"}.get(kind, "General")
        cell.quotePrefix = kind == "formula"
        found[kind, mark_kind] = cell.style_id
    return found


def _cells_of(
    rows: Sequence[Sequence[Any]], fills: Mapping[tuple[int, int], str], styles: Mapping[tuple[str, str], int]
) -> bytes:
    """The cells of a sheet as its XML. Text is always text."""
    letters = [get_column_letter(place + 1) for place in range(max(map(len, rows), default=0))]
    lines = ["<sheetData>"]
    for number, row in enumerate(rows, start=1):
        lines.append(f'<row r="{number}">')
        for place, value in enumerate(row):
            mark_kind = fills.get((number, place + 1), "") if fills else ""
            if (value is None or value == "") and not mark_kind:
                continue
            kind, body = _written(value)
            lines.append(f'<c r="{letters[place]}{number}" s="{styles[kind, mark_kind]}"{body}</c>')
        lines.append("</row>")
    lines.append("</sheetData>")
    return "".join(lines).encode()


def _written(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "plain", f' t="b"><v>{int(value)}</v>'
    if isinstance(value, (int, float)) and math.isfinite(value):
        return "plain", f"><v>{value!r}</v>"
    if isinstance(value, datetime):
        return "time", f"><v>{(value - _EPOCH) / timedelta(days=1)!r}</v>"
    if isinstance(value, date):
        return "day", f"><v>{(value - _EPOCH.date()).days}</v>"
    text = _UNWRITABLE.sub("", "" if value is None else str(value))[:_LONGEST_CELL]
    kind = "formula" if text.startswith(_FORMULA_STARTS) else "plain"
    return kind, f' t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is>'


def _filled(skeleton: bytes, contents: Sequence[bytes]) -> bytes:
    """A workbook with the cells of its sheets, from the second on, exchanged."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(skeleton)) as before,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after,
    ):
        for part in before.namelist():
            content = before.read(part)
            found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", part)
            if found and int(found[1]) > 1:
                cells = contents[int(found[1]) - 2]
                content = _SHEET_DATA.sub(lambda _: cells, _DIMENSION.sub(b"", content), count=1)  # noqa: B023
            after.writestr(part, content)
    return stream.getvalue()


def _title(name: str, used: set[str]) -> str:
    title = "".join("_" if sign in "[]:*?/\\" else sign for sign in name)[:31] or "表"
    while title.lower() in used:
        title = f"{title[:28]}_{len(used)}"
    used.add(title.lower())
    return title


def _put(cell: Any, text: str) -> None:
    cell.value = _UNWRITABLE.sub("", text)[:_LONGEST_CELL]
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True


def _by_cell(findings: Sequence[Remark]) -> dict[tuple[str, int, int], list[Remark]]:
    found: dict[tuple[str, int, int], list[Remark]] = defaultdict(list)
    for item in findings:
        if item.row is None or len(found) >= _MOST_MARKED:
            continue
        try:
            column = column_index_from_string(item.column) if item.column else 1
        except ValueError:
            continue
        found[item.sheet or "", item.row, column].append(item)
    return found


def _words(items: Sequence[Remark]) -> str:
    return "\n".join(
        f"{_LEVELS[item.severity]}：{item.message}。{item.advice}" for item in items
    )[:_LONGEST_COMMENT]  # fmt: skip


def _comment(text: str) -> Comment:
    return Comment(_UNWRITABLE.sub("", text), AUTHOR, height=110, width=320)


def _fill(items: Sequence[Remark]) -> PatternFill:
    return _ERROR if any(item.blocks for item in items) else _WARNING


def _list(table: Any, findings: Sequence[Remark]) -> None:
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
