"""Who reads the indicators of a region."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

READ = "indicators.read"

declare(
    READ,
    "查看指标",
    dict.fromkeys((Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.DEPARTMENT, Role.REVIEWER), Scope.REGION),
)
