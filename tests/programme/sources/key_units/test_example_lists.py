"""The example lists go in as they are: titles above, notes below, dates in many forms, other words for headings."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.exchange.importing import dry_run

EXAMPLES = Path(__file__).parents[4] / "examples" / "registers"
ON = date(2024, 6, 30)
pytestmark = pytest.mark.django_db


@pytest.fixture
def example() -> Region:
    return create_region(name="示例县", level=Region.Level.COUNTY, parent=None, code="990122", source="test")


def read(register: str, name: str, county: Region) -> Any:
    with (EXAMPLES / f"{name}.xlsx").open("rb") as stream:
        return dry_run(declarations.get(register), stream, f"{name}.xlsx", actor=None, on=ON, region=county)


def test_the_list_of_units_keeps_its_past(example: Region) -> None:
    diff = read("key_regulated_units", "示例县土壤污染重点监管单位名录", example)
    assert diff.errors == []
    assert {row.code: (row.facts["listed_on"], row.stages[-1][1]) for row in diff.rows} == {
        "EX-Z01": (date(2021, 3, 26), "published"), "EX-Z02": (date(2021, 3, 26), "published"),
        "EX-Z03": (date(2022, 3, 28), "published"), "EX-Z04": (None, "drafted"),
    }  # fmt: skip
    assert {row.code: row.facts["operating"] for row in diff.rows}["EX-Z03"] == "suspended"


def test_the_ledger_of_hazards_knows_when_each_was_put_right(example: Region) -> None:
    diff = read("hazard_rectification_ledger", "示例县土壤污染隐患整改台账", example)
    assert diff.errors == []
    assert {row.code: row.stages for row in diff.rows} == {
        "EX-Y01": [(date(2024, 4, 8), "found"), (date(2024, 6, 20), "claimed"), (date(2024, 6, 28), "passed")],
        "EX-Y02": [(date(2024, 4, 8), "found"), (date(2024, 6, 25), "claimed")],
        "EX-Y03": [(date(2024, 5, 13), "found")],
    }  # fmt: skip


def test_the_list_of_sources_knows_its_steps(example: Region) -> None:
    diff = read("cadmium_sources", "示例县涉镉污染源整治清单", example)
    assert diff.errors == []
    assert {row.code: [state for _, state in row.stages] for row in diff.rows} == {
        "EX-C01": ["listed", "claimed", "checked", "struck_off"], "EX-C02": ["listed", "rectifying"],
        "EX-C03": ["listed"],
    }  # fmt: skip
