"""Who reads and who keeps the list of organisations."""

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = declare(
    "organisations.read",
    "查看单位名录",
    {
        Role.OFFICER: Scope.REGION,
        Role.HEAD: Scope.REGION,
        Role.SUPERIOR: Scope.REGION,
        Role.DEPARTMENT: Scope.REGION,
        Role.REVIEWER: Scope.REGION,
        Role.TOWNSHIP: Scope.OWN,
        Role.ENTERPRISE: Scope.OWN,
        Role.SURVEY_FIRM: Scope.OWN,
        Role.LABORATORY: Scope.OWN,
        Role.GRANARY: Scope.OWN,
    },
)
EDIT = declare("organisations.edit", "维护单位名录", {Role.OFFICER: Scope.LOCAL})
