"""The list of organisations at the desk: entered, corrected, merged with a double, taken apart again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.test_pages import PROBLEMS, prepare, words

from jingtu.platform.organisations.models import Organisation
from jingtu.programme.plans.models import TaskUnit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODE = "9145020019860001X7"


def confirm(page: Page, reason: str = "") -> None:
    """Answer the question that stands before a step."""
    dialog = page.get_by_role("dialog")
    if reason:
        dialog.get_by_label("原因").fill(reason)
    dialog.get_by_role("button", name="确定").click()


def test_a_company_from_entry_to_merge_and_back(world: World, log_in: Callable[[str], Page]) -> None:
    old = Organisation.objects.create(name="示例县永兴化工有限公司", kind="enterprise", region=world.county)
    page = log_in("jingban")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="清单").click()
    page.get_by_role("link", name="单位名录", exact=True).click()

    # Entered: one much like it is there, and the officer says that it is another.
    page.get_by_role("link", name="登记单位").click()
    page.get_by_label("单位名称").fill("永兴化工有限责任公司")
    page.get_by_label("单位类型").select_option(label="企业")
    page.get_by_label("统一社会信用代码").fill(CODE)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("示例县永兴化工有限公司")
    page.get_by_label("不是同一单位，仍然登记").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("永兴化工有限责任公司")

    # A plant, then closed.
    page.get_by_role("link", name="登记厂区").click()
    page.get_by_label("厂区名称").fill("二厂区")
    page.get_by_label("行业代码").fill("2611")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="二厂区").click()
    expect(page.get_by_text("制造业")).to_be_visible()
    page.get_by_role("link", name="变更或更正").click()
    page.get_by_role("textbox", name="原因 必填").fill("搬迁")
    page.get_by_role("button", name="关闭厂区").click()
    expect(page.get_by_role("row", name=re.compile("二厂区"))).to_contain_text("搬迁")

    # The two stand side by side; what will happen is said before it does.
    page.get_by_role("link", name="单位名录", exact=True).click()
    page.get_by_role("link", name="可能重复").click()
    page.get_by_role("link", name="对照并合并").click()
    expect(page.get_by_role("heading", name=re.compile("^保留：示例县永兴化工有限公司"))).to_be_visible()
    expect(page.get_by_text("合并可以撤销")).to_be_visible()
    page.get_by_role("textbox", name="原因 必填").fill("同一企业，登记了两次")
    page.get_by_role("button", name="确认合并").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("示例县永兴化工有限公司")
    expect(page.locator("dl.facts").first).to_contain_text(CODE)
    expect(page.get_by_role("row", name=re.compile("二厂区"))).to_be_visible()

    # And taken apart again.
    page.get_by_role("link", name="永兴化工有限责任公司", exact=True).click()
    page.get_by_role("button", name="撤销合并").click()
    confirm(page, "查明是两家")
    expect(page.get_by_text("合并已撤销")).to_be_visible()
    old.refresh_from_db()
    assert old.uscc is None


def test_the_pages_at_both_widths(world: World, log_in: Callable[[str], Page], live_server: Any) -> None:
    prepare(world)
    for name in ("示例县永兴化工有限公司", "永兴化工有限责任公司"):
        Organisation.objects.create(name=name, kind="enterprise", region=world.county)
    unit = TaskUnit.objects.filter(role="lead", class_unit=None).first()
    assert unit is not None
    TaskUnit.objects.filter(pk=unit.pk).update(organisation=None, expanded="县涉农部门")
    body = Organisation.objects.filter(name__endswith="永兴化工有限公司").get()
    other = Organisation.objects.get(name="永兴化工有限责任公司")
    page = log_in("jingban")
    own = f"/organisations/{body.uid}/"
    addresses = [
        "/organisations/", "/organisations/doubles/", "/organisations/new/", own, f"{own}edit/",
        "/organisations/unresolved/", f"{own}facilities/new/", f"{own}merge/", f"{own}merge/?other={other.uid}",
    ]  # fmt: skip
    problems = []
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for address in addresses:
            page.goto(address)
            problems += [(width, address, one) for one in page.evaluate(PROBLEMS)]
            problems += [(width, address, f"外文：{word}") for word in words(page)]
    assert problems == []

    # A name of the plan that nobody could tell is tied at the same desk.
    page.goto("/organisations/unresolved/")
    page.get_by_label("“县涉农部门”对应的单位").fill(body.name)
    page.get_by_role("button", name="对应", exact=True).click()
    confirm(page)
    expect(page.get_by_text("没有未对应的名称")).to_be_visible()
    unit.refresh_from_db()
    assert TaskUnit.objects.filter(entry=unit.entry, organisation=body).exists()


def test_from_a_task_to_the_organisation(world: World, log_in: Callable[[str], Page]) -> None:
    prepare(world)
    page = log_in("jingban")
    page.goto("/units/")
    page.locator("table.list a[data-row]").first.click()
    own = page.get_by_role("link", name="单位资料")
    expect(own).to_be_visible()
    name = page.get_by_role("heading", level=1).inner_text()
    own.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    held = page.locator("section", has=page.get_by_role("heading", name="名下内容"))
    held.get_by_role("link", name="任务").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("link", name="单位资料")).to_be_visible()
