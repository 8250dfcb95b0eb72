"""Readings typed in: with evidence, corrected in recorded time, refused in words."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.indicators.actions import EnterReading
from jingtu.platform.indicators.models import ManualReading
from jingtu.platform.indicators.service import month_ends
from jingtu.platform.people.models import User

pytestmark = pytest.mark.django_db
SERIES = uuid.UUID(int=7)
DAY = date(2024, 6, 30)


def enter(actor: User, region: Any, value: Any, **rest: Any) -> ManualReading:
    given = None if value is None else Decimal(value)
    found = {
        "permission": "sites.parcel.edit",
        "series": SERIES,
        "region": region,
        "value": given,
        "unit": "%",
    }
    return EnterReading(actor, DAY, **found | rest).execute()


def test_the_same_day_again_is_a_correction_that_keeps_the_old_row(officer: User, county: Any) -> None:
    first = enter(officer, county, "91.2")
    second = enter(officer, county, "92", note="复核", expected=first.uid)
    first.refresh_from_db()
    assert (first.value, first.recorded_to) == (Decimal("91.2"), second.recorded_from)
    assert second.recorded_to == OPEN_TIME
    assert second.ledger_row.facts["corrects"] == str(first.uid)
    with pytest.raises(ConflictError, match="其他人"):
        enter(officer, county, "93", expected=first.uid)


def test_all_that_is_wrong_is_told_at_once(officer: User, county: Any) -> None:
    with pytest.raises(InputError) as caught:
        enter(officer, county, None, denominator=Decimal(0), today=date(2024, 6, 1))
    assert {error.column for error in caught.value.errors} == {"读数", "分母", "日期"}
    assert not ManualReading.objects.exists()


def test_a_neighbour_may_not(person: Callable[..., User], county: Any, neighbour: Any) -> None:
    with pytest.raises(PermissionDeniedError):
        enter(person(region=neighbour), county, "1")


def test_months_of_a_series() -> None:
    found = month_ends(date(2023, 12, 15), date(2024, 2, 29))
    assert found == [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29)]
