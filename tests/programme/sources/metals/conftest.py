"""A county with two plants that handle lead and cadmium, and the ratio that its city asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.platform.registers.conftest import *  # noqa: F403

from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.programme.sources.metals.quotas.actions import Particulars
from jingtu.programme.sources.metals.quotas.rules import EnterReplacementRule

START = date(2021, 1, 4)
PAPER = Particulars(project="一号项目", document="青环函〔2024〕1号", counterpart="邻市某县")
Plant = Callable[..., Entry]


@pytest.fixture
def plant(officer: User, county: Region) -> Plant:
    def make(name: str = "甲冶炼厂", on: date = START, region: Region | None = None, **facts: Any) -> Entry:
        known = {"industry": "smelting", "base_year": 2020, "base_pb": "100千克", "base_cd": "5千克"}
        header = {"name": name, "region": region or county}
        return CreateEntry(None, on, "heavy_metal_enterprises", header, known | facts).execute()

    return make


@pytest.fixture
def equal(city: Region) -> None:
    """The city asks for 1:1 from 2021 on."""
    EnterReplacementRule(
        None, START, city, metal="", ratio=Decimal(1), source="白石市重金属污染防控方案", valid_from=START
    ).execute()
