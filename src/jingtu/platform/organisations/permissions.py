"""Who keeps the list of organisations."""

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

EDIT = declare("organisations.edit", "维护单位名录", {Role.OFFICER: Scope.LOCAL})
