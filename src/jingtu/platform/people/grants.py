"""Permissions on accounts and roles: two administrators, kept apart (GB/T 22239-2019, 8.1.5)."""

from jingtu.platform.people.permissions import declare
from jingtu.platform.people.roles import Role, Scope

ACCOUNTS = declare("people.accounts", "管理账号", {Role.SYSTEM_ADMIN: Scope.EVERYWHERE})
ROLES = declare("people.roles", "授予和收回角色", {Role.SECURITY_ADMIN: Scope.EVERYWHERE})
