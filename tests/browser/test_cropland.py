"""A plot of cropland at the desk: entered, treated, tested over the limit, put right; the rate follows each step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RATE = "/indicators/contaminated_farmland_safe_use_rate/"


def rate_reads(page: Page, value: str, *words: str) -> None:
    """The page of the rate says a value and, of the plot, what is missing."""
    page.goto(RATE)
    expect(page.locator(".big-number").first).to_have_text(value)
    for text in words:
        expect(page.locator("main")).to_contain_text(text)


def test_a_plot_from_its_entry_to_the_rate(world: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="清单").click()
    page.get_by_role("link", name="受污染耕地台账").first.click()
    page.get_by_role("link", name="登记", exact=True).click()
    page.locator("#entry-name").fill("河东一号田")
    page.locator("#entry-code").fill("G-01")
    page.get_by_label("登记日期").fill("2024-01-10")
    page.locator("#entry-state").select_option(label="安全利用类")
    page.get_by_label("面积").fill("12.5亩")
    page.get_by_label("污染程度").select_option(label="轻中度")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("河东一号田")
    plot = page.url
    expect(page.locator("main")).to_contain_text("2024年检测农产品")
    rate_reads(page, "0 %", "计入分母，未计入分子（没有措施）")

    # A measure on the whole plot closes its duty of the year.
    page.goto(plot)
    page.locator("#records-farmland_measures").get_by_role("link", name="新增").click()
    page.locator("#record-on").fill("2024-04-02")
    page.get_by_label("年度").fill("2024")
    page.get_by_label("季别").select_option(label="早季")
    page.get_by_label("措施").first.select_option(label="石灰调节")
    page.get_by_label("实施面积").fill("13亩")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("大于地块面积 12.5 亩")
    page.get_by_label("实施面积").fill("")
    page.get_by_role("button", name="保存").click()
    page.goto(plot)
    expect(page.locator("#records-farmland_measures")).to_contain_text("石灰调节")
    expect(page.locator("main")).to_contain_text("已办结")
    rate_reads(page, "0 %", "计入分母，未计入分子（没有检测）")

    # A result over the limit, read wrong from the report, is put right with a reason.
    page.goto(plot)
    page.locator("#records-farmland_crop_tests").get_by_role("link", name="新增").click()
    page.locator("#record-on").fill("2024-06-25")
    page.get_by_label("季别").select_option(label="早季")
    page.get_by_label("农作物").fill("稻谷")
    page.get_by_label("样品编号").fill("NC-01")
    page.get_by_label("镉", exact=False).fill("0.25")
    page.get_by_role("button", name="保存").click()
    rate_reads(page, "0 %", "计入分母，未计入分子（检测超标）")
    page.goto(plot)
    tests = page.locator("#records-farmland_crop_tests")
    expect(tests).to_contain_text("不合格")
    tests.get_by_role("link", name="2024-06-25").click()
    expect(page.locator("main")).to_contain_text("超过限量 0.2 mg/kg")
    page.get_by_text("更正这条记录").click()
    page.get_by_label("镉", exact=False).fill("0.15")
    page.get_by_label("更正原因").fill("与检测报告核对，抄录有误")
    page.get_by_role("button", name="更正", exact=True).click()
    rate_reads(page, "100 %", "计入分子")
    page.get_by_role("link", name="G-01").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("河东一号田")
