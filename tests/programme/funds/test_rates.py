"""Start, completion and execution by funding year, worked by hand; what plans ask; duties that money closes.

Central money: A of 2022 (100, all paid, finished), B of 2022 (100, 80 paid, started), C of 2023 (200, 100 paid,
started), D of 2024 (300, nothing paid, granted); E has money of the city only, F none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.platform.registers.test_actions import proof
from tests.programme.funds.conftest import pay, receive

from jingtu.errors import ConflictError
from jingtu.platform.clock import recorded_now
from jingtu.platform.duties import ticking
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import service
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.entry_records import AddRecord, WithdrawRecord
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry

pytestmark = pytest.mark.django_db
START, COMPLETION, EXECUTION = "project_start_rate", "project_completion_rate", "fund_execution_rate"
YEAR_END = date(2024, 12, 31)


@pytest.fixture
def six(project: Callable[..., Entry], town: Any) -> dict[str, Entry]:
    found = {
        "A": project("A", "started", region=town), "B": project("B", "started"), "C": project("C", "started"),
        "D": project("D"), "E": project("E"), "F": project("F", "in_library"),
    }  # fmt: skip
    for name, year, amount in (
        ("A", 2022, "100"),
        ("B", 2022, "100"),
        ("C", 2023, "200"),
        ("D", 2024, "300"),
    ):
        receive(found[name], date(year, 3, 1), year, amount)
    receive(found["E"], date(2023, 3, 1), 2023, "50", level="city")
    pay(found["A"], date(2023, 5, 1), 2022, "100")
    pay(found["B"], date(2024, 11, 1), 2022, "80")
    pay(found["C"], date(2024, 6, 1), 2023, "100")
    return found


def read(place: Any, name: str, years: str = "", on: date = YEAR_END, known_at: Any = None) -> Any:
    return service.read(name, place, on, known_at, {"years": years})


def finish(entry: Entry, officer: User, on: date) -> None:
    MoveEntry(officer, on, entry, "finish", facts={"finished_on": on}, evidence=[proof(entry)]).execute()


def test_counts_and_money_by_funding_year(
    six: dict[str, Entry], county: Any, town: Any, officer: User
) -> None:
    finish(six["A"], officer, date(2024, 4, 1))
    older = read(county, COMPLETION, "2022")
    assert (older.value, older.numerator, older.denominator) == (Decimal("50.00"), 1, 2)
    assert older.numerator_entries == (six["A"].pk,)
    assert read(county, COMPLETION, "2022", date(2024, 3, 31)).value == 0
    assert "2022年度资金项目年底要求90%" in older.extra["note"]
    newer = read(county, START, "2023,2024")
    assert "2024年度资金项目年底要求100%" in newer.extra["note"]
    assert (newer.value, newer.counted_entries) == (
        Decimal("50.00"),
        tuple(sorted((six["C"].pk, six["D"].pk))),
    )
    # A and B have money of other years, E of another level; F has none and is no funded project at all.
    assert {item.reason: set(item.entries) for item in newer.left_out} == {
        "没有所计年度的中央资金到账记录": {six[name].pk for name in "ABE"}
    }
    money = read(county, EXECUTION, "2022")
    assert (money.value, money.numerator, money.denominator) == (Decimal("90.00"), 180, 200)
    assert money.numerator_entries == (six["A"].pk,)
    assert read(county, EXECUTION, "2022", date(2024, 10, 31)).value == Decimal("50.00")
    assert read(county, EXECUTION, "2023").value == Decimal("50.00")
    assert read(county, EXECUTION, "2024").value == 0
    assert read(town, EXECUTION, "2022").value == Decimal("100.00")
    everything = read(county, EXECUTION)
    assert (everything.numerator, everything.denominator) == (280, 700)
    assert "按全部年度计算" in everything.extra["note"]
    assert "2023年度50.00%（年底要求80%）" in everything.extra["note"]


def test_a_place_without_projects_has_no_data_and_after_the_rule_nothing_is_configured(
    six: dict[str, Entry], county: Any, neighbour: Any
) -> None:
    for name in (START, COMPLETION, EXECUTION, "project_work_done_ratio"):
        assert read(neighbour, name).status == "no_data"
        assert read(county, name, on=date(2026, 1, 1)).status == "not_configured"
    assert read(county, EXECUTION, "2019").status == "not_applicable"
    reading = read(county, EXECUTION, "2022", date(2025, 12, 31))
    assert (reading.status, reading.rule.confidence) == ("ok", "assumption")


def test_places_at_once_read_as_each_alone(
    six: dict[str, Entry], project: Callable[..., Entry], city: Any, county: Any, town: Any, neighbour: Any
) -> None:
    far = project("G", "started", region=neighbour)
    receive(far, date(2023, 3, 1), 2023, "300")
    pay(far, date(2024, 2, 1), 2023, "30")
    for entry, done in ((six["A"], "10"), (six["C"], "20"), (far, "30")):
        values = {"item": "钝化", "planned": "40", "done": done, "unit": "亩"}
        AddRecord(None, date(2024, 4, 1), entry, "project_work", values).execute()
    places = [neighbour, town, city, county]
    for name, parameters in (
        (EXECUTION, {"years": "2023"}), (EXECUTION, {}), ("project_work_done_ratio", {}), ("project_work_done_ratio", {"scope": "C"}),
    ):  # fmt: skip
        together = service.parts(name, places, YEAR_END, None, parameters)
        assert [together[place.pk] for place in places] == [
            service.read(name, place, YEAR_END, None, parameters) for place in places
        ]
    spent = service.parts(EXECUTION, places, YEAR_END, None, {"years": "2023"})
    # 30 of 300 in the neighbour, nothing granted to the town, 130 of 500 in the city, 100 of 200 in the county.
    assert [spent[place.pk].value for place in places] == [10, None, 26, 50]


def test_both_times(six: dict[str, Entry], county: Any, officer: User) -> None:
    then = recorded_now()
    pay(six["B"], date(2024, 9, 1), 2022, "10", "9")  # entered late
    assert read(county, EXECUTION, "2022", date(2024, 9, 30)).value == Decimal("55.00")
    assert read(county, EXECUTION, "2022", date(2024, 9, 30), then).value == Decimal("50.00")


def test_work_done_of_a_named_project(six: dict[str, Entry], county: Any, officer: User) -> None:
    def work(on: date, item: str, planned: str, done: str, unit: str) -> None:
        values = {"item": item, "planned": planned, "done": done, "unit": unit}
        AddRecord(officer, on, six["C"], "project_work", values).execute()

    def share(on: date, scope: str = "C") -> Any:
        return service.read("project_work_done_ratio", county, on, None, {"scope": scope})

    work(date(2024, 4, 1), "钝化", "400", "100", "亩")
    work(date(2024, 7, 1), "钝化", "400", "300", "亩")
    work(date(2024, 7, 1), "翻耕", "100", "100", "亩")
    assert share(date(2024, 6, 30)).value == Decimal("25.00")
    july = share(date(2024, 7, 1))
    assert (july.value, july.numerator, july.denominator) == (Decimal("80.00"), 400, 500)
    work(date(2024, 8, 1), "监测井", "4", "1", "口")
    # Two units cannot be added: the mean of 75, 100 and 25 %.
    assert (share(date(2024, 8, 1)).value, share(date(2024, 8, 1)).numerator) == (Decimal("66.67"), None)
    assert share(date(2024, 8, 1), "某处没有的项目").status == "no_data"
    assert share(date(2024, 8, 1), "B").left_out[0].reason == "没有登记工程量"


def test_money_to_be_spent_by_the_years_end_is_owed_until_it_is(six: dict[str, Entry], officer: User) -> None:
    ticking.tick(date(2024, 6, 30))
    owed = {
        duty.entry: duty
        for duty in Duty.objects.filter(rule="funds.execution", state="open", period__startswith="2024")
    }
    assert set(owed) == {six["B"], six["C"], six["D"]}  # B is paid in November
    assert owed[six["C"]].what == "2024年底前2023年度中央资金执行率达到80%以上"
    assert (owed[six["D"]].due, owed[six["D"]].period) == (YEAR_END, "2024-2024")

    pay(six["C"], date(2024, 8, 1), 2023, "59.99", "2")
    assert Duty.objects.get(pk=owed[six["C"]].pk).state == "open"
    last = pay(six["C"], date(2024, 9, 1), 2023, "0.01", "3")
    closed = Duty.objects.get(pk=owed[six["C"]].pk)
    assert (closed.state, closed.closed_on, closed.met_on) == ("closed", date(2024, 9, 1), date(2024, 9, 1))
    WithdrawRecord(officer, date(2024, 9, 5), last, "project_payments", reason="退票").execute()
    assert Duty.objects.get(pk=closed.pk).state == "open"


def test_a_project_owes_its_next_step_and_a_self_evaluation_a_year(
    project: Callable[..., Entry], officer: User, person: Callable[..., User]
) -> None:
    entry = project(
        "A", "funded", on=date(2024, 1, 4), planned_start=date(2024, 3, 1), planned_finish=date(2024, 10, 1)
    )

    def open_duties() -> dict[str, date | None]:
        return {duty.rule: duty.due for duty in Duty.objects.filter(entry=entry, state="open")}

    assert open_duties() == {"funds.start": date(2024, 3, 1), "funds.evaluation": None}
    start = date(2024, 3, 9)
    MoveEntry(officer, start, entry, "start", facts={"started_on": start}, evidence=[proof(entry)]).execute()
    assert open_duties() == {"funds.finish": date(2024, 10, 1), "funds.evaluation": None}
    finish(entry, officer, date(2024, 9, 30))
    day = date(2024, 11, 1)
    MoveEntry(
        officer, day, entry, "claim_acceptance", facts={"accepted_on": day}, evidence=[proof(entry)]
    ).execute()
    with pytest.raises(ConflictError, match="另一人"):
        MoveEntry(officer, day, entry, "confirm_acceptance").execute()
    MoveEntry(person(Role.HEAD, "陈局"), day, entry, "confirm_acceptance").execute()
    said = {"year": 2024, "score": "91.5", "grade": "优"}
    AddRecord(officer, date(2025, 1, 8), entry, "project_evaluations", said, [proof(entry)]).execute()
    evaluations = Duty.objects.filter(entry=entry, rule="funds.evaluation").order_by("period")
    assert [(duty.period, duty.state) for duty in evaluations] == [("2024", "closed"), ("2025", "open")]
    assert set(open_duties()) == {"funds.evaluation"}


def test_a_record_of_an_earlier_day_does_not_end_what_is_still_to_be_spent(project: Any) -> None:
    """What a record of January says is taken back in October: the money that came after it is still unspent."""
    entry = project("后到账")
    mistaken = receive(entry, date(2024, 1, 1), 2024, "11万元", level="county")
    receive(entry, date(2024, 1, 3), 2023, "32万元")
    WithdrawRecord(None, mistaken.on, mistaken, "project_funding", reason="不应登记").execute()
    duty = Duty.objects.get(entry=entry, rule="funds.execution", period="2024-2023")
    assert duty.state == "open"
