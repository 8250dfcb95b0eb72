"""Counting by one expression: worked by hand, and every way to the number gives the same number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingtu.platform.clock import recorded_now
from jingtu.platform.indicators.declarations import Indicator, Rule
from jingtu.platform.indicators.shares import DENOMINATOR, NOT_COUNTED, NUMERATOR, UNMEASURED, Counting
from jingtu.platform.ledger import records
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
DAY = date(2024, 6, 30)
MU = Fraction(10000, 15)
RULE = Rule("某办法", "第一条", date(2024, 1, 1), date(2025, 1, 1))
REMOVED = "已移出"


def kinds(on: date, known_at: object, parameters: Mapping[str, Any]) -> Case:
    return Case(
        When(state="removed", then=Value(REMOVED)),
        When(state="controlled", then=Value(NUMERATOR)),
        default=Value(DENOMINATOR),
    )


def indicator(**rest: Any) -> Indicator:
    return Indicator("test_share", "试算", "%", [RULE], Counting("priority_parcels", kinds, **rest))


def enter(name: str, region: Any, state: str, day: date = date(2024, 1, 10), **facts: Any) -> Entry:
    entry = Entry.objects.create(register="priority_parcels", code=name)
    with transaction.atomic():
        row = records.append("test", on=day, subject_type="test")
        versions.write(
            entry, header={"name": name, "region": region, "holder": None, "state": state},
            facts=values.blank_facts(get("priority_parcels")) | facts, effective_from=day, ledger_row=row,
        )  # fmt: skip
    return entry


def mu(figure: str) -> Decimal:
    """Square metres as they are stored."""
    return (Decimal(figure) * 10000 / 15).quantize(Decimal("0.01"))


@pytest.fixture
def five(county: Any, town: Any, neighbour: Any) -> dict[str, Entry]:
    """30 mu done and 10 not in the town, 60 done in the county, one unmeasured, one removed, one next door."""
    return {
        "done": enter("done", town, "controlled", area_m2=mu("30"), listed_on=DAY),
        "open": enter("open", town, "listed", area_m2=mu("10")),
        "large": enter("large", county, "controlled", area_m2=mu("60")),
        "blank": enter("blank", county, "listed"),
        "gone": enter("gone", county, "removed", area_m2=mu("5")),
        "next": enter("next", neighbour, "listed", area_m2=mu("50")),
        "later": enter("later", county, "controlled", day=date(2024, 7, 1), area_m2=mu("9")),
    }


def test_a_share_of_entries(five: dict[str, Entry], county: Any) -> None:
    reading = indicator(complete=Q(priorityparcelfacts__listed_on__isnull=False)).compute(county, DAY)
    assert (reading.numerator, reading.denominator, reading.value) == (2, 4, Decimal("50.00"))
    assert set(reading.numerator_entries) == {five["done"].pk, five["large"].pk}
    assert [(item.reason, item.entries) for item in reading.left_out] == [(REMOVED, (five["gone"].pk,))]
    assert (reading.counted, reading.completeness) == (4, 0.25)
    assert (reading.indicator, reading.unit, reading.rule, reading.status) == ("test_share", "%", RULE, "ok")


def test_a_share_by_area_shown_in_mu(five: dict[str, Entry], county: Any) -> None:
    reading = indicator(weight=F("priorityparcelfacts__area_m2"), scale=MU).compute(county, DAY)
    assert (round(reading.numerator or 0, 4), round(reading.denominator or 0, 4)) == (90, 100)
    assert reading.value == Decimal("90.00")
    assert {item.reason: item.entries for item in reading.left_out} == {
        REMOVED: (five["gone"].pk,),
        UNMEASURED: (five["blank"].pk,),
    }


def test_a_count_and_a_sum_have_no_denominator(five: dict[str, Entry], county: Any) -> None:
    count = indicator(measure="count").compute(county, DAY)
    assert (count.value, count.denominator, count.counted) == (2, None, 2)
    assert {item.reason: item.count for item in count.left_out} == {NOT_COUNTED: 2, REMOVED: 1}
    total = indicator(measure="sum", weight=F("priorityparcelfacts__area_m2"), decimals=0).compute(
        county, DAY
    )
    assert total.value == 60000


def test_what_is_not_there_is_never_zero(county: Any, town: Any) -> None:
    assert (indicator().compute(county, DAY).status, indicator().compute(county, DAY).value) == (
        "no_data",
        None,
    )
    assert indicator(measure="count").compute(county, DAY).value is None
    enter("gone", town, "removed")
    reading = indicator().compute(county, DAY)
    assert (reading.status, reading.value, reading.denominator) == ("not_applicable", None, 0)
    assert indicator(measure="count").compute(county, DAY).value == 0
    assert indicator().compute(county, date(2025, 1, 1)).status == "not_configured"


def test_as_it_was_known_then(five: dict[str, Entry], county: Any) -> None:
    before = recorded_now()
    enter("late", county, "controlled")
    assert indicator().compute(county, DAY).counted == 5
    assert indicator().compute(county, DAY, before).counted == 4


@pytest.mark.parametrize("measure", ["share", "count", "sum"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=st.lists(
        st.tuples(
            st.sampled_from(["city", "county", "town", "neighbour"]),
            st.sampled_from(["listed", "controlled", "removed"]),
            st.one_of(st.none(), st.integers(1, 10**9)),
        ),
        max_size=12,
    )
)
def test_all_places_in_one_query_read_as_each_alone(
    drawn: list[tuple[str, str, int | None]], measure: str, city: Any, county: Any, town: Any, neighbour: Any
) -> None:
    places = {"city": city, "county": county, "town": town, "neighbour": neighbour}
    sid = transaction.savepoint()
    for number, (place, state, cents) in enumerate(drawn):
        area = None if cents is None else Decimal(cents) / 100
        enter(f"n{number}", places[place], state, area_m2=area)
    for weight in (None, F("priorityparcelfacts__area_m2")):
        known = indicator(measure=measure, weight=weight, complete=Q(priorityparcelfacts__area_m2__gt=100))
        together = known.parts(list(places.values()), DAY)
        for region in places.values():
            assert together[region.pk].to_json() == known.compute(region, DAY).to_json()
    transaction.savepoint_rollback(sid)


def test_many_places_cost_one_query(
    five: dict[str, Entry], city: Any, county: Any, town: Any, neighbour: Any, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        found = indicator().parts([city, county, town, neighbour], DAY)
    assert [found[place.pk].counted for place in (city, county, town, neighbour)] == [5, 4, 2, 1]
