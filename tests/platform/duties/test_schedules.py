"""What schedules owe, worked out on a calendar; and duties that follow their entry, neither lost nor doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from jingtu.platform.duties import declarations
from jingtu.platform.duties.declarations import DutyRule
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.schedules import (
    AnySchedule,
    AtOnce,
    BeforeEvent,
    BeforeFloodSeason,
    Case,
    EveryYears,
    OwedOnSchedule,
    QuarterEnd,
    Times,
    WithinMonths,
    Yearly,
)
from jingtu.platform.duties.ticking import tick
from jingtu.platform.indicators.declarations import Rule
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import ChangeFacts, CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry, RevokeMove

REGISTER = "priority_parcels"


def day(text: str) -> date:
    return date.fromisoformat(text)


def dues(
    schedule: AnySchedule, on: str, base: str | None = None, **known: Any
) -> list[tuple[str, str | None]]:
    case = Case(1, "/1/", day(base) if base else None, **known)
    found = schedule.dues(case, day(on), day(on))
    return [(item.period, item.due.isoformat() if item.due else None) for item in found]


@pytest.mark.parametrize(
    ("schedule", "on", "expected"),
    [
        (Yearly(12, 31), "2024-01-01", [("2024", "2024-12-31")]),
        (Yearly(1, 31), "2024-02-01", []),  # over for whoever comes later
        (Yearly(1, 31, ahead=45), "2023-12-17", [("2024", "2024-01-31")]),
        (Yearly(1, 31, ahead=45), "2023-12-16", []),
        (Yearly(2, 29), "2023-02-01", [("2023", "2023-02-28")]),
        (Yearly(rule=lambda on: "06-30" if on >= date(2026, 8, 15) else None), "2026-08-14", [("2026", None)]),
        (QuarterEnd(), "2024-06-30", [("2024-2", "2024-06-30")]),
        (QuarterEnd(days_after=10), "2024-04-10", [("2024-1", "2024-04-10"), ("2024-2", "2024-07-10")]),
        (QuarterEnd((6, 12)), "2024-02-29", [("2024-1", "2024-06-30")]),
        (Times(4), "2024-05-15", [("2024-2", "2024-06-30")]),
        (Times(2, spread=False), "2024-05-15", [("2024-1", "2024-12-31"), ("2024-2", "2024-12-31")]),
        (Times(None), "2024-05-15", [("2024-1", None)]),
        (BeforeFloodSeason(lambda _path, year: date(year, 4, 1), ahead=30), "2024-02-29", []),
        (BeforeFloodSeason(lambda _path, year: date(year, 4, 1), ahead=30), "2024-03-01", [("2024", "2024-03-31")]),
        (BeforeFloodSeason(lambda _path, _year: None), "2024-05-01", [("2024", None)]),
    ],
)  # fmt: skip
def test_days_of_the_calendar(schedule: AnySchedule, on: str, expected: list[Any]) -> None:
    assert dues(schedule, on) == expected


@pytest.mark.parametrize(
    ("schedule", "base", "on", "expected"),
    [
        # 一年内 is the same date next year, also from the 29th of February
        (WithinMonths(12, of="x"), "2024-02-29", "2024-03-01", [("once", "2025-02-28")]),
        (WithinMonths(None, of="x"), "2024-02-29", "2024-03-01", [("once", None)]),
        (WithinMonths(12, of="x"), None, "2024-03-01", [("once", None)]),
        # fifteen working days before Monday 2024-05-20: the days off of the First of May and 05-11 (worked) counted
        (BeforeEvent("x", working_days=15), "2024-05-20", "2024-04-01", [("2024-05-20", "2024-04-26")]),
        (BeforeEvent("x", days=10), "2024-05-20", "2024-04-01", [("2024-05-20", "2024-05-10")]),
        (BeforeEvent("x", working_days=15), None, "2024-04-01", []),
        (BeforeEvent("x"), "2024-05-20", "2024-04-01", [("2024-05-20", None)]),
        (AtOnce("x"), "2024-05-20", "2024-05-19", []),
        (AtOnce("x"), "2024-05-20", "2024-05-20", [("2024-05-20", "2024-05-20")]),
        (EveryYears("x", 24, 36), "2021-11-05", "2023-11-04", []),
        (EveryYears("x", 24, 36), "2021-11-05", "2023-11-05", [("after 2021-11-05", "2024-11-05")]),
        (EveryYears("x", 24, None), "2021-11-05", "2023-11-05", [("after 2021-11-05", None)]),
    ],
)  # fmt: skip
def test_days_counted_from_an_entry(
    schedule: AnySchedule, base: str | None, on: str, expected: list[Any]
) -> None:
    assert dues(schedule, on, base) == expected


def test_the_first_time_is_counted_from_listing_the_next_from_the_last_time() -> None:
    every = EveryYears("x", 24, 36, first=WithinMonths(12, of="y"))
    assert dues(every, "2024-03-01", None, start=day("2023-05-20")) == [("first", "2024-05-20")]
    assert dues(every, "2026-05-10", None, met=day("2024-05-10")) == [("after 2024-05-10", "2027-05-10")]


def test_beyond_the_published_calendar_the_day_is_unknown_and_says_so() -> None:
    (found,) = BeforeEvent("x", working_days=15).dues(Case(1, "/", date(2098, 6, 1)), *[date(2024, 1, 1)] * 2)
    assert (found.due, found.note) == (None, "节假日安排尚未公布")


# Duties in the database

pytestmark = pytest.mark.django_db
LISTED = ("listed", "monitoring")


@pytest.fixture
def declare_rule(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., DutyRule]]:
    monkeypatch.setattr(declarations, "_rules", {})

    def make(
        schedule: AnySchedule, what: str = "报送情况", states: tuple[str, ...] = LISTED, **more: Any
    ) -> DutyRule:
        owed = OwedOnSchedule(REGISTER, states, what, schedule)
        name = f"tests.{type(schedule).__name__.lower()}"
        return declarations.declare(DutyRule(name, "报送", REGISTER, owed, **more))

    return make  # type: ignore[return-value]


@pytest.fixture
def listed(officer: User, county: Any) -> Callable[..., Entry]:
    def make(on: str, code: str = "", **facts: str) -> Entry:
        header = {"name": f"青禾化工厂地块{code}", "region": county}
        return CreateEntry(officer, day(on), REGISTER, header, facts, code=code, state="listed").execute()

    return make


def duties(**filters: Any) -> list[tuple[str, str | None, str]]:
    rows = Duty.objects.filter(**filters).order_by("id")
    return [(duty.period, duty.due.isoformat() if duty.due else None, duty.state) for duty in rows]


def test_months_nobody_watched_owe_each_quarter_once(declare_rule: Any, listed: Any, officer: User) -> None:
    declare_rule(QuarterEnd(), "报送{period}情况")
    tick(day("2024-02-01"))
    entry = listed("2024-02-10", "P-1")
    assert duties() == [("2024-1", "2024-03-31", "open")]
    # A note in April splits the stay on the list in two versions; the first quarter is still owed.
    ChangeFacts(officer, day("2024-04-10"), entry, facts={"note": "已约检查"}).execute()
    tick(day("2024-08-01"))
    tick(day("2024-08-01"))
    assert duties() == [
        ("2024-1", "2024-03-31", "open"), ("2024-2", "2024-06-30", "open"), ("2024-3", "2024-09-30", "open"),
    ]  # fmt: skip
    assert [duty.raised_on for duty in Duty.objects.order_by("id")] == [
        day("2024-02-10"), day("2024-04-01"), day("2024-07-01"),
    ]  # fmt: skip
    assert Duty.objects.get(period="2024-2").what == "报送2024年第二季度情况"


def test_a_corrected_day_moves_the_duty(declare_rule: Any, listed: Any, officer: User) -> None:
    declare_rule(WithinMonths(12, of="listed_on"))
    entry = listed("2024-02-10", "P-1", listed_on="2024-02-10")
    assert duties() == [("once", "2025-02-10", "open")]
    ChangeFacts(officer, day("2024-02-10"), entry, facts={"listed_on": "2024-01-15"}).execute()
    assert duties() == [("once", "2025-01-15", "open")]
    tick(day("2024-06-01"))
    assert duties() == [("once", "2025-01-15", "open")]


def test_what_an_entry_no_longer_owes_is_cancelled_and_comes_back_with_it(
    declare_rule: Any, listed: Any, officer: User
) -> None:
    declare_rule(Yearly(12, 31))
    tick(day("2024-01-31"))
    entry = listed("2024-02-10", "P-1", listed_on="2024-02-10")
    steps: list[tuple[str, str, dict[str, str]]] = [
        ("2024-03-01", "start_monitoring", {}),
        ("2024-04-01", "find_within", {"monitored_on": "2024-03-20"}),
    ]
    from tests.platform.registers.test_actions import proof

    for on, move, facts in steps:
        MoveEntry(officer, day(on), entry, move, facts=facts, evidence=[proof(entry)]).execute()
    assert duties() == [("2024", "2024-12-31", "cancelled")]
    assert Duty.objects.get().closed_on == day("2024-04-01")
    RevokeMove(officer, day("2024-04-05"), entry, reason="误点").execute()
    assert duties() == [("2024", "2024-12-31", "open")]
    tick(day("2025-02-01"))
    assert duties() == [("2024", "2024-12-31", "open"), ("2025", "2025-12-31", "open")]


def test_listing_that_turns_out_later_owes_nothing_before(
    declare_rule: Any, listed: Any, officer: User
) -> None:
    declare_rule(QuarterEnd(), states=("monitoring",))
    tick(day("2024-01-31"))
    entry = listed("2024-02-10", "P-1", listed_on="2024-02-10")
    MoveEntry(officer, day("2024-03-01"), entry, "start_monitoring").execute()
    tick(day("2024-05-01"))
    assert [row[0] for row in duties(state="open")] == ["2024-1", "2024-2"]
    RevokeMove(officer, day("2024-05-02"), entry, reason="误点").execute()
    assert duties(state="open") == []
    MoveEntry(officer, day("2024-05-02"), entry, "start_monitoring").execute()
    assert duties(state="open") == [("2024-2", "2024-06-30", "open")]


def test_a_move_closes_and_its_revocation_opens_again(declare_rule: Any, listed: Any, officer: User) -> None:
    declare_rule(WithinMonths(6, of="listed_on"), closes_on=("start_monitoring",))
    entry = listed("2024-02-10", "P-1", listed_on="2024-02-10")
    MoveEntry(officer, day("2024-03-01"), entry, "start_monitoring").execute()
    duty = Duty.objects.get()
    assert (duty.state, duty.met_on, duty.closed_by, duty.through) == (
        "closed", day("2024-03-01"), officer, "move:start_monitoring",
    )  # fmt: skip
    RevokeMove(officer, day("2024-03-05"), entry, reason="误点").execute()
    assert duties() == [("once", "2024-08-10", "open")]


def test_an_event_put_off_is_the_same_event_the_next_one_is_another(
    declare_rule: Any, listed: Any, officer: User
) -> None:
    declare_rule(BeforeEvent("control_due", days=10))
    entry = listed("2024-02-10", "P-1", control_due="2024-06-20")
    assert duties() == [("2024-06-20", "2024-06-10", "open")]
    ChangeFacts(officer, day("2024-03-01"), entry, facts={"control_due": "2024-07-20"}).execute()
    assert duties() == [("2024-07-20", "2024-07-10", "open")]
    Duty.objects.update(state="closed", closed_on=day("2024-07-01"), met_on=day("2024-07-01"))
    ChangeFacts(officer, day("2024-07-05"), entry, facts={"control_due": "2024-08-01"}).execute()
    assert len(duties()) == 1, "the plan was filed; the work was only put off"
    ChangeFacts(officer, day("2024-10-01"), entry, facts={"control_due": "2025-03-11"}).execute()
    assert duties(state="open") == [("2025-03-11", "2025-03-01", "open")]
    ChangeFacts(officer, day("2024-10-02"), entry, facts={"control_due": None}).execute()
    assert duties(state="open") == []


def test_every_three_years_with_warning_and_a_new_day(declare_rule: Any, listed: Any, officer: User) -> None:
    rule = declare_rule(EveryYears("monitored_on", 24, 36))
    entry = listed("2022-02-10", "P-1", monitored_on="2022-02-01")
    tick(day("2024-01-31"))
    assert duties() == []
    tick(day("2024-02-03"))
    duty = Duty.objects.get(rule=rule.id)
    assert (duty.due, duty.warn_on, duty.raised_on) == (
        day("2025-02-01"),
        day("2024-02-01"),
        day("2024-02-01"),
    )
    ChangeFacts(officer, day("2024-02-05"), entry, facts={"monitored_on": "2022-01-20"}).execute()
    assert duties() == [("after 2022-01-20", "2025-01-20", "open")]
    ChangeFacts(officer, day("2024-05-05"), entry, facts={"monitored_on": "2024-05-01"}).execute()
    assert duties() == [("after 2022-01-20", "2025-01-20", "closed")]
    assert Duty.objects.get().met_on == day("2024-05-01")
    tick(day("2026-05-02"))
    assert duties(state="open") == [("after 2024-05-01", "2027-05-01", "open")]


def test_a_rule_is_raised_while_in_force_and_keeps_its_day_when_it_has_run_out(
    declare_rule: Any, listed: Any, officer: User
) -> None:
    basis = Rule("试验办法", "第三条", day("2024-04-01"), day("2024-07-01"), "test")
    months = lambda on: "12" if basis.in_force(on) else None  # noqa: E731
    declare_rule(WithinMonths(months, of="listed_on"), basis=(basis,), while_in_force=True)
    listed("2024-02-10", "P-1", listed_on="2024-02-10")
    tick(day("2024-03-31"))
    assert duties() == []
    tick(day("2024-06-01"))
    assert Duty.objects.get().raised_on == day("2024-04-01")
    tick(day("2024-09-01"))
    listed("2024-09-02", "P-2", listed_on="2024-09-02")
    assert duties() == [("once", "2025-02-10", "open")]


def test_a_holder_that_changes_takes_the_duty_along(
    declare_rule: Any, listed: Any, officer: User, bureau: Any
) -> None:
    declare_rule(Yearly(12, 31))
    entry = listed("2024-02-10", "P-1")
    ChangeFacts(officer, day("2024-03-01"), entry, header={"holder": bureau}).execute()
    assert [(duty.holder, duty.state) for duty in Duty.objects.all()] == [(bureau, "open")]


def test_a_past_day_ticked_again_only_adds(declare_rule: Any, listed: Any, officer: User) -> None:
    declare_rule(QuarterEnd())
    listed("2024-02-10", "P-1")
    tick(day("2024-05-01"))
    before = duties()
    tick(day("2024-02-12"))
    assert duties() == before
