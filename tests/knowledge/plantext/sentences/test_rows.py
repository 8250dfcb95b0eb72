"""Rows of target tables."""

import pytest

from jingtu.knowledge.plantext.model import Target
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences import Context, read_notes, read_target_row


def row(name: str, value: str, context: Context | None = None, scope: str | None = None) -> list[Target]:
    text = f"{name}|{value}"
    at = len(name) + 1
    return read_target_row(
        Piece(text, [(0, len(name))]), Piece(text, [(at, len(text))]), context or Context(2024), scope
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("受污染耕地安全利用率（%）", "不低于92%", (">=", 92, "%", "number", False)),
        ("受污染耕地安全利用率（%）", "92", ("=", 92, "%", "number", False)),
        ("受污染耕地安全利用率（%）", "≥93.5", (">=", 93.5, "%", "number", False)),
        ("受污染耕地安全利用率(%)", "93左右", ("≈", 93, "%", "number", False)),
        ("优先监管地块管控比例（%）", "累计不少于75%", (">=", 75, "%", "number", True)),
        ("重点重金属排放量下降比例（%）", "〔18〕", ("=", 18, "%", "number", True)),
        ("治理面积（万亩）", "1,200", ("=", 1200, "万亩", "number", False)),
        ("考核点位水质", "总体保持稳定", ("text", "总体保持稳定", None, "stable", False)),
        ("监测井水质", "Ⅴ类", ("=", "Ⅴ类", "水质类别", "class", False)),
        ("完成情况", "按期完成", ("text", "按期完成", None, "text", False)),
    ],
)
def test_values(name: str, value: str, expected: tuple[object, ...]) -> None:
    (target,) = row(name, value)
    assert (target.comparator, target.value, target.unit, target.kind, target.cumulative) == expected
    assert target.text == value


def test_name_loses_its_unit_and_its_note_marks() -> None:
    notes = {"①": "指用途变更的所有地块。", "②": "供地前完成调查。"}
    (target,) = row("重点建设用地安全利用①", "得到有效保障②", Context(2024, None, notes))
    assert target.indicator == "重点建设用地安全利用"
    assert (target.value, target.kind) == ("得到有效保障", "rule")
    assert target.definition == "①指用途变更的所有地块。\n②供地前完成调查。"
    assert row("受污染耕地安全利用率（%）", "92%")[0].indicator == "受污染耕地安全利用率"


def test_each_point_in_a_cell_is_a_target() -> None:
    found = row("地下水区域国控点位水质", "丙村1组：Ⅳ类\n丁研究所：Ⅴ类；戊场:Ⅲ类")
    assert [(t.scope, t.value) for t in found] == [
        ("丙村1组", "Ⅳ类"),
        ("丁研究所", "Ⅴ类"),
        ("戊场", "Ⅲ类"),
    ]
    assert [t.text for t in found] == ["丙村1组：Ⅳ类", "丁研究所：Ⅴ类", "戊场:Ⅲ类"]


def test_a_scope_from_another_column_is_kept() -> None:
    assert row("受污染耕地安全利用率", "≥91%", scope="己镇")[0].scope == "己镇"


@pytest.mark.parametrize("value", ["", "—", "/", "－ ", "…"])
def test_a_cell_without_a_value_is_no_target(value: str) -> None:
    assert row("受污染耕地安全利用率（%）", value) == []


def test_notes_by_mark() -> None:
    text = "注：①甲指标指全部地块。\n②乙指标是指：达到95%以上的，认定合格。"
    assert read_notes(Piece(text, [(0, len(text))])) == {
        "①": "甲指标指全部地块。",
        "②": "乙指标是指：达到95%以上的，认定合格。",
    }
