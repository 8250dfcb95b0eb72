"""A report from the field as a person writes it: the page, the words, the photograph."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

WORDS = "两处点位现场核查完毕，已设置警示牌。"


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
    expect(page.get_by_text("已存入本机")).to_be_visible(timeout=60_000)


def open_report(page: Page) -> str:
    page.goto("/tasks/mine/")
    page.locator(".phone-tasks a").first.click()
    page.wait_for_url(re.compile(r"/tasks/[0-9a-f-]{36}/report/"))
    return page.url


def waiting(page: Page) -> Any:
    return page.locator("[data-outbox-count]")


def write(page: Page, words: str = WORDS) -> None:
    page.get_by_label(re.compile("本月做了什么")).fill(words)
    page.get_by_role("button", name="提交进展").click()
