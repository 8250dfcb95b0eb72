"""Statements as declared by the apps that own the registers; forms print them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from jingtu.platform.regions.models import Region


@dataclass(frozen=True, slots=True)
class Told:
    """A statement of one place and span of days: the sentence, and the entries it counts."""

    text: str
    entries: tuple[int, ...] = ()


Tell = Callable[[Region, date, date, "datetime | None"], "Told | None"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What can be said of a place for a span of days.

    ``tell(region, first, last, known_at)`` says it, or ``None`` where nobody has entered anything: a form never
    claims what no register holds.
    """

    id: str
    label: str
    tell: Tell


_statements: dict[str, Statement] = {}


def declare(statement: Statement) -> Statement:
    """Declare a statement; a second one with the same id is a programming error."""
    if statement.id in _statements and _statements[statement.id] is not statement:
        raise ValueError(f"statement {statement.id} is declared twice")
    _statements[statement.id] = statement
    return statement


def get(statement_id: str) -> Statement | None:
    """The declared statement, or ``None`` where no register of this build can say it."""
    return _statements.get(statement_id)


def all_statements() -> list[Statement]:
    """All declared statements in order of declaration."""
    return list(_statements.values())
