"""Key units and sources of cadmium of the sample year: every list, their records, and numbers worked out by hand."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.service.demo.test_land import YEAR_END, cast, live, states_of  # noqa: F401

from jingtu.platform.indicators import service
from jingtu.platform.registers import declarations
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.registers.models import Entry
from jingtu.platform.scorecards.models import Scorecard
from jingtu.service.demo.cadmium import cadmium_steps
from jingtu.service.demo.key_units import key_unit_steps
from jingtu.service.demo.places import COUNTY, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def evidence_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def number(region: Any, indicator: str, on: date = YEAR_END) -> tuple[Any, Any, Any]:
    reading = service.read(indicator, region, on)
    return reading.numerator, reading.denominator, reading.value


def test_key_units_of_the_year(cast: Cast) -> None:  # noqa: F811
    live(key_unit_steps(cast))
    for register, least in (
        ("key_regulated_units", 15), ("environment_key_units", 15), ("hazard_rectification_ledger", 15),
        ("key_unit_monitoring_units", 15), ("key_unit_lists", 12),
    ):  # fmt: skip
        assert Entry.objects.filter(register=register).count() >= least, register
    assert states_of("key_regulated_units") == {
        "drafted", "verified", "published", "rectifying", "removal_proposed", "rejected", "removed",
    }  # fmt: skip
    assert states_of("hazard_rectification_ledger") == {"found", "claimed", "passed"}
    county = cast.places[COUNTY]
    # In the county seven units inspected in 2021; of these five were looked at again by the end of 2024.
    assert number(county, "key_unit_recheck_ratio") == (5, 7, Decimal("71.43"))
    # On the list at the year's end: nine; ZD04, ZD05 and three more inspected more than three years ago.
    assert number(county, "key_unit_self_monitoring_rate") == (5, 10, Decimal("50.00"))
    assert Scorecard.objects.count() == 2
    assert believed_records("quarter_returns").count() == 5


def test_sources_of_the_year(cast: Cast) -> None:  # noqa: F811
    live(cadmium_steps(cast))
    assert Entry.objects.filter(register="cadmium_sources").count() >= 15
    states = {state.id for state in declarations.get("cadmium_sources").lifecycle.states}
    assert states_of("cadmium_sources") == states
    county = cast.places[COUNTY]
    # 2024's list: CD02 and CD03 carried over, CD04 to CD10 new; struck off CD02, CD04 and CD05.
    assert number(county, "cadmium_source_completion_rate") == (3, 9, Decimal("33.33"))
    assert service.read("cadmium_source_count", county, YEAR_END).value == 7
    assert service.read("farmland_cause_survey_area_count", county, YEAR_END).value == 4
    assert number(county, "farmland_source_cut_off_rate") == (1, 3, Decimal("33.33"))


def test_the_same_at_every_build_and_quick(cast: Cast) -> None:  # noqa: F811
    start = time.perf_counter()
    days = [day for day, _ in key_unit_steps(cast)]
    assert days == [day for day, _ in key_unit_steps(cast)]
    assert time.perf_counter() - start < 1
