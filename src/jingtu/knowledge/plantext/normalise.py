"""The normalised text of a document: what ``jingtu plan text`` prints and what spans count in.

Wrapped lines are whole paragraphs again, letter spacing, page numbers and bookmarks are gone, and a
table is one line a row with tabs between cells, also where the file had lost the table's marks. The
same document always gives the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jingtu.knowledge.plantext.model import Span
from jingtu.knowledge.plantext.sources.model import SourceDocument, TableBlock
from jingtu.knowledge.plantext.structure.cells import join_cell
from jingtu.knowledge.plantext.structure.flattables import find_flat_table
from jingtu.knowledge.plantext.structure.grid import Grid, GridCell
from jingtu.knowledge.plantext.structure.headers import header_starts
from jingtu.knowledge.plantext.structure.lines import clean, is_page_number
from jingtu.knowledge.plantext.structure.tabtables import find_tab_table
from jingtu.knowledge.plantext.structure.wrapping import full_width, join_lines

_LONG_LINE = 400
_PARAGRAPH_GAP = re.compile(r"[\u3000 ]{2,}")


@dataclass(slots=True)
class TextParagraph:
    """One paragraph at ``text[start:end]``."""

    start: int
    end: int
    style: str | None = None
    page: int | None = None


@dataclass(slots=True)
class TextCell:
    """One cell of a table at ``text[start:end]``; an empty cell has ``start == end``."""

    start: int
    end: int
    row_span: int = 1
    col_span: int = 1


@dataclass(slots=True)
class TextTable:
    """One table: rows of cells by column, ``None`` where a spanning cell covers the place."""

    start: int
    end: int
    rows: list[list[TextCell | None]] = field(default_factory=list)
    flattened: bool = False


@dataclass(slots=True)
class NormalText:
    """The normalised text with its paragraphs and tables in reading order."""

    text: str
    blocks: list[TextParagraph | TextTable] = field(default_factory=list)

    def of(self, block: TextParagraph | TextCell) -> str:
        """The words of a paragraph or a cell."""
        return self.text[block.start : block.end]

    def paragraphs(self) -> list[TextParagraph]:
        """The paragraphs alone."""
        return [block for block in self.blocks if isinstance(block, TextParagraph)]

    def tables(self) -> list[TextTable]:
        """The tables alone."""
        return [block for block in self.blocks if isinstance(block, TextTable)]


@dataclass(slots=True)
class _Text:
    text: str
    style: str | None = None
    page: int | None = None


@dataclass(slots=True)
class _Lines:
    """Printed lines that are still to be joined."""

    lines: list[str] = field(default_factory=list)
    page: int | None = None


_Draft = _Text | _Lines | Grid


class _Writer:
    def __init__(self) -> None:
        self.parts: list[str] = []
        self.position = 0
        self.blocks: list[TextParagraph | TextTable] = []

    def _put(self, text: str) -> Span:
        start = self.position
        self.parts.append(text)
        self.position += len(text)
        return start, self.position

    def paragraph(self, text: str, style: str | None, page: int | None) -> None:
        start, end = self._put(text)
        self._put("\n")
        self.blocks.append(TextParagraph(start, end, style, page))

    def table(self, grid: Grid) -> None:
        table = TextTable(self.position, self.position, flattened=grid.flattened)
        for row in grid.rows:
            made: list[TextCell | None] = []
            for column, cell in enumerate(row):
                if column:
                    self._put("\t")
                if cell is None:
                    made.append(None)
                    continue
                start, end = self._put(cell.text)
                made.append(TextCell(start, end, cell.row_span, cell.col_span))
            self._put("\n")
            table.rows.append(made)
        table.end = self.position
        self.blocks.append(table)


def normalise(document: SourceDocument) -> NormalText:
    r"""The normalised text of a document.

    Parameters
    ----------
    document : SourceDocument
        What a reader found in the file.

    Returns
    -------
    NormalText

    Examples
    --------
    >>> from jingtu.knowledge.plantext.sources import Paragraph
    >>> source = SourceDocument("docx", [Paragraph("一、目标[bookmark: _Toc1]"), Paragraph("到2030 年 底。")])
    >>> normalise(source).text
    '一、目标\n到2030年底。\n'
    """
    drafts = _drafts(document)
    plain = [line for draft in drafts if isinstance(draft, _Lines) for line in draft.lines]
    whole = sum(len(draft.text) for draft in drafts if isinstance(draft, _Text))
    full = full_width(plain) if whole < 2 * sum(map(len, plain)) else None
    writer = _Writer()
    for draft in drafts:
        if isinstance(draft, Grid):
            writer.table(draft)
        elif isinstance(draft, _Text):
            writer.paragraph(draft.text, draft.style, draft.page)
        else:
            for numbers in join_lines(draft.lines, full):
                text = "".join(draft.lines[number] for number in numbers)
                writer.paragraph(text, None, draft.page)
    return NormalText("".join(writer.parts), writer.blocks)


def _drafts(document: SourceDocument) -> list[_Draft]:
    drafts: list[_Draft] = []
    run: list[str] = []
    page: int | None = None

    def flush() -> None:
        if run:
            drafts.extend(_read_lines(run, page))
            run.clear()

    for block in document.blocks:
        if isinstance(block, TableBlock):
            flush()
            grid = _grid_of(block)
            if grid.rows:
                drafts.append(grid)
        elif block.hard_wrapped:
            page = block.page if not run else page
            run.extend(_long_line(block.text))
        else:
            flush()
            for line in _long_line(block.text):
                text = clean(line)
                if text and not is_page_number(text):
                    drafts.append(_Text(text, block.style, block.page))
    flush()
    return drafts


def _long_line(text: str) -> list[str]:
    """A whole document in one line shows its paragraphs only by their indents."""
    if len(text) < _LONG_LINE:
        return text.split("\n")
    parts = [part for line in text.split("\n") for part in _PARAGRAPH_GAP.split(line)]
    return parts if len(parts) > 2 else text.split("\n")


def _read_lines(lines: list[str], page: int | None) -> list[_Draft]:
    drafts: list[_Draft] = []
    plain = _Lines(page=page)
    starts = header_starts()

    def flush() -> _Lines:
        if plain.lines:
            drafts.append(plain)
        return _Lines(page=page)

    index = 0
    while index < len(lines):
        line = lines[index]
        found = None
        if "\t" in line or line.startswith("|"):
            found = find_tab_table(lines, index)
        if found is None and line.strip().replace(" ", "").startswith(starts):
            found = find_flat_table(lines, index)
        if found is None:
            text = clean(line)
            if not is_page_number(text) and not _is_stray_number(text):
                plain.lines.append(text)
            index += 1
            continue
        plain = flush()
        drafts.append(found[0])
        index = found[1]
    flush()
    return drafts


def _is_stray_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= 3


def _grid_of(block: TableBlock) -> Grid:
    rows: list[list[GridCell | None]] = []
    for row in block.grid():
        cells = [
            None
            if cell is None
            else GridCell(
                join_cell([clean(line) for line in cell.text.split("\n")]), cell.row_span, cell.col_span
            )
            for cell in row
        ]
        if any(cell is not None and cell.text for cell in cells):
            rows.append(cells)
    return Grid(rows, page=block.page)
