"""Template filters on which a figure's meaning hangs."""

from __future__ import annotations

from datetime import date

import pytest

from jingtu.platform.clock import OPEN_DATE
from jingtu.service.web.templatetags.jingtu import last_day


@pytest.mark.parametrize(("end", "shown"), [(date(2026, 1, 1), "2025-12-31"), (OPEN_DATE, ""), (None, "")])
def test_a_rule_is_shown_until_its_last_day(end: date | None, shown: str) -> None:
    assert last_day(end) == shown
