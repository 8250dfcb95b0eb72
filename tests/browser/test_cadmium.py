"""A source of cadmium at the desk: reported by one, checked by another, struck off, and opened again by a look back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.desk import enter, move, reads, record, refused, stands
from tests.browser.test_duties import judge

from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COUNT, RATE = "cadmium_source_count", "cadmium_source_completion_rate"
PAPERS = ("整治方案", "整治前照片", "整治后照片", "监测报告", "核查表", "确认文件")


def test_a_source_is_struck_off_by_another_and_opened_again(
    world: World, log_in: Callable[[str], Page], paper: Path
) -> None:
    page = log_in("jingban")
    source = enter(
        page, "cadmium_sources", "河西旧电镀厂", on="2024-01-10", code="G-01", state="线索",
        source_kind="关停企业", metals="镉、锌", clue="群众反映",
    )  # fmt: skip
    reads(page, COUNT, "0 家")
    page.goto(source)
    move(page, "survey", "列入排查清单", on="2024-01-20")
    move(
        page, "include", "列入整治清单", on="2024-02-01", listed_on="2024-02-01", list_year="2024",
        listing_reason="排查发现渗漏",
    )  # fmt: skip
    stands(page, "整治清单")
    reads(page, COUNT, "1 家", "G-01")
    reads(page, RATE, "0 %", "G-01")
    page.goto(source)
    move(page, "start", "制定整治方案", paper, on="2024-02-20", plan="一源一策方案", due="2024-06-20")
    record(page, source, "source_progress", on="2024-04-01", percent="60", content="渗漏点已封堵")
    expect(page.locator("#records-source_progress")).to_contain_text("渗漏点已封堵")
    move(page, "claim", "报送整治完成", paper, on="2024-05-30", rectified_on="2024-05-28")
    stands(page, "整治待核查")

    # Who reported it finds no form to check it with, only whose turn it is.
    own = page.locator("#move-check")
    expect(own).to_contain_text("“报送整治完成”由您办理，“核查通过”应由另一人办理")
    expect(own.get_by_role("button", name="核查通过")).to_have_count(0)
    judge(page, "待核查")
    page = log_in("juzhang")
    page.goto(source)
    move(page, "check", "核查通过", paper, on="2024-06-03", checked_on="2024-06-03")
    stands(page, "已核查")
    move(page, "strike_off", "销号", on="2024-06-10", struck_off_on="2024-06-10")
    refused(page, "销号材料不齐，还缺：整治方案、整治前照片")

    page = log_in("jingban")
    for kind in PAPERS:
        record(page, source, "source_materials", paper, on="2024-06-05", kind=kind, title=f"{kind}一份")
    expect(page.locator("#move-strike_off")).to_contain_text("应由另一人办理")
    page = log_in("juzhang")
    page.goto(source)
    move(page, "strike_off", "销号", on="2024-06-10", struck_off_on="2024-06-10")
    stands(page, "已销号")
    reads(page, RATE, "100 %", "G-01")

    # A look back is drawn over what was struck off; what it finds opens the source again.
    for login, name in (("lier", "李工"), ("zhangsan", "张工")):
        user = User.objects.create_user(login, "Guan-Tian-2024", display_name=name)
        Membership.objects.create(user=user, role=Role.OFFICER, region=world.county)
    page.goto("/draws/new/")
    page.locator("#draw-register").select_option(label="涉镉等重金属污染源整治清单")
    page.get_by_label("抽取类型").select_option(label="回头看")
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("已销号").check()
    page.get_by_role("button", name="按条件列出").click()
    page.get_by_label("抽取名称").fill("二季度回头看")
    page.get_by_label("抽取数量").fill("1")
    page.get_by_role("button", name="确定名单").click()
    page.get_by_role("button", name="抽取", exact=True).click()
    drawn = page.locator("#object-1")
    expect(drawn).to_contain_text("河西旧电镀厂")
    drawn.get_by_text("登记检查结果").click()
    drawn.get_by_label("结果").select_option(label="发现问题")
    drawn.get_by_label("检查情况").fill("雨后仍有渗漏")
    drawn.locator("input[type=file]").set_input_files(paper)
    drawn.get_by_label(re.compile("同时对本条目办理")).check()
    drawn.get_by_role("button", name="登记").click()
    expect(page.locator("#object-1")).to_contain_text("回头看发现问题")
    page.goto(source)
    stands(page, "整治中")
    expect(page.locator("main")).to_contain_text("雨后仍有渗漏")
    judge(page, "重新整治")
    reads(page, RATE, "0 %", "G-01")
