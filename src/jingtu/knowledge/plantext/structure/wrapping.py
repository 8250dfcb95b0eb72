"""Put hard-wrapped lines together to paragraphs again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from jingtu.knowledge.plantext.structure.clauses import has_role_word
from jingtu.knowledge.plantext.structure.lines import NUMERALS, begins_something, ends_sentence, width
from jingtu.knowledge.plantext.structure.names import is_known_unit
from jingtu.knowledge.plantext.structure.note_clauses import is_unit_note

_OPENERS = "（(〔【["
_CLOSERS = "）)〕】]〉"
_GOES_ON = ("、", "，", "和", "及")
_UNBREAKABLE = re.compile(r"[“《（(〔]?[0-9A-Za-z.%〔〕:/@\-—－]+[年月日号%％]?[》”）)]?")
_LONGEST_NOTE = 600
# A title may fill its line; nothing but the rest of a title belongs to it.
_HEAD_LINES = 60
_TITLE = re.compile(
    r"(?!为|根据|按照|结合|依据|以)(?=.*(?:\d{4}|[省市县区州盟旗镇乡]|关于))[^，。；：、？！]{6,60}"
    r"(?:计划|方案|要点|规划|任务清单|责任清单|意见|分解表|任务表|一览表|通知)"
)
_TITLE_REST = re.compile(r"(?:实施)?(?:计划|方案|要点|细则|意见|的通知|清单)|[（(].{1,8}[）)]")
_NUMBERING = re.compile(
    rf"(?P<han>[{NUMERALS}]{{1,3}}、)|(?P<paren>[（(][{NUMERALS}]{{1,3}}[）)])|(?P<number>\d{{1,3}}[．.、](?!\d))"
    r"|(?P<small>[（(]\d{1,2}[）)])"
)


@dataclass(frozen=True, slots=True)
class Wrap:
    """How a text was broken: width of a full line, how much shorter one may be, and first lines are."""

    full: float
    slack: float
    indent: float = 0.0
    by_count: bool = False

    def width(self, line: str) -> float:
        """The width of a line as this text was broken."""
        return len(line) if self.by_count else width(line)


def full_width(lines: list[str]) -> Wrap | None:
    """The width at which the lines were broken, or ``None`` where each line is a paragraph.

    In a wrapped text most long lines are about equally long and end anywhere; in a text of
    paragraphs the long lines end with a full stop or a bracket.

    Examples
    --------
    >>> full_width(["甲" * 200 + "。", "一、总体要求", "乙" * 90 + "。"]) is None
    True
    """
    shown = [line for line in lines if line]
    if len(shown) < 8:
        return None
    # Some programs break by the number of characters, whatever their width.
    usual_count, times = Counter(map(len, shown)).most_common(1)[0]
    equal = Counter(map(width, shown)).most_common(1)[0][1]
    by_count = times > equal and times * 3 >= len(shown) and usual_count >= 12
    measure = len if by_count else width
    widths = sorted(map(measure, shown))
    wide = widths[int(len(widths) * 0.95)]
    if wide > 80:
        return None
    floor = 0.75 * wide
    long = [line for line in shown if measure(line) >= floor]
    broken = sum(not (ends_sentence(line) or line.endswith(tuple("：:；;" + _CLOSERS))) for line in long)
    if len(long) < 4 or broken < 0.4 * len(long):
        return None
    usual = sorted(map(measure, long))
    full = usual[int(len(usual) * 0.6)]
    # Lines that end inside a sentence show how much shorter than full a broken line can be.
    inside = sorted(measure(line) for line in long if not ends_sentence(line))
    slack = min(max(full - inside[len(inside) // 5] + 1.5, 1.6), 4.5)
    return Wrap(full, slack, _indent(shown, full, measure), by_count)


def _indent(lines: list[str], full: float, measure: Callable[[str], float]) -> float:
    """How much shorter the first lines of paragraphs are: their indent is gone, their width tells."""
    shorter = sorted(
        full - measure(line)
        for before, line in pairwise(lines)
        if (ends_sentence(before) or _style(before) is not None)
        and measure(before) < 0.8 * full
        and measure(line) >= 0.75 * full
        and not ends_sentence(line)
    )
    return 2.0 if shorter and shorter[len(shorter) // 2] >= 1.2 else 0.0


def join_lines(lines: list[str], wrap: Wrap | None) -> list[list[int]]:
    """Group the numbers of lines to paragraphs.

    Parameters
    ----------
    lines : list of str
        Cleaned lines; empty ones part nothing where the text is wrapped.
    wrap : Wrap or None
        How the text was broken (:func:`full_width`), ``None`` to keep lines apart.

    Returns
    -------
    list of list of int
        For each paragraph the indexes of its lines.
    """
    if wrap is None:
        return [[index] for index, line in enumerate(lines) if line]
    alone = _headings_alone(lines, wrap)
    paragraphs: list[list[int]] = []
    for index, line in enumerate(lines):
        if not line:
            continue
        if paragraphs and _goes_on(lines, paragraphs[-1], line, wrap, alone):
            paragraphs[-1].append(index)
        else:
            paragraphs.append([index])
    return paragraphs


def _style(line: str) -> str | None:
    """The numbering style with which a line begins."""
    match = _NUMBERING.match(line)
    return match.lastgroup if match else None


def _headings_alone(lines: list[str], wrap: Wrap) -> frozenset[str]:
    """The numbering styles whose headings stand on lines of their own in this document."""
    alone: Counter[str] = Counter()
    inline: Counter[str] = Counter()
    shown = [line for line in lines if line]
    for line, following in zip(shown, [*shown[1:], ""], strict=True):
        style = _style(line)
        if style is None:
            continue
        bare = line.rstrip("。")
        runs_on = wrap.width(line) >= wrap.full - wrap.slack and "。" in following[:-1]
        if any(mark in bare for mark in "。；") or (
            runs_on and not line.endswith("。") and _style(following) is None
        ):
            inline[style] += 1
        elif wrap.width(line) < wrap.full - wrap.slack and "，" not in bare:
            alone[style] += 1
    return frozenset(style for style, count in alone.items() if count >= 2 and count >= 2 * inline[style])


def _goes_on(lines: list[str], paragraph: list[int], line: str, wrap: Wrap, alone: frozenset[str]) -> bool:
    before = lines[paragraph[-1]]
    if begins_something(line) and not _bracket_is_open(lines, paragraph):
        return False
    wide, full = wrap.width(before), wrap.full
    heading = len(paragraph) <= 2 and _style(lines[paragraph[0]]) in alone
    words = _NUMBERING.sub("", "".join(lines[index] for index in paragraph), count=1) if heading else ""
    if heading and not any(mark in words.rstrip("。") for mark in "，。；（"):
        # Headings stand alone here; only a short rest without a mark belongs to this one.
        rest = line.rstrip("。")
        return (
            not before.endswith("。")
            and wide > full - wrap.slack - (wrap.indent if len(paragraph) == 1 else 0.0)
            and wrap.width(line) < 0.62 * full
            and not any(mark in rest for mark in "，。；、（")
        )
    if wide < 0.62 * full:
        # A short line ends its paragraph, unless a bracket or a list is left open.
        return before.endswith(_GOES_ON) or _bracket_is_open(lines, paragraph)
    if _ends_with_note(lines, paragraph):
        return False
    if before.endswith(("：", ":")) and not _bracket_is_open(lines, paragraph):
        return False
    if len(paragraph) == 1 and paragraph[0] < _HEAD_LINES and _TITLE.fullmatch(before):
        return len(line) <= 10 and _TITLE_REST.fullmatch(line) is not None
    if ends_sentence(before):
        if is_known_unit(line):
            return False  # a signature
        return wide > full - 2.6 - (wrap.indent if len(paragraph) == 1 else 0.0)
    if wide < full - wrap.slack - (wrap.indent if len(paragraph) == 1 else 0.0):
        # Short without a mark: a title line, unless an unbreakable figure went to the next line.
        figure = _UNBREAKABLE.match(line)
        moved = figure is not None and wide + wrap.width(figure[0]) > full - 0.6
        return moved or before.endswith(_GOES_ON) or _bracket_is_open(lines, paragraph)
    return True


def _bracket_is_open(lines: list[str], paragraph: list[int]) -> bool:
    """Whether an opened bracket waits for its end; looked for in the last lines only."""
    depth = 0
    for index in reversed(paragraph[-20:]):
        for char in reversed(lines[index]):
            if char in _CLOSERS:
                depth += 1
            elif char in _OPENERS:
                if depth == 0:
                    return True
                depth -= 1
    return False


def _ends_with_note(lines: list[str], paragraph: list[int]) -> bool:
    """Whether the paragraph so far ends with a unit note: that is where paragraphs end."""
    last = lines[paragraph[-1]].rstrip("。；;")
    if not last.endswith(tuple(_CLOSERS)):
        return False
    text = ""
    depth = 0
    for index in reversed(paragraph[-20:]):
        line = lines[index].rstrip("。；;") if index == paragraph[-1] else lines[index]
        for position in range(len(line) - 1, -1, -1):
            if line[position] in _CLOSERS:
                depth += 1
            elif line[position] in _OPENERS:
                depth -= 1
                if depth == 0:
                    inside = (line[position + 1 :] + text)[:-1]
                    return has_role_word(inside) and is_unit_note(inside) is not None
        text = line + text
        if len(text) > _LONGEST_NOTE:
            return False
    return False
