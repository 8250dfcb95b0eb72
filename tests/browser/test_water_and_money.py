"""A well from its entry over damage found on patrol to the number; a payment that has no money behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.test_duties import judge

from jingtu.platform.indicators import service
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = date(2024, 6, 30)


def test_a_well_is_entered_walked_to_repaired_and_counted(
    world: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    page = log_in("jingban")
    page.get_by_role("navigation", name="主导航").get_by_role("link", name="清单").click()
    page.get_by_role("link", name=re.compile("地下水监测井清单")).first.click()
    page.get_by_role("link", name="登记", exact=True).click()
    page.get_by_label("井名").fill("柳岸1号井")
    page.get_by_label("井号").fill("0001")
    page.get_by_label("巡护频次").fill("2")
    page.get_by_role("button", name=re.compile("登记|保存")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("柳岸1号井")
    expect(page.locator("body")).to_contain_text("监测井巡护（2024年第1次）")
    judge(page, "监测井")

    # What a patrol finds moves the well and closes its duty.
    page.get_by_role("link", name="新增").first.click()
    page.get_by_label("井锁").select_option(label="损坏")
    page.get_by_label("巡护结果").select_option(label="发现损坏")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert").or_(page.locator(".field-errors")).first).to_contain_text(
        "请写明损坏情况"
    )
    page.get_by_label("情况说明").fill("井锁锈死")
    page.get_by_role("button", name="保存").click()
    page.goto("/registers/groundwater_wells/")
    expect(page.get_by_role("row", name=re.compile("柳岸1号井"))).to_contain_text("损坏")
    page.get_by_role("link", name="柳岸1号井").click()
    expect(page.locator("body")).to_contain_text("已办结")

    # The next step, with its evidence; a second person checks it.
    file = tmp_path / "修复照片.txt"
    file.write_text("示例", encoding="utf-8")
    form = page.locator("form", has=page.get_by_role("button", name="完成修复"))
    form.get_by_label("修复日期").fill(TODAY.isoformat())
    form.locator("input[type=file]").set_input_files(file)
    form.get_by_role("button", name="完成修复").click()
    expect(page.locator("header.page-head")).to_contain_text("修复待核查")
    address = page.url
    page = log_in("juzhang")
    page.goto(address)
    page.locator("form", has=page.get_by_role("button", name="核查修复")).get_by_role(
        "button", name="核查修复"
    ).click()
    expect(page.locator("header.page-head")).to_contain_text("完好")
    assert service.read("groundwater_well_patrol_count", world.county, TODAY).value == 1


def test_a_payment_beyond_what_came_in_is_refused_in_words(
    world: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    entry = CreateEntry(
        None, date(2024, 1, 4), "reserve_projects", {"name": "青禾镇废渣治理项目", "region": world.county}, {},
        state="funded",
    ).execute()  # fmt: skip
    values = {"year": 2024, "level": "central", "document": "示财环〔2024〕6号", "amount": "100万元"}
    AddRecord(None, date(2024, 3, 1), entry, "project_funding", values).execute()
    page = log_in("jingban")
    page.goto(f"/registers/reserve_projects/{entry.uid}/records/project_payments/new/")
    file = tmp_path / "凭证.txt"
    file.write_text("示例", encoding="utf-8")

    def fill(amount: str) -> None:
        page.get_by_label("资金年度").fill("2024")
        page.get_by_label("资金级次").select_option(label="中央")
        page.get_by_label("资金文号").fill("示财环〔2024〕6号")
        page.get_by_label("金额").fill(amount)
        page.get_by_label("收款单位").fill("某施工单位")
        page.get_by_label("凭证号").fill("0001")
        page.locator("input[type=file]").first.set_input_files(file)
        page.get_by_role("button", name="保存").click()

    fill("120万元")
    expect(page.locator("body")).to_contain_text("累计支付将超过累计到账200,000.00元")
    judge(page, "支付")
    fill("60万元")
    page.goto(f"/registers/reserve_projects/{entry.uid}/")
    expect(page.get_by_role("row", name=re.compile("示财环〔2024〕6号.*600,000"))).to_be_visible()
    judge(page, "项目")
    reading = service.read("fund_execution_rate", world.county, TODAY, None, {"years": "2024"})
    assert (reading.value, reading.numerator) == (60, 600_000)
