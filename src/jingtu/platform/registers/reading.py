"""Which registers a user reads."""

from __future__ import annotations

from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import declarations
from jingtu.platform.registers.declarations import Register


def reads(user: User) -> list[Register]:
    """Registers with pages that the user reads, wherever; in order of declaration."""
    return [
        item
        for item in declarations.all_registers()
        if item.listed and policies.may(user, item.read_permission)
    ]


def reads_some(user: User) -> bool:
    """Whether there is a register that the user reads."""
    return any(
        item.listed and policies.may(user, item.read_permission) for item in declarations.all_registers()
    )
