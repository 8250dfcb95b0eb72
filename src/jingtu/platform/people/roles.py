"""The roles, and where each may reach.

Fourteen roles of the programme's work and the three administrators that classified protection (等保,
GB/T 22239-2019, 8.1.5 安全管理中心) keeps apart. What a role may do is declared by each app in its
``permissions.py`` through ``people.permissions.declare``.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role; the value is stored, the label is shown."""

    OFFICER = "officer"
    HEAD = "head"
    DEPARTMENT = "department"
    TOWNSHIP = "township"
    ENTERPRISE = "enterprise"
    SURVEY_FIRM = "survey_firm"
    LABORATORY = "laboratory"
    REVIEWER = "reviewer"
    GRANARY = "granary"
    SUPERIOR = "superior"
    PUBLIC = "public"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"

    @property
    def label(self) -> str:
        return ROLE_LABELS[self]


ROLE_LABELS: dict[Role, str] = {
    Role.OFFICER: "经办人",
    Role.HEAD: "局领导",
    Role.DEPARTMENT: "部门联络员",
    Role.TOWNSHIP: "乡镇联络员",
    Role.ENTERPRISE: "企业用户",
    Role.SURVEY_FIRM: "从业单位用户",
    Role.LABORATORY: "检测机构用户",
    Role.REVIEWER: "评审专家",
    Role.GRANARY: "粮库用户",
    Role.SUPERIOR: "上级部门",
    Role.PUBLIC: "公众",
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDIT_ADMIN: "审计管理员",
}

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

# What a grant must name. A department contact reads the region and reports for the department.
NEEDS_REGION = frozenset({Role.OFFICER, Role.HEAD, Role.SUPERIOR, Role.REVIEWER, Role.DEPARTMENT})
NEEDS_ORGANISATION = frozenset(
    {Role.DEPARTMENT, Role.TOWNSHIP, Role.ENTERPRISE, Role.SURVEY_FIRM, Role.LABORATORY, Role.GRANARY}
)
# Everybody is the public; nobody is granted it.
GRANTABLE = tuple(role for role in Role if role is not Role.PUBLIC)


class Scope(StrEnum):
    """How far a permission reaches for a role."""

    REGION = "region"  # the member's region and everything below it
    LOCAL = "local"  # the member's region, its towns, villages and zones, but no county or city below
    OWN = "own"  # rows held by, or assigned to, the member's organisation
    EVERYWHERE = "everywhere"  # not a matter of place (accounts, the ledger)
