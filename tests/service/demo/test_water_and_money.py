"""Groundwater and projects of the sample year: every state, their records, and numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from jingtu.platform import clock
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import service
from jingtu.platform.ledger import records
from jingtu.platform.registers import declarations
from jingtu.platform.registers.entry_records import believed_records, kinds_of
from jingtu.platform.registers.models import Entry, Version
from jingtu.service.demo.funds import fund_steps
from jingtu.service.demo.groundwater import groundwater_steps
from jingtu.service.demo.places import COUNTY, Cast, settle

pytestmark = pytest.mark.django_db
YEAR_END = date(2024, 12, 31)


@pytest.fixture
def cast() -> Cast:
    with clock.replaying(datetime(2023, 1, 3, 9, tzinfo=timezone.get_default_timezone())):
        return settle("demo-password-1")


def live(steps: Iterable[tuple[date, Callable[[], Any]]]) -> None:
    """Run all steps in order of their days."""
    with records.operation():
        for number, (day, act) in enumerate(sorted(steps, key=lambda step: step[0])):
            moment = datetime(day.year, day.month, day.day, 9, number // 60 % 60, number % 60)
            with clock.replaying(timezone.make_aware(moment)):
                act()


def complete(register_id: str) -> bool:
    """Whether entries are in every state of a register, and records of every kind are there."""
    register = declarations.get(register_id)
    now = Version.objects.filter(
        register=register_id, recorded_to=clock.OPEN_TIME, effective_to=clock.OPEN_DATE
    )
    states = {state.id for state in register.lifecycle.states}
    return (
        set(now.values_list("state", flat=True)) == states
        and Entry.objects.filter(register=register_id).count() >= 15
        and all(believed_records(kind.id).exists() for kind in kinds_of(register_id))
    )


def test_wells_and_points_of_the_year(cast: Cast) -> None:
    live(groundwater_steps(cast))
    county = cast.places[COUNTY]
    assert complete("groundwater_wells")
    assert complete("groundwater_points")
    # Sixteen wells, one sealed in January, one removed in April.
    assert service.read("groundwater_well_patrol_count", county, YEAR_END).value == 14
    stable = service.read("groundwater_point_quality", county, YEAR_END)
    assert (stable.text, stable.numerator, stable.denominator) == ("总体保持稳定", 4, 4)
    dual = service.read("groundwater_dual_source_point_quality", county, YEAR_END)
    assert (dual.text, dual.denominator) == ("总体保持稳定", 7)
    # One of four national points is of class V; one of four sources misses class III, by manganese.
    assert service.read("groundwater_class_v_ratio", county, YEAR_END).value == 25
    assert service.read("groundwater_source_compliance_rate", county, YEAR_END).value == Decimal("75.00")
    # What was read in June was a slip of the pen, put right in August.
    june, then = date(2024, 6, 30), timezone.make_aware(datetime(2024, 7, 1, 12))
    named = {"scope": "白鹭三号点"}
    assert service.read("groundwater_point_quality", county, june, then, named).text == "Ⅳ类"
    assert service.read("groundwater_point_quality", county, june, None, named).text == "Ⅱ类"
    plans = Duty.objects.filter(rule="groundwater.point_plan")
    assert {(duty.entry.versions.first().name, duty.period, duty.state) for duty in plans} >= {
        ("老厂区监控点", "2024", "closed")
    }
    assert not plans.filter(entry__versions__name="白鹭水源点").exists()


def test_projects_of_the_year(cast: Cast) -> None:
    live(fund_steps(cast))
    county = cast.places[COUNTY]
    assert complete("reserve_projects")

    def read(name: str, years: str, on: date = YEAR_END, known_at: Any = None) -> Any:
        return service.read(name, county, on, known_at, {"years": years})

    # 2022: 600 and 900, paid 582 and 840. 2023: 280, 320, 500; paid 252, 288, 430. 2024: 260, 740, 120; paid 143, 412.
    assert read("fund_execution_rate", "2022").value == Decimal("94.80")
    assert read("fund_execution_rate", "2023").value == Decimal("88.18")
    assert read("fund_execution_rate", "2024").value == Decimal("49.55")
    assert read("project_completion_rate", "2022").value == 100
    newer = read("project_start_rate", "2023,2024")
    assert (newer.numerator, newer.denominator) == (5, 6)
    # Thirty were paid in June to the wrong body, and taken back in August.
    june, then = date(2024, 6, 30), timezone.make_aware(datetime(2024, 7, 1, 12))
    assert (
        read("fund_execution_rate", "2023", june, then).numerator
        - read("fund_execution_rate", "2023", june).numerator
        == 300_000
    )
    work = service.read(
        "project_work_done_ratio", county, YEAR_END, None, {"scope": "白鹭镇受污染耕地安全利用项目"}
    )
    assert (work.value, work.numerator, work.denominator) == (Decimal("84.00"), 3780, 4500)
    late = Duty.objects.filter(rule="funds.execution", period="2024-2024", state="open")
    assert {duty.entry.code for duty in late} >= {"XM2023008"}
