"""The dated rules of this app, from its table."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.indicators.declarations import Rule


@dataclass(frozen=True, slots=True)
class Provision:
    """One row of the table: a parameter of a subject with its source; no ``value`` means 未配置."""

    subject: str
    parameter: str
    value: str
    unit: str
    rule: Rule


@cache
def provisions() -> tuple[Provision, ...]:
    """All rows of the table."""
    text = (resources.files(__package__) / "data" / "rules.csv").read_text(encoding="utf-8")
    return tuple(
        Provision(
            row["subject"],
            row["parameter"],
            row["value"],
            row["unit"],
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
    return tuple(item.rule for item in provisions() if item.subject == subject)


def value_on(subject: str, parameter: str, on: date) -> str | None:
    """The value in force on a day, or ``None`` where no text gives one (未配置)."""
    for item in provisions():
        if (item.subject, item.parameter) == (subject, parameter) and item.rule.in_force(on):
            return item.value or None
    return None
