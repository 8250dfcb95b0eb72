"""Who may withdraw a file; who may read it follows its subject."""

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

WITHDRAW = declare(
    "evidence.withdraw",
    "作废佐证材料",
    {
        Role.OFFICER: Scope.LOCAL,
        Role.DEPARTMENT: Scope.OWN,
        Role.TOWNSHIP: Scope.OWN,
        Role.ENTERPRISE: Scope.OWN,
        Role.SURVEY_FIRM: Scope.OWN,
        Role.LABORATORY: Scope.OWN,
        Role.GRANARY: Scope.OWN,
    },
)
