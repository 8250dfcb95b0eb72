"""An office's own table in the browser: asked for its unit, its error marked, corrected, and taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.test_pages import PROBLEMS, words

from jingtu.platform import clock
from jingtu.platform.registers import versions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IMPORT = "/registers/priority_parcels/import/"


def awkward(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "台账"
    for row in (
        ["示例县地块台账"],
        ["序号", "乡镇", "地块名称", "占地面积", "时间", None],
        [None, None, None, None, "纳入时间", "关停时间"],
        [1, "柳岸镇", "原柳岸农药厂地块", 36.5, "2023.5.10", "2011年6月30日"],
        [2, None, "原柳岸化肥厂地块", 64.75, "二〇二三年九月六日", "去年"],
        [None, "小计", None, 101.25, None, None],
        [3, "石桥乡", "原石桥电镀厂地块", 18, "20230510", None],
        ["注：面积以国土调查为准。"],
    ):
        sheet.append(row)
    for area in ("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "B4:B5"):
        sheet.merge_cells(area)
    book.save(path)
    return path


def test_from_the_drop_to_the_entries(world: World, log_in: Callable[[str], Page], tmp_path: Path) -> None:
    page = log_in("jingban")
    problems = []

    def look(name: str) -> None:
        for width, height in ((1366, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.reload()
            problems.extend((name, width, one) for one in page.evaluate(PROBLEMS))
            page.screenshot(path=tmp_path / f"{name}{width}.png", full_page=True)
        problems.extend((name, word) for word in words(page))
        page.set_viewport_size({"width": 1366, "height": 768})

    page.goto(IMPORT)
    page.get_by_label("把表格拖到这里").set_input_files(awkward(tmp_path / "台账.xlsx"))
    unit = page.get_by_label("面积没有写明单位")
    expect(unit).to_be_visible()
    expect(page.get_by_role("button", name="确认导入")).to_have_count(0)
    look("asked")
    unit.select_option("亩")
    page.get_by_role("button", name="按此说明预览").click()
    expect(page.get_by_text("有错误的表格不会导入任何内容")).to_be_visible()
    expect(page.get_by_role("cell", name="去年")).to_be_visible()
    page.get_by_text("没有导入的行").click()
    expect(page.get_by_role("cell", name="合计行")).to_be_visible()
    look("wrong")

    with page.expect_download() as found:
        page.get_by_role("link", name="下载标注了问题的表格").click()
    marked = tmp_path / "标注.xlsx"
    found.value.save_as(marked)
    book = load_workbook(marked)
    sheet = book["台账"]
    assert "应为完整日期" in sheet["F5"].comment.text
    sheet["F5"] = "2015-12-31"
    book.save(marked)

    page.get_by_role("link", name="重新上传").click()
    page.get_by_label("把表格拖到这里").set_input_files(marked)
    page.get_by_label("面积没有写明单位").select_option("亩")
    page.get_by_role("button", name="按此说明预览").click()
    expect(page.get_by_text("新增 3")).to_be_visible()
    look("ready")
    page.get_by_label("来源名称").fill("县里的台账")
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("新增 3 条")).to_be_visible()
    expect(page.get_by_role("link", name="原柳岸化肥厂地块")).to_be_visible()

    page.goto(IMPORT)
    page.get_by_label("把表格拖到这里").set_input_files(marked)
    expect(page.get_by_text("表中内容与现有清单一致")).to_be_visible()
    assert problems == []
    rows = versions.versions("priority_parcels", clock.business_date())
    assert {row.name: row.region.name for row in rows} == {
        "原柳岸农药厂地块": "柳岸镇", "原柳岸化肥厂地块": "柳岸镇", "原石桥电镀厂地块": "石桥乡",
    }  # fmt: skip
