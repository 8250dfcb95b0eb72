"""Documents of other kinds are refused, and so is a copy with its figures masked."""

from __future__ import annotations

import pytest
from tests.knowledge.plantext.structure.documents import prose

from jingtu.errors import UnreadableDocumentError
from jingtu.knowledge.plantext import read_plan_document

OTHER_DOCUMENTS = {
    "announcement": """
        云岭市关于开展水质监测工作情况的公告
        根据有关规定，现将2031年3月水质监测情况公告如下：
        一、监测点位
        全市共设监测点位20个。
        二、监测结果
        达标率为100%。
        云岭市生态环境局
        2031年4月1日
        """,
    "law": """
        土壤保护条例
        第一章 总则
        第一条 为了保护土壤，制定本条例。
        第二条 县级以上人民政府主管部门负责监督管理。
        第二章 罚则
        第三条 违反规定的，处十万元以上五十万元以下罚款。
        """,
    "news": """
        市领导调研土壤污染防治工作
        4月1日，市领导到企业调研土壤污染防治工作，市民政局、市体育局负责同志参加。
        """,
    "bidding": """
        云岭市土壤污染状况调查项目招标公告
        一、项目概况
        预算金额120万元，工期90天。
        二、投标人资格要求
        具有独立法人资格。
        联系人：某某，电话：0000-0000000
        """,
    "minutes": """
        会议纪要
        2031年4月1日，会议研究了有关工作。
        一、会议听取了汇报。
        二、会议要求，各部门要加强配合。
        """,
}


@pytest.mark.parametrize("text", OTHER_DOCUMENTS.values(), ids=OTHER_DOCUMENTS)
def test_other_documents_are_refused(text):
    with pytest.raises(UnreadableDocumentError) as caught:
        read_plan_document(prose(text))
    assert caught.value.facts["reason"] == "not_a_plan"


@pytest.mark.parametrize("mask", ["X%", "×%", "XX%"])
def test_masked_copies_are_refused(mask):
    text = "一、目标\n" + f"安全利用率达到{mask}以上，X年完成。\n" * 4 + "1.开展排查。（县民政局负责）"
    with pytest.raises(UnreadableDocumentError):
        read_plan_document(prose("某县土壤污染防治方案\n" + text))
