"""PDF with a text layer: printed lines and ruled tables, put together again from their geometry."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent

from jingtu.errors import UnreadableDocumentError
from jingtu.knowledge.plantext.sources import pdf_streams, pdf_text, refusals
from jingtu.knowledge.plantext.sources.limits import LIMITS, Limits
from jingtu.knowledge.plantext.sources.model import SourceDocument
from jingtu.knowledge.plantext.sources.pdf_tables import RuledTable, find_tables, join_over_pages
from jingtu.knowledge.plantext.sources.pdf_text import Line

_WHAT = "PDF 文件"
# Fewer characters than this on a page with a picture: the page is the picture.
_FEW = 12
# Share of undecodable characters from which the text layer is worth nothing.
_GARBLED = 0.2

# The library reports each oddity of a damaged file to the root logger; the person gets one sentence.
logging.getLogger("pdfminer").setLevel(logging.ERROR)
logging.getLogger("pdfplumber").setLevel(logging.ERROR)


@dataclass(slots=True)
class _PageContent:
    number: int
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    tables: list[RuledTable] = field(default_factory=list)
    is_picture: bool = False


def read_pdf(data: bytes, limits: Limits = LIMITS) -> SourceDocument:
    """Read a PDF that carries its text.

    Running heads, page numbers and slanted watermarks are left out. Lines become paragraphs where
    the indent of first lines shows paragraphs, and stay ``hard_wrapped`` lines elsewhere. A table that
    goes on over a page break is one table; the header row that is printed again is left out.

    Parameters
    ----------
    data : bytes
        The file's content.
    limits : Limits
        How much is read before the file is refused.

    Returns
    -------
    SourceDocument
        Kind ``pdf``; every block has its page. ``notices`` names pages that are pictures.

    Raises
    ------
    UnreadableDocumentError
        ``damaged``, ``empty``, ``encrypted``, ``image_only`` or ``too_large``.
    """
    try:
        data = pdf_streams.without_security(data)
        pdf_streams.check(data, limits)
        return _document(list(_pages(data, limits)), limits)
    except UnreadableDocumentError:
        raise
    except Exception as error:  # noqa: BLE001  the parsers fail on bad files in every way there is
        if _asks_for_password(error):
            raise refusals.encrypted(_WHAT) from None
        raise refusals.damaged(_WHAT) from None


def _document(pages: list[_PageContent], limits: Limits) -> SourceDocument:
    pictures = [page.number for page in pages if page.is_picture]
    text = "".join(line.text for page in pages for line in page.lines)
    text += "".join(c.text for page in pages for t in page.tables for row in t.block.rows for c in row)
    length = len(text)
    if not pages or (not text.strip() and not pictures):
        raise refusals.empty(_WHAT)
    if pictures and len(pictures) * 2 >= len(pages):
        raise refusals.image_only("这份 PDF ")
    if pdf_text.undecodable(text) > _GARBLED * length:
        raise refusals.garbled()
    if length > limits.characters:
        raise refusals.too_large(_WHAT, f"超过 {limits.characters // 10_000} 万字")

    pdf_text.drop_running_lines([(page.height, page.lines) for page in pages])
    # Landscape pages have margins of their own.
    margins = {
        width: pdf_text.Margins.of([line for page in pages if page.width == width for line in page.lines])
        for width in {page.width for page in pages}
    }
    document = SourceDocument("pdf")
    last_table: RuledTable | None = None
    builder = pdf_text.ParagraphBuilder()
    for page in pages:
        items: list[Line | RuledTable] = [*page.lines, *page.tables]
        items.sort(key=lambda item: item.top)
        for item in items:
            if isinstance(item, Line):
                last_table = None
                builder.add(item, page.number, margins[page.width])
                continue
            document.blocks += builder.finish()
            if last_table is not None and join_over_pages(last_table, item):
                continue
            document.blocks.append(item.block)
            last_table = item
    document.blocks += builder.finish()
    document.notices += [f"第 {number} 页是图像，没有读入，请人工核对。" for number in pictures]
    return document


def _pages(data: bytes, limits: Limits) -> Iterator[_PageContent]:
    deadline = time.monotonic() + limits.pdf_seconds
    with pdfplumber.open(io.BytesIO(data)) as document:
        if len(document.pages) > limits.pdf_pages:
            raise refusals.too_large(_WHAT, f"超过 {limits.pdf_pages} 页")
        for page in document.pages:
            _lay_out(page, limits, deadline)
            yield _content(page, limits)
            page.close()


class _Counting(PDFPageAggregatorWithMarkedContent):
    """Collects what a page draws, and stops where a page draws without end."""

    def __init__(self, page: Page, limits: Limits, deadline: float) -> None:
        super().__init__(page.pdf.rsrcmgr, pageno=page.page_number, laparams=None)
        self._left = limits.pdf_page_objects
        self._deadline = deadline

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise refusals.too_large(_WHAT, "单页图形过于复杂")
        if time.monotonic() > self._deadline:
            raise refusals.too_large(_WHAT, "内容过于复杂，处理超时")

    def begin_figure(self, *args: Any, **kwargs: Any) -> None:
        self._spend()
        super().begin_figure(*args, **kwargs)

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        self._spend()
        advance: float = super().render_char(*args, **kwargs)
        return advance

    def paint_path(self, *args: Any, **kwargs: Any) -> None:
        self._spend()
        super().paint_path(*args, **kwargs)


def _lay_out(page: Page, limits: Limits, deadline: float) -> None:
    """Draw the page as pdfplumber would, under the limits, and leave the result where it looks."""
    size = 0
    for stream in page.page_obj.contents:
        part = stream.resolve() if hasattr(stream, "resolve") else stream
        size += len(part.get_data()) if hasattr(part, "get_data") else 0
        if size > limits.pdf_content_bytes:
            raise refusals.too_large(_WHAT, "单页图形过于复杂")
    device = _Counting(page, limits, deadline)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()  # where the library takes it from


def _content(page: Page, limits: Limits) -> _PageContent:
    made = _PageContent(page.page_number, float(page.width), float(page.height))
    turn = pdf_text.turn_of(page.chars)
    glyphs = pdf_text.glyphs_of(page.chars, turn, made.width, made.height)
    edges = [pdf_text.turned(edge, turn, made.width, made.height) for edge in page.edges]
    if turn is not None:
        made.width, made.height = made.height, made.width
    made.tables, rest = find_tables(edges, glyphs, limits)
    made.lines = pdf_text.lines_of(rest)
    seen = sum(1 for glyph in glyphs if not glyph.text.isspace())
    made.is_picture = seen < _FEW and _has_large_picture(page)
    for table in made.tables:
        table.block.page = made.number
    return made


def _has_large_picture(page: Page) -> bool:
    area = float(page.width) * float(page.height)
    return any(
        abs(float(image["x1"]) - float(image["x0"])) * abs(float(image["bottom"]) - float(image["top"]))
        > area / 4
        for image in page.images
    )


def _asks_for_password(error: BaseException) -> bool:
    nested = [*error.args, error.__cause__, error.__context__]
    return isinstance(error, PDFPasswordIncorrect) or any(
        isinstance(item, PDFPasswordIncorrect) for item in nested
    )
