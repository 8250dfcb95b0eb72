"""Opening and changing accounts; granting and taking back roles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet
from django.utils import timezone

from jingtu.errors import CellError, ConflictError, InputError, PermissionDeniedError
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import policies
from jingtu.platform.people.grants import ACCOUNTS, ROLES
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.passwords import one_time_password
from jingtu.platform.people.roles import ADMINISTRATORS, GRANTABLE, NEEDS_ORGANISATION, NEEDS_REGION, Role
from jingtu.platform.regions.models import Region

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{2,39}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}")


@dataclass(frozen=True, slots=True)
class NewPassword:
    """An account with the password to hand over; the password is kept nowhere."""

    user: User
    password: str


class CreateAccount(Action[NewPassword]):
    """Open an account without any role; the person changes the password at the first login."""

    name = "people.create_account"
    label = "新建账号"
    permission: ClassVar[str | None] = ACCOUNTS.name

    def __init__(
        self,
        actor: User | None,
        on: date,
        *,
        username: str,
        display_name: str,
        phone: str = "",
        email: str = "",
        is_example: bool = False,
    ) -> None:
        super().__init__(actor, on)
        self.username = username.strip().lower()
        self.display_name = " ".join(display_name.split())
        self.phone = phone.strip()
        self.email = email.strip()
        self.is_example = is_example
        self.user: User | None = None

    def subject(self) -> Subject:
        return Subject("account", self.user.uid if self.user else None)

    def check_state(self) -> None:
        problems = []
        if not _USERNAME.fullmatch(self.username):
            problems.append(
                CellError(
                    "登录名应为 3 至 40 个小写字母、数字、点、横线或下划线，以字母开头",
                    column="登录名",
                    value=self.username[:40],
                )
            )
        elif User.objects.filter(username=self.username).exists():
            problems.append(CellError("这个登录名已有人使用，请换一个", column="登录名", value=self.username))
        if not 1 <= len(self.display_name) <= 40:
            problems.append(CellError("姓名应为 1 至 40 字", column="姓名", value=self.display_name[:40]))
        if self.phone and not _PHONE.fullmatch(self.phone):
            problems.append(
                CellError("联系电话只含数字、空格和横线", column="联系电话", value=self.phone[:20])
            )
        if self.email:
            try:
                validate_email(self.email)
            except ValidationError:
                problems.append(
                    CellError(
                        "电子邮箱应写成 name@example.cn 的样子", column="电子邮箱", value=self.email[:60]
                    )
                )
        if problems:
            raise InputError("账号没有建立，请改正后再提交。", problems)

    def perform(self) -> NewPassword:
        password = one_time_password()
        self.user = User.objects.create_user(
            self.username,
            password,
            display_name=self.display_name,
            phone=self.phone,
            email=self.email,
            must_change_password=True,
            is_example=self.is_example,
        )
        self.record()
        return NewPassword(self.user, password)


class AccountVerb(StrEnum):
    """What may be done to an account."""

    DISABLE = "disable"
    ENABLE = "enable"
    RESET = "reset"


class ChangeAccount(Action[str | None]):
    """Disable or enable an account, or give it a new one-time password (returned, kept nowhere)."""

    name = "people.change_account"
    label = "变更账号"
    permission: ClassVar[str | None] = ACCOUNTS.name

    def __init__(self, actor: User | None, on: date, user: User, verb: str, reason: str = "") -> None:
        super().__init__(actor, on)
        self.user = user
        self.verb = AccountVerb(verb)
        self.reason = reason.strip()[:200]

    def subject(self) -> Subject:
        return Subject("account", self.user.uid)

    def lock(self) -> None:
        self.user = User.objects.select_for_update().get(pk=self.user.pk)

    def check_state(self) -> None:
        if self.actor is not None and self.actor.pk == self.user.pk:
            raise ConflictError("本人账号由另一名系统管理员处理；修改密码请到“我的账号”。")
        if self.verb is AccountVerb.DISABLE:
            if not self.reason:
                raise InputError("停用账号需要写明原因。", [CellError("请写明原因", column="原因")])
            if not self.user.is_active:
                raise ConflictError("这个账号已经停用。")
            for role in policies.roles(self.user) & ADMINISTRATORS:
                keep_one(role, without=self.user)
        elif self.verb is AccountVerb.ENABLE and self.user.is_active:
            raise ConflictError("这个账号正在使用，无需启用。")

    def perform(self) -> str | None:
        password = None
        if self.verb is AccountVerb.RESET:
            password = one_time_password()
            self.user.set_password(password)  # ends the sessions: their hash no longer fits
            self.user.must_change_password = True
        else:
            self.user.is_active = self.verb is AccountVerb.ENABLE
        self.user.save(update_fields=["password", "must_change_password", "is_active"])
        policies.forget(self.user)
        self.record(verb=self.verb.value, reason=bool(self.reason))
        return password


class GrantRole(Action[Membership]):
    """Give a user a role at a place, for an organisation.

    The three administrators are kept apart from each other and from the business; nobody grants
    a role to himself.
    """

    name = "people.grant_role"
    label = "授予角色"
    permission: ClassVar[str | None] = ROLES.name

    def __init__(
        self,
        actor: User | None,
        on: date,
        user: User,
        role: str,
        *,
        region: Region | None = None,
        organisation: Organisation | None = None,
        valid_from: date | None = None,
        valid_to: date = OPEN_DATE,
    ) -> None:
        super().__init__(actor, on)
        self.user = user
        self.role = Role(role)
        self.region = region
        self.organisation = organisation
        self.valid_from = valid_from or timezone.localdate()
        self.valid_to = valid_to

    def subject(self) -> Subject:
        return Subject("account", self.user.uid)

    def lock(self) -> None:
        self.user = User.objects.select_for_update().get(pk=self.user.pk)

    def check_permission(self) -> None:
        super().check_permission()
        if self.actor is not None and self.actor.pk == self.user.pk:
            raise PermissionDeniedError("不能给自己授权；请由另一名安全管理员办理。")

    def check_state(self) -> None:
        problems = []
        if self.role not in GRANTABLE:
            problems.append(CellError("公众不需要授权", column="角色"))
        if self.role in ADMINISTRATORS and (self.region or self.organisation):
            problems.append(CellError("管理员不分行政区和单位", column="角色", value=self.role.label))
        if self.role in NEEDS_REGION and self.region is None:
            problems.append(CellError(f"“{self.role.label}”需要选择行政区", column="行政区"))
        if self.role in NEEDS_ORGANISATION and self.organisation is None:
            problems.append(CellError(f"“{self.role.label}”需要选择单位", column="单位"))
        if self.role not in NEEDS_REGION and self.region is not None and self.role not in ADMINISTRATORS:
            problems.append(CellError(f"“{self.role.label}”只按单位授权，不选行政区", column="行政区"))
        if self.region and self.organisation and not self._near(self.region, self.organisation.region):
            problems.append(
                CellError(f"单位不在“{self.region.name}”", column="单位", value=self.organisation.name)
            )
        if self.organisation is not None and self.organisation.merged_into_id:
            problems.append(
                CellError("这个单位已经合并，请选合并后的单位", column="单位", value=self.organisation.name)
            )
        if self.valid_to <= self.valid_from:
            problems.append(CellError("截止日期应晚于开始日期", column="截止日期", value=str(self.valid_to)))
        if not self.user.is_active:
            problems.append(CellError("账号已停用，不能授权", column="账号"))
        if problems:
            raise InputError("角色没有授予，请改正后再提交。", problems)
        held = {Role(item.role) for item in in_force(self.user)}
        if held and self.role in ADMINISTRATORS and held != {self.role}:
            raise ConflictError("管理员账号不能兼任其他角色；请另建账号（系统、安全、审计三员分立）。")
        if self.role not in ADMINISTRATORS and held & ADMINISTRATORS:
            raise ConflictError("管理员账号不能办理业务；请另建账号（系统、安全、审计三员分立）。")
        same = in_force(self.user).filter(role=self.role, region=self.region, organisation=self.organisation)
        if same.exists():
            raise ConflictError("这个角色已经授予，不必重复授权。")

    @staticmethod
    def _near(region: Region, other: Region) -> bool:
        """A unit of the place, of what lies below it, or of the level above (a district branch)."""
        return other.path.startswith(region.path) or region.path.startswith(other.path)

    def perform(self) -> Membership:
        membership = Membership.objects.create(
            user=self.user,
            role=self.role.value,
            region=self.region,
            organisation=self.organisation,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            granted_by=self.actor,
        )
        policies.forget(self.user)
        self.record(
            role=self.role.value,
            region=str(self.region.uid) if self.region else None,
            organisation=str(self.organisation.uid) if self.organisation else None,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
        )
        return membership


class RevokeRole(Action[Membership]):
    """Take a role back from today on; the row stays as history."""

    name = "people.revoke_role"
    label = "收回角色"
    permission: ClassVar[str | None] = ROLES.name

    def __init__(self, actor: User | None, on: date, membership: Membership, reason: str) -> None:
        super().__init__(actor, on)
        self.membership = membership
        self.reason = reason.strip()[:200]

    def subject(self) -> Subject:
        return Subject("account", self.membership.user.uid)

    def lock(self) -> None:
        self.membership = (
            Membership.objects.select_for_update(of=("self",))
            .select_related("user")
            .get(pk=self.membership.pk)
        )

    def check_permission(self) -> None:
        super().check_permission()
        if self.actor is not None and self.actor.pk == self.membership.user_id:
            raise PermissionDeniedError("不能收回自己的角色；请由另一名安全管理员办理。")

    def check_state(self) -> None:
        if not self.reason:
            raise InputError("收回角色需要写明原因。", [CellError("请写明原因", column="原因")])
        if self.membership.valid_to <= timezone.localdate():
            raise ConflictError("这个角色已经失效。")
        role = Role(self.membership.role)
        if role in ADMINISTRATORS:
            keep_one(role, without=self.membership.user)

    def perform(self) -> Membership:
        today = timezone.localdate()
        # A role granted for a later day never came into force: its interval becomes empty.
        self.membership.valid_to = max(today, self.membership.valid_from)
        self.membership.ended_by = self.actor
        self.membership.ended_reason = self.reason
        self.membership.save(update_fields=["valid_to", "ended_by", "ended_reason"])
        policies.forget(self.membership.user)
        self.record(role=self.membership.role, membership=self.membership.pk)
        return self.membership


def in_force(user: User, on: date | None = None) -> QuerySet[Membership]:
    """Memberships that hold on a day or later (a grant for next month counts as held)."""
    return Membership.objects.filter(user=user, valid_to__gt=on or timezone.localdate())


def keep_one(role: Role, *, without: User) -> None:
    """Refuse to leave the installation without one active administrator of a kind."""
    today = timezone.localdate()
    others = Membership.objects.filter(
        Q(role=role.value, valid_from__lte=today, valid_to__gt=today, user__is_active=True)
    ).exclude(user=without)
    if not others.exists():
        raise ConflictError(f"系统至少保留一名可用的{role.label}；请先给另一个账号授权。")
