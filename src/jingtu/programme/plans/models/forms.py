"""Report forms: the rows a plan's annex (or a bureau) asks for, and what was filled in for a month."""

from __future__ import annotations

import uuid

from django.db import models

from jingtu.platform.clock import recorded_now
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.programme.plans.models.plan import Plan


class ReportForm(models.Model):
    """A form: the annex of a plan, or a bureau's own. ``columns`` and ``head`` are its printed words."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="report_forms")
    plan = models.ForeignKey(
        Plan, null=True, blank=True, on_delete=models.PROTECT, related_name="report_forms"
    )
    name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    head = models.JSONField(default=list)
    columns = models.JSONField(default=list)
    is_example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class FormRow(models.Model):
    """One item of a form. ``sources`` says what fills it: task entry uids, target uids."""

    form = models.ForeignKey(ReportForm, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    group = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=20, blank=True)
    item = models.TextField()
    units = models.JSONField(default=list)
    quarterly = models.BooleanField(default=False)
    sources = models.JSONField(default=list)
    spans = models.JSONField(default=list)

    class Meta:
        ordering = ["position"]


class FormFilling(models.Model):
    """A form for one month: each cell with its text and where it came from, editable until submitted.

    ``filled_on`` and ``filled_at`` are the two times at which its cells were last drawn from reports and registers.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "已报送"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form = models.ForeignKey(ReportForm, on_delete=models.PROTECT, related_name="fillings")
    month = models.CharField(max_length=7)
    head = models.JSONField(default=dict)
    cells = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    edited_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(default=recorded_now)
    filled_on = models.DateField(null=True)
    filled_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "month"], name="one_filling_a_month")]
