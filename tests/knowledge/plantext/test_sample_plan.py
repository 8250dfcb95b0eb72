"""The sample plan in its three forms, against what was typed by hand from reading it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.knowledge.plantext import scoring

from jingtu.knowledge.plantext import plan_text, read_plan

_HERE = Path(__file__).parent
_FOLDER = Path(__file__).parents[3] / "examples" / "plan"
_NAME = "示例县2024年度土壤污染防治工作计划"
GOLD = json.loads((_HERE / "sample_plan_expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=["docx", "pdf", "txt"])
def path(request):
    return _FOLDER / f"{_NAME}.{request.param}"


@pytest.fixture(scope="module")
def plan(path):
    return read_plan(path)


def test_nothing_is_missed_and_nothing_is_made_up(plan, path):
    scores = scoring.score_plan(plan, GOLD, plan_text(path))
    wrong = {what: (score.missed, score.surplus) for what, score in scores.items() if score.f1 < 1}
    assert not wrong
    assert [score.expected for score in scores.values()] == [16, 20, 26, 19, 8, 25, 26, 12]


def test_the_head(plan):
    assert plan.title == GOLD["title"]
    assert plan.region is not None
    assert (plan.region.name, plan.region.adcode) == ("示例县", None)
    assert (plan.year, plan.issue_number, plan.issuer) == (
        2024,
        "示政办发〔2024〕9号",
        "示例县人民政府办公室",
    )
    assert plan.issued_on is not None
    assert plan.issued_on.isoformat() == "2024-03-18"


def test_scopes_open_lists_and_deliverables(plan):
    for task, item in scoring.task_pairs(plan, GOLD):
        assert [unit.scope for unit in task.lead_units] == [u.get("scope") for u in item["lead_units"]]
        assert task.units_open_ended == item.get("units_open_ended", False)
        found = sorted((thing.name, thing.kind) for thing in task.deliverables)
        assert found == sorted((thing["name"], thing["kind"]) for thing in item["deliverables"])


def test_the_base_of_the_ratio_and_the_sum_of_the_period(plan):
    by_name = {target.indicator: target for target in plan.targets}
    ratio = by_name["实施污染管控的优先监管地块比例"]
    assert ratio.cumulative
    assert "2024年3月底" in (ratio.base or "")
    assert by_name["重点行业重点重金属污染物减排比例"].cumulative


def test_no_doubts_about_a_clean_plan(plan):
    assert plan.warnings == []


def test_the_amended_plan_differs_where_it_was_amended():
    before = {task.title: task for task in read_plan(_FOLDER / f"{_NAME}.docx").tasks}
    after = {task.title: task for task in read_plan(_FOLDER / f"{_NAME}（调整稿）.docx").tasks}
    assert before.keys() - after.keys() == {"减少农业投入品带入"}
    assert after.keys() - before.keys() == {"建立应急处置机制"}

    def days(task):
        return [deadline.due.isoformat() for deadline in task.deadlines if deadline.due]

    def support(task):
        return [unit.expanded for unit in task.support_units]

    changed = {
        title
        for title in before.keys() & after.keys()
        if (days(before[title]), support(before[title])) != (days(after[title]), support(after[title]))
    }
    assert changed == {"落实重点监管单位责任", "管护地下水监测井"}
    assert days(after["落实重点监管单位责任"])[0] == "2024-04-30"
    assert support(after["管护地下水监测井"]) == ["县水利局", "县自然资源局"]
