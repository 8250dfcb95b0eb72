"""The example ledgers of cropland go in as they are, plots first, then what was done on them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jingtu.platform.indicators import service
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.entry_records import believed_records, importing
from jingtu.platform.registers.entry_records.declarations import kind_of
from jingtu.platform.registers.exchange.importing import ImportEntries, dry_run, sha256_of
from jingtu.programme.cropland.counting import in_mu

EXAMPLES = Path(__file__).parents[3] / "examples" / "registers"
ON = date(2024, 4, 8)


@pytest.mark.django_db
def test_the_example_ledgers_are_read_without_an_error() -> None:
    county = create_region(name="示例县", level=Region.Level.COUNTY, parent=None, source="test")
    for name in ("清河镇", "石桥镇", "白鹭镇"):
        create_region(name=name, level=Region.Level.TOWN, parent=county, source="test")
    register = declarations.get("farmland_plots")
    plots = EXAMPLES / "示例县受污染耕地台账.xlsx"
    with plots.open("rb") as stream:
        diff = dry_run(register, stream, plots.name, actor=None, on=ON, region=county)
    assert [(error.column, error.message) for error in diff.errors] == []
    assert {row.code: row.stages[-1][1] for row in diff.rows} == {
        "EX-G01": "protected", "EX-G02": "safe_use", "EX-G03": "safe_use", "EX-G04": "safe_use",
        "EX-G05": "strict", "EX-G06": "pending",
    }  # fmt: skip
    facts = {row.code: row.facts for row in diff.rows}
    assert in_mu(facts["EX-G04"]["area_m2"]) == Decimal("77.3333")
    assert facts["EX-G06"]["area_m2"] is None
    assert {row["classified_on"] for row in (facts["EX-G01"], facts["EX-G02"], facts["EX-G03"])} == {
        date(2020, 12, 25)
    }
    assert (facts["EX-G03"]["near_source"], facts["EX-G01"]["near_source"]) == (True, False)
    ImportEntries(None, ON, diff, file_sha256=sha256_of(plots)).execute()
    kind = kind_of("farmland_measures")
    measures = EXAMPLES / "示例县受污染耕地措施台账.xlsx"
    with measures.open("rb") as stream:
        lines = importing.dry_run(kind, stream, measures.name, actor=None, on=date(2024, 12, 31))
    assert [(error.column, error.message) for error in lines.errors] == []
    importing.apply(lines, actor=None)
    stored = believed_records(kind.id).values_list("entry__code", "season", "measure", "cost")
    assert ("EX-G02", "early", "lime", Decimal(11000)) in stored
    assert ("EX-G05", "year", "fallow", None) in stored
    # B = 320.5 and D = 96.8 mu of 1,704.8833; the land of class C has no test yet.
    reading = service.read("contaminated_farmland_safe_use_rate", county, date(2024, 12, 31))
    assert (reading.numerator, reading.denominator) == (Decimal("417.3"), Decimal("1704.8833"))
