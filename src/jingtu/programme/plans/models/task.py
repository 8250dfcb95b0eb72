"""Tasks and deliverables as register entries; their units, deadlines, quantities and progress."""

from __future__ import annotations

import uuid

from django.db import models

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME, recorded_now
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.registers.models import Entry, Facts
from jingtu.programme.plans.models.plan import Plan, Target


class TaskFacts(Facts):
    """The words of a task in force in one version. The title is the version's name, the first lead its holder."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="task_versions")
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=20, blank=True)
    section = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    unit_text = models.TextField(blank=True)
    units_open_ended = models.BooleanField(default=False)
    spans = models.JSONField(default=list)
    registers = models.JSONField(default=list)  # lists the text names: [{"name", "id", "spans"}]
    due = models.DateField(null=True, blank=True)  # the last fixed deadline; lists sort by it

    class Meta:
        indexes = [models.Index(fields=["plan", "position"], name="task_plan_position")]


class TaskUnit(models.Model):
    """A unit's part in a task. A class unit (各镇人民政府) opens into members that point to it."""

    class Role(models.TextChoices):
        LEAD = "lead", "牵头单位"
        SUPPORT = "support", "配合单位"
        RESPONSIBLE = "responsible", "责任单位"
        INHERITED = "inherited", "落实单位"

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="units")
    role = models.CharField(max_length=12, choices=Role)
    position = models.PositiveSmallIntegerField(default=0)
    raw = models.CharField(max_length=120)
    expanded = models.CharField(max_length=120)
    scope = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, default="department")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="task_units"
    )
    class_unit = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="members"
    )
    effective_from = models.DateField()
    effective_to = models.DateField(default=OPEN_DATE)
    recorded_from = models.DateTimeField(default=recorded_now)
    recorded_to = models.DateTimeField(default=OPEN_TIME)

    class Meta:
        ordering = ["role", "position", "id"]
        indexes = [
            models.Index(fields=["entry", "recorded_to", "effective_to"], name="task_unit_entry"),
            models.Index(
                fields=["organisation", "recorded_to", "effective_to"], name="task_unit_organisation"
            ),
        ]


class TaskDeadline(models.Model):
    """A time named by a task: a day, a recurrence (RRULE), or words without a day."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="deadlines")
    text = models.CharField(max_length=200)
    due = models.DateField(null=True, blank=True)
    recurrence = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12)
    spans = models.JSONField(default=list)
    effective_from = models.DateField()
    effective_to = models.DateField(default=OPEN_DATE)
    recorded_from = models.DateTimeField(default=recorded_now)
    recorded_to = models.DateTimeField(default=OPEN_TIME)

    class Meta:
        indexes = [models.Index(fields=["due"], name="task_deadline_due")]


class TaskQuantity(models.Model):
    """A figure named by a task; one click promotes it to a target."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="quantities")
    text = models.CharField(max_length=300)
    content = models.JSONField(default=dict)  # the quantity in the shape of the command line contract
    target = models.OneToOneField(
        Target, null=True, blank=True, on_delete=models.PROTECT, related_name="quantity"
    )
    effective_from = models.DateField()
    effective_to = models.DateField(default=OPEN_DATE)
    recorded_from = models.DateTimeField(default=recorded_now)
    recorded_to = models.DateTimeField(default=OPEN_TIME)


class DeliverableFacts(Facts):
    """A document that a task must produce: drafted, issued under a number, kept as a file."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="deliverable_versions")
    task = models.ForeignKey(Entry, null=True, on_delete=models.PROTECT, related_name="deliverable_versions")
    kind = models.CharField(max_length=10)
    due = models.DateField(null=True, blank=True)
    issue_number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    spans = models.JSONField(default=list)


class Progress(models.Model):
    """What one unit reports on one task for one period; corrections close the old row in recorded time."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", "未开始"
        IN_PROGRESS = "in_progress", "推进中"
        AT_RISK = "at_risk", "有风险"
        DONE = "done", "已完成"
        NOT_APPLICABLE = "not_applicable", "无此项任务"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Made by the sender: a report that a lost connection sends twice is stored once.
    key = models.UUIDField(null=True, blank=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="progress")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="progress")
    period = models.CharField(max_length=7)  # YYYY-MM
    on = models.DateField()
    state = models.CharField(max_length=14, choices=State)
    text = models.TextField()
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=OPEN_TIME)
    reported_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "organisation", "period"],
                condition=models.Q(recorded_to=OPEN_TIME),
                name="one_believed_report_a_period",
            ),
            models.UniqueConstraint(fields=["reported_by", "key"], name="one_report_a_key"),
        ]
        indexes = [
            models.Index(fields=["entry", "recorded_to", "on"], name="progress_entry"),
            models.Index(fields=["organisation", "recorded_to", "period"], name="progress_organisation"),
            models.Index(fields=["period", "recorded_to"], name="progress_period"),
        ]
