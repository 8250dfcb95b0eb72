"""Who may do what with key units."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = "key_units.read"
EDIT = "key_units.edit"
IMPORT = "key_units.import"
CHECK = "key_units.check"
REPORT = "key_units.report"
TEMPLATE = "key_units.template"

_REGIONAL = (Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT, Role.REVIEWER)

declare(
    READ,
    "查看重点监管单位",
    dict.fromkeys(_REGIONAL, Scope.REGION) | {Role.ENTERPRISE: Scope.OWN},
)
declare(EDIT, "编辑重点监管单位", {Role.OFFICER: Scope.LOCAL})
declare(IMPORT, "导入重点监管单位", {Role.OFFICER: Scope.LOCAL})
declare(CHECK, "核查重点监管单位", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
# What the unit itself has to report: the unit does, or the bureau for it.
declare(REPORT, "报送重点监管单位情况", {Role.OFFICER: Scope.LOCAL, Role.ENTERPRISE: Scope.OWN})
declare(TEMPLATE, "修订重点监管单位检查表", {Role.HEAD: Scope.LOCAL})
