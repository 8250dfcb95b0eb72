"""The dated rules of this app, from its table."""

from __future__ import annotations

from importlib import resources

from jingtu.platform.rules import RuleTable

_TABLE = RuleTable(resources.files(__package__) / "data" / "rules.csv")
rules_of, value_on = _TABLE.rules_of, _TABLE.value_on
