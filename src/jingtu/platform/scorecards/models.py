"""Templates in versions, and cards filled in by them. Nothing is overwritten: a card put right is a new one."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry


class ScoreTemplate(models.Model):
    """One version of a template, for a place and everything below it; ``region`` empty: the one that came along."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    region = models.ForeignKey(Region, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-valid_from", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "region", "number"], name="one_score_template_a_number"),
            models.UniqueConstraint(
                fields=["kind", "number"], condition=Q(region__isnull=True), name="one_first_score_template"
            ),
        ]


class ScoreItem(models.Model):
    """An item of a template; without ``points`` it is a veto."""

    template = models.ForeignKey(ScoreTemplate, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40, blank=True)
    group = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gt=0), name="score_item_points"
            )
        ]

    @property
    def is_veto(self) -> bool:
        return self.points is None


class Scorecard(models.Model):
    """A card filled in for an entry on a day; ``replaces`` is the one that it puts right."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    template = models.ForeignKey(ScoreTemplate, on_delete=models.PROTECT, related_name="cards")
    kind = models.CharField(max_length=40)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField()
    total = models.DecimalField(max_digits=6, decimal_places=2)
    vetoed = models.BooleanField(default=False)
    grade = models.CharField(max_length=20, blank=True)
    note = models.CharField(max_length=300, blank=True)
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    filled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["kind", "on"], name="scorecard_kind"),
            models.Index(fields=["entry", "on"], name="scorecard_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.on.isoformat()}"


class ScoreLine(models.Model):
    """What a person gave for one item, and what had been proposed."""

    card = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="lines")
    item = models.ForeignKey(ScoreItem, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    hit = models.BooleanField(null=True, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    proposed = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    evidence = models.ManyToManyField(Attachment, related_name="+", blank=True)

    class Meta:
        ordering = ["item__position"]
        constraints = [models.UniqueConstraint(fields=["card", "item"], name="one_score_line_an_item")]
