"""Surveys of causes: counted when done, and the share of areas whose sources are all cut off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.programme.sources.cadmium.conftest import move, record

from jingtu.errors import ConflictError
from jingtu.platform.duties import ticking
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import service
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import CorrectRecord
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas(county: Any) -> dict[str, Entry]:
    found = {}
    for code, kind in (("A", "county"), ("B", "county"), ("C", "zone"), ("D", "county")):
        found[code] = CreateEntry(
            None, date(2024, 2, 1), "farmland_cause_surveys", {"name": f"{code}区域", "region": county},
            {"area_kind": kind, "list_year": 2024, "survey_due": date(2024, 10, 31)}, code=code,
        ).execute()  # fmt: skip
        move(found[code], "begin", date(2024, 3, 1))
    done = {"surveyed_on": date(2024, 9, 1), "causes": "历史冶炼"}
    move(found["A"], "conclude", date(2024, 9, 1), facts=done)
    move(found["B"], "conclude", date(2024, 9, 15), facts=done)
    move(found["C"], "conclude_without", date(2024, 9, 20), facts=done | {"causes": "地质高背景"})
    return found


def test_areas_count_from_the_day_their_survey_was_done(county: Any, areas: dict[str, Entry]) -> None:
    days = (date(2024, 8, 31), date(2024, 9, 1), date(2024, 9, 15), date(2024, 9, 20))
    values = [service.read("farmland_cause_survey_area_count", county, day).value for day in days]
    assert values == [0, 1, 2, 3]
    reading = service.read("farmland_cause_survey_area_count", county, days[-1])
    assert {item.reason: item.entries for item in reading.left_out} == {"成因排查未完成": (areas["D"].pk,)}
    assert service.read("farmland_cause_survey_area_count", county, date(2025, 1, 1)).value == 0


def test_cut_off_only_when_every_source_is_and_another_person_saw_it(
    county: Any, areas: dict[str, Entry], person: Callable[..., Any]
) -> None:
    one, two = person(name="甲"), person(name="乙")
    area = areas["A"]
    plan = {"measures": "渣场封存", "cut_due": date(2024, 12, 31)}
    move(area, "start_cutting", date(2024, 9, 10), one, facts=plan)
    done = {"cut_on": date(2024, 11, 20)}
    with pytest.raises(ConflictError, match="还没有登记查明的污染源"):
        move(area, "claim_cut", date(2024, 11, 20), one, facts=done)
    first = record(
        area, "found_sources", date(2024, 9, 11), name="老渣场", kind="waste", cut_on=date(2024, 11, 1)
    )
    second = record(area, "found_sources", date(2024, 9, 11), name="灌渠", kind="irrigation")
    with pytest.raises(ConflictError, match="尚未断源：灌渠"):
        move(area, "claim_cut", date(2024, 11, 20), one, facts=done)
    CorrectRecord(
        None, second.on, second, "found_sources", {"cut_on": date(2024, 11, 18)}, reason="完成断源"
    ).execute()
    move(area, "claim_cut", date(2024, 11, 20), one, facts=done)
    with pytest.raises(ConflictError, match="另一人"):
        move(area, "confirm_cut", date(2024, 11, 25), one)
    reading = service.read("farmland_source_cut_off_rate", county, date(2024, 11, 24))
    assert (reading.numerator, reading.denominator) == (0, 2)
    move(area, "confirm_cut", date(2024, 11, 25), two)
    reading = service.read("farmland_source_cut_off_rate", county, date(2024, 11, 25))
    assert (reading.numerator, reading.denominator, reading.value) == (1, 2, Decimal("50.00"))
    assert {item.reason: item.count for item in reading.left_out} == {
        "未发现需断源的污染源": 1, "成因排查未完成": 1,
    }  # fmt: skip
    assert first.pk != second.pk


def test_days_of_the_area_are_those_of_its_duties(areas: dict[str, Entry]) -> None:
    ticking.tick(date(2024, 9, 21))
    assert Duty.objects.get(entry=areas["D"], rule="cadmium.cause_survey").due == date(2024, 10, 31)
    cut = Duty.objects.get(entry=areas["B"], rule="cadmium.source_cut")
    assert (cut.due, cut.closed_on) == (None, None)
