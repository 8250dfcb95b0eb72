"""The example list goes in as it is: title row, other words for the headings, dates in many forms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jingtu.platform.indicators import service
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.exchange.importing import ImportEntries, dry_run, sha256_of
from jingtu.programme.sites import safe_use

EXAMPLE = Path(__file__).parents[3] / "examples" / "registers" / "示例县优先监管地块清单.xlsx"
ON = date(2024, 6, 30)


@pytest.mark.django_db
def test_the_example_list_is_read_without_an_error() -> None:
    county = create_region(name="示例县", level=Region.Level.COUNTY, parent=None, source="test")
    towns = [
        create_region(name=name, level=Region.Level.TOWN, parent=county, source="test")
        for name in ("清河镇", "石桥镇", "白鹭镇")
    ]
    with EXAMPLE.open("rb") as stream:
        diff = dry_run(
            declarations.get("priority_parcels"), stream, EXAMPLE.name, actor=None, on=ON, region=county
        )
    assert diff.errors == []
    assert diff.ignored == []
    assert diff.count("added") == 6
    assert {row.header["region_id"] for row in diff.rows} == {town.pk for town in towns}
    areas = {row.code: row.facts["area_m2"] for row in diff.rows}
    # 1 mu is 1/15 ha: 120 mu are 8 ha.
    assert areas["EX-005"] == 80_000
    assert {row.code: row.facts["listed_on"] for row in diff.rows}["EX-003"] == date(2023, 9, 6)


@pytest.mark.django_db
def test_the_example_list_of_changed_uses_gives_the_rate_of_the_year() -> None:
    county = create_region(name="示例县", level=Region.Level.COUNTY, parent=None, source="test")
    for name in ("清河镇", "石桥镇", "白鹭镇"):
        create_region(name=name, level=Region.Level.TOWN, parent=county, source="test")
    file = EXAMPLE.with_name("示例县用途变更地块清单.xlsx")
    with file.open("rb") as stream:
        diff = dry_run(
            declarations.get("construction_parcels"), stream, file.name, actor=None, on=ON, region=county
        )
    assert diff.errors == []
    assert {row.code: row.stages[-1][1] for row in diff.rows} == {
        "EX-J01": "supplied", "EX-J02": "supplied", "EX-J03": "available", "EX-J04": "to_survey", "EX-J05": "to_survey",
    }  # fmt: skip
    ImportEntries(None, ON, diff, file_sha256=sha256_of(file)).execute()
    reading = service.read("key_construction_land_safe_use_rate", county, date(2024, 12, 31))
    # Three met what their use asks, one is not surveyed yet, one changed to another use.
    assert (reading.numerator, reading.denominator) == (3, 4)
    assert [(item.reason, item.count) for item in reading.left_out] == [(safe_use.OTHER_USE, 1)]
