"""Receipts: that an entry stands in another system, under which number, since when."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.registers.models import Entry


class FilingReceipt(models.Model):
    """That one entry was entered in a system on a day; corrected by a later row of the same ``uid``.

    ``period``: the year in which it was filed, where the system asks every year; else empty.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="filings")
    system = models.CharField(max_length=40)
    number = models.CharField(max_length=80)
    filed_on = models.DateField()
    period = models.CharField(max_length=4, blank=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=OPEN_TIME)
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)
    attachment = models.ForeignKey(
        Attachment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(recorded_to__gt=F("recorded_from")), name="receipt_interval"),
            models.UniqueConstraint(
                fields=["entry", "system", "period"],
                condition=Q(recorded_to=OPEN_TIME),
                name="one_receipt_a_system",
            ),
        ]
        indexes = [models.Index(fields=["system", "recorded_to", "filed_on"], name="receipt_system")]

    def __str__(self) -> str:
        return self.number

    @property
    def is_believed(self) -> bool:
        """Whether nobody has corrected or withdrawn it."""
        return self.recorded_to == OPEN_TIME
