"""The list and the form of every kind of records on the phone: nothing sticks out, every field has its label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import World
from tests.browser.test_pages import PROBLEMS

from jingtu.platform.clock import business_date
from jingtu.platform.registers import declarations
from jingtu.platform.registers.actions import CreateEntry
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.entry_records.declarations import kinds_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def needed(register: Register) -> dict[str, Any]:
    """Something for every fact that an entry of the register must have."""
    samples = {"year": 2024, "date": business_date(), "integer": 1}
    return {
        item.id: item.choices[0][0] if item.choices else samples.get(item.kind, "示例")
        for item in register.fields
        if item.required
    }


def test_every_kind_of_records_fits_a_phone(world: World, log_in: Callable[[str], Page]) -> None:
    page = log_in("jingban")
    page.set_viewport_size({"width": 390, "height": 844})
    walked, problems = 0, []
    for register in declarations.all_registers():
        kinds = kinds_of(register.id)
        for kind in kinds:
            state = next((item for item in kind.states or () if item in register.lifecycle.initial), None)
            header = {"name": f"{kind.label}的条目", "region": world.county}
            entry = CreateEntry(
                None,
                business_date(),
                register.id,
                header,
                needed(register),
                state=state or register.lifecycle.initial[0],
            ).execute()
            home = f"/registers/{register.id}"
            for address in (f"{home}/records/{kind.id}/", f"{home}/{entry.uid}/records/{kind.id}/new/"):
                answer = page.goto(address)
                assert answer is not None
                if answer.status == 200:
                    walked += 1
                    problems += [(address, one) for one in page.evaluate(PROBLEMS)]
                else:
                    problems.append((address, str(answer.status)))
    assert problems == []
    assert walked > 60
