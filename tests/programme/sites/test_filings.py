"""Where construction parcels also have to stand: the land system, and the credit record of the firm's work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.platform.registers.conftest import *  # noqa: F403

from jingtu.platform.filings import declarations, missing
from jingtu.platform.filings.actions import RecordReceipt
from jingtu.platform.people import policies
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.programme.sites.construction import CREDIT_SYSTEM, LAND_ID, SYSTEM


@pytest.fixture
def parcel(county: Any) -> Callable[..., Entry]:
    def make(name: str, state: str = "in_review", **facts: Any) -> Entry:
        header = {"name": name, "region": county}
        return CreateEntry(None, date(2024, 3, 1), LAND_ID, header, facts, state=state).execute()

    return make


def owed(on: date) -> list[missing.Missing]:
    system = declarations.get(CREDIT_SYSTEM)
    rows = missing.missing(system, None, on, None, policies.Reach(everywhere=True)).order_by("entry_id")
    return missing.rows_of(system, rows, on)


def test_the_register_s_systems_are_declared_with_a_basis() -> None:
    found = {item.id: item for item in declarations.systems_of(LAND_ID, date(2024, 6, 1))}
    assert set(found) == {SYSTEM, CREDIT_SYSTEM} == set(registers.get(LAND_ID).filings)
    credit = found[CREDIT_SYSTEM]
    assert credit.label == "从业单位和个人执业情况信用记录系统"
    assert (credit.rule_on(date(2024, 6, 1)).confidence, credit.rule_on(date(2026, 9, 1)).confidence) == (  # type: ignore[union-attr]
        "medium", "low",
    )  # fmt: skip
    assert credit.rule_on(date(2021, 6, 1)) is None


@pytest.mark.django_db
def test_the_firm_s_work_is_on_record_before_the_report_is_handed_in(parcel: Callable[..., Entry]) -> None:
    reported = parcel("甲地块", survey_firm="示例调查公司", reported_on=date(2024, 3, 5))
    undated = parcel("乙地块", survey_firm="示例调查公司")
    parcel("丙地块")  # nobody is named for a survey
    parcel("丁地块", state="to_survey", survey_firm="示例调查公司")  # no report yet
    rows = owed(date(2024, 3, 15))
    assert [(row.version.entry_id, row.due, row.days_late) for row in rows] == [
        (reported.pk, date(2024, 3, 5), 10), (undated.pk, None, 0),
    ]  # fmt: skip
    RecordReceipt(None, date(2024, 3, 16), reported, CREDIT_SYSTEM, "XY-1").execute()
    assert [row.version.entry_id for row in owed(date(2024, 3, 16))] == [undated.pk]
