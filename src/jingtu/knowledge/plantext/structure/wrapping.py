"""Put hard-wrapped lines together to paragraphs again."""

from __future__ import annotations

from jingtu.knowledge.plantext.structure.clauses import has_role_word, is_unit_note
from jingtu.knowledge.plantext.structure.lines import begins_something, ends_sentence, width
from jingtu.knowledge.plantext.structure.names import is_known_unit

_OPENERS = "（(〔【["
_CLOSERS = "）)〕】]〉"
_LONGEST_NOTE = 600


def full_width(lines: list[str]) -> float | None:
    """The width at which the lines were broken, or ``None`` where each line is a paragraph.

    In a wrapped text most long lines are about equally long and end anywhere; in a text of
    paragraphs the long lines end with a full stop or a bracket.

    Examples
    --------
    >>> full_width(["甲" * 200 + "。", "一、总体要求", "乙" * 90 + "。"]) is None
    True
    """
    widths = sorted(width(line) for line in lines if line)
    if len(widths) < 8:
        return None
    wide = widths[int(len(widths) * 0.95)]
    if wide > 80:
        return None
    floor = 0.75 * wide
    long = [line for line in lines if line and width(line) >= floor]
    broken = sum(not (ends_sentence(line) or line.endswith(tuple("：:；;" + _CLOSERS))) for line in long)
    if len(long) < 4 or broken < 0.4 * len(long):
        return None
    usual = sorted(width(line) for line in long)
    return usual[int(len(usual) * 0.6)]


def join_lines(lines: list[str], full: float | None) -> list[list[int]]:
    """Group the numbers of lines to paragraphs.

    Parameters
    ----------
    lines : list of str
        Cleaned lines; empty ones part nothing where the text is wrapped.
    full : float or None
        Width of a full line in ideographs (:func:`full_width`), ``None`` to keep lines apart.

    Returns
    -------
    list of list of int
        For each paragraph the indexes of its lines.
    """
    if full is None:
        return [[index] for index, line in enumerate(lines) if line]
    paragraphs: list[list[int]] = []
    last = -1
    for index, line in enumerate(lines):
        if not line:
            continue
        if last >= 0 and paragraphs and _goes_on(lines, paragraphs[-1], line, full):
            paragraphs[-1].append(index)
        else:
            paragraphs.append([index])
        last = index
    return paragraphs


def _goes_on(lines: list[str], paragraph: list[int], line: str, full: float) -> bool:
    before = lines[paragraph[-1]]
    if begins_something(line) and not _bracket_is_open(lines, paragraph):
        return False
    wide = width(before)
    if wide < 0.62 * full:
        # A short line ends its paragraph, unless a bracket or a list is left open.
        return before.endswith(("、", "，", "和", "及")) or _bracket_is_open(lines, paragraph)
    if _ends_with_note(lines, paragraph):
        return False
    if before.endswith(("：", ":")):
        return False
    if ends_sentence(before):
        if is_known_unit(line):
            return False  # a signature
        return wide > full - 2.6
    if wide < full - 4.5:
        return not (len(paragraph) == 1 and begins_something(before) and "，" not in before)
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
