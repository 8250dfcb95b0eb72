"""Editions of standards: which of them was in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from jingtu.errors import NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.data_rows import rows

if TYPE_CHECKING:
    from jingtu.knowledge.standards.tables import Table


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a standard.

    ``valid_to`` is the first day on which it is no longer in force, ``None`` while it is. ``table`` names
    its file of limits; an edition that a user added carries its table with it instead.
    """

    standard: str
    number: str
    title: str
    valid_from: date
    valid_to: date | None
    clause: str
    evaluator: str
    medium: str
    source: str
    confidence: str
    file: str = ""
    added: Table | None = field(default=None, compare=False, repr=False)

    @property
    def table(self) -> Table:
        """Its limits."""
        from jingtu.knowledge.standards.tables import table_of

        return self.added if self.added is not None else table_of(self)

    def in_force(self, on: date) -> bool:
        """Whether it was in force on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def to_json(self) -> dict[str, Any]:
        """The ``edition`` of the command line contract."""
        return {
            "standard": self.standard,
            "number": self.number,
            "title": self.title,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "clause": self.clause,
            "source": self.source,
            "confidence": self.confidence,
        }


@cache
def editions() -> tuple[Edition, ...]:
    """All editions of the package, in the order of its table.

    Examples
    --------
    >>> [edition.number for edition in editions() if edition.standard == "gb2762"]
    ['GB 2762-2022', 'GB 2762-2025']
    """
    return tuple(
        Edition(
            row["standard"],
            row["number"],
            row["title"],
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            row["clause"],
            row["evaluator"],
            row["medium"],
            row["source"],
            row["confidence"],
            file=row["table"],
        )
        for row in rows("editions.csv")
    )


def edition_on(standard: str, on: date, added: Iterable[Edition] = ()) -> Edition:
    """The edition of a standard that was in force on a day.

    Parameters
    ----------
    standard : str
        Key of the standard (``gb15618``, ``gb36600``, ``gbt14848``, ``gb2762``, or that of an added table).
    on : date
        The day.
    added : iterable of Edition
        Editions that a user added; they are looked up first.

    Returns
    -------
    Edition
        The edition in force.

    Raises
    ------
    NotFoundError
        There is no such standard.
    NotConfiguredError
        None of its editions at hand was in force on the day.

    Examples
    --------
    >>> from datetime import date
    >>> edition_on("gb2762", date(2026, 9, 1)).number, edition_on("gb2762", date(2026, 9, 2)).number
    ('GB 2762-2022', 'GB 2762-2025')
    """
    known = [edition for edition in (*added, *editions()) if edition.standard == standard]
    if not known:
        keys = sorted({edition.standard for edition in (*added, *editions())})
        raise NotFoundError(
            f"没有标准“{standard}”；可用的有{'、'.join(keys)}。", standard=standard, known=keys
        )
    for edition in known:
        if edition.in_force(on):
            return edition
    numbers = "、".join(f"{edition.number}（{edition.valid_from.isoformat()}起）" for edition in known)
    raise NotConfiguredError(
        f"{on.isoformat()}没有收录在实施的该标准版本；现有{numbers}。",
        standard=standard,
        on=on.isoformat(),
    )
