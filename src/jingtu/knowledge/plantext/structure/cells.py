"""The text of one cell from its printed lines."""

from __future__ import annotations

from collections.abc import Sequence

from jingtu.knowledge.plantext.structure.lines import begins_something, ends_sentence
from jingtu.knowledge.plantext.structure.names import is_body_word, is_known_unit, is_unit, squeeze


def join_cell(lines: Sequence[str]) -> str:
    """Join the lines of a cell: wrapped lines without a gap, units on lines of their own with one.

    Examples
    --------
    >>> join_cell(["区文化和", "旅游局、", "区民政局"])
    '区文化和旅游局、区民政局'
    >>> join_cell(["市民政局", "市气象局"])
    '市民政局 市气象局'
    """
    text = ""
    for line in lines:
        if not line:
            continue
        if text and _is_apart(text, line):
            text += " "
        text += line
    return text


def _is_apart(before: str, line: str) -> bool:
    last = before[-1]
    if last.isascii() and last.isalnum() and line[0].isascii() and line[0].isalpha():
        return True
    if ends_sentence(before):
        return begins_something(line)
    head = _first_name(line)
    return is_known_unit(_last_name(before)) and is_unit(head) and not is_body_word(head)


def _last_name(text: str) -> str:
    tail = text[-42:]
    cut = max(tail.rfind(mark) for mark in "、，,；;。 ")
    return squeeze(tail[cut + 1 :]) if cut >= 0 or len(text) <= 42 else ""


def _first_name(text: str) -> str:
    head = text[:42]
    stops = [position for mark in "、，,；;。 " if (position := head.find(mark)) > 0]
    return squeeze(head[: min(stops)] if stops else head)
