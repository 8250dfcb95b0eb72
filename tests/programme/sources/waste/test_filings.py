"""Where ponds and sites have to stand besides: declared for the register, owed in its states, filed every year."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.programme.sources.waste.conftest import move

from jingtu.platform.clock import recorded_now
from jingtu.platform.filings import declarations, missing
from jingtu.platform.filings.actions import RecordReceipt, WithdrawReceipt
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry
from jingtu.programme.sources.waste import ponds, sites
from jingtu.programme.sources.waste.filings import return_due

EVERYBODY = policies.Reach(everywhere=True)


def owed(system_id: str, on: date, known_at: Any = None) -> list[missing.Missing]:
    system = declarations.get(system_id)
    rows = missing.missing(system, None, on, known_at, EVERYBODY)
    return missing.rows_of(system, rows.order_by("entry_id"), on, known_at)


@pytest.mark.parametrize(
    ("register", "systems"),
    [
        (ponds.PONDS, {ponds.POND_SYSTEM: "尾矿库环境监管信息系统", ponds.WASTE_PLATFORM: "全国固体废物污染环境防治信息平台"}),
        (sites.SITES, {sites.SITE_SYSTEM: "固体废物管理信息系统"}),
    ],
)  # fmt: skip
def test_the_register_s_systems_are_declared_with_a_basis(register: str, systems: dict[str, str]) -> None:
    found = declarations.systems_of(register, date(2024, 6, 1))
    assert {item.id: item.label for item in found} == systems
    assert set(registers.get(register).filings) == set(systems)
    states = {state.id: state.label for state in registers.get(register).lifecycle.states}
    for item in found:
        assert item.state_labels == tuple(states[state] for state in item.states)
        assert item.rule_on(date(2024, 6, 1)) is not None


@pytest.mark.django_db
def test_a_pond_is_entered_once_it_has_a_grade(pond: Callable[..., Entry]) -> None:
    entry = pond("A", date(2024, 1, 5), "proposed")
    assert owed(ponds.POND_SYSTEM, date(2024, 3, 1)) == []
    move(entry, "grade_2", date(2024, 3, 10), facts={"listed_on": date(2024, 3, 10), "list_year": 2024})
    (row,) = owed(ponds.POND_SYSTEM, date(2024, 3, 31))
    assert (row.since, row.days_owed, row.due) == (date(2024, 3, 10), 21, None)
    move(entry, "grade_1", date(2024, 4, 2), facts={"list_year": 2024})
    assert owed(ponds.POND_SYSTEM, date(2024, 4, 30))[0].since == date(2024, 3, 10), (
        "another grade is no break"
    )
    RecordReceipt(None, date(2024, 5, 6), entry, ponds.POND_SYSTEM, "WK-1").execute()
    assert owed(ponds.POND_SYSTEM, date(2024, 5, 6)) == []
    assert len(owed(ponds.POND_SYSTEM, date(2024, 5, 5))) == 1
    assert owed(ponds.POND_SYSTEM, date(2030, 1, 1)) == [], "entered once, for good"


@pytest.mark.django_db
def test_the_return_of_a_pond_is_owed_anew_every_january(pond: Callable[..., Entry]) -> None:
    """Listed in May 2023: nothing in 2023, the return on 2023 by 31 January 2024, that on 2024 a year later."""
    entry, new = pond("A", date(2023, 5, 10)), pond("B", date(2024, 2, 1))
    system = ponds.WASTE_PLATFORM
    assert owed(system, date(2023, 12, 31)) == []
    (row,) = owed(system, date(2024, 1, 1))
    assert (row.version.entry_id, row.since, row.due, row.days_late) == (
        entry.pk, date(2024, 1, 1), date(2024, 1, 31), 0,
    )  # fmt: skip
    (row,) = owed(system, date(2024, 2, 10))
    assert (row.days_owed, row.days_late) == (40, 10), "B stood nowhere in 2023"
    first = RecordReceipt(None, date(2024, 2, 11), entry, system, "TB-2024").execute()
    assert (first.period, owed(system, date(2024, 12, 31))) == ("2024", [])
    then = recorded_now()
    assert [row.version.entry_id for row in owed(system, date(2025, 1, 2))] == [entry.pk, new.pk]
    second = RecordReceipt(None, date(2025, 1, 15), entry, system, "TB-2025").execute()
    assert second.uid != first.uid, "the next year's is no correction"
    first.refresh_from_db()
    assert first.is_believed
    assert [row.version.entry_id for row in owed(system, date(2025, 1, 31))] == [new.pk]
    assert len(owed(system, date(2025, 1, 31), then)) == 2
    WithdrawReceipt(None, date(2025, 2, 1), entry, system, "填错").execute()
    assert [row.version.entry_id for row in owed(system, date(2025, 2, 1))] == [entry.pk, new.pk]
    assert owed(system, date(2024, 3, 1)) == [], "what was filed for the year before stays"


@pytest.mark.django_db
def test_before_the_measures_no_return_is_owed_and_closing_takes_none_away(
    pond: Callable[..., Entry],
) -> None:
    entry = pond("A", date(2020, 5, 10), "closed")
    assert owed(ponds.WASTE_PLATFORM, date(2022, 6, 30)) == []
    (row,) = owed(ponds.WASTE_PLATFORM, date(2022, 7, 1))
    assert (row.since, row.due) == (date(2022, 7, 1), None), "31 January lay before the measures"
    move(entry, "release", date(2024, 1, 20), facts={"clean_since": date(2021, 6, 1)})
    (row,) = owed(ponds.WASTE_PLATFORM, date(2024, 2, 3))
    assert (row.version.state, row.days_late) == ("released", 3), "it stood on the list in 2023"
    assert owed(ponds.POND_SYSTEM, date(2024, 2, 3)) == []
    assert owed(ponds.WASTE_PLATFORM, date(2025, 1, 10)) == []
    assert return_due(2023) == date(2023, 1, 31)


MONTHS = st.tuples(st.integers(2024, 2026), st.integers(1, 12))


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filed=st.lists(MONTHS, max_size=4, unique_by=lambda item: item[0]), asked=MONTHS)
def test_missing_in_a_year_unless_filed_in_that_year(
    pond: Callable[..., Entry], filed: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    entry = pond(f"P{Entry.objects.count()}", date(2023, 5, 10))
    for year, month in filed:
        RecordReceipt(
            None, date(year, month, 5), entry, ponds.WASTE_PLATFORM, f"{entry.code}-{year}"
        ).execute()
    on = date(*asked, 20)
    found = {row.version.entry_id for row in owed(ponds.WASTE_PLATFORM, on)}
    assert (entry.pk in found) == (not any(year == asked[0] and month <= asked[1] for year, month in filed))


@pytest.mark.django_db
def test_a_site_is_entered_where_it_is_marked_so(site: Callable[..., Entry]) -> None:
    marked = site("A", state="listed", in_platform=True)
    site("B", state="listed", in_platform=False)
    site("C", state="listed")
    site("D", state="clue", in_platform=True)
    rows = owed(sites.SITE_SYSTEM, date(2024, 3, 1))
    assert [(row.version.entry_id, row.due) for row in rows] == [(marked.pk, None)]


@pytest.mark.django_db
def test_the_pages_and_operations_tell_the_states_and_the_year(
    county: Any, officer: User, pond: Callable[..., Entry], request: pytest.FixtureRequest
) -> None:
    given_settings = request.getfixturevalue("settings")
    given_settings.CONFIG = dataclasses.replace(given_settings.CONFIG, today="2025-02-10")
    entry = pond("A", date(2023, 5, 10))
    desk = Client()
    desk.force_login(officer)
    page = desk.get("/filings/", {"system": ponds.WASTE_PLATFORM}).content.decode()
    for word in (
        "A尾矿库",
        "“一级环境监管”、“二级环境监管”、“三级环境监管”",
        "每年填报上一年度的情况",
        "逾期 10 天",
    ):
        assert word in page, word
    address = f"/registers/{ponds.PONDS}/{entry.uid}/"
    assert "2025年填报" in desk.get(address).content.decode()
    path = f"/filings/{ponds.WASTE_PLATFORM}/{entry.uid}/"
    desk.post(path, {"number": "TB-2024", "filed_on": "2024-01-20"})
    desk.post(path, {"number": "TB-2025", "filed_on": "2025-02-10"})
    page = desk.get(address).content.decode()
    for word in ("TB-2025", "以前登记过 1 次", "TB-2024", "2024年填报"):
        assert word in page, word
    assert "A尾矿库" not in desk.get("/filings/", {"system": ponds.WASTE_PLATFORM}).content.decode()
    found = {item["id"]: item for item in desk.get("/api/v1/filings").json()}
    told = found[ponds.WASTE_PLATFORM]
    assert (told["yearly"], told["states"], told["missing"]) == (True, list(ponds.ON_THE_LIST), 0)
    assert found[ponds.POND_SYSTEM]["missing"] == 1
    body = json.dumps({"number": "WK-9"})
    answer = desk.post(
        f"/api/v1/filings/{ponds.POND_SYSTEM}/entries/{entry.uid}", body, content_type="application/json"
    )
    assert answer.json()["period"] == ""
    assert desk.get(f"/api/v1/filings/{ponds.POND_SYSTEM}/missing").json()["total"] == 0
    MoveEntry(None, date(2025, 2, 11), entry, "renew_level_3", facts={"list_year": 2025}).execute()
