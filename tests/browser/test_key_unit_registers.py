"""The registers around a key unit at the desk: its hazards, its monitoring units, the lists that it stands on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.desk import enter, fill, move, reads, record, refused, stands
from tests.browser.test_duties import judge

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_hazard_is_put_right_by_one_and_accepted_by_another(
    world: World, log_in: Callable[[str], Page], paper: Path
) -> None:
    page = log_in("jingban")
    hazard = enter(
        page, "hazard_rectification_ledger", "酸洗槽渗漏", on="2024-03-01", code="Y-01", state="待整改",
        unit_name="示例电镀厂", place="酸洗车间", problem="槽底渗漏", found_on="2024-03-01", due="2024-06-01",
    )  # fmt: skip
    expect(page.locator(".limits")).to_contain_text("2024-06-01")
    reads(page, "key_unit_hazard_rectification_rate", "0 %", "Y-01")
    page.goto(hazard)
    move(
        page, "claim", "报送整改完成", paper, on="2024-05-20", measures="更换槽体", rectified_on="2024-05-18"
    )
    expect(page.locator("#move-accept")).to_contain_text("应由另一人办理")
    page = log_in("juzhang")
    page.goto(hazard)
    move(page, "return", "核查不合格", on="2024-05-25", reason="围堰未修复")
    stands(page, "待整改")
    page = log_in("jingban")
    page.goto(hazard)
    move(
        page, "claim", "报送整改完成", paper, on="2024-06-05", measures="修复围堰", rectified_on="2024-06-04"
    )
    page = log_in("juzhang")
    page.goto(hazard)
    move(page, "accept", "核查合格", on="2024-06-10", checked_on="2024-06-10")
    stands(page, "整改合格")
    expect(page.locator("main")).to_contain_text("围堰未修复")
    judge(page, "隐患")
    reads(page, "key_unit_hazard_rectification_rate", "100 %", "Y-01")


def test_a_monitoring_unit_owes_what_its_class_says(
    world: World, log_in: Callable[[str], Page], paper: Path
) -> None:
    page = log_in("jingban")
    unit = enter(
        page, "key_unit_monitoring_units", "酸洗单元", on="2024-01-10", code="D-01", state="二类单元",
        unit_name="示例电镀厂", places="酸洗槽", substances="镍、六价铬", hidden="是", soil_points="2", wells="1",
    )  # fmt: skip
    open_duty = page.locator("section", has=page.locator("#duties-title")).locator("li", has_text="地下水")
    expect(open_duty.first).to_contain_text("待办")
    record(page, unit, "groundwater_samplings", paper, on="2024-05-10", points="1", laboratory="示例检测公司")
    expect(page.locator("#records-groundwater_samplings")).to_contain_text("示例检测公司")
    expect(open_duty.filter(has_text="已办结")).to_have_count(1)
    move(page, "to_first", "调整为一类单元", on="2024-06-01", reason="新增地下储罐")
    stands(page, "一类单元")
    judge(page, "单元")
    page.goto("/registers/key_unit_monitoring_units/records/groundwater_samplings/")
    judge(page, "采样记录")


def test_a_years_list_and_a_unit_on_it(world: World, log_in: Callable[[str], Page], paper: Path) -> None:
    page = log_in("jingban")
    making = enter(
        page, "key_unit_lists", "示例县2024年名录", on="2024-01-05", state="待编制", year="2024",
        kind="环境监管重点单位",
    )  # fmt: skip
    move(page, "draft", "拟定名录", on="2024-02-20", units_listed="1")
    expect(page.locator("#move-verify")).to_contain_text("应由另一人办理")
    unit = enter(
        page, "environment_key_units", "示例纸业有限公司", on="2024-02-01", code="H-01", state="拟列入",
    )  # fmt: skip
    page = log_in("juzhang")
    page.goto(making)
    move(page, "verify", "核实名录", on="2024-03-01", units_listed="1")
    page.goto(unit)
    move(page, "verify", "核实", on="2024-03-01", listing_reason="日排水量超过规定")
    stands(page, "已核实")

    # A unit of no kind is not published; its kind is entered as a change.
    page = log_in("jingban")
    page.goto(unit)
    published = {"on": "2024-03-20", "list_year": "2024", "published_on": "2024-03-20"}
    move(page, "publish", "公布", **published)
    refused(page, "尚未登记该单位属于哪一类重点单位")
    page.get_by_role("link", name="变更或更正").click()
    page.get_by_label("水环境重点排污单位", exact=True).select_option(label="是")
    page.locator("#entry-on").fill("2024-03-10")
    page.get_by_role("button", name="保存").click()
    page.goto(unit)
    move(page, "publish", "公布", **published)
    stands(page, "已公布")
    judge(page, "单位")
    page.goto(making)
    move(page, "publish", "公布名录", paper, on="2024-03-25", published_on="2024-03-25")
    stands(page, "已公布")
    page.goto(f"{making}records/quarter_returns/new/")
    form = page.locator("main form")
    fill(form, on="2024-06-28", year="2024", quarter="5", content="无变化")
    page.get_by_role("button", name="保存").click()
    refused(page, "季度应为 1 至 4")
    fill(form, quarter="2")
    page.get_by_role("button", name="保存").click()
    page.goto("/registers/key_unit_lists/records/quarter_returns/")
    expect(page.get_by_role("row", name="示例县2024年名录")).to_contain_text("无变化")
    judge(page, "季度报送")

    # The enterprise itself says on which list it stands.
    page.goto(unit)
    page.locator("dl.facts").first.get_by_role("link", name="示例纸业有限公司").click()
    expect(page.locator("main")).to_contain_text("环境监管重点单位名录")
