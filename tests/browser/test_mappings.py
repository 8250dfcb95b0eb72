"""A table of another system in the browser: its columns are looked at once, then known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.test_pages import PROBLEMS, words

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IMPORT = "/registers/priority_parcels/import/"


def foreign(path: Path, count: int) -> Path:
    book = Workbook()
    assert book.active is not None
    book.active.title = "宗地"
    book.active.append(["序", "宗地标识", "宗地叫法", "坐落", "大小", "处置阶段", "经办意见"])
    for number in range(1, count + 1):
        row = [
            number,
            f"ZD-{number:04d}",
            f"原示例化工{number}厂地块",
            "柳岸镇",
            f"{number}.5亩",
            "已纳入",
            "同意",
        ]
        book.active.append(row)
    book.save(path)
    return path


def test_columns_are_looked_at_once(world: World, log_in: Callable[[str], Page], tmp_path: Path) -> None:
    page = log_in("jingban")
    problems = []

    def look(name: str) -> None:
        for width, height in ((1366, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.reload()
            problems.extend((name, width, one) for one in page.evaluate(PROBLEMS))
            page.screenshot(path=tmp_path / f"{name}{width}.png", full_page=True)
        problems.extend((name, word) for word in words(page) if word != "ZD")
        page.set_viewport_size({"width": 1366, "height": 768})

    page.goto(IMPORT)
    page.get_by_label("把表格拖到这里").set_input_files(foreign(tmp_path / "外系统导出.xlsx", 3))
    expect(page.get_by_text("按内容认出；请核对后预览")).to_be_visible()
    expect(page.get_by_label("宗地叫法")).to_have_value("name")
    expect(page.get_by_label("坐落")).to_have_value("region")
    expect(page.get_by_label("经办意见")).to_have_value("")
    look("columns")
    page.get_by_label("经办意见").select_option(label="备注")
    page.get_by_role("button", name="按此对照预览").click()
    expect(page.get_by_label("来源名称")).to_have_value("外系统导出")
    look("preview")
    page.get_by_label("来源名称").fill("外系统")
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("新增 3 条")).to_be_visible()

    page.goto(IMPORT)
    page.get_by_label("把表格拖到这里").set_input_files(foreign(tmp_path / "下月.xlsx", 5))
    expect(page.get_by_text("各列按记住的对照“外系统”识别")).to_be_visible()
    expect(page.get_by_role("button", name="确认导入")).to_be_enabled()
    page.get_by_role("link", name="对照表", exact=True).click()
    expect(page.get_by_role("heading", name="外系统")).to_be_visible()
    look("mappings")
    page.get_by_role("link", name="修改").click()
    expect(page.get_by_label("经办意见")).to_have_value("note")
    look("mapping")
    page.goto("/registers/priority_parcels/mappings/")
    page.get_by_role("button", name="删除").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("还没有记住的对照表")).to_be_visible()
    assert problems == []
