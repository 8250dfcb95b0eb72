"""Causes that are cut off, points that are judged, projects that begin: each at the desk, with the number it moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.desk import enter, fill, move, reads, record, refused, stands
from tests.browser.test_duties import judge

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_cause_is_found_cut_off_and_checked(
    world: World, log_in: Callable[[str], Page], paper: Path
) -> None:
    page = log_in("jingban")
    survey = enter(
        page, "farmland_cause_surveys", "柳岸片区", on="2024-01-15", code="C-01", state="已确定",
        area_kind="乡镇", area_m2="1200亩", metals="镉", list_year="2024",
    )  # fmt: skip
    reads(page, "farmland_cause_survey_area_count", "0 个")
    page.goto(survey)
    move(page, "begin", "开展排查", on="2024-02-01", surveyor="示例环科院", survey_due="2024-06-30")
    source = {"name": "旧选矿厂废渣", "kind": "历史遗留废渣", "pathway": "固体废物"}
    record(page, survey, "found_sources", on="2024-03-10", **source)
    move(
        page, "conclude", "查明成因", paper, on="2024-04-01", surveyed_on="2024-03-28", causes="废渣淋滤",
        sources_found="1",
    )  # fmt: skip
    reads(page, "farmland_cause_survey_area_count", "1 个", "C-01")
    reads(page, "farmland_source_cut_off_rate", "0 %", "C-01")
    page.goto(survey)
    move(page, "start_cutting", "制定断源措施", on="2024-04-10", measures="清运废渣", cut_due="2024-06-20")
    move(page, "claim_cut", "报送断源完成", paper, on="2024-06-10", cut_on="2024-06-08")
    refused(page, "尚未断源：旧选矿厂废渣")
    page.goto(survey)
    page.locator("#records-found_sources").get_by_role("link", name="2024-03-10").click()
    page.get_by_text("更正这条记录").click()
    fill(page.locator("form[data-draft]"), cut_on="2024-06-08", reason="废渣已全部清运")
    page.get_by_role("button", name="更正", exact=True).click()
    page.goto(survey)
    move(page, "claim_cut", "报送断源完成", paper, on="2024-06-10", cut_on="2024-06-08")
    page = log_in("juzhang")
    page.goto(survey)
    move(page, "confirm_cut", "核查确认断源", on="2024-06-15")
    stands(page, "已断源")
    judge(page, "成因")
    page.goto("/registers/farmland_cause_surveys/records/found_sources/")
    judge(page, "污染源")
    reads(page, "farmland_source_cut_off_rate", "100 %", "C-01")


def test_a_point_is_judged_by_what_was_measured(world: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    point = enter(
        page, "groundwater_points", "柳岸水源点", on="2024-01-05", code="P-01", kind="国家考核区域点位",
        target_class="Ⅳ类",
    )  # fmt: skip
    page.goto(f"{point}records/groundwater_point_results/new/")
    form = page.locator("main form")
    fill(form, on="2024-05-10", season="丰水期", item="硝酸盐（以N计）", value="三十", unit="mg/L")
    page.get_by_role("button", name="保存").click()
    refused(page, "结果不是数值")
    fill(form, value="31.5")  # more than the 30 of class IV
    page.get_by_role("button", name="保存").click()
    page.goto(point)
    expect(page.locator("#records-groundwater_point_results")).to_contain_text("Ⅴ类")
    judge(page, "点位")
    page.goto("/registers/groundwater_points/records/groundwater_point_results/")
    judge(page, "监测结果")
    reads(page, "groundwater_class_v_ratio", "100 %", "P-01")


def test_a_project_from_its_reserve_to_its_start(
    world: World, log_in: Callable[[str], Page], paper: Path
) -> None:
    page = log_in("jingban")
    project = enter(
        page, "reserve_projects", "青禾镇废渣治理项目", on="2024-01-04", code="X-01", state="预储备",
        kind="源头防控", total_investment="120万元",
    )  # fmt: skip
    move(page, "enter_library", "入库", paper, on="2024-02-01", library_on="2024-02-01")
    move(
        page,
        "fund",
        "下达资金",
        paper,
        on="2024-03-01",
        funding_document="示财环〔2024〕6号",
        funded_on="2024-03-01",
    )
    stands(page, "下达")
    record(
        page, project, "project_funding", on="2024-03-01", year="2024", level="中央",
        document="示财环〔2024〕6号", amount="100万元",
    )  # fmt: skip
    reads(page, "project_start_rate", "0 %", "X-01")
    page.goto(project)
    move(page, "start", "开工", paper, on="2024-05-06", started_on="2024-05-06", planned_finish="2024-12-20")
    stands(page, "开工")
    expect(page.locator(".limits")).to_contain_text("2024-12-20")
    record(
        page,
        project,
        "project_work",
        on="2024-06-10",
        item="废渣清运",
        planned="5000",
        done="1250",
        unit="立方米",
    )
    judge(page, "项目")
    for kind in ("project_funding", "project_payments", "project_work"):
        page.goto(f"/registers/reserve_projects/records/{kind}/")
        judge(page, kind)
    reads(page, "project_start_rate", "100 %", "X-01")


def test_a_park_and_a_self_assessment(world: World, log_in: Callable[[str], Page], paper: Path) -> None:
    page = log_in("jingban")
    enter(
        page, "heavy_metal_parks", "示例循环园区", on="2024-01-10", code="Q-01", state="规划中",
        area_m2="80公顷", industries="电镀行业", enterprise_count="3",
    )  # fmt: skip
    move(page, "open", "投入运行", on="2024-04-01")
    stands(page, "在运行")
    move(page, "close", "撤销园区", paper, on="2024-06-01", reason="规划调整")
    stands(page, "撤销")
    judge(page, "园区")

    own = enter(page, "self_assessments", "示例县2024年度自评", on="2024-06-20", year="2024")
    page.get_by_role("link", name="填写评分表").first.click()
    expect(page.get_by_role("button", name="保存评分表")).to_be_visible()
    for field in page.locator("input[name^=points-]").all():
        field.fill("1")
    for choice in page.locator("input[name^=hit-][value=no]").all():
        choice.check()
    judge(page, "评分表")
    page.get_by_role("button", name="保存评分表").click()
    page.wait_for_url(lambda url: "/new/" not in url)
    page.goto(own)
    expect(page.locator("#move-report")).to_have_count(0)  # the head reports
    page = log_in("juzhang")
    page.goto(own)
    move(page, "report", "审定报送", paper, on="2024-06-25", reported_on="2024-06-25")
    page = log_in("shiji")
    page.goto(own)
    move(page, "send_back", "退回修改", on="2024-06-26", reason="第三项依据不足")
    page = log_in("juzhang")
    page.goto(own)
    move(page, "report", "审定报送", paper, on="2024-06-27", reported_on="2024-06-27")
    page = log_in("shiji")
    page.goto(own)
    move(page, "confirm", "核定", on="2024-06-28", confirmed_points="88.5", confirmed_grade="良好")
    stands(page, "已核定")
    expect(page.locator("main")).to_contain_text("88.5")
    expect(page.locator("main")).to_contain_text("第三项依据不足")
    judge(page, "自评")
