"""Who reads duties, who closes them, who checks, who urges and who waives."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = "duties.read"
CLOSE = "duties.close"
CHECK = "duties.check"
ESCALATE = "duties.escalate"
WAIVE = "duties.waive"

_WORKERS = (Role.TOWNSHIP, Role.ENTERPRISE, Role.SURVEY_FIRM, Role.LABORATORY, Role.GRANARY)
_REGIONAL = (Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT, Role.REVIEWER)


def declare_all() -> None:
    """Declare the permissions; called when the app is ready."""
    declare(READ, "查看待办", dict.fromkeys(_REGIONAL, Scope.REGION) | dict.fromkeys(_WORKERS, Scope.OWN))
    declare(
        CLOSE,
        "办理待办",
        {Role.OFFICER: Scope.LOCAL, Role.DEPARTMENT: Scope.OWN} | dict.fromkeys(_WORKERS, Scope.OWN),
    )
    declare(CHECK, "核查待办", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
    declare(ESCALATE, "督办", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
    declare(WAIVE, "免除待办", {Role.HEAD: Scope.LOCAL})
