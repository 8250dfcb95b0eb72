"""The example lists of ponds and old waste go in as an office keeps them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.exchange.importing import dry_run
from jingtu.programme.sources.waste.ponds import stages

EXAMPLES = Path(__file__).parents[4] / "examples" / "registers"
ON = date(2024, 6, 30)
pytestmark = pytest.mark.django_db


@pytest.fixture
def example() -> Region:
    return create_region(name="示例县", level=Region.Level.COUNTY, parent=None, code="990122", source="test")


def read(register: str, name: str, county: Region) -> Any:
    with (EXAMPLES / f"{name}.xlsx").open("rb") as stream:
        return dry_run(declarations.get(register), stream, f"{name}.xlsx", actor=None, on=ON, region=county)


def test_the_grade_of_a_pond_is_its_state(example: Region) -> None:
    diff = read("tailings_ponds", "示例县尾矿库分类分级环境监管清单", example)
    assert diff.errors == []
    april = date(2024, 4, 18)
    assert {row.code: row.stages for row in diff.rows} == {
        "EX-W01": [(april, "level_1")], "EX-W02": [(april, "level_2")], "EX-W03": [(april, "level_3")],
        "EX-W04": [(date(2023, 9, 1), "closed")],
    }  # fmt: skip
    facts = {row.code: row.facts for row in diff.rows}
    assert (facts["EX-W04"]["closed_on"], facts["EX-W04"]["operation"]) == (date(2023, 9, 1), "closed")


def test_the_list_of_old_waste_keeps_its_past(example: Region) -> None:
    diff = read("historic_solid_waste_sites", "示例县历史遗留固体废物整治清单", example)
    assert diff.errors == []
    assert {row.code: [state for _, state in row.stages] for row in diff.rows} == {
        "EX-L01": ["surveyed", "listed", "claimed", "checked", "struck_off"],
        "EX-L02": ["surveyed", "listed", "rectifying"], "EX-L03": ["surveyed"],
    }  # fmt: skip
    facts = {row.code: row.facts for row in diff.rows}
    assert {code: (item["amount_t"], item["in_platform"]) for code, item in facts.items()} == {
        "EX-L01": (Decimal(12600), True), "EX-L02": (Decimal(8400), True), "EX-L03": (Decimal(2100), False),
    }  # fmt: skip


def test_a_pond_is_on_no_list_from_a_day_to_come() -> None:
    with pytest.raises(ValueError, match="不能晚于"):
        stages({"listed_on": date(2024, 7, 1)}, "level_1", ON)
