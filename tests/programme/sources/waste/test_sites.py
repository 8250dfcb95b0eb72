"""Sites of old waste: surveyed, put right, checked and struck off by different people, looked at again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.programme.sources.waste.conftest import move, record

from jingtu.errors import ConflictError, InputError
from jingtu.platform.duties.models import Duty
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry
from jingtu.programme.sources.waste.sites import ON_THE_LIST, stages


def to_claimed(entry: Entry, one: Any) -> None:
    move(entry, "survey", date(2024, 2, 1), one, facts={"surveyed_on": date(2024, 2, 1)})
    listed = {"listed_on": date(2024, 2, 20), "list_year": 2024, "listing_reason": "排查发现"}
    move(entry, "include", date(2024, 2, 20), one, facts=listed)
    move(entry, "start", date(2024, 3, 15), one, facts={"plan": "整治方案", "due": date(2024, 10, 31)})
    move(entry, "claim", date(2024, 8, 5), one, facts={"rectified_on": date(2024, 8, 1)})


@pytest.mark.django_db
def test_who_reports_neither_checks_nor_strikes_off(
    site: Callable[..., Entry], person: Callable[..., Any]
) -> None:
    one, two = person(name="甲"), person(name="乙")
    entry = site("A")
    to_claimed(entry, one)
    checked = {"checked_on": date(2024, 8, 9)}
    with pytest.raises(ConflictError, match="另一人"):
        move(entry, "check", date(2024, 8, 9), one, facts=checked)
    move(entry, "check", date(2024, 8, 9), two, facts=checked)
    gone = {"struck_off_on": date(2024, 8, 20), "confirmation": "示环函〔2024〕9号"}
    with pytest.raises(ConflictError, match="另一人"):
        move(entry, "strike_off", date(2024, 8, 20), one, facts=gone)
    with pytest.raises(InputError) as refused:
        move(entry, "strike_off", date(2024, 8, 20), two, facts={"struck_off_on": date(2024, 8, 20)})
    assert [item.column for item in refused.value.errors] == ["确认文件"]
    move(entry, "strike_off", date(2024, 8, 20), two, facts=gone)
    assert versions.version_on(entry, date(2024, 8, 20)).state == "struck_off"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_each_step_is_owed_and_only_the_plan_s_own_day_is_known(site: Callable[..., Entry]) -> None:
    entry = site("A")
    assert [(item.rule, item.due) for item in Duty.objects.filter(entry=entry)] == [
        ("waste.site_survey", None)
    ]
    to_claimed(entry, None)
    owed = Duty.objects.filter(entry=entry).order_by("pk")
    assert [(item.rule, item.due) for item in owed] == [
        ("waste.site_survey", None), ("waste.site_plan", None), ("waste.site_rectification", date(2024, 10, 31)),
        ("waste.site_check", None),
    ]  # fmt: skip
    assert [item.rule for item in owed.filter(state=Duty.State.OPEN)] == ["waste.site_check"]


@pytest.mark.django_db
def test_a_later_look_takes_the_site_up_again(site: Callable[..., Entry]) -> None:
    entry = site("A", state="struck_off", struck_off_on=date(2024, 1, 5))
    record(entry, "site_looks", date(2024, 9, 1), result="problems", problems="覆土流失")
    move(entry, "reopen", date(2024, 9, 1), reason="覆土流失", facts={"due": date(2024, 12, 20)})
    (duty,) = Duty.objects.filter(entry=entry, state=Duty.State.OPEN)
    assert (duty.rule, duty.due) == ("waste.site_rectification", date(2024, 12, 20))


@pytest.mark.django_db
def test_what_needs_nothing_may_be_taken_up_again(site: Callable[..., Entry]) -> None:
    entry = site("A", state="surveyed", surveyed_on=date(2024, 1, 5))
    move(entry, "exclude", date(2024, 2, 1), reason="不属历史遗留固体废物")
    move(entry, "take_up", date(2024, 6, 1), reason="群众反映仍有废渣")
    assert versions.version_on(entry, date(2024, 6, 1)).state == "clue"  # type: ignore[union-attr]


DAYS = st.dates(date(2020, 1, 1), date(2024, 6, 30))
NAMES = ("surveyed_on", "listed_on", "rectified_on", "checked_on", "struck_off_on")


@given(st.lists(DAYS, min_size=5, max_size=5, unique=True), st.sampled_from(("surveyed", *ON_THE_LIST)))
def test_the_past_of_an_old_list_is_in_order_and_ends_where_it_stands(days: list[date], state: str) -> None:
    found = stages(dict(zip(NAMES, sorted(days), strict=True)), state, date(2024, 6, 30))
    assert [day for day, _ in found] == sorted(day for day, _ in found)
    assert found[-1][1] == state


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
