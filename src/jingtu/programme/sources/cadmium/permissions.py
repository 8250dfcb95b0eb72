"""Who may do what with sources of cadmium and with surveys of causes."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = "cadmium.read"
EDIT = "cadmium.edit"
IMPORT = "cadmium.import"
CHECK = "cadmium.check"
REPORT = "cadmium.report"
STRIKE_OFF = "cadmium.strike_off"

_REGIONAL = (Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT, Role.REVIEWER)

declare(
    READ,
    "查看涉镉等污染源",
    dict.fromkeys(_REGIONAL, Scope.REGION) | {Role.ENTERPRISE: Scope.OWN},
)
declare(EDIT, "编辑涉镉等污染源", {Role.OFFICER: Scope.LOCAL})
declare(IMPORT, "导入涉镉等污染源", {Role.OFFICER: Scope.LOCAL})
declare(REPORT, "报送涉镉等污染源整治情况", {Role.OFFICER: Scope.LOCAL, Role.ENTERPRISE: Scope.OWN})
declare(CHECK, "核查涉镉等污染源整治", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
declare(STRIKE_OFF, "涉镉等污染源销号", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
