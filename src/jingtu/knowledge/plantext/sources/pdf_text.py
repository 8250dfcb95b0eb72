"""From glyphs with places to lines, and from lines to paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Literal

from jingtu.knowledge.plantext.sources.model import Block, Paragraph

_PAGE_NUMBER = re.compile(
    r"[-—–－―‐·•\s]*(?:第\s*)?(?:\d{1,4}|[ivxIVX]{1,5})(?:\s*页)?(?:\s*[/／，,]?\s*共?\s*\d{1,4}\s*页?)?[-—–－―‐·•\s]*"
)
# A figure or Latin word with its signs, or one character; commas and brackets stay with their word.
_WORD = re.compile(r"[（《“〔(\[]*(?:[0-9A-Za-z.%．％℃~〜-]+|.)[，。、；：？！）》”〕)%］]*")
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|第[一二三四五六七八九十]{1,3}[章节]"
)
_ITEM = re.compile(r"\d{1,2}[．.、](?!\d)|[（(]\d{1,2}[）)]")
_OPEN_ENDS = "，、（《“〔([,"
_SENTENCE_ENDS = "。；！？）〕〉)：:"
# Running heads and page numbers stand in these shares of the page at its top and bottom.
_FURNITURE = 0.1
_WORD_GAP = 0.6  # em: a gap that is a space between Latin words or figures
_COLUMN_GAP = 3.0  # em: a gap that parts columns


@dataclass(slots=True)
class Glyph:
    """One character with its box, in points from the upper left corner of the page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(slots=True)
