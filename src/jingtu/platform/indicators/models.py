"""Readings that are kept: snapshots of computed ones, and readings typed in with evidence."""

from __future__ import annotations

import uuid

from django.db import models

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region


class Snapshot(models.Model):
    """What an indicator read on a day, as known at a moment: kept, recomputed and compared later."""

    indicator = models.CharField(max_length=60)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    variant = models.CharField(max_length=120, blank=True)  # parameters, e.g. base=2024-03-31
    on = models.DateField()
    known_at = models.DateTimeField()
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    reading = models.JSONField()
    ledger_row = models.ForeignKey(LedgerRow, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "region", "variant", "on"], name="one_snapshot_a_day"
            ),
        ]
        indexes = [models.Index(fields=["indicator", "region", "on"], name="snapshot_series")]

    @property
    def key(self) -> str:
        """The snapshot as a query string names it."""
        return str(self.pk)


class ManualReading(models.Model):
    """A reading somebody typed in (人工填报) with evidence, until its register computes it.

    ``series`` identifies what is read: a target's uid. Corrections close the old row in recorded time.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    indicator = models.CharField(max_length=60, blank=True)
    series = models.UUIDField(db_index=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    text = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=30, blank=True)
    numerator = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    note = models.CharField(max_length=300, blank=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=OPEN_TIME)
    entered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "on"],
                condition=models.Q(recorded_to=OPEN_TIME),
                name="one_believed_reading_a_day",
            ),
        ]
        indexes = [models.Index(fields=["series", "on", "recorded_to"], name="manual_series")]
