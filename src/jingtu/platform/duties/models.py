"""Duties: what is due, when, by whom, closed by what; and the days that have been ticked."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.registers.models import Entry


class Duty(models.Model):
    """One thing somebody owes for an entry by a day. Never raised twice for the same period.

    ``rule`` names the declared duty rule; ``period`` is its key for the time it covers (``2024-06`` for
    a month, the due date for a single deadline). ``step`` is the rung of the ladder it has reached, ``steps`` are
    the rungs with their days. Without ``due`` (``due_note`` says why) no rule or plan sets a last day, and nobody
    is late. ``begins`` is the day from which something done counts for it, ``warn_on`` the first day of its 提醒期.

    ``through`` says what closed it: ``record:<kind>`` or ``move:<id>`` with the ``through_uid`` of that record or
    move, ``state`` a change of state, ``person`` somebody by hand, ``left`` the entry no longer owes it. ``met_on``
    is the day on which what was owed was done.
    """

    class State(models.TextChoices):
        OPEN = "open", "待办"
        SUBMITTED = "submitted", "待核查"
        CLOSED = "closed", "已办结"
        CANCELLED = "cancelled", "已取消"
        WAIVED = "waived", "已免除"

    class Step(models.TextChoices):
        NONE = "none", "正常"
        REMINDED = "reminded", "已提醒"
        SUPERVISED = "supervised", "已督办"
        INTERVIEWED = "interviewed", "已约谈"
        ACCOUNTABILITY = "accountability", "已问责"

    NOT_OVER = (State.OPEN, State.SUBMITTED)
    OVER = (State.CLOSED, State.CANCELLED, State.WAIVED)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rule = models.CharField(max_length=60)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="duties")
    period = models.CharField(max_length=120)
    what = models.CharField(max_length=200)
    holder = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="duties"
    )
    region_path = models.CharField(max_length=120, db_index=True)
    due = models.DateField(null=True, blank=True)
    due_note = models.CharField(max_length=30, blank=True)
    begins = models.DateField(null=True, blank=True)
    warn_on = models.DateField(null=True, blank=True)
    raised_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    step = models.CharField(max_length=16, choices=Step, default=Step.NONE)
    submitted_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closing_note = models.CharField(max_length=300, blank=True)
    met_on = models.DateField(null=True, blank=True)
    through = models.CharField(max_length=70, blank=True)
    through_uid = models.UUIDField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "entry", "holder", "period"], name="one_duty_a_period", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "submitted"], closed_on__isnull=True)
                | Q(state__in=["closed", "cancelled", "waived"], closed_on__isnull=False),
                name="closed_duty_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due"], name="duty_due"),
            models.Index(fields=["rule", "state"], name="duty_rule"),
            models.Index(fields=["through_uid"], condition=Q(through_uid__isnull=False), name="duty_through"),
        ]

    def __str__(self) -> str:
        return self.what


class DutyStep(models.Model):
    """One step of a duty on the ladder 提醒, 督办, 约谈, 问责, up or down: when, by whom, why, by which letter."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=16, choices=Duty.Step)
    before = models.CharField(max_length=16, choices=Duty.Step)
    on = models.DateField()
    at = models.DateTimeField()
    actor = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    evidence = models.ManyToManyField(Attachment, related_name="+", blank=True)
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return str(self.get_step_display())


class Tick(models.Model):
    """A day that ``tick`` has worked through."""

    on = models.DateField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
    facts = models.JSONField(default=dict)
