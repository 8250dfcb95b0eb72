"""Who may do what with contaminated cropland."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = "cropland.plot.read"
EDIT = "cropland.plot.edit"
IMPORT = "cropland.plot.import"
CLASSIFY = "cropland.plot.classify"
RECORD = "cropland.record"

_REGIONAL = (Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT, Role.REVIEWER)

declare(
    READ,
    "查看受污染耕地台账",
    dict.fromkeys(_REGIONAL, Scope.REGION) | {Role.TOWNSHIP: Scope.OWN},
)
declare(EDIT, "编辑受污染耕地台账", {Role.OFFICER: Scope.LOCAL})
declare(IMPORT, "导入受污染耕地台账", {Role.OFFICER: Scope.LOCAL})
declare(CLASSIFY, "办理耕地类别调整", {Role.OFFICER: Scope.LOCAL})
# Measures, tests and checks are entered by whoever answers for the plot as well: the township, the department.
declare(
    RECORD,
    "登记耕地措施、检测和核查",
    {Role.OFFICER: Scope.LOCAL, Role.DEPARTMENT: Scope.OWN, Role.TOWNSHIP: Scope.OWN},
)
