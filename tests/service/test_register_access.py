"""How far every role reaches in every register, against ``register_access.csv``.

The table was written by hand from what a role is for, see ``ACCESS_MATRIX.md``; whoever adds a register adds
its rows. The pages and operations that all registers share stand in ``access_matrix.csv``.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from jingtu.platform.people import permissions
from jingtu.platform.people.roles import Role, Scope
from jingtu.platform.registers import declarations
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.entry_records import kinds_of

TABLE = Path(__file__).with_name("register_access.csv")
ROLES = [role.value for role in Role]
REACHES = {scope.value for scope in Scope} | {"-"}


def table() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


ROWS = table()
BY_KEY = {(row["register"], row["permission"]): row for row in ROWS}
REGISTERS = [register for register in declarations.all_registers() if register.listed]


def wanted(register: Register) -> list[tuple[tuple[str, ...], str]]:
    """Everything that a register lets people do: the rows that may say so, the first that stands in the table,
    and the name of the permission."""
    found: list[tuple[tuple[str, ...], str]] = [
        ((kind,), getattr(register, f"{kind}_permission")) for kind in ("read", "edit", "import")
    ]
    found += [
        ((f"check {move.id}", "check"), move.permission)
        for move in register.lifecycle.moves
        if move.permission != register.edit_permission
    ]
    found += [((f"record {kind.id}", "record"), kind.permission) for kind in kinds_of(register.id)]
    return found


def test_the_table_is_well_formed() -> None:
    assert list(ROWS[0]) == ["register", "permission", *ROLES, "note"]
    assert len(BY_KEY) == len(ROWS)
    assert [row for row in ROWS if {row[role] for role in ROLES} - REACHES] == []
    assert {row["register"] for row in ROWS} <= {register.id for register in REGISTERS}


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.id)
def test_every_role_reaches_as_far_as_the_table_says(register: Register) -> None:
    used = set()
    for names, permission in wanted(register):
        key = next((name for name in names if (register.id, name) in BY_KEY), None)
        assert key is not None, f"{register.id} has no row “{names[-1]}”"
        used.add((register.id, key))
        grants = permissions.get(permission).grants
        said = {role: BY_KEY[register.id, key][role] for role in ROLES}
        given = {role: str(grants[Role(role)]) if Role(role) in grants else "-" for role in ROLES}
        assert given == said, (key, permission)
    assert {key for key in BY_KEY if key[0] == register.id} == used, (
        "a row that says nothing of this register"
    )
