"""A laboratory's file at the desk and on the phone: refused by cell, corrected, judged; from a number to its clause."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.test_pages import PROBLEMS, words
from tests.platform.evidence.laboratory.surveyed import plain_rows, store, survey

if TYPE_CHECKING:
    from jingtu.platform.evidence.laboratory.models import Survey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORKBOOK = Path(__file__).parents[2] / "examples" / "lab" / "土壤检测结果示例.xlsx"
PAGES = (
    "results/",
    "statistics/",
    "statistics/?log=1",
    "points/",
    "points/?point=S01",
    "map/",
    "quality/",
    "indices/",
)
# What a laboratory printed; who first proposed an index, and where a figure was read.
NAMES = {"ND", "Cd", "Hakanson", "ChinaXiv"}


@pytest.fixture
def found(world: World) -> Survey:
    made = survey(world.county)
    store(made, plain_rows(), world.users["jingban"])
    return made


def upload(page: Page, path: Path) -> None:
    """Drop a workbook; whoever is asked what its columns are agrees."""
    page.locator("#lab-file").set_input_files(path)
    agree = page.get_by_role("button", name="按此对照核对数据")
    expect(agree.or_(page.get_by_role("heading", name="核对结果"))).to_be_visible(timeout=20_000)
    if agree.count():
        agree.click()
    expect(page.get_by_role("heading", name="核对结果")).to_be_visible(timeout=20_000)


def test_a_bad_workbook_is_refused_by_cell_and_the_corrected_one_is_judged(
    world: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    book = load_workbook(WORKBOOK)
    cell = book["检测结果"]["C6"]
    was, cell.value = cell.value, "七点五"
    book.save(tmp_path / "有误.xlsx")
    made = survey(world.county, name="示例电镀厂地块初步调查")
    page = log_in("jingban")
    page.goto(f"/surveys/{made.uid}/import/")
    upload(page, tmp_path / "有误.xlsx")
    expect(page.get_by_role("alert").first).to_contain_text("没有导入任何内容")
    row = page.get_by_role("row").filter(has_text="七点五")
    expect(row).to_contain_text("检测结果")
    expect(row).to_contain_text("6")
    page.get_by_role("link", name="重新上传").click()
    cell.value = was
    book.save(tmp_path / "改正.xlsx")
    upload(page, tmp_path / "改正.xlsx")
    expect(page.get_by_role("button", name="确认导入")).to_be_visible()
    agreed = page.get_by_label(re.compile("已核对下列"))
    if agreed.count():
        agreed.check()
    page.get_by_role("button", name="确认导入").click()
    page.get_by_role("link", name="查看全部结果").click()
    expect(page.locator(".verdict-text")).to_contain_text(re.compile(r"\d+ 个样品"))
    expect(page.get_by_role("heading", name="全部结果")).to_be_visible()
    expect(page.locator("[data-rows]").get_by_role("link", name="7.5", exact=True).first).to_be_visible()


def test_from_a_number_to_its_limit_and_clause_by_keys(found: Survey, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    page.goto(f"/surveys/{found.uid}/results/")
    number = page.get_by_role("link", name="132", exact=True).first
    number.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_label("详情")
    expect(drawer.get_by_text("风险管制值")).to_be_visible()
    expect(drawer.get_by_text("GB 36600-2018").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(number).to_be_focused()
    number.click()
    drawer.get_by_role("link", name="120", exact=True).click()
    page.wait_for_url(re.compile(r"/standards/gb36600/gb-36600-2018/arsenic/"))
    expect(page.get_by_role("row").filter(has_text="120").first).to_be_visible()


def test_every_page_at_both_widths(found: Survey, log_in: Callable[[str], Page]) -> None:
    from jingtu.platform.evidence.laboratory.models import Result

    page = log_in("jingban")
    worst = Result.objects.get(survey=found, sample__code="S02-1", analyte="砷")
    addresses = [f"/surveys/{found.uid}/{one}" for one in PAGES]
    addresses += [
        f"/surveys/{found.uid}/indices/?set=china_a_geometric",
        f"/surveys/{found.uid}/results/{worst.pk}/",
        f"/surveys/{found.uid}/samples/{worst.sample_id}/",
        f"/surveys/{found.uid}/results/?q=没有这个",
    ]
    problems = []
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for address in addresses:
            page.goto(address)
            problems += [(address, width, one) for one in page.evaluate(PROBLEMS)]
            problems += [(address, "外文", word) for word in words(page) if word not in NAMES]
    assert problems == []


def test_filters_and_plots_work_without_script(
    found: Survey, log_in: Callable[[str], Page], live_server: Any
) -> None:
    context = log_in("jingban").context
    browser = context.browser
    assert browser is not None
    plain = browser.new_context(
        java_script_enabled=False, base_url=live_server.url, storage_state=context.storage_state()
    )
    page = plain.new_page()
    page.goto(f"/surveys/{found.uid}/results/")
    page.get_by_role("combobox", name="项目").select_option(label="砷（6）")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("[data-rows] tbody tr")).to_have_count(6)
    page.get_by_role("link", name=re.compile("^超过管制值")).click()
    expect(page.locator("[data-rows] tbody tr")).to_have_count(1)
    page.locator("[data-rows]").get_by_role("link", name="132").click()
    expect(page.get_by_role("heading", name="判定依据")).to_be_visible()
    page.get_by_role("link", name="统计与箱线图").click()
    expect(page.get_by_role("img", name="砷的箱线图，单位 mg/kg")).to_be_visible()
    page.get_by_role("link", name="点位图").click()
    expect(page.get_by_role("img", name=re.compile("分布图"))).to_be_visible()
    plain.close()


def test_a_point_of_a_plot_leads_to_its_result(found: Survey, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    page.goto(f"/surveys/{found.uid}/map/")
    page.locator(".plot-map svg a").filter(has_text="S02").first.click()
    expect(page.get_by_role("heading", name="点位 S02")).to_be_visible()
    page.goto(f"/surveys/{found.uid}/points/?point=S01")
    page.locator("figure").filter(has_text="砷").locator("svg a").nth(1).click()
    expect(page.get_by_text("砷 45.6 mg/kg")).to_be_visible()
