"""Ponds: graded and regraded, visited by grade, hazards put right by one and closed by another, closed and let go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.programme.sources.waste.conftest import move, record, visit

from jingtu.errors import ConflictError, InputError
from jingtu.platform import rules
from jingtu.platform.clock import recorded_now
from jingtu.platform.duties import ticking
from jingtu.platform.duties.actions import CheckDuty
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import service
from jingtu.platform.registers.entry_records import WithdrawRecord
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.programme.sources.waste import duties, ponds

pytestmark = pytest.mark.django_db


def share(region: Any, on: date, known_at: Any = None) -> tuple[Any, Any, Any]:
    reading = service.read("tailings_pond_inspection_ratio", region, on, known_at)
    return reading.numerator, reading.denominator, reading.value


def open_of(entry: Entry, rule: str) -> list[Duty]:
    return list(Duty.objects.filter(entry=entry, rule=rule, state=Duty.State.OPEN).order_by("period"))


def test_the_share_is_of_the_third_grade_and_of_the_year(
    county: Any, neighbour: Any, pond: Callable[..., Entry]
) -> None:
    third = [pond(code) for code in "ABCD"]
    first, closed = pond("E", state="level_1"), pond("F", state="closed")
    pond("G", region=neighbour)
    visit(third[0], date(2023, 8, 1))
    visit(third[0], date(2024, 3, 5), "random")
    visit(third[0], date(2024, 6, 5), "again")
    visit(third[1], date(2024, 7, 9))
    visit(first, date(2024, 4, 1))
    visit(closed, date(2024, 4, 1))
    assert share(county, date(2023, 12, 31)) == (1, 4, Decimal("25.00"))
    assert share(county, date(2024, 1, 1)) == (0, 4, Decimal("0.00"))
    assert share(county, date(2024, 7, 8)) == (1, 4, Decimal("25.00"))
    assert share(county, date(2024, 7, 9)) == (2, 4, Decimal("50.00"))
    reading = service.read("tailings_pond_inspection_ratio", county, date(2024, 7, 9))
    assert {item.reason: item.entries for item in reading.left_out} == {
        "一级、二级尾矿库按次数检查，不计入抽查比例": (first.pk,),
        "不在三级环境监管": (closed.pk,),
    }


def test_a_visit_taken_back_and_a_pond_regraded_change_the_share(
    county: Any, pond: Callable[..., Entry]
) -> None:
    one, two = pond("A"), pond("B")
    seen = visit(one, date(2024, 3, 5))
    before = recorded_now()
    WithdrawRecord(None, seen.on, seen, "pond_checks", reason="另一座库的检查").execute()
    assert share(county, date(2024, 6, 1)) == (0, 2, Decimal("0.00"))
    assert share(county, date(2024, 6, 1), before) == (1, 2, Decimal("50.00"))
    move(two, "grade_1", date(2024, 5, 6), facts={"list_year": 2024, "listed_on": date(2024, 5, 6)})
    assert share(county, date(2024, 5, 5)) == (0, 2, Decimal("0.00"))
    assert share(county, date(2024, 5, 6)) == (0, 1, Decimal("0.00"))


def test_before_the_rules_nothing_is_said(county: Any, pond: Callable[..., Entry]) -> None:
    pond("A", on=date(2022, 1, 4))
    assert str(service.read("tailings_pond_inspection_ratio", county, date(2022, 6, 30)).status) != "computed"
    assert share(county, date(2022, 7, 1)) == (0, 1, Decimal("0.00"))


def test_a_new_year_s_list_is_of_a_later_year(pond: Callable[..., Entry]) -> None:
    entry = pond("A")
    with pytest.raises(ConflictError, match="已在 2023 年度清单中"):
        MoveEntry(None, date(2024, 5, 6), entry, "renew_level_3", facts={"list_year": 2023}).execute()
    MoveEntry(None, date(2024, 5, 6), entry, "renew_level_3", facts={"list_year": 2024}).execute()
    with pytest.raises(ConflictError, match="现为"):
        move(entry, "grade_3", date(2024, 6, 1))


def test_a_pond_of_the_first_grade_is_visited_twice_of_the_second_once(pond: Callable[..., Entry]) -> None:
    begun = date(2024, 1, 5)
    first, second = pond("A", begun, "level_1"), pond("B", begun, "level_2")
    third = pond("C", begun)
    ticking.tick(date(2024, 2, 1))
    counts = [
        Duty.objects.filter(entry=entry, rule__startswith="waste.pond_check_level").count()
        for entry in (first, second, third)
    ]
    assert counts == [2, 1, 0]
    owed = open_of(first, "waste.pond_check_level_1")
    assert [duty.due for duty in owed] == [date(2024, 12, 31), date(2024, 12, 31)]
    visit(first, date(2024, 3, 8), "flood")
    assert len(open_of(first, "waste.pond_check_level_1")) == 1
    assert open_of(first, "waste.pond_check_before_flood") == [], (
        "the same visit was the one before the season"
    )
    visit(first, date(2024, 9, 3))
    assert open_of(first, "waste.pond_check_level_1") == []
    ticking.tick(date(2025, 1, 2))
    assert [duty.period for duty in open_of(first, "waste.pond_check_level_1")] == ["2025-1", "2025-2"]


def test_the_day_of_the_flood_season_is_not_guessed(
    county: Any, neighbour: Any, pond: Callable[..., Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, other = pond("A", date(2024, 1, 5)), pond("B", date(2024, 1, 5), region=neighbour)
    ticking.tick(date(2024, 2, 1))
    (duty,) = open_of(entry, "waste.pond_flood_inspection")
    assert (duty.due, duty.period, duty.what) == (None, "2024", "2024年汛期前全面排查污染隐患")

    def entered(subject: str, parameter: str, _on: date, path: str) -> str | None:
        here = (subject, parameter) == ("pond_flood_season", "month_day") and path.startswith(county.path)
        return "06-01" if here else None

    monkeypatch.setattr(rules, "_local", entered)
    assert duties.season_begins(county.path, 2024) == date(2024, 6, 1)
    ticking.tick(date(2024, 2, 2))
    (duty,) = open_of(entry, "waste.pond_flood_inspection")
    assert duty.due == date(2024, 5, 31), "the last day before the season"
    assert [item.due for item in open_of(other, "waste.pond_flood_inspection")] == [None]


def test_only_a_full_inspection_before_the_season_meets_the_duty(pond: Callable[..., Entry]) -> None:
    entry = pond("A", date(2024, 1, 5))
    ticking.tick(date(2024, 2, 1))
    record(entry, "pond_inspections", date(2024, 2, 20), kind="special", conclusion="专项排查")
    assert len(open_of(entry, "waste.pond_flood_inspection")) == 1
    record(entry, "pond_inspections", date(2024, 3, 20), kind="flood", conclusion="全面排查", hazards=1)
    assert open_of(entry, "waste.pond_flood_inspection") == []


def test_a_hazard_is_put_right_by_one_and_closed_by_another(
    pond: Callable[..., Entry], person: Callable[..., Any]
) -> None:
    one, two = person(name="甲"), person(name="乙")
    entry = pond("A")
    with pytest.raises(InputError) as refused:
        record(
            entry, "pond_hazards", date(2024, 3, 20), name="坝肩渗水", problem="渗水", due=date(2024, 3, 1)
        )
    assert [item.column for item in refused.value.errors] == ["整改期限"]
    record(
        entry, "pond_hazards", date(2024, 3, 20), one, name="坝肩渗水", problem="渗水", due=date(2024, 4, 30)
    )
    record(
        entry,
        "pond_hazards",
        date(2024, 3, 20),
        one,
        name="截洪沟淤堵",
        problem="淤堵",
        due=date(2024, 5, 20),
    )
    ticking.tick(date(2024, 3, 21))
    owed = open_of(entry, duties.RECTIFICATION.id)
    assert {duty.period: duty.due for duty in owed} == {
        "坝肩渗水": date(2024, 4, 30), "截洪沟淤堵": date(2024, 5, 20),
    }  # fmt: skip
    with pytest.raises(InputError) as unknown:
        record(entry, "pond_rectifications", date(2024, 4, 9), one, name="坝顶裂缝", measures="灌浆")
    assert [item.column for item in unknown.value.errors] == ["隐患名称"]
    assert "已登记的隐患：坝肩渗水、截洪沟淤堵" in str(unknown.value.errors[0])
    record(entry, "pond_rectifications", date(2024, 4, 9), one, name="截洪沟淤堵", measures="清淤")
    duty = Duty.objects.get(entry=entry, rule=duties.RECTIFICATION.id, period="截洪沟淤堵")
    assert (duty.state, duty.submitted_by, duty.closed_on) == (Duty.State.SUBMITTED, one, None)
    assert [item.period for item in open_of(entry, duties.RECTIFICATION.id)] == ["坝肩渗水"]
    with pytest.raises(ConflictError, match="另一人"):
        CheckDuty(one, date(2024, 4, 12), duty, accept=True).execute()
    CheckDuty(two, date(2024, 4, 12), duty, accept=True).execute()
    duty.refresh_from_db()
    assert (duty.state, duty.closed_by) == (Duty.State.CLOSED, two)


def test_a_closed_pond_leaves_after_two_clean_years(
    pond: Callable[..., Entry], person: Callable[..., Any]
) -> None:
    one, two = person(name="甲"), person(name="乙")
    entry = pond("A")
    move(entry, "close", date(2023, 6, 1), one, facts={"closed_on": date(2023, 6, 1)})
    clean = {"clean_since": date(2023, 7, 10)}
    with pytest.raises(ConflictError, match="最早 2025-07-10"):
        move(entry, "release", date(2025, 7, 9), two, facts=clean)
    with pytest.raises(ConflictError, match="另一人"):
        move(entry, "release", date(2025, 7, 10), one, facts=clean)
    move(entry, "release", date(2025, 7, 10), two, facts=clean)
    ticking.tick(date(2025, 7, 11))
    assert not Duty.objects.filter(entry=entry, state=Duty.State.OPEN).exists()


def test_every_grade_is_a_state_with_a_move_into_it() -> None:
    lifecycle = ponds.TAILINGS_PONDS.lifecycle
    for state in ponds.SUPERVISED:
        assert {move.id for move in lifecycle.moves if move.target == state} == {
            f"grade_{state[-1]}", f"renew_{state}",
        }  # fmt: skip
