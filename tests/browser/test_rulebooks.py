"""Law and standards at the desk and on the phone: a question, its clause, a limit, a table entered and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.test_duties import judge

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADINGS = "标准号,标准名称,施行日期,介质,项目,单位,限值类型,限值,条款,来源"


def test_which_article_bound_a_key_unit_on_the_14th_and_on_the_15th(
    world: World, log_in: Callable[[str], Page]
) -> None:
    page = log_in("jingban")
    page.get_by_role("link", name="依据", exact=True).click()
    for day, clause in (
        ("2026-08-14", "《土壤污染防治法》第二十一条第二款第二项"),
        ("2026-08-15", "《生态环境法典》第四百一十四条第二款第二项"),
    ):
        page.get_by_label("单位类别").select_option(label="土壤污染重点监管单位")
        page.get_by_role("combobox", name="事项").fill("隐患排查整治")
        page.get_by_label("哪一天有效").fill(day)
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=clause)).to_be_visible()
    judge(page, "条款")
    page.get_by_role("link", name=clause).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(clause)
    judge(page, "一条")
    page.get_by_role("link", name="《土壤污染防治法》第二十一条第二款第二项").click()
    expect(page.get_by_text("由《生态环境法典》废止")).to_be_visible()


def test_old_beside_new_the_penalty_and_the_working_days(world: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    page.goto("/law/compare/")
    page.get_by_label("事项").fill("拒绝检查")
    page.get_by_role("button", name="对照").click()
    row = page.get_by_role("row").filter(has_text="第九十三条")
    expect(row).to_contain_text("第一千二百二十九条")
    expect(row).to_contain_text("新规定较重")
    judge(page, "对照")
    page.get_by_role("link", name="罚则适用").click()
    page.get_by_label("事项").fill("有毒有害物质排放年度报告")
    page.get_by_label("行为发生日期").fill("2026-03-01")
    page.get_by_label("处罚决定日期").fill("2026-09-30")
    page.get_by_role("button", name="查适用的罚则").click()
    expect(page.get_by_role("heading", name="适用《生态环境法典》第一千一百六十六条第一项")).to_be_visible()
    judge(page, "罚则")
    page.get_by_role("link", name="工作日").click()
    page.get_by_label("起算日期").fill("2026-10-12")
    page.get_by_label("工作日数").fill("-15")
    page.get_by_role("button", name="计算").click()
    expect(page.get_by_role("status").filter(has_text="2026年9月15日")).to_be_visible()
    judge(page, "工作日")


def test_from_a_standard_to_one_limit(world: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    page.goto("/standards/?on=2026-06-30")
    judge(page, "标准")
    page.get_by_role("link", name="GB 15618-2018").click()
    page.get_by_role("link", name="水田", exact=True).click()
    page.get_by_role("link", name="镉", exact=True).first.click()
    page.get_by_label("土壤酸碱度").fill("6.2")
    page.get_by_role("button", name="按条件查限值").click()
    expect(page.get_by_role("row").filter(has_text="5.5<pH≤6.5").first).to_contain_text("0.4 mg/kg")
    judge(page, "限值")


def test_a_table_is_refused_by_cell_corrected_entered_and_taken_back(
    world: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    def table(name: str, *values: str) -> Path:
        lines = [
            f"DB99/T 1-2024,示例地方标准,2024-01-01,土壤,镉,mg/kg,筛选值,{value},表1,示例" for value in values
        ]
        path = tmp_path / name
        path.write_text("\n".join([HEADINGS, *lines]), encoding="utf-8")
        return path

    page = log_in("jingban")
    page.goto("/standards/added/")
    judge(page, "录入的表")
    page.get_by_role("link", name="录入一张表").click()
    judge(page, "录入")
    page.get_by_label("表格文件").set_input_files(table("错.csv", "-1"))
    page.get_by_role("button", name="核对并录入").click()
    expect(page.get_by_role("alert").first).to_contain_text("没有录入任何内容")
    expect(page.get_by_role("heading", name="需要改正的地方")).to_be_visible()
    judge(page, "错误")
    page.get_by_label("表格文件").set_input_files(table("对.csv", "0.5"))
    page.get_by_role("button", name="核对并录入").click()
    page.wait_for_url(re.compile(r"/standards/added/[0-9a-f-]{36}/"))
    expect(page.get_by_text("0.5 mg/kg")).to_be_visible()
    judge(page, "一张表")
    page.get_by_text("作废这张表").click()
    page.get_by_label("原因").first.fill("抄录有误")
    page.get_by_role("button", name="作废", exact=True).click()
    expect(page.get_by_text("已作废").first).to_be_visible()
    expect(page.get_by_text("抄录有误")).to_be_visible()
