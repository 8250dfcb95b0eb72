"""Word documents: paragraphs and tables in the order of the body, as a reader of the page sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from xml.etree.ElementTree import Element

from jingtu.knowledge.plantext.sources import refusals
from jingtu.knowledge.plantext.sources.archive import Package, attribute, child, children, local
from jingtu.knowledge.plantext.sources.docx_numbering import Numbering, circled
from jingtu.knowledge.plantext.sources.limits import LIMITS, Limits
from jingtu.knowledge.plantext.sources.model import Block, Cell, Paragraph, SourceDocument, TableBlock

_WHAT = "Word 文件"
# Wrappers around content that is shown as if they were not there (an accepted insertion, a field).
_TRANSPARENT = frozenset(
    {
        "ins", "moveTo", "smartTag", "hyperlink", "sdt", "sdtContent", "customXml", "fldSimple",
        "ruby", "rubyBase", "dir", "bdo", "oMath", "oMathPara",
    }
)  # fmt: skip
# Shown to nobody: what tracked changes took away, and the pronunciation above a word.
_UNSEEN = frozenset({"del", "moveFrom", "rt", "instrText", "delText", "rPr", "pPr", "sectPr"})
_OFF = frozenset({"0", "false", "off"})


def read_docx(data: bytes, limits: Limits = LIMITS) -> SourceDocument:
    """Read a Word document (``.docx``, also with macros or as a template; macros are not looked at).

    Tracked deletions are left out and insertions kept, automatic numbering is written out, hidden
    text, bookmarks, comments and tables of contents are left out, text boxes follow the paragraph
    they hang on, footnotes stand at the end behind the mark that stands in the text.

    Parameters
    ----------
    data : bytes
        The file's content.
    limits : Limits
        How much is read before the file is refused.

    Returns
    -------
    SourceDocument
        Kind ``docx``. Lines of a paragraph that was broken by hand are ``hard_wrapped`` paragraphs.

    Raises
    ------
    UnreadableDocumentError
        ``damaged``, ``empty``, ``encrypted``, ``too_large`` or ``unknown_type``.
    """
    package = Package(data, limits)
    main = package.main_part()
    root = package.xml(main)
    body = child(root, "body")
    if body is None:
        raise refusals.damaged(_WHAT)
    parts = {kind.rsplit("/", 1)[-1]: target for kind, target in package.relations(main).values()}

    def part(kind: str) -> Element | None:
        return package.xml(parts[kind]) if kind in parts else None

    reader = _Reader(Numbering(part("numbering"), part("styles")), limits)
    blocks = reader.blocks(body, 0)
    for kind in ("footnotes", "endnotes"):
        if reader.notes.get(kind):
            blocks += reader.note_blocks(kind, part(kind))
    characters = sum(_length(block) for block in blocks)
    if not characters:
        if any(local(item) in {"drawing", "pict"} for item in body.iter()):
            raise refusals.image_only("这份 Word 文件")
        raise refusals.empty(_WHAT)
    if characters > limits.characters:
        raise refusals.too_large(_WHAT, f"超过 {limits.characters // 10_000} 万字")
    return SourceDocument("docx", blocks)


def _length(block: Block) -> int:
    if isinstance(block, Paragraph):
        return len(block.text.strip())
    return sum(len(cell.text.strip()) for row in block.rows for cell in row)


class _Reader:
    """One walk over one document; numbering counts on from paragraph to paragraph."""

    def __init__(self, numbering: Numbering, limits: Limits) -> None:
        self.numbering = numbering
        self.limits = limits
        self.notes: dict[str, list[str]] = {}

    def blocks(self, parent: Element, depth: int) -> list[Block]:
        """Blocks of a body, a cell, a text box or a wrapper around blocks."""
        if depth > self.limits.nesting:
            raise refusals.damaged(_WHAT)
        found: list[Block] = []
        carried = ""
        for element in parent:
            name = local(element)
            if name == "p":
                made, carried = self._paragraph(element, depth, carried)
                found += made
            elif name == "tbl":
                found += self._table(element, depth)
            elif name == "sdt":
                gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
                if attribute(gallery, "val") != "Table of Contents":
                    content = child(element, "sdtContent")
                    found += self.blocks(content, depth + 1) if content is not None else []
            elif name in {"customXml", "ins", "moveTo", "AlternateContent", "Choice"}:
                inner = next(children(element, "Choice"), element)
                found += self.blocks(inner, depth + 1)
        if carried:
            found.append(Paragraph(carried))
        return found

    def note_blocks(self, kind: str, root: Element | None) -> list[Block]:
        """Footnotes or endnotes that the text refers to, in the order of their marks."""
        by_id = {attribute(note, "id"): note for note in (root if root is not None else ())}
        found: list[Block] = []
        # A note may refer to a note, even to itself: only marks of the text are followed.
        for number, identity in enumerate(list(self.notes[kind]), start=1):
            if identity in by_id:
                text = _text_of(self.blocks(by_id.pop(identity), 1))
                if text:
                    found.append(Paragraph(f"{circled(number)}{text}", style=kind.removesuffix("s")))
        return found

    def _paragraph(self, element: Element, depth: int, carried: str) -> tuple[list[Block], str]:
        """Blocks of one paragraph; ``carried`` is text of a paragraph whose end mark was deleted."""
        properties = child(element, "pPr")
        style_id = attribute(child(properties, "pStyle"), "val")
        style = self.numbering.style_names.get(style_id, style_id) or None
        boxes: list[Block] = []
        text = "".join(self._inline(element, depth, boxes))
        if style is not None and style.lower().startswith("toc "):
            return boxes, carried
        # An empty paragraph of a list shows its number too: columns of numbers are made so.
        label = "" if carried else self.numbering.label(properties)
        text = carried + (label + text.lstrip(" ") if label else text)
        if child(properties, "rPr", "del") is not None:
            return boxes, text
        lines = text.strip("\n").split("\n")
        broken = len(lines) > 1
        made: list[Block] = [Paragraph(line, style=style, hard_wrapped=broken) for line in lines]
        return made + boxes, ""

    def _inline(self, parent: Element, depth: int, boxes: list[Block]) -> Iterator[str]:
        if depth > self.limits.nesting:
            raise refusals.damaged(_WHAT)
        for element in parent:
            name = local(element)
            if name in _UNSEEN:
                continue
            if name == "r":
                if not _is_hidden(element):
                    yield from self._inline(element, depth + 1, boxes)
            elif name == "t":
                yield (element.text or "").replace("\n", " ")
            elif name in {"tab", "ptab"}:
                yield "\t"
            elif name in {"br", "cr"}:
                yield "\n"
            elif name == "noBreakHyphen":
                yield "-"
            elif name in {"footnoteReference", "endnoteReference"}:
                yield self._note_mark(element, name)
            elif name in {"drawing", "pict", "object"}:
                boxes += self._text_boxes(element, depth)
            elif name == "AlternateContent":
                # Both branches hold the same words for newer and older readers.
                branch = child(element, "Choice")
                branch = child(element, "Fallback") if branch is None else branch
                yield from self._inline(branch, depth + 1, boxes) if branch is not None else ()
            elif name in _TRANSPARENT or _is_formula(element):
                yield from self._inline(element, depth + 1, boxes)

    def _note_mark(self, element: Element, name: str) -> str:
        marks = self.notes.setdefault(name.removesuffix("Reference") + "s", [])
        marks.append(attribute(element, "id"))
        return circled(len(marks))

    def _text_boxes(self, element: Element, depth: int) -> list[Block]:
        found: list[Block] = []
        for content in _outermost(element, "txbxContent"):
            found += [
                b for b in self.blocks(content, depth + 1) if not isinstance(b, Paragraph) or b.text.strip()
            ]
        return found

    def _table(self, table: Element, depth: int) -> list[Block]:
        """A table, or the blocks of its cells where it only lays out the page."""
        found: list[Block] = []
        rows: list[list[Cell]] = []
        open_cells: dict[int, Cell] = {}
        for row in _rows(table):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            cells = list(_cells(row))
            if len(cells) == 1 and depth < self.limits.nesting and any(_outermost(cells[0], "tbl")):
                # A frame around a table: what it holds is the page, the frame is nothing.
                if rows:
                    found.append(TableBlock(rows))
                    rows, open_cells = [], {}
                found += [
                    b
                    for b in self.blocks(cells[0], depth + 1)
                    if not isinstance(b, Paragraph) or b.text.strip()
                ]
                continue
            rows.append(self._row(cells, properties, open_cells, depth))
        if any(rows):
            found.append(TableBlock(rows))
        return found

    def _row(
        self, cells: list[Element], properties: Element | None, open_cells: dict[int, Cell], depth: int
    ) -> list[Cell]:
        """Cells of one row; ``open_cells`` are those that may go on downwards, by grid column."""
        made: list[Cell] = []
        column = _span(child(properties, "gridBefore"), self.limits, least=0)
        if column:
            made.append(Cell("", col_span=column))
        started: dict[int, Cell] = {}
        for element in cells:
            settings = child(element, "tcPr")
            width = _span(child(settings, "gridSpan"), self.limits)
            merge = child(settings, "vMerge")
            above = open_cells.get(column)
            if merge is not None and attribute(merge, "val", "continue") != "restart" and above is not None:
                above.row_span += 1
                started[column] = above
                # Word keeps, and hides, what stood in a cell before it was merged.
            elif attribute(child(settings, "hMerge"), "val", "restart") == "continue" and made:
                made[-1].col_span += width
            else:
                cell = Cell(_text_of(self.blocks(element, depth + 1)), col_span=width)
                made.append(cell)
                if merge is not None:
                    started[column] = cell
            column += width
        open_cells.clear()
        open_cells.update(started)
        return made


def _text_of(blocks: list[Block]) -> str:
    """Blocks as the text of one cell: a line for each paragraph, a tab between nested cells."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text.strip())
        else:
            lines += ["\t".join(cell.text.replace("\n", "") for cell in row) for row in block.rows]
    # One empty line is as good as many, and none is wanted at the ends.
    return "\n".join(line for line, _ in groupby(lines)).strip()


