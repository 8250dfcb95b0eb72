"""At the desk: a last day that the county's own document sets, and a number asked for by another base date."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World

from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.rulebooks import local

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_day_of_the_county_is_entered_with_its_document(
    world: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    local.forget()
    paper = tmp_path / "整治办法.txt"
    paper.write_text("示例县整治工作办法", encoding="utf-8")
    page = log_in("jingban")
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/rules/?q=核查整治")
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("未配置")
    row.get_by_role("link", name="录入").click()
    page.get_by_label("期限").fill("20")
    page.get_by_label("依据文件").fill("示例县整治工作办法（示环发〔2024〕1号）")
    page.locator("#rule-clause").fill("第八条")
    page.get_by_label("施行日期").fill("2024-01-01")
    page.locator("input[type=file]").set_input_files(paper)
    page.get_by_role("button", name="录入").click()
    expect(page.get_by_text("已录入；待办的期限")).to_be_visible()
    expect(page.get_by_text("20 日", exact=True)).to_be_visible()
    page.goto(re.sub(r"/standards/.*", "/rules/?q=整治工作办法", page.url))
    expect(page.locator("tbody tr").first).to_contain_text("本地录入")
    page.set_viewport_size({"width": 390, "height": 800})
    assert fits(page)
    local.forget()


def test_a_number_by_another_base_date(world: World, log_in: Callable[[str], Page]) -> None:
    header = {"name": "一号地块", "region": world.county, "holder": None}
    CreateEntry(
        None, date(2024, 1, 5), "priority_parcels", header, {"listed_on": "2024-01-05"}, state="listed"
    ).execute()
    page = log_in("jingban")
    root = "/".join(page.url.split("/")[:3])
    page.goto(f"{root}/indicators/priority_parcel_control_ratio/")
    page.get_by_label("基数日期").fill("2024-03-31")
    page.get_by_role("button", name="计算").click()
    expect(page).to_have_url(re.compile("base=2024-03-31"))
    expect(page.get_by_text("1 块", exact=True).first).to_be_visible()
    page.get_by_role("link", name="恢复指标的口径").click()
    expect(page).not_to_have_url(re.compile("base="))
    page.set_viewport_size({"width": 390, "height": 800})
    assert fits(page)
