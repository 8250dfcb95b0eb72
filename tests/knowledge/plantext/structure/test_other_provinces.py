"""How plans of other provinces and of other fields say who does what until when."""

from __future__ import annotations

import pytest

from jingtu.errors import UnreadableDocumentError
from jingtu.knowledge.plantext.model import Plan, Task
from jingtu.knowledge.plantext.reading import read_plan_document
from jingtu.knowledge.plantext.sources import Cell, Paragraph, SourceDocument, TableBlock


def read(*lines: str) -> Plan:
    return read_plan_document(SourceDocument("docx", [Paragraph(line) for line in lines]))


def units(task: Task) -> tuple[list[str], list[str], list[str]]:
    """Who leads, who supports and who answers."""
    return (
        [unit.expanded for unit in task.lead_units],
        [unit.expanded for unit in task.support_units],
        [unit.expanded for unit in task.responsible_units],
    )


TITLE = "河口县2030年净土行动方案"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("由县能源局牵头，县财政局、住建局参与。", (["县能源局"], ["县财政局", "县住建局"], [])),
        ("县水利局牵头；县民政局配合。", (["县水利局"], ["县民政局"], [])),
        (
            "县工信局牵头，县发改局配合，各镇人民政府负责落实（以下均需各镇人民政府落实，不再列出）。",
            (["县工信局"], ["县发改局"], ["各镇人民政府"]),
        ),
        ("县农业农村局负责，持续推进。", ([], [], ["县农业农村局"])),
    ],
)
def test_a_sentence_says_who(words: str, expected: tuple[list[str], ...]) -> None:
    plan = read(TITLE, "一、重点任务", f"1.开展排查。完成全县排查。{words}", "2.开展培训。（县民政局负责）")
    first = plan.tasks[0]
    assert units(first) == expected
    assert first.text == "完成全县排查。"


def test_the_end_of_a_sentence_says_who() -> None:
    plan = read(TITLE, "一、重点任务", "（一）编制规划。编制全县治理规划，由县水利局牵头，各镇配合。")
    assert units(plan.tasks[0]) == (["县水利局"], ["各镇"], [])
    assert [item.name for item in plan.tasks[0].deliverables] == ["全县治理规划"]


def test_a_sentence_that_shares_out_powers_is_no_note() -> None:
    with pytest.raises(UnreadableDocumentError):
        read(
            "河口县地下水保护办法",
            "第一条 为保护地下水，制定本办法。",
            "第二条 县水利局负责取水许可。",
            "第三条 由县环保局牵头，县水利局配合。",
        )


@pytest.mark.parametrize(
    ("words", "due", "kind"),
    [
        ("县水利局牵头，县民政局配合，11月底前完成。", "2030-11-30", "deadline"),
        ("（2030年年底前完成，县水利局牵头，县民政局配合）", "2030-12-31", "deadline"),
        ("（县水利局、县民政局，2030年8月底前完成）", "2030-08-31", "deadline"),
        ("【责任单位：县水利局、县民政局；完成时限：2030年9月30日】", "2030-09-30", "deadline"),
        ("【责任单位：县水利局、县民政局；完成时限：长期坚持】", "None", "vague"),
        ("（责任领导：某甲；责任单位：县水利局、县民政局；完成时间：全年）", "2030-12-31", "deadline"),
    ],
)
def test_a_note_says_until_when(words: str, due: str, kind: str) -> None:
    plan = read(TITLE, "一、重点任务", f"1.开展排查。组织排查。{words}", "2.开展培训。（县民政局负责）")
    task = plan.tasks[0]
    assert [(str(item.due), item.kind) for item in task.deadlines] == [(due, kind)]
    named = [unit.expanded for unit in (*task.lead_units, *task.support_units, *task.responsible_units)]
    assert named == ["县水利局", "县民政局"]


def test_a_bracket_behind_the_title_says_until_when() -> None:
    plan = read(TITLE, "一、重点任务", "（一）推进项目（2030年10月底前完成）。建成2座泵站。（县水利局负责）")
    assert plan.tasks[0].title == "推进项目"
    assert [str(item.due) for item in plan.tasks[0].deadlines] == ["2030-10-31"]


def test_labels_of_one_word() -> None:
    plan = read(
        TITLE,
        "一、重点任务",
        "（1）筛选品种，推广8000亩。",
        "牵头：县农业农村局；配合：县气象局、各乡（镇）人民政府。",
        "（2）建设示范区。",
        "主办单位：县水利局；协办单位：县民政局",
    )
    assert [units(task) for task in plan.tasks] == [
        (["县农业农村局"], ["县气象局", "各乡（镇）人民政府"], []),
        (["县水利局"], ["县民政局"], []),
    ]


