"""Duties: what is due, when, by whom, closed by what; and the days that have been ticked."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.registers.models import Entry


class Duty(models.Model):
    """One thing somebody owes for an entry by a day. Never raised twice for the same period.

    ``rule`` names the declared duty rule; ``period`` is its key for the time it covers (``2024-06`` for
    a month, the due date for a single deadline). ``step`` climbs the ladder of reminders. Without ``due``
    (期限未配置) no rule or plan sets a last day, and nobody is late.
    """

    class State(models.TextChoices):
        OPEN = "open", "待办"
        SUBMITTED = "submitted", "待核查"
        CLOSED = "closed", "已办结"
        CANCELLED = "cancelled", "已取消"

    class Step(models.TextChoices):
        NONE = "none", "正常"
        REMINDED = "reminded", "已提醒"
        SUPERVISED = "supervised", "已督办"
        INTERVIEWED = "interviewed", "已约谈"
        ACCOUNTABILITY = "accountability", "已问责"

    NOT_OVER = (State.OPEN, State.SUBMITTED)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rule = models.CharField(max_length=60)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="duties")
    period = models.CharField(max_length=40)
    what = models.CharField(max_length=200)
    holder = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="duties"
    )
    region_path = models.CharField(max_length=120, db_index=True)
    due = models.DateField(null=True, blank=True)
    raised_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    step = models.CharField(max_length=16, choices=Step, default=Step.NONE)
    submitted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closing_note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "entry", "holder", "period"], name="one_duty_a_period", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "submitted"], closed_on__isnull=True)
                | Q(state__in=["closed", "cancelled"], closed_on__isnull=False),
                name="closed_duty_has_a_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="duty_due")]

    def __str__(self) -> str:
        return self.what


class Tick(models.Model):
    """A day that ``tick`` has worked through."""

    on = models.DateField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
    facts = models.JSONField(default=dict)
