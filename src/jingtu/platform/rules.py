"""Dated rules in a table of an app: parameters of a subject with source, clause and days in force."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources.abc import Traversable

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.indicators.declarations import Rule


@dataclass(frozen=True, slots=True)
class Provision:
    """One row of a table: a parameter of a subject with its source; no ``value`` means 未配置."""

    subject: str
    parameter: str
    value: str
    unit: str
    rule: Rule


def rule_of(row: Mapping[str, str]) -> Rule:
    """The source of a row and its days; an empty ``valid_to`` is open.

    Examples
    --------
    >>> rule = rule_of({"source": "某办法", "clause": "第三条", "valid_from": "2024-01-01",
    ...                 "valid_to": "", "confidence": "high"})
    >>> rule.in_force(date(2024, 1, 1)), rule.in_force(date(2023, 12, 31))
    (True, False)
    """
    return Rule(
        row["source"],
        row["clause"],
        date.fromisoformat(row["valid_from"]),
        date.fromisoformat(row["valid_to"]) if row["valid_to"] else OPEN_DATE,
        row["confidence"],
    )


Local = Callable[[str, str, date, str], "str | None"]
_tables: list[RuleTable] = []
_local: Local | None = None
_places: Callable[[], Iterable[str]] = tuple


def tables() -> list[RuleTable]:
    """All tables of rules, in the order in which their apps were read."""
    return list(_tables)


def use_local(values: Local, places: Callable[[], Iterable[str]]) -> None:
    """Say where the values stand that places have entered, ``values(subject, parameter, on, path)``, and the paths of these places."""
    global _local, _places
    _local, _places = values, places


def own_places() -> tuple[str, ...]:
    """Paths of the places that have entered a value of their own: elsewhere a rule says the same everywhere."""
    return tuple(_places())


_by_place: set[tuple[str, str]] = set()


def ask_by_place(subject: str, parameter: str) -> None:
    """Say that a value is asked for with the path of a place: only such a one may a place set for itself."""
    _by_place.add((subject, parameter))


def asked_by_place(subject: str, parameter: str) -> bool:
    """Whether a place may set a value for itself."""
    return (subject, parameter) in _by_place


class RuleTable:
    """A table of rules, read when it is first asked.

    Parameters
    ----------
    file : file of a package
        CSV with ``subject, parameter, value, unit, source, clause, valid_from, valid_to, confidence``.
    """

    def __init__(self, file: Traversable) -> None:
        self._file = file
        _tables.append(self)

    @cached_property
    def provisions(self) -> tuple[Provision, ...]:
        """All rows of the table."""
        rows = csv.DictReader(self._file.read_text(encoding="utf-8").splitlines())
        return tuple(
            Provision(row["subject"], row["parameter"], row["value"], row["unit"], rule_of(row))
            for row in rows
        )

    def rules_of(self, subject: str) -> tuple[Rule, ...]:
        """The rules of one subject, whatever their days."""
        return tuple(item.rule for item in self.provisions if item.subject == subject)

    def value_on(self, subject: str, parameter: str, on: date, path: str = "") -> str | None:
        """The value in force on a day, or ``None`` where no text gives one (未配置).

        With the ``path`` of a place what a document of that place, or of one above it, sets goes before.
        """
        if path and _local is not None and (own := _local(subject, parameter, on, path)) is not None:
            return own
        for item in self.provisions:
            if (item.subject, item.parameter) == (subject, parameter) and item.rule.in_force(on):
                return item.value or None
        return None

    def days_on(self, subject: str, parameter: str, on: date) -> int | None:
        """The number of days in force on a day, or ``None`` where none is set (未配置)."""
        value = self.value_on(subject, parameter, on)
        return None if value is None else int(value)
