"""Technical papers (:mod:`jingtu.knowledge.papers`) as Word.

The page of GB/T 9704-2012 with smaller type, as computations annexed to a report have it; a section with
a wide table lies on its side.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt

from jingtu.knowledge.papers import (
    WIDE,
    Block,
    Formula,
    Grid,
    Heading,
    Line,
    Paper,
    is_wide,
    shown,
)
from jingtu.platform.documents.docx import add_line, new_document
from jingtu.platform.documents.layout import BODY_FONT, HEADING_FONT, NUMBER_FONT, TITLE_FONT, measure

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MOST_ROWS = 1_500  # of one table on paper; the workbook has all of them
_TWIPS = 1440 / 25.4  # twentieths of a point in a millimetre
_NUMERALS = "一二三四五六七八九十"


def write_paper_docx(paper: Paper) -> bytes:
    """Print a paper as a Word document.

    Parameters
    ----------
    paper : Paper
        Title, facts, sections. A table of more than 1,500 rows shows the first of them and says so.

    Returns
    -------
    bytes
        A ``.docx`` file, A4, page numbers below, table heads repeated.
    """
    document = new_document()
    size = measure("paper_size")
    add_line(document, paper.title, font=TITLE_FONT, size=measure("title_size"), align="center")
    for label, value in paper.head:
        add_line(document, f"{label}：{value}", size=size, tight=True)
    upright = True
    for number, section in enumerate(paper.sections):
        if is_wide(section) == upright:
            upright = not upright
            _turn(document, upright)
        _space(add_line(document, f"{_numeral(number)}、{section.heading}", font=HEADING_FONT, size=15))
        for block in section.blocks:
            _print_block(document, block, upright, size)
    if paper.footer:
        _space(add_line(document, paper.footer, size=9, tight=True))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _numeral(index: int) -> str:
    number = index + 1
    if number <= 10:
        return _NUMERALS[index]
    return f"十{_NUMERALS[number - 11]}" if number < 20 else str(number)


def _turn(document: Any, upright: bool) -> None:
    """Begin a page that stands upright or lies on its side; the page number goes on."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    long, short = Mm(measure("page_height")), Mm(measure("page_width"))
    section.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (short, long) if upright else (long, short)
    margins = ["top", "right", "bottom", "left"]
    names = margins if upright else ["right", "bottom", "left", "top"]
    for side, name in zip(margins, names, strict=True):
        setattr(section, f"{side}_margin", Mm(measure(f"margin_{name}")))


def _space(paragraph: Any) -> None:
    paragraph.paragraph_format.space_before = Pt(6)
    paragraph.paragraph_format.space_after = Pt(3)


def _print_block(document: Any, block: Block, upright: bool, size: float) -> None:
    if isinstance(block, Heading):
        paragraph = add_line(
            document, block.text, font=HEADING_FONT, size=size + 1 if block.level == 2 else size, tight=True
        )
        _space(paragraph)
        paragraph.paragraph_format.keep_with_next = True
    elif isinstance(block, Line):
        font = HEADING_FONT if block.strong else BODY_FONT
        add_line(document, block.text, font=font, size=size, indent=True, tight=True)
    elif isinstance(block, Formula):
        _print_formula(document, block, size)
    else:
        _print_grid(document, block, upright)


def _print_formula(document: Any, block: Formula, size: float) -> None:
    number = f"（{block.number}）" if block.number else ""
    head = add_line(document, f"{block.name}{number}", size=size - 1, tight=True)
    head.paragraph_format.space_before = Pt(4)
    head.paragraph_format.keep_with_next = True
    unit = "" if block.unit in ("", "无量纲") else f" {block.unit}"
    for text in (f"{block.symbol} = {block.text}", f"= {block.worked} = {shown(block.value)}{unit}"):
        line = add_line(document, text, font=NUMBER_FONT, size=size - 2, tight=True)
        line.paragraph_format.left_indent = Pt(size * 2)
        line.paragraph_format.keep_together = True


def _print_grid(document: Any, block: Grid, upright: bool) -> None:
    if block.title:
        title = add_line(document, block.title, font=HEADING_FONT, size=11, align="center", tight=True)
        _space(title)
        title.paragraph_format.keep_with_next = True
    sides = ("left", "right") if upright else ("top", "bottom")
    page = measure("page_width" if upright else "page_height")
    room = page - sum(measure(f"margin_{side}") for side in sides)
    total = sum(column.width for column in block.columns)
    widths = [int(room * _TWIPS * column.width / total) for column in block.columns]
    # Three digits and smaller type where many columns share the page.
    many = len(block.columns) >= WIDE
    size = round(measure("paper_small_size" if many else "paper_table_size") * 2)
    heads = [column.label for column in block.columns]
    rows = [_row(heads, ["center"] * len(widths), widths, size, head=True)]
    aligns = [column.align for column in block.columns]
    digits = 3 if many else 4
    rows += [
        _row([shown(cell, digits) for cell in row], aligns, widths, size) for row in block.rows[:_MOST_ROWS]
    ]
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    xml = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{borders}</w:tblBorders>"
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="50" w:type="dxa"/>'
        '<w:right w:w="50" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + "</w:tblGrid>"
        + "".join(rows)
        + "</w:tbl>"
    )
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(xml))
    left_out = len(block.rows) - _MOST_ROWS
    notes = [*block.notes]
    if left_out > 0:
        notes.append(f"本表共 {len(block.rows)} 行，此处列前 {_MOST_ROWS} 行，其余见同名 Excel 报告。")
    for note in notes:
        add_line(document, note, size=9, tight=True)


def _row(
    cells: Sequence[str], aligns: Sequence[str], widths: Sequence[int], size: int, head: bool = False
) -> str:
    """One table row as XML: building it cell by cell through objects takes a hundred times as long."""
    font = HEADING_FONT if head else BODY_FONT
    face = (
        f'<w:rPr><w:rFonts w:ascii="{NUMBER_FONT}" w:hAnsi="{NUMBER_FONT}" w:eastAsia="{font}"/>'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )
    properties = "<w:trPr><w:cantSplit/>" + ('<w:tblHeader w:val="true"/>' if head else "") + "</w:trPr>"
    fill = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/>' if head else ""
    parts = [f"<w:tr>{properties}"]
    for text, align, width in zip(cells, aligns, widths, strict=True):
        lines = _FORBIDDEN.sub("", text).split("\n")
        runs = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{fill}<w:vAlign w:val="center"/></w:tcPr>'
            '<w:p><w:pPr><w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/>'
            f'<w:jc w:val="{align}"/>{face}</w:pPr><w:r>{face}{runs}</w:r></w:p></w:tc>'
        )
    return "".join(parts) + "</w:tr>"
