"""Files kept once by their content, and attachments that say what they prove."""

from __future__ import annotations

import uuid

from django.db import models

from jingtu.platform.clock import recorded_now
from jingtu.platform.people.models import User


class StoredFile(models.Model):
    """Bytes on disk under their SHA-256; the same content uploaded twice is stored once."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256[:12]


class Attachment(models.Model):
    """A stored file as evidence for a subject (an entry, a progress report, a reading, a plan).

    Withdrawn, never deleted. ``region_path`` and ``organisation_id`` are copied from the subject so
    that one policy decides who may download it.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=160)
    title = models.CharField(max_length=160, blank=True)
    # Of a photograph, as the camera or the phone said: no proof by themselves.
    taken_at = models.DateTimeField(null=True, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    accuracy = models.PositiveIntegerField(null=True, blank=True)  # metres
    subject_type = models.CharField(max_length=40)
    subject_uid = models.UUIDField(db_index=True)
    read_permission = models.CharField(max_length=80)
    region_path = models.CharField(max_length=120, blank=True)
    organisation_ids = models.JSONField(default=list)
    upload = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)  # kept where it is carried
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=recorded_now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    # For the person who looks; set by ``showing.offer``, never stored.
    may_open = True
    may_withdraw = False

    class Meta:
        ordering = ["uploaded_at", "id"]

    def __str__(self) -> str:
        return self.name
