"""Tables as Excel workbooks in which no cell can act as a formula."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties

from jingtu.platform.documents.layout import BODY_FONT, HEADING_FONT, TITLE_FONT, measure
from jingtu.platform.documents.tables import Table

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_MAX_CELL = 32_767  # characters an Excel cell holds


def put_text(cell: Any, value: str) -> None:
    """Put text into an openpyxl cell so that no spreadsheet program ever evaluates it.

    Text that begins like a formula (``= + - @``, tab, return) is stored as a string with the quote
    prefix, so that it survives editing and saving too. Control characters Excel refuses are dropped.
    """
    clean = ILLEGAL_CHARACTERS_RE.sub("", value)[:_MAX_CELL]
    cell.value = clean
    cell.data_type = "s"
    if clean.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True


def write_xlsx(table: Table) -> bytes:
    """The table as one printable worksheet (A4, fitted to the page's width, heading repeated)."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = table.sheet
    last = get_column_letter(len(table.columns))
    total = sum(column.width for column in table.columns)
    room = 118 if table.landscape else 82  # characters that fit the text block at 10.5 pt
    widths = [max(room * column.width / total, 6.0) for column in table.columns]
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width

    row = 1
    mark = "　".join(part for part in (table.annex, table.watermark) if part)
    if mark:
        put_text(sheet.cell(row, 1), mark)
        sheet.cell(row, 1).font = Font(name=HEADING_FONT, size=12)
        row += 1
    put_text(sheet.cell(row, 1), table.title)
    sheet.merge_cells(f"A{row}:{last}{row}")
    sheet.cell(row, 1).font = Font(name=TITLE_FONT, size=18)
    sheet.cell(row, 1).alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = 36
    row += 1
    if table.head:
        put_text(sheet.cell(row, 1), "　　　".join(f"{label}：{value}" for label, value in table.head))
        sheet.merge_cells(f"A{row}:{last}{row}")
        sheet.cell(row, 1).font = Font(name=BODY_FONT, size=12)
        sheet.row_dimensions[row].height = 22
        row += 1
    header_row = row
    for index, column in enumerate(table.columns, start=1):
        cell = sheet.cell(row, index)
        put_text(cell, column.label)
        cell.font = Font(name=HEADING_FONT, size=measure("table_size"))
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        cell.border = _BORDER
    sheet.row_dimensions[row].height = 24
    first = row + 1
    for offset, values in enumerate(table.rows):
        height = 1
        for index, (column, value) in enumerate(zip(table.columns, values, strict=True), start=1):
            cell = sheet.cell(first + offset, index)
            put_text(cell, value)
            cell.font = Font(name=BODY_FONT, size=measure("table_size"))
            cell.alignment = Alignment(horizontal=column.align, vertical="center", wrap_text=True)
            cell.border = _BORDER
            if not column.merge:
                height = max(height, lines_of(value, widths[index - 1]))
        sheet.row_dimensions[first + offset].height = min(15.5 * height + 5, 400)
    for index, column in enumerate(table.columns, start=1):
        if not column.merge:
            continue
        for start, end in table.merged(index - 1):
            if end > start:
                sheet.merge_cells(
                    start_row=first + start, end_row=first + end, start_column=index, end_column=index
                )
    row = first + len(table.rows)
    for note in [*table.notes, *([table.footer] if table.footer else [])]:
        put_text(sheet.cell(row, 1), note)
        sheet.merge_cells(f"A{row}:{last}{row}")
        sheet.cell(row, 1).font = Font(name=BODY_FONT, size=9)
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="center")
        sheet.row_dimensions[row].height = 13 * lines_of(note, sum(widths)) + 4
        row += 1
    sheet.freeze_panes = f"A{first}"
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.orientation = "landscape" if table.landscape else "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("— &P —"))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def lines_of(text: str, width: float) -> int:
    """Lines a text takes in a column of ``width`` characters; a Chinese character is two wide."""
    count = 0
    for line in text.split("\n") or [""]:
        wide = sum(2 if ord(character) > 0x2E7F else 1 for character in line)
        count += max(1, -(-wide // max(int(width) - 1, 1)))
    return count
