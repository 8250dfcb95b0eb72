"""Cells as they stand: their words in one line, signs for nothing, words that differ in spaces alone."""

from __future__ import annotations

import re
from typing import Any

from jingtu.knowledge.grids import text_of
from jingtu.platform.registers import values
from jingtu.platform.registers.declarations import Field
from jingtu.platform.registers.quantities import plain

_CJK = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_BREAK = re.compile(rf"(?<=[{_CJK}])\s*\n\s*(?=[{_CJK}])")
_NOTHING = frozenset({"-", "--", "—", "——", "/", "\\", "N/A", "n/a"})  # signs in a table for an empty cell


def words_of(cell: Any) -> str:
    """A cell as words in one line."""
    return one_line(text_of(cell)) if not isinstance(cell, str) else one_line(cell.strip())


def one_line(text: str) -> str:
    r"""Text with the line breaks of its cell taken out: nothing between Chinese words, a space elsewhere.

    Examples
    --------
    >>> one_line("原清河镇\n农药厂"), one_line("A\nB"), one_line(" 甲 乙 ")
    ('原清河镇农药厂', 'A B', '甲 乙')
    """
    if "\n" not in text and "\r" not in text:
        return text.strip()
    return re.sub(r"\s*\n\s*", " ", _BREAK.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def tidied(item: Field, cell: Any) -> Any:
    """A cell of a field of one line without the line breaks of its cell."""
    return one_line(cell) if isinstance(cell, str) and item.kind != "long_text" else cell


def same_words(item: Field, old: Any, new: Any) -> bool:
    """Whether text differs in line breaks and spaces alone, which no table keeps."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return False
    if not new and item.kind in values.TEXT_KINDS and plain(old) in values.EMPTY_WORDS | _NOTHING:
        return True  # entered before, as a sign for nothing
    if item.kind not in {"text", "phone"}:
        return False
    return re.sub(r"\s+", "", old) == re.sub(r"\s+", "", new)


def says_nothing(item: Field, cell: Any, *, is_number: bool) -> bool:
    """Whether a cell of words has only a sign for nothing.

    ``is_number``: it numbers something; then 无 is no number, and two rows that have none are not the same
    one. Elsewhere 无 may be what was found.
    """
    if not isinstance(cell, str) or item.kind not in values.TEXT_KINDS:
        return False
    return plain(cell) in (values.EMPTY_WORDS if is_number else _NOTHING)
