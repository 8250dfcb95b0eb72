"""The control ratio of many places at once says what each place's own reading says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.programme.sites.test_control_ratio import BASE, JUNE_END, parcel, parcels  # noqa: F401 - a fixture

from jingtu.platform.indicators import service
from jingtu.platform.indicators.declarations import LeftOut, Reading
from jingtu.platform.registers.models import Entry, Version

pytestmark = pytest.mark.django_db
INDICATOR = "priority_parcel_control_ratio"


def plain(reading: Reading) -> Reading:
    """A reading without the keys of entries."""
    left_out = tuple(LeftOut(item.reason, item.count) for item in reading.left_out)
    return replace(reading, counted_entries=(), numerator_entries=(), left_out=left_out)


@pytest.mark.parametrize("on", [date(2024, 2, 15), date(2024, 3, 31), date(2024, 5, 20), JUNE_END])
@pytest.mark.parametrize("parameters", [BASE, {}])
def test_the_tally_is_the_reading_of_each_place(
    city: Any,
    county: Any,
    town: Any,
    neighbour: Any,
    parcels: dict[str, Entry],  # noqa: F811
    on: date,
    parameters: Any,
) -> None:
    parcel("N", neighbour, ("2024-01-10", "listed"), ("2024-04-02", "controlled"))
    moved = parcel(
        "M", town, ("2024-01-10", "listed"), ("2024-04-10", "controlled"), ("2024-05-01", "removed")
    )
    Version.objects.filter(entry=moved, state="removed").update(region=neighbour)
    places = [city, county, town, neighbour]
    found = service.parts(INDICATOR, places, on, None, parameters)
    for place in places:
        assert found[place.pk] == plain(service.read(INDICATOR, place, on, None, parameters)), place.name


def test_a_place_without_parcels_has_no_data(neighbour: Any, parcels: dict[str, Entry]) -> None:  # noqa: F811
    assert service.parts(INDICATOR, [neighbour], JUNE_END, None, BASE)[neighbour.pk].status == "no_data"
