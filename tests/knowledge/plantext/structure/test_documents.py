"""Whole documents of our own writing: sections, inheritance, heads."""

from __future__ import annotations

from datetime import date

import pytest
from tests.knowledge.plantext.structure.documents import keys, names, prose

from jingtu.knowledge.plantext import read_plan_document


def test_numbers_restart_and_nest():
    plan = read_plan_document(
        prose("""
        云岭县2031年土壤污染防治工作计划
        一、重点任务
        （一）查清底数。
        1．开展普查。6月底前，完成普查。（县民政局牵头，县体育局等参与）
        2．建立台账。动态更新。（县民政局负责）
        （二）管好源头。
        1．严格管控。
        （1）管住企业。督促企业自查。（县民政局牵头）
        （2）管住园区。完善园区设施。（县体育局牵头）
        2．加强执法。严查违法行为。（县民政局、体育局按职责分工负责）
        二、工作要求
        （一）加强领导。各部门要高度重视。
        """)
    )
    assert keys(plan) == [
        ("1", "（一）查清底数。", "开展普查"),
        ("2", "（一）查清底数。", "建立台账"),
        ("1（1）", "（二）管好源头。", "管住企业"),
        ("1（2）", "（二）管好源头。", "管住园区"),
        ("2", "（二）管好源头。", "加强执法"),
    ]
    assert plan.tasks[0].text == "6月底前，完成普查。"
    assert plan.tasks[0].deadlines[0].due == date(2031, 6, 30)
    assert not [warning for warning in plan.warnings if warning.code.startswith("number")]


def test_titles_on_their_own_lines_and_none_at_all():
    plan = read_plan_document(
        prose("""
        云岭县2031年土壤污染防治工作计划
        一、重点任务
        （一）查清底数
        1.开展普查
        完成全县普查，摸清底数。
        建立清单，动态更新。（县民政局牵头，县体育局等参与）
        （二）管好源头
        督促企业开展自行监测，排查隐患，落实整改。（县民政局负责）
        （三）加强保障
        强化项目管理
        做好项目储备。（县体育局牵头）
        （四）推进修复
        推广绿色技术。积极引导企业采用绿色技术。（县民政局负责）
        开展试点。选择两个地块开展试点。（县体育局负责）
        （五）开展宣传。
        一是办好活动。组织宣传周。二是加强培训。（县民政局牵头）
        """)
    )
    assert keys(plan) == [
        ("1", "（一）查清底数", "开展普查"),
        (None, "（二）管好源头", "管好源头"),
        (None, "（三）加强保障", "强化项目管理"),
        (None, "（四）推进修复", "推广绿色技术"),
        (None, "（四）推进修复", "开展试点"),
        (None, "（五）开展宣传。", "开展宣传"),
    ]
    assert plan.tasks[0].text.startswith("完成全县普查")
    assert plan.tasks[0].text.endswith("动态更新。")
    assert plan.tasks[2].text == "做好项目储备。"
    assert plan.tasks[3].text.startswith("推广绿色技术。积极引导")


def test_owners_of_all_later_tasks_and_first_place():
    plan = read_plan_document(
        prose("""
        云岭市土壤污染防治工作方案
        一、主要任务
        （一）查清底数。
        1.开展普查。完成普查。（责任单位：市民政局、市体育局，各镇街。以下均需各镇街落实，不再列出。排在前位为牵头部门，下同）
        2.建立台账。完善台账。（责任单位：市体育局、市民政局）
        """)
    )
    first, second = plan.tasks
    assert (names(first.lead_units), names(first.responsible_units)) == (["市民政局"], ["市体育局", "各镇街"])
    assert first.inherited_units == []
    assert (names(second.lead_units), names(second.responsible_units)) == (["市体育局"], ["市民政局"])
    assert names(second.inherited_units) == ["各镇街"]


