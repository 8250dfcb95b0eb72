"""Who may do what with surveys and their laboratory results.

A survey belongs to a place and to three bodies: the one examined, the survey firm and the laboratory.
"""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

_REGIONAL = (Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT, Role.REVIEWER)

READ = declare(
    "laboratory.read",
    "查看检测结果",
    dict.fromkeys(_REGIONAL, Scope.REGION)
    | dict.fromkeys((Role.ENTERPRISE, Role.SURVEY_FIRM, Role.LABORATORY), Scope.OWN),
)
# The body examined reads its own results; it does not deliver them.
IMPORT = declare(
    "laboratory.import",
    "导入检测结果",
    {Role.OFFICER: Scope.LOCAL, Role.SURVEY_FIRM: Scope.OWN, Role.LABORATORY: Scope.OWN},
)
MANAGE = declare("laboratory.manage", "登记和调整检测任务", {Role.OFFICER: Scope.LOCAL})
# Where exactly a sample was taken. Other departments read results by point and place.
COORDINATES = declare(
    "laboratory.coordinates",
    "查看采样点坐标",
    dict.fromkeys((Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.REVIEWER), Scope.REGION)
    | dict.fromkeys((Role.ENTERPRISE, Role.SURVEY_FIRM, Role.LABORATORY), Scope.OWN),
)
