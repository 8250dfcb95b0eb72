"""Photographs of a report: made smaller, bare of all but time and place, and never forgotten."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import World
from tests.browser.reporting import WORDS, open_report, photograph, take_along, waiting, write

from jingtu.platform.evidence import storage
from jingtu.platform.evidence.models import Attachment
from jingtu.programme.plans.models import Progress

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ON = date(2024, 6, 30)


def test_a_report_without_a_network_arrives_once_with_its_photograph(
    field: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    page = log_in("jingban")
    page.set_viewport_size({"width": 390, "height": 844})
    take_along(page)

    page.context.set_offline(True)
    open_report(page)  # from the phone itself
    page.get_by_label(re.compile("本月做了什么")).fill(WORDS)
    page.get_by_label("照片附上拍摄位置").check()
    page.get_by_label("现场照片").set_input_files(photograph(tmp_path))
    expect(page.locator(".photo-list li")).to_contain_text("北纬 24.33500")
    page.get_by_role("button", name="提交进展").click()
    expect(page.get_by_text("已存入“待发送”，连上网络后自动发送")).to_be_visible()
    expect(waiting(page)).to_have_text("待发送 1")
    expect(page.get_by_label(re.compile("本月做了什么"))).to_have_value("")
    waiting(page).click()
    expect(page.locator(".outbox-item")).to_contain_text(WORDS)
    expect(page.locator(".outbox-item .state")).to_have_text("待发送")
    expect(page.locator(".outbox-item img")).to_have_count(1)
    assert Progress.objects.count() == 0

    page.context.set_offline(False)
    expect(page.get_by_text("已发送 1 份进展")).to_be_visible()
    expect(waiting(page)).to_be_hidden()
    report = Progress.objects.get()
    assert (report.text, report.on, report.period) == (WORDS, ON, "2024-06")
    assert report.recorded_from.date() == datetime.now(UTC).date()
    [proof] = Attachment.objects.filter(subject_uid=report.uid).select_related("file")
    assert proof.taken_at == datetime(2024, 6, 30, 1, 15, tzinfo=UTC)
    assert (float(proof.latitude), float(proof.longitude)) == (24.335, 109.42)
    from PIL import Image

    with storage.open_file(proof.file) as stream:
        picture = Image.open(io.BytesIO(stream.read()))
    assert max(picture.size) == 2000
    assert dict(picture.getexif()) == {}

    page.goto(f"/tasks/{report.entry.uid}/")
    expect(page.locator(".report", has_text=WORDS)).to_have_count(1)
    expect(page.locator(".report", has_text=WORDS)).to_contain_text("拍摄 2024-06-30 09:15")
    expect(page.locator(".report", has_text=WORDS)).to_contain_text("北纬 24.33500 东经 109.42000")


def test_a_scan_stays_the_file_that_it_is(
    field: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    from PIL import Image

    scan = tmp_path / "验收意见.png"
    Image.new("RGB", (2480, 3508), "white").save(scan)
    page = log_in("jingban")
    open_report(page)
    page.locator("#report-files").set_input_files([scan, photograph(tmp_path)])
    expect(page.locator(".photo-list li")).to_have_count(1)
    write(page)
    expect(page.get_by_text("进展已提交")).to_be_visible()
    kinds = {item.file.media_type: item for item in Attachment.objects.select_related("file")}
    assert kinds["image/png"].name == scan.name
    assert kinds["image/png"].file.size == scan.stat().st_size
    assert kinds["image/png"].taken_at is None
    assert kinds["image/jpeg"].taken_at is not None
    # The box for the place was not ticked.
    assert kinds["image/jpeg"].latitude is None


def test_a_photograph_taken_just_now_gets_the_place_of_the_phone(
    field: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    from PIL import Image

    plain = tmp_path / "now.png"
    Image.new("RGB", (60, 40), "green").save(plain)
    page = log_in("jingban")
    open_report(page)
    page.get_by_label("现场照片").set_input_files(plain)
    card = page.locator(".photo-list li")
    expect(card).to_contain_text("未附位置")
    page.get_by_label("照片附上拍摄位置").check()
    expect(card).to_contain_text("北纬 24.32600")
    expect(card).to_contain_text("误差 12 米以内")
    write(page)
    expect(page.get_by_text("进展已提交")).to_be_visible()
    [proof] = Attachment.objects.all()
    assert (float(proof.latitude), float(proof.longitude), proof.accuracy) == (24.326, 109.428, 12)
    assert proof.taken_at is not None
    assert abs((datetime.now(UTC) - proof.taken_at).total_seconds()) < 600
    expect(page.locator(".photo-facts")).to_contain_text("±12 米")


def test_a_photograph_chosen_before_the_script_arrives_is_not_forgotten(
    field: World, log_in: Callable[[str], Page], tmp_path: Path
) -> None:
    page = log_in("jingban")
    page.goto("/tasks/mine/")
    report = page.locator(".phone-tasks a").first.get_attribute("href")
    assert report is not None
    held: list[Any] = []
    arrived = False

    def hold(route: Any) -> None:
        if arrived:
            route.continue_()
        else:
            held.append(route)

    page.context.route(re.compile(r"/offline/photos[^/]*\.js"), hold)
    page.goto(report, wait_until="commit")
    chosen = page.locator("[data-photos] input[type=file]")
    chosen.set_input_files(photograph(tmp_path))
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(100)
    assert held, "the script of the photographs has another name now"
    assert chosen.evaluate("(input) => input.files.length") == 1
    expect(page.locator(".photo-list li")).to_have_count(0)
    arrived = True
    for route in held:
        route.continue_()
    expect(page.locator(".photo-list li")).to_have_count(1)
    assert chosen.evaluate("(input) => input.files.length") == 0
    write(page)
    expect(page.get_by_text("进展已提交")).to_be_visible()
    [proof] = Attachment.objects.all()
    assert proof.taken_at == datetime(2024, 6, 30, 1, 15, tzinfo=UTC)
