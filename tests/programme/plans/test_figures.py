"""Heavy metals in a plan: what the words ask for, read from the quota ledger and judged without a typed base."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.programme.plans.test_parameters import county, target  # noqa: F401

from jingtu.knowledge.plantext import read_plan
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans.figures import asked_of
from jingtu.programme.plans.targets import read_all
from jingtu.programme.sources.metals.quotas.actions import Particulars
from jingtu.programme.sources.metals.quotas.kinds import OpenQuota, TransferIn, VerifyReduction
from jingtu.programme.sources.metals.quotas.models import ReductionSource
from jingtu.programme.sources.metals.quotas.projects import UseSources
from jingtu.programme.sources.metals.quotas.rules import EnterReplacementRule

START, MAY, YEAR_END = date(2021, 1, 4), date(2024, 5, 6), date(2024, 12, 31)
PAPER = Particulars(project="项目", document="文件", counterpart="外市")
WORDS = """青禾县2024年度土壤污染防治工作计划
一、重点任务
（一）加强重金属污染防控。涉重金属建设项目按照1:1等量替代，重金属减排控制不新增，重点行业重点重金属污染物排放量比2013年排放基数下降9%，完成6口地下水监测井巡护。（县生态环境局牵头）
"""


def test_the_figures_of_a_task_become_targets_of_their_kind(tmp_path: Path) -> None:
    file = tmp_path / "计划.txt"
    file.write_text(WORDS, encoding="utf-8")
    found = [
        asked_of({"value": item.value, "comparator": item.comparator, "unit": item.unit}, item.text)
        for task in read_plan(file).tasks
        for item in task.quantities
    ]
    assert [(item["kind"], item["comparator"], item["value"]) for item in found] == [
        ("number", ">=", 1.0), ("no_increase", "text", "控制不新增"), ("decrease", "=", 9),
        ("number", ">=", 6),
    ]  # fmt: skip


@pytest.mark.django_db
def test_no_increase_and_replacement_are_judged_from_the_ledger(county) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    def plant(name: str) -> Entry:
        return CreateEntry(
            None, START, "heavy_metal_enterprises", {"name": name, "region": county}, {"industry": "smelting"}
        ).execute()

    old, new = plant("甲厂"), plant("乙厂")
    EnterReplacementRule(
        None, START, county, metal="", ratio=Decimal(1), source="方案", valid_from=START
    ).execute()
    OpenQuota(None, START, old, "pb", 10_000, PAPER).execute()
    done = VerifyReduction(None, MAY, old, "pb", 2_000, PAPER, way="process").execute()
    own = ReductionSource.objects.get(transaction=done)
    UseSources(None, MAY, new, "pb", 2_000, PAPER, parts=[(own, 2_000)]).execute()
    targets = [
        target(
            county, indicator="重金属减排", indicator_id="heavy_metal_reduction_ratio", value="控制不新增",
            comparator="text", kind="no_increase",
        ),
        target(
            county, indicator="等量替代", indicator_id="equivalent_replacement_ratio",
            **asked_of({"value": "1:1"}, "1:1等量替代"),
        ),
    ]  # fmt: skip
    nothing, equal = read_all(targets, YEAR_END)
    assert (nothing.reading.value, nothing.reading.unit, nothing.verdict.met) == (0, "千克", True)
    assert (equal.reading.value, equal.verdict.met) == (1, True)
    # What came from another city replaces nothing here.
    brought = TransferIn(None, MAY, new, "pb", 1_500, PAPER).execute()
    part = ReductionSource.objects.get(transaction=brought)
    UseSources(None, MAY, new, "pb", 1_500, PAPER, parts=[(part, 1_500)]).execute()
    nothing = read_all(targets, YEAR_END)[0]
    assert (nothing.verdict.met, nothing.verdict.gap) == (False, Decimal("1.5"))
