"""What could not be read, or contradicts itself, is said with what was read."""

from __future__ import annotations

from tests.knowledge.plantext.structure.documents import prose

from jingtu.knowledge.plantext.reading import read_plan_document
from jingtu.knowledge.plantext.sources import Paragraph, SourceDocument


def test_a_page_that_is_a_picture_is_a_warning_of_the_plan() -> None:
    lines = (
        "某县2030年土壤污染防治工作计划",
        "一、重点任务",
        "1.开展排查。6月底前完成全县排查。（县环保局牵头）",
    )
    document = SourceDocument("pdf", [Paragraph(line) for line in lines])
    document.notices.append("第 2 页是图像，没有读入，请人工核对。")
    (warning,) = (item for item in read_plan_document(document).warnings if item.code == "page_not_read")
    assert "第 2 页" in warning.message


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
