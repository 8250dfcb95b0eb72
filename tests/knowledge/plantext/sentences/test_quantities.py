"""Quantities of tasks, and the figures that are none."""

from datetime import date

import pytest

from jingtu.knowledge.plantext.model import Quantity
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import Context, read_quantities


def read(text: str, year: int | None = 2024) -> list[Quantity]:
    return read_quantities(Piece(text, [(0, len(text))]), Context(year))


def only(text: str) -> Quantity:
    found = read(text)
    assert len(found) == 1, [q.text for q in found]
    return found[0]


def test_rate_with_everything() -> None:
    quantity = only(
        "以2024年5月底的优先管控地块清单为基准，到2024年末落实管控措施的优先管控地块比例累计不低于68%。"
    )
    assert quantity == Quantity(
        text="落实管控措施的优先管控地块比例累计不低于68%",
        subject="落实管控措施的优先管控地块比例",
        comparator=">=",
        value=68,
        unit="%",
        due=date(2024, 12, 31),
        base="2024年5月底的优先管控地块清单",
        cumulative=True,
        indicator_id="priority_parcel_control_ratio",
        spans=[(29, 52)],
    )


def test_a_rate_without_a_name_is_named_by_the_clauses_before() -> None:
    quantity = only("组织开展隐患排查“回头看”，到9月底完成率累计不低于65%。")
    assert quantity.subject == "完成率"
    assert quantity.indicator_id == "key_unit_recheck_ratio"


def test_the_period_in_a_bracket_belongs_to_the_figure() -> None:
    quantity = only("全县重点重金属削减比例不低于4.5%（“十五五”累计）。")
    assert quantity.text.endswith("（“十五五”累计）")
    assert (quantity.comparator, quantity.value, quantity.cumulative) == (">=", 4.5, True)


def test_respective_figures_and_shared_figures() -> None:
    found = read(
        "力争到2024年底，2020年、2021年下达资金的项目完工率和资金执行率不低于88%；"
        "2022年、2023年下达资金的项目开工率达到95%，资金执行率分别达到75%和45%以上。"
    )
    assert [(q.subject, q.comparator, q.value, q.indicator_id) for q in found] == [
        ("2020年、2021年下达资金的项目完工率", ">=", 88, "project_completion_rate"),
        ("2020年、2021年下达资金的项目资金执行率", ">=", 88, "fund_execution_rate"),
        ("2022年、2023年下达资金的项目开工率", ">=", 95, "project_start_rate"),
        ("2022年下达资金的项目资金执行率", ">=", 75, "fund_execution_rate"),
        ("2023年下达资金的项目资金执行率", ">=", 45, "fund_execution_rate"),
    ]
    assert {q.due for q in found} == {date(2024, 12, 31)}


def test_dates_between_subject_and_figure() -> None:
    found = read("支出进度在6月底前达到60%、9月底前达到80%、12月底前达到100%。")
    assert [(q.subject, q.value, q.due) for q in found] == [
        ("支出进度", 60, date(2024, 6, 30)),
        ("支出进度", 80, date(2024, 9, 30)),
        ("支出进度", 100, date(2024, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("text", "comparator", "value", "unit"),
    [
        ("做好24口监测井的管护", "=", 24, "口"),
        ("督促涉镉行业9家企业完成整治", "=", 9, "家"),
        ("上半年至少要将3家电镀厂列入整治范围", ">=", 3, "家"),
        ("每家企业至少配备2名专职人员", ">=", 2, "名"),
        ("建成示范基地不少于三个", ">=", 3, "个"),
        ("治理面积达到1.5万亩", ">=", 1.5, "万亩"),
        ("抽查不超过20家", "<=", 20, "家"),
        ("清理堆场12处", "=", 12, "处"),
        ("组织应急演练不少于1次", ">=", 1, "次"),
        ("9月底前完成投资额的70%以上", ">=", 70, "%"),
        ("对10%的报告开展抽查", "=", 10, "%"),
        ("按照1:1的“等量替代”执行", "=", "1:1", None),
        ("按照1.2∶1的比例减量替代", "=", "1.2:1", None),
        ("铅、镉排放量控制不新增", "text", "控制不新增", None),
    ],
)
def test_counts_ratios_and_words(text: str, comparator: str, value: object, unit: str | None) -> None:
    quantity = only(text)
    assert (quantity.comparator, quantity.value, quantity.unit) == (comparator, value, unit)


def test_one_figure_one_quantity_with_the_words_of_the_clause() -> None:
    found = read("推进3个试点县（市、区）和2个园区溯源工作")
    assert [(q.value, q.subject) for q in found] == [(3, "试点县（市、区）"), (2, "园区溯源工作")]
    assert {q.text for q in found} == {"推进3个试点县（市、区）和2个园区溯源工作"}


def test_what_stands_behind_the_figure_can_be_the_subject() -> None:
    quantity = only("纳入名录的重点单位100%完成隐患排查")
    assert quantity.text == "纳入名录的重点单位100%完成隐患排查"
    assert quantity.subject == "纳入名录的重点单位完成隐患排查"


@pytest.mark.parametrize(
    "text",
    [
        "用途变更为“一住两公”的地块",
        "以“千吨万人”水源地为重点",
        "落实“421”任务和“双随机、一公开”监管",
        "开展“一企一库”调查，在规划“一张图”上标注",
        "禁止使用厚度低于0.01毫米的地膜",
        "招收35岁以下人员，补助分2年拨付",
        "第2批清单、第3次会议、附件3-1",
        "按照GB 15618-2018和HJ 25.1—2019执行",
        "依据《办法》（环土壤〔2018〕41号）和部令第42号",
        "以电镀、制革两个行业为重点，做到“发现一个，整治一个”",
        "2021年完成排查的单位，2024年3月15日前报送",
        "每年开展检查不少于2次，每季度至少1次",
        "占地50亩以上的地块和投资500万元以上的项目",
        "15个工作日内办结，24小时内报告，5年内不得申请",
        "联系电话：0772-5129328，邮箱abc123@163.com",
        "做好3个方面工作",
        "使耕地安全利用率达到上级考核要求",
    ],
)
def test_traps(text: str) -> None:
    assert [q.text for q in read(text)] == []


def test_result_is_the_same_with_breaks_inside_words() -> None:
    plain = read("到2024年底整改率累计达到85%以上")[0]
    broken = read("到 2024\n年底整改率累 计达到 8 5%以\n上")[0]
    assert (broken.subject, broken.value, broken.due) == (plain.subject, plain.value, plain.due)


def test_a_count_inside_a_rates_subject_is_not_a_quantity_of_its_own() -> None:
    quantity = only("全县11个乡镇农膜回收率达到85%以上")
    assert (quantity.subject, quantity.value, quantity.unit) == ("11个乡镇农膜回收率", 85, "%")


def test_items_of_a_list_keep_to_their_own_words() -> None:
    found = read("完成3个地块调查、风险管控率达到50%")
    assert [(q.text, q.value) for q in found] == [("完成3个地块调查", 3), ("风险管控率达到50%", 50)]


def test_what_was_reached_is_no_quantity() -> None:
    assert read("2022年，全县整改率达到90%。目前已完成整改80%。") == []
    assert only("排放量较去年下降5%").base == "去年"
