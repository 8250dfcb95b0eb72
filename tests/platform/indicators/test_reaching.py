"""What would reach a target soonest: worked by hand, and never beaten by any other choice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.db.models import F
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.platform.indicators.test_shares import DAY, enter, five, indicator, mu  # noqa: F401 - a fixture

from jingtu.platform.indicators import reaching
from jingtu.platform.indicators.reaching import shortest, way_to

SOON, LATER = date(2024, 8, 31), date(2024, 11, 30)
days = st.one_of(st.none(), st.integers(1, 4).map(lambda month: date(2024, 8 + month, 1)))


def last_day(entries: tuple[int, ...], known: dict[int, date | None]) -> date:
    return max((known[entry] or date.max for entry in entries), default=date.min)


@settings(deadline=None)
@given(
    missing=st.integers(-3, 40),
    drawn=st.lists(st.tuples(st.integers(0, 12), days), max_size=7),
)
def test_no_other_choice_is_sooner_or_on_that_day_smaller(
    missing: int, drawn: list[tuple[int, date | None]]
) -> None:
    weights = {key: Decimal(weight) for key, (weight, _) in enumerate(drawn)}
    known = {key: day for key, (_, day) in enumerate(drawn)}
    way = shortest(Decimal(missing), weights, {key: day for key, day in known.items() if day is not None})
    enough = [
        chosen
        for size in range(len(weights) + 1)
        for chosen in combinations(weights, size)
        if sum(weights[key] for key in chosen) >= missing
    ]
    assert way.reaches == bool(enough)
    if enough:
        assert sum(weights[key] for key in way.entries) >= missing
        best = min((last_day(chosen, known), len(chosen)) for chosen in enough)
        assert (last_day(way.entries, known), len(way.entries)) == best


def test_the_heaviest_of_those_due_first_reaches_it(monkeypatch: Any) -> None:
    way = shortest(Decimal(20), {1: Decimal(15), 2: Decimal(8), 3: Decimal(12)}, {1: SOON, 2: SOON, 3: LATER})
    assert [(step.entry, step.gain, step.day) for step in way.steps] == [(1, 15, SOON), (2, 8, SOON)]
    assert way.on == SOON


@pytest.mark.django_db
def test_the_way_of_a_share_by_area(five: Any, county: Any, monkeypatch: Any) -> None:  # noqa: F811
    known = indicator(weight=F("priorityparcelfacts__area_m2"))
    monkeypatch.setattr(reaching, "_providers", [lambda entries, on: {five["open"].pk: SOON}])
    way = way_to(known, known.compute(county, DAY), Decimal(95))
    assert way is not None
    assert (way.entries, way.reaches, way.on) == ((five["open"].pk,), True, SOON)
    assert way_to(known, known.compute(county, DAY), Decimal(90)) is None


@pytest.mark.django_db
def test_a_target_out_of_reach_says_so(county: Any) -> None:
    enter("gone", county, "removed")
    enter("done", county, "controlled")
    count = indicator(measure="count")
    way = way_to(count, count.compute(county, DAY), Decimal(3))
    assert way is not None
    assert (way.reaches, way.steps) == (False, ())
