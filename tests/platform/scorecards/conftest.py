"""A kind of card of its own, over the list of parcels: two items, a veto, four grades."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.platform.registers.conftest import *  # noqa: F403

from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.scorecards import declarations
from jingtu.platform.scorecards.declarations import Grade, ItemSpec, Proposal, ScorecardKind

DAY = date(2024, 5, 20)


@pytest.fixture
def kind() -> Iterator[ScorecardKind]:
    declared = ScorecardKind(
        id="test_card",
        label="测试评分表",
        register="priority_parcels",
        items=(
            ItemSpec("paper", "资料", "资料齐全", Decimal(40)),
            ItemSpec("site", "现场", "现场规范", Decimal(60)),
            ItemSpec("fraud", "现场", "弄虚作假", None),
        ),
        read_permission="sites.parcel.read",
        fill_permission="sites.parcel.control_check",
        edit_permission="sites.parcel.edit",
        grades=(
            Grade(Decimal(90), "优秀"), Grade(Decimal(80), "良好"), Grade(Decimal(60), "合格"),
            Grade(Decimal(0), "不合格"),
        ),
        proposals={"paper": lambda entry, on: Proposal(Decimal("0.5"), "登记的资料缺一半")},
    )  # fmt: skip
    declarations.declare(declared)
    yield declared
    declarations._kinds.pop("test_card")


@pytest.fixture
def parcel(town: Any) -> Entry:
    return CreateEntry(
        None, date(2024, 1, 9), "priority_parcels", {"name": "老电镀厂地块", "region": town}, {}, code="P1"
    ).execute()
