"""What could not be read is said with what was read."""

from __future__ import annotations

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
