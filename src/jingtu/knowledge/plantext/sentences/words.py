"""One piece of text, made easy to match and still addressable.

White space (justified cells, soft line breaks) is left out and full-width digits become ASCII, one
character for one, so that patterns stay short; every match can be traced back to the source.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jingtu.knowledge.plantext.model import Span
from jingtu.knowledge.plantext.piece import Piece

FILLER = "\ue000"  # private use: stands where a character must not be read
_ALIKE = str.maketrans(
    "０１２３４５６７８９％﹪．∶﹕＞＜＝≧≦﹥﹤／〇○",
    "0123456789%%.::><=≥≤></零零",
) | {ord("\t"): "；"}
_SPACE = re.compile(r"(?:[^\S\t]|[\u200b\ufeff\u00ad])+")  # a tab parts two cells

# Names and numbers that are no figures of this text: titles, document numbers, standards, telephone numbers.
_TITLE = re.compile(r"《[^《》]{1,120}》")
_NUMBERED = re.compile(
    r"[〔\[（(]\s?(?:19|20)\d{2}\s?[〕\]）)]\s?第?\d{1,5}号|第\d{1,5}号|\d{1,5}号(?=令|文|公告|通知|井|楼|线|地块)"
    r"|(?<![A-Za-z])[A-Z]{1,4}(?:/[A-Z])?\d+(?:\.\d+)*(?:[-—–]\d{2,4})?(?![%\d])|[A-Za-z0-9_.]{1,40}@[A-Za-z0-9_.]{1,40}"
    r"|附[件表录图]\d+(?:[-—–]\d+)*"
    r"|(?<!\d)\d{3,4}-\d{7,8}(?!\d)|(?<![\d.])\d{7,}(?![\d.%万亿])"
)
_NUMBER_OR_MAIL = re.compile(r"\d+|@")
_QUOTED = re.compile(r"[“‘「\"][^“”‘’「」\"。；]{1,30}[”’」\"]")
_DIGIT = re.compile(r"\d")
_SLOGAN = re.compile(r"百分之(?=百)")
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

    __slots__ = ("_at", "_starts", "clauses", "memo", "piece", "plain", "text")

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        raw = piece.text
        if _SPACE.search(raw):
            self._at: list[int] | None = [i for i, c in enumerate(raw) if not _SPACE.match(c)]
            raw = _SPACE.sub("", raw)
        else:
            self._at = None
        self.text = raw.translate(_ALIKE)
        plain = _hide_numbered(_TITLE.sub(_hide, self.text))
        self.plain = _QUOTED.sub(_hide_digits, plain)
        self.clauses = _clauses(_BRACKET.sub(_hide_stops, self.plain))
        self._starts = [clause.start for clause in self.clauses]
        self.memo: dict[object, Any] = {}  # what readers of the same piece share, such as its dates

    def __len__(self) -> int:
        return len(self.text)

    def clause_at(self, position: int) -> Clause | None:
        """The clause that ``position`` is in, or the last one before it."""
        index = bisect_right(self._starts, position) - 1
        return self.clauses[index] if index >= 0 else None

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

    def name(self, start: int, end: int) -> str:
        """The source words without white space: a name as it would be printed on one line."""
        return _SPACE.sub("", self.raw(start, end))


_latest: Words | None = None


def words_of(piece: Piece) -> Words:
    """``Words(piece)``; the last one is kept, because several readers ask for the same piece in turn."""
    global _latest  # noqa: PLW0603
    latest = _latest
    if latest is None or latest.piece is not piece:
        latest = Words(piece)
        _latest = latest
    return latest


def near(trigger: re.Pattern[str], text: str, reach: int) -> Iterator[tuple[int, int]]:
    """Stretches of ``text`` within ``reach`` of a trigger: costly patterns need not be tried elsewhere."""
    low = high = -1
    for match in trigger.finditer(text):
        if match.start() - reach > high:
            if high >= 0:
                yield low, high
            low = max(match.start() - reach, 0)
        high = match.end() + reach
    if high >= 0:
        yield low, min(high, len(text))


def _hide_numbered(text: str) -> str:
    hidden: list[str] = []
    done = 0
    for low, high in near(_NUMBER_OR_MAIL, text, 12):
        for match in _NUMBERED.finditer(text, low, high):
            hidden += [text[done : match.start()], FILLER * len(match.group())]
            done = match.end()
    return "".join([*hidden, text[done:]])


def _hide(match: re.Match[str]) -> str:
    return FILLER * len(match.group())


def _hide_digits(match: re.Match[str]) -> str:
    inside = match.group()
    if not _DIGIT.search(inside):
        return _SLOGAN.sub(_hide, inside)  # “六个百分之百” is the name of a list of duties
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
