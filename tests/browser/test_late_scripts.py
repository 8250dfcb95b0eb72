"""On a slow line a person is quicker than the scripts: nothing typed is overwritten, nothing is done unasked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import World
from tests.browser.desk import fill
from tests.platform.evidence.laboratory.surveyed import survey

from jingtu.platform.organisations.actions.merging import MergeOrganisations
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.registers.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORKBOOK = Path(__file__).parents[2] / "examples" / "lab" / "土壤检测结果示例.xlsx"


@contextmanager
def late(page: Page, address: str) -> Iterator[None]:
    """The page of this address, whose scripts come when the block is left."""
    held: list[Route] = []

    def hold(one: Route) -> None:
        held.append(one)

    page.route("**/js/jingtu*.js", hold, times=1)
    page.goto(address, wait_until="commit")
    yield
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(50)
    held[0].continue_()


def test_what_was_typed_stands_over_an_older_draft(world: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    page.goto("/organisations/new/")
    page.get_by_label("单位名称").fill("旧草稿化工厂")
    page.get_by_label("统一社会信用代码").fill("91450000MA5K000000")
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    with late(page, "/organisations/new/"):
        page.get_by_label("单位名称").fill("新写的化工厂")
        page.get_by_label("单位类型").select_option(label="企业")
    expect(page.get_by_text("已恢复上次未提交的草稿")).to_be_visible()
    expect(page.get_by_label("单位名称")).to_have_value("新写的化工厂")
    expect(page.get_by_label("单位类型")).to_have_value("enterprise")
    expect(page.get_by_label("统一社会信用代码")).to_have_value("91450000MA5K000000")
    page.goto("/organisations/new/")
    expect(page.get_by_label("单位名称")).to_have_value("新写的化工厂")


def test_a_form_sent_before_they_came_leaves_no_draft_behind(
    world: World, log_in: Callable[[str], Page]
) -> None:
    page = log_in("jingban")
    page.goto("/organisations/new/")
    page.get_by_label("单位名称").fill("示例县新华化工厂")
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    with late(page, "/organisations/new/"):
        page.get_by_label("单位名称").fill("示例县新华化工厂")
        page.get_by_label("单位类型").select_option(label="企业")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("示例县新华化工厂")
    page.wait_for_load_state()
    page.goto("/organisations/new/")
    expect(page.get_by_label("单位名称")).to_have_value("")


def test_a_step_that_asks_first_waits_until_it_can_ask(world: World, log_in: Callable[[str], Page]) -> None:
    kept = Organisation.objects.create(name="永兴化工有限公司", kind="enterprise", region=world.county)
    twin = Organisation.objects.create(name="永兴化工厂", kind="enterprise", region=world.county)
    MergeOrganisations(None, date(2024, 6, 1), twin, kept, "同一企业").execute()
    page = log_in("jingban")
    with late(page, f"/organisations/{twin.uid}/"):
        page.get_by_role("button", name="撤销合并").click()
        page.wait_for_timeout(300)
        twin.refresh_from_db()
        assert twin.merged_into_id == kept.pk
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("原因").fill("查明是两家")
    dialog.get_by_role("button", name="确定").click()
    expect(page.get_by_role("button", name="撤销合并")).to_have_count(0)
    twin.refresh_from_db()
    assert twin.merged_into_id is None


def test_what_is_pressed_twice_is_sent_once(world: World, log_in: Callable[[str], Page]) -> None:
    def typed(name: str) -> None:
        form = page.locator("main form.panel")
        fill(form, name=name, on="2024-01-10", state="待定级", ore="铅锌", operation="运行")

    page = log_in("jingban")
    page.goto("/registers/tailings_ponds/new/")
    typed("北沟尾矿库")
    sent: list[Route] = []

    def slowly(one: Route) -> None:
        sent.append(one)
        time.sleep(0.5)
        one.continue_()

    page.route("**/registers/tailings_ponds/new/", slowly)
    page.get_by_role("button", name="保存").dblclick(delay=80)
    expect(page.get_by_role("heading", level=1)).to_contain_text("北沟尾矿库")
    assert len(sent) == Entry.objects.count() == 1

    # Come back to, the form can be sent again.
    page.unroute("**/registers/tailings_ponds/new/")
    page.go_back()
    typed("南沟尾矿库")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("南沟尾矿库")


def test_a_table_chosen_is_sent_once_they_are_there(world: World, log_in: Callable[[str], Page]) -> None:
    made = survey(world.county)
    page = log_in("jingban")
    with late(page, f"/surveys/{made.uid}/import/"):
        page.locator("#lab-file").set_input_files(WORKBOOK)
    agree = page.get_by_role("button", name="按此对照核对数据")
    expect(agree.or_(page.get_by_role("heading", name="核对结果"))).to_be_visible(timeout=20_000)
