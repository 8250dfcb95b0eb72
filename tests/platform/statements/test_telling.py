"""What registers say of a month, worked by hand on five parcels of one county."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest

from jingtu.platform.clock import recorded_now
from jingtu.platform.duties.models import Duty
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry, RevokeMove
from jingtu.platform.statements.telling import Owed, Read, Standing, Together

pytestmark = pytest.mark.django_db
JUNE = (date(2024, 6, 1), date(2024, 6, 30))
REGISTER = "priority_parcels"
number = itertools.count(1)


def enter(officer: User, region: Any, day: date, state: str = "found") -> Entry:
    facts = {"listed_on": day, "entry_basis": "经核实"} if state == "listed" else {}
    header = {"name": f"地块{next(number)}", "region": region}
    return CreateEntry(officer, day, REGISTER, header, facts, state=state).execute()


def test_how_a_register_stands_and_what_moved(officer: User, county: Any, town: Any, city: Any) -> None:
    enter(officer, county, date(2024, 2, 1), "listed")
    second = enter(officer, town, date(2024, 3, 1), "listed")
    MoveEntry(officer, date(2024, 6, 5), second, "start_monitoring").execute()
    third = enter(officer, town, date(2024, 6, 10))
    fourth = enter(officer, county, date(2024, 5, 2), "listed")
    MoveEntry(officer, date(2024, 6, 20), fourth, "start_monitoring").execute()
    RevokeMove(officer, date(2024, 6, 21), fourth, reason="点错").execute()
    told = Standing(REGISTER)(county, *JUNE, None)
    assert told is not None
    assert told.text == (
        "截至2024年6月30日，优先监管地块清单共4块，其中已推送1块、已纳入2块、重点监测1块；6月新登记1块、开展重点监测1块。"
    )
    assert len(told.entries) == 4
    only = Standing(REGISTER, states=("found",), noun="待核实地块", moves=())(town, *JUNE, None)
    assert only is not None
    assert (only.text, only.entries) == ("截至2024年6月30日，待核实地块共1块。", (third.pk,))


def test_nothing_is_claimed_of_an_empty_register(county: Any) -> None:
    assert Standing(REGISTER)(county, *JUNE, None) is None
    assert Owed(("sites.verify",), "核实")(county, *JUNE, None) is None
    assert Read("priority_parcel_control_ratio")(county, *JUNE, None) is None
    assert Together([Standing(REGISTER), Read("priority_parcel_control_ratio")])(county, *JUNE, None) is None


def test_what_was_known_then(officer: User, county: Any) -> None:
    enter(officer, county, date(2024, 2, 1))
    then = recorded_now()
    enter(officer, county, date(2024, 2, 2))
    now, before = Standing(REGISTER)(county, *JUNE, None), Standing(REGISTER)(county, *JUNE, then)
    assert now is not None
    assert before is not None
    assert (len(now.entries), len(before.entries)) == (2, 1)


def test_what_is_owed_done_and_late(officer: User, county: Any) -> None:
    entries = [enter(officer, county, date(2024, 2, day)) for day in (1, 2, 3)]
    Duty.objects.all().delete()
    for entry, due, closed in zip(
        entries,
        (date(2024, 6, 1), date(2024, 6, 29), date(2024, 6, 30)),
        (date(2024, 6, 1), None, None),
        strict=True,
    ):
        Duty.objects.create(
            rule="sites.verify", entry=entry, period="一", what="核实", region_path=county.path, due=due,
            raised_on=date(2024, 2, 1), closed_on=closed, state="closed" if closed else "open",
        )  # fmt: skip
    told = Owed(("sites.verify",), "核实地块")(county, *JUNE, None)
    assert told is not None
    assert told.text == "2024年应核实地块3项，截至2024年6月30日已完成1项，逾期未完成1项。"


def test_a_reading_in_words(officer: User, county: Any) -> None:
    enter(officer, county, date(2024, 2, 1), "listed")
    told = Read("priority_parcel_control_ratio")(county, *JUNE, None)
    assert told is not None
    assert told.text == "截至2024年6月30日，实施污染管控的优先监管地块比例为0%（0/1）。"
