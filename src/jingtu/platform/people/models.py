"""Users and what they are members of. There is no superuser and no staff flag."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.roles import ROLE_LABELS, Role
from jingtu.platform.regions.models import Region


class UserManager(BaseUserManager["User"]):
    """Creates accounts; roles are granted apart, by another administrator."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account. Personal data stay in this table; the ledger holds the uid only."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField(max_length=40, unique=True)
    display_name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    is_example = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    def __str__(self) -> str:
        return self.display_name


class Membership(models.Model):
    """One role of one user: where (region) and for whom (organisation), between two days.

    A role taken back keeps its row with its last day, who took it back and why.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(
        max_length=20, choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT)
    valid_from = models.DateField(default=date(2000, 1, 1))
    valid_to = models.DateField(default=OPEN_DATE)
    granted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="granted_memberships"
    )
    granted_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="ended_memberships"
    )
    ended_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "region", "organisation"],
                condition=models.Q(valid_to=OPEN_DATE),
                name="one_membership_a_role_and_place",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {Role(self.role).label}"
