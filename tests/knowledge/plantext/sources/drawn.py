"""PDF files drawn instruction by instruction, and what was read of them in short."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject

from jingtu.knowledge.plantext.sources import Paragraph, SourceDocument

WIDTH, HEIGHT = 595, 842
Draw = Iterable[str]


def text(x: float, top: float, words: str, size: float = 12) -> str:
    """Instructions that print words at a place counted from the upper left corner."""
    codes = words.encode("utf-16-be").hex()
    return f"BT /F {size} Tf 1 0 0 1 {x} {HEIGHT - top - size} Tm <{codes}> Tj ET"


def line(x0: float, top0: float, x1: float, top1: float) -> str:
    return f"{x0} {HEIGHT - top0} m {x1} {HEIGHT - top1} l S"


def grid(xs: list[float], ys: list[float]) -> list[str]:
    return [line(xs[0], y, xs[-1], y) for y in ys] + [line(x, ys[0], x, ys[-1]) for x in xs]


def pdf(*pages: Draw) -> bytes:
    """A PDF with a font whose codes are UTF-16: what is written is what is read."""
    writer = pypdf.PdfWriter()
    inner = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType2"),
            NameObject("/BaseFont"): NameObject("/Song"),
            NameObject("/DW"): NumberObject(1000),
            # Figures and Latin letters are half as wide.
            NameObject("/W"): ArrayObject([NumberObject(32), NumberObject(126), NumberObject(500)]),
            NameObject("/CIDSystemInfo"): DictionaryObject(
                {
                    NameObject("/Registry"): pypdf.generic.TextStringObject("Adobe"),
                    NameObject("/Ordering"): pypdf.generic.TextStringObject("Identity"),
                    NameObject("/Supplement"): NumberObject(0),
                }
            ),
        }
    )
    mapping = StreamObject()
    mapping.set_data(
        b"/CIDInit /ProcSet findresource begin 1 dict begin begincmap\n"
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"1 beginbfrange <0000> <FFFF> <0000> endbfrange\n"
        b"endcmap end end"
    )
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/Song"),
            NameObject("/Encoding"): NameObject("/Identity-H"),
            NameObject("/DescendantFonts"): ArrayObject([writer._add_object(inner)]),
            NameObject("/ToUnicode"): writer._add_object(mapping),
        }
    )
    place = writer._add_object(font)
    for drawn in pages:
        page = writer.add_blank_page(WIDTH, HEIGHT)
        content = StreamObject()
        content.set_data("\n".join(drawn).encode())
        page[NameObject("/Contents")] = writer._add_object(content)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F"): place})}
        )
    stored = io.BytesIO()
    writer.write(stored)
    return stored.getvalue()


def shown(document: SourceDocument) -> list[object]:
    return [
        block.text
        if isinstance(block, Paragraph)
        else [
            [c.text if (c.row_span, c.col_span) == (1, 1) else (c.text, c.row_span, c.col_span) for c in row]
            for row in block.rows
        ]
        for block in document.blocks
    ]
