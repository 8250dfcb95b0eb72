"""The same county and people as in the tests of the registers, with wells and points of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.platform.registers.conftest import *  # noqa: F403

from jingtu.platform.people.models import User
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.platform.registers.models import Entry

YEAR_START = date(2024, 1, 2)


@pytest.fixture
def well(officer: User, county: Any) -> Callable[..., Entry]:
    def make(code: str = "W1", *, region: Any = None, on: date = YEAR_START, **facts: Any) -> Entry:
        header = {"name": f"{code}号井", "region": region or county}
        return CreateEntry(None, on, "groundwater_wells", header, facts, code=code).execute()

    return make


@pytest.fixture
def point(county: Any) -> Callable[..., Entry]:
    def make(
        name: str, kind: str = "national", *, region: Any = None, on: date = date(2023, 1, 2), **facts: Any
    ) -> Entry:
        header = {"name": name, "region": region or county}
        facts = {"kind": kind, **facts}
        return CreateEntry(None, on, "groundwater_points", header, facts, code=f"D-{name}").execute()

    return make


def result(
    entry: Entry, on: date, item: str, value: str, unit: str = "mg/L", season: str = "dry", **rest: Any
) -> Any:
    values = {"season": season, "item": item, "value": value, "unit": unit, **rest}
    return AddRecord(None, on, entry, "groundwater_point_results", values).execute()


def patrol(
    entry: Entry, on: date, finding: str = "sound", detail: str = "", actor: User | None = None
) -> Any:
    values = {"lock": "ok", "pipe": "ok", "finding": finding, "detail": detail}
    return AddRecord(actor, on, entry, "groundwater_well_patrols", values).execute()
