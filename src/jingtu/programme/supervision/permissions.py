"""Who may do what with self-assessments."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = "supervision.assessment.read"
EDIT = "supervision.assessment.edit"
IMPORT = "supervision.assessment.import"
REPORT = "supervision.assessment.report"
CONFIRM = "supervision.assessment.confirm"
TEMPLATE = "supervision.assessment.template"

declare(
    READ,
    "查看年度自评",
    dict.fromkeys((Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT), Scope.REGION),
)
declare(EDIT, "编制年度自评", {Role.OFFICER: Scope.LOCAL})
declare(IMPORT, "导入年度自评", {Role.OFFICER: Scope.LOCAL})
declare(REPORT, "审定并报送年度自评", {Role.HEAD: Scope.LOCAL})
declare(CONFIRM, "核定年度自评", {Role.SUPERIOR: Scope.REGION})
declare(TEMPLATE, "修改自评分值表", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
