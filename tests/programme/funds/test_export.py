"""What is exported and read back adds up to what the indicators say."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.programme.funds.conftest import pay, receive

from jingtu.platform.indicators import service
from jingtu.platform.people.models import User
from jingtu.platform.registers.models import Entry

pytestmark = pytest.mark.django_db
YEAR_END = date(2024, 12, 31)
_AMOUNT = st.decimals(Decimal("0.01"), Decimal("999999.99"), places=2)


def exported(user: User, kind: str) -> dict[int, Decimal]:
    """Amounts of central money by funding year, out of the workbook that a user downloads."""
    client = Client()
    client.force_login(user)
    answer = client.get(f"/registers/reserve_projects/records/{kind}/export/?on=2024-12-31")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(b"".join(answer) if answer.streaming else answer.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(number for number, row in enumerate(rows) if "资金年度" in row)
    columns = {str(name): place for place, name in enumerate(rows[head]) if name}
    amount = next(place for name, place in columns.items() if name.startswith("金额"))
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows[head + 1 :]:
        if row[columns["资金年度"]] and row[columns["资金级次"]] == "中央":
            sums[int(row[columns["资金年度"]])] += Decimal(str(row[amount]))
    return sums


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from([2023, 2024]), _AMOUNT, st.booleans()), min_size=1, max_size=5))
def test_the_sums_of_the_export_are_those_of_the_indicator(
    project: Callable[..., Entry], officer: User, county: Any, flows: list[tuple[int, Decimal, bool]]
) -> None:
    number = Entry.objects.count()
    entry = project(f"项目{number}")
    for place, (year, amount, spent) in enumerate(flows):
        document = f"{number}-{place}"
        receive(entry, date(2024, 2, 1), year, str(amount), document)
        if spent:
            pay(entry, date(2024, 3, 1), year, str(amount), document=document)
    received, paid = exported(officer, "project_funding"), exported(officer, "project_payments")
    for year in (2023, 2024):
        reading = service.read("fund_execution_rate", county, YEAR_END, None, {"years": str(year)})
        assert reading.numerator == paid[year]
        assert reading.denominator == received[year]
