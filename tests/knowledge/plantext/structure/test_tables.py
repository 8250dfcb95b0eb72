"""Tables as the genre prints them: sections, spans, second heads, lost marks, forms."""

from __future__ import annotations

from datetime import date

from tests.knowledge.plantext.structure.documents import keys, lines, names, prose

from jingtu.knowledge.plantext import read_plan_document
from jingtu.knowledge.plantext.sources import Cell, Paragraph, SourceDocument, TableBlock

HEAD = ["序号", "重点任务", "工作内容", "牵头单位", "配合单位", "责任单位", "完成时限"]


def row(*texts: str) -> list[Cell]:
    return [Cell(text) for text in texts]


def test_a_table_with_sections_spans_and_a_second_head():
    table = TableBlock(
        [
            row(*HEAD),
            [Cell("一、管好源头", col_span=7)],
            [
                Cell("1", row_span=2),
                Cell("管住企业", row_span=2),
                Cell("督促企业自查，完成12家企业排查。"),
                Cell("市民政局", row_span=2),
                Cell("市体育局\n市档案局", row_span=2),
                Cell("各县（市、区）人民政府", row_span=2),
                Cell("6月底前", row_span=2),
            ],
            [Cell("建立企业台账。")],
            row(*HEAD),
            row(
                "2",
                "管住园区",
                "完善设施。",
                "市体育局、民政局按职责牵头",
                "",
                "各区人民政府，开发区管委会",
                "全年",
            ),
            [Cell("二、加强执法", col_span=7)],
            row("4", "严查违法", "开展检查。", "市民政局", "—", "/", "2031年12月"),
            [Cell("注：责任单位负责落实。", col_span=7)],
        ]
    )
    plan = read_plan_document(
        SourceDocument("docx", [Paragraph("云岭市2031年土壤污染防治任务分解表"), table])
    )
    assert keys(plan) == [
        ("1", "一、管好源头", "管住企业"),
        ("2", "一、管好源头", "管住园区"),
        ("4", "二、加强执法", "严查违法"),
    ]
    first, second, third = plan.tasks
    assert "建立企业台账" in first.text
    assert names(first.support_units) == ["市体育局", "市档案局"]
    assert first.deadlines[0].due == date(2031, 6, 30)
    assert names(second.lead_units) == ["市体育局", "市民政局"]
    assert (second.support_units, names(second.responsible_units)) == ([], ["各区人民政府", "开发区管委会"])
    assert (third.support_units, third.responsible_units) == ([], [])
    gaps = [warning for warning in plan.warnings if warning.code == "number_gap"]
    assert len(gaps) == 1
    assert "2" in gaps[0].message
    assert "4" in gaps[0].message


def test_one_column_of_units_and_groups_down_the_side():
    table = TableBlock(
        [
            row("类别", "序号", "工作任务", "责任单位（排第一位的为牵头单位）"),
            [
                Cell("源头", row_span=2),
                *row("1", "开展排查。完成全市排查。", "市民政局、体育局，各镇人民政府"),
            ],
            row("2", "建立清单，动态更新", "市体育局"),
            row("执法", "3", "开展检查。", "市民政局牵头，市体育局配合"),
        ]
    )
    plan = read_plan_document(SourceDocument("docx", [Paragraph("云岭市2031年任务清单"), table]))
    assert keys(plan) == [
        ("1", "源头", "开展排查"),
        ("2", "源头", "建立清单，动态更新"),
        ("3", "执法", "开展检查"),
    ]
    assert names(plan.tasks[0].lead_units) == ["市民政局"]
    assert names(plan.tasks[0].responsible_units) == ["市体育局", "各镇人民政府"]
    assert names(plan.tasks[2].support_units) == ["市体育局"]


def test_a_table_that_goes_on_without_its_head():
    first = TableBlock(
        [row("序号", "主要任务", "任务内容", "责任单位"), row("1", "甲", "开展排查。", "市民政局")]
    )
    second = TableBlock([row("2", "乙", "建立清单。", "市体育局")])
    plan = read_plan_document(SourceDocument("pdf", [Paragraph("云岭市2031年任务清单"), first, second]))
    assert [(task.number, names(task.responsible_units)) for task in plan.tasks] == [
        ("1", ["市民政局"]),
        ("2", ["市体育局"]),
    ]


FLAT = """云岭区2031年任务清单
序号
主要
任务
任务内容 牵头单位 配合单位
责任
单位
一、管好源头
1
督促企
业自查
自纠
督促辖区内重点企业按照规定开展隐患排查，建立问题清单，明确整改措施和时限，完成整
改后及时归档，整改率达到90%以上。
云岭气象局
区 民 政 局 、
区 体 育 局
各 镇
人 民
政 府
 序号
主要
任务
任务内容 牵头单位 配合单位

— 2 —

责任
单位
2
完善园
区设施
完善园区防渗设施，开展周边环境监测，发现异常情况的及时报告并采取有效措施，防止污
染扩散；12月底前完成全部园区的监测。
区民政局、云
岭气象局按职
责牵头
各 镇
人 民
政 府
二、加强执法
3
严查违
法行为
定期开展联合执法检查，对发现的违法行为依法从严从快处理，处理结果向社会公开，接受
公众监督。
云岭气象局
区体育局
各 镇
人 民
政 府"""


def test_a_table_flattened_cell_by_cell():
    plan = read_plan_document(lines(FLAT))
    assert keys(plan) == [
        ("1", "一、管好源头", "督促企业自查自纠"),
        ("2", "一、管好源头", "完善园区设施"),
        ("3", "二、加强执法", "严查违法行为"),
    ]
    first, second, third = plan.tasks
    assert names(first.support_units) == ["区民政局", "区体育局"]
    assert (names(second.lead_units), second.support_units) == (["区民政局", "云岭气象局"], [])
    assert all(names(task.responsible_units) == ["各镇人民政府"] for task in (first, second, third))
    assert second.text.endswith("防止污染扩散；12月底前完成全部园区的监测。")


def test_a_form_with_groups_and_a_target_table():
    form = TableBlock(
        [
            row("重点内容", "重点工作事项", "责任单位", "进展情况", "备注"),
            [Cell("源头", row_span=2), *row("1．企业自查情况", "市民政局", "", "")],
            row("2．园区监测情况", "市体育局、市档案局", "", ""),
            row("执法", "1．检查情况（按季度报送）", "市民政局", "", ""),
        ]
    )
    targets = TableBlock(
        [
            row("序号", "指标名称", "2031年目标"),
            row("1", "受污染耕地安全利用率（%）", "不低于92%"),
            [Cell("2", row_span=2), Cell("地下水点位水质", row_span=2), Cell("甲村：Ⅳ类")],
            row("乙村：Ⅲ类"),
        ]
    )
    document = prose("""
        云岭市2031年土壤污染防治工作计划
        一、重点任务
        1.开展排查。完成排查。（市民政局负责）
        """)
    document.blocks += [Paragraph("附件1"), targets, Paragraph("附件2"), form]
    plan = read_plan_document(document)
    assert [
        (item.group, item.number, item.item, names(item.responsible_units)) for item in plan.report_form
    ] == [
        ("源头", "1", "企业自查情况", ["市民政局"]),
        ("源头", "2", "园区监测情况", ["市体育局", "市档案局"]),
        ("执法", "1", "检查情况（按季度报送）", ["市民政局"]),
    ]
    assert [(target.scope, target.comparator, target.value) for target in plan.targets] == [
        (None, ">=", 92),
        ("甲村", "=", "Ⅳ类"),
        ("乙村", "=", "Ⅲ类"),
    ]
