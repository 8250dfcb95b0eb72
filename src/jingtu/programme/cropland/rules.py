"""The rules of contaminated cropland, from ``data/rules.csv``."""

from __future__ import annotations

from datetime import date
from importlib import resources

from jingtu.platform.rules import RuleTable

TABLE = RuleTable(resources.files(__package__) / "data" / "rules.csv")
rules_of, value_on = TABLE.rules_of, TABLE.value_on


def assumption(subject: str, on: date) -> str:
    """An assumption that stands in for a rule nobody has found, in words; empty where none is entered."""
    return value_on(subject, "assumption", on) or ""
