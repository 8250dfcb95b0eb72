"""The section tree of a document under all numbering styles of the genre."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jingtu.knowledge.plantext.model import Span
from jingtu.knowledge.plantext.normalise import NormalText, TextParagraph
from jingtu.knowledge.plantext.structure.lines import NUMERALS
from jingtu.knowledge.plantext.structure.note_clauses import is_unit_note

ANNEX, CHAPTER, HAN, HAN_PAREN, NUMBER, NUMBER_PAREN, CIRCLED = range(-1, 6)

_STYLES: tuple[tuple[int, re.Pattern[str]], ...] = (
    (
        ANNEX,
        re.compile(
            r"(?P<number>附\s*[件表录]\s*[\d一二三四五六七八九十]{0,3}(?:[-—－–.．]\d{1,2})?)(?=$|[：: ]|[^\s\d：:])"
        ),
    ),
    (CHAPTER, re.compile(rf"(?P<number>第[{NUMERALS}\d]{{1,4}}[章节篇])\s*")),
    (HAN, re.compile(rf"(?P<number>[{NUMERALS}]{{1,4}})[、．](?![{NUMERALS}])")),
    (HAN_PAREN, re.compile(rf"(?P<number>[（(][{NUMERALS}]{{1,3}}[）)])[、.．]?")),
    (NUMBER, re.compile(r"(?P<number>\d{1,3})[．.、](?!\d)")),
    (NUMBER_PAREN, re.compile(r"(?P<number>[（(]\d{1,2}[）)])[、.．]?|(?P<half>\d{1,2})[）)]")),
    (CIRCLED, re.compile(r"(?P<number>[①-⑳])")),
)
_GLUED = re.compile(r"(?P<number>\d{1,3})[．.](?=\d)")
_BEGINS_WITH_DATE = re.compile(r"1[．.](?:20\d\d年|1?\d月)")  # 1.6月底前完成…: no decimal
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_ANNEX_LINE = re.compile(
    r"附\s*[件表录]\s*[\d一二三四五六七八九十]{0,3}(?:[-—－–.．]\d{1,2})?(?:[：: ]?[^。；]{0,50})?"
)
_ANNEX_LIST = re.compile(r"附\s*[件表录]\s*[：:]")
_TITLE_MAX = 60
_OPEN = "（(〔【“《‘"
_SHUT = "）)〕】”》’〉"


@dataclass(slots=True)
class Section:
    """One heading with what stands under it.

    ``start`` to ``title_end`` is the heading as printed; ``body`` holds the spans of its own text,
    inline text first; ``inline`` tells that text follows the title in the same paragraph.
    """

    rank: int
    number: str
    start: int
    title_start: int
    title_end: int
    body: list[Span] = field(default_factory=list)
    inline: bool = False
    parent: Section | None = None
    children: list[Section] = field(default_factory=list)

    def walk(self) -> Iterator[Section]:
        """The section and all below, in reading order."""
        stack = [self]
        while stack:
            section = stack.pop()
            yield section
            stack.extend(reversed(section.children))

    def above(self, rank: int) -> Section | None:
        """The nearest section above whose rank is at most ``rank``."""
        section = self.parent
        while section is not None and section.rank > rank:
            section = section.parent
        return section


def build_outline(normal: NormalText) -> Section:
    """The tree of sections; its root has no heading and holds what stands before the first one."""
    root = Section(-2, "", 0, 0, 0)
    open_sections = [root]
    for block in normal.blocks:
        if not isinstance(block, TextParagraph):
            continue
        heading = _heading(normal, block, open_sections[-1])
        if heading is None:
            open_sections[-1].body.append((block.start, block.end))
            continue
        while open_sections[-1].rank >= heading.rank:
            open_sections.pop()
        heading.parent = open_sections[-1]
        open_sections[-1].children.append(heading)
        open_sections.append(heading)
    return root


def _heading(normal: NormalText, block: TextParagraph, current: Section) -> Section | None:
    text = normal.of(block)
    head = text[:24]
    for rank, pattern in _STYLES:
        match = pattern.match(head)
        if match is None:
            continue
        if rank == ANNEX and (not _ANNEX_LINE.fullmatch(text) or _ANNEX_LIST.match(text)):
            return None
        number = match["number"] or f"（{match['half']}）"
        return _with_title(block, text, rank, number, match.end())
    glued = _GLUED.match(head)
    if glued and (_follows(current, int(glued["number"])) or _BEGINS_WITH_DATE.match(head)):
        return _with_title(block, text, NUMBER, glued["number"], glued.end())
    style = _HEADING_STYLE.search(block.style or "")
    if style and len(text) <= _TITLE_MAX and not text.endswith("。"):
        return Section(min(int(style[1]), NUMBER), "", block.start, block.start, block.end)
    return None


def _follows(current: Section, number: int) -> bool:
    """Whether a heading with this number is the next one of its list."""
    section: Section | None = current
    while section is not None and section.rank > NUMBER:
        section = section.parent
    return section is not None and section.rank == NUMBER and section.number == str(number - 1)


def _with_title(block: TextParagraph, text: str, rank: int, number: str, start: int) -> Section:
    while start < len(text) and text[start] == " ":
        start += 1
    end = first_sentence_end(text, start)
    section = Section(rank, number, block.start, block.start + start, block.start + end)
    rest = end
    while rest < len(text) and text[rest] in "。：: ":
        rest += 1
    if rest < len(text):
        section.inline = True
        section.body.append((block.start + rest, block.end))
        section.title_end = block.start + end
    elif rank <= HAN_PAREN:
        section.title_end = block.start + end
    return section


def first_sentence_end(text: str, start: int) -> int:
    """Where the title that begins a paragraph ends.

    The title is the first sentence; a short phrase before a colon is a title as well; a unit note
    is never part of it.

    Examples
    --------
    >>> text = "1．完成详查。按照规范，完成入库。"
    >>> text[2:first_sentence_end(text, 2)]
    '完成详查'
    """
    depth = 0
    opened = start
    for index in range(start, min(len(text), start + 400)):
        char = text[index]
        if char in _OPEN:
            if depth == 0:
                opened = index
            depth += 1
        elif char in _SHUT:
            depth = max(depth - 1, 0)
            if (
                depth == 0
                and text[opened] in "（(〔【"
                and is_unit_note(text[opened + 1 : index]) is not None
            ):
                return opened
        elif depth:
            continue
        elif char == "。" or (
            char in "：:" and index - start <= 30 and "，" not in text[start:index] and index + 1 < len(text)
        ):
            return index
    return min(len(text), start + 400)


def heading_text(normal: NormalText, section: Section) -> str:
    """The heading as printed, with its full stop where it stands alone."""
    end = section.title_end
    if not section.inline and normal.text[end : end + 1] == "。":
        end += 1
    return normal.text[section.start : end].strip()