class Line:
    """One printed line."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float


Turn = Literal["up", "down"] | None


def turn_of(chars: Sequence[dict[str, Any]]) -> Turn:
    """Which way the words of a page run that is set sideways throughout; ``None`` for most pages."""
    for turn, sign in (("up", 1), ("down", -1)):
        if sum(1 for char in chars if _runs(char, sign)) * 3 > len(chars) * 2:
            return "up" if turn == "up" else "down"
    return None


def turned(item: dict[str, Any], turn: Turn, width: float, height: float) -> dict[str, Any]:
    """A character or a line of a page set sideways, where it stands when the page is turned."""
    if turn == "up":
        x0, x1, top, bottom = height - item["bottom"], height - item["top"], item["x0"], item["x1"]
    elif turn == "down":
        x0, x1, top, bottom = item["top"], item["bottom"], width - item["x1"], width - item["x0"]
    else:
        return item
    changed = {**item, "x0": x0, "x1": x1, "top": top, "bottom": bottom}
    changed["width"], changed["height"] = x1 - x0, bottom - top
    if "orientation" in item:
        changed["orientation"] = "h" if item["orientation"] == "v" else "v"
    return changed


def glyphs_of(chars: Sequence[dict[str, Any]], turn: Turn, width: float, height: float) -> list[Glyph]:
    """The characters on a page, each once.

    Slanted ones are watermarks; a character printed twice on its own place is a made-up bold face.
    """
    found: list[Glyph] = []
    seen: set[tuple[str, int, int]] = set()
    for item in chars:
        if not (_is_upright(item) if turn is None else _runs(item, 1 if turn == "up" else -1)):
            continue
        char = turned(item, turn, width, height)
        text = str(char["text"])
        x0, x1 = float(char["x0"]), float(char["x1"])
        top, bottom = float(char["top"]), float(char["bottom"])
        place = (text, round(x0 / 1.5), round(top / 1.5))
        off = x1 < 0 or bottom < 0 or x0 > max(width, height) or top > max(width, height)
        if not text or place in seen or off:
            continue
        seen.add(place)
        found.append(Glyph(text, x0, x1, top, bottom, max(float(char.get("size") or 0), 1.0)))
    return found


def _matrix(char: dict[str, Any]) -> tuple[float, float, float, float]:
    a, b, c, d = (char.get("matrix") or (1, 0, 0, 1))[:4]
    return float(a), float(b), float(c), float(d)


def _is_upright(char: dict[str, Any]) -> bool:
    # Italics lean, which is the third number; a line that climbs has the second.
    a, b, _, _ = _matrix(char)
    return a > 0 and abs(b) < 0.1 * a


def _runs(char: dict[str, Any], sign: int) -> bool:
    """Whether a character runs straight up (1) or down (-1)."""
    a, b, _, d = _matrix(char)
    return b * sign > 0 and abs(a) < 0.1 * abs(b) and abs(d) < 0.1 * abs(b)


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """Printed lines from top to bottom.

    Examples
    --------
    >>> row = [Glyph(c, 10.0 * i, 10.0 * i + 10, 0, 10, 10) for i, c in enumerate("土壤")]
    >>> below = [Glyph("水", 0, 10, 15, 25, 10)]
    >>> [line.text for line in lines_of([*below, *row])]
    ['土壤', '水']
    """
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (g.middle, g.x0)):
        if rows and abs(_middle(rows[-1]) - glyph.middle) < 0.45 * max(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    lines = []
    for row in rows:
        row.sort(key=lambda g: g.x0)
        shown = [glyph for glyph in row if not glyph.text.isspace()]
        if shown:
            lines.append(
                Line(
                    _joined(row),
                    shown[0].x0,
                    shown[-1].x1,
                    min(glyph.top for glyph in shown),
                    max(glyph.bottom for glyph in shown),
                    median(glyph.size for glyph in shown),
                )
            )
    return lines


def _middle(row: list[Glyph]) -> float:
    return row[-1].middle


def _joined(row: list[Glyph]) -> str:
    pieces: list[str] = []
    before: Glyph | None = None
    for glyph in row:
        if before is not None:
            gap = (glyph.x0 - before.x1) / max(glyph.size, before.size)
            if gap > _COLUMN_GAP:
                pieces.append("\t")
            elif gap > _WORD_GAP or (gap > 0.2 and _is_latin(before.text) and _is_latin(glyph.text)):
                pieces.append(" ")
        pieces.append(" " if glyph.text in "\n\r\t" else glyph.text)
        before = glyph
    return re.sub(r"[ \u3000]*\t[ \u3000\t]*", "\t", re.sub(r" {2,}", " ", "".join(pieces))).strip()


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalnum()


def cell_text(glyphs: Sequence[Glyph], width: float, bottom: float) -> tuple[str, float, float]:
    """Text of one table cell ``width`` points wide, and the room (em) beside and below its last line.

    Printed lines are joined again. A line break stays where the line was ended by hand: where the
    next word would have fitted.
    """
    text = ""
    before: Line | None = None
    for line in lines_of(glyphs):
        if before is not None:
            if not goes_on(_room(before, width), line.text):
                text += "\n"
            elif _is_latin(text[-1:]) and line.text[:1].isascii() and line.text[:1].isalpha():
                text += " "
        text += line.text
        before = line
    if before is None:
        return text, 0.0, 0.0
    return text, _room(before, width), (bottom - before.bottom) / before.size


def _room(line: Line, width: float) -> float:
    # Word keeps 5.4 points on both sides of a cell.
    return (width - 11 - (line.x1 - line.x0)) / line.size


def goes_on(room: float, text: str) -> bool:
    """Whether a text may go on a line that left this room (em): its first word did not fit there.

    Examples
    --------
    >>> goes_on(3.0, "（2024年）报告"), goes_on(3.0, "报告")
    (True, False)
    """
    return room < _first_word(text) + 0.9


def undecodable(text: str) -> int:
    """How many characters of a text layer say nothing: unmapped codes and private ones."""
    private = sum(1 for char in text if "\ue000" <= char <= "\uf8ff" or char == "\ufffd" or char < "\t")
    return private + sum(len(match) for match in re.findall(r"\(cid:\d+\)", text))


def drop_running_lines(pages: Sequence[tuple[float, list[Line]]]) -> None:
    """Take page numbers, running heads and feet out of the lines of each page (in place).

    A line at the edge of the page goes if it is nothing but a page number, or if the same line
    (figures aside) stands at the same edge of at least half of three or more pages.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for height, lines in pages:
        counts.update({(edge, _pattern(line)) for line in lines if (edge := _edge(line, height))})
    often = max(3, len(pages) / 2)
    for height, lines in pages:
        lines[:] = [
            line
            for line in lines
            if not (edge := _edge(line, height))
            or not (_PAGE_NUMBER.fullmatch(line.text) or counts[edge, _pattern(line)] >= often)
        ]


