"""A year's self-assessment: points add up, what targets say is proposed, the head reports, the level above confirms."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jingtu.errors import PermissionDeniedError
from jingtu.platform.duties.models import Duty
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.programme.plans.models import Plan, Target
from jingtu.programme.supervision.points import ITEMS, SELF_ASSESSMENT, by_indicator, monthly_reports

pytestmark = pytest.mark.django_db
END = date(2024, 12, 31)
RATIO = "priority_parcel_control_ratio"


@pytest.fixture
def assessment(officer: User, county: Any) -> Entry:
    return CreateEntry(
        officer, date(2024, 12, 1), "self_assessments", {"name": "青禾县2024年度自评", "region": county}, {"year": 2024}
    ).execute()  # fmt: skip


@pytest.fixture
def parcels(officer: User, county: Any) -> list[Entry]:
    """Four on the list, three of them under control."""
    day = date(2024, 2, 1)
    found = []
    for number in range(4):
        facts = {"listed_on": day, "entry_basis": "经核实"}
        entry = CreateEntry(
            officer,
            day,
            "priority_parcels",
            {"name": f"地块{number}", "region": county},
            facts,
            state="listed",
        ).execute()
        found.append(entry)
    from jingtu.platform.registers.models import Version

    Version.objects.filter(entry__in=found[:3]).update(state="controlled")
    return found


def target(county: Any, value: str, **rest: Any) -> Target:
    plan = Plan.objects.create(region=county, year=2024, state="confirmed", title="计划")
    return Target.objects.create(
        plan=plan, region=county, position=1, indicator="管控比例", indicator_id=RATIO, comparator=">=",
        value=Decimal(value), unit="%", kind="number", due=END, effective_from=date(2024, 1, 1),
        recorded_from="2024-01-01T00:00:00Z", **rest,
    )  # fmt: skip


def test_the_table_to_begin_with_has_a_hundred_points_and_four_grades() -> None:
    assert sum(item.points or 0 for item in ITEMS) == 100
    assert [SELF_ASSESSMENT.grade_of(Decimal(text)) for text in ("90", "89.9", "80", "60", "59.99", "0")] == [
        "优秀", "良好", "良好", "合格", "不合格", "不合格",
    ]  # fmt: skip


def test_a_target_that_is_met_gives_all_points(assessment: Entry, parcels: list[Entry], county: Any) -> None:
    target(county, "75")
    said = by_indicator(RATIO)(assessment, END)
    assert said is not None
    assert said.share == 1
    assert said.source == "管控比例：75 %，目标 ≥75 %，已达到"


def test_of_a_target_that_is_missed_the_share_is_proposed_and_said(
    assessment: Entry, parcels: list[Entry], county: Any
) -> None:
    target(county, "100")
    said = by_indicator(RATIO)(assessment, END)
    assert said is not None
    assert said.share == Decimal("0.75")
    assert "按完成比例建议" in said.source


def test_without_a_target_a_share_speaks_for_itself(assessment: Entry, parcels: list[Entry]) -> None:
    said = by_indicator(RATIO)(assessment, END)
    assert said is not None
    assert said.share == Decimal("0.75")
    assert "没有这项目标" in said.source


def test_where_nobody_knows_nothing_is_proposed(assessment: Entry) -> None:
    assert by_indicator(RATIO)(assessment, END) is None
    assert by_indicator("no_such_indicator")(assessment, END) is None
    assert monthly_reports(assessment, END) is None


def test_reports_in_time(assessment: Entry, county: Any) -> None:
    closed = {3: date(2024, 3, 3), 4: date(2024, 4, 5), 5: date(2024, 5, 1), 6: None}
    for month, day in closed.items():
        Duty.objects.create(
            rule="plans.monthly_report", entry=assessment, period=str(month), what="报送", region_path=county.path,
            due=date(2024, month, 3), raised_on=date(2024, month, 1), closed_on=day, state="closed" if day else "open",
        )  # fmt: skip
    said = monthly_reports(assessment, END)
    assert said is not None
    assert said.share == Decimal("0.5")


def test_the_head_reports_and_the_level_above_confirms(
    assessment: Entry, officer: User, person: Callable[..., User], city: Any, county: Any
) -> None:
    head, above = person(Role.HEAD, "局长"), person(Role.SUPERIOR, "市局", region=city)
    proof = attach(
        io.BytesIO("自评报告".encode()), "自评报告.txt", subject_type="self_assessments", subject_uid=assessment.uid,
        read_permission="supervision.assessment.read", region_path=county.path, actor=officer,
    )  # fmt: skip
    given = {"facts": {"reported_on": END}, "evidence": [proof]}
    with pytest.raises(PermissionDeniedError):
        MoveEntry(officer, END, assessment, "report", **given).execute()
    MoveEntry(head, END, assessment, "report", **given).execute()
    points = {"confirmed_points": "91.5", "confirmed_grade": "优秀"}
    with pytest.raises(PermissionDeniedError):
        MoveEntry(head, END, assessment, "confirm", facts=points).execute()
    moved = MoveEntry(above, END, assessment, "confirm", facts=points).execute()
    assert moved.to_state == "confirmed"
