"""A rule holds from its first day to the one before its last; what no text gives is not known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jingtu.platform.rules import RuleTable

TABLE = """\
subject,parameter,value,unit,source,clause,valid_from,valid_to,confidence
verify,days,20,日,旧办法,第三条,2020-01-01,2024-01-01,high
verify,days,30,日,新办法,第五条,2024-01-01,,high
verify,share,,%,新办法,未见规定,2024-01-01,,draft
"""


@pytest.fixture
def table(tmp_path: Path) -> RuleTable:
    file = tmp_path / "rules.csv"
    file.write_text(TABLE, encoding="utf-8")
    return RuleTable(file)


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (date(2019, 12, 31), None),
        (date(2020, 1, 1), 20),
        (date(2023, 12, 31), 20),
        (date(2024, 1, 1), 30),
        (date(9998, 1, 1), 30),
    ],
)
def test_a_value_is_that_of_the_rule_in_force(table: RuleTable, on: date, days: int | None) -> None:
    assert table.days_on("verify", "days", on) == days
    assert table.value_on("verify", "days", on) == (None if days is None else str(days))


def test_a_rule_without_a_value_is_not_known(table: RuleTable) -> None:
    assert table.value_on("verify", "share", date(2025, 1, 1)) is None
    assert table.days_on("verify", "share", date(2025, 1, 1)) is None


def test_all_sources_of_a_subject_stand_whatever_the_day(table: RuleTable) -> None:
    assert [rule.source for rule in table.rules_of("verify")] == ["旧办法", "新办法", "新办法"]
    assert table.rules_of("other") == ()
