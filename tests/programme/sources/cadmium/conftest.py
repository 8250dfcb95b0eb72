"""The county of the register tests, with sources and surveys of its own writing."""

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

PAPERS = ("plan", "before", "after", "monitoring", "check", "confirmation")


@pytest.fixture(autouse=True)
def evidence_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def proof(entry: Entry, on: date) -> Attachment:
    version = versions.believed_from(entry, on)[0]
    return attach(
        io.BytesIO(f"佐证 {entry.code} {on}".encode()), "佐证.txt", subject_type=entry.register,
        subject_uid=entry.uid, read_permission="cadmium.read", region_path=version.region.path,
    )  # fmt: skip


def record(entry: Entry, kind_id: str, on: date, actor: Any = None, /, **values: Any) -> Any:
    return AddRecord(actor, on, entry, kind_id, values, [proof(entry, on)]).execute()


def move(entry: Entry, move_id: str, on: date, actor: Any = None, **rest: Any) -> Any:
    return MoveEntry(actor, on, entry, move_id, evidence=[proof(entry, on)], **rest).execute()


def papers(entry: Entry, on: date, *kinds: str) -> None:
    for kind in kinds or PAPERS:
        record(entry, "source_materials", on, kind=kind, title=f"{kind}材料")


@pytest.fixture
def source(county: Any) -> Callable[..., Entry]:
    """A source of the sample county, on the list of its year unless said otherwise."""

    def make(
        code: str, on: date = date(2024, 2, 1), state: str = "listed", region: Any = None, **facts: Any
    ) -> Entry:
        given = {"listed_on": on, "list_year": on.year, "listing_reason": "排查发现"} | facts
        return CreateEntry(
            None, on, "cadmium_sources", {"name": f"{code}厂", "region": region or county}, given, code=code,
            state=state,
        ).execute()  # fmt: skip

    return make
