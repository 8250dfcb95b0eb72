"""Construction land worked out by hand: the rate by count and by area, the verdict, and the years to 2020.

Of the parcels of 2024: A reviewed fit before supply; B fit, not supplied yet; C supplied before its review; D not
surveyed; E off the list before supply; F risk acceptable. Not counted: G to another use, H cancelled, I without its
new use. J changed the year before. Counted: A to F, met: A, B, E, F; 39,000 of 42,000 m².
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jingtu.platform.clock import recorded_now
from jingtu.platform.indicators import declarations, service
from jingtu.platform.indicators.declarations import Reading
from jingtu.platform.registers.actions import ChangeFacts, CreateEntry
from jingtu.platform.registers.entry_records import AddRecord, CorrectRecord, believed_records
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans.models import Plan, Target
from jingtu.programme.plans.targets import read as read_target
from jingtu.programme.sites import safe_use

pytestmark = pytest.mark.django_db
YEAR_END = date(2024, 12, 31)


def land(
    code: str, region: Any, state: str, area: int | None, new_use: str = "residential", **facts: Any
) -> Entry:
    days = {
        name: date.fromisoformat(value) if name.endswith("_on") else value for name, value in facts.items()
    }
    days.setdefault("changed_on", date(2024, 2, 1))
    return CreateEntry(
        None, date(2023, 1, 1), "construction_parcels", {"name": f"{code}地块", "region": region},
        days | {"area_m2": area, "new_use": new_use}, code=code, state=state,
    ).execute()  # fmt: skip


@pytest.fixture
def parcels(county: Any, town: Any) -> dict[str, Entry]:
    return {
        "A": land(
            "A", town, "supplied", 10000, survey_result="fit", reviewed_on="2024-03-01", supplied_on="2024-05-01"
        ),
        "B": land("B", county, "available", 20000, "public", survey_result="fit", reviewed_on="2024-04-01"),
        "C": land(
            "C", county, "violating", 1000, survey_result="fit", supplied_on="2024-05-01", reviewed_on="2024-06-01"
        ),
        "D": land("D", county, "to_survey", 2000, changed_on="2024-06-10"),
        "E": land(
            "E", town, "supplied", 5000, "public", survey_result="over", reviewed_on="2024-03-01",
            removed_on="2024-09-01", supplied_on="2024-10-01",
        ),
        "F": land("F", county, "available", 4000, survey_result="acceptable", assessed_on="2024-08-01"),
        "G": land("G", county, "to_survey", 900, "other"),
        "I": land("I", county, "to_survey", 900, ""),
        "J": land("J", county, "to_survey", 900, changed_on="2023-12-31"),
    }  # fmt: skip


def read(region: Any, indicator: str, on: date = YEAR_END, known_at: Any = None) -> Reading:
    return service.read(indicator, region, on, known_at)


def test_the_rate_by_count_and_by_area(parcels: dict[str, Entry], county: Any) -> None:
    reading = read(county, safe_use.RATE_ID)
    assert (reading.numerator, reading.denominator, reading.value) == (4, 6, Decimal("66.67"))
    assert reading.extra["area"] == {
        "numerator": 39000, "denominator": 42000, "value": Decimal("92.86"),
    }  # fmt: skip
    assert set(reading.numerator_entries) == {parcels[name].pk for name in "ABEF"}
    assert {item.reason: item.entries for item in reading.left_out} == {
        safe_use.OTHER_USE: (parcels["G"].pk,),
        safe_use.NO_USE: (parcels["I"].pk,),
    }


def test_a_parcel_counts_from_the_day_it_met_what_is_asked(parcels: dict[str, Entry], county: Any) -> None:
    counted = {day: read(county, safe_use.RATE_ID, day) for day in (date(2024, 3, 31), date(2024, 6, 30))}
    # A alone of A, B, C, E, F; by the end of June A and B, with D in the denominator.
    assert [(one.numerator, one.denominator) for one in counted.values()] == [(1, 5), (2, 6)]
    late = read(county, safe_use.RATE_ID, date(2026, 1, 1))
    assert (late.status, late.value) == ("not_configured", None)


def test_places_at_once_read_the_same(parcels: dict[str, Entry], city: Any, county: Any, town: Any) -> None:
    for name in (safe_use.RATE_ID, safe_use.POLLUTED_ID, safe_use.ASSURED_ID):
        indicator = declarations.get(name)
        assert indicator is not None
        together = indicator.parts([city, county, town], YEAR_END)
        for place in (city, county, town):
            alone = indicator.compute(place, YEAR_END)
            one = together[place.pk]
            assert (one.value, one.text, one.numerator, one.status, one.extra.get("area")) == (
                alone.value, alone.text, alone.numerator, alone.status, alone.extra.get("area"),
            )  # fmt: skip


def many(region: Any, fit: int, unfit: int) -> list[Entry]:
    found = [
        land(
            f"M{region.pk}-{number}", region, "available", 1000, survey_result="fit", reviewed_on="2024-03-01"
        )
        for number in range(fit)
    ]
    return found + [land(f"U{region.pk}-{number}", region, "to_survey", 1000) for number in range(unfit)]


def case(entry: Entry, **values: Any) -> Any:
    content = {"what": "未完成调查即开工建设"} | values
    return AddRecord(None, date(2024, 5, 20), entry, "unlawful_development", content).execute()


SETTLED = {"punished_on": "2024-06-10", "corrected_on": "2024-08-30", "risk_to_people": "否"}


@pytest.mark.parametrize(
    ("fit", "unfit", "found", "text"),
    [
        (3, 0, [], safe_use.ASSURED),
        (19, 1, [SETTLED], safe_use.ASSURED),
        (19, 1, [SETTLED, {"punished_on": "2024-06-10"}], safe_use.NOT_ASSURED),
        (19, 1, [SETTLED | {"risk_to_people": "是"}], safe_use.NOT_ASSURED),
        (19, 1, [SETTLED | {"risk_to_people": ""}], safe_use.NOT_ASSURED),
        (18, 2, [SETTLED], safe_use.NOT_ASSURED),
        (19, 1, [], None),  # the table does not speak of it
        (3, 0, [SETTLED], None),
    ],
)
def test_the_decision_table(
    county: Any, fit: int, unfit: int, found: list[dict[str, str]], text: str | None
) -> None:
    entries = many(county, fit, unfit)
    for entry, values in zip(entries, found, strict=False):
        case(entry, **values)
    reading = read(county, safe_use.ASSURED_ID)
    assert (reading.text, reading.value) == (text, None)
    assert reading.status == ("ok" if text else "not_configured")
    assert f"违规开发利用 {len(found)} 起" in reading.extra["note"]


def test_a_parcel_that_stands_as_unlawfully_supplied_is_a_case_without_a_record(county: Any) -> None:
    many(county, 19, 0)
    late = {"survey_result": "fit", "supplied_on": "2024-05-01", "reviewed_on": "2024-06-01"}
    entry = land("V", county, "violating", 1000, **late)
    reading = read(county, safe_use.ASSURED_ID)
    assert (reading.text, safe_use.unlawful(county, YEAR_END, None)) == (safe_use.NOT_ASSURED, [False])
    case(entry, **SETTLED)
    assert read(county, safe_use.ASSURED_ID).text == safe_use.ASSURED


def test_the_cases_of_places_at_once_are_those_of_each(
    city: Any, county: Any, town: Any, neighbour: Any
) -> None:
    many(county, 19, 1)
    case(many(neighbour, 19, 1)[0], **SETTLED)
    land("V", town, "violating", 1000, survey_result="fit", reviewed_on="2024-06-01")
    indicator = declarations.get(safe_use.ASSURED_ID)
    assert indicator is not None
    places = [neighbour, town, city, county]
    together = indicator.parts(places, YEAR_END)
    # Of the county 20 of 21, with the open case of its town; of the neighbour 19 of 20, its case settled.
    assert [together[place.pk].text for place in places] == [
        safe_use.ASSURED, None, safe_use.NOT_ASSURED, safe_use.NOT_ASSURED,
    ]  # fmt: skip
    assert [together[place.pk].extra["note"] for place in places] == [
        indicator.compute(place, YEAR_END).extra["note"] for place in places
    ]


def test_count_and_area_that_disagree_are_left_to_a_person(county: Any) -> None:
    entries = many(county, 19, 1)
    case(entries[0], **SETTLED)
    ChangeFacts(None, date(2024, 3, 1), entries[-1], facts={"area_m2": 9000}).execute()  # 19,000 of 28,000 m²
    reading = read(county, safe_use.ASSURED_ID)
    assert (reading.status, reading.text) == ("not_configured", None)
    assert "结论不同" in reading.extra["note"]


def test_a_settlement_told_later_was_not_known_then(county: Any) -> None:
    entries = many(county, 19, 1)
    case(entries[0], punished_on="2024-06-10")
    then = recorded_now()
    assert read(county, safe_use.ASSURED_ID).text == safe_use.NOT_ASSURED
    record = believed_records("unlawful_development").get()
    CorrectRecord(None, record.on, record, "unlawful_development", SETTLED, reason="补充整改情况").execute()
    assert read(county, safe_use.ASSURED_ID).text == safe_use.ASSURED
    assert read(county, safe_use.ASSURED_ID, known_at=then).text == safe_use.NOT_ASSURED
    # The correction was finished on the thirtieth of August.
    assert read(county, safe_use.ASSURED_ID, date(2024, 8, 29)).text == safe_use.NOT_ASSURED


def test_a_target_in_words_is_judged_by_the_reading(county: Any, officer: Any) -> None:
    plan = Plan.objects.create(region=county, year=2024, title="计划")
    target = Target.objects.create(
        plan=plan, region=county, indicator="重点建设用地安全利用", indicator_id=safe_use.ASSURED_ID,
        comparator="text", value_text="得到有效保障", kind="rule", effective_from=date(2024, 1, 1),
        recorded_from=recorded_now() - timedelta(days=1),
    )  # fmt: skip
    assert read_target(target, YEAR_END).shown == "无数据"
    entries = many(county, 19, 1)
    open_case = read_target(target, YEAR_END)
    assert (open_case.verdict.met, open_case.shown) == (None, "未配置")
    case(entries[0], **SETTLED)
    met = read_target(target, YEAR_END)
    assert (met.verdict.met, met.shown) == (True, "得到有效保障")
    case(entries[1])
    missed = read_target(target, YEAR_END)
    assert (missed.verdict.met, missed.shown) == (False, "未得到有效保障")
    target.value_text = "得到切实改善"
    assert read_target(target, YEAR_END).verdict.met is None


def test_until_2020_nothing_redeveloped_is_not_applicable_and_no_formula_no_number(county: Any) -> None:
    last = date(2020, 12, 31)
    empty = read(county, safe_use.POLLUTED_ID, last)
    assert (empty.status, empty.value) == ("not_applicable", None)
    CreateEntry(
        None, date(2020, 1, 1), "construction_parcels", {"name": "旧厂", "region": county},
        {"survey_result": "over", "removed_on": date(2020, 3, 1), "supplied_on": date(2020, 6, 1), "area_m2": 100},
        code="OLD", state="supplied",
    ).execute()  # fmt: skip
    assert read(county, safe_use.POLLUTED_ID, last).status == "not_configured"
    assert read(county, safe_use.POLLUTED_ID, date(2021, 1, 1)).status == "not_configured"
