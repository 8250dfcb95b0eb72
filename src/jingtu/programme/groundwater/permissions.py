"""Who may do what with monitoring wells and assessment points."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

WELL_READ = "groundwater.well.read"
WELL_EDIT = "groundwater.well.edit"
WELL_IMPORT = "groundwater.well.import"
WELL_CHECK = "groundwater.well.check"
PATROL = "groundwater.well.patrol"
POINT_READ = "groundwater.point.read"
POINT_EDIT = "groundwater.point.edit"
POINT_IMPORT = "groundwater.point.import"
RESULTS = "groundwater.point.results"

_REGIONAL = (Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT, Role.REVIEWER)
_KEEPERS = (Role.ENTERPRISE, Role.SURVEY_FIRM, Role.LABORATORY, Role.TOWNSHIP)

_READERS = dict.fromkeys(_REGIONAL, Scope.REGION) | dict.fromkeys(_KEEPERS, Scope.OWN)

declare(WELL_READ, "查看地下水监测井", _READERS)
declare(WELL_EDIT, "编辑地下水监测井", {Role.OFFICER: Scope.LOCAL})
declare(WELL_IMPORT, "导入地下水监测井", {Role.OFFICER: Scope.LOCAL})
declare(WELL_CHECK, "核查地下水监测井修复和封井", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
# Whoever keeps a well walks to it: townships, and firms that are paid for it.
declare(
    PATROL,
    "登记地下水监测井巡护",
    {Role.OFFICER: Scope.LOCAL}
    | dict.fromkeys((Role.TOWNSHIP, Role.SURVEY_FIRM, Role.ENTERPRISE), Scope.OWN),
)
declare(POINT_READ, "查看地下水考核点位", _READERS)
declare(POINT_EDIT, "编辑地下水考核点位", {Role.OFFICER: Scope.LOCAL})
declare(POINT_IMPORT, "导入地下水考核点位", {Role.OFFICER: Scope.LOCAL})
declare(RESULTS, "录入地下水监测结果", {Role.OFFICER: Scope.LOCAL, Role.LABORATORY: Scope.OWN})
