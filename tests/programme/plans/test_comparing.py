"""Which task of an amended plan is which: a wrong match would carry progress to another task."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.programme.plans.comparing import differences, likeness, match

SOURCES = ["耕地", "废渣", "电镀企业", "尾矿库", "加油站", "填埋场", "农膜", "监测井", "水源地", "河道底泥"]
VERBS = ["排查整治", "分类管理", "巡查维护", "编制方案", "公开信息", "抽查质量", "核算减排", "验收销号"]
ENDS = ["建立台账。", "限期完成。", "纳入考核。", "按月报送。", "组织培训。", "开展评估。"]


def task(
    title: str, text: str, section: str = "一、重点任务", number: str = "1", **more: Any
) -> dict[str, Any]:
    return {"title": title, "text": text, "section": section, "number": number, **more}


@st.composite
def plans(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Tasks that differ in title and in what they oblige to."""
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(SOURCES), st.sampled_from(VERBS)), min_size=1, max_size=8, unique=True
        )
    )
    return [
        task(
            f"{source}{verb}",
            f"对{source}开展{verb}工作，{draw(st.sampled_from(ENDS))}",
            number=str(place + 1),
        )
        for place, (source, verb) in enumerate(pairs)
    ]


def pairs_of(found: list[Any]) -> set[tuple[int | None, int | None]]:
    return {(pair.old, pair.new) for pair in found}


@given(plans())
def test_a_plan_matches_itself_item_by_item(tasks: list[dict[str, Any]]) -> None:
    assert pairs_of(match("task", tasks, tasks)) == {(place, place) for place in range(len(tasks))}


@given(plans(), st.randoms(use_true_random=False))
def test_another_order_and_other_numbers_match_by_words(tasks: list[dict[str, Any]], random: Any) -> None:
    order = list(range(len(tasks)))
    random.shuffle(order)
    moved = [{**tasks[old], "number": str(new + 11)} for new, old in enumerate(order)]
    assert pairs_of(match("task", tasks, moved)) == {(old, new) for new, old in enumerate(order)}


@given(plans(), st.data())
def test_what_is_left_out_is_removed_and_nothing_else_takes_its_place(
    tasks: list[dict[str, Any]], data: st.DataObject
) -> None:
    kept = sorted(data.draw(st.sets(st.integers(0, len(tasks) - 1), min_size=0, max_size=len(tasks))))
    found = match("task", tasks, [tasks[place] for place in kept])
    gone = {(place, None) for place in range(len(tasks)) if place not in kept}
    assert pairs_of(found) == {(place, new) for new, place in enumerate(kept)} | gone


@given(plans(), plans())
def test_every_item_stands_in_exactly_one_pair(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    found = match("task", old, new)
    assert sorted(pair.old for pair in found if pair.old is not None) == list(range(len(old)))
    assert sorted(pair.new for pair in found if pair.new is not None) == list(range(len(new)))


def test_a_task_with_other_words_under_the_same_number_is_another_task() -> None:
    old = [task("加强秸秆综合利用", "秸秆综合利用率达到86%以上。", number="4")]
    new = [task("开展地下水监测井维护", "完成全县监测井巡护和维修。", number="4")]
    assert pairs_of(match("task", old, new)) == {(0, None), (None, 0)}


def test_the_same_title_with_an_edited_text_is_the_same_task() -> None:
    old = [task("管控优先监管地块", "督促土地使用权人落实管控措施，累计比例不少于70%。")]
    new = [task("管控优先监管地块", "督促土地使用权人落实管控措施，每季度调度，累计比例不少于75%。")]
    assert pairs_of(match("task", old, new)) == {(0, 0)}


def test_two_equally_like_tasks_are_left_to_a_person() -> None:
    old = [task("开展专项检查", "对企业开展专项检查，建立问题台账。", number="1")]
    new = [
        task("开展专项检查", "对企业开展专项检查，建立整改台账。", number="5"),
        task("开展专项检查", "对企业开展专项检查，建立销号台账。", number="6"),
    ]
    assert pairs_of(match("task", old, new)) == {(0, None), (None, 0), (None, 1)}


def test_the_same_words_in_two_sections_are_told_apart_by_the_section() -> None:
    old = [
        task("开展监督检查", "组织监督检查，通报结果。", section="一、农用地"),
        task("开展监督检查", "组织监督检查，通报结果。", section="二、建设用地"),
    ]
    assert pairs_of(match("task", old, [old[1], old[0]])) == {(0, 1), (1, 0)}


def test_targets_match_by_indicator_and_scope_whatever_the_value() -> None:
    old = [
        {
            "indicator": "地下水点位水质",
            "indicator_id": "gw",
            "scope": "甲点",
            "kind": "class",
            "unit": None,
            "value": "Ⅳ类",
        },
        {
            "indicator": "地下水点位水质",
            "indicator_id": "gw",
            "scope": "乙点",
            "kind": "class",
            "unit": None,
            "value": "Ⅴ类",
        },
    ]
    new = [{**old[1], "value": "Ⅳ类"}, {**old[0]}]
    assert pairs_of(match("target", old, new)) == {(0, 1), (1, 0)}


def test_targets_of_other_indicators_never_match() -> None:
    old = {"indicator": "安全利用率", "indicator_id": "a", "kind": "number", "unit": "%", "value": 93}
    assert likeness("target", old, {**old, "indicator_id": "b"}) == 0
    assert likeness("target", old, {**old, "unit": "亩"}) == 0


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("text", "六月底前完成方案。", "任务内容"),
        ("lead_units", [{"expanded": "县水利局"}], "牵头单位"),
        ("deadlines", [{"text": "9月底前"}], "期限"),
        ("section", "三、地下水", "章节"),
    ],
)
def test_each_changed_field_is_named(field: str, value: Any, label: str) -> None:
    before = task(
        "制定方案",
        "五月底前完成方案。",
        lead_units=[{"expanded": "县农业农村局"}],
        deadlines=[{"text": "5月底前"}],
    )
    found = differences("task", before, {**before, field: value})
    assert [(item["field"], item["label"]) for item in found] == [(field, label)]


def test_line_breaks_and_spaces_are_no_change() -> None:
    before = task("制定 方案", "五月底前\n完成方案。")
    assert differences("task", before, task("制定方案", "五月底前完成方案。")) == []
