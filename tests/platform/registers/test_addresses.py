"""Entries lead to the page that shows them, whichever app that is."""

from __future__ import annotations

import uuid

import pytest

from jingtu.platform.registers.addresses import address_of

UID = uuid.UUID(int=5)


@pytest.mark.parametrize(
    ("register", "address"),
    [
        ("priority_parcels", f"/registers/priority_parcels/{UID}/"),
        ("plan_tasks", f"/tasks/{UID}/"),
        ("plan_deliverables", f"/deliverables/{UID}/"),
        ("nothing", ""),
    ],
)
def test_the_address_of_an_entry(register: str, address: str) -> None:
    assert address_of(register, UID) == address
