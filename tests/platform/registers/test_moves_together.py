"""Several entries moved at once: all of them, each with its own ledger row, or none."""

from __future__ import annotations

from datetime import date

import pytest

from jingtu.errors import InputError
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.together import move_together

ON = date(2024, 5, 6)
VERIFY = get("priority_parcels").lifecycle.move("verify")
pytestmark = pytest.mark.django_db


def parcels(county: Region, *states: str) -> list[Version]:
    for number, state in enumerate(states):
        header = {"name": f"{number}号地块", "region": county}
        CreateEntry(None, date(2024, 1, 1), "priority_parcels", header, {}, state=state).execute()
    return list(versions.versions("priority_parcels", ON).order_by("entry_id"))


def test_all_are_moved_each_with_its_own_row(county: Region, officer: User) -> None:
    rows = parcels(county, "found", "found", "found")
    done = move_together(officer, ON, rows, VERIFY)
    assert [item.entry_id for item in done] == [row.entry_id for row in rows]
    states = versions.versions("priority_parcels", ON).values_list("state", flat=True)
    assert set(states) == {"verified"}
    moved = LedgerRow.objects.filter(action="registers.move")
    assert len({row.subject_uid for row in moved}) == 3
    assert len({row.operation for row in moved}) == 1


def test_one_that_cannot_keeps_all_where_they_are_and_every_refusal_is_told(
    county: Region, officer: User
) -> None:
    rows = parcels(county, "found", "listed", "verified")
    with pytest.raises(InputError) as error:
        move_together(officer, ON, rows, VERIFY)
    assert [item.column for item in error.value.errors] == ["1号地块", "2号地块"]
    assert [row.state for row in versions.versions("priority_parcels", ON).order_by("entry_id")] == [
        "found", "listed", "verified",
    ]  # fmt: skip
    assert not LedgerRow.objects.filter(action="registers.move").exists()
