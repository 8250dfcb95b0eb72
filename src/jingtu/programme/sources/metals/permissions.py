"""Who may do what with enterprises that handle heavy metals, and with their quantities."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = "metals.enterprise.read"
EDIT = "metals.enterprise.edit"
IMPORT = "metals.enterprise.import"
POST = "metals.quota.post"
RATIO = "metals.quota.ratio"

_REGIONAL = (Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT, Role.REVIEWER)

declare(READ, "查看涉重金属企业", dict.fromkeys(_REGIONAL, Scope.REGION) | {Role.ENTERPRISE: Scope.OWN})
declare(EDIT, "编辑涉重金属企业", {Role.OFFICER: Scope.LOCAL})
declare(IMPORT, "导入涉重金属企业", {Role.OFFICER: Scope.LOCAL})
declare(POST, "登记重金属总量指标", {Role.OFFICER: Scope.LOCAL})
declare(RATIO, "登记重金属替代比例", {Role.OFFICER: Scope.LOCAL})
