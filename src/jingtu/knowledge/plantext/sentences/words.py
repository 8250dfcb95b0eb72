"""One piece of text, made easy to match and still addressable.

White space (justified cells, soft line breaks) is left out and full-width digits become ASCII, one
character for one, so that patterns stay short; every match can be traced back to the source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jingtu.knowledge.plantext.model import Span
from jingtu.knowledge.plantext.piece import Piece

FILLER = "\ue000"  # private use: stands where a character must not be read
_ALIKE = str.maketrans(
    "０１２３４５６７８９％﹪．∶﹕＞＜＝≧≦﹥﹤／〇○",
    "0123456789%%.::><=≥≤></零零",
)
_SPACE = re.compile(r"[\s\u200b\ufeff\u00ad]+")

# Names and numbers that are no figures of this text: titles, document numbers, standards, telephone numbers.
_TITLE = re.compile(r"《[^《》]{1,120}》")
_NUMBERED = re.compile(
    r"[〔\[（(]\s?(?:19|20)\d{2}\s?[〕\]）)]\s?第?\d{1,5}号|第\d{1,5}号|\d{1,5}号(?=令|文|公告|通知|井|楼|线|地块)"
    r"|(?<![A-Za-z])[A-Z]{1,4}(?:/[A-Z])?\d+(?:\.\d+)*(?:[-—–]\d{2,4})?(?![%\d])|[A-Za-z0-9_.]{1,40}@[A-Za-z0-9_.]{1,40}"
    r"|附[件表录图]\d+(?:[-—–]\d+)*"
    r"|(?<!\d)\d{3,4}-\d{7,8}(?!\d)|(?<![\d.])\d{7,}(?![\d.%万亿])"
)
_QUOTED = re.compile(r"[“‘「\"][^“”‘’「」\"。；]{1,30}[”’」\"]")
_DIGIT = re.compile(r"\d")
_BRACKET = re.compile(r"[（(〔][^（）()〔〕]{0,120}[）)〕]")
_STOP = re.compile(r"[，,；;：:。！!？?]")

_SENTENCE_END = re.compile(r"[。！!？?]")
_CLAUSE_END = re.compile(r"[。！!？?；;，]|(?<!\d),|,(?!\d{3})|(?<!\d)[：:]|[：:](?!\d)")
LONGEST_CLAUSE = 600  # beyond this a "clause" is no sentence; it is read in blocks so that time stays linear


@dataclass(frozen=True, slots=True)
class Clause:
    """Half-open ``[start, end)`` in ``Words.text``, without its punctuation mark."""

    start: int
    end: int
    sentence: int


class Words:
    """The characters of a piece that carry meaning, and three views on them.

    ``text`` is what stands there; ``plain`` hides titles, document numbers and digits in quotes;
    both have the same length. ``clauses`` lists the clauses in order.
    """

    __slots__ = ("_at", "clauses", "piece", "plain", "text")

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        raw = piece.text
        if _SPACE.search(raw):
            self._at: list[int] | None = [i for i, c in enumerate(raw) if not _SPACE.match(c)]
            raw = _SPACE.sub("", raw)
        else:
            self._at = None
        self.text = raw.translate(_ALIKE)
        plain = _TITLE.sub(_hide, self.text)
        plain = _NUMBERED.sub(_hide, plain)
        self.plain = _QUOTED.sub(_hide_digits, plain)
        self.clauses = _clauses(_BRACKET.sub(_hide_stops, self.plain))

    def __len__(self) -> int:
        return len(self.text)

    def spans(self, start: int, end: int) -> list[Span]:
        """Source spans of ``text[start:end]``."""
        if start >= end:
            return []
        if self._at is None:
            return self.piece.spans(start, end)
        return self.piece.spans(self._at[start], self._at[end - 1] + 1)

    def place(self, position: int) -> int:
        """Where ``text[position]`` stands in the piece's own text."""
        if self._at is None:
            return position
        return self._at[position] if position < len(self._at) else len(self.piece.text)

    def raw(self, start: int, end: int) -> str:
        """The source words of ``text[start:end]``, exactly what :meth:`spans` covers."""
        return "".join(self.piece.source[low:high] for low, high in self.spans(start, end))


def _hide(match: re.Match[str]) -> str:
    return FILLER * len(match.group())


def _hide_digits(match: re.Match[str]) -> str:
    inside = match.group()
    return inside if "%" in inside or "年" in inside else _DIGIT.sub(FILLER, inside)


def _hide_stops(match: re.Match[str]) -> str:
    return _STOP.sub(FILLER, match.group())


def _clauses(frame: str) -> list[Clause]:
    found: list[Clause] = []
    sentence, start = 0, 0
    for mark in _CLAUSE_END.finditer(frame):
        _add(found, start, mark.start(), sentence)
        start = mark.end()
        if _SENTENCE_END.match(mark.group()):
            sentence += 1
    _add(found, start, len(frame), sentence)
    return found


def _add(found: list[Clause], start: int, end: int, sentence: int) -> None:
    while end - start > LONGEST_CLAUSE:
        found.append(Clause(start, start + LONGEST_CLAUSE, sentence))
        start += LONGEST_CLAUSE
    if end > start:
        found.append(Clause(start, end, sentence))
