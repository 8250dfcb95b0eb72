"""Who may do what with plans, tasks and targets."""

from __future__ import annotations

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

_UNITS = (
    Role.DEPARTMENT,
    Role.TOWNSHIP,
    Role.ENTERPRISE,
    Role.SURVEY_FIRM,
    Role.LABORATORY,
    Role.GRANARY,
)
_READERS = {
    Role.OFFICER: Scope.REGION,
    Role.HEAD: Scope.REGION,
    Role.SUPERIOR: Scope.REGION,
    Role.DEPARTMENT: Scope.REGION,
    Role.REVIEWER: Scope.REGION,
}

READ = declare(
    "plans.read",
    "查看计划",
    {**_READERS, **{role: Scope.OWN for role in _UNITS if role is not Role.DEPARTMENT}},
)
LOAD = declare("plans.load", "导入和校对计划", {Role.OFFICER: Scope.LOCAL})
CONFIRM = declare("plans.confirm", "确认计划生效", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
EDIT_TARGET = declare("plans.target.edit", "调整和分解目标", {Role.OFFICER: Scope.LOCAL})
READING = declare(
    "plans.reading.enter", "填报指标数据", {Role.OFFICER: Scope.LOCAL, Role.DEPARTMENT: Scope.OWN}
)
REPORT = declare(
    "plans.task.report", "填报任务进展", {Role.OFFICER: Scope.LOCAL, **dict.fromkeys(_UNITS, Scope.OWN)}
)
CHECK = declare("plans.task.check", "核查办结任务", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
REOPEN = declare("plans.task.reopen", "重新打开任务", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
DROP = declare("plans.task.drop", "取消任务", {Role.OFFICER: Scope.LOCAL})
FORM_READ = declare("plans.form.read", "查看报表", _READERS)
FORM_EDIT = declare("plans.form.edit", "编辑报表", {Role.OFFICER: Scope.LOCAL})
FORM_SUBMIT = declare("plans.form.submit", "报送报表", {Role.OFFICER: Scope.LOCAL, Role.HEAD: Scope.LOCAL})
