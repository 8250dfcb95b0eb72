"""Targets in prose: every notation of the genre, in sentences of invented places."""

from datetime import date

import pytest

from jingtu.knowledge.plantext.model import Target
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import Context, read_targets

CONTEXT = Context(2024, "甲县净土保卫战年度方案")


def read(text: str, context: Context = CONTEXT) -> list[Target]:
    return read_targets(Piece(text, [(0, len(text))]), context)


def only(text: str, context: Context = CONTEXT) -> Target:
    found = read(text, context)
    assert len(found) == 1, [t.text for t in found]
    return found[0]


@pytest.mark.parametrize(
    ("words", "comparator", "value"),
    [
        ("不低于93%", ">=", 93),
        ("不少于93%", ">=", 93),
        ("不得低于93%", ">=", 93),
        ("达到93%以上", ">=", 93),
        ("达到93%", ">=", 93),
        ("达93.5%", ">=", 93.5),
        ("在93.8%以上", ">=", 93.8),
        ("93%及以上", ">=", 93),
        ("稳定在95%以上", ">=", 95),
        ("提高到94%", ">=", 94),
        ("力争达到94%", ">=", 94),
        ("总体高于93%", ">", 93),
        ("超过90%", ">", 90),
        ("达到90%左右", "≈", 90),
        ("约为90%", "≈", 90),
        ("控制在15%左右", "≈", 15),
        ("控制在10%以内", "<=", 10),
        ("不高于10%", "<=", 10),
        ("不超过10%", "<=", 10),
        ("降至5%以下", "<=", 5),
        ("低于10%", "<", 10),
        ("为100%", "=", 100),
        ("保持在40%", "=", 40),
        ("≥93.5%", ">=", 93.5),
        ("＞80%", ">", 80),
        ("＜５％", "<", 5),
        ("≤31%", "<=", 31),
        ("达到百分之九十以上", ">=", 90),
        ("不低于百分之九十二点五", ">=", 92.5),
        ("100%", "=", 100),
    ],
)
def test_comparators(words: str, comparator: str, value: float) -> None:
    target = only(f"全县受污染耕地安全利用率{words}。")
    assert (target.comparator, target.value, target.unit) == (comparator, value, "%")
    assert target.indicator == "受污染耕地安全利用率"
    assert target.indicator_id == "contaminated_farmland_safe_use_rate"
    assert target.scope == "全县"
    assert target.kind == "number"


def test_a_list_of_targets_takes_the_head_of_the_sentence() -> None:
    found = read(
        "坚持以守住粮食安全为底线目标；到2025年底，力争受污染耕地安全利用率达到92%以上、"
        "重点建设用地安全利用得到切实保障，优先管控地块落实管控比例累计不少于80%，"
        "考核点位水质总体保持稳定。"
    )
    assert [(t.indicator, t.comparator, t.value, t.kind, t.cumulative) for t in found] == [
        ("受污染耕地安全利用率", ">=", 92, "number", False),
        ("重点建设用地安全利用", "text", "得到切实保障", "rule", False),
        ("优先管控地块落实管控比例", ">=", 80, "number", True),
        ("考核点位水质", "text", "总体保持稳定", "stable", False),
    ]
    assert {t.due for t in found} == {date(2025, 12, 31)}
    assert found[0].text == "受污染耕地安全利用率达到92%以上"
    assert found[2].indicator_id == "priority_parcel_control_ratio"


def test_without_date_words_the_year_of_the_plan_ends_it() -> None:
    assert only("受污染耕地安全利用率不低于91.5%").due == date(2024, 12, 31)
    assert only("受污染耕地安全利用率不低于91.5%", Context()).due is None


def test_a_year_at_the_head_of_a_paragraph_reaches_the_next_sentence() -> None:
    found = read("到2030年，土壤环境质量稳中向好。污染地块安全利用率达到95%以上。到2035年，利用率达到97%。")
    assert [t.due for t in found] == [date(2030, 12, 31), date(2030, 12, 31), date(2035, 12, 31)]


def test_decrease_has_a_base() -> None:
    target = only("重点重金属污染物排放总量比2020年核定基数下降6%的目标")
    assert (target.kind, target.comparator, target.value, target.unit) == ("decrease", "=", 6, "%")
    assert target.base == "2020年核定基数"
    assert target.indicator == "重点重金属污染物排放总量"
    assert target.text.endswith("下降6%")
    later = only("与2020年相比，重点行业重点重金属排放量下降5%以上。")
    assert (later.kind, later.comparator, later.base) == ("decrease", ">=", "2020年")


