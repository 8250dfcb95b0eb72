"""The county of the register tests, with ponds and sites of old waste of its own writing."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.platform.registers.conftest import *  # noqa: F403

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry


@pytest.fixture(autouse=True)
def evidence_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def proof(entry: Entry, on: date) -> Attachment:
    version = versions.believed_from(entry, on)[0]
    return attach(
        io.BytesIO(f"佐证 {entry.code} {on}".encode()), "佐证.txt", subject_type=entry.register,
        subject_uid=entry.uid, read_permission="waste.read", region_path=version.region.path,
    )  # fmt: skip


def record(entry: Entry, kind_id: str, on: date, actor: Any = None, /, **values: Any) -> Any:
    return AddRecord(actor, on, entry, kind_id, values, [proof(entry, on)]).execute()


def move(entry: Entry, move_id: str, on: date, actor: Any = None, **rest: Any) -> Any:
    return MoveEntry(actor, on, entry, move_id, evidence=[proof(entry, on)], **rest).execute()


def visit(entry: Entry, on: date, kind: str = "routine") -> Any:
    return record(entry, "pond_checks", on, kind=kind, result="sound")


@pytest.fixture
def pond(county: Any) -> Callable[..., Entry]:
    """A pond of the sample county, of the third grade unless said otherwise."""

    def make(
        code: str, on: date = date(2023, 5, 10), state: str = "level_3", region: Any = None, **facts: Any
    ) -> Entry:
        given = {"listed_on": on, "list_year": on.year, "listing_reason": "省级清单"} | facts
        return CreateEntry(
            None, on, "tailings_ponds", {"name": f"{code}尾矿库", "region": region or county}, given, code=code,
            state=state,
        ).execute()  # fmt: skip

    return make


@pytest.fixture
def site(county: Any) -> Callable[..., Entry]:
    """A site of old waste, not surveyed yet unless said otherwise."""

    def make(code: str, on: date = date(2024, 1, 10), state: str = "clue", **facts: Any) -> Entry:
        return CreateEntry(
            None, on, "historic_solid_waste_sites", {"name": f"{code}渣点", "region": county},
            {"site_kind": "mine"} | facts, code=code, state=state,
        ).execute()  # fmt: skip

    return make
