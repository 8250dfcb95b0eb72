"""A field without a network: the report waits on the phone, goes out once, and leaves with its owner."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from tests.browser.conftest import PLANS, World

from jingtu.platform.evidence import storage
from jingtu.platform.evidence.models import Attachment
from jingtu.programme.plans.models import Progress

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ON = date(2024, 6, 30)
PLAN = PLANS / "示例县2024年度土壤污染防治工作计划.docx"
WORDS = "两处点位现场核查完毕，已设置警示牌。"


@pytest.fixture
def field(world: World, browser_context: BrowserContext, settings: Any, tmp_path: Path) -> Iterator[World]:
    """The year is running; the browser is a phone that may say where it is."""
    from jingtu.programme.plans.actions import ConfirmPlan, LoadPlan

    settings.MEDIA_ROOT = tmp_path / "evidence"
    plan = LoadPlan(None, ON, file_name=PLAN.name, content=PLAN.read_bytes()).execute().plan
    ConfirmPlan(None, ON, plan, confirm_pending=True).execute()
    browser_context.grant_permissions(["geolocation"])
    browser_context.set_geolocation({"latitude": 24.326, "longitude": 109.428, "accuracy": 12})
    yield world
    browser_context.set_offline(False)


def photograph(folder: Path, width: int = 2600, height: int = 1300) -> Path:
    """A JPEG as a camera writes it: larger than needed, with a maker's name, a time and a place in it."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x010F] = "GEHEIM-MAKER"
    own = exif.get_ifd(0x8769)
    own[0x9003], own[0x9011] = "2024:06:30 09:15:00", "+08:00"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (24.0, 20.0, 6.0), "E", (109.0, 25.0, 12.0)
    path = folder / "IMG_0001.jpg"
    Image.new("RGB", (width, height), (120, 96, 60)).save(path, exif=exif)
    return path


def take_along(page: Page) -> None:
    page.goto("/tasks/mine/")
    page.get_by_role("button", name="离线备用").click()
    expect(page.get_by_text("已存入本机")).to_be_visible()


def open_report(page: Page) -> str:
    page.goto("/tasks/mine/")
    page.locator(".phone-tasks a").first.click()
    page.wait_for_url(re.compile(r"/tasks/[0-9a-f-]{36}/report/"))
    return page.url


def waiting(page: Page) -> Any:
    return page.locator("[data-outbox-count]")


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
    expect(page.locator(".photo-list li")).to_contain_text("北纬 24.33500 东经 109.42000")
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
