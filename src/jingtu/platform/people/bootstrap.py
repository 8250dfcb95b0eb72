"""The first three accounts of an installation: the administrators that are kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from jingtu.platform.people.actions import CreateAccount, GrantRole
from jingtu.platform.people.models import Membership
from jingtu.platform.people.roles import Role

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
