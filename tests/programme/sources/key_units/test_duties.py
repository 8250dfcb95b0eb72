"""What is owed and when, worked out by hand from the guide, HJ 1209-2021 and the two laws."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db.models import F
from tests.programme.sources.key_units.conftest import move, record

from jingtu.platform.duties import declarations, ticking
from jingtu.platform.duties.actions import CheckDuty
from jingtu.platform.duties.models import Duty
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db


def duties(entry: Entry, rule: str) -> list[tuple[date | None, date | None]]:
    """Last days of the duties of a rule, and when each was closed."""
    found = Duty.objects.filter(entry=entry, rule=f"key_units.{rule}").order_by(
        F("due").asc(nulls_first=True), "pk"
    )
    return [(duty.due, duty.closed_on) for duty in found]


def tick(*days: date) -> None:
    for day in days:
        ticking.tick(day)


def test_a_new_unit_inspects_within_a_year_and_then_every_three(
    unit: Callable[..., Entry], person: Callable[..., Any]
) -> None:
    entry = unit("A", on=date(2021, 3, 29))
    tick(date(2021, 4, 1))
    assert duties(entry, "hazard_inspection") == [(date(2022, 3, 29), None)]
    record(entry, "hazard_inspections", date(2022, 2, 10), kind="first", hazards_found=3)
    first = Duty.objects.get(entry=entry, rule="key_units.hazard_inspection")
    assert first.state == Duty.State.SUBMITTED
    CheckDuty(person(), date(2022, 3, 1), first, accept=True, note="").execute()
    tick(date(2024, 2, 9))
    assert [due for due, _ in duties(entry, "hazard_inspection")] == [date(2022, 3, 29)]
    tick(date(2024, 2, 10))  # two years later people are reminded, a year before it is late
    assert [due for due, _ in duties(entry, "hazard_inspection")] == [date(2022, 3, 29), date(2025, 2, 10)]


def test_a_project_asks_for_its_own_inspection_within_a_year(unit: Callable[..., Entry]) -> None:
    entry = unit("A")
    record(entry, "projects", date(2023, 8, 31), name="浸出车间扩建")
    record(entry, "projects", date(2024, 2, 29), name="新建酸库")
    tick(date(2024, 3, 1))
    assert [due for due, _ in duties(entry, "supplementary_inspection")] == [
        date(2024, 8, 31),
        date(2025, 2, 28),
    ]
    record(entry, "supplementary_inspections", date(2024, 3, 5), project="新建酸库")
    after = duties(entry, "supplementary_inspection")
    assert after == [(date(2024, 8, 31), None), (date(2025, 2, 28), date(2024, 3, 5))]


def test_abnormal_monitoring_is_looked_into_at_once(unit: Callable[..., Entry]) -> None:
    entry = unit("A")
    record(entry, "abnormal_findings", date(2024, 5, 6), medium="groundwater", point="W1", substances="砷")
    tick(date(2024, 5, 7))
    assert duties(entry, "abnormal_inspection") == [(date(2024, 5, 6), None)]
    record(entry, "abnormal_inspections", date(2024, 5, 9), found_on=date(2024, 5, 6), cause="管沟渗漏")
    assert duties(entry, "abnormal_inspection") == [(date(2024, 5, 6), date(2024, 5, 9))]


def test_a_demolition_is_filed_fifteen_working_days_before(unit: Callable[..., Entry]) -> None:
    entry = unit("A")
    record(entry, "demolitions", date(2026, 8, 20), name="老电解车间拆除", starts_on=date(2026, 10, 12))
    tick(date(2026, 9, 1))
    assert duties(entry, "demolition_filing") == [(date(2026, 9, 15), None)]
    basis = declarations.get("key_units.demolition_filing")
    assert basis is not None
    cited = [basis.basis_on(day) for day in (date(2026, 8, 14), date(2026, 8, 15))]
    assert [rule.source if rule else "" for rule in cited] == [
        "《中华人民共和国土壤污染防治法》", "《中华人民共和国生态环境法典》",
    ]  # fmt: skip
    record(
        entry,
        "demolition_filings",
        date(2026, 9, 10),
        name="老电解车间拆除",
        plan="拆除方案",
        emergency_measures="是",
    )
    assert duties(entry, "demolition_filing") == [(date(2026, 9, 15), date(2026, 9, 10))]


def test_what_no_text_dates_is_owed_and_never_late(unit: Callable[..., Entry]) -> None:
    entry = unit("A", on=date(2024, 3, 20))
    tick(date(2024, 11, 5))
    for rule in ("toxic_report", "tank_report", "permit"):
        assert duties(entry, rule) == [(None, None)], rule
    record(entry, "toxic_reports", date(2024, 11, 8), year=2024)
    assert duties(entry, "toxic_report") == [(None, date(2024, 11, 8))]


def test_the_report_of_another_year_closes_nothing(unit: Callable[..., Entry]) -> None:
    entry = unit("A", on=date(2024, 3, 20))
    tick(date(2024, 11, 5))
    record(entry, "self_monitorings", date(2024, 11, 6), year=2023)
    assert duties(entry, "self_monitoring") == [(date(2024, 12, 31), None)]
    record(entry, "self_monitorings", date(2024, 11, 7), year=2024)
    closed = Duty.objects.get(entry=entry, rule="key_units.self_monitoring")
    assert closed.state == Duty.State.SUBMITTED  # and waits for the check by another person


@pytest.mark.parametrize(
    ("state", "dues"),
    [
        ("first", ["2024-06-30", "2024-12-31"]),
        ("first_sensitive", ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"]),
        ("second", ["2024-12-31"]),
        ("second_sensitive", ["2024-06-30", "2024-12-31"]),
    ],
)
def test_groundwater_by_the_class_of_the_unit(county: Any, state: str, dues: list[str]) -> None:
    entry = CreateEntry(
        None, date(2024, 1, 2), "key_unit_monitoring_units", {"name": "储罐区", "region": county}, {},
        code="U1", state=state,
    ).execute()  # fmt: skip
    tick(date(2024, 1, 3), date(2024, 12, 31))
    found = duties(entry, f"groundwater_{state}")
    assert [due.isoformat() for due, _ in found if due] == dues
    assert duties(entry, "surface_soil") == [(date(2024, 12, 31), None)]
    assert len(duties(entry, "deep_soil")) == (1 if state.startswith("first") else 0)


def test_deep_soil_is_due_three_years_after_the_last(county: Any) -> None:
    entry = CreateEntry(
        None, date(2022, 1, 5), "key_unit_monitoring_units", {"name": "储罐区", "region": county}, {},
        code="U1", state="first",
    ).execute()  # fmt: skip
    record(entry, "deep_soil_samplings", date(2022, 5, 31), points=2)
    tick(date(2024, 6, 1))
    assert duties(entry, "deep_soil") == [(None, date(2022, 5, 31)), (date(2025, 5, 31), None)]


def test_the_list_is_due_at_the_end_of_march_and_its_returns_every_quarter(county: Any) -> None:
    entry = CreateEntry(
        None, date(2024, 1, 4), "key_unit_lists", {"name": "2024年度名录", "region": county},
        {"year": 2024, "kind": "soil"}, code="L1",
    ).execute()  # fmt: skip
    tick(date(2024, 1, 5))
    assert duties(entry, "list") == [(date(2024, 3, 31), None)]
    quarters = [date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31)]
    assert duties(entry, "quarter_return") == [(day, None) for day in quarters]
    move(entry, "draft", date(2024, 3, 4))
    move(entry, "verify", date(2024, 3, 18), facts={"units_listed": 7})
    move(entry, "publish", date(2024, 3, 26), facts={"published_on": date(2024, 3, 26)})
    record(entry, "quarter_returns", date(2024, 3, 29), year=2024, quarter=1, content="新增 1 家")
    assert duties(entry, "list") == [(date(2024, 3, 31), date(2024, 3, 26))]
    tick(date(2024, 4, 1))
    done = [date(2024, 3, 29), None, None, None]
    assert duties(entry, "quarter_return") == list(zip(quarters, done, strict=True))
    tick(date(2025, 1, 2))  # the list of 2024 owes nothing for 2025
    assert duties(entry, "quarter_return") == list(zip(quarters, done, strict=True))


def test_a_removed_unit_owes_nothing_more(unit: Callable[..., Entry]) -> None:
    entry = unit("A")
    tick(date(2024, 1, 5))
    assert Duty.objects.filter(entry=entry, closed_on=None).exists()
    move(entry, "propose_removal", date(2024, 2, 1), reason="关闭", facts={"removal_reason": "已关闭"})
    assert Duty.objects.filter(entry=entry, closed_on=None).exists()
    move(entry, "remove", date(2024, 3, 1))
    assert not Duty.objects.filter(entry=entry, closed_on=None).exists()


def test_a_hazard_is_due_on_the_day_of_the_ledger(county: Any) -> None:
    entry = CreateEntry(
        None, date(2024, 3, 1), "hazard_rectification_ledger", {"name": "隐患", "region": county},
        {"place": "储罐区", "problem": "围堰开裂", "found_on": date(2024, 3, 1), "due": date(2024, 5, 31)}, code="Y1",
    ).execute()  # fmt: skip
    tick(date(2024, 3, 2))
    assert duties(entry, "rectification") == [(date(2024, 5, 31), None)]
    move(entry, "claim", date(2024, 5, 6), facts={"measures": "修补", "rectified_on": date(2024, 5, 6)})
    assert duties(entry, "rectification") == [(date(2024, 5, 31), None)]
    move(entry, "accept", date(2024, 5, 9), facts={"checked_on": date(2024, 5, 9)})
    assert duties(entry, "rectification") == [(date(2024, 5, 31), date(2024, 5, 9))]
