"""Unit clauses in every notation of the genre, with places and units of our own invention."""

from __future__ import annotations

import pytest

from jingtu.knowledge.plantext.structure.clauses import read_clause
from jingtu.knowledge.plantext.structure.expander import Expander
from jingtu.knowledge.plantext.structure.names import read_name
from jingtu.knowledge.plantext.structure.note_clauses import is_unit_note


def read(text: str, role: str | None = None, default: str | None = None) -> dict[str, list[str]]:
    """Expanded names by role, as a task would get them."""
    clause = read_clause(text, role)
    expander = Expander(default)
    found: dict[str, list[str]] = {}
    for group in clause.groups:
        for mention in group.mentions:
            name = expander.expand(read_name(mention.raw))
            found.setdefault(group.role or "none", []).append(
                name + (f"｜{group.scope}" if group.scope else "")
            )
    return found


NOTATIONS = {
    "lead and support": (
        "云岭气象局牵头，县民政局、体育局等参与",
        {"lead": ["云岭气象局"], "support": ["县民政局", "县体育局"]},
    ),
    "full stop inside": (
        "云岭气象局牵头，县民政局、体育局等参与。",
        {"lead": ["云岭气象局"], "support": ["县民政局", "县体育局"]},
    ),
    "joint, no lead": ("市民政局、体育局按职责分工负责", {"responsible": ["市民政局", "市体育局"]}),
    "joint with support": (
        "市民政局、市体育局按职责分工负责，市档案局等参与",
        {"responsible": ["市民政局", "市体育局"], "support": ["市档案局"]},
    ),
    "joint lead": (
        "市民政局、体育局牵头，市档案局、气象局配合",
        {"lead": ["市民政局", "市体育局"], "support": ["市档案局", "市气象局"]},
    ),
    "comma in the lead list": (
        "县民政局，云岭气象局牵头，县体育局参与",
        {"lead": ["县民政局", "云岭气象局"], "support": ["县体育局"]},
    ),
    "lead by scope": (
        "县民政局牵头负责老城区，县体育局牵头负责新城区，县档案局参与",
        {"lead": ["县民政局｜老城区", "县体育局｜新城区"], "support": ["县档案局"]},
    ),
    "several leads": (
        "县民政局、体育局、档案局，云岭气象局，云岭水文站分别牵头，县统计局参与",
        {
            "lead": ["县民政局", "县体育局", "县档案局", "云岭气象局", "云岭水文站"],
            "support": ["县统计局"],
        },
    ),
    "classes lead": (
        "各县（市、区）人民政府牵头，市民政局、市体育局参与",
        {"lead": ["各县（市、区）人民政府"], "support": ["市民政局", "市体育局"]},
    ),
    "guidance": ("国家体育总局指导", {"responsible": ["国家体育总局"]}),
    "one unit": ("县民政局负责", {"responsible": ["县民政局"]}),
    "labels": (
        "牵头单位：市民政局，配合单位：市体育局、市档案局，各区、县级市",
        {"lead": ["市民政局"], "support": ["市体育局", "市档案局", "各区、县级市"]},
    ),
    "labels with semicolons": (
        "牵头单位：市民政局；配合单位：市体育局；责任单位：各镇人民政府",
        {"lead": ["市民政局"], "support": ["市体育局"], "responsible": ["各镇人民政府"]},
    ),
    "a label that names no unit": (
        "负责部门：省民政厅、体育局；适用范围：全省",
        {"responsible": ["省民政厅", "省体育局"]},
    ),
    "和 between classes": (
        "民政部、财政部等和各省级人民政府负责",
        {"responsible": ["民政部", "财政部", "各省级人民政府"]},
    ),
    "和 inside a name": (
        "县粮食和物资储备局、文化和旅游局牵头",
        {"lead": ["县粮食和物资储备局", "县文化和旅游局"]},
    ),
    "和 between names": (
        "市民政局和市体育局牵头，市档案局及各镇人民政府配合",
        {"lead": ["市民政局", "市体育局"], "support": ["市档案局", "各镇人民政府"]},
    ),
    "two roles parted by a full stop": (
        "市民政局、体育局按职责分工负责。责任单位：各县（区）人民政府。",
        {"responsible": ["市民政局", "市体育局", "各县（区）人民政府"]},
    ),
    "会同": (
        "市民政局牵头会同市体育局、档案局落实",
        {"lead": ["市民政局"], "support": ["市体育局", "市档案局"]},
    ),
    "half-width punctuation": (
        "市民政局牵头,市体育局、档案局配合,各县(市、区)人民政府负责落实",
        {
            "lead": ["市民政局"],
            "support": ["市体育局", "市档案局"],
            "responsible": ["各县(市、区)人民政府"],
        },
    ),
    "one class with 、 inside": (
        "市民政局牵头，各区、县（市）政府，管委会负责落实",
        {"lead": ["市民政局"], "responsible": ["各区、县（市）政府", "管委会"]},
    ),
    "a name with a bracket": (
        "云岭气象局牵头，县档案局（地方志办公室）、体育局参与",
        {"lead": ["云岭气象局"], "support": ["县档案局（地方志办公室）", "县体育局"]},
    ),
    "party bodies": (
        "县民政局牵头，县委统战部、老干部局，县统计局、体育局参与",
        {"lead": ["县民政局"], "support": ["县委统战部", "县委老干部局", "县统计局", "县体育局"]},
    ),
    "a province's party body, then its government": (
        "省委统战部、民政厅参与",
        {"support": ["省委统战部", "省民政厅"]},
    ),
    "words that begin with the level": (
        "市民政局、市容环卫局、市政管理局牵头",
        {"lead": ["市民政局", "市市容环卫局", "市市政管理局"]},
    ),
    "a branch office of the level above": (
        "区民政局牵头，市规划局云岭分局、体育局参与",
        {"lead": ["区民政局"], "support": ["市规划局云岭分局", "区体育局"]},
    ),
    "zones and enterprises": (
        "云岭高新区管委会、市城投集团负责",
        {"responsible": ["云岭高新区管委会", "市城投集团"]},
    ),
    "units parted by spaces": (
        "牵头单位：市民政局 市体育局",
        {"lead": ["市民政局", "市体育局"]},
    ),
}


