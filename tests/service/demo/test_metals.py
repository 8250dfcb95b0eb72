"""Heavy metals of the sample year: every state, a ledger that adds up, and numbers worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone
from tests.service.demo.test_land import cast, live, states_of  # noqa: F401

from jingtu.platform.indicators import service
from jingtu.platform.registers import declarations
from jingtu.platform.registers.entry_records import believed_records, kinds_of
from jingtu.platform.registers.models import Entry
from jingtu.programme.sources.metals.models import Posting
from jingtu.service.demo.metals import metals_steps
from jingtu.service.demo.places import COUNTY, Cast

pytestmark = pytest.mark.django_db
YEAR_END = date(2024, 12, 31)


def test_enterprises_in_all_states_and_a_reduction_that_meets_the_plan(cast: Cast) -> None:  # noqa: F811
    live(metals_steps(cast))
    register = declarations.get("heavy_metal_enterprises")
    assert states_of(register.id) == {state.id for state in register.lifecycle.states}
    assert Entry.objects.filter(register=register.id).count() >= 15
    assert all(believed_records(kind.id).exists() for kind in kinds_of(register.id))
    assert Posting.objects.aggregate(all=Sum("grams")) == {"all": 0}
    county = cast.places[COUNTY]
    # 48 + 40 + 12.5 + 8 + 30 of 2,154 kilograms; the antimony of one mine is not under total control.
    reading = service.read("heavy_metal_reduction_ratio", county, YEAR_END)
    assert (reading.numerator, reading.denominator, reading.value) == (
        Decimal("138.5"),
        2154,
        Decimal("6.43"),
    )
    assert service.read("heavy_metal_reduction_ratio", county, date(2024, 6, 30)).value == Decimal("5.04")
    # Before the slip of November 2023 was put right, four kilograms stood where forty do.
    then = timezone.make_aware(datetime(2023, 11, 20, 12))
    day = date(2023, 11, 20)
    assert service.read("heavy_metal_reduction_ratio", county, day, then).numerator == Decimal("64.5")
    assert service.read("heavy_metal_reduction_ratio", county, day).numerator == Decimal("100.5")
    replaced = service.read("equivalent_replacement_ratio", county, YEAR_END)
    assert (replaced.value, replaced.counted) == (1, 2)
    added = service.read("heavy_metal_reduction_ratio", county, YEAR_END, parameters={"kind": "no_increase"})
    assert (added.value, added.unit) == (0, "千克")
    permits = service.read("heavy_metal_permit_completeness", county, YEAR_END)
    assert (permits.numerator, permits.denominator) == (6, 9)
    assert service.read("heavy_metal_supplement_rate", county, YEAR_END).value == 50
