"""The example list goes in as it is: headings in two rows, units in brackets, a sum and a note below."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.exchange.importing import dry_run

NAME = "示例县涉重金属企业清单.xlsx"
FILE = Path(__file__).parents[4] / "examples" / "registers" / NAME


@pytest.mark.django_db
def test_masses_of_a_column_in_kilograms_become_whole_grams() -> None:
    county = create_region("示例县", Region.Level.COUNTY, None, code="990122", source="测试")
    for number, name in enumerate(("云岭乡", "石桥镇", "清河镇", "白鹭镇"), start=100):
        create_region(name, Region.Level.TOWN, county, code=f"990122{number}", source="测试")
    register = declarations.get("heavy_metal_enterprises")
    with FILE.open("rb") as stream:
        diff = dry_run(register, stream, NAME, actor=None, on=date(2024, 6, 30), region=county)
    assert [(item.message, item.column, item.value) for item in diff.errors] == []
    found = {
        row.header["name"]: (
            [state for _, state in row.stages],
            row.facts["industry"],
            row.facts["base_pb"],
            row.facts["base_cr"],
        )
        for row in diff.rows
    }
    assert found == {
        "示例县甲一选矿厂": (["operating"], "mining", 320_000, None),
        "示例县乙二再生铅厂": (["operating"], "smelting", 220_125, None),
        "示例县丙三电镀厂": (["operating", "suspended"], "plating", None, 62_000),
        "示例县丁四皮革厂": (["operating", "closed"], "tanning", None, 84_000),
    }
    assert {row.facts["base_year"] for row in diff.rows} == {2020}