def test_a_list_of_what_an_inspection_found() -> None:
    plan = read(
        "河口县贯彻落实督察报告整改方案",
        "一、整改措施清单",
        "（一）重点单位隐患排查走过场。",
        "责任单位：县环保局，各镇人民政府",
        "督导单位：县水利局",
        "整改时限：2030年12月底前",
        "整改目标：隐患排查完成率达到100%。",
        "整改措施：",
        "1.6月底前抽查一遍。",
        "2.建立问题台账，每月调度。",
        "（二）渗滤液处理不到位。",
        "责任单位：县城管局",
        "整改时限：立行立改",
        "整改措施：",
        "1.新建处理设施。",
    )
    first, second = plan.tasks
    assert units(first) == ([], ["县水利局"], ["县环保局", "各镇人民政府"])
    assert [(q.subject, q.value) for q in first.quantities] == [("隐患排查完成率", 100)]
    assert "问题台账" in [item.name for item in first.deliverables]
    assert [item.text for item in second.deadlines] == ["立行立改"]
    assert [task.number for task in plan.tasks] == ["（一）", "（二）"]


def test_units_in_a_heading_hold_for_its_items() -> None:
    plan = read(
        "石桥区2030年净土重点工作任务分解",
        "一、农用地（责任领导：某甲；牵头单位：区农业农村局；责任单位：各镇街）",
        "1.完成安全利用面积2300亩。",
        "2.监测150个点位。",
        "二、建设用地（牵头单位：区环保局）",
        "1.6月底前完成12个地块评审。",
    )
    assert [(task.section, units(task)[0]) for task in plan.tasks] == [
        ("一、农用地", ["区农业农村局"]),
        ("一、农用地", ["区农业农村局"]),
        ("二、建设用地", ["区环保局"]),
    ]
    assert plan.title == "石桥区2030年净土重点工作任务分解"


def test_small_items_belong_to_the_item_with_the_note() -> None:
    plan = read(
        TITLE,
        "一、重点任务",
        "1.开展整治。（县环保局牵头，县民政局参与）",
        "（1）排查矿点12处。",
        "（2）较2025年下降5%的减排任务，9月底前完成。",
    )
    (task,) = plan.tasks
    assert [(q.value, q.unit) for q in task.quantities] == [(12, "处"), (5, "%")]


def test_an_item_without_a_note_among_many_with_one_is_a_task() -> None:
    plan = read(
        TITLE,
        "一、重点任务",
        "（一）农用地",
        "1.开展排查。（县环保局牵头）",
        "2.开展培训。（县民政局牵头）",
        "3.开展巡查。（县气象局牵头）",
        "（二）建设用地",
        "4.严格准入。落实联动监管。",
        "5.加强抽查。（县环保局负责）",
    )
    assert [task.number for task in plan.tasks] == ["1", "2", "3", "4", "5"]
    assert "task_without_units" in [warning.code for warning in plan.warnings]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("（县粮食物资局、县气象局）", ["县粮食物资局", "县气象局"]),
        ("（岷江环保局）", ["岷江环保局"]),
        ("（县经委、县建管委，各相关镇、街道）", ["县经委", "县建管委", "各相关镇、街道"]),
        ("（县环保局、县气象局按职责分工，各街镇）", ["县环保局", "县气象局", "各街镇"]),
        ("（责任单位：县农牧局，各苏木镇（场）、国有农牧场）", ["县农牧局", "各苏木镇（场）", "国有农牧场"]),
        ("（责任单位：县农牧局，第二师有关团场）", ["县农牧局", "第二师有关团场"]),
        ("（责任单位：环保局青山分局、县农牧局）", ["环保局青山分局", "县农牧局"]),
    ],
)
def test_units_of_other_provinces(note: str, expected: list[str]) -> None:
    plan = read(TITLE, "一、重点任务", f"1.开展排查。推进全县排查。{note}", "2.开展培训。（县民政局负责）")
    assert units(plan.tasks[0])[2] == expected


