"""Technical papers as Excel: each section a worksheet; numbers are numbers, shown with four digits."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties

from jingtu.knowledge.papers import (
    Block,
    Cell,
    Formula,
    Grid,
    Heading,
    Line,
    Paper,
    Section,
    excel_format,
    is_wide,
    shown,
)
from jingtu.platform.documents.layout import BODY_FONT, HEADING_FONT, TITLE_FONT
from jingtu.platform.documents.xlsx import lines_of, put_text

_MOST_JOINED = 200  # rows of a table whose cells may be joined in a worksheet
_THIN = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="F2F2F2")
_ROOM = {"portrait": 95.0, "landscape": 140.0}  # characters across the page
_FORMULA_WIDTHS = (8.0, 12.0, 26.0, 46.0, 60.0, 14.0, 14.0)
_FORMULA_HEADS = ("式号", "符号", "名称", "公式", "代入数值", "结果", "单位")


def write_paper_xlsx(paper: Paper) -> bytes:
    """Print a paper as a workbook, one worksheet a section.

    Parameters
    ----------
    paper : Paper
        Title, facts, sections.

    Returns
    -------
    bytes
        An ``.xlsx`` file. No cell acts as a formula; numbers keep every digit.
    """
    book = Workbook()
    first = book.active
    assert first is not None
    book.remove(first)
    for index, section in enumerate(paper.sections):
        sheet = book.create_sheet(section.sheet)
        _Sheet(sheet, section).write(paper, first=index == 0, last=index == len(paper.sections) - 1)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


class _Sheet:
    """One worksheet while it is written: blocks below each other, shared column widths."""

    def __init__(self, sheet: Any, section: Section) -> None:
        self.sheet = sheet
        self.section = section
        self.row = 1
        self.styles: dict[tuple[str, str], Any] = {}
        grids = [block for block in section.blocks if isinstance(block, Grid)]
        has_formulas = any(isinstance(block, Formula) for block in section.blocks)
        self.orientation = "landscape" if has_formulas or is_wide(section) else "portrait"
        # The table with most columns sets the widths; another one's columns span several of them.
        shares = [[column.width for column in grid.columns] for grid in grids]
        if has_formulas:
            shares.append(list(_FORMULA_WIDTHS))
        widest = max(shares, key=len, default=[1.0])
        self.room = sum(_FORMULA_WIDTHS) if has_formulas else _ROOM[self.orientation]
        self.widths = [max(self.room * share / sum(widest), 8.0) for share in widest]

    def spans(self, shares: Sequence[float]) -> list[tuple[int, int]]:
        """First and last column of the worksheet that each column of a table takes, from 1."""
        left = len(self.widths)
        found: list[tuple[int, int]] = []
        first, edge, target = 1, 0.0, 0.0
        for index, share in enumerate(shares):
            target += sum(self.widths) * share / sum(shares)
            last, behind = first, len(shares) - index - 1
            edge += self.widths[first - 1]
            while last + behind < left and (not behind or edge + self.widths[last] / 2 < target):
                edge += self.widths[last]
                last += 1
            found.append((first, last))
            first = last + 1
        return found

    def write(self, paper: Paper, *, first: bool, last: bool) -> None:
        for index, width in enumerate(self.widths, start=1):
            self.sheet.column_dimensions[get_column_letter(index)].width = width
        if first:
            self.line(paper.title, Font(name=TITLE_FONT, size=18), align="center", height=34)
            for label, value in paper.head:
                self.line(f"{label}：{value}", Font(name=BODY_FONT, size=11))
        self.line(self.section.heading, Font(name=HEADING_FONT, size=14), height=26)
        grids = sum(isinstance(block, Grid) for block in self.section.blocks)
        previous: Block | None = None
        for block in self.section.blocks:
            if isinstance(block, Heading):
                self.row += 1
                self.line(block.text, Font(name=HEADING_FONT, size=12), height=20)
            elif isinstance(block, Line):
                self.line(block.text, Font(name=BODY_FONT, size=11, bold=block.strong))
            elif isinstance(block, Formula):
                spans = self.spans(_FORMULA_WIDTHS)
                if not isinstance(previous, Formula):
                    self.head(_FORMULA_HEADS, spans)
                self.cells(
                    (
                        block.number or "—",
                        block.symbol,
                        block.name,
                        block.text,
                        block.worked,
                        block.value,
                        block.unit,
                    ),
                    ("center", "left", "left", "left", "left", "right", "left"),
                    spans,
                )
            else:
                self.grid(block, freeze=grids == 1 and not first)
            previous = block
        if last and paper.footer:
            self.row += 1
            self.line(paper.footer, Font(name=BODY_FONT, size=9))
        self.page()

    def line(self, text: str, font: Font, *, align: str = "left", height: float | None = None) -> None:
        cell = self.sheet.cell(self.row, 1)
        put_text(cell, text)
        cell.font = font
        cell.alignment = Alignment(horizontal=align, vertical="center", wrap_text=True)
        across = len(self.widths)
        if across > 1:
            self.sheet.merge_cells(
                start_row=self.row, end_row=self.row, start_column=1, end_column=min(across, 12)
            )
        room = sum(self.widths[:12]) * 11 / (font.size or 11)
        self.sheet.row_dimensions[self.row].height = height or 15.5 * lines_of(text, room) + 3
        self.row += 1

    def grid(self, block: Grid, *, freeze: bool) -> None:
        if block.title:
            self.row += 1
            self.line(block.title, Font(name=HEADING_FONT, size=11), height=20)
        # Joining cells takes longer the more are joined already; long tables keep to the columns.
        own = len(block.rows) > _MOST_JOINED or len(block.columns) >= len(self.widths) - 1
        spans = (
            [(index, index) for index in range(1, len(block.columns) + 1)]
            if own
            else self.spans([column.width for column in block.columns])
        )
        self.head([column.label for column in block.columns], spans)
        if freeze:
            self.sheet.freeze_panes = f"A{self.row}"
            self.sheet.print_title_rows = f"{self.row - 1}:{self.row - 1}"
        aligns = [column.align for column in block.columns]
        for row in block.rows:
            self.cells(row, aligns, spans)
        for note in block.notes:
            self.line(note, Font(name=BODY_FONT, size=9))

    def head(self, labels: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:
        height = 1
        for label, (first, last) in zip(labels, spans, strict=True):
            cell = self.place(first, last)
            put_text(cell, label)
            cell.border = _BORDER
            cell.font = Font(name=HEADING_FONT, size=10)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.fill = _HEAD
            height = max(height, lines_of(label, sum(self.widths[first - 1 : last])))
        self.sheet.row_dimensions[self.row].height = 14.5 * height + 6
        self.row += 1

    def cells(self, values: Sequence[Cell], aligns: Sequence[str], spans: Sequence[tuple[int, int]]) -> None:
        height = 1
        for value, align, (first, last) in zip(values, aligns, spans, strict=True):
            cell = self.place(first, last)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
                cell._style = self.style(cell, align, excel_format(value))
                cell.value = value
                continue
            text = shown(value)
            cell._style = self.style(cell, align, "General")
            put_text(cell, text)
            height = max(height, lines_of(text, sum(self.widths[first - 1 : last])))
        self.sheet.row_dimensions[self.row].height = min(14.0 * height + 4, 400)
        self.row += 1

    def style(self, cell: Any, align: str, form: str) -> Any:
        """The style of a cell of a table; put together once, since a large table has a million cells."""
        found = self.styles.get((align, form))
        if found is None:
            cell.font = Font(name=BODY_FONT, size=10)
            cell.border = _BORDER
            cell.alignment = Alignment(
                horizontal=align, vertical="center", wrap_text=True, indent=int(align != "center")
            )
            cell.number_format = form
            found = self.styles[align, form] = copy(cell._style)
        # A copy: marking one cell as text would mark all that share it.
        return copy(found)

    def place(self, first: int, last: int) -> Any:
        """The cell of these columns in the row that is being written, joined and ruled."""
        if last > first:
            for column in range(first, last + 1):
                self.sheet.cell(self.row, column).border = _BORDER
            self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=first, end_column=last)
        return self.sheet.cell(self.row, first)

    def page(self) -> None:
        self.sheet.page_setup.paperSize = 9  # A4
        self.sheet.page_setup.orientation = self.orientation
        self.sheet.page_setup.fitToWidth = 1
        self.sheet.page_setup.fitToHeight = 0
        self.sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        self.sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("— &P —"))
