"""The duty to spend follows the money: which payment met it, what comes later, what is taken back, who answers for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.platform.registers.test_actions import proof
from tests.programme.funds.conftest import pay, receive

from jingtu.platform.duties import ticking
from jingtu.platform.duties.models import Duty
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import ChangeFacts
from jingtu.platform.registers.entry_records import WithdrawRecord
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry, RevokeMove

pytestmark = pytest.mark.django_db
PERIOD = "2024-2023"  # eighty percent of the money of 2023, by the end of 2024


@pytest.fixture
def entry(project: Callable[..., Entry]) -> Entry:
    return project("一", "started")


def duty(entry: Entry) -> Duty:
    return Duty.objects.get(entry=entry, rule="funds.execution", period=PERIOD)


def withdraw(record: Any, kind: str) -> None:
    WithdrawRecord(None, record.on, record, kind, reason="不应登记").execute()


def test_money_that_comes_after_the_share_was_reached_is_to_be_spent_too(entry: Entry) -> None:
    receive(entry, date(2024, 2, 1), 2023, "100")
    pay(entry, date(2024, 3, 1), 2023, "80")
    assert duty(entry).state == "closed"
    receive(entry, date(2024, 4, 1), 2023, "100", "二号")
    assert duty(entry).state == "open"
    second = pay(entry, date(2024, 5, 1), 2023, "80", document="二号")
    found = duty(entry)
    assert (found.state, found.met_on, found.through_uid) == ("closed", date(2024, 5, 1), second.uid)


def test_less_money_leaves_the_payment_that_reached_the_share_and_none_leaves_nothing_owed(
    entry: Entry,
) -> None:
    """80 of 200 is not enough, 80 of 100 is, since March; of nothing nothing is owed, until something comes again."""
    first = receive(entry, date(2024, 2, 1), 2023, "100")
    second = receive(entry, date(2024, 2, 2), 2023, "100", "二号")
    paid = pay(entry, date(2024, 3, 1), 2023, "80")
    more = pay(entry, date(2024, 3, 9), 2023, "5", "2")
    assert duty(entry).state == "open"
    withdraw(second, "project_funding")
    found = duty(entry)
    assert (found.state, found.met_on, found.through) == (
        "closed",
        date(2024, 3, 1),
        "record:project_payments",
    )
    assert found.through_uid == paid.uid

    withdraw(paid, "project_payments")
    assert duty(entry).state == "open"
    withdraw(more, "project_payments")
    withdraw(first, "project_funding")
    found = duty(entry)
    assert (found.state, found.through, found.through_uid) == ("cancelled", "left", None)
    receive(entry, date(2024, 6, 1), 2023, "50", "三号")
    assert duty(entry).state == "open"


def test_a_project_that_lost_its_money_owes_no_spending(project: Callable[..., Entry], officer: User) -> None:
    entry = project("二", "funded", on=date(2024, 1, 4))
    receive(entry, date(2024, 2, 1), 2023, "100")
    said = {"facts": {"dropped_reason": "不再实施"}, "evidence": [proof(entry)]}
    MoveEntry(officer, date(2024, 5, 1), entry, "drop", reason="不再实施", **said).execute()
    assert duty(entry).state == "cancelled"
    RevokeMove(officer, date(2024, 5, 2), entry, reason="误点").execute()
    assert duty(entry).state == "open"


def test_another_unit_that_takes_the_project_over_owes_what_is_unspent_alone(
    entry: Entry, bureau: Organisation
) -> None:
    receive(entry, date(2024, 2, 1), 2023, "100")
    ChangeFacts(None, date(2024, 3, 1), entry, header={"holder": bureau}).execute()
    ticking.tick(date(2024, 3, 2))
    assert duty(entry).holder == bureau
