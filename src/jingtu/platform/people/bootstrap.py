"""The first three accounts of an installation: the administrators that are kept apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jingtu.platform.people.actions import CreateAccount, GrantRole
from jingtu.platform.people.models import Membership
from jingtu.platform.people.roles import ADMINISTRATORS, Role
from jingtu.platform.regions.models import Region

FIRST_ADMINISTRATORS: tuple[tuple[str, Role], ...] = (
    ("sysadmin", Role.SYSTEM_ADMIN),
    ("secadmin", Role.SECURITY_ADMIN),
    ("auditor", Role.AUDIT_ADMIN),
)


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """One of the first accounts; the password is shown once and kept nowhere."""

    username: str
    role: Role
    password: str
    region: str = ""


def bootstrap_administrators(on: date) -> list[FirstAccount]:
    """Open the accounts of the three administrators where an installation has none.

    Parameters
    ----------
    on : date
        Business date for the ledger.

    Returns
    -------
    list of FirstAccount
        With one-time passwords that must be changed at the first login; empty at every later call.
    """
    opened = []
    with transaction.atomic():
        for username, role in FIRST_ADMINISTRATORS:
            if Membership.objects.filter(role=role.value).exists():
                continue
            account = CreateAccount(None, on, username=username, display_name=role.label).execute()
            GrantRole(None, on, account.user, role).execute()
            opened.append(FirstAccount(username, role, account.password))
    return opened


def open_first_officers(regions: Iterable[Region], on: date) -> list[FirstAccount]:
    """Open one officer account a region, while an installation has nobody but administrators.

    For trying the system out: once any account with a business role exists, accounts are opened by the
    system administrator and roles granted by the security administrator, and this does nothing.

    Returns
    -------
    list of FirstAccount
        With one-time passwords that must be changed at the first login.
    """
    opened = []
    with transaction.atomic():
        if Membership.objects.exclude(role__in=[role.value for role in ADMINISTRATORS]).exists():
            return []
        for region in regions:
            username = f"officer-{region.adcode or region.pk}"
            account = CreateAccount(None, on, username=username, display_name=Role.OFFICER.label).execute()
            GrantRole(None, on, account.user, Role.OFFICER, region=region).execute()
            opened.append(FirstAccount(username, Role.OFFICER, account.password, region.name))
    return opened
