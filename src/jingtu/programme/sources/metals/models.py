"""Enterprises that handle heavy metals and their parks: facts of the registers, and records about them."""

from __future__ import annotations

from django.db import models

from jingtu.platform.organisations.models import Facility
from jingtu.platform.registers.models import EntryRecord, Facts
from jingtu.programme.sources.metals.quotas.models import (
    Posting,
    QuotaAccount,
    QuotaTransaction,
    ReductionSource,
    ReplacementRule,
)


class HeavyMetalEnterpriseFacts(Facts):
    """Facts of one plant on 涉重金属重点行业企业全口径清单; masses are whole grams a year."""

    uscc = models.CharField(max_length=18, blank=True)
    facility = models.ForeignKey(Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    latitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    industry = models.CharField(max_length=12, blank=True)
    process = models.CharField(max_length=200, blank=True)
    metals = models.CharField(max_length=60, blank=True)
    project_kind = models.CharField(max_length=12, blank=True)
    park = models.CharField(max_length=120, blank=True)
    permit_number = models.CharField(max_length=40, blank=True)
    permit_class = models.CharField(max_length=12, blank=True)
    listed_on = models.DateField(null=True, blank=True)
    listing_reason = models.CharField(max_length=200, blank=True)
    supplement = models.CharField(max_length=12, blank=True)
    supplemented_on = models.DateField(null=True, blank=True)
    air_key_unit = models.BooleanField(null=True, blank=True)
    particulate_monitoring = models.CharField(max_length=12, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    removal_cause = models.CharField(max_length=12, blank=True)
    base_year = models.PositiveSmallIntegerField(null=True, blank=True)
    base_pb = models.BigIntegerField(null=True, blank=True)
    base_hg = models.BigIntegerField(null=True, blank=True)
    base_cd = models.BigIntegerField(null=True, blank=True)
    base_cr = models.BigIntegerField(null=True, blank=True)
    base_as = models.BigIntegerField(null=True, blank=True)
    base_tl = models.BigIntegerField(null=True, blank=True)
    base_sb = models.BigIntegerField(null=True, blank=True)
    permitted_pb = models.BigIntegerField(null=True, blank=True)
    permitted_hg = models.BigIntegerField(null=True, blank=True)
    permitted_cd = models.BigIntegerField(null=True, blank=True)
    permitted_cr = models.BigIntegerField(null=True, blank=True)
    permitted_as = models.BigIntegerField(null=True, blank=True)
    permitted_tl = models.BigIntegerField(null=True, blank=True)
    permitted_sb = models.BigIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)


class HeavyMetalParkFacts(Facts):
    """Facts of one park on 涉重金属工业园区清单."""

    park_level = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=200, blank=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    latitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    area_m2 = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    industries = models.CharField(max_length=120, blank=True)
    metals = models.CharField(max_length=60, blank=True)
    enterprise_count = models.PositiveIntegerField(null=True, blank=True)
    assessment_document = models.CharField(max_length=120, blank=True)
    listed_on = models.DateField(null=True, blank=True)
    listing_reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)


class PermitCheck(EntryRecord):
    """One look at a discharge permit: whether measures, reductions and transfers are written on it."""

    permit_number = models.CharField(max_length=40)
    measures = models.CharField(max_length=12)
    reductions = models.CharField(max_length=12)
    transfers = models.CharField(max_length=12)
    checked_by = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta(EntryRecord.Meta):
        verbose_name = "排污许可证载明事项核对"


class ListConfirmation(EntryRecord):
    """That the facts of an enterprise were gone through for a year, and found right or changed."""

    year = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=12)
    note = models.CharField(max_length=300, blank=True)

    class Meta(EntryRecord.Meta):
        verbose_name = "清单年度更新确认"


__all__ = [
    "HeavyMetalEnterpriseFacts",
    "HeavyMetalParkFacts",
    "ListConfirmation",
    "PermitCheck",
    "Posting",
    "QuotaAccount",
    "QuotaTransaction",
    "ReductionSource",
    "ReplacementRule",
]
