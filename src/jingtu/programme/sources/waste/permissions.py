"""Who may do what with tailings ponds and with sites of waste left over from the past."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = "waste.read"
EDIT = "waste.edit"
IMPORT = "waste.import"
CHECK = "waste.check"
REPORT = "waste.report"
STRIKE_OFF = "waste.strike_off"

_REGIONAL = (Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT, Role.REVIEWER)

declare(
    READ,
    "查看尾矿库和历史遗留固体废物",
    dict.fromkeys(_REGIONAL, Scope.REGION) | {Role.ENTERPRISE: Scope.OWN},
)
declare(EDIT, "编辑尾矿库和历史遗留固体废物", {Role.OFFICER: Scope.LOCAL})
declare(IMPORT, "导入尾矿库和历史遗留固体废物", {Role.OFFICER: Scope.LOCAL})
declare(
    REPORT, "报送尾矿库和历史遗留固体废物整治情况", {Role.OFFICER: Scope.LOCAL, Role.ENTERPRISE: Scope.OWN}
)
declare(CHECK, "检查尾矿库、核查历史遗留固体废物整治", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
declare(STRIKE_OFF, "历史遗留固体废物销号", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
