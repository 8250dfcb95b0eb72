"""The same county and people as in the tests of the registers, with projects and money."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.platform.registers.conftest import *  # noqa: F403

from jingtu.platform.evidence.attaching import attach
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.entry_records import AddRecord
from jingtu.platform.registers.models import Entry


@pytest.fixture
def project(county: Any) -> Callable[..., Entry]:
    def make(
        name: str, state: str = "funded", *, region: Any = None, on: date = date(2022, 1, 4), **facts: Any
    ) -> Entry:
        header = {"name": name, "region": region or county}
        return CreateEntry(
            None, on, "reserve_projects", header, facts, code=f"X-{name}", state=state
        ).execute()

    return make


def voucher(entry: Entry) -> Attachment:
    version = versions.history(entry)[-1]
    return attach(
        io.BytesIO(f"凭证{entry.code}".encode()), "凭证.txt", subject_type="reserve_projects",
        subject_uid=entry.uid, read_permission="funds.project.read", region_path=version.region.path,
        organisations=(), actor=None,
    )  # fmt: skip


def receive(
    entry: Entry, on: date, year: int, amount: str, document: str = "一号", level: str = "central"
) -> Any:
    values = {"year": year, "level": level, "document": document, "amount": amount}
    return AddRecord(None, on, entry, "project_funding", values).execute()


def pay(
    entry: Entry,
    on: date,
    year: int,
    amount: str,
    number: str = "1",
    document: str = "一号",
    level: str = "central",
) -> Any:
    values = {
        "year": year, "level": level, "document": document, "amount": amount, "payee": "某施工单位",
        "voucher": number,
    }  # fmt: skip
    return AddRecord(None, on, entry, "project_payments", values, [voucher(entry)]).execute()
