"""Who reads law and standards, and who adds tables to them."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import ADMINISTRATORS, Role, Scope

READ = "rulebooks.read"
ADD = "rulebooks.add"


def declare_all() -> None:
    """Declare the permissions; called when the app is ready."""
    working = [role for role in Role if role not in ADMINISTRATORS and role is not Role.PUBLIC]
    declare(READ, "查看依据与标准", dict.fromkeys(working, Scope.EVERYWHERE))
    declare(ADD, "录入标准表", {Role.OFFICER: Scope.LOCAL})