def _is_formula(element: Element) -> bool:
    return isinstance(element.tag, str) and element.tag.startswith("{") and "/math}" in element.tag


def _is_hidden(run: Element) -> bool:
    hidden = child(run, "rPr", "vanish")
    return hidden is not None and attribute(hidden, "val", "1") not in _OFF


def _span(element: Element | None, limits: Limits, least: int = 1) -> int:
    text = attribute(element, "val")
    return min(max(int(text), least), limits.columns) if text.isascii() and text.isdecimal() else least


def _rows(table: Element) -> Iterator[Element]:
    return _through_wrappers(table, "tr")


def _cells(row: Element) -> Iterator[Element]:
    return _through_wrappers(row, "tc")


def _through_wrappers(parent: Element, name: str) -> Iterator[Element]:
    """Rows or cells, also where a content control or a custom mark wraps them."""
    return _descend(parent, name, lambda tag: tag in {"sdt", "sdtContent", "customXml", "ins", "moveTo"})


def _outermost(parent: Element, name: str) -> Iterator[Element]:
    """Descendants of a name that do not stand inside another of that name, nor in a fallback copy."""
    return _descend(parent, name, lambda tag: tag not in {"Fallback", "del", "moveFrom"})


def _descend(parent: Element, name: str, into: Callable[[str], bool]) -> Iterator[Element]:
    # A stack of its own: a hostile file nests deeper than calls may.
    stack = [iter(parent)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif (tag := local(element)) == name:
            yield element
        elif into(tag):
            stack.append(iter(element))
