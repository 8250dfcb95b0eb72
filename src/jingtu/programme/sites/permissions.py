"""Who may do what with parcels."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = "sites.parcel.read"
EDIT = "sites.parcel.edit"
IMPORT = "sites.parcel.import"
CONTROL_CHECK = "sites.parcel.control_check"

_REGIONAL = (Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT, Role.REVIEWER)
_OWNERS = (Role.ENTERPRISE, Role.SURVEY_FIRM, Role.LABORATORY, Role.TOWNSHIP)

declare(
    READ,
    "查看优先监管地块",
    dict.fromkeys(_REGIONAL, Scope.REGION) | dict.fromkeys(_OWNERS, Scope.OWN),
)
declare(EDIT, "编辑优先监管地块", {Role.OFFICER: Scope.LOCAL})
declare(IMPORT, "导入优先监管地块", {Role.OFFICER: Scope.LOCAL})
declare(CONTROL_CHECK, "核查优先监管地块管控", {Role.HEAD: Scope.LOCAL, Role.OFFICER: Scope.LOCAL})
