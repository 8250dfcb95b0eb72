"""Targets that name a point, a project or years of funding reach the register that computes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jingtu.knowledge import plantext
from jingtu.platform.clock import recorded_now
from jingtu.platform.indicators import declarations
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.programme.plans.actions.confirming import target_columns
from jingtu.programme.plans.models import Plan, Target
from jingtu.programme.plans.targets import named_project, parameters_of, read_all

PLANS = Path(__file__).resolve().parents[4] / "shared" / "plans"
FILES = sorted(PLANS.glob("*.txt"))
YEAR_END = date(2024, 12, 31)


@pytest.fixture
def county(db: None) -> Region:
    return create_region("青禾县", Region.Level.COUNTY, None, code="990122", source="测试")


def target(county: Region, **content: object) -> Target:
    plan = Plan.objects.filter(region=county).first() or Plan.objects.create(
        region=county, year=2024, title="测试计划", effective_from=date(2024, 1, 1)
    )
    columns = target_columns({"comparator": "=", "kind": "number", **content})
    return Target.objects.create(
        plan=plan, region=county, position=Target.objects.count(), effective_from=date(2024, 1, 1),
        recorded_from=recorded_now(), **columns,
    )  # fmt: skip


def test_a_point_named_by_a_target_is_read_and_judged_against_its_class(county: Region) -> None:
    for name, value in (("河口点", "1.2"), ("山前点", "0.3")):
        entry = CreateEntry(
            None,
            date(2024, 1, 2),
            "groundwater_points",
            {"name": name, "region": county},
            {"kind": "national"},
        ).execute()
        values = {"season": "wet", "item": "氨氮", "value": value, "unit": "mg/L"}
        AddRecord(None, date(2024, 9, 1), entry, "groundwater_point_results", values).execute()
    wanted = [
        target(
            county, indicator="地下水区域点位水质", indicator_id="groundwater_point_quality", scope=name,
            value=goal, kind="class",
        )
        for name, goal in (("河口点", "Ⅲ类"), ("山前点", "Ⅳ类"), ("别处点", "Ⅳ类"))
    ]  # fmt: skip
    found = read_all(wanted, YEAR_END)
    assert [(item.shown, item.verdict.met) for item in found] == [
        ("Ⅳ类", False),
        ("Ⅲ类", True),
        ("无数据", None),
    ]


def test_funding_years_come_from_the_words_of_the_target(county: Region) -> None:
    entry = CreateEntry(
        None, date(2022, 1, 2), "reserve_projects", {"name": "甲项目", "region": county}, {}, state="started"
    ).execute()
    for year in (2022, 2023):
        values = {"year": year, "level": "central", "document": "一号", "amount": "100"}
        AddRecord(None, date(year, 3, 1), entry, "project_funding", values).execute()
    said = "2023年获得中央补助资金的项目资金执行率"
    wanted = target(
        county, indicator=said, indicator_id="fund_execution_rate", value=80, comparator=">=",
        text="资金执行率分别达到80%和52%以上",
    )  # fmt: skip
    assert wanted.parameters == {"years": "2023"}
    (found,) = read_all([wanted], YEAR_END)
    assert (found.reading.denominator, found.verdict.met, found.verdict.gap) == (100, False, Decimal(80))


@pytest.mark.skipif(not FILES, reason="the folder ../shared with real plans is not beside this checkout")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name[:3])
def test_every_figure_of_the_published_plans_for_water_and_money_finds_its_parameters(file: Path) -> None:
    plan = plantext.read_plan(file)
    for quantity in (item for task in plan.tasks for item in task.quantities):
        known = declarations.get(quantity.indicator_id or "")
        if known is None:
            continue
        given = known.chosen(parameters_of("", indicator=quantity.subject or "", text=quantity.text))
        if "years" in known.parameters:
            years = given["years"].split(",")
            assert years == [
                year for year in map(str, range(2015, 2030)) if f"{year}年" in (quantity.subject or "")
            ]
    for item in plan.targets:
        known = declarations.get(item.indicator_id or "")
        if known is not None and "scope" in known.parameters and item.scope:
            assert parameters_of("", scope=item.scope) == {"scope": item.scope}


@pytest.mark.skipif(not FILES, reason="the folder ../shared with real plans is not beside this checkout")
def test_the_work_of_a_published_plan_belongs_to_a_project_that_its_sentence_names() -> None:
    found = [
        named_project(task.text, quantity.text)
        for file in FILES
        for task in plantext.read_plan(file).tasks
        for quantity in task.quantities
        if quantity.indicator_id == "project_work_done_ratio"
    ]
    assert found
    assert all(name.endswith("项目") and 6 < len(name) < 30 for name in found)
