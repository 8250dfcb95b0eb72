"""Draws and filings at the desk: from the list of parcels to the check drawn, found and filed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.test_pages import PROBLEMS, words

from jingtu.platform.draws.actions import PerformDraw, PrepareDraw, RecordSeed
from jingtu.platform.organisations.actions import AddFacility
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers import declarations
from jingtu.platform.registers.actions import CreateEntry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LISTED = date(2024, 1, 5)


def prepare(world: World) -> None:
    """Parcels on two lists, and a second inspector."""
    for number in range(6):
        header = {"name": f"{number + 1}号地块", "region": world.county, "holder": None}
        CreateEntry(None, LISTED, "priority_parcels", header, {}, state="listed").execute()
    header = {"name": "东街地块", "region": world.county, "holder": None}
    CreateEntry(None, LISTED, "construction_parcels", header, {}, state="in_review").execute()
    second = User.objects.create_user("lier", "Guan-Tian-2024", display_name="李工")
    Membership.objects.create(user=second, role=Role.OFFICER, region=world.county)


def test_a_draw_and_a_receipt(world: World, log_in: Callable[[str], Page], live_server: Any) -> None:
    prepare(world)
    page = log_in("jingban")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="清单").click()
    page.get_by_role("link", name="双随机与回头看").click()
    page.get_by_role("link", name="新的抽取").click()
    page.get_by_label("清单").select_option(label="优先监管地块清单")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("已纳入").check()
    page.get_by_role("button", name="按条件列出").click()
    page.get_by_label("抽取名称").fill("二季度双随机抽查")
    page.get_by_label("抽取数量").fill("2")
    page.get_by_role("button", name="确定名单").click()
    expect(page.get_by_text("名单校验值")).to_be_visible()
    page.get_by_role("button", name="抽取", exact=True).click()
    expect(page.get_by_text("已抽取").first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("号地块"))).to_have_count(2)

    # What was found at the first.
    first = page.locator("#object-1")
    first.get_by_text("登记检查结果").click()
    first.get_by_label("结果").select_option(label="合格")
    first.get_by_role("button", name="登记").click()
    expect(page.locator("#object-1")).to_contain_text("合格")
    page.get_by_role("link", name="核验").click()
    expect(page.get_by_text("与记录一致")).to_be_visible()

    # What is missing in another system.
    page.goto(f"{live_server.url}/registers/")
    page.get_by_role("link", name=re.compile("待填报 1")).click()
    page.get_by_role("link", name="东街地块").click()
    filings = page.locator("#filings")
    filings.get_by_label("系统地块编码").fill("610111-0001")
    filings.get_by_role("button", name="登记回执").click()
    expect(page.locator("#filings")).to_contain_text("610111-0001")
    expect(page.locator("#filings")).to_contain_text("已填报")


def test_the_pages_at_both_widths(world: World, log_in: Callable[[str], Page], live_server: Any) -> None:
    prepare(world)
    body = Organisation.objects.create(name="示例县永兴化工有限公司", kind="enterprise", region=world.county)
    plant = AddFacility(None, LISTED, body, "一厂区", world.county, industry_code="C2611").execute()
    said = {"kind": "look_back", "title": "一季度回头看", "number": 2, "due": date(2024, 6, 1)}
    register = declarations.get("priority_parcels")
    prepared = PrepareDraw(None, date(2024, 5, 1), register, world.county, **said).execute()
    draw = PerformDraw(
        None, date(2024, 5, 1), RecordSeed(None, date(2024, 5, 1), prepared).execute()
    ).execute()
    page = log_in("jingban")
    own = f"/organisations/{body.uid}/"
    addresses = [
        "/draws/", "/draws/new/", "/draws/new/?register=priority_parcels&kind=random",
        "/filings/?system=construction_land_system", "/filings/?system=construction_land_system&show=filed",
        own, f"{own}facilities/{plant.uid}/", f"{own}facilities/{plant.uid}/edit/", "/organisations/",
        f"/draws/{draw.uid}/", f"/draws/{draw.uid}/verify/", "/registers/",
    ]  # fmt: skip
    problems = []
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        for address in addresses:
            page.goto(live_server.url + address)
            problems += [(width, address, one) for one in page.evaluate(PROBLEMS)]
            if not address.startswith(f"/draws/{draw.uid}"):  # a hash and its algorithm are no foreign words
                problems += [(width, address, f"外文：{word}") for word in words(page)]
    assert problems == []