@pytest.mark.parametrize(("text", "expected"), NOTATIONS.values(), ids=NOTATIONS)
def test_notation(text, expected):
    assert is_unit_note(text) is not None
    assert read(text) == expected


NO_NOTES = [
    "包括土壤污染状况调查、风险评估、修复、后期管理等",
    "试行",
    "构",
    "关停",
    "PPP",
    "15分",
    "“十四五”累计",
    "2021—2025年",
    "以下简称先行区",
    "责任主体灭失的",
    "如标准、技术规范、指南等",
]


@pytest.mark.parametrize("text", NO_NOTES)
def test_other_brackets_are_no_notes(text):
    assert is_unit_note(text) is None


def test_open_lists_are_flagged():
    clause = read_clause("县民政局牵头，县体育局、档案局等参与")
    assert [group.opened for group in clause.groups] == [False, True]
    assert not any(group.opened for group in read_clause("县民政局牵头，县体育局参与").groups)


def test_units_for_all_later_tasks():
    clause = read_clause(
        "市民政局牵头，市体育局参与，各镇（街道）负责落实，以下均需各镇（街道）落实，不再列出"
    )
    assert [mention.raw for mention in clause.inherited] == ["各镇（街道）"]
    assert [group.role for group in clause.groups] == ["lead", "support", "responsible"]


@pytest.mark.parametrize(
    "words",
    [
        "列第一位者为牵头单位，下同",
        "排在第一位的部门为牵头部门，下同",
        "排在前位为牵头部门,下同",
        "排第一位的为牵头单位",
    ],
)
def test_first_place_leads(words):
    clause = read_clause(f"民政部、财政部等负责。{words}")
    assert clause.first_leads
    assert [mention.raw for mention in clause.mentions()] == ["民政部", "财政部"]


def test_the_same_words_elsewhere_say_nothing_of_the_first_place():
    assert not read_clause("市民政局、体育局负责，下同").first_leads


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("区民政局、云岭气象局按职责牵头", {"lead": ["区民政局", "云岭气象局"]}),
        ("市民政局、云岭水文中心等按职责分工负责", {"lead": ["市民政局", "云岭水文中心"]}),
        ("市民政局 市体育局\n档案局", {"lead": ["市民政局", "市体育局", "市档案局"]}),
        ("市民政局牵头，市体育局配合", {"lead": ["市民政局"], "support": ["市体育局"]}),
        ("各有关职能部门", {"lead": ["各有关职能部门"]}),
    ],
)
def test_cells_of_the_leading_column(text, expected):
    assert read(text, "lead") == expected


def test_a_list_without_any_level_takes_that_of_the_document():
    assert read("民政局牵头，体育局、云岭气象局参与", default="县") == {
        "lead": ["县民政局"],
        "support": ["县体育局", "云岭气象局"],
    }


def test_ministries_take_no_level():
    assert read("民政部、财政部负责", default="市") == {"responsible": ["民政部", "财政部"]}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("县民政局", "department"),
        ("县人民政府", "government"),
        ("云岭县人民政府", "government"),
        ("各镇人民政府", "class"),
        ("各有关单位", "class"),
        ("乡镇人民政府", "class"),
        ("开发区管委会", "class"),
        ("市城投集团", "enterprise"),
        ("云岭化工有限公司", "enterprise"),
        ("县人民法院", "department"),
    ],
)
def test_kinds(name, kind):
    assert read_name(name).kind == kind


def test_a_name_that_lost_its_last_word_is_doubtful_and_repaired():
    name = read_name("区农业农村")
    assert name.doubtful
    assert Expander(None).expand(name) == "区农业农村" + "局"
