"""From the citation of a rule table to the provisions."""

from __future__ import annotations

from datetime import date

import pytest

from jingtu.knowledge.law.citations import resolve


@pytest.mark.parametrize(
    ("source", "clause", "found"),
    [
        ("《中华人民共和国土壤污染防治法》", "第十七条（建设用地地块重点监测）；完成期限未见规定", {"spl-17"}),
        ("中华人民共和国土壤污染防治法", "第二十二条第二款", {"spl-22-2"}),
        ("《生态环境法典》", "第四百一十四条第二款第四项", {"eec-414-2-4"}),
        ("《中华人民共和国生态环境法典》（主席令第七十号）", "第414条第2款", {"eec-414-2-1", "eec-414-2-2", "eec-414-2-3", "eec-414-2-4"}),
        ("国务院令第748号", "第五十八条", {"gwr-58-p"}),
        ("《生态环境法典》", "第四百五十四条、第四百六十二条", {"eec-454-1-order", "eec-454-2", "eec-454-3-review", "eec-462", "eec-462-reg"}),
    ],
)  # fmt: skip
def test_a_citation_leads_to_its_provisions(source: str, clause: str, found: set[str]) -> None:
    citation = resolve(source, clause)
    assert {item.id for item in citation.provisions} == found
    assert citation.missing == ""


@pytest.mark.parametrize(
    ("source", "clause", "missing"),
    [
        ("本单位工作安排", "可按本单位习惯调整", "no_law"),
        ("", "第三条", "no_law"),
        ("《中华人民共和国土壤污染防治法》", "全文", "no_article"),
        ("《中华人民共和国土壤污染防治法》", "第九百条", "article_not_held"),
    ],
)
def test_what_leads_nowhere_says_why(source: str, clause: str, missing: str) -> None:
    citation = resolve(source, clause)
    assert not citation.provisions
    assert citation.missing == missing


def test_of_a_citation_only_what_holds_on_the_day() -> None:
    assert resolve("土壤污染防治法", "第十七条", date(2026, 8, 14)).provisions
    assert not resolve("土壤污染防治法", "第十七条", date(2026, 8, 15)).provisions
