"""What plots owe every year, and which record closes which of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.programme.cropland.conftest import crop_test, measure, plot, strict_check

from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.ticking import tick
from jingtu.platform.registers.entry_records import WithdrawRecord
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
SPRING = date(2024, 3, 1)


def open_rules(entry: Entry) -> set[str]:
    return set(Duty.objects.filter(entry=entry, state=Duty.State.OPEN).values_list("rule", flat=True))


def test_each_class_owes_its_own_and_nobody_is_late_without_a_day(county: Any) -> None:
    plots = {
        state: plot(state, county, state, "10亩") for state in ("protected", "safe_use", "strict", "pending")
    }
    tick(SPRING)
    assert open_rules(plots["safe_use"]) == {"cropland.measures", "cropland.tests"}
    assert open_rules(plots["strict"]) == {
        "cropland.control", "cropland.check_before", "cropland.check_during", "cropland.check_after",
    }  # fmt: skip
    assert open_rules(plots["protected"]) == open_rules(plots["pending"]) == set()
    assert set(Duty.objects.values_list("due", flat=True)) == {None}
    tick(date(2024, 12, 31))
    assert set(Duty.objects.values_list("period", "step")) == {("2024", "none")}


def test_a_measure_and_a_test_close_the_duties_of_their_year(county: Any) -> None:
    entry = plot("A", county, "safe_use", "10亩")
    tick(SPRING)
    done = measure(entry, "lime", on=date(2024, 4, 1))
    assert open_rules(entry) == {"cropland.tests"}
    crop_test(entry, "0.1")
    assert open_rules(entry) == set()
    WithdrawRecord(None, date(2024, 5, 1), done, "farmland_measures", reason="登记错误").execute()
    tick(date(2024, 12, 1))
    assert open_rules(entry) == {"cropland.measures"}
    tick(date(2025, 2, 1))
    assert set(Duty.objects.filter(rule="cropland.tests").values_list("period", "state")) == {
        ("2024", "closed"), ("2025", "open"),
    }  # fmt: skip


def test_each_check_closes_the_duty_of_its_own_phase(county: Any, officer: Any) -> None:
    entry = plot("S", county, "strict", "10亩")
    tick(SPRING)
    strict_check(entry, "during", officer)
    assert open_rules(entry) == {"cropland.control", "cropland.check_before", "cropland.check_after"}
    strict_check(entry, "before", officer, on=date(2024, 3, 20))
    assert open_rules(entry) == {"cropland.control", "cropland.check_after"}
