"""Accounts, transactions and postings of the quota ledger; rows are only ever added."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry


class QuotaAccount(models.Model):
    """What one plant has of one metal under one head; without an entry, the counterpart of all plants.

    Heads of a plant never fall below zero. The counterparts take the other side of every transaction, so
    that all postings together give nothing at any time.
    """

    class Head(models.TextChoices):
        HOLDING = "holding", "可用指标"
        PERMITTED = "permitted", "许可排放量"
        SOURCE = "source", "减排来源"
        RETIRED = "retired", "净减排"
        ISSUED = "issued", "核定总量"
        OUTSIDE = "outside", "台账以外"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    metal = models.CharField(max_length=2)
    head = models.CharField(max_length=10, choices=Head)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "metal", "head"], condition=Q(entry__isnull=False), name="one_quota_account"
            ),
            models.UniqueConstraint(
                fields=["metal", "head"], condition=Q(entry__isnull=True), name="one_quota_counterpart"
            ),
            models.CheckConstraint(
                condition=Q(entry__isnull=False, head__in=("holding", "permitted", "source"))
                | Q(entry__isnull=True, head__in=("retired", "issued", "outside")),
                name="quota_account_head",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.head} {self.metal} {self.entry_id or ''}"


class QuotaTransaction(models.Model):
    """One happening of the quota ledger; ``reverses`` is what a correction takes back, once."""

    class Kind(models.TextChoices):
        OPENING = "opening", "期初指标"
        REDUCTION = "reduction", "核实减排"
        USE = "use", "项目替代使用"
        TRANSFER_OUT = "transfer_out", "调出"
        TRANSFER_IN = "transfer_in", "调入"
        TRANSFER = "transfer", "企业间出让"
        ALLOTMENT = "allotment", "载入许可证"
        REVERSAL = "reversal", "冲正"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    metal = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    on = models.DateField()
    recorded_at = models.DateTimeField()
    grams = models.BigIntegerField()
    project = models.CharField(max_length=120, blank=True)
    document = models.CharField(max_length=120, blank=True)
    counterpart = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    required_ratio = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    ratio_basis = models.CharField(max_length=300, blank=True)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversal"
    )
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["entry", "metal", "on"], name="quota_transaction_entry"),
            models.Index(fields=["kind", "on"], name="quota_transaction_kind"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(grams__gt=0), name="quota_transaction_grams"),
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False)
                | (~Q(kind="reversal") & Q(reverses__isnull=True)),
                name="quota_reversal_of_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on.isoformat()}"


class ReductionSource(models.Model):
    """A quantity that was really reduced and may be given to a new project, gram by gram and each once.

    One that came from another plant keeps its ``origin``; what is left of it is the sum of its postings.
    """

    class Way(models.TextChoices):
        CLOSURE = "closure", "关闭退出"
        PROCESS = "process", "工艺改造"
        TREATMENT = "treatment", "治理工程"
        IMPORTED = "imported", "区域外调入"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(QuotaAccount, on_delete=models.PROTECT, related_name="sources")
    transaction = models.ForeignKey(QuotaTransaction, on_delete=models.PROTECT, related_name="sources")
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    way = models.CharField(max_length=10, choices=Way)
    project = models.CharField(max_length=120)
    document = models.CharField(max_length=120)
    verified_on = models.DateField()

    def __str__(self) -> str:
        return self.project


class Posting(models.Model):
    """One side of a transaction: so many grams into (positive) or out of an account, and of one source."""

    transaction = models.ForeignKey(QuotaTransaction, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(QuotaAccount, on_delete=models.PROTECT, related_name="postings")
    source = models.ForeignKey(
        ReductionSource, null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    grams = models.BigIntegerField()
    on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "on"], name="quota_posting_account")]
        constraints = [models.CheckConstraint(condition=~Q(grams=0), name="quota_posting_grams")]

    def __str__(self) -> str:
        return f"{self.grams} g"


class ReplacementRule(models.Model):
    """Which ratio of reduced to new quantity a place asks for, from when to when, by which text."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    metal = models.CharField(max_length=2, blank=True)
    ratio = models.DecimalField(max_digits=6, decimal_places=3)
    source = models.CharField(max_length=200)
    clause = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(default=OPEN_DATE)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=OPEN_TIME)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    entered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ratio__gte=1), name="replacement_ratio_at_least_one"),
            models.CheckConstraint(condition=Q(valid_to__gt=models.F("valid_from")), name="replacement_days"),
        ]

    def __str__(self) -> str:
        return f"{self.ratio}"
