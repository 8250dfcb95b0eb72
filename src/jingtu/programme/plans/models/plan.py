"""A plan, what was read from it before anybody confirmed it, and its targets."""

from __future__ import annotations

import uuid

from django.db import models

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME, recorded_now
from jingtu.platform.evidence.models import StoredFile
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry


class Plan(models.Model):
    """One published plan document of one region and year.

    ``text`` is the normalised text that all spans count in; ``reading`` is what the reader found, kept
    unchanged beside what people made of it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "待确认"
        CONFIRMED = "confirmed", "已生效"
        SUPERSEDED = "superseded", "已被调整"
        DISCARDED = "discarded", "已放弃"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=200, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField()
    issue_number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    issuer = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    amends = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="amendments"
    )
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True)
    reading = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=recorded_now, editable=False)
    effective_from = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["region", "year", "state"], name="plan_region_year")]
        constraints = [
            # Two documents may be under review at once; only one is in force.
            models.UniqueConstraint(
                fields=["region", "year"], condition=models.Q(state="confirmed"), name="one_plan_in_force"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.region.name}{self.year}年度计划"


class DraftItem(models.Model):
    """One thing read from a plan, waiting for a person: nothing is live until it is confirmed.

    ``content`` has the shape of the command line contract (a target, a task or a form row); ``original``
    keeps the reader's version. ``change`` compares with the plan that is being amended, and ``differences``
    lists the fields: ``[{"field", "label", "before", "after"}]``. ``revision`` lets two people see that
    they edit the same item.
    """

    class Kind(models.TextChoices):
        TARGET = "target", "目标"
        TASK = "task", "任务"
        FORM_ROW = "form_row", "报表事项"

    class State(models.TextChoices):
        PENDING = "pending", "待确认"
        CONFIRMED = "confirmed", "已确认"
        REJECTED = "rejected", "不采用"
        REPLACED = "replaced", "已拆分合并"

    class Change(models.TextChoices):
        NEW = "new", "新增"
        SAME = "same", "不变"
        CHANGED = "changed", "有变化"
        REMOVED = "removed", "已取消"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=10, choices=Kind)
    position = models.PositiveIntegerField()
    content = models.JSONField()
    original = models.JSONField(null=True)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    change = models.CharField(max_length=10, choices=Change, default=Change.NEW)
    edited = models.BooleanField(default=False)
    matches_uid = models.UUIDField(null=True, blank=True)  # the live target, or the entry of the live task
    differences = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=0)
    replaces = models.JSONField(default=list)  # uids of the items that a split or merge made this from

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["plan", "kind", "state"], name="draft_kind_state")]


class Target(models.Model):
    """A confirmed target, or a share of one that was split over the regions below.

    A row is never overwritten: an amended target is a new row of the same ``series``, to which its
    readings belong. ``parameters`` go to the indicator (``{"base": "2024-03-31"}``). ``split_rule`` of the
    whole says how its ``shares`` are checked: ``sum`` of values, ``weighted`` mean by ``weight``, or
    ``each`` reaching the same value.
    """

    class SplitRule(models.TextChoices):
        NONE = "", "不分解"
        SUM = "sum", "合计"
        WEIGHTED = "weighted", "加权平均"
        EACH = "each", "各自达到"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="targets")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="targets")
    position = models.PositiveIntegerField(default=0)
    indicator_id = models.CharField(max_length=60, blank=True)
    indicator = models.CharField(max_length=200)
    scope = models.CharField(max_length=200, blank=True)
    comparator = models.CharField(max_length=6)
    value = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    value_text = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=12)
    cumulative = models.BooleanField(default=False)
    base = models.CharField(max_length=200, blank=True)
    due = models.DateField(null=True, blank=True)
    definition = models.TextField(blank=True)
    text = models.TextField(blank=True)
    spans = models.JSONField(default=list)
    parameters = models.JSONField(default=dict)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="shares")
    split_rule = models.CharField(max_length=10, choices=SplitRule, blank=True)
    weight = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    task = models.ForeignKey(
        Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="promoted_targets"
    )
    effective_from = models.DateField()
    effective_to = models.DateField(default=OPEN_DATE)
    recorded_from = models.DateTimeField(default=recorded_now)
    recorded_to = models.DateTimeField(default=OPEN_TIME)

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["region", "recorded_to", "effective_to"], name="target_region")]

    def __str__(self) -> str:
        return self.indicator
