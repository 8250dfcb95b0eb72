"""The ledger: rows that commit with the change they record, and seals that chain them afterwards."""

from __future__ import annotations

import uuid

from django.db import models


class LedgerRow(models.Model):
    """One recorded decision or move. Never updated, never deleted; the database refuses both.

    ``facts`` holds no personal data: people appear by uid only.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(db_index=True)
    on = models.DateField()
    actor_uid = models.UUIDField(null=True, db_index=True)
    operation = models.UUIDField(db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    subject_type = models.CharField(max_length=40)
    subject_uid = models.UUIDField(null=True, db_index=True)
    region_path = models.CharField(max_length=120, blank=True, db_index=True)
    facts = models.JSONField(default=dict)
    alg = models.CharField(max_length=10)
    row_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]


class Seal(models.Model):
    """The place of one committed row in the chain; written by the sealer, outside business work."""

    seq = models.BigIntegerField(primary_key=True)
    row = models.OneToOneField(LedgerRow, on_delete=models.PROTECT, related_name="seal")
    chain_hash = models.CharField(max_length=64)
    alg = models.CharField(max_length=10)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
