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

LAND_READ = "sites.land.read"
LAND_EDIT = "sites.land.edit"
LAND_IMPORT = "sites.land.import"
LAND_CHECK = "sites.land.check"
LAND_RECORD = "sites.land.record"

declare(
    LAND_READ,
    "查看建设用地地块",
    dict.fromkeys(_REGIONAL, Scope.REGION) | dict.fromkeys(_OWNERS, Scope.OWN),
)
declare(LAND_EDIT, "编辑建设用地地块", {Role.OFFICER: Scope.LOCAL})
declare(LAND_IMPORT, "导入建设用地地块", {Role.OFFICER: Scope.LOCAL})
declare(LAND_CHECK, "核查建设用地违规整改", {Role.HEAD: Scope.LOCAL, Role.OFFICER: Scope.LOCAL})
declare(LAND_RECORD, "登记建设用地违规开发利用", {Role.OFFICER: Scope.LOCAL})
