"""The year of a county bureau in one sitting: from the file on the desk to the form for the month."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from tests.browser.conftest import PLANS, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLAN = PLANS / "示例县2024年度土壤污染防治工作计划.docx"
RATIO = "优先监管地块"


def import_parcels(page: Page, table: Path) -> None:
    page.goto("/registers/priority_parcels/import/")
    page.get_by_label("把表格拖到这里").set_input_files(table)
    page.get_by_role("button", name="确认导入").click()
    page.wait_for_load_state("networkidle")


def ratio(page: Page, address: str = "/") -> str:
    """What the dial of the control ratio says on the year page."""
    page.goto(address)
    row = page.locator(".bullet-row", has_text=RATIO)
    expect(row).to_have_count(1)
    return row.locator(".bullet-value a").inner_text()


def test_from_the_file_to_the_monthly_form(
    world: World, log_in: Callable[[str], Page], parcels: Callable[[int, int], Path], tmp_path: Path
) -> None:
    page = log_in("jingban")

    # Drop the plan; it is read, and nothing is live yet.
    expect(page.get_by_text("把今年的计划文件拖到这里")).to_be_visible()
    page.get_by_label("把今年的计划文件拖到这里").set_input_files(PLAN)
    page.wait_for_url(re.compile(r"/plans/.+/review/"))
    expect(page.get_by_role("button", name="确认计划生效")).to_be_disabled()
    items = page.locator("article.item")
    assert items.count() > 15
    assert page.locator("[data-source] mark").count() > items.count()

    # Confirm one by itself, the rest together, then the plan.
    items.first.get_by_role("button", name="确认").click()
    expect(items.first).to_contain_text("已确认")
    page.get_by_role("button", name="全部确认").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已批量确认")).to_be_visible()
    page.get_by_role("button", name="确认计划生效").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("计划已生效")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("目标指标"))).to_be_visible()

    # Report progress on a task, for a unit, with evidence.
    page.get_by_role("link", name=re.compile("推进重金属减排")).click()
    page.get_by_label("填报单位").select_option("示例生态环境局")
    page.get_by_label(re.compile("本月做了什么")).fill("全口径清单已更新，两家企业完成清洁生产改造。")
    evidence = tmp_path / "核查记录.txt"
    evidence.write_text("点位核查记录：八处。", encoding="utf-8")
    page.locator("#report-files").set_input_files(evidence)
    page.get_by_role("button", name="提交进展").click()
    expect(page.get_by_text("进展已提交")).to_be_visible()
    expect(page.get_by_text("全口径清单已更新，两家企业完成清洁生产改造。").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("核查记录"))).to_be_visible()

    # The list of parcels moves the dial; what it said in between is not forgotten.
    assert ratio(page) == "无数据"
    import_parcels(page, parcels(4, 1))
    assert ratio(page) == "25 %"
    between = datetime.now(UTC)
    import_parcels(page, parcels(12, 9))
    assert ratio(page) == "75 %"
    row = page.locator(".bullet-row", has_text=RATIO)
    expect(row).to_contain_text("达到")
    row.locator(".bullet-value a").click()
    drawer = page.locator("[data-drawer]")
    expect(drawer).to_contain_text("数从何来")
    expect(drawer.locator("dt", has_text="分子")).to_be_visible()
    drawer.get_by_role("button", name="关闭").click()
    expect(drawer).to_be_hidden()

    # The same day as it was known before the second table, and the month before: both only to be looked at.
    known = between.strftime("%Y-%m-%dT%H:%M:%S.%f%z")
    page.goto("/")
    assert ratio(page, f"/?known_at={known[:-2]}:{known[-2:]}".replace("+", "%2B")) == "25 %"
    expect(page.get_by_text("只能查看，不能办理")).to_be_visible()
    assert ratio(page, "/?known_at=&on=2024-05-31") == "0 %"
    expect(page.locator(".past-bar")).to_contain_text("2024-05-31")
    page.get_by_role("link", name="返回今天").click()
    expect(page.locator(".past-bar")).to_have_count(0)

    # The month's form fills itself and comes as a spreadsheet.
    page.goto("/forms/")
    page.locator("a[href*='/2024-06/']").first.click()
    page.get_by_role("button", name=re.compile("提取")).first.click()
    expect(page.get_by_text("已提取本月数据")).to_be_visible()
    with page.expect_download() as download:
        page.locator("a[href*='/export/xlsx/']").first.click()
    saved = tmp_path / "form.xlsx"
    download.value.save_as(saved)
    cells = [
        str(value)
        for row in load_workbook(saved).active.iter_rows(values_only=True)
        for value in row
        if value
    ]
    assert any("全口径清单已更新" in text for text in cells)
    assert any("75%" in text and "2024年6月30日" in text for text in cells)

    # The city sees the county beside its neighbours.
    page = log_in("shiji")
    page.get_by_role("link", name="各县（市、区）").click()
    expect(page.get_by_role("link", name="示例县")).to_be_visible()
    expect(page.locator("table", has_text=RATIO)).to_contain_text("75 %")


def test_a_second_person_checks(world: World, log_in: Callable[[str], Page], tmp_path: Path) -> None:
    from jingtu.programme.plans.actions import ConfirmPlan, LoadPlan

    on = datetime(2024, 6, 30, tzinfo=UTC).date()
    plan = LoadPlan(None, on, file_name=PLAN.name, content=PLAN.read_bytes()).execute().plan
    ConfirmPlan(None, on, plan, confirm_pending=True).execute()
    proof = tmp_path / "验收意见.txt"
    proof.write_text("验收意见：通过。", encoding="utf-8")

    page = log_in("jingban")
    page.locator("table.lines").first.locator("a[data-row]").first.click()
    task = page.url
    page.get_by_label("完成情况").fill("全部完成并通过验收。")
    page.locator("#submit-files").set_input_files(proof)
    page.get_by_role("button", name=re.compile("提交办结")).click()
    expect(page.get_by_text("已提交办结")).to_be_visible()
    expect(page.get_by_text("须由另一人核查")).to_be_visible()

    page = log_in("juzhang")
    page.goto(task)
    page.get_by_role("button", name="核查通过，办结").click()
    expect(page.get_by_text("已核查办结")).to_be_visible()
    expect(page.locator(".page-head .state")).to_contain_text("已完成")
    page.get_by_role("button", name="重新打开").click()
    page.locator("[data-confirm-input]").fill("验收意见缺少附表")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("任务已重新打开")).to_be_visible()
    expect(page.get_by_text("验收意见缺少附表")).to_be_visible()


def test_what_was_typed_survives_a_lost_page(
    world: World, log_in: Callable[[str], Any], tmp_path: Path
) -> None:
    from jingtu.programme.plans.actions import ConfirmPlan, LoadPlan

    on = datetime(2024, 6, 30, tzinfo=UTC).date()
    plan = LoadPlan(None, on, file_name=PLAN.name, content=PLAN.read_bytes()).execute().plan
    ConfirmPlan(None, on, plan, confirm_pending=True).execute()
    page = log_in("jingban")
    page.locator("table.lines").first.locator("a[data-row]").first.click()
    words = page.get_by_label(re.compile("本月做了什么"))
    words.fill("写到一半")
    task = page.url
    page.goto("/tasks/")
    page.goto(task)
    expect(words).to_have_value("写到一半")
    expect(page.get_by_text("已恢复上次未提交的草稿")).to_be_visible()

    # Without a connection nothing is sent, and nothing is lost. (A report of progress goes into the outbox
    # instead: test_offline.py.)
    proof = tmp_path / "验收意见.txt"
    proof.write_text("验收意见：通过。", encoding="utf-8")
    done = page.get_by_label("完成情况")
    done.fill("全部完成。")
    page.locator("#submit-files").set_input_files(proof)
    page.context.set_offline(True)
    page.get_by_role("button", name=re.compile("提交办结")).click()
    expect(page.get_by_text("网络已断开")).to_be_visible()
    expect(done).to_have_value("全部完成。")
    page.context.set_offline(False)
    page.get_by_label("填报单位").select_option(index=1)
    page.get_by_role("button", name="提交进展").click()
    expect(page.get_by_text("进展已提交")).to_be_visible()
    expect(page.get_by_label(re.compile("本月做了什么"))).to_have_value("")
    expect(done).to_have_value("全部完成。")
