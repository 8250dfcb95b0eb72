"""The texts that bind: laws, regulations, rules, standards and notices with the days they are in force."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from jingtu.errors import NotFoundError

OPEN = date(9999, 12, 31)


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of a table of this package."""
    file = resources.files("jingtu.knowledge.law") / "data" / name
    yield from csv.DictReader(file.read_text(encoding="utf-8").splitlines())


def day(text: str, otherwise: date) -> date:
    """A day of a table; an empty cell is ``otherwise``."""
    return date.fromisoformat(text) if text else otherwise


@dataclass(frozen=True, slots=True)
class Law:
    """A text that binds.

    ``valid_to`` is the first day on which it no longer holds. Where the day it took effect was not found,
    ``valid_from`` is ``None`` and nothing is said about its force.
    """

    id: str
    title: str
    short: str
    kind: str
    issuer: str
    number: str
    promulgated: str
    valid_from: date | None
    valid_to: date
    ended_by: str
    replaced_by: str
    confidence: str
    source: str
    note: str

    def in_force(self, on: date) -> bool:
        """Whether the text holds on a day."""
        return self.valid_from is not None and self.valid_from <= on < self.valid_to


@cache
def laws() -> dict[str, Law]:
    """All texts by id.

    Examples
    --------
    >>> laws()["spl2018"].short, laws()["spl2018"].valid_to.isoformat()
    ('土壤污染防治法', '2026-08-15')
    """
    return {
        row["id"]: Law(
            row["id"],
            row["title"],
            row["short"],
            row["kind"],
            row["issuer"],
            row["number"],
            row["promulgated"],
            date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            day(row["valid_to"], OPEN),
            row["ended_by"],
            row["replaced_by"],
            row["confidence"],
            row["source"],
            row["note"],
        )
        for row in rows("laws.csv")
    }


def law(words: str) -> Law:
    """The text with this id, title, short title or number; book marks do not matter.

    Raises
    ------
    NotFoundError
        No such text is held.

    Examples
    --------
    >>> law("《中华人民共和国土壤污染防治法》").id
    'spl2018'
    """
    wanted = words.strip().strip("《》")
    for item in laws().values():
        if wanted in {item.id, item.title, item.short} or (item.number and wanted == item.number):
            return item
    raise NotFoundError(f"没有收录“{words}”；请用法规的全称或简称查询。", law=words)
