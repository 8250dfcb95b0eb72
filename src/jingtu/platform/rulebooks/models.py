"""Tables of limits and of rates that users entered: kept whole, dated, withdrawn and never deleted."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from jingtu.platform.clock import recorded_now
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region


class AddedTable(models.Model):
    """A table file that a user entered, for a place and everything below it.

    ``content`` is the table as it was read and judged; the file itself is kept as evidence. Its editions or rules
    hold within their own dates, as long as the table is not withdrawn; ``valid_from`` and ``valid_to`` enclose
    them. ``keys`` are those of its standards or rates, ``number`` and ``title`` what a list shows of them.
    """

    class Kind(models.TextChoices):
        LIMITS = "limits", "标准限值"
        RATES = "rates", "核算规则"
        RULES = "rules", "本地期限"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    keys = models.JSONField(default=list)
    number = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    lines = models.PositiveIntegerField()
    added_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=recorded_now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-added_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "sha256"],
                condition=Q(withdrawn_at=None),
                name="one_valid_table_a_file_and_place",
            ),
        ]

    def __str__(self) -> str:
        return self.title
