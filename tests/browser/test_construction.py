"""A parcel whose use changes, at the desk: reported, reviewed, supplied; the number of the year follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.desk import move

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

VERDICT = "/indicators/key_construction_land_safe_use/"


def test_a_parcel_from_survey_to_supply(world: World, log_in: Callable[[str], Page], tmp_path: Path) -> None:
    paper = tmp_path / "评审意见.txt"
    paper.write_text("示例评审意见", encoding="utf-8")
    page = log_in("jingban")
    page.goto("/registers/construction_parcels/new/")
    page.locator("#entry-name").fill("镇中心小学扩建")
    page.locator("#entry-code").fill("J-01")
    page.get_by_label("登记日期").fill("2024-02-01")
    page.locator("#entry-state").select_option(label="待调查")
    page.get_by_label("占地面积").fill("15亩")
    page.get_by_label("变更后用途").select_option(label="公共管理与公共服务用地")
    page.get_by_label("用途变更日期").fill("2024-02-01")
    page.get_by_role("button", name="保存").click()
    parcel = page.url
    expect(page.locator("main")).to_contain_text("开展土壤污染状况调查")
    page.goto(VERDICT)
    expect(page.locator(".big-number").first).to_have_text("未得到有效保障")

    page.goto(parcel)
    move(page, "report", "报送调查报告", paper, on="2024-03-01", reported_on="2024-03-01")
    move(
        page, "pass_review", "评审：未超标", paper, on="2024-03-20", reviewed_on="2024-03-20",
        survey_result="未超标",
    )  # fmt: skip
    expect(page.locator(".page-head")).to_contain_text("可供地")
    # Land that was supplied before its review is no ordinary supply.
    move(page, "supply", "登记供地", on="2024-05-10", supplied_on="2024-03-10")
    expect(page.locator("main")).to_contain_text("早于符合要求的日期")
    page.goto(parcel)
    move(page, "supply", "登记供地", on="2024-05-10", supplied_on="2024-05-10")
    expect(page.locator(".page-head")).to_contain_text("已供地")
    page.goto(VERDICT)
    expect(page.locator(".big-number").first).to_have_text("得到有效保障")
    expect(page.locator("main")).to_contain_text("安全利用率按个数 100.00%、按面积 100.00%")
