"""A list as a spreadsheet: exactly what the page shows, with formulas defused."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(value: Any) -> Any:
    """A cell value that no spreadsheet takes for a formula.

    Examples
    --------
    >>> safe("=HYPERLINK(A1)"), safe("正常"), safe(3)
    ("'=HYPERLINK(A1)", '正常', 3)
    """
    if value is None:
        return None
    if isinstance(value, bool | int | float | Decimal | date) and not isinstance(value, datetime):
        return value
    text = "".join(sign for sign in str(value) if sign >= " " or sign in "\n\t")
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], note: str = "") -> bytes:
    """One sheet with a frozen heading row; ``note`` says when and for which day it was made."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for index, heading in enumerate(headings, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = max(12, min(48, len(heading) * 2 + 6))
    sheet.freeze_panes = "A3" if note else "A2"
    if note:
        sheet.append([note])
    fill = PatternFill("solid", fgColor="E6F0EC")
    line = []
    for heading in headings:
        cell = WriteOnlyCell(sheet, value=heading)
        cell.font = Font(bold=True)
        cell.fill = fill
        line.append(cell)
    sheet.append(line)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=safe(value))
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def response(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], note: str = ""
) -> HttpResponse:
    """The workbook as a download named after its title."""
    answer = HttpResponse(workbook(title, headings, rows, note), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f"attachment; filename=list.xlsx; filename*=UTF-8''{quote(title)}.xlsx"
    return answer
