"""A county with an officer and a township contact, and table files to enter."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from jingtu.platform import clock
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.rulebooks.actions import AddTable
from jingtu.platform.rulebooks.models import AddedTable

HEADINGS = "标准号,标准名称,施行日期,废止日期,介质,项目,单位,限值类型,限值,条款,来源"


@dataclass
class World:
    """A city with two counties, and who works in the first."""

    city: Region
    county: Region
    neighbour: Region
    officer: User
    reader: User


@pytest.fixture
def world(db: None) -> World:
    city = create_region("示例市", Region.Level.CITY, None, code="990100", source="测试")
    county = create_region("示例县", Region.Level.COUNTY, city, code="990122", source="测试")
    neighbour = create_region("邻县", Region.Level.COUNTY, city, code="990123", source="测试")
    officer = User.objects.create_user("jingban", "qing-shan-lv-shui-2024", display_name="王科")
    reader = User.objects.create_user("juzhang", "qing-shan-lv-shui-2024", display_name="李局")
    Membership.objects.create(user=officer, role=Role.OFFICER, region=county)
    Membership.objects.create(user=reader, role=Role.HEAD, region=county)
    return World(city, county, neighbour, officer, reader)


@pytest.fixture(autouse=True)
def _evidence(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "evidence"


@pytest.fixture
def client(world: World) -> Client:
    found = Client()
    found.force_login(world.officer)
    return found


def limits(
    *rows: str, number: str = "DB99/T 1-2026", valid_from: str = "2026-01-01", valid_to: str = ""
) -> bytes:
    """A table of limits: each row is 项目,单位,限值类型,限值."""
    lines = [f"{number},示例地方标准,{valid_from},{valid_to},土壤,{row},表1,示例" for row in rows]
    return "\n".join([HEADINGS, *lines]).encode()


Enter = Callable[..., AddedTable]


@pytest.fixture
def enter(world: World) -> Enter:
    """Enter a table for a place, the officer's where none is named."""

    def run(content: bytes, region: Region | None = None, name: str = "表.csv") -> AddedTable:
        actor = world.officer if region in {None, world.county} else None
        return AddTable(
            actor, clock.business_date(), region or world.county, io.BytesIO(content), name
        ).execute()

    return run
