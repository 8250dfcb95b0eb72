"""A heavy-metal enterprise at the desk: listed, given its quota, reduced, spent once; ratio and drawer follow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.desk import enter, fill, reads, refused
from tests.browser.test_duties import judge

from jingtu.platform.registers.actions import CreateEntry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RATIO, REPLACED = "heavy_metal_reduction_ratio", "equivalent_replacement_ratio"
LEDGER = "/registers/heavy_metal_enterprises/quotas/"


def post(page: Page, sheet: str, kind: str, **values: str) -> None:
    """Enter a transaction of the plant whose sheet this is, on the page that a person reaches from there."""
    page.goto(sheet)
    page.locator("section.no-print").get_by_role("link", name=kind, exact=True).click()
    first = page.get_by_label("先选金属")
    expect(first.or_(page.get_by_role("button", name="登记", exact=True))).to_be_visible()
    if first.is_visible():
        first.select_option(label="铅")
        page.get_by_role("button", name="继续").click()
    else:
        values = {"metal": "铅", **values}
    chosen = values.pop("source", None)
    if chosen:
        page.get_by_role("radio", name=chosen).check()
    part = values.pop("part", None)
    if part:
        page.get_by_label("炉窑改造本次使用").fill(part)
    fill(page.locator("form[data-draft]"), document="示环函〔2024〕7号", **values)
    page.get_by_role("button", name="登记", exact=True).click()


def test_a_quota_from_its_base_to_its_last_gram(world: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    plant = enter(
        page, "heavy_metal_enterprises", "示例铅锌冶炼厂", on="2021-01-04", code="M-01", state="在产",
        industry="重有色金属冶炼业", base_year="2020", base_pb="100千克",
    )  # fmt: skip
    CreateEntry(
        None, date(2024, 1, 8), "heavy_metal_enterprises", {"name": "示例电池厂", "region": world.county},
        {"industry": "battery", "project_kind": "new"}, code="M-02",
    ).execute()  # fmt: skip
    reads(page, RATIO, "0 %")

    # What the city asks for is entered by the text that says so.
    page.goto(f"{LEDGER}ratios/")
    expect(page.locator("main")).to_contain_text("替代比例未配置")
    fill(
        page.locator("form[data-draft='quota:ratio']"),
        ratio="1", source="示例县重金属污染防控方案", valid_from="2021-01-01",
    )  # fmt: skip
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("main")).to_contain_text("现行")

    # The quota it begins with; more than that cannot be reduced.
    page.goto(plant)
    page.locator("#part-quotas").get_by_role("link", name="账页").click()
    sheet = page.url
    post(page, sheet, "期初指标", quantity="100", on="2021-01-04")
    expect(page.locator("main")).to_contain_text("结余 100 千克")
    reduction = {"on": "2024-03-05", "way": "工艺改造", "project": "炉窑改造"}
    post(page, sheet, "核实减排", quantity="100.001", **reduction)
    refused(page, "只有 100 千克，不能核减 100.001 千克")
    expect(page.locator("#quantity")).to_have_value("100.001")
    judge(page, "核减")
    page.locator("#quantity").fill("30")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("main")).to_contain_text("结余 70 千克")
    reads(page, RATIO, "30 %", "M-01")
    expect(page.locator("dl.facts").first).to_contain_text("分子30 千克分母100 千克")

    # Part of the source goes elsewhere; what is left of it cannot be given a second time.
    given = {"on": "2024-04-10", "counterpart": "邻市某县", "source": "炉窑改造"}
    post(page, sheet, "调出", quantity="10", **given)
    expect(page.locator("main")).to_contain_text("结余 20 千克")
    post(page, sheet, "调出", quantity="20.001", **given)
    refused(page, "只有 20 千克，本次需要 20.001 千克")

    # A new plant takes up quota at the ratio; the source that it spends is gone for everybody.
    page.goto("/registers/heavy_metal_enterprises/")
    page.get_by_role("link", name="示例电池厂").first.click()
    page.locator("#part-quotas").get_by_role("link", name="账页").click()
    new = page.url
    use = {"on": "2024-05-20", "project": "一期生产线"}
    post(page, new, "项目替代使用", quantity="25", part="20", **use)
    refused(page, "至少需要 25 千克，本次只有 20 千克")
    stale = page.context.new_page()
    stale.goto(page.url)
    page.locator("#quantity").fill("20")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator("main")).to_contain_text("结余 20 千克")
    fill(stale.locator("form[data-draft]"), document="示环函〔2024〕8号", quantity="1", **use)
    stale.get_by_label("炉窑改造本次使用").fill("1")
    stale.get_by_role("button", name="登记", exact=True).click()
    refused(stale, "减排来源“炉窑改造”不足")
    stale.close()
    page.goto(f"{LEDGER}sources/")
    expect(page.get_by_role("row", name="炉窑改造")).to_contain_text("0")
    judge(page, "来源")
    reads(page, REPLACED, "1:1", "M-02", "一期生产线")
    reads(page, RATIO, "30 %", "基准年后的新建项目，无基准年排放量")

    # From the list of indicators the same number opens its drawer.
    page.goto("/indicators/")
    page.get_by_role("row", name="重点行业重点重金属污染物减排比例").locator("[data-drawer-open]").click()
    drawer = page.locator(".drawer")
    expect(drawer).to_contain_text("累计核实的减排量")
    expect(drawer).to_contain_text("示例铅锌冶炼厂")
