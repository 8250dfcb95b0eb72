"""The list of duties says what was open on the day of the page."""

from __future__ import annotations

from datetime import date

import pytest

from jingtu.platform.duties import lists
from jingtu.platform.duties.models import Duty


@pytest.mark.parametrize(
    ("state", "closed", "word"),
    [("open", None, "待办"), ("submitted", None, "待核查"), ("closed", date(2024, 8, 1), "待办")],
)
def test_a_duty_closed_later_was_open_then(state: str, closed: date | None, word: str) -> None:
    assert word in lists.badge(Duty(state=state, closed_on=closed), date(2024, 6, 30))
