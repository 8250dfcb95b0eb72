"""The example lists of wells and projects go in as an office keeps them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.exchange.importing import ImportEntries, dry_run, sha256_of
from jingtu.platform.registers.models import Version

FOLDER = Path(__file__).parents[3] / "examples" / "registers"
ON = date(2024, 6, 30)


@pytest.fixture
def county(db: None) -> Region:
    made = create_region(name="示例县", level=Region.Level.COUNTY, parent=None, source="test")
    for name in ("清河镇", "石桥镇", "白鹭镇"):
        create_region(name=name, level=Region.Level.TOWN, parent=made, source="test")
    return made


def read(name: str, register: str, county: Region) -> Any:
    file = FOLDER / name
    with file.open("rb") as stream:
        diff = dry_run(declarations.get(register), stream, file.name, actor=None, on=ON, region=county)
    assert diff.errors == []
    assert set(diff.ignored) <= {"序号"}
    ImportEntries(None, ON, diff, file_sha256=sha256_of(file)).execute()
    return {row.code: row for row in diff.rows}


def test_wells_with_degrees_minutes_seconds_and_months(county: Region) -> None:
    rows = read("示例县地下水监测井清单.xlsx", "groundwater_wells", county)
    assert len(rows) == 4
    first = rows["EX-W01"].facts
    # 36″ are a hundredth of a degree.
    assert (first["longitude"], first["latitude"]) == (Decimal("110.21"), Decimal("23.09"))
    assert (first["patrols_a_year"], rows["EX-W03"].facts["patrols_a_year"]) == (4, None)
    assert (
        Version.objects.get(entry__code="EX-W03", recorded_to__year=9999, effective_to__year=9999).state
        == "damaged"
    )


def test_projects_in_ten_thousand_yuan_keep_their_past(county: Region) -> None:
    rows = read("示例县土壤项目调度表.xlsx", "reserve_projects", county)
    assert {code: row.facts["total_investment"] for code, row in rows.items()} == {
        "EX-X01": Decimal("8605000.00"), "EX-X02": Decimal("5000000.00"), "EX-X03": Decimal("3200000.00"),
    }  # fmt: skip
    past = Version.objects.filter(entry__code="EX-X01", recorded_to__year=9999).order_by("effective_from")
    assert list(past.values_list("state", "effective_from")) == [
        ("funded", date(2022, 11, 28)), ("started", date(2023, 3, 15)), ("finished", date(2023, 12, 12)),
    ]  # fmt: skip
