"""The yearly lists: in, carried over, out, and in again; a second look that finds something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.programme.sources.key_units.conftest import move

from jingtu.errors import ConflictError, InputError
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import ChangeFacts, CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry

pytestmark = pytest.mark.django_db


def facts(entry: Entry, on: date) -> Any:
    version = versions.version_on(entry, on)
    assert version is not None
    return version.state, versions.facts_of(version)


def test_a_unit_is_carried_over_once_into_each_list(unit: Callable[..., Entry]) -> None:
    entry = unit("A", on=date(2023, 3, 20), list_year=2023)
    given = {"list_year": 2024, "published_on": date(2024, 3, 25), "listing_reason": "续列"}
    MoveEntry(None, date(2024, 3, 25), entry, "carry_over", facts=given).execute()
    with pytest.raises(ConflictError, match="已在 2024 年度名录中"):
        MoveEntry(None, date(2024, 4, 1), entry, "carry_over", facts=given).execute()
    assert [facts(entry, day)[1].list_year for day in (date(2024, 3, 24), date(2024, 3, 25))] == [2023, 2024]


def test_who_proposes_a_removal_does_not_decide_it(
    unit: Callable[..., Entry], person: Callable[..., Any]
) -> None:
    one, two = person(name="甲"), person(name="乙")
    entry = unit("A")
    with pytest.raises(InputError):
        MoveEntry(one, date(2024, 1, 9), entry, "propose_removal", reason="关闭").execute()
    move(entry, "propose_removal", date(2024, 1, 9), one, reason="关闭", facts={"removal_reason": "已关闭"})
    with pytest.raises(ConflictError, match="另一人"):
        move(entry, "remove", date(2024, 3, 20), one)
    move(entry, "remove", date(2024, 3, 20), two)
    assert facts(entry, date(2024, 3, 20))[0] == "removed"
    assert facts(entry, date(2024, 3, 19))[0] == "removal_proposed"


def test_a_second_look_reopens_and_another_person_closes(
    unit: Callable[..., Entry], person: Callable[..., Any]
) -> None:
    one, two = person(name="甲"), person(name="乙")
    entry = unit("A")
    move(
        entry,
        "order_rectification",
        date(2024, 5, 1),
        two,
        reason="台账不全",
        facts={"recheck_due": date(2024, 7, 1)},
    )
    move(entry, "claim_rectified", date(2024, 6, 1), one)
    with pytest.raises(ConflictError, match="另一人"):
        move(entry, "confirm_rectified", date(2024, 6, 9), one)
    move(entry, "confirm_rectified", date(2024, 6, 9), two)
    assert facts(entry, date(2024, 6, 9))[0] == "published"


def test_an_environment_unit_is_published_with_its_kinds(county: Any) -> None:
    entry = CreateEntry(
        None, date(2024, 1, 8), "environment_key_units", {"name": "某厂", "region": county}, {}, code="E1"
    ).execute()
    move(entry, "verify", date(2024, 2, 1), facts={"listing_reason": "废水排放量大"})
    given = {"list_year": 2024, "published_on": date(2024, 3, 28)}
    with pytest.raises(ConflictError, match="哪一类"):
        MoveEntry(None, date(2024, 3, 28), entry, "publish", facts=given).execute()
    ChangeFacts(None, date(2024, 3, 27), entry, facts={"water": True, "soil": True}).execute()
    MoveEntry(None, date(2024, 3, 28), entry, "publish", facts=given).execute()
    assert facts(entry, date(2024, 3, 28))[0] == "published"
