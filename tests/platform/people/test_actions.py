"""Accounts and roles: three administrators kept apart, nobody grants himself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.utils import timezone

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import policies
from jingtu.platform.people.actions import ChangeAccount, CreateAccount, GrantRole, NewPassword, RevokeRole
from jingtu.platform.people.bootstrap import bootstrap_administrators
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region

TODAY = date(2024, 6, 30)
pytestmark = pytest.mark.django_db


@pytest.fixture
def administrators() -> dict[str, User]:
    bootstrap_administrators(TODAY)
    return {user.username: user for user in User.objects.all()}


@pytest.fixture
def county() -> Region:
    return create_region("某县", "county", create_region("某市", "city", source="试验"), source="试验")


@pytest.fixture
def person() -> User:
    return create(None, username="zhang.san").user


def create(actor: User | None, **changes: str) -> NewPassword:
    values = {"username": "li.si", "display_name": "李四"} | changes
    return CreateAccount(actor, TODAY, **values).execute()


def test_bootstrap_opens_three_accounts_once() -> None:
    first = bootstrap_administrators(TODAY)
    assert [(account.username, account.role) for account in first] == [
        ("sysadmin", Role.SYSTEM_ADMIN),
        ("secadmin", Role.SECURITY_ADMIN),
        ("auditor", Role.AUDIT_ADMIN),
    ]
    assert len({account.password for account in first}) == 3
    for account in first:
        user = User.objects.get(username=account.username)
        assert user.check_password(account.password)
        assert user.must_change_password
        assert policies.roles(user) == {account.role, Role.PUBLIC}
    assert bootstrap_administrators(TODAY) == []
    assert User.objects.count() == 3


def test_passwords_are_kept_as_argon2_only(administrators: dict[str, User]) -> None:
    for user in administrators.values():
        assert identify_hasher(user.password).algorithm == "argon2"


def test_no_password_name_or_phone_reaches_the_ledger(administrators: dict[str, User]) -> None:
    made = create(
        administrators["sysadmin"], phone="0772-1234567", email="li@example.cn", display_name="李四四"
    )
    ChangeAccount(administrators["sysadmin"], TODAY, made.user, "disable", "李四四调离").execute()
    text = str(list(LedgerRow.objects.values()))
    for secret in (made.password, "李四四", "0772-1234567", "li@example.cn", "li.si", "sysadmin"):
        assert secret not in text


@pytest.mark.parametrize("name", ["secadmin", "auditor"])
def test_only_the_system_administrator_opens_and_changes_accounts(
    administrators: dict[str, User], person: User, name: str
) -> None:
    with pytest.raises(PermissionDeniedError):
        create(administrators[name])
    for verb in ("disable", "enable", "reset"):
        with pytest.raises(PermissionDeniedError):
            ChangeAccount(administrators[name], TODAY, person, verb, "原因").execute()


@pytest.mark.parametrize("name", ["sysadmin", "auditor"])
def test_only_the_security_administrator_grants(
    administrators: dict[str, User], person: User, county: Region, name: str
) -> None:
    with pytest.raises(PermissionDeniedError):
        GrantRole(administrators[name], TODAY, person, "officer", region=county).execute()
    assert not Membership.objects.filter(user=person).exists()


def test_nobody_grants_or_revokes_the_own_role(administrators: dict[str, User], county: Region) -> None:
    admin = administrators["secadmin"]
    with pytest.raises(PermissionDeniedError):
        GrantRole(admin, TODAY, admin, "officer", region=county).execute()
    with pytest.raises(PermissionDeniedError):
        RevokeRole(admin, TODAY, Membership.objects.get(user=admin), "原因").execute()


def test_administrators_hold_one_role_and_no_business(
    administrators: dict[str, User], person: User, county: Region
) -> None:
    admin = administrators["secadmin"]
    with pytest.raises(ConflictError):
        GrantRole(admin, TODAY, administrators["auditor"], "officer", region=county).execute()
    with pytest.raises(ConflictError):
        GrantRole(admin, TODAY, administrators["auditor"], "system_admin").execute()
    GrantRole(admin, TODAY, person, "officer", region=county).execute()
    with pytest.raises(ConflictError):
        GrantRole(admin, TODAY, person, "audit_admin").execute()


def test_a_role_granted_for_next_month_already_keeps_administrators_apart(
    administrators: dict[str, User], person: User, county: Region
) -> None:
    later = timezone.localdate() + timedelta(days=30)
    GrantRole(administrators["secadmin"], TODAY, person, "officer", region=county, valid_from=later).execute()
    with pytest.raises(ConflictError):
        GrantRole(administrators["secadmin"], TODAY, person, "system_admin").execute()


@pytest.mark.parametrize(
    ("role", "region", "organisation"),
    [
        ("officer", False, False),
        ("head", False, True),
        ("department", True, False),
        ("department", False, True),
        ("township", False, False),
        ("enterprise", True, True),
        ("public", False, False),
        ("system_admin", True, False),
    ],
)
def test_a_grant_names_exactly_what_the_role_needs(
    administrators: dict[str, User], person: User, county: Region, role: str, region: bool, organisation: bool
) -> None:
    body = Organisation.objects.create(name="某单位", kind="department", region=county)
    with pytest.raises(InputError):
        GrantRole(
            administrators["secadmin"],
            TODAY,
            person,
            role,
            region=county if region else None,
            organisation=body if organisation else None,
        ).execute()


def test_a_unit_of_another_place_is_refused(
    administrators: dict[str, User], person: User, county: Region
) -> None:
    other = create_region("邻县", "county", county.parent, source="试验")
    body = Organisation.objects.create(name="邻县水利局", kind="department", region=other)
    branch = Organisation.objects.create(name="某市分局", kind="ecology", region=county.parent)
    with pytest.raises(InputError):
        GrantRole(
            administrators["secadmin"], TODAY, person, "department", region=county, organisation=body
        ).execute()
    GrantRole(
        administrators["secadmin"], TODAY, person, "department", region=county, organisation=branch
    ).execute()


def test_revoking_ends_today_keeps_the_row_and_allows_a_new_grant(
    administrators: dict[str, User], person: User, county: Region
) -> None:
    admin = administrators["secadmin"]
    granted = GrantRole(admin, TODAY, person, "officer", region=county).execute()
    with pytest.raises(ConflictError):
        GrantRole(admin, TODAY, person, "officer", region=county).execute()
    with pytest.raises(InputError):
        RevokeRole(admin, TODAY, granted, "  ").execute()
    RevokeRole(admin, TODAY, granted, "岗位调整").execute()
    assert policies.roles(User.objects.get(pk=person.pk)) == {Role.PUBLIC}
    with pytest.raises(ConflictError):
        RevokeRole(admin, TODAY, granted, "再次").execute()
    again = GrantRole(admin, TODAY, person, "officer", region=county).execute()
    assert again.pk != granted.pk
    granted.refresh_from_db()
    assert (granted.ended_by, granted.ended_reason) == (admin, "岗位调整")
    assert LedgerRow.objects.filter(action="people.revoke_role", subject_uid=person.uid).count() == 1


def test_the_last_administrator_of_a_kind_stays(administrators: dict[str, User]) -> None:
    second = create(None, username="sysadmin2").user
    GrantRole(None, TODAY, second, "system_admin").execute()
    ChangeAccount(second, TODAY, administrators["sysadmin"], "disable", "退休").execute()
    with pytest.raises(ConflictError):
        ChangeAccount(second, TODAY, administrators["auditor"], "disable", "退休").execute()
    with pytest.raises(ConflictError):
        RevokeRole(None, TODAY, Membership.objects.get(user=administrators["secadmin"]), "退休").execute()
    with pytest.raises(ConflictError):  # the one left may not be taken away either
        RevokeRole(None, TODAY, Membership.objects.get(user=second), "退休").execute()


def test_changing_accounts(administrators: dict[str, User], person: User) -> None:
    admin = administrators["sysadmin"]
    with pytest.raises(InputError):
        ChangeAccount(admin, TODAY, person, "disable").execute()
    ChangeAccount(admin, TODAY, person, "disable", "离职").execute()
    person.refresh_from_db()
    assert not person.is_active
    with pytest.raises(ConflictError):
        ChangeAccount(admin, TODAY, person, "disable", "离职").execute()
    ChangeAccount(admin, TODAY, person, "enable").execute()
    with pytest.raises(ConflictError):
        ChangeAccount(admin, TODAY, person, "enable").execute()
    User.objects.filter(pk=person.pk).update(must_change_password=False)
    old = User.objects.get(pk=person.pk).get_session_auth_hash()
    password = ChangeAccount(admin, TODAY, person, "reset").execute()
    person.refresh_from_db()
    assert password
    assert person.check_password(password)
    assert person.must_change_password
    assert person.get_session_auth_hash() != old
    with pytest.raises(ConflictError):
        ChangeAccount(admin, TODAY, admin, "reset").execute()


def test_all_problems_of_a_new_account_are_told_at_once(
    administrators: dict[str, User], person: User
) -> None:
    with pytest.raises(InputError) as caught:
        create(
            administrators["sysadmin"],
            username="张三",
            display_name=" ",
            phone="call me",
            email="not an address",
        )
    assert [error.column for error in caught.value.errors] == ["登录名", "姓名", "联系电话", "电子邮箱"]
    with pytest.raises(InputError):
        create(administrators["sysadmin"], username=" Zhang.San ")
    assert User.objects.filter(username__iexact="zhang.san").count() == 1


def test_a_disabled_account_gets_no_role(
    administrators: dict[str, User], person: User, county: Region
) -> None:
    ChangeAccount(None, TODAY, person, "disable", "离职").execute()
    with pytest.raises(InputError):
        GrantRole(administrators["secadmin"], TODAY, person, "officer", region=county).execute()
