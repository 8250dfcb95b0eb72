"""Money: nothing is paid that was not received, whoever writes, and what was believed stays known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.programme.funds.conftest import pay, receive, voucher

from jingtu.errors import ConflictError, InputError
from jingtu.platform.clock import recorded_now
from jingtu.platform.people.models import User
from jingtu.platform.registers.entry_records import (
    AddRecord,
    CorrectRecord,
    WithdrawRecord,
    believed_records,
)
from jingtu.platform.registers.models import Entry
from jingtu.programme.funds.money import first_overdraft, sums

MARCH, MAY, JULY = date(2024, 3, 1), date(2024, 5, 6), date(2024, 7, 8)

_flow = st.lists(
    st.tuples(
        st.dates(date(2024, 1, 1), date(2024, 1, 9)),
        st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2),
    ),
    max_size=8,
)


@given(_flow, _flow)
def test_a_line_is_overdrawn_exactly_where_some_day_ends_below_zero(
    receipts: list[tuple[date, Decimal]], payments: list[tuple[date, Decimal]]
) -> None:
    balances = {}
    for offset in range(9):
        day = date(2024, 1, 1) + timedelta(days=offset)
        come = sum((amount for on, amount in receipts if on <= day), Decimal(0))
        gone = sum((amount for on, amount in payments if on <= day), Decimal(0))
        balances[day] = come - gone
    below = [(day, -balance) for day, balance in balances.items() if balance < 0]
    assert first_overdraft(receipts, payments) == (below[0] if below else None)


@pytest.mark.django_db
class TestALine:
    def test_a_payment_beyond_what_came_in_is_refused_with_day_and_amount(
        self, project: Callable[..., Entry]
    ) -> None:
        entry = project("甲项目")
        receive(entry, MARCH, 2024, "100万元")
        pay(entry, MAY, 2024, "60万元")
        with pytest.raises(InputError) as refused:
            pay(entry, JULY, 2024, "400000.01", "2")
        assert (
            refused.value.errors[0].message
            == "2024年度中央资金（一号）到2024-07-08累计支付将超过累计到账0.01元"
        )
        assert believed_records("project_payments").count() == 1
        pay(entry, JULY, 2024, "400000.00", "2")

    def test_money_of_another_line_does_not_help_nor_money_that_comes_later(
        self, project: Callable[..., Entry]
    ) -> None:
        entry = project("甲项目")
        receive(entry, MARCH, 2023, "100", "一号")
        receive(entry, MARCH, 2024, "100", "二号")
        receive(entry, MARCH, 2024, "100", "一号", level="city")
        receive(entry, JULY, 2024, "100", "一号")
        for on, year, document in ((MAY, 2024, "一号"), (JULY, 2022, "一号")):
            with pytest.raises(InputError):
                pay(entry, on, year, "1", document=document)
        pay(entry, JULY, 2024, "100", document="一号")

    def test_a_receipt_that_was_spent_cannot_be_taken_back_or_made_smaller(
        self, project: Callable[..., Entry], officer: User
    ) -> None:
        entry = project("甲项目")
        money = receive(entry, MARCH, 2024, "100")
        paid = pay(entry, MAY, 2024, "80")
        with pytest.raises(InputError):
            WithdrawRecord(officer, JULY, money, "project_funding", reason="误登").execute()
        with pytest.raises(InputError):
            CorrectRecord(
                officer, MARCH, money, "project_funding", {"amount": "79.99"}, reason="记错"
            ).execute()
        with pytest.raises(InputError):  # it came in after it was spent
            CorrectRecord(officer, JULY, money, "project_funding", {}, reason="日期记错").execute()
        then = recorded_now()
        WithdrawRecord(officer, JULY, paid, "project_payments", reason="退票").execute()
        WithdrawRecord(officer, JULY, money, "project_funding", reason="误登").execute()
        assert sums("project_payments", [entry.pk], JULY) == {}
        assert sums("project_payments", [entry.pk], JULY, then) == {entry.pk: {2024: Decimal("80.00")}}

    def test_a_payment_needs_its_voucher_and_stands_once(
        self, project: Callable[..., Entry], officer: User
    ) -> None:
        entry = project("甲项目")
        receive(entry, MARCH, 2024, "100")
        values = {
            "year": 2024, "level": "central", "document": "一号", "amount": "1", "payee": "某单位", "voucher": "7",
        }  # fmt: skip
        with pytest.raises(InputError, match="支付"):
            AddRecord(officer, MAY, entry, "project_payments", values).execute()
        AddRecord(officer, MAY, entry, "project_payments", values, [voucher(entry)]).execute()
        with pytest.raises(ConflictError, match="凭证号"):
            AddRecord(officer, MAY, entry, "project_payments", values, [voucher(entry)]).execute()
        with pytest.raises(InputError):
            AddRecord(
                officer,
                MAY,
                entry,
                "project_payments",
                values | {"voucher": "8", "amount": "-1"},
                [voucher(entry)],
            ).execute()

    def test_money_is_refused_before_it_was_granted(self, project: Callable[..., Entry]) -> None:
        with pytest.raises(ConflictError, match="预储备"):
            receive(project("甲项目", "pre_reserve"), MARCH, 2024, "100")


@pytest.mark.django_db
def test_sums_are_exact_to_the_fen(project: Callable[..., Entry]) -> None:
    """Amounts of fifteen digits are added without losing a fen; floating point would."""
    entry = project("甲项目")
    receive(entry, MARCH, 2024, "1234567890123.56")
    for number, amount in enumerate(("0.10", "0.20", "1234567890123.25"), start=1):
        pay(entry, MAY, 2024, amount, str(number))
    assert sums("project_payments", [entry.pk], MAY) == {entry.pk: {2024: Decimal("1234567890123.55")}}
    with pytest.raises(InputError):
        pay(entry, MAY, 2024, "0.02", "9")
    pay(entry, MAY, 2024, "0.01", "9")


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_never_overdraw_a_line(project: Callable[..., Entry]) -> None:
    """Eight writers pay 30 of 100 at once: three get through, and the sum says so."""
    import threading

    from django.db import connection

    entry = project("甲项目")
    receive(entry, MARCH, 2024, "100")
    proof = voucher(entry)
    done: list[str] = []
    start = threading.Barrier(8)

    def spend(number: int) -> None:
        values: dict[str, Any] = {
            "year": 2024, "level": "central", "document": "一号", "amount": "30", "payee": "某单位",
            "voucher": str(number),
        }  # fmt: skip
        start.wait()
        try:
            AddRecord(
                None, MAY, Entry.objects.get(pk=entry.pk), "project_payments", values, [proof]
            ).execute()
            done.append("paid")
        except InputError:
            done.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=spend, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["paid"] * 3 + ["refused"] * 5
    assert sums("project_payments", [entry.pk], MAY) == {entry.pk: {2024: Decimal("90.00")}}
