"""Heads, notes and sections as other governments print them."""

from __future__ import annotations

import pytest

from jingtu.knowledge.plantext.model import Plan
from jingtu.knowledge.plantext.reading import read_plan_document
from jingtu.knowledge.plantext.sources import Cell, Paragraph, SourceDocument, TableBlock


def read(*lines: str) -> Plan:
    return read_plan_document(SourceDocument("docx", [Paragraph(line) for line in lines]))


BODY = (
    "一、重点任务",
    "1.开展排查。8月底前完成排查。（县环保局牵头，县民政局参与）",
    "2.开展培训。组织一期培训。（县民政局牵头，县气象局参与）",
)


def test_the_title_is_not_that_of_a_document_it_rests_on() -> None:
    plan = read(
        "河口县2030年水污染防治工作计划",
        "为做好工作，根据《河口县人民政府关于印发河口县水污染防治工作方案的通知》（河政发〔2029〕9号）要求，制定本计划。",
        *BODY,
    )
    assert (plan.title, plan.year) == ("河口县2030年水污染防治工作计划", 2030)


def test_the_number_of_an_annex_does_not_run_into_the_year() -> None:
    plan = read("附件1", "2030年河口县农业面源污染治理实施方案", *BODY)
    assert (plan.title, plan.year) == ("2030年河口县农业面源污染治理实施方案", 2030)
    assert str(plan.tasks[0].deadlines[0].due) == "2030-08-31"


def test_a_day_without_year_takes_that_of_the_notice() -> None:
    plan = read(
        "河口县人民政府关于印发河口县地下水污染防治实施方案的通知",
        "各镇人民政府：",
        "现将《河口县地下水污染防治实施方案》印发给你们。",
        "河口县人民政府",
        "2030年3月6日",
        "河口县地下水污染防治实施方案",
        *BODY,
    )
    assert plan.year is None
    assert str(plan.tasks[0].deadlines[0].due) == "2030-08-31"


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        (["河口县环保局 河口县民政局", "河口县水利局", "2030年3月6日"], "河口县环保局、河口县民政局、河口县水利局"),
        (["河口县环保局  2030年3月6日"], "河口县环保局"),
    ],
)  # fmt: skip
def test_who_signs(lines: list[str], issuer: str) -> None:
    plan = read("河口县2030年净土工作要点", *lines, *BODY)
    assert (plan.issuer, str(plan.issued_on)) == (issuer, "2030-03-06")


def test_a_zone_is_not_the_city_it_lies_in() -> None:
    plan = read("武汉经济技术开发区2030年净土工作要点", *BODY)
    assert plan.region is not None
    assert (plan.region.name, plan.region.adcode) == ("武汉经济技术开发区", None)


@pytest.mark.parametrize(
    "note",
    [
        "（县环保局牵头，县民政局参与，各镇人民政府落实，以下均需落实，不再列出）",
        "（县环保局牵头，县民政局参与，各镇人民政府负责落实。以下均需各镇人民政府落实，各镇没有相应职能的，由县直部门负责，不再列出）",
    ],
)
def test_who_is_not_printed_again(note: str) -> None:
    plan = read(
        "河口县2030年净土工作要点",
        "一、重点任务",
        f"1.开展排查。完成排查。{note}",
        "2.开展培训。组织一期培训。（县民政局牵头）",
    )
    first, second = plan.tasks
    assert [u.raw for u in first.responsible_units] == ["各镇人民政府"]
    assert [u.raw for u in second.inherited_units] == ["各镇人民政府"]


def test_a_bracket_of_units_alone_is_a_note() -> None:
    plan = read(*("河口县2030年净土工作要点", *BODY, "3.加强宣传。印发宣传册。（县民政局、县气象局）"))
    assert [u.raw for u in plan.tasks[-1].responsible_units] == ["县民政局", "县气象局"]
    assert plan.tasks[-1].text == "印发宣传册。"


def test_one_sentence_is_a_task_and_a_scope_is_none() -> None:
    plan = read(
        "河口县2030年净土工作任务分解表",
        "一、防控重点",
        "（一）重点污染物。重点防控的污染物为铅、汞和镉。",
        "二、工作任务",
        "1.水务局加强保护区的建设管理，组织开展执法检查",
        "2.农委对全县耕地污染情况进行调查，完成调查报告",
    )
    assert [task.text[:3] for task in plan.tasks] == ["水务局", "农委对"]


def table(*rows: list[str]) -> TableBlock:
    return TableBlock([[Cell(words) for words in row] for row in rows])


@pytest.mark.parametrize("title", ["河口县“十四五”净土规划", "河口县净土行动计划（2021—2025年）"])
def test_a_day_within_the_years_of_a_plan_is_not_past(title: str) -> None:
    plan = read(
        title,
        "一、工作目标",
        "2020年，秸秆综合利用率达到80%。到2023年，秸秆综合利用率达到88%。",
        "二、重点任务",
        "1.开展排查。2024年8月底前完成排查。（县环保局牵头）",
    )
    assert plan.year == 2025
    assert [(t.value, str(t.due)) for t in plan.targets] == [(88, "2023-12-31")]
    assert [(str(d.due), d.kind) for d in plan.tasks[0].deadlines] == [("2024-08-31", "deadline")]
    assert plan.warnings == []


def test_indicators_under_years() -> None:
    document = SourceDocument(
        "docx",
        [
            Paragraph("河口县“十四五”净土规划"),
            table(
                ["类型", "指标名称", "2020年（现状值）", "2023年", "2025年", "指标属性"],
                ["农业", "秸秆综合利用率", "80%", "85%", "不低于90%", "约束性"],
                ["农业", "农膜回收率", "70%", "80%", "85%左右", "预期性"],
            ),
        ],
    )
    found = read_plan_document(document).targets
    assert [(t.indicator, t.comparator, t.value, str(t.due)) for t in found] == [
        ("秸秆综合利用率", ">=", 90, "2025-12-31"),
        ("农膜回收率", "≈", 85, "2025-12-31"),
    ]


def test_a_column_of_those_who_answer_or_lead() -> None:
    document = SourceDocument(
        "docx",
        [
            Paragraph("河口县2030年创建任务分解表"),
            table(
                ["序号", "任务内容", "责任单位或牵头单位", "协助单位", "完成期限"],
                ["1", "清理河道垃圾。", "县水利局", "县民政局", "2030年9月20日前"],
            ),
        ],
    )
    [task] = read_plan_document(document).tasks
    assert [u.raw for u in task.lead_units] == ["县水利局"]
    assert [u.raw for u in task.support_units] == ["县民政局"]


def test_cells_over_several_rows() -> None:
    """A number printed once is not repeated, and a group's name is no part of a task's words."""
    rows = [
        [Cell(words) for words in ("序号", "任务内容", "工作内容及要求", "牵头单位", "完成时限")],
        [
            Cell("1", row_span=2),
            Cell("河道", row_span=2),
            Cell("清理垃圾。"),
            Cell("县水利局"),
            Cell("6月底"),
        ],
        [Cell("种植林木。"), Cell("县林业局"), Cell("9月底")],
    ]
    document = SourceDocument("docx", [Paragraph("河口县2030年创建任务分解表"), TableBlock(rows)])
    plan = read_plan_document(document)
    assert [(t.number, t.text, t.lead_units[0].raw) for t in plan.tasks] == [
        ("1", "清理垃圾。", "县水利局"),
        ("1", "种植林木。", "县林业局"),
    ]
    assert plan.warnings == []
