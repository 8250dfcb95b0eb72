"""Every page an officer can reach by links, judged by what no page may do: overflow, mumble, speak English."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, expect
from tests.browser.conftest import PLANS, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ON = date(2024, 6, 30)
PLAN = PLANS / "示例县2024年度土壤污染防治工作计划.docx"
AMENDED = PLANS / "示例县2024年度土壤污染防治工作计划（调整稿）.docx"
DOWNLOADS = {
    "evidence", "plan_file", "tasks_export", "register_export", "duties_export", "form_export",
    "organisations_export", "target_provenance_export", "law_export", "standard_export", "added_template",
    "survey_sample_file", "survey_results_export", "survey_statistics_export",
}  # fmt: skip
# What an official document also writes in Latin letters.
ALLOWED = re.compile(
    r"Word|Excel|PDF|docx|xlsx|xls|csv|txt|pdf|KB|MB|CSV|TOTP|pH|HJ|GB|DB|CAS|CMA|mg/kg|mg/L|jingban|juzhang|shiji|Chromium|Chrome|Linux|Headless",
    re.IGNORECASE,
)
LATIN = re.compile(r"[A-Za-z]{2,}")

PROBLEMS = """() => {
  const found = [];
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) found.push(`页面宽出 ${over} 像素`);
  if (document.querySelectorAll('h1').length !== 1) found.push('一级标题不是一个');
  for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
    if (!field.labels?.length && !field.getAttribute('aria-label')) found.push('没有标签的栏目：' + (field.name || field.outerHTML.slice(0, 80)));
  }
  for (const button of document.querySelectorAll('button, a[href], summary')) {
    const name = (button.textContent || '').trim() || button.getAttribute('aria-label');
    if (!name) found.push('没有名称的按钮或链接：' + button.outerHTML.slice(0, 120));
  }
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  for (const id of new Set(ids.filter((one, place) => ids.indexOf(one) !== place))) found.push('重复的标识：' + id);
  for (const element of document.querySelectorAll('[style], script:not([src]):not([type="application/json"])')) {
    if (!element.closest('[data-chart]')) found.push('页内样式或脚本：' + element.outerHTML.slice(0, 80));
  }
  return found;
}"""


def prepare(world: World) -> None:
    from jingtu.programme.plans.actions import ConfirmPlan, LoadPlan

    plan = LoadPlan(None, ON, file_name=PLAN.name, content=PLAN.read_bytes()).execute().plan
    ConfirmPlan(None, ON, plan, confirm_pending=True).execute()
    LoadPlan(None, ON, file_name=AMENDED.name, content=AMENDED.read_bytes()).execute()


def crawl(page: Page, base: str, limit: int = 400) -> dict[str, str]:
    """One address for every named page that links lead to, starting from the first page."""
    found: dict[str, str] = {}
    waiting = ["/"]
    seen = set(waiting)
    while waiting and len(seen) < limit * 8:
        address = waiting.pop(0)
        try:
            name = resolve(urlsplit(address).path).url_name or ""
        except Resolver404:
            continue
        if name in found or name in DOWNLOADS:
            continue
        answer = page.request.get(base + address)
        assert answer.status == 200, (address, answer.status)
        if "attachment" in answer.headers.get("content-disposition", ""):
            continue
        found[name] = address
        for link in re.findall(r'<a [^>]*href="([^"]+)"', answer.text()):
            target = link.replace("&amp;", "&")
            if target.startswith(("?", "#")):
                continue
            if target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append(target)
    return found


def words(page: Page) -> list[str]:
    """Latin words on the page that no official would write."""
    text = page.evaluate("() => document.body.innerText")
    return sorted(set(LATIN.findall(ALLOWED.sub("", text))))


def test_every_page_at_both_widths(world: World, log_in: Callable[[str], Page], live_server: Any) -> None:
    prepare(world)
    page = log_in("jingban")
    pages = crawl(page, live_server.url)
    for name in ("year", "tasks", "task", "target", "calendar", "deliverables", "deliverable", "units", "unit",
                 "plans", "plan", "plan_review", "forms", "form_month", "registers", "register", "target_split"):  # fmt: skip
        assert name in pages, name
    problems = []
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for name, address in pages.items():
            page.goto(address)
            problems += [(width, name, one) for one in page.evaluate(PROBLEMS)]
            if width == 1366:
                problems += [(width, name, f"外文：{word}") for word in words(page)]

    assert problems == []


def test_keys_reach_everything(world: World, log_in: Callable[[str], Page]) -> None:
    prepare(world)
    page = log_in("jingban")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("/")
    expect(page.get_by_label(re.compile("搜索任务"))).to_be_focused()
    page.keyboard.type("地下水")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search/"))
    expect(page.get_by_role("heading", name="年度任务")).to_be_visible()

    page.goto("/tasks/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-rows] a[data-row]").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/tasks/[0-9a-f-]{36}/"))

    # A menu opens and closes by keys and gives the focus back.
    page.goto("/")
    menu = page.locator("details[data-menu] > summary").first
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#region-choices")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#region-choices")).to_be_hidden()
    expect(menu).to_be_focused()

    # The drawer behind a number takes the focus and gives it back.
    number = page.locator(".bullet-value a").first
    number.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="关闭")).to_be_focused()
    page.keyboard.press("Escape")
    expect(number).to_be_focused()


def test_columns_are_chosen_and_kept(world: World, log_in: Callable[[str], Page]) -> None:
    prepare(world)
    page = log_in("jingban")
    page.goto("/tasks/")
    headings = page.locator("thead th")
    before = headings.all_inner_texts()
    assert "章节" not in before
    page.locator(".list-tools summary").click()
    page.get_by_role("checkbox", name="章节").check()
    page.get_by_role("button", name="应用").click()
    expect(page.locator("thead th", has_text="章节")).to_be_visible()
    page.goto("/tasks/?due=overdue")
    expect(page.locator("thead th", has_text="章节")).to_be_visible()

    page.locator("summary", has_text="保存为视图").click()
    page.get_by_label("视图名称").fill("逾期带章节")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("link", name="逾期带章节")).to_have_attribute("aria-current", "true")
