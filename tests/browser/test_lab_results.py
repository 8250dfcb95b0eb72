"""A laboratory's workbook in the browser: the bad one is read, corrected and dropped again; verdicts are seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.test_pages import PROBLEMS, words

from jingtu.platform.evidence.laboratory.models import Result
from jingtu.platform.evidence.laboratory.surveys import CreateSurvey, Said
from jingtu.platform.organisations.models import Organisation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GOOD = Path(__file__).parents[2] / "examples" / "lab" / "土壤检测结果示例.xlsx"
# What laboratories print and a test of Chinese words should not trip over.
PRINTED = {"ND", "HJ", "GB", "pH", "CMA", "mg", "kg", "JC", "xlsx", "xls", "csv", "Excel", "CSV"}


def spoilt(path: Path) -> Path:
    """The example with a word for a number, a negative value and a result without its sample."""
    book = load_workbook(GOOD)
    sheet = book["检测结果"]
    sheet["C7"], sheet["D9"] = "一百", -3
    book.save(path)
    return path


def test_a_bad_workbook_is_corrected_and_its_verdicts_are_seen(
    world: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    laboratory = Organisation.objects.create(
        name="示例环境检测有限公司", kind=Organisation.Kind.LABORATORY, region=world.county
    )
    said = Said(
        name="原示例电镀厂地块初步调查", code="JC-1", region=world.county, standard="gb36600", land_class=2,
        laboratory=laboratory, cma_number="990012340001", cma_valid_from=date(2022, 3, 1),
        cma_valid_to=date(2028, 2, 29),
        cma_scope="pH、砷、镉、铬（六价）、铜、铅、汞、镍、四氯化碳、苯、苯并[a]芘、石油烃（C10-C40）",
    )  # fmt: skip
    CreateSurvey(world.users["jingban"], date(2024, 6, 3), said).execute()
    page = log_in("jingban")
    problems = []

    def look(name: str) -> None:
        for width, height in ((1366, 768), (390, 844)):
            page.set_viewport_size({"width": width, "height": height})
            page.reload()
            problems.extend((name, width, one) for one in page.evaluate(PROBLEMS))
            page.screenshot(path=tmp_path / f"{name}{width}.png", full_page=True)
        problems.extend((name, word) for word in words(page) if word not in PRINTED)
        page.set_viewport_size({"width": 1366, "height": 768})

    page.goto("/surveys/")
    page.get_by_role("link", name="原示例电镀厂地块初步调查").click()
    expect(page.get_by_text("还没有检测结果")).to_be_visible()
    look("empty")
    page.get_by_role("link", name="导入检测结果").first.click()
    look("drop")
    page.get_by_label("把检测机构的表格拖到这里").set_input_files(spoilt(tmp_path / "检测结果.xlsx"))
    expect(page.get_by_text("有 2 处错误，没有导入任何内容")).to_be_visible()
    errors = page.get_by_role("table", name="错误")
    expect(errors.get_by_role("row").nth(1)).to_contain_text("一百")
    expect(errors.get_by_role("row").nth(2)).to_contain_text("-3")
    look("errors")
    assert not Result.objects.exists()

    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载标注了问题的表格").click()
    marked = tmp_path / "已标注.xlsx"
    waiting.value.save_as(marked)
    book = load_workbook(marked)
    assert book["检测结果"]["C7"].comment is not None
    book["检测结果"]["C7"], book["检测结果"]["D9"] = 9.1, 0.12
    book.save(marked)

    page.get_by_role("link", name="重新上传").click()
    page.get_by_label("把检测机构的表格拖到这里").set_input_files(marked)
    expect(page.get_by_text("个样品中 7 个超过筛选值，其中 1 个超过管制值")).to_be_visible()
    look("preview")
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("个结果已入库")).to_be_visible()
    expect(page.get_by_text("30 个样品中 7 个超过筛选值，其中 1 个超过管制值")).to_be_visible()
    expect(page.get_by_role("link", name="GB 36600-2018").first).to_be_visible()
    look("verdicts")
    assert Result.objects.filter(verdict="above_intervention").count() >= 1

    page.get_by_role("link", name="导入检测结果").first.click()
    page.get_by_label("把检测机构的表格拖到这里").set_input_files(marked)
    expect(page.get_by_text("内容没有变化，不需要再导入")).to_be_visible()
    assert not problems
