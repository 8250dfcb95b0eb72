"""A city with two counties, the people who work there, and how they sit down at a page."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

PASSWORD = "qing-shan-lv-shui-2024"
TODAY = "2024-06-30"
PLANS = Path(__file__).parents[2] / "examples" / "plan"


@pytest.fixture(autouse=True)
def _business_date(settings: Any) -> None:
    """The plan of the example is lived through in its own year."""
    settings.CONFIG = dataclasses.replace(settings.CONFIG, today=TODAY)


@dataclasses.dataclass
class World:
    """Places and people by the words that tests use for them."""

    city: Region
    county: Region
    towns: list[Region]
    users: dict[str, User]


@pytest.fixture
def world(transactional_db: None) -> World:
    """示例市 with 示例县 and a neighbour; an officer, a head, a superior, a township contact, an auditor."""
    city = create_region("示例市", Region.Level.CITY, None, code="990100", source="测试")
    county = create_region("示例县", Region.Level.COUNTY, city, code="990122", source="测试")
    create_region("邻县", Region.Level.COUNTY, city, code="990123", source="测试")
    towns = [
        create_region(name, Region.Level.TOWN, county, code=code, source="测试")
        for name, code in (("柳岸镇", "990122100"), ("青禾镇", "990122101"), ("石桥乡", "990122102"))
    ]
    bureau = Organisation.objects.create(name="示例生态环境局", kind=Organisation.Kind.ECOLOGY, region=county)
    users = {}
    for username, name, role, region in (
        ("jingban", "王科", Role.OFFICER, county),
        ("juzhang", "李局", Role.HEAD, county),
        ("shiji", "赵处", Role.SUPERIOR, city),
    ):
        user = User.objects.create_user(username, PASSWORD, display_name=name)
        Membership.objects.create(
            user=user, role=role, region=region, organisation=bureau if region == county else None
        )
        users[username] = user
    return World(city, county, towns, users)


@pytest.fixture
def field(world: World, browser_context: BrowserContext, settings: Any, tmp_path: Path) -> Iterator[World]:
    """The year is running; the browser is a phone that may say where it is."""
    from jingtu.programme.plans.actions import ConfirmPlan, LoadPlan

    on = date.fromisoformat(TODAY)
    plan_file = PLANS / "示例县2024年度土壤污染防治工作计划.docx"
    settings.MEDIA_ROOT = tmp_path / "evidence"
    plan = LoadPlan(None, on, file_name=plan_file.name, content=plan_file.read_bytes()).execute().plan
    ConfirmPlan(None, on, plan, confirm_pending=True).execute()
    browser_context.grant_permissions(["geolocation"])
    browser_context.set_geolocation({"latitude": 24.326, "longitude": 109.428, "accuracy": 12})
    yield world
    browser_context.set_offline(False)


@pytest.fixture
def paper(tmp_path: Path, settings: Any) -> Path:
    """A file to lay beside a step or a record."""
    settings.MEDIA_ROOT = tmp_path / "evidence"
    path = tmp_path / "佐证材料.txt"
    path.write_text("示例佐证", encoding="utf-8")
    return path


@pytest.fixture
def log_in(page: Page) -> Callable[[str], Page]:
    """Log in by typing, as people do; a second call changes the person at the desk."""

    def enter(username: str) -> Page:
        page.context.clear_cookies()
        page.goto("/")
        page.get_by_label("登录名").fill(username)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/account/" not in url)
        return page

    return enter


@pytest.fixture
def parcels(tmp_path: Path) -> Callable[[int, int], Path]:
    """A table of parcels on the list since January, of which so many (the last ones) are under control."""

    def make(count: int, controlled: int) -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["地块编码", "地块名称", "行政区", "状态", "纳入日期", "落实管控日期"])
        for number in range(count):
            done = number == 0 or number > count - controlled
            sheet.append(
                [
                    f"D{number + 1:03d}",
                    f"原示例厂{number + 1}号地块",
                    "示例县",
                    "已落实管控" if done else "已纳入",
                    date(2024, 1, 15),
                    date(2024, 6, 10) if done else None,
                ]
            )
        path = tmp_path / f"地块清单{count}.xlsx"
        book.save(path)
        return path

    return make
