"""Organisations (单位) and facilities (厂区): one company by its checked code, several plants."""

from __future__ import annotations

import uuid
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME, recorded_now
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.codes import faults
from jingtu.platform.regions.models import Region

FIRST_DAY = date(1949, 10, 1)


def validate_uscc(value: str) -> None:
    """Check a 统一社会信用代码 against GB 32100-2015 and say where it is wrong."""
    found = faults(value)
    if found:
        where = "；".join(found)
        raise ValidationError(
            f"统一社会信用代码“{value[:40]}”校验不通过（GB 32100-2015）：{where}。请核对后重填"
        )


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
    valid_from = models.DateField(default=FIRST_DAY)
    valid_to = models.DateField(default=OPEN_DATE)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    is_example = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"],
                condition=Q(merged_into__isnull=True),
                name="one_organisation_a_name_and_region",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def name_on(self, on: date) -> str:
        """The official name on a day: a former one where the day lies before the change of name."""
        for item in self.aliases.all():
            if item.kind == OrganisationAlias.Kind.FORMER and item.valid_from <= on < item.valid_to:
                return item.name
        return self.name


class OrganisationAlias(models.Model):
    """Another name by which documents call the same body (县文旅局 for 县文化和旅游局).

    A former name (曾用名) was the official one between its two days; documents go on using it.
    """

    class Kind(models.TextChoices):
        ALIAS = "alias", "别名"
        FORMER = "former", "曾用名"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.ALIAS)
    valid_from = models.DateField(default=FIRST_DAY)
    valid_to = models.DateField(default=OPEN_DATE)
    source = models.CharField(max_length=200)
    ended_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(valid_to=OPEN_DATE),
                name="one_alias_an_organisation",
            )
        ]

    def __str__(self) -> str:
        return self.name


class FacilityColumns(models.Model):
    """What is said of a plant; all of it may change on a day."""

    class Status(models.TextChoices):
        OPERATING = "operating", "在产"
        SUSPENDED = "suspended", "停产"
        BUILDING = "building", "在建"
        CLOSED = "closed", "关闭"

    class PermitClass(models.TextChoices):
        KEY = "key", "重点管理"
        SIMPLIFIED = "simplified", "简化管理"
        REGISTERED = "registered", "登记管理"

    name = models.CharField(max_length=120)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    industry_code = models.CharField(max_length=10, blank=True)
    permit_number = models.CharField(max_length=40, blank=True)
    permit_class = models.CharField(max_length=10, choices=PermitClass, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPERATING)
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    latitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)

    class Meta:
        abstract = True


class Facility(FacilityColumns):
    """A plant (厂区) of an organisation, at one place.

    Its columns say what holds from the last change on; ``FacilityVersion`` says what held when.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="facilities")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="facilities")
    valid_from = models.DateField(default=FIRST_DAY)
    valid_to = models.DateField(default=OPEN_DATE)
    closed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "facilities"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_facility_a_name_and_owner")
        ]
        indexes = [
            models.Index(fields=["permit_number"], name="facility_permit"),
            models.Index(fields=["industry_code", "status"], name="facility_industry"),
        ]

    def __str__(self) -> str:
        return self.name


class FacilityVersion(FacilityColumns):
    """What a plant was between two days, as known between two moments."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="versions")
    effective_from = models.DateField()
    effective_to = models.DateField(default=OPEN_DATE)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=OPEN_TIME)
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_to__gt=F("effective_from")), name="facility_effective_interval"
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__gt=F("recorded_from")), name="facility_recorded_interval"
            ),
            models.UniqueConstraint(
                fields=["facility", "effective_from"],
                condition=Q(recorded_to=OPEN_TIME),
                name="one_believed_facility_a_start",
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "recorded_to", "effective_from"], name="facility_versions")
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationMerge(models.Model):
    """That two entries were found to be one body; taken back, the row stays with the day.

    ``moved`` says for every holding (``holdings``) which rows came over, ``before`` what the remaining
    entry said of itself: both are needed to take the merge back.
    """

    duplicate = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="absorbed")
    on = models.DateField()
    at = models.DateTimeField(default=recorded_now)
    reason = models.CharField(max_length=200)
    before = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    undone_on = models.DateField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duplicate"], condition=Q(undone_at__isnull=True), name="one_merge_a_duplicate"
            )
        ]

    def __str__(self) -> str:
        return f"{self.duplicate} → {self.into}"


class DistinctOrganisations(models.Model):
    """Two entries that look alike and were found to be two bodies: they are not proposed again."""

    first = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    reason = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "distinct organisations"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_distinction_a_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="distinction_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