def _edge(line: Line, height: float) -> str:
    if line.bottom < height * _FURNITURE:
        return "head"
    return "foot" if line.top > height * (1 - _FURNITURE) else ""


def _pattern(line: Line) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line.text))


@dataclass(slots=True)
class Margins:
    """Where body text begins and ends, and whether its paragraphs begin with an indent."""

    left: float
    right: float
    size: float
    pitch: float
    indented: bool

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Margins:
        """Measure the lines of a document; the commonest line end is the right margin."""
        if not lines:
            return cls(0, 0, 1, 1, indented=False)
        size = median(line.size for line in lines)
        body = [line for line in lines if abs(line.size - size) < 0.15 * size] or list(lines)
        starts = Counter(round(line.x0 / 2) for line in body)
        # The leftmost start that is common: indents and centred lines lie to its right.
        common = [start for start, count in starts.items() if count * 12 >= len(body)]
        left = 2.0 * min(common or starts)
        long = sorted(line.x1 for line in body if line.x1 - line.x0 > 12 * size)
        # Lines of unjustified text end before the margin; a comma may hang over it.
        right = long[len(long) * 9 // 10] if long else max(line.x1 for line in body)
        gaps = [
            below.top - above.top for above, below in pairwise(body) if 0 < below.top - above.top < 4 * size
        ]
        made = cls(left, right, size, median(gaps) if gaps else 2 * size, indented=False)
        indented = sum(1 for line in body if made.is_indented(line))
        flush = sum(1 for line in body if abs(line.x0 - left) < 0.6 * size)
        # Two indented lines among many flush ones: the flush ones go on.
        made.indented = indented >= 2 and indented * 15 >= flush >= 2
        return made

    def is_indented(self, line: Line) -> bool:
        """Whether a line begins two characters to the right of the margin."""
        return 1.2 * self.size < line.x0 - self.left < 2.8 * self.size


def _first_word(text: str) -> float:
    """Width in em of what cannot be parted from the first character of a line."""
    found = _WORD.match(text)
    return sum(0.5 if char.isascii() else 1.0 for char in found[0]) if found else 1.0


class ParagraphBuilder:
    """Puts printed lines together to paragraphs, over page breaks as well.

    Only where the document indents its first lines: there a line at the left margin under a full
    line goes on. Elsewhere the lines stay lines, and rules over their words decide.
    """

    def __init__(self) -> None:
        self._paragraphs: list[Block] = []
        self._last: Line | None = None
        self._last_page = 0

    def add(self, line: Line, page: int, margins: Margins) -> None:
        """Take the next line, which stands between these margins."""
        last = self._paragraphs[-1] if self._paragraphs else None
        if isinstance(last, Paragraph) and self._goes_on(line, page, margins):
            gap = (
                " "
                if _is_latin(last.text[-1:]) and _is_latin(line.text[:1]) and line.text[:1].isalpha()
                else ""
            )
            last.text += gap + line.text
            last.hard_wrapped = False
        else:
            alone = not margins.indented or not margins.is_indented(line)
            self._paragraphs.append(Paragraph(line.text, page=page, hard_wrapped=alone))
        self._last = line
        self._last_page = page

    def finish(self) -> list[Block]:
        """The paragraphs so far; what comes next begins anew."""
        made, self._paragraphs, self._last = self._paragraphs, [], None
        return made

    def _goes_on(self, line: Line, page: int, margins: Margins) -> bool:
        last = self._last
        if last is None or not margins.indented:
            return False
        size = margins.size
        return (
            abs(line.size - last.size) < 0.1 * size
            and abs(line.x0 - margins.left) < 0.8 * size
            # What begins the line would not have fitted on the one before, or a sentence is open.
            and (
                last.text[-1] in _OPEN_ENDS
                or last.x1 + _first_word(line.text) * size > margins.right - 0.6 * size
            )
            and not _HEADING.match(line.text)
            # A list whose items stand at the margin: 2. behind a sentence that is finished.
            and not (_ITEM.match(line.text) and last.text[-1] in _SENTENCE_ENDS)
            and (page != self._last_page or line.top - last.top < 1.7 * margins.pitch)
        )
