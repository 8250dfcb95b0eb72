"""The dated rules of this app, from its table."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib import resources

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.indicators.declarations import Rule


@cache
def _rows() -> tuple[tuple[str, str, str, Rule], ...]:
    text = (resources.files(__package__) / "data" / "rules.csv").read_text(encoding="utf-8")
    return tuple(
        (
            row["subject"],
            row["parameter"],
            row["value"],
            Rule(
                row["source"],
                row["clause"],
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else OPEN_DATE,
                row["confidence"],
            ),
        )
        for row in csv.DictReader(text.splitlines())
    )


def rules_of(subject: str) -> tuple[Rule, ...]:
    """The rules of one subject, whatever their days."""
    return tuple(rule for name, _, _, rule in _rows() if name == subject)


def days_on(subject: str, parameter: str, on: date) -> int | None:
    """The number of days in force on a day, or ``None`` where none is set (未配置)."""
    for name, wanted, value, rule in _rows():
        if (name, wanted) == (subject, parameter) and rule.in_force(on) and value:
            return int(value)
    return None
