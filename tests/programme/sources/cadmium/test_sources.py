"""整改完成一个，核查一个，销号一个: three steps, their papers, the year's list, and the second look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.programme.sources.cadmium.conftest import PAPERS, move, papers

from jingtu.errors import ConflictError, InputError
from jingtu.platform.clock import recorded_now
from jingtu.platform.duties import ticking
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import service
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry, RevokeMove
from jingtu.programme.sources.cadmium.lifecycle import MATERIALS, stages

pytestmark = pytest.mark.django_db


def to_checked(entry: Entry, one: Any, two: Any) -> None:
    move(entry, "start", date(2024, 3, 1), one, facts={"plan": "一源一策", "due": date(2024, 9, 30)})
    move(entry, "claim", date(2024, 8, 1), one, facts={"rectified_on": date(2024, 7, 30)})
    move(entry, "check", date(2024, 8, 9), two, facts={"checked_on": date(2024, 8, 9)})


def strike(entry: Entry, actor: Any, on: date = date(2024, 8, 20)) -> None:
    MoveEntry(actor, on, entry, "strike_off", facts={"struck_off_on": on}).execute()


def test_who_reports_neither_checks_nor_strikes_off(
    source: Callable[..., Entry], person: Callable[..., Any]
) -> None:
    one, two = person(name="甲"), person(name="乙")
    entry = source("A")
    move(entry, "start", date(2024, 3, 1), one, facts={"plan": "一源一策", "due": date(2024, 9, 30)})
    move(entry, "claim", date(2024, 8, 1), one, facts={"rectified_on": date(2024, 7, 30)})
    checked = {"checked_on": date(2024, 8, 9)}
    with pytest.raises(ConflictError, match="另一人"):
        move(entry, "check", date(2024, 8, 9), one, facts=checked)
    with pytest.raises(ConflictError, match="现为“整治待核查”"):
        strike(entry, two)
    move(entry, "check", date(2024, 8, 9), two, facts=checked)
    papers(entry, date(2024, 8, 10))
    with pytest.raises(ConflictError, match="另一人"):
        strike(entry, one)
    strike(entry, two)


def test_a_plan_has_its_own_day_and_its_file(source: Callable[..., Entry]) -> None:
    entry = source("A")
    with pytest.raises(InputError) as caught:
        MoveEntry(None, date(2024, 3, 1), entry, "start", facts={"plan": "一源一策"}).execute()
    assert {error.column for error in caught.value.errors} == {"整治期限", "佐证材料"}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(have=st.sets(st.sampled_from(PAPERS)))
def test_nothing_is_struck_off_without_all_its_papers(source: Callable[..., Entry], have: set[str]) -> None:
    entry = source(f"S{len(have)}-{'-'.join(sorted(have))}-{Entry.objects.count()}")
    to_checked(entry, None, None)
    if have:
        papers(entry, date(2024, 8, 10), *sorted(have))
    if have == set(PAPERS):
        strike(entry, None)
        return
    with pytest.raises(ConflictError, match="销号材料不齐") as caught:
        strike(entry, None)
    labels = dict(MATERIALS)
    said = caught.value.message.split("还缺：")[1].split("。")[0].split("、")
    assert set(said) == {labels[name] for name in set(PAPERS) - have}


@pytest.fixture
def sources(source: Callable[..., Entry], neighbour: Any) -> dict[str, Entry]:
    """The list of 2024: A struck off in August, B carried over from 2023 and struck off in November, C open.

    D was struck off in 2023, E is a clue, F lies in the neighbour county.
    """
    found = {
        "A": source("A"),
        "B": source("B", on=date(2023, 5, 4), state="rectifying", due=date(2024, 10, 31)),
        "C": source("C"),
        "D": source("D", on=date(2023, 3, 1), state="struck_off"),
        "E": source("E", state="clue", listed_on=None, list_year=None),
        "F": source("F", region=neighbour),
    }
    to_checked(found["A"], None, None)
    papers(found["A"], date(2024, 8, 10))
    strike(found["A"], None)
    MoveEntry(
        None,
        date(2024, 1, 15),
        found["B"],
        "carry_over_rectifying",
        facts={"list_year": 2024},
        reason="未完成",
    ).execute()
    move(found["B"], "claim", date(2024, 10, 8), facts={"rectified_on": date(2024, 10, 8)})
    move(found["B"], "check", date(2024, 10, 20), facts={"checked_on": date(2024, 10, 20)})
    papers(found["B"], date(2024, 10, 25))
    strike(found["B"], None, date(2024, 11, 5))
    return found


def rate(region: Any, on: date, known_at: Any = None, **parameters: str) -> tuple[Any, Any, Any]:
    reading = service.read("cadmium_source_completion_rate", region, on, known_at, parameters)
    return reading.numerator, reading.denominator, reading.value


def test_the_year_s_list_holds_what_was_carried_over(
    county: Any, city: Any, sources: dict[str, Entry]
) -> None:
    assert rate(county, date(2024, 8, 19)) == (0, 3, Decimal("0.00"))
    assert rate(county, date(2024, 8, 20)) == (1, 3, Decimal("33.33"))
    assert rate(county, date(2024, 11, 5)) == (2, 3, Decimal("66.67"))
    assert rate(city, date(2024, 11, 5)) == (2, 4, Decimal("50.00"))


def test_the_list_of_2023_is_finished_in_2024(county: Any, sources: dict[str, Entry]) -> None:
    assert rate(county, date(2023, 12, 31)) == (1, 2, Decimal("50.00"))
    assert rate(county, date(2024, 11, 4), list_year="2023") == (1, 2, Decimal("50.00"))
    assert rate(county, date(2024, 11, 5), list_year="2023") == (2, 2, Decimal("100.00"))


def test_the_count_is_of_those_taken_on_in_the_year(county: Any, sources: dict[str, Entry]) -> None:
    reading = service.read("cadmium_source_count", county, date(2024, 12, 31))
    assert (reading.value, set(reading.numerator_entries)) == (2, {sources["A"].pk, sources["C"].pk})
    assert service.read("cadmium_source_count", county, date(2023, 12, 31)).value == 2
    assert service.read("cadmium_source_count", county, date(2024, 1, 31)).value == 0


def test_a_second_look_opens_the_rectification_again(county: Any, sources: dict[str, Entry]) -> None:
    before = recorded_now()
    move(
        sources["A"],
        "reopen",
        date(2024, 10, 10),
        reason="回头看发现雨污未分流",
        facts={"due": date(2024, 12, 20)},
    )
    assert rate(county, date(2024, 10, 9)) == (1, 3, Decimal("33.33"))
    assert rate(county, date(2024, 10, 10)) == (0, 3, Decimal("0.00"))
    assert rate(county, date(2024, 10, 10), before) == (1, 3, Decimal("33.33"))
    duty = Duty.objects.get(entry=sources["A"], rule="cadmium.rectification", closed_on=None)
    assert duty.due == date(2024, 12, 20)


def test_a_mistaken_striking_off_is_taken_back(county: Any, sources: dict[str, Entry]) -> None:
    then = recorded_now()
    RevokeMove(None, date(2024, 12, 1), sources["B"], reason="确认文件未签发").execute()
    assert rate(county, date(2024, 12, 1)) == (1, 3, Decimal("33.33"))
    assert rate(county, date(2024, 12, 1), then) == (2, 3, Decimal("66.67"))


def test_what_is_unfinished_at_new_year_is_to_be_carried_over(sources: dict[str, Entry]) -> None:
    ticking.tick(date(2025, 1, 2))
    owed = Duty.objects.filter(rule="cadmium.carry_over", closed_on=None)
    assert {(duty.entry_id, duty.period) for duty in owed} == {
        (sources["C"].pk, "2025"), (sources["F"].pk, "2025"),
    }  # fmt: skip
    MoveEntry(
        None, date(2025, 1, 8), sources["C"], "carry_over_listed", facts={"list_year": 2025}, reason="未完成"
    ).execute()
    assert list(owed.values_list("entry", flat=True)) == [sources["F"].pk]


@pytest.mark.parametrize(
    "facts",
    [
        {"listed_on": date(2024, 3, 1), "rectified_on": date(2024, 2, 1)},
        {"listed_on": date(2023, 3, 1), "struck_off_on": date(2024, 7, 1)},
    ],
)
def test_dates_of_an_old_list_that_contradict_each_other(facts: dict[str, date]) -> None:
    with pytest.raises(ValueError, match=r"前后矛盾|不能晚于"):
        stages(facts, "struck_off", date(2024, 6, 30))
