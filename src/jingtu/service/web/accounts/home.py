"""Where a user begins: the page of the own duty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from jingtu.platform.people import policies

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from jingtu.platform.people.models import User

_FIRST_PAGES = (
    ("plans.read", "year"),
    ("people.accounts", "accounts"),
    ("people.roles", "roles"),
    ("ledger.read", "ledger"),
)


def home_of(user: User | AnonymousUser) -> str:
    """Address of the first page: the year for the business, the own page of each administrator."""
    for permission, name in _FIRST_PAGES:
        if policies.may(user, permission):
            return reverse(name)
    return reverse("me")
