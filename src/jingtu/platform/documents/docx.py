"""Tables and letters as Word documents in the layout of GB/T 9704-2012."""

from __future__ import annotations

import io
import re
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from jingtu.platform.documents.layout import BODY_FONT, HEADING_FONT, NUMBER_FONT, TITLE_FONT, measure
from jingtu.platform.documents.tables import Table

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
# XML 1.0 has no place for these, even escaped.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def new_document(landscape: bool = False) -> Any:
    """An empty A4 document with the standard's margins and a page number ``— 1 —`` below."""
    document = Document()
    section = document.sections[0]
    width, height = Mm(measure("page_width")), Mm(measure("page_height"))
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        width, height = height, width
    section.page_width, section.page_height = width, height
    section.top_margin = Mm(measure("margin_right" if landscape else "margin_top"))
    section.bottom_margin = Mm(measure("margin_left" if landscape else "margin_bottom"))
    section.left_margin = Mm(measure("margin_top" if landscape else "margin_left"))
    section.right_margin = Mm(measure("margin_bottom" if landscape else "margin_right"))
    section.footer_distance = Mm(section.bottom_margin.mm - measure("page_number_offset") - 5)
    style = document.styles["Normal"]
    style.font.size = Pt(measure("body_size"))
    _fonts(style.element.get_or_add_rPr(), BODY_FONT)
    _page_number(section)
    return document


def add_line(
    document: Any,
    text: str,
    *,
    font: str = BODY_FONT,
    size: float | None = None,
    align: str = "left",
    indent: bool = False,
    tight: bool = False,
) -> Any:
    """Add a paragraph; ``indent`` sets the first line in by two characters, ``tight`` drops the 28 pt pitch."""
    paragraph = document.add_paragraph()
    paragraph.alignment = _ALIGN[align]
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    points = size or measure("body_size")
    if tight:
        form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    else:
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        form.line_spacing = Pt(max(measure("line_pitch"), points * 1.25))
    if indent:
        form.first_line_indent = Pt(points * 2)
    _run(paragraph, text, font, points)
    return paragraph


def write_docx(table: Table) -> bytes:
    """The table as an official annex: mark, title, head line, ruled table, notes, page numbers."""
    document = new_document(table.landscape)
    mark = "　".join(part for part in (table.annex, table.watermark) if part)
    if mark:
        add_line(document, mark, font=HEADING_FONT)
    add_line(document, table.title, font=TITLE_FONT, size=measure("title_size"), align="center")
    if table.head:
        head = "　　".join(f"{label}：{value}" for label, value in table.head)
        add_line(document, head, size=12)
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    total = sum(column.width for column in table.columns)
    widths = [int(room * column.width / total) for column in table.columns]
    grid = document.add_table(rows=1 + len(table.rows), cols=len(table.columns))
    grid.style = "Table Grid"
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    _cell_margins(grid, Mm(1))
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    header = grid.rows[0]
    _repeat(header)
    # Reading ``row.cells`` walks the whole row each time; take it once.
    for cell, column, width in zip(header.cells, table.columns, widths, strict=True):
        _fill(cell, column.label, HEADING_FONT, "center", width)
    for row, values in zip(list(grid.rows)[1:], table.rows, strict=True):
        _keep_whole(row)
        for cell, column, value, width in zip(row.cells, table.columns, values, widths, strict=True):
            _fill(cell, value, BODY_FONT, column.align, width)
    for index, column in enumerate(table.columns):
        if not column.merge:
            continue
        for start, end in table.merged(index):
            if end == start:
                continue
            for row_index in range(start + 1, end + 1):
                _clear(grid.cell(row_index + 1, index))
            grid.cell(start + 1, index).merge(grid.cell(end + 1, index))
            joined = grid.cell(start + 1, index)
            _drop_empty(joined)
            joined.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for note in table.notes:
        add_line(document, note, size=measure("table_size"), tight=True)
    if table.footer:
        add_line(document, table.footer, size=9, tight=True)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _fonts(properties: Any, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for attribute in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(attribute), name)


def _run(paragraph: Any, text: str, font: str, size: float) -> None:
    for index, line in enumerate(_FORBIDDEN.sub("", text).split("\n")):
        run = paragraph.add_run()
        if index:
            run.add_break()
        run.add_text(line)
        run.font.size = Pt(size)
        _fonts(run._element.get_or_add_rPr(), font)


def _fill(cell: Any, text: str, font: str, align: str, width: int) -> None:
    cell.width = width
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = _ALIGN[align]
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, font, measure("table_size"))


def _clear(cell: Any) -> None:
    for paragraph in cell.paragraphs:
        for run in list(paragraph.runs):
            run._element.getparent().remove(run._element)


def _drop_empty(cell: Any) -> None:
    for paragraph in cell.paragraphs[1:]:
        if not paragraph.text:
            paragraph._element.getparent().remove(paragraph._element)


def _cell_margins(grid: Any, room: int) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right"):
        element = OxmlElement(f"w:{side}")
        element.set(qn("w:w"), str(int(Mm(room / Mm(1)).twips)))
        element.set(qn("w:type"), "dxa")
        margins.append(element)
    grid._tbl.tblPr.append(margins)


def _repeat(row: Any) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _keep_whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _page_number(section: Any) -> None:
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    size = measure("page_number_size")
    _run(paragraph, "— ", NUMBER_FONT, size)
    run = paragraph.add_run()
    run.font.size = Pt(size)
    _fonts(run._element.get_or_add_rPr(), NUMBER_FONT)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = text
        run._element.append(element)
    _run(paragraph, " —", NUMBER_FONT, size)
