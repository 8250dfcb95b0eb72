"""Log-ins in the ledger, by uid only, and the end of a one-time password."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, user_logged_in
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.dispatch import receiver

from jingtu.platform import clock
from jingtu.platform.ledger import records
from jingtu.platform.people.models import User


def _note(action: str, user: User | None) -> None:
    with transaction.atomic():
        records.append(
            action,
            on=clock.business_date(),
            subject_type="account",
            subject_uid=user.uid if user else None,
            actor_uid=user.uid if user else None,
        )


@receiver(user_logged_in)
def note_login(user: User, **_kwargs: Any) -> None:
    """Somebody logged in."""
    _note("people.login", user)


@receiver(user_logged_out)
def note_logout(user: User | None, **_kwargs: Any) -> None:
    """Somebody logged out."""
    if user is not None:
        _note("people.logout", user)


@receiver(user_locked_out)
def note_lock_out(username: str | None = None, **_kwargs: Any) -> None:
    """A log-in was closed after too many failures; the name may be nobody's."""
    _note("people.locked", User.objects.filter(username=username or "").first())


@receiver(password_changed)
def note_password(user: User, **_kwargs: Any) -> None:
    """The person has a password of the own choice now."""
    if user.must_change_password:
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])
    _note("people.change_password", user)
