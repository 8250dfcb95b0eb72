"""数从何来 in a browser: the drawer behind a number, its long lists, and the page that needs no script."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import PLANS, World
from tests.browser.test_pages import PROBLEMS
from tests.programme.sites.test_control_ratio import parcel

from jingtu.platform.indicators import snapshots
from jingtu.programme.plans.actions import ConfirmPlan, LoadPlan
from jingtu.programme.plans.actions.targets import EnterTargetReading, ShareInput, SplitTarget
from jingtu.programme.plans.models import Target

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RATIO = "priority_parcel_control_ratio"
MAY, JUNE = date(2024, 5, 31), date(2024, 6, 30)
PLAN = PLANS / "示例县2024年度土壤污染防治工作计划.docx"


@pytest.fixture
def target(world: World) -> Target:
    """A list of 130 parcels, 60 under control in May and 100 in June; May and June were kept."""
    plan = LoadPlan(None, JUNE, file_name=PLAN.name, content=PLAN.read_bytes()).execute().plan
    ConfirmPlan(None, JUNE, plan, confirm_pending=True).execute()
    found = Target.objects.get(indicator_id=RATIO, region=world.county)
    for number in range(130):
        day = "2024-05-10" if number < 60 else "2024-06-10" if number < 100 else ""
        states = [("2024-01-10", "listed"), *([(day, "controlled")] if day else [])]
        parcel(f"D{number + 1:03d}", world.towns[number % 2], *states, listed_on=date(2024, 1, 10))
    parcel("P1", world.county, ("2024-03-01", "excluded"))
    snapshots.take(RATIO, world.county, MAY, found.parameters)
    return found


def number(page: Page) -> Any:
    return page.locator(".bullet-row", has_text="优先监管地块").locator(".bullet-value a")


def test_the_drawer_tells_all_and_pages_long_lists(
    world: World, target: Target, log_in: Callable[[str], Page]
) -> None:
    page = log_in("jingban")
    link = number(page)
    link.click()
    drawer = page.locator("[data-drawer]")
    expect(drawer).to_contain_text("76.92 %")
    expect(drawer).to_contain_text("计入分子：100 条")
    expect(drawer).to_contain_text("计入分母，未计入分子：30 条")
    expect(drawer).to_contain_text("已排除：1 条")
    expect(drawer).to_contain_text("2024-05-31 留存为 46.15 %（分子 60，分母 130），现在为 76.92 %")
    expect(drawer).to_contain_text("增加 30.77 个百分点")
    expect(drawer).to_contain_text("状态变化 40 条")
    expect(drawer.locator("tr", has_text="石桥乡")).to_have_count(0)
    expect(drawer.locator("tr", has_text="柳岸镇")).to_contain_text("50")

    drawer.get_by_role("link", name="查看全部", exact=True).first.click()
    expect(drawer).to_contain_text("第 1 至 50 条，共 100 条")
    expect(drawer.get_by_role("link", name="D001")).to_be_visible()
    drawer.get_by_role("link", name="下一页").click()
    expect(drawer).to_contain_text("第 51 至 100 条")
    expect(drawer.get_by_role("link", name="D051")).to_be_visible()
    drawer.get_by_role("link", name="返回计算过程").click()
    drawer.get_by_role("link", name="查看全部变化").click()
    expect(drawer.locator("li", has_text="D100")).to_contain_text("已纳入 → 已落实管控")
    drawer.get_by_role("link", name="返回计算过程").click()
    drawer.get_by_role("link", name="重新计算").first.click()
    expect(drawer.get_by_role("status")).to_contain_text("重新计算与留存一致：2024-05-31 仍为 46.15 %")

    # One place alone, and back.
    drawer.locator("tr", has_text="柳岸镇").get_by_role("link").click()
    expect(drawer).to_contain_text("50 条")
    expect(drawer).to_contain_text("的一部分")
    page.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_keeping_and_recomputing_today(world: World, target: Target, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    page.goto(f"/targets/{target.uid}/provenance/")
    page.get_by_role("button", name="留存当日读数").click()
    expect(page.get_by_text("已计算并留存当日读数：76.92 %")).to_be_visible()
    page.goto(f"/targets/{target.uid}/provenance/")
    page.get_by_role("button", name="留存当日读数").click()
    expect(page.get_by_text("重新计算与留存一致：2024-06-30 仍为 76.92 %")).to_be_visible()


def test_the_page_works_without_script_at_both_widths(
    world: World,
    target: Target,
    log_in: Callable[[str], Page],
    chromium: Browser,
    live_server: Any,
    tmp_path: Path,
) -> None:
    page = log_in("jingban")
    state = page.context.storage_state()
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=state, locale="zh-CN"
    )
    plain = context.new_page()
    plain.goto("/")
    number(plain).click()
    expect(plain.get_by_role("heading", name="数从何来")).to_be_visible()
    expect(plain.get_by_text("计入分子：100 条")).to_be_visible()
    plain.get_by_role("link", name="查看全部", exact=True).first.click()
    expect(plain.get_by_text("第 1 至 50 条，共 100 条")).to_be_visible()
    plain.go_back()
    plain.get_by_role("link", name="与此比较").first.click()
    expect(plain.get_by_text("增加 30.77 个百分点")).to_be_visible()
    answer = context.request.get(f"/targets/{target.uid}/provenance/export/")
    rows = list(load_workbook(BytesIO(answer.body())).active.values)
    assert "76.92 %（分子 100，分母 130）" in rows[0][0]
    assert rows[1] == ("计入情况", "编号", "名称", "行政区", "责任单位", "状态")
    assert [row[:2] for row in rows[2:]].count(("计入分子", "D100")) == 1
    assert len(rows) == 2 + 131
    context.close()

    problems = []
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for query in ("", "?part=numerator", "?part=changes", "?check=last"):
            page.goto(f"/targets/{target.uid}/provenance/{query}")
            problems += [(width, query, one) for one in page.evaluate(PROBLEMS)]
            page.screenshot(
                path=tmp_path / f"page{width}{query.strip('?').replace('=', '-')}.png", full_page=True
            )
        page.goto("/")
        number(page).click()
        expect(page.locator("[data-drawer]")).to_contain_text("历次留存")
        over = page.evaluate(
            "() => { const d = document.querySelector('[data-drawer]'); return d.scrollWidth - d.clientWidth; }"
        )
        assert over <= 0
        page.screenshot(path=tmp_path / f"drawer{width}.png")
        page.locator("[data-drawer] h3", has_text="历次留存").scroll_into_view_if_needed()
        page.screenshot(path=tmp_path / f"drawer-end{width}.png")
    assert problems == []


def test_typed_readings_and_shares_of_a_city(
    world: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    plan = LoadPlan(None, JUNE, file_name=PLAN.name, content=PLAN.read_bytes()).execute().plan
    ConfirmPlan(None, JUNE, plan, confirm_pending=True).execute()
    found = Target.objects.filter(
        region=world.county, indicator_id="contaminated_farmland_safe_use_rate"
    ).get()
    officer = world.users["jingban"]
    files = [("核算表.txt", BytesIO("耕地类别核算表。".encode()))]
    EnterTargetReading(officer, MAY, found, value=Decimal(90), note="初报").execute()
    EnterTargetReading(
        officer, MAY, found, value=Decimal("91.2"), numerator=Decimal(912), denominator=Decimal(1000),
        note="复核后更正", files=files,
    ).execute()  # fmt: skip
    SplitTarget(
        officer,
        JUNE,
        found,
        "each",
        [ShareInput(world.towns[0], Decimal(94)), ShareInput(world.towns[1], Decimal(95))],
    ).execute()
    page = log_in("jingban")
    page.locator(".bullet-row", has_text="受污染耕地安全利用率").first.locator(".bullet-value a").click()
    drawer = page.locator("[data-drawer]")
    expect(drawer).to_contain_text("人工填报")
    first = drawer.locator("tr", has_text="复核后更正")
    expect(first).to_contain_text("91.2 %")
    expect(first).to_contain_text("912 / 1,000")
    expect(first).to_contain_text("王科")
    expect(first.get_by_role("link", name=re.compile("核算表"))).to_be_visible()
    expect(drawer.locator("tr", has_text="初报")).to_contain_text("已更正")
    expect(drawer).to_contain_text("分解到各地")
    expect(drawer.locator("tr", has_text="青禾镇")).to_contain_text("≥95 %")
    page.screenshot(path=tmp_path / "typed.png")
    over = page.evaluate(
        "() => [...document.querySelectorAll('[data-drawer] .table-scroll')].filter((box) => box.scrollWidth > box.clientWidth + 1).length"
    )
    assert over == 0, "no table in the drawer is wider than the drawer"


def test_a_city_sees_each_county(world: World, target: Target, log_in: Callable[[str], Page]) -> None:
    Target.objects.filter(pk=target.pk).update(region=world.city)
    page = log_in("shiji")
    page.goto(f"/targets/{target.uid}/provenance/")
    row = page.locator("tr", has_text="示例县")
    expect(row).to_contain_text("76.92 %")
    row.get_by_role("link").click()
    expect(page.locator("tr", has_text="青禾镇")).to_contain_text("65")
