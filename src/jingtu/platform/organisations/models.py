"""Organisations (单位) and facilities (厂区): one company by its checked code, several plants."""

from __future__ import annotations

import uuid
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.regions.models import Region


def validate_uscc(value: str) -> None:
    """Check a 统一社会信用代码 against GB 32100-2015 (alphabet, length, check character)."""
    try:
        uscc.validate(value)
    except NumberError as error:
        raise ValidationError(
            f"统一社会信用代码“{value}”校验不通过，请核对 18 位代码（GB 32100-2015）"
        ) from error


class Organisation(models.Model):
    """A body that can hold duties: a department, a government, an enterprise, a laboratory."""

    class Kind(models.TextChoices):
        ECOLOGY = "ecology", "生态环境部门"
        DEPARTMENT = "department", "部门"
        GOVERNMENT = "government", "人民政府"
        ZONE = "zone", "开发区管委会"
        ENTERPRISE = "enterprise", "企业"
        SURVEY_FIRM = "survey_firm", "从业单位"
        LABORATORY = "laboratory", "检测机构"
        GRANARY = "granary", "粮库"
        OTHER = "other", "其他"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=12, choices=Kind)
    uscc = models.CharField(max_length=18, null=True, blank=True, unique=True, validators=[validate_uscc])
    uscc_missing_reason = models.CharField(max_length=120, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="organisations")
    valid_from = models.DateField(default=date(1949, 10, 1))
    valid_to = models.DateField(default=OPEN_DATE)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    is_example = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="one_organisation_a_name_and_region")
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationAlias(models.Model):
    """Another name by which documents call the same body (县文旅局 for 县文化和旅游局)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120, db_index=True)
    valid_from = models.DateField(default=date(1949, 10, 1))
    valid_to = models.DateField(default=OPEN_DATE)
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_alias_an_organisation")
        ]

    def __str__(self) -> str:
        return self.name


class Facility(models.Model):
    """A plant (厂区) of an organisation, at one place."""

    class Status(models.TextChoices):
        OPERATING = "operating", "在产"
        SUSPENDED = "suspended", "停产"
        CLOSED = "closed", "关闭"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="facilities")
    name = models.CharField(max_length=120)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="facilities")
    address = models.CharField(max_length=200, blank=True)
    industry_code = models.CharField(max_length=10, blank=True)
    permit_number = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPERATING)
    valid_from = models.DateField(default=date(1949, 10, 1))
    valid_to = models.DateField(default=OPEN_DATE)

    class Meta:
        verbose_name_plural = "facilities"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_facility_a_name_and_owner")
        ]

    def __str__(self) -> str:
        return self.name
