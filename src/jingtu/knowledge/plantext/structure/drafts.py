"""A task before its units are expanded: the spans of its parts and the clauses that name its units."""

from __future__ import annotations

from dataclasses import dataclass, field

from jingtu.knowledge.plantext.model import Span
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.structure.clauses import Clause


@dataclass(slots=True)
class DraftClause:
    """A read clause and the piece of text its positions count in."""

    clause: Clause
    piece: Piece
    shown: list[Span]


@dataclass(slots=True)
class Draft:
    """One task as the structure shows it."""

    number: str | None
    section: str | None
    title: str
    text: Piece
    spans: list[Span]
    clauses: list[DraftClause] = field(default_factory=list)
    due: Piece | None = None
    confidence: float = 1.0
    section_key: int = 0
    inherits: bool = True
    number_above: bool = False  # the number is that of a cell which spans rows, not printed again