def test_several_notes_in_one_paragraph_and_notes_on_lines_of_their_own():
    plan = read_plan_document(
        prose("""
        云岭市2031年地下水污染防治工作要点
        一、工作任务
        1.完善监测。新建监测井。（市民政局负责）加强运维；（市体育局负责）公开信息。（市档案局负责）
        2.开展评估。完成评估。
        牵头单位：市民政局
        配合单位：市体育局、档案局
        完成时限：2031年6月底
        3.加强管理。完善制度。责任单位：市民政局；配合单位：各区人民政府。
        """)
    )
    assert [names(task.responsible_units) for task in plan.tasks] == [
        ["市民政局", "市体育局", "市档案局"],
        [],
        ["市民政局"],
    ]
    assert names(plan.tasks[1].lead_units) == ["市民政局"]
    assert names(plan.tasks[1].support_units) == ["市体育局", "市档案局"]
    assert plan.tasks[1].text == "完成评估。"
    assert plan.tasks[1].deadlines[0].due == date(2031, 6, 30)
    assert names(plan.tasks[2].support_units) == ["各区人民政府"]


def test_one_note_for_all_items_of_a_number():
    plan = read_plan_document(
        prose("""
        云岭县2031年土壤污染防治工作计划
        一、重点任务
        （一）管好源头
        1.严格管控。落实以下措施：
        （1）管住企业。
        （2）管住园区。（县民政局牵头，县体育局参与）
        2.加强执法。严查违法行为。（县民政局负责）
        """)
    )
    assert [task.number for task in plan.tasks] == ["1", "2"]
    assert "管住园区" in plan.tasks[0].text


def test_a_covering_notice():
    plan = read_plan_document(
        prose("""
        云岭县人民政府办公室关于印发《云岭县2031年度土壤污染防治工作计划》的通知
        云政办发〔2031〕12号
        各乡镇人民政府，县直各部门：
        《云岭县2031年度土壤污染防治工作计划》已经县人民政府同意，现印发给你们，请认真贯彻执行。
        云岭县人民政府办公室
        二〇三一年三月十五日
        云岭县2031年度土壤污染防治工作计划
        一、重点任务
        1.开展排查。完成排查。（县民政局负责）
        云岭县人民政府办公室 2031年3月16日印发
        """)
    )
    assert plan.title == "云岭县2031年度土壤污染防治工作计划"
    assert (plan.region.name, plan.region.adcode) == ("云岭县", None)
    assert (plan.year, plan.issue_number) == (2031, "云政办发〔2031〕12号")
    assert (plan.issued_on, plan.issuer) == (date(2031, 3, 15), "云岭县人民政府办公室")


@pytest.mark.parametrize(
    ("title", "name", "adcode", "year"),
    [
        ("石家庄市2031年土壤污染防治工作要点", "石家庄市", "130100", 2031),
        ("石家庄市长安区2031年净土保卫战实施方案", "长安区", "130102", 2031),
        ("西安市长安区地下水污染防治实施方案（2029—2031年）", "长安区", "610116", 2031),
        ("河北省2031年度土壤污染防治工作计划", "河北省", "130000", 2031),
        ("江东区2031年土壤污染防治攻坚方案", "江东区", None, 2031),
        ("2031年石家庄市土壤污染防治行动方案", "石家庄市", "130100", 2031),
    ],
)
def test_place_and_year_of_the_title(title, name, adcode, year):
    plan = read_plan_document(prose(f"{title}\n一、重点任务\n1.开展排查。完成排查。（民政局负责）"))
    assert (plan.title, plan.region.name, plan.region.adcode, plan.year) == (title, name, adcode, year)


def test_what_is_not_printed_stays_unknown():
    plan = read_plan_document(prose("一、重点任务\n1.开展排查。6月底前完成排查。（民政局负责）"))
    assert (plan.title, plan.region, plan.year, plan.issue_number, plan.issued_on, plan.issuer) == (None,) * 6
    assert plan.tasks[0].deadlines[0].due is None
