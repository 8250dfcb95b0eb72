"""Draws, what was drawn, and what was found there."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry, Transition


class Draw(models.Model):
    """A draw over entries of a register and over inspectors.

    Prepared first: population, exclusions, sizes and pool are fixed and hashed. Then a seed is recorded, and
    only then is drawn; neither is ever done twice.
    """

    class Kind(models.TextChoices):
        RANDOM = "random", "双随机"
        LOOK_BACK = "look_back", "回头看"

    class State(models.TextChoices):
        PREPARED = "prepared", "待抽取"
        SEEDED = "seeded", "已定种子"
        DRAWN = "drawn", "已抽取"
        CANCELLED = "cancelled", "已取消"

    class SeedSource(models.TextChoices):
        SYSTEM = "system", "系统随机数"
        ANNOUNCED = "announced", "现场公布"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    title = models.CharField(max_length=80)
    register = models.CharField(max_length=40)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    known_at = models.DateTimeField()
    filter = models.JSONField(default=dict)
    strata = models.CharField(max_length=40, blank=True)
    at_least_one = models.BooleanField(default=False)
    share = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)
    population = models.JSONField(default=list)
    population_size = models.PositiveIntegerField()
    population_hash = models.CharField(max_length=64)
    exclusions = models.JSONField(default=list)
    pool = models.JSONField(default=list)
    inspectors_each = models.PositiveSmallIntegerField(default=0)  # of the rule in force on the day
    barred = models.JSONField(default=dict)
    algorithm = models.CharField(max_length=40)
    algorithm_version = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=80, blank=True)
    seed_source = models.CharField(max_length=10, choices=SeedSource, blank=True)
    seed_note = models.CharField(max_length=120, blank=True)
    seeded_at = models.DateTimeField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    prepared_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True, blank=True)
    drawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancelled_reason = models.CharField(max_length=200, blank=True)
    is_example = models.BooleanField(default=False)
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")
    seed_row = models.ForeignKey(LedgerRow, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    draw_row = models.ForeignKey(LedgerRow, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["register", "region"], name="draw_register")]

    def __str__(self) -> str:
        return self.title


class DrawnObject(models.Model):
    """One entry that was drawn; ``position`` is its place in the list."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="objects_drawn")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="draws")
    position = models.PositiveIntegerField()
    stratum = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["draw", "entry"], name="one_object_a_draw")]


class DrawnInspector(models.Model):
    """One of those who look at an object."""

    drawn = models.ForeignKey(DrawnObject, on_delete=models.PROTECT, related_name="inspectors")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["drawn", "person"], name="one_inspector_an_object")]


class Outcome(models.Model):
    """What was found at an object; corrected by a later row, never overwritten."""

    class Result(models.TextChoices):
        GOOD = "good", "合格"
        FOUND = "found", "发现问题"

    drawn = models.ForeignKey(DrawnObject, on_delete=models.PROTECT, related_name="outcomes")
    result = models.CharField(max_length=10, choices=Result)
    on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=OPEN_TIME)
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.ManyToManyField(Attachment, related_name="+", blank=True)
    reopened = models.ForeignKey(
        Transition, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(recorded_to__gt=F("recorded_from")), name="outcome_interval"),
            models.UniqueConstraint(
                fields=["drawn"], condition=Q(recorded_to=OPEN_TIME), name="one_believed_outcome"
            ),
        ]
