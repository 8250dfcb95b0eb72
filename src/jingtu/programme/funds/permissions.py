"""Who may do what with projects and their money."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = "funds.project.read"
EDIT = "funds.project.edit"
IMPORT = "funds.project.import"
CHECK = "funds.project.check"
MONEY = "funds.project.money"
PROGRESS = "funds.project.progress"

_REGIONAL = (Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT)
_OWNERS = (Role.ENTERPRISE, Role.SURVEY_FIRM, Role.TOWNSHIP)

declare(
    READ, "查看土壤和地下水项目", dict.fromkeys(_REGIONAL, Scope.REGION) | dict.fromkeys(_OWNERS, Scope.OWN)
)
declare(EDIT, "编辑土壤和地下水项目", {Role.OFFICER: Scope.LOCAL})
declare(IMPORT, "导入土壤和地下水项目", {Role.OFFICER: Scope.LOCAL})
declare(CHECK, "核查项目验收和绩效", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
declare(MONEY, "登记项目资金和支付", {Role.OFFICER: Scope.LOCAL})
# The unit that carries a project out says how far it is.
declare(
    PROGRESS,
    "登记项目进度",
    {Role.OFFICER: Scope.LOCAL, Role.DEPARTMENT: Scope.OWN, Role.TOWNSHIP: Scope.OWN},
)
