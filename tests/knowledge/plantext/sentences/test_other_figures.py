"""Figures and days as plans of other places and other fields print them."""

from __future__ import annotations

import pytest

from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import Context, read_deadlines, read_quantities, read_targets

YEAR = Context(2030)


def piece(text: str) -> Piece:
    return Piece(text, [(0, len(text))])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "淘汰4.3米焦炉2座、压减产能50万吨。",
            [("淘汰4.3米焦炉", "=", 2, "座"), ("压减产能", "=", 50, "万吨")],
        ),
        ("新增处理能力300吨/日。", [("新增处理能力", "=", 300, "吨/日")]),
        ("煤炭消费量不得超过1800万吨。", [("煤炭消费量", "<=", 1800, "万吨")]),
        (
            "氮氧化物、挥发性有机物减排量分别不低于1200吨、800吨。",
            [("氮氧化物减排量", ">=", 1200, "吨"), ("挥发性有机物减排量", ">=", 800, "吨")],
        ),
        (
            "PM10、PM2.5平均浓度分别控制在70、40微克/立方米以内。",
            [("PM10平均浓度", "<=", 70, "微克/立方米"), ("PM2.5平均浓度", "<=", 40, "微克/立方米")],
        ),
        (
            "全市9个国考、省考断面水质优良比例达到88.9%。",
            [("9个国考、省考断面水质优良比例", ">=", 88.9, "%")],
        ),
        ("水源水质100%达到或优于Ⅲ类。", [("水源水质达到或优于Ⅲ类", "=", 100, "%")]),
        ("灌溉水有效利用系数提高到0.58以上。", [("灌溉水有效利用系数", ">=", 0.58, None)]),
        ("治理面积不少于500公顷（7500亩）。", [("治理面积", ">=", 500, "公顷")]),
        ("（2）排放量较2025年下降5.5%。", [("排放量", "=", 5.5, "%")]),
    ],
)
def test_quantities(text: str, expected: list[tuple[str, str, float, str | None]]) -> None:
    found = read_quantities(piece(text), YEAR)
    assert [(q.subject, q.comparator, q.value, q.unit) for q in found] == expected


def test_where_a_rise_begins_is_its_base() -> None:
    (found,) = read_quantities(piece("污水治理率由2025年的28%提高到40%以上。"), YEAR)
    assert (found.subject, found.comparator, found.value, found.base) == (
        "污水治理率",
        ">=",
        40,
        "2025年的28%",
    )


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("到2030年底、2032年底，污水治理率分别达到40%、55%。", ["2030-12-31", "2032-12-31"]),
        ("2030年、2031年安全利用面积分别不少于1.2万亩、1.5万亩。", ["2030-12-31", "2031-12-31"]),
    ],
)
def test_each_figure_has_its_own_day(text: str, due: list[str]) -> None:
    assert [str(q.due) for q in read_quantities(piece(text), YEAR)] == due
    assert [str(t.due) for t in read_targets(piece(text), YEAR)] == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("制定方案，于3月20日前报备案，完成安全利用面积1.25万亩。", "None"),
        ("于3月20日前，完成安全利用面积1.25万亩。", "2030-03-20"),
        ("3月20日前制定方案，完成安全利用面积1.25万亩。", "2030-03-20"),
    ],
)
def test_a_day_said_of_one_clause_ends_with_it(text: str, due: str) -> None:
    assert [str(q.due) for q in read_quantities(piece(text), YEAR)] == [due]


def test_a_year_before_the_place_is_no_part_of_the_indicator() -> None:
    (found,) = read_targets(piece("确保2030年全市受污染耕地安全利用率达93%以上。"), YEAR)
    assert (found.indicator, found.scope) == ("受污染耕地安全利用率", "全市")


def test_a_fall_without_a_figure_is_a_target() -> None:
    (found,) = read_targets(piece("化肥使用量持续减少。"), YEAR)
    assert (found.indicator, found.value) == ("化肥使用量", "持续减少")


def test_how_often_is_no_target() -> None:
    assert read_targets(piece("每年汛期前、汛期后各开展1次排查。"), YEAR) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("次月5日前通报。", "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("每年6月30日、12月31日前更新。", "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"),
    ],
)
def test_recurring(text: str, rule: str) -> None:
    assert [d.recurrence for d in read_deadlines(piece(text), YEAR)] == [rule]


def test_a_stretch_of_months_ends_with_its_last() -> None:
    (found,) = read_deadlines(piece("自2030年6月至10月开展专项行动。"), YEAR)
    assert (str(found.due), found.kind) == ("2030-10-31", "deadline")
