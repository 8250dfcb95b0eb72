"""Whole documents of our own writing: sections, tables, inheritance, heads, refusals, warnings."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingtu.errors import UnreadableDocumentError
from jingtu.knowledge.plantext import normalise, read_plan_document
from jingtu.knowledge.plantext.model import Plan, Unit
from jingtu.knowledge.plantext.sources import Cell, Paragraph, SourceDocument, TableBlock


def prose(text: str) -> SourceDocument:
    return SourceDocument(
        "docx", [Paragraph(line.strip()) for line in text.strip().split("\n") if line.strip()]
    )


def lines(text: str) -> SourceDocument:
    return SourceDocument("txt", [Paragraph(line, hard_wrapped=True) for line in text.split("\n")])


def names(units: list[Unit]) -> list[str]:
    return [unit.expanded for unit in units]


def keys(plan: Plan) -> list[tuple[str | None, str | None, str]]:
    return [(task.number, task.section, task.title) for task in plan.tasks]


# --- prose -----------------------------------------------------------------------------------------


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


# --- tables ----------------------------------------------------------------------------------------

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


# --- the head --------------------------------------------------------------------------------------


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


# --- refusals and warnings -------------------------------------------------------------------------

OTHER_DOCUMENTS = {
    "announcement": """
        云岭市关于开展水质监测工作情况的公告
        根据有关规定，现将2031年3月水质监测情况公告如下：
        一、监测点位
        全市共设监测点位20个。
        二、监测结果
        达标率为100%。
        云岭市生态环境局
        2031年4月1日
        """,
    "law": """
        土壤保护条例
        第一章 总则
        第一条 为了保护土壤，制定本条例。
        第二条 县级以上人民政府主管部门负责监督管理。
        第二章 罚则
        第三条 违反规定的，处十万元以上五十万元以下罚款。
        """,
    "news": """
        市领导调研土壤污染防治工作
        4月1日，市领导到企业调研土壤污染防治工作，市民政局、市体育局负责同志参加。
        """,
    "bidding": """
        云岭市土壤污染状况调查项目招标公告
        一、项目概况
        预算金额120万元，工期90天。
        二、投标人资格要求
        具有独立法人资格。
        联系人：某某，电话：0000-0000000
        """,
    "minutes": """
        会议纪要
        2031年4月1日，会议研究了有关工作。
        一、会议听取了汇报。
        二、会议要求，各部门要加强配合。
        """,
}


@pytest.mark.parametrize("text", OTHER_DOCUMENTS.values(), ids=OTHER_DOCUMENTS)
def test_other_documents_are_refused(text):
    with pytest.raises(UnreadableDocumentError) as caught:
        read_plan_document(prose(text))
    assert caught.value.facts["reason"] == "not_a_plan"


@pytest.mark.parametrize("mask", ["X%", "×%", "XX%"])
def test_masked_copies_are_refused(mask):
    text = "一、目标\n" + f"安全利用率达到{mask}以上，X年完成。\n" * 4 + "1.开展排查。（县民政局负责）"
    with pytest.raises(UnreadableDocumentError):
        read_plan_document(prose("某县土壤污染防治方案\n" + text))


def codes(text: str) -> list[str]:
    return [warning.code for warning in read_plan_document(prose(text)).warnings]


def test_warnings():
    found = codes("""
        云岭县2031年土壤污染防治工作计划
        一、主要目标
        受污染耕地安全利用率不低于92%。
        全县受污染耕地安全利用率不低于95%，较好完成任务。
        二、重点任务
        （一）查清底数
        1.开展普查。完成普查。（县民政局牵头，县农业农村、县体育局参与）
        2.建立台账。每月3日前报送进展。（县民政局负责）
        2.更新台账。每月1日前上报台账。（县民政局负责）
        5.完善制度。2029年6月底前完成。（县民政局负责）
        6.加强宣传。办好活动。
        """)
    assert sorted(set(found)) == [
        "deadline_before_year",
        "deadline_conflict",
        "doubtful_unit",
        "number_gap",
        "number_repeated",
        "target_two_values",
        "task_without_units",
    ]


def test_a_clean_plan_has_no_warnings():
    assert (
        codes("""
        云岭县2031年土壤污染防治工作计划
        一、主要目标
        受污染耕地安全利用率不低于92%。
        二、重点任务
        1.开展普查。6月底前完成普查。（县民政局牵头，县体育局参与）
        2.建立台账。每月3日前报送进展。（县民政局负责）
        """)
        == []
    )


# --- the normalised text ---------------------------------------------------------------------------


def test_noise_is_gone_and_cells_have_spans():
    document = lines(
        "附件 3\n\n云岭区 2031 年度土壤污染防治计划[bookmark: _Toc1]\n— 2 —\n"
        "\t序号\n\t任务\n\t责任单位\n\n\t1\n\t开展\n\n普查\n\t区 民 政 局、区\n体育局"
    )
    normal = normalise(document)
    assert normal.text.split("\n")[:2] == ["附件3", "云岭区2031年度土壤污染防治计划"]
    (table,) = normal.tables()
    assert [[normal.of(cell) for cell in line if cell] for line in table.rows] == [
        ["序号", "任务", "责任单位"],
        ["1", "开展普查", "区民政局、区体育局"],
    ]


SENTENCE = st.text("开展调查评估监测管控修复企业地块土壤清单，、", min_size=45, max_size=110).filter(
    lambda text: text[0] not in "，、"
)


@settings(max_examples=25, deadline=None)
@given(st.lists(SENTENCE, min_size=10, max_size=16, unique=True), st.integers(22, 40), st.booleans())
def test_wrapped_paragraphs_are_whole_again(sentences, width, gap):
    """Paragraphs long enough to be broken, each closed by a full stop, come back as they were."""
    paragraphs = [f"{text}，按照规定落实各项要求并且及时报告情况。" for text in sentences]
    broken = [text[start : start + width] for text in paragraphs for start in range(0, len(text), width)]
    document = lines(("\n\n" if gap else "\n").join(broken))
    joined = normalise(document).text.split("\n")
    assert "".join(joined) == "".join(paragraphs)
    # A last line that happens to be full says nothing; all others end their paragraph.
    certain = [text for text in paragraphs if 0 < len(text) % width < 0.6 * width]
    assert all(any(line.endswith(text) for line in joined) for text in certain)


ANYTHING = st.text(
    "一二三（）()【】〔〕、，。；：《》“”第章附件注1234567890．. \t\n县民政局体育局牵头参与负责落实序号任务内容责任单位年月底前%达到不低于以下均需不再列出",
    max_size=400,
)


@settings(max_examples=80, deadline=None)
@given(ANYTHING, st.booleans())
def test_any_text_is_read_or_refused(text, hard):
    document = SourceDocument("txt", [Paragraph(line, hard_wrapped=hard) for line in text.split("\n")])
    try:
        plan = read_plan_document(document)
    except UnreadableDocumentError:
        return
    normal = normalise(document)
    for task in plan.tasks:
        for start, end in task.spans:
            assert 0 <= start < end <= len(normal.text)
        for unit in (*task.lead_units, *task.support_units, *task.responsible_units):
            assert "".join("".join(normal.text[a:b] for a, b in unit.spans).split()) == unit.raw
