"""Names in documents that are tied to no organisation yet: listed here, tied by an officer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Name:
    """A name as a document writes it, and in how many of what it stands."""

    words: str
    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Source:
    """An app whose rows name organisations in words.

    Parameters
    ----------
    names : callable
        ``names(region_path, on, known_at)``: the names that are tied to nothing.
    assign : callable
        ``assign(words, region_path, organisation, ledger_row)`` ties every row of that name and gives
        back how many there were.
    """

    id: str
    names: Callable[[str, date, datetime | None], list[Name]]
    assign: Callable[[str, str, Organisation, LedgerRow], int]


_declared: dict[str, Source] = {}


def declare(source: Source) -> None:
    """Declare an app's rows; twice the same counts once."""
    _declared[source.id] = source


def all_sources() -> list[Source]:
    """All declared sources, by name."""
    return [_declared[name] for name in sorted(_declared)]


def names(region_path: str, on: date, known_at: datetime | None = None) -> list[Name]:
    """Names of all sources, those that stand in most first."""
    found = [name for source in all_sources() for name in source.names(region_path, on, known_at)]
    return sorted(found, key=lambda name: (-name.count, name.words))
