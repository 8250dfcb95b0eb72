"""A tailings pond and a site of old waste at the desk: entered, moved, missing in another system, filed, gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.desk import enter, move, reads, record, stands
from tests.browser.test_pages import PROBLEMS, words

from jingtu.platform.registers.actions import CreateEntry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RATIO = "tailings_pond_inspection_ratio"


@pytest.fixture
def paper(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "evidence"
    path = tmp_path / "佐证材料.txt"
    path.write_text("示例佐证", encoding="utf-8")
    return path


def missing_in(page: Page, system: str) -> Page:
    """The list of what is missing in a system, from the index of registers."""
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="清单").click()
    page.get_by_role("link", name="外部系统填报", exact=True).click()
    page.get_by_role("link", name=re.compile(f"^{system}")).click()
    return page


def test_a_pond_is_graded_visited_and_entered_in_its_system(
    world: World, log_in: Callable[[str], Page], paper: Path
) -> None:
    page = log_in("jingban")
    pond = enter(
        page, "tailings_ponds", "北沟尾矿库", on="2024-01-10", code="W-01", state="待定级", ore="铅锌",
        operation="运行",
    )  # fmt: skip
    stands(page, "待定级")
    expect(page.locator("#filings")).to_have_count(0)
    move(
        page, "grade_3", "定为三级", paper, on="2024-02-01", listed_on="2024-02-01", list_year="2024",
        list_document="示环函〔2024〕3号",
    )  # fmt: skip
    stands(page, "三级环境监管")
    expect(page.locator("#filings")).to_contain_text("尾矿库环境监管信息系统")
    expect(page.locator("#filings")).not_to_contain_text("全国固体废物污染环境防治信息平台")

    # Listed as missing since the day of its grade, with the states that owe it; the receipt takes it off the list.
    missing_in(page, "尾矿库环境监管信息系统")
    expect(page.locator("main")).to_contain_text(
        "状态为“一级环境监管”、“二级环境监管”、“三级环境监管”、“已封场”"
    )
    row = page.locator("main table").get_by_role("row").filter(has_text="北沟尾矿库")
    expect(row).to_contain_text("2024-02-01")
    expect(row).to_contain_text("期限未配置")
    page.get_by_role("link", name="北沟尾矿库").click()
    filing = page.locator("#filings")
    filing.get_by_label("系统尾矿库编码").fill("WK-0001")
    filing.get_by_label("填报日期").fill("2024-03-05")
    filing.get_by_role("button", name="登记回执").click()
    expect(page.locator("#filings")).to_contain_text("已填报")
    missing_in(page, "尾矿库环境监管信息系统")
    expect(page.get_by_role("link", name="北沟尾矿库")).to_have_count(0)
    page.get_by_role("link", name="已填报").click()
    expect(page.locator("main table")).to_contain_text("WK-0001")

    # A visit of the bureau moves the share.
    reads(page, RATIO, "0 %", "W-01")
    record(page, pond, "pond_checks", paper, on="2024-04-02", kind="随机抽查", result="未发现问题")
    reads(page, RATIO, "100 %", "W-01")


def test_a_site_is_struck_off_by_another_and_entered_where_it_is_wanted(
    world: World, log_in: Callable[[str], Page], paper: Path
) -> None:
    page = log_in("jingban")
    site = enter(
        page, "historic_solid_waste_sites", "南岭旧渣堆", on="2024-01-10", code="L-01", state="待排查",
        site_kind="矿区历史遗留", waste="采矿废石", amount_t="1200",
    )  # fmt: skip
    move(page, "survey", "完成排查", paper, on="2024-01-20", surveyed_on="2024-01-20")
    move(
        page, "include", "列入整治清单", on="2024-02-01", listed_on="2024-02-01", list_year="2024",
        listing_reason="排查发现", in_platform="是",
    )  # fmt: skip
    stands(page, "整治清单")
    expect(page.locator("#filings")).to_contain_text("固体废物管理信息系统")
    expect(page.locator("#filings")).to_contain_text("条文有待核实")
    move(page, "start", "制定整治方案", paper, on="2024-02-20", plan="综合整治方案", due="2024-06-20")
    move(page, "claim", "报送整治完成", paper, on="2024-05-30", rectified_on="2024-05-28")
    stands(page, "整治待核查")
    expect(page.locator("#move-check")).to_contain_text("应由另一人办理")
    page = log_in("juzhang")
    page.goto(site)
    move(page, "check", "核查通过", paper, on="2024-06-03", checked_on="2024-06-03")
    move(
        page, "strike_off", "销号", paper, on="2024-06-10", struck_off_on="2024-06-10",
        confirmation="示环函〔2024〕9号",
    )  # fmt: skip
    stands(page, "已销号")
    page = log_in("jingban")
    missing_in(page, "固体废物管理信息系统")
    expect(page.locator("main table")).to_contain_text("南岭旧渣堆")


def test_the_pages_at_both_widths(world: World, log_in: Callable[[str], Page], live_server: Any) -> None:
    day, shared = date(2023, 5, 10), {"region": world.county, "holder": None}
    pond = CreateEntry(
        None, day, "tailings_ponds", {"name": "北沟尾矿库", **shared}, {"list_year": 2023}, code="W-01",
        state="level_1",
    ).execute()  # fmt: skip
    site = CreateEntry(
        None, day, "historic_solid_waste_sites", {"name": "南岭旧渣堆", **shared}, {"in_platform": True},
        code="L-01", state="rectifying",
    ).execute()  # fmt: skip
    page = log_in("jingban")
    addresses = [
        "/registers/tailings_ponds/", f"/registers/tailings_ponds/{pond.uid}/", "/registers/tailings_ponds/new/",
        "/registers/historic_solid_waste_sites/", f"/registers/historic_solid_waste_sites/{site.uid}/",
        "/registers/historic_solid_waste_sites/new/", "/filings/?system=solid_waste_platform",
        "/filings/?system=tailings_pond_system&show=filed", "/filings/?system=historic_waste_system",
        "/filings/?system=practice_credit_system", f"/indicators/{RATIO}/",
    ]  # fmt: skip
    problems = []
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for address in addresses:
            page.goto(live_server.url + address)
            problems += [(width, address, one) for one in page.evaluate(PROBLEMS)]
            problems += [(width, address, f"外文：{word}") for word in words(page)]
    assert problems == []
