"""Declared permissions: which role may do what, and how far it reaches.

An app declares in its own ``permissions.py``, imported by its ``AppConfig.ready``::

    declare("plans.confirm", "确认计划", {Role.OFFICER: Scope.REGION})

Undeclared names are refused loudly, so a misspelt permission never opens a door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jingtu.platform.people.roles import Role, Scope


@dataclass(frozen=True, slots=True)
class Permission:
    """A named permission and the scope each role has for it."""

    name: str
    label: str
    grants: Mapping[Role, Scope]


_declared: dict[str, Permission] = {}


def declare(name: str, label: str, grants: Mapping[Role, Scope]) -> Permission:
    """Declare a permission; the same name twice with other grants is a programming error."""
    permission = Permission(name, label, dict(grants))
    known = _declared.get(name)
    if known is not None and known != permission:
        raise ValueError(f"permission {name} is declared twice")
    _declared[name] = permission
    return permission


def get(name: str) -> Permission:
    """The declared permission; raises ``LookupError`` for an unknown name."""
    try:
        return _declared[name]
    except KeyError:
        raise LookupError(f"permission {name} is not declared") from None
