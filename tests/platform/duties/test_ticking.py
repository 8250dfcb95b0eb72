"""Time passing: duties raised once, closed by moves, late by their own day, missed days caught up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from tests.platform.registers.test_actions import proof, to_claimed
from tests.platform.registers.test_exchange import HEAD, bring

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties import declarations, queries
from jingtu.platform.duties.declarations import DutyRule, LadderStep, Owed
from jingtu.platform.duties.models import Duty, Tick
from jingtu.platform.duties.ticking import tick
from jingtu.platform.indicators import snapshots
from jingtu.platform.indicators.declarations import Rule
from jingtu.platform.indicators.models import Snapshot
from jingtu.platform.indicators.snapshots import Watched
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.people.policies import Reach
from jingtu.platform.registers.actions import ChangeFacts, CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry, RevokeMove

pytestmark = pytest.mark.django_db
JUNE = date(2024, 6, 3)


@pytest.fixture
def entry(officer: User, county: Any) -> Entry:
    header = {"name": "青禾化工厂地块", "region": county}
    return CreateEntry(officer, JUNE, "priority_parcels", header, {}, code="P-1").execute()


@pytest.fixture
def monthly(monkeypatch: pytest.MonkeyPatch) -> Iterator[DutyRule]:
    """A rule that owes something at each month's end, known ten days ahead."""

    def owed(on: date, entry: int | None) -> list[Owed]:
        end = (on.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        keys = Entry.objects.filter(register="priority_parcels").values_list("pk", flat=True)
        if (end - on).days > 10:
            return []
        return [Owed(key, f"{on:%Y-%m}", "报送月度情况", end, "/") for key in keys if entry in {None, key}]

    monkeypatch.setattr(declarations, "_rules", dict(declarations._rules))
    return declarations.declare(DutyRule("tests.monthly", "月报", "priority_parcels", owed))


def duties(rule: str = "") -> list[Duty]:
    found = Duty.objects.order_by("id")
    return list(found.filter(rule=rule) if rule else found)


def test_a_duty_rises_with_the_state_and_closes_with_it(entry: Entry, officer: User) -> None:
    assert [(duty.rule, duty.due, duty.state) for duty in duties()] == [("sites.verify", None, "open")]
    MoveEntry(officer, JUNE, entry, "verify").execute()
    duty = duties()[0]
    assert (duty.state, duty.closed_on, duty.closed_by) == ("closed", JUNE, officer)
    assert len(duties()) == 1  # nobody owes anything for a verified parcel until it is listed


def test_the_day_entered_for_a_parcel_is_its_limit_and_nothing_else(entry: Entry, officer: User) -> None:
    steps: list[tuple[str, dict[str, str], bool]] = [
        ("verify", {}, False),
        ("include", {"listed_on": "2024-02-01", "entry_basis": "名单推送"}, False),
        ("start_monitoring", {}, False),
        ("find_over", {"monitored_on": "2024-04-01", "exceeded_substances": "砷"}, True),
        ("delimit", {"control_due": "2024-06-10"}, False),
    ]
    for move, facts, needs_proof in steps:
        MoveEntry(
            officer, JUNE, entry, move, facts=facts, evidence=[proof(entry)] if needs_proof else []
        ).execute()
    control = duties("sites.control")[0]
    assert control.due == date(2024, 6, 10)
    assert [duty.due for duty in duties() if duty.rule != "sites.control"] == [None, None, None]
    tick(date(2024, 6, 10))
    assert duties("sites.control")[0].step == "none"
    assert not queries.overdue(date(2024, 6, 10)).exists()
    tick(date(2024, 6, 11))
    assert duties("sites.control")[0].step == "reminded"
    assert [duty.rule for duty in queries.overdue(date(2024, 6, 11))] == ["sites.control"]
    tick(date(2025, 3, 1))  # supervision is taken by people: no text says after how many days
    assert duties("sites.control")[0].step == "reminded"


def test_a_postponed_day_postpones_what_is_owed(entry: Entry, officer: User) -> None:
    for move, facts, needs_proof in [
        ("verify", {}, False),
        ("include", {"listed_on": "2024-02-01", "entry_basis": "名单推送"}, False),
        ("start_monitoring", {}, False),
        ("find_over", {"monitored_on": "2024-04-01", "exceeded_substances": "砷"}, True),
        ("delimit", {}, False),
    ]:
        evidence = [proof(entry)] if needs_proof else []
        MoveEntry(officer, JUNE, entry, move, facts=facts, evidence=evidence).execute()
    assert duties("sites.control")[0].due is None
    ChangeFacts(officer, JUNE, entry, facts={"control_due": "2024-06-10"}).execute()
    assert duties("sites.control")[0].due == date(2024, 6, 10)
    ChangeFacts(officer, date(2024, 6, 8), entry, facts={"control_due": "2024-07-31"}).execute()
    assert [duty.due for duty in duties("sites.control")] == [date(2024, 7, 31)]
    tick(date(2024, 6, 11))
    assert not queries.overdue(date(2024, 6, 11)).exists()
    tick(date(2024, 6, 7))  # a day looked at again, when the old day was still believed to hold
    assert [duty.due for duty in duties("sites.control")] == [date(2024, 7, 31)]


def test_a_day_ticked_twice_changes_nothing(entry: Entry, monthly: DutyRule) -> None:
    first = tick(date(2024, 6, 25))
    rows = LedgerRow.objects.count()
    again = tick(date(2024, 6, 25))
    assert (first.raised, again.raised) == (1, 0)
    assert len(duties("tests.monthly")) == 1
    assert LedgerRow.objects.count() == rows


def test_missed_days_are_caught_up(entry: Entry, monthly: DutyRule) -> None:
    tick(date(2024, 6, 15))
    assert duties("tests.monthly") == []
    report = tick(date(2024, 8, 2))
    assert (report.days[0], report.days[-1], len(report.days)) == (date(2024, 6, 16), date(2024, 8, 2), 48)
    found = [(duty.period, duty.due, duty.raised_on, duty.step) for duty in duties("tests.monthly")]
    assert found == [
        ("2024-06", date(2024, 6, 30), date(2024, 6, 20), "reminded"),
        ("2024-07", date(2024, 7, 31), date(2024, 7, 21), "reminded"),
    ]


def test_the_first_tick_does_not_go_through_all_of_history(entry: Entry) -> None:
    assert tick(date(2024, 6, 15)).days == [date(2024, 6, 15)]
    assert tick(date(2024, 6, 10)).days == [date(2024, 6, 10)]
    assert Tick.objects.count() == 2


def test_a_rung_of_the_ladder_with_days_is_climbed_by_itself(
    entry: Entry, monthly: DutyRule, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = Rule("试验", "", date(2000, 1, 1), OPEN_DATE)
    rungs = (LadderStep(Duty.Step.REMINDED, 1, rule), LadderStep(Duty.Step.SUPERVISED, 15, rule))
    monkeypatch.setattr(declarations, "ladder", lambda: rungs)
    tick(date(2024, 6, 25))
    tick(date(2024, 7, 14))
    assert duties("tests.monthly")[0].step == "reminded"
    tick(date(2024, 7, 15))
    assert duties("tests.monthly")[0].step == "supervised"


def test_month_ends_are_kept_as_snapshots(entry: Entry, county: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "_providers", [])
    days = frozenset({date(2024, 7, 15)})
    snapshots.watch(
        lambda _on: [Watched("priority_parcel_control_ratio", county, {"base": "2024-03-31"}, days)]
    )
    tick(date(2024, 6, 28))
    assert tick(date(2024, 8, 1)).snapshots == 3
    assert sorted(Snapshot.objects.values_list("on", flat=True)) == [
        date(2024, 6, 30), date(2024, 7, 15), date(2024, 7, 31),
    ]  # fmt: skip
    assert tick(date(2024, 8, 1)).snapshots == 0


def test_duties_of_the_past_are_those_of_that_day(
    entry: Entry, officer: User, county: Any, neighbour: Any
) -> None:
    MoveEntry(officer, date(2024, 6, 20), entry, "verify").execute()
    assert queries.due(date(2024, 6, 19)).count() == 1
    assert queries.due(date(2024, 6, 20)).count() == 0
    assert queries.due(date(2024, 6, 2)).count() == 0
    assert queries.due(date(2024, 6, 19), Reach(paths=(county.path,))).count() == 1
    assert queries.due(date(2024, 6, 19), Reach(paths=(neighbour.path,))).count() == 0


def test_a_move_taken_back_brings_the_duty_of_the_state_again(entry: Entry, officer: User) -> None:
    MoveEntry(officer, JUNE, entry, "verify").execute()
    RevokeMove(officer, JUNE, entry, reason="误点").execute()
    assert [(duty.rule, duty.state) for duty in duties() if duty.state == "open"] == [
        ("sites.verify", "open")
    ]


def test_a_change_of_facts_moves_the_limit(entry: Entry, officer: User, person: Callable[..., User]) -> None:
    to_claimed(entry, officer)
    assert duties("sites.control")[0].state == "closed"
    assert duties("sites.check")[0].state == "open"
    ChangeFacts(officer, date(2024, 6, 21), entry, facts={"note": "已约检查"}).execute()
    assert len(duties("sites.check")) == 1


def test_an_imported_list_owes_from_the_day_of_import(
    county: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        bring(
            [
                HEAD,
                ["甲-1", "甲", "青禾县", "超标"],
                ["甲-2", "乙", "青禾县", "已推送"],
                ["甲-3", "丙", "青禾县", "已排除"],
            ]
        )
    assert sorted(duty.rule for duty in duties()) == ["sites.delimit", "sites.verify"]
