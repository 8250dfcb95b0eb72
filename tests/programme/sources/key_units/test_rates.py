"""The rates of key units, worked out by hand over seven units of one county.

A inspected 2021-06-01, looked at again 2023-09-01; B inspected 2021-11-30, not looked at again; C inspected
2021-03-01, looked at again 2022-05-05, removed 2023-06-01; D inspected 2022-02-02 and looked at again; E never;
F listed 2024-02-01, not yet inspected; G only proposed. The neighbour county has one more like A.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.programme.sources.key_units.conftest import move, record

from jingtu.errors import InputError
from jingtu.platform.clock import recorded_now
from jingtu.platform.indicators import service
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import WithdrawRecord
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
JUNE = date(2024, 6, 30)


def inspected(entry: Entry, *days: date) -> None:
    for day in days:
        record(entry, "hazard_inspections", day, kind="regular", hazards_found=2)


def again(entry: Entry, day: date) -> Any:
    return record(entry, "rechecks", day, result="sound")


@pytest.fixture
def units(unit: Callable[..., Entry], neighbour: Any) -> dict[str, Entry]:
    found = {code: unit(code) for code in "ABCDE"}
    found["F"] = unit("F", on=date(2024, 2, 1))
    found["G"] = unit("G", state="drafted")
    found["H"] = unit("H", region=neighbour)
    inspected(found["A"], date(2021, 6, 1))
    inspected(found["B"], date(2021, 11, 30))
    inspected(found["C"], date(2021, 3, 1))
    inspected(found["D"], date(2022, 2, 2))
    inspected(found["H"], date(2021, 6, 1))
    again(found["A"], date(2023, 9, 1))
    again(found["C"], date(2022, 5, 5))
    again(found["D"], date(2023, 9, 1))
    move(
        found["C"], "propose_removal", date(2023, 5, 8), reason="关闭",
        facts={"removal_reason": "已关闭，设备拆除"},
    )  # fmt: skip
    move(found["C"], "remove", date(2023, 6, 1))
    return found


def keys(units: dict[str, Entry], names: str) -> set[int]:
    return {units[name].pk for name in names}


def test_rechecks_count_over_the_units_that_inspected_in_2021(county: Any, units: dict[str, Entry]) -> None:
    reading = service.read("key_unit_recheck_ratio", county, JUNE)
    assert (reading.numerator, reading.denominator, reading.value) == (2, 3, Decimal("66.67"))
    assert set(reading.numerator_entries) == keys(units, "AC")
    assert set(reading.counted_entries) == keys(units, "ABC")
    assert {item.reason: item.count for item in reading.left_out} == {"不属于基数：2021年未完成隐患排查": 4}


def test_rechecks_are_cumulative_from_the_day_of_each(
    county: Any, units: dict[str, Entry], city: Any
) -> None:
    assert service.read("key_unit_recheck_ratio", county, date(2022, 5, 4)).numerator == 0
    assert service.read("key_unit_recheck_ratio", county, date(2022, 5, 5)).numerator == 1
    above = service.read("key_unit_recheck_ratio", city, JUNE)
    assert (above.numerator, above.denominator) == (2, 4)


def test_the_rule_of_rechecks_ended_with_2025(county: Any, units: dict[str, Entry]) -> None:
    assert service.read("key_unit_recheck_ratio", county, date(2025, 12, 31)).status == "ok"
    assert service.read("key_unit_recheck_ratio", county, date(2026, 1, 1)).status == "not_configured"


def test_an_inspection_serves_for_three_years(county: Any, units: dict[str, Entry]) -> None:
    # On 2024-05-31 A still counts (2021-06-01 is not yet three years ago); a day later it does not.
    before = service.read("key_unit_hazard_inspection_rate", county, date(2024, 5, 31))
    assert (set(before.numerator_entries), set(before.counted_entries)) == (
        keys(units, "ABD"), keys(units, "ABDE"),
    )  # fmt: skip
    after = service.read("key_unit_hazard_inspection_rate", county, date(2024, 6, 1))
    assert (after.numerator, after.denominator, after.value) == (2, 4, Decimal("50.00"))
    reasons = {item.reason: item.entries for item in after.left_out}
    assert reasons["列入未满一年，尚未到首次排查期限"] == (units["F"].pk,)
    assert set(reasons["不在名录内"]) == keys(units, "CG")


def test_a_year_after_listing_the_new_unit_counts(county: Any, units: dict[str, Entry]) -> None:
    on_the_day = service.read("key_unit_hazard_inspection_rate", county, date(2025, 2, 1))
    assert units["F"].pk in on_the_day.counted_entries
    day_before = service.read("key_unit_hazard_inspection_rate", county, date(2025, 1, 31))
    assert units["F"].pk not in day_before.counted_entries


def test_monitoring_counts_where_the_year_was_reported(county: Any, units: dict[str, Entry]) -> None:
    record(units["A"], "self_monitorings", date(2024, 5, 20), year=2024)
    record(units["B"], "self_monitorings", date(2024, 1, 15), year=2023)
    reading = service.read("key_unit_self_monitoring_rate", county, JUNE)
    assert (reading.numerator, reading.denominator, reading.value) == (1, 5, Decimal("20.00"))
    assert service.read("key_unit_self_monitoring_rate", county, date(2024, 5, 19)).numerator == 0


def test_what_is_withdrawn_later_was_still_known_then(county: Any, units: dict[str, Entry]) -> None:
    made = again(units["B"], date(2024, 3, 1))
    then = recorded_now()
    WithdrawRecord(None, JUNE, made, "rechecks", reason="记到了另一家单位").execute()
    assert service.read("key_unit_recheck_ratio", county, JUNE, then).value == Decimal("100.00")
    assert service.read("key_unit_recheck_ratio", county, JUNE).value == Decimal("66.67")


def test_first_monitoring_has_to_cover_everything(units: dict[str, Entry]) -> None:
    with pytest.raises(InputError) as caught:
        record(units["A"], "self_monitorings", JUNE, year=2024, is_first="是", covers_all="否")
    assert [error.column for error in caught.value.errors] == ["覆盖全部监测对象"]
    record(units["A"], "self_monitorings", JUNE, year=2024, is_first="是", covers_all="是")


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, True),
        ({"none": "是", "tank": "T1"}, True),
        ({"none": "是"}, False),
        ({"tank": "T1", "capacity_m3": "30"}, False),
    ],
)
def test_a_unit_names_a_tank_or_declares_that_it_has_none(
    units: dict[str, Entry], values: dict[str, str], wrong: bool
) -> None:
    if wrong:
        with pytest.raises(InputError):
            record(units["A"], "tank_reports", JUNE, **values)
    else:
        assert record(units["A"], "tank_reports", JUNE, **values).pk


def test_hazards_pass_only_after_another_person_checked(
    county: Any, units: dict[str, Entry], person: Callable[..., Any]
) -> None:
    one, two = person(name="甲"), person(name="乙")
    hazards = [
        CreateEntry(
            one, date(2024, 3, 1), "hazard_rectification_ledger", {"name": f"隐患{number}", "region": county},
            {"place": "储罐区", "problem": "围堰开裂", "found_on": date(2024, 3, 1)}, code=f"YH{number}",
        ).execute()
        for number in range(4)
    ]  # fmt: skip
    done = {"measures": "修补并防渗", "rectified_on": date(2024, 4, 1)}
    for hazard in hazards[:2]:
        move(hazard, "claim", date(2024, 4, 1), one, facts=done)
    move(hazards[3], "withdraw", date(2024, 4, 2), two, reason="雨水积水，不属隐患")
    with pytest.raises(Exception, match="应由另一人办理"):
        move(hazards[0], "accept", date(2024, 4, 5), one, facts={"checked_on": date(2024, 4, 5)})
    move(hazards[0], "accept", date(2024, 4, 5), two, facts={"checked_on": date(2024, 4, 5)})
    reading = service.read("key_unit_hazard_rectification_rate", county, JUNE)
    assert (reading.numerator, reading.denominator, reading.value) == (1, 3, Decimal("33.33"))
    assert [(item.reason, item.count) for item in reading.left_out] == [("认定不属隐患", 1)]
    move(hazards[0], "reopen", date(2024, 5, 5), two, reason="回头看发现再次开裂")
    assert service.read("key_unit_hazard_rectification_rate", county, JUNE).numerator == 0
