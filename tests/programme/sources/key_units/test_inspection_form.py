"""The inspection of a key unit: its points as used in practice, and what is proposed from what is on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date

import pytest
from tests.programme.sources.key_units.conftest import record

from jingtu.platform.registers.models import Entry
from jingtu.platform.scorecards.declarations import asked
from jingtu.platform.scorecards.filling import points_of, proposals
from jingtu.platform.scorecards.templating import items_of, template_on

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 30)


def proposed(entry: Entry, on: date = DAY) -> dict[str, object]:
    kind = asked("key_unit_inspection")
    items = items_of(kind, template_on(kind, entry.versions.get().region, on))
    said = proposals(kind, items, entry, on)
    return {
        item.key: said[item.position].hit if item.is_veto else points_of(item, said[item.position])
        for item in items
        if item.position in said
    }


def test_groups_have_their_points_and_every_group_but_two_its_vetoes() -> None:
    points: dict[str, int] = defaultdict(int)
    for item in asked("key_unit_inspection").items:
        points[item.group] += int(item.points or 0)
    assert points == {
        "有毒有害物质排放报告": 6, "隐患排查": 29, "拆除活动": 7, "地下储罐": 3, "自行监测": 37, "场地管理": 15,
        "清洁生产": 3, "许可和环评": 0,
    }  # fmt: skip


def test_a_unit_without_any_record_is_proposed_nothing(unit: Callable[..., Entry]) -> None:
    assert proposed(unit("A")) == {
        "toxic_report": 0, "no_toxic_report": True, "hazard_inspection": 0, "no_inspection_report": True,
        "demolition": None, "tanks": 0, "self_monitoring": 0, "data_not_reported": True,
    }  # fmt: skip


def test_what_was_done_is_proposed_with_its_points(unit: Callable[..., Entry]) -> None:
    entry = unit("A")
    record(entry, "hazard_inspections", date(2021, 7, 1), kind="regular", hazards_found=4)
    record(entry, "toxic_reports", date(2024, 1, 20), year=2023)
    record(entry, "self_monitorings", date(2023, 12, 1), year=2023)
    record(entry, "tank_reports", date(2023, 3, 1), none="是")
    found = proposed(entry)
    assert (found["toxic_report"], found["hazard_inspection"], found["self_monitoring"], found["tanks"]) == (
        6,
        29,
        37,
        3,
    )
    assert not any(found[name] for name in ("no_toxic_report", "no_inspection_report", "data_not_reported"))
    # A day later three years have passed since the inspection: no points, but there is a report.
    later = proposed(entry, date(2024, 7, 1))
    assert (later["hazard_inspection"], later["no_inspection_report"]) == (0, False)


def test_a_unit_listed_lately_may_still_wait_with_its_inspection(unit: Callable[..., Entry]) -> None:
    entry = unit("A", on=date(2024, 2, 1))
    found = proposed(entry)
    assert found["hazard_inspection"] is None
    assert "no_inspection_report" not in found


def test_a_demolition_begun_before_its_filing_is_a_veto(unit: Callable[..., Entry]) -> None:
    entry = unit("A")
    record(entry, "demolitions", date(2024, 4, 1), name="老车间", starts_on=date(2024, 5, 6))
    assert (proposed(entry)["demolition"], proposed(entry)["no_demolition_plan"]) == (0, True)
    record(
        entry, "demolition_filings", date(2024, 4, 8), name="老车间", plan="拆除方案", emergency_measures="是"
    )
    assert (proposed(entry)["demolition"], proposed(entry)["no_demolition_plan"]) == (7, False)
