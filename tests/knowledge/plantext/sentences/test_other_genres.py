"""Notations that other kinds of documents have: water, waste, farming, air, five-year plans."""

from __future__ import annotations

import pytest

from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import (
    Context,
    read_deadlines,
    read_deliverables,
    read_quantities,
    read_targets,
)

YEAR = Context(2031)


def piece(text: str) -> Piece:
    return Piece(text, [(0, len(text))])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("考核点位水质保持稳定，不出现Ⅴ类水。", [("考核点位水质", "保持稳定"), ("考核点位水质", "不出现Ⅴ类水")]),
        ("典型污染源得到初步监控，历史遗留矿渣问题得到基本解决。", [("典型污染源", "得到初步监控"), ("历史遗留矿渣问题", "得到基本解决")]),
        ("力争河湖水环境质量总体改善，农田土壤环境质量保持良好。", [("河湖水环境质量", "总体改善"), ("农田土壤环境质量", "保持良好")]),
        ("耕地和林地安全利用均得到有效保障。", [("耕地和林地安全利用", "得到有效保障")]),
    ],
)  # fmt: skip
def test_targets_in_words(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(t.indicator, t.value) for t in read_targets(piece(text), YEAR)] == expected


def test_a_figure_that_somebody_above_has_set_is_still_a_figure() -> None:
    [target] = read_targets(piece("重金属排放量确保完成上级下达的比2025年下降4%目标任务。"), YEAR)
    assert (target.indicator, target.comparator, target.value, target.base) == (
        "重金属排放量",
        "=",
        4,
        "2025年",
    )
    assert target.kind == "decrease"


def test_a_share_of_nothing() -> None:
    [target] = read_targets(piece("劣Ⅴ类断面比例为0。"), YEAR)
    assert (target.indicator, target.comparator, target.value) == ("劣Ⅴ类断面比例", "=", 0)


@pytest.mark.parametrize(
    "text",
    [
        "当前，超标点位占比2.3%，土壤环境总体保持稳定。",
        "近年来，秸秆利用率达到91%。",
        "从监测结果看，点位超标率为6%。",
    ],
)
def test_background_sets_no_target(text: str) -> None:
    assert read_targets(piece(text), YEAR) == []
    assert read_quantities(piece(text), YEAR) == []


def test_background_that_goes_on_to_a_date_sets_one() -> None:
    assert [t.value for t in read_targets(piece("近年来基础薄弱，到2031年底利用率须达到92%。"), YEAR)] == [92]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("创建绿色工厂9家、绿色园区2个", [("创建绿色工厂9家", 9), ("绿色园区2个", 2)]),
        ("措施落实面积不少于7.5万亩、管控面积不少于0.4万亩", [("措施落实面积不少于7.5万亩", 7.5), ("管控面积不少于0.4万亩", 0.4)]),
        ("完成8个行政村污水治理、2条黑臭水体整治", [("完成8个行政村污水治理", 8), ("2条黑臭水体整治", 2)]),
        ("推进3个试点县（市、区）和2个园区溯源", [("推进3个试点县（市、区）和2个园区溯源", 3), ("推进3个试点县（市、区）和2个园区溯源", 2)]),
    ],
)  # fmt: skip
def test_items_of_a_list_are_quoted_apart(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(q.text, q.value) for q in read_quantities(piece(text), YEAR)] == expected


def test_items_of_a_list_are_targets_apart() -> None:
    found = read_targets(piece("建成绿色矿山4家以上、绿色园区6个左右。"), YEAR)
    assert [(t.indicator, t.comparator, t.value) for t in found] == [
        ("建成绿色矿山", ">=", 4),
        ("绿色园区", "≈", 6),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "划定供水人口在5000人或日供水800吨以上的水源保护区",
        "对日处理能力30吨及以上污水处理设施开展监测",
        "工地落实“八个百分之百”",
        "早稻、晚稻收获前各开展1次监测",
        "枯水期再监测1次",
    ],
)
def test_what_picks_objects_or_names_things_is_no_quantity(text: str) -> None:
    assert read_quantities(piece(text), YEAR) == []


def test_measures_of_journeys_and_years() -> None:
    found = read_quantities(piece("路检车辆不少于900辆次，火点数同比下降15%以上"), YEAR)
    assert [(q.subject, q.value, q.unit, q.base) for q in found] == [
        ("路检车辆", 900, "辆次", None),
        ("火点数", 15, "%", "同比"),
    ]


def test_respective_days() -> None:
    found = read_quantities(piece("2031年4月底前、8月底前分别完成40%、100%的工程量。"), YEAR)
    assert [(q.subject, q.value, str(q.due)) for q in found] == [
        ("工程量", 40, "2031-04-30"),
        ("工程量", 100, "2031-08-31"),
    ]


def test_months_with_one_duty_each_and_harvests() -> None:
    found = read_deadlines(piece("5月、10月各组织一次检查；小麦收获前完成采样。"), YEAR)
    assert [(str(d.due), d.kind) for d in found] == [
        ("2031-05-31", "deadline"),
        ("2031-10-31", "deadline"),
        ("None", "seasonal"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("制定调查报告、修复方案、评估报告备案程序。", [("调查报告、修复方案、评估报告备案程序", "method")]),
        ("制定治理方案、管理办法。", [("治理方案", "plan"), ("管理办法", "method")]),
        ("完成《养殖污染防治规划》编制。", [("《养殖污染防治规划》", "plan")]),
        ("完成地下水保护规划初稿。", [("地下水保护规划", "plan")]),
        ("将2031年度工作总结报市局。", [("2031年度工作总结", "report")]),
    ],
)
def test_documents_to_be_written(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(d.name, d.kind) for d in read_deliverables(piece(text), YEAR)] == expected
