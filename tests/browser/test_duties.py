"""A duty from the counter on top to its check by a second person, and a file taken back where it hangs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.test_pages import PROBLEMS, prepare, words

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ON = date(2024, 6, 30)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> str:
    """A rule whose duties want evidence and a second person."""
    from jingtu.platform.duties import declarations
    from jingtu.platform.duties.declarations import DutyRule
    from jingtu.platform.indicators.declarations import Rule

    monkeypatch.setattr(declarations, "_rules", dict(declarations._rules))
    basis = Rule("示例县土壤污染防治工作计划", "第四部分", date(2024, 1, 1))
    return declarations.declare(
        DutyRule(
            "tests.visit", "现场检查", "plan_tasks", lambda _on, _entry: [], (basis,),
            evidence_required=True, checked=True,
        )
    ).id  # fmt: skip


def owe(world: World, rule: str) -> Any:
    """One duty of the bureau, late by ten days, hanging on a task of the plan."""
    from jingtu.platform.duties.models import Duty
    from jingtu.platform.organisations.models import Organisation
    from jingtu.platform.registers.models import Entry

    task = Entry.objects.filter(register="plan_tasks").earliest("pk")
    return Duty.objects.create(
        rule=rule, entry=task, period="2024-06", what="现场检查涉重金属企业围挡和标识",
        holder=Organisation.objects.get(name="示例生态环境局"), region_path=world.county.path,
        due=date(2024, 6, 20), raised_on=date(2024, 6, 1),
    )  # fmt: skip


def judge(page: Page, name: str) -> None:
    """No overflow, mumbling or English at the desk and on the phone."""
    problems = []
    for width, height in ((1366, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        problems += [(name, width, one) for one in page.evaluate(PROBLEMS)]
    page.set_viewport_size({"width": 1366, "height": 768})
    problems += [(name, "外文", word) for word in words(page)]
    assert problems == []


def test_a_duty_is_closed_by_one_and_checked_by_another(
    world: World, log_in: Callable[[str], Page], checked: str, tmp_path: Path
) -> None:
    prepare(world)
    duty = owe(world, checked)
    page = log_in("jingban")
    page.locator(".waiting", has_text="待办").click()
    expect(page.get_by_role("link", name="我的待办")).to_have_attribute("aria-current", "true")
    page.goto("/duties/")
    judge(page, "list")

    # Urge it under a letter, from the list.
    page.get_by_role("link", name="逾期", exact=True).first.click()
    page.get_by_role("checkbox", name=re.compile(duty.what)).check()
    page.get_by_label(re.compile("依据或文号")).fill("示环督〔2024〕3号")
    page.get_by_role("button", name="督办所选").click()
    expect(page.get_by_text("已对 1 项待办记为")).to_be_visible()

    # Close it with a file.
    page.get_by_role("link", name=duty.what).click()
    expect(page.get_by_text("已逾期 10 天")).to_be_visible()
    expect(page.get_by_text("示环督〔2024〕3号")).to_be_visible()
    judge(page, "open")
    photo = tmp_path / "围挡检查记录.txt"
    photo.write_text("围挡完好，标识齐全。", encoding="utf-8")
    page.get_by_label("办理情况").fill("围挡完好，标识齐全。")
    page.locator("#close-files").set_input_files(photo)
    page.get_by_role("button", name="提交，等待另一人核查").click()
    expect(page.get_by_text("已提交，等待另一人核查")).to_be_visible()
    expect(page.get_by_role("button", name="核查通过")).to_have_count(0)

    # The head finds it on the own counter, sends it back, and accepts the second time.
    page = log_in("juzhang")
    waiting = page.locator(".waiting", has_text="待办")
    expect(waiting).to_have_text("待办 1")
    waiting.click()
    page.get_by_role("link", name=duty.what).click()
    page.get_by_label(re.compile("核查意见")).fill("缺全景照片")
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_text("核查退回：缺全景照片")).to_be_visible()

    page = log_in("jingban")
    page.goto(f"/duties/{duty.uid}/")
    page.get_by_role("button", name="提交，等待另一人核查").click()
    page = log_in("juzhang")
    page.goto(f"/duties/{duty.uid}/")
    judge(page, "checking")
    page.get_by_role("button", name="核查通过，办结").click()
    expect(page.get_by_text("核查通过，已办结")).to_be_visible()
    judge(page, "closed")
    page.goto("/duties/?state=closed")
    expect(page.get_by_role("link", name=duty.what)).to_be_visible()
    judge(page, "done")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出").click()
    assert download.value.suggested_filename.endswith(".xlsx")

    # The task that it hangs on leads back to it.
    page.goto(f"/tasks/{duty.entry.uid}/")
    page.get_by_role("link", name=duty.what).click()
    page.wait_for_url(re.compile(f"/duties/{duty.uid}/"))


def test_a_file_is_taken_back_where_it_hangs(
    world: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    prepare(world)
    page = log_in("jingban")
    page.goto("/tasks/")
    page.get_by_role("link", name=re.compile("推进重金属减排")).first.click()
    page.get_by_label("填报单位").select_option("示例生态环境局")
    page.get_by_label(re.compile("本月做了什么")).fill("清单已更新。")
    wrong = tmp_path / "别处的核查记录.txt"
    wrong.write_text("别处的记录。", encoding="utf-8")
    page.locator("#report-files").set_input_files(wrong)
    page.get_by_role("button", name="提交进展").click()
    link = page.get_by_role("link", name=re.compile("别处的核查记录"))
    file = link.get_attribute("href")
    assert file is not None
    page.get_by_text("作废", exact=True).click()
    judge(page, "withdrawing")
    page.get_by_label(re.compile("作废原因")).fill("传错了地块")
    page.get_by_role("button", name="确认作废").click()
    expect(page.get_by_text("原件仍按规定留存")).to_be_visible()
    expect(link).to_have_count(0)
    paper = page.locator(".paper-off")
    expect(paper).to_contain_text("已作废")
    expect(paper).to_contain_text("王科")
    expect(paper).to_contain_text("传错了地块")
    judge(page, "withdrawn")
    assert page.request.get(file).status == 404