def test_beside_a_leading_column_the_main_one_answers() -> None:
    head = ["序号", "重点任务", "工作措施", "牵头部门", "主责单位", "协办单位", "时限"]
    rows = [
        [
            "1",
            "生活污水",
            "收集20个村庄的污水",
            "区水务局",
            "各镇政府、街道办事处（含开发区）",
            "区财政局等部门",
            "10月底前",
        ],
        ["2", "排污口", "更新排污口台账", "区环保局", "区水务局", "", "长期实施"],
    ]
    table = TableBlock([[Cell(words) for words in row] for row in (head, *rows)])
    plan = read_plan_document(SourceDocument("docx", [Paragraph("京北区2030年水环境行动计划"), table]))
    first, second = plan.tasks
    assert units(first) == (["区水务局"], ["区财政局"], ["各镇政府", "街道办事处（含开发区）"])
    assert first.units_open_ended
    assert units(second) == (["区环保局"], [], ["区水务局"])
    assert [item.kind for item in second.deadlines] == ["vague"]


def test_a_town_is_not_the_county_whose_name_it_bears() -> None:
    plan = read("普宁镇2030年净土任务清单", "一、重点任务", "1.开展排查。（镇农业服务中心负责）")
    assert plan.region is not None
    assert (plan.region.name, plan.region.adcode) == ("普宁镇", None)


def test_a_plan_of_another_field() -> None:
    plan = read(
        "河口县2030年大气攻坚行动方案",
        "一、工作目标",
        "PM2.5平均浓度控制在35微克/立方米以内，优良天数比率达到85.5%以上。",
        "二、重点任务",
        "1.压减产能。9月底前淘汰4.3米焦炉2座、压减产能50万吨。（县工信局牵头，县发改局配合）",
        "2.控制扬尘。降尘量不高于9吨/月·平方公里。（主办单位：县住建局；协办单位：县公安局交警大队）",
    )
    assert [(t.indicator, t.comparator, t.value, t.unit) for t in plan.targets] == [
        ("PM2.5平均浓度", "<=", 35, "微克/立方米"),
        ("优良天数比率", ">=", 85.5, "%"),
    ]
    assert [[(q.value, q.unit) for q in task.quantities] for task in plan.tasks] == [
        [(2, "座"), (50, "万吨")],
        [(9, "吨/月·平方公里")],
    ]
    assert units(plan.tasks[1]) == (["县住建局"], ["县公安局交警大队"], [])