def test_respective_figures_pair_with_their_subjects_in_order() -> None:
    found = read("化肥、农药利用率分别达到40%以上和42%，化学需氧量、氨氮排放总量较2020年分别下降6%、5.5%。")
    assert [(t.indicator, t.comparator, t.value, t.kind, t.base) for t in found] == [
        ("化肥利用率", ">=", 40, "number", None),
        ("农药利用率", ">=", 42, "number", None),
        ("化学需氧量排放总量", "=", 6, "decrease", "2020年"),
        ("氨氮排放总量", "=", 5.5, "decrease", "2020年"),
    ]


def test_two_indicators_may_share_one_figure() -> None:
    found = read("受污染耕地、污染地块安全利用率均达到95%以上。")
    assert [(t.indicator_id, t.value) for t in found] == [
        ("contaminated_farmland_safe_use_rate", 95),
        ("polluted_parcel_safe_use_rate", 95),
    ]
    found = read("2020年、2021年下达资金的项目完工率和资金执行率不低于88%")
    assert [t.indicator_id for t in found] == ["project_completion_rate", "fund_execution_rate"]


def test_points_joined_before_one_measure_stay_one_target() -> None:
    target = only("地下水饮用水源和污染风险点位水质基本保持稳定")
    assert target.indicator == "地下水饮用水源和污染风险点位水质"
    assert target.indicator_id == "groundwater_dual_source_point_quality"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("全县铅、镉等重金属排放量控制不新增。", "no_increase", "控制不新增"),
        ("化肥使用量实现零增长。", "no_increase", "实现零增长"),
        ("土壤环境风险得到进一步管控。", "rule", "得到进一步管控"),
        ("土壤环境风险基本得到管控。", "rule", "基本得到管控"),
        ("土壤环境质量稳中向好。", "stable", "稳中向好"),
        ("点位水质保持稳定。", "stable", "保持稳定"),
        ("绿色防控覆盖率达到上级下达的任务要求。", "reference", "上级下达的任务要求"),
        ("耕地安全利用率达到自治区考核要求。", "reference", "自治区考核要求"),
        ("确保不发生重特大土壤污染事件。", "text", "不发生"),
    ],
)
def test_targets_in_words(text: str, kind: str, value: str) -> None:
    target = only(text)
    assert (target.kind, target.comparator, target.value, target.unit) == (kind, "text", value, None)


@pytest.mark.parametrize(
    ("words", "comparator", "value"),
    [
        ("为Ⅳ类", "=", "Ⅳ类"),
        ("达到Ⅲ类标准", "=", "Ⅲ类"),
        ("达到或优于Ⅲ类", ">=", "Ⅲ类"),
        ("不低于III类", ">=", "III类"),
        ("保持Ⅰ–Ⅲ类", "=", "Ⅰ–Ⅲ类"),
    ],
)
def test_classes_of_water_are_no_numbers(words: str, comparator: str, value: str) -> None:
    target = only(f"乙村监测井水质{words}。")
    assert (target.kind, target.comparator, target.value, target.unit) == (
        "class",
        comparator,
        value,
        "水质类别",
    )


def test_a_class_inside_an_indicators_name_is_no_value() -> None:
    target = only("地下水国控点位Ⅴ类水比例控制在25%左右")
    assert (target.indicator_id, target.comparator, target.value) == ("groundwater_class_v_ratio", "≈", 25)


def test_what_was_reached_is_no_target() -> None:
    assert read("截至2023年底，全县受污染耕地安全利用率已达到90%。") == []
    assert read("2022年，受污染耕地安全利用率达到90%。") == []
    assert read("2024年是建县30周年，也是规划实施的关键一年。") == []


@pytest.mark.parametrize(
    "text",
    [
        "本着“应查尽查、分阶段应治尽治”的原则，坚决遏制土壤污染事故发生。",
        "对不符合国家产业政策和行业准入标准的，依法退出。",
        "制定保持稳定工作方案，形成得到有效保障的机制。",
        "完善Ⅲ类水体监测，落实零增长行动。",
        "突出阶段性目标，明确责任，确保取得实效。",
    ],
)
def test_slogans_and_names_are_no_targets(text: str) -> None:
    assert read(text) == []


def test_white_space_and_gaps_do_not_change_the_reading() -> None:
    text = "受污染 耕地安全利\n用率不低|页眉 — 3 —|于 93 %"
    low, high = text.index("|"), text.rindex("|") + 1
    piece = Piece(text, [(0, low), (high, len(text))])
    (target,) = read_targets(piece, CONTEXT)
    assert (target.indicator, target.comparator, target.value) == ("受污染耕地安全利用率", ">=", 93)
    assert "页眉" not in target.text
    assert "".join(text[a:b] for a, b in target.spans) == target.text
