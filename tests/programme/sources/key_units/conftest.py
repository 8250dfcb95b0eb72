"""The county of the register tests, with a unit of its lists and files that prove what is entered."""

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
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import MoveEntry

FIRST = date(2021, 1, 5)


@pytest.fixture(autouse=True)
def evidence_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def works(county: Any) -> Organisation:
    return Organisation.objects.create(
        name="青禾金源冶炼有限公司", kind=Organisation.Kind.ENTERPRISE, region=county
    )


def proof(entry: Entry, on: date, actor: Any = None) -> Attachment:
    version = versions.believed_from(entry, on)[0]
    return attach(
        io.BytesIO(f"佐证 {entry.code} {on}".encode()), "佐证.txt", subject_type=entry.register,
        subject_uid=entry.uid, read_permission="key_units.read", region_path=version.region.path, actor=actor,
    )  # fmt: skip


def record(entry: Entry, kind_id: str, on: date, actor: Any = None, /, **values: Any) -> Any:
    return AddRecord(actor, on, entry, kind_id, values, [proof(entry, on)]).execute()


def move(entry: Entry, move_id: str, on: date, actor: Any = None, **rest: Any) -> Any:
    files = [proof(entry, on)]
    return MoveEntry(actor, on, entry, move_id, evidence=files, **rest).execute()


@pytest.fixture
def unit(county: Any) -> Callable[..., Entry]:
    """A unit of the soil list, entered on the first working days of 2021 unless said otherwise."""

    def make(
        code: str, state: str = "published", on: date = FIRST, region: Any = None, **facts: Any
    ) -> Entry:
        holder = facts.pop("holder", None)
        given = {
            "listed_on": on,
            "list_year": on.year,
            "listing_reason": "有色金属冶炼",
            "published_on": on,
        } | facts
        return CreateEntry(
            None, on, "key_regulated_units",
            {"name": f"{code}厂", "region": region or county, "holder": holder}, given, code=code, state=state,
        ).execute()  # fmt: skip

    return make
