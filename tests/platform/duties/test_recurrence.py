"""Days of recurrence rules, worked out on a calendar."""

from __future__ import annotations

from datetime import date

import pytest

from jingtu.errors import InputError
from jingtu.platform.duties.recurrence import occurrences


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=3", ["01-03", "02-03", "03-03"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["01-31", "02-29", "03-31"]),
        ("FREQ=WEEKLY;BYDAY=FR;INTERVAL=4", ["01-05", "02-02", "03-01", "03-29"]),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31", ["03-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=1", ["01-31"]),
    ],
)
def test_days_of_a_quarter(rule: str, expected: list[str]) -> None:
    found = occurrences(rule, date(2024, 1, 1), date(2024, 1, 1), date(2024, 3, 31))
    assert [f"{day:%m-%d}" for day in found] == expected


@pytest.mark.parametrize("rule", ["", "FREQ=SECONDLY", "每月", "FREQ=MONTHLY;BYMONTHDAY=x"])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(InputError):
        occurrences(rule, date(2024, 1, 1), date(2024, 1, 1), date(2024, 3, 31))
