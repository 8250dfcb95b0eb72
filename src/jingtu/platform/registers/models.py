"""Entries and their versions: every register keeps what it knew, and when it knew it.

An ``Entry`` is the identity of a thing on a register. A ``Version`` says what was so in the world in
``[effective_from, effective_to)`` and was believed in ``[recorded_from, recorded_to)``. Each register
adds one typed facts table, one to one with ``Version`` (subclass of ``Facts``).
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region


class Entry(models.Model):
    """A thing on a register; ``code`` is unique within the register where it is given."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    register = models.CharField(max_length=40, db_index=True)
    code = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["register", "code"], condition=~Q(code=""), name="one_entry_a_code"
            ),
        ]

    def __str__(self) -> str:
        return self.code or str(self.uid)


class Version(models.Model):
    """What one entry was between two days, as known between two moments."""

    # Each index costs every write: what the indexes below begin with has none of its own, nor has the ledger row,
    # by which nobody looks for a version.
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="versions", db_index=False)
    register = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    holder = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=30)
    effective_from = models.DateField()
    effective_to = models.DateField(default=OPEN_DATE)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=OPEN_TIME)
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to__gt=F("effective_from")), name="version_effective_interval"
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__gt=F("recorded_from")), name="version_recorded_interval"
            ),
            models.UniqueConstraint(
                fields=["entry", "effective_from"],
                condition=Q(recorded_to=OPEN_TIME),
                name="one_believed_version_a_start",
            ),
        ]
        indexes = [
            # Of what is believed: counting and narrowing the states of a day reads this index and nothing else.
            models.Index(
                fields=["register", "effective_to", "effective_from", "state", "region", "holder", "entry"],
                condition=Q(recorded_to=OPEN_TIME),
                name="version_now",
            ),
            models.Index(
                fields=["register", "name"], condition=Q(recorded_to=OPEN_TIME), name="version_name"
            ),
            models.Index(
                fields=["holder", "register"], condition=Q(recorded_to=OPEN_TIME), name="version_holder"
            ),
            # A page of a list walks here, also of what was believed once, without the entries of others.
            models.Index(fields=["register", "entry"], name="version_list"),
            models.Index(fields=["register", "region", "recorded_to"], name="version_region"),
            models.Index(fields=["entry", "recorded_to", "effective_from"], name="version_entry"),
        ]

    def __str__(self) -> str:
        return self.name


class Facts(models.Model):
    """Base of a register's typed facts; the subclass adds the columns."""

    version = models.OneToOneField(
        Version, primary_key=True, on_delete=models.CASCADE, related_name="%(class)s"
    )

    class Meta:
        abstract = True


class Transition(models.Model):
    """One move of an entry through its lifecycle: who, when, why, on which evidence."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="transitions")
    transition = models.CharField(max_length=40)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30)
    on = models.DateField()
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    evidence = models.ManyToManyField(Attachment, related_name="transitions", blank=True)
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["entry", "at"], name="transition_entry")]


class EntryRecord(models.Model):
    """Base of the dated particulars of an entry (巡护, 检测, 拨款): the subclass adds the columns.

    ``uid`` names the record through its corrections: one row of it is believed at a time, the rows before
    stay. ``on`` is the day it speaks of. A subclass with a ``Meta`` of its own inherits from this one.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=OPEN_TIME)
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    evidence = models.ManyToManyField(Attachment, related_name="+", blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(recorded_to__gt=F("recorded_from")), name="%(app_label)s_%(class)s_interval"
            ),
            models.UniqueConstraint(
                fields=["uid"], condition=Q(recorded_to=OPEN_TIME), name="%(app_label)s_%(class)s_believed"
            ),
        ]
        indexes = [models.Index(fields=["entry", "recorded_to", "on"])]

    def is_believed(self, known_at: datetime | None = None) -> bool:
        """Whether the row is what is said of its day, now or as known at a moment."""
        if known_at is None:
            return self.recorded_to == OPEN_TIME
        return self.recorded_from <= known_at < self.recorded_to


class SavedView(models.Model):
    """A list as somebody keeps it: filters, sort and columns as a query string."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=1000, blank=True)
    columns = models.JSONField(default=list)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "page", "name"], name="one_saved_view_a_name")]


class ColumnMapping(models.Model):
    """Which column of a source's tables is which field, as a person confirmed it for a place.

    ``columns`` goes from the heading as printed to a field id, ``""`` for a column that is not imported;
    ``answers`` says of headings what the table does not: a unit, the day of a month.
    ``signature`` is the hash of the folded headings: a table of the same headings is of the same source.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    register = models.CharField(max_length=40)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    signature = models.CharField(max_length=64)
    columns = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["register", "region", "name"], name="one_mapping_a_name")
        ]
        indexes = [models.Index(fields=["register", "signature"], name="mapping_signature")]

    def __str__(self) -> str:
        return self.name