@pytest.mark.parametrize(
    "lines",
    [
        [
            "关于开展2030年度自行监测抽查的通知",
            "各分局：",
            "一、抽查范围",
            "列入名录的单位，抽查比例不低于10%。",
            "二、工作要求",
            "（一）请于5月15日前报送名单。",
        ],
        [
            "河口县土壤污染防治条例",
            "第一条 为了保护土壤，制定本条例。",
            "第二条 县人民政府应当加强领导。（县环保局、县民政局按职责分工负责）",
            "第三条 县环保局应当公布名录。",
        ],
        [
            "全县土壤污染防治工作会议召开",
            "会议指出，2029年全县受污染耕地安全利用率达到93%。",
            "会议强调，县环保局要牵头抓总，县农业农村局等部门要密切配合。",
        ],
        ["关于商请提供资料的函", "县农业农村局：", "请于4月20日前将台账报送我局。", "河口县环保局", "2030年4月8日"],
        ["河口县2030年土壤污染防治工作总结", "一、主要成效", "（一）安全利用率达到95%。", "二、存在问题", "（一）力量薄弱。"],
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused(lines: list[str]) -> None:
    with pytest.raises(UnreadableDocumentError) as refused:
        read(*lines)
    assert refused.value.facts["reason"] == "not_a_plan"


def test_numbers_in_circles_are_no_running_numbers() -> None:
    plan = read(
        TITLE,
        "一、重点任务",
        "3.加强管护",
        "①建立机制。每季度监测一次。",
        "牵头单位：县环保局",
        "②落实资金。",
        "牵头单位：县财政局",
    )
    assert [task.number for task in plan.tasks] == ["3①", "3②"]


def test_aims_measures_and_units_as_items_are_one_task() -> None:
    plan = read(
        "河口县2030年地下水工作方案",
        "一、重点任务",
        "（一）开展调查",
        "1.目标任务：完成8个园区、2个填埋场调查。",
        "2.工作措施：10月底前完成采样。",
        "3.责任分工：县环保局牵头，县财政局配合，各镇落实。",
        "（二）加强管理",
        "1.目标任务：划定重点区。",
        "2.工作措施：年底前印发划定方案。",
        "3.责任分工：县环保局牵头，县水利局配合。",
    )
    assert [(task.title, units(task)) for task in plan.tasks] == [
        ("开展调查", (["县环保局"], ["县财政局"], ["各镇"])),
        ("加强管理", (["县环保局"], ["县水利局"], [])),
    ]
    assert [(q.subject, q.value) for q in plan.tasks[0].quantities] == [("园区", 8), ("填埋场调查", 2)]


def test_the_unit_is_the_title() -> None:
    plan = read(
        "河口镇2030年净土工作方案",
        "一、工作任务及分工",
        "（一）镇农业综合服务中心：负责安全利用，完成200亩品种替代。",
        "（二）各村（社区）：落实巡查责任，配合做好宣传。",
    )
    assert [units(task)[2] for task in plan.tasks] == [["镇农业综合服务中心"], ["各村（社区）"]]


def test_counted_tasks_with_labels_below() -> None:
    plan = read(
        "河口县2030年净土任务台账",
        "一、农用地",
        "任务1：落实措施2.1万亩",
        "责任单位：县农业农村局",
        "完成时限：2030年11月底",
        "任务2：完成26个点位排查",
        "责任单位：县环保局",
    )
    assert [(task.number, task.title) for task in plan.tasks] == [
        ("1", "落实措施2.1万亩"),
        ("2", "完成26个点位排查"),
    ]
    assert [(q.value, q.unit) for q in plan.tasks[0].quantities] == [(2.1, "万亩")]
    assert [str(item.due) for item in plan.tasks[0].deadlines] == ["2030-11-30"]


def test_a_new_town_is_a_zone() -> None:
    plan = read("滨海新城2030年净土工作方案", "一、重点任务", "1.开展排查。（环保局牵头，各园区、街道配合）")
    assert plan.region is not None
    assert plan.region.name == "滨海新城"


def tabled(title: str, *rows: list[Cell]) -> Plan:
    return read_plan_document(SourceDocument("docx", [Paragraph(title), TableBlock(list(rows))]))


def cells(*words: str) -> list[Cell]:
    return [Cell(word) for word in words]


def test_what_is_to_be_done_year_by_year() -> None:
    plan = tabled(
        "铜山区净土重点任务及实施进度表",
        [
            Cell("序号", row_span=2),
            Cell("主要任务", row_span=2),
            Cell("任务分解及实施进度", col_span=2),
            Cell("牵头单位", row_span=2),
            Cell("配合单位", row_span=2),
        ],
        cells("2029年", "2030年"),
        cells(
            "1", "农用地详查", "完成详查，建立档案。", "更新耕地分类清单。", "区农委", "区环保局、相关镇街等"
        ),
        cells("2", "监测网络", "建成8个点位", "点位覆盖率达到100%", "区环保局", "区财政局"),
    )
    assert [task.text for task in plan.tasks] == [
        "完成详查，建立档案。\t更新耕地分类清单。",
        "建成8个点位\t点位覆盖率达到100%",
    ]
    assert units(plan.tasks[0]) == (["区农委"], ["区环保局", "相关镇街"], [])
    assert [(q.text, q.value) for q in plan.tasks[1].quantities] == [
        ("建成8个点位", 8),
        ("点位覆盖率达到100%", 100),
    ]


def test_a_table_of_what_an_inspection_found() -> None:
    plan = tabled(
        "海宁县督察反馈问题整改清单",
        cells("序号", "反馈问题", "整改措施", "整改时限", "责任单位", "督导单位"),
        cells(
            "1",
            "3家企业防渗不到位",
            "1.制定改造方案；2.完成改造。",
            "2030年6月底",
            "县环保局",
            "县督察整改办",
        ),
        cells("2", "填埋场缺少监测", "每季度监测1次", "长期坚持", "县城管局", "县环保局"),
    )
    assert [task.title for task in plan.tasks] == ["3家企业防渗不到位", "填埋场缺少监测"]
    assert units(plan.tasks[0]) == ([], ["县督察整改办"], ["县环保局"])
    assert [item.text for item in plan.tasks[1].deadlines] == ["每季度监测1次", "长期坚持"]
    assert plan.region is not None
    assert plan.region.name == "海宁县"


def test_the_number_stands_in_the_title_cell() -> None:
    plan = tabled(
        "河口县2030年净土任务分工表",
        cells("类别", "重点工作", "工作要求", "牵头单位", "完成时限"),
        cells("农用地", "1.安全利用", "安全利用率不低于93%", "县农业农村局", "12月底"),
        cells("农用地", "2.源头防控", "完成3个地块溯源", "县环保局", "10月底"),
    )
    assert [(task.number, task.title) for task in plan.tasks] == [("1", "安全利用"), ("2", "源头防控")]
