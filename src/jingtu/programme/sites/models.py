"""Parcels: under priority supervision (优先监管地块), and construction parcels whose use changes (建设用地地块)."""

from __future__ import annotations

from django.db import models

from jingtu.platform.registers.models import EntryRecord, Facts


class PriorityParcelFacts(Facts):
    """Facts of one parcel of 优先监管地块清单, after the working guide's draft of October 2024."""

    former_enterprise = models.CharField(max_length=120, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    industry = models.CharField(max_length=60, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    permit_cancelled_on = models.DateField(null=True, blank=True)
    area_m2 = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    planned_use = models.CharField(max_length=60, blank=True)
    entry_basis = models.CharField(max_length=200, blank=True)
    listed_on = models.DateField(null=True, blank=True)
    exclusion_reason = models.CharField(max_length=200, blank=True)
    monitored_on = models.DateField(null=True, blank=True)
    monitoring_result = models.CharField(max_length=300, blank=True)
    exceeded_substances = models.CharField(max_length=300, blank=True)
    control_grade = models.CharField(max_length=20, blank=True)
    control_measures = models.CharField(max_length=300, blank=True)
    control_due = models.DateField(null=True, blank=True)
    responsible_person = models.CharField(max_length=40, blank=True)
    controlled_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)


class ConstructionParcelFacts(Facts):
    """Facts of one parcel whose use changes, as far as the safe-use numbers ask: survey, list, supply, permit."""

    address = models.CharField(max_length=200, blank=True)
    area_m2 = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    former_use = models.CharField(max_length=60, blank=True)
    former_enterprise = models.CharField(max_length=120, blank=True)
    new_use = models.CharField(max_length=20, blank=True)
    new_use_class = models.CharField(max_length=60, blank=True)
    use_classes = models.CharField(max_length=10, blank=True)
    changed_on = models.DateField(null=True, blank=True)
    change_document = models.CharField(max_length=120, blank=True)
    survey_firm = models.CharField(max_length=120, blank=True)
    reported_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    survey_result = models.CharField(max_length=20, blank=True)
    exceeded_substances = models.CharField(max_length=300, blank=True)
    assessed_on = models.DateField(null=True, blank=True)
    listed_on = models.DateField(null=True, blank=True)
    removed_on = models.DateField(null=True, blank=True)
    supplied_on = models.DateField(null=True, blank=True)
    supply_kind = models.CharField(max_length=20, blank=True)
    permit_number = models.CharField(max_length=60, blank=True)
    permitted_on = models.DateField(null=True, blank=True)
    leaving_reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)


class UnlawfulDevelopment(EntryRecord):
    """Unlawful development of a parcel, found on a day: its punishment, its correction, the risk to people."""

    what = models.CharField(max_length=300)
    punished_on = models.DateField(null=True, blank=True)
    penalty = models.CharField(max_length=200, blank=True)
    corrected_on = models.DateField(null=True, blank=True)
    risk_to_people = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta(EntryRecord.Meta):
        verbose_name = "违规开发利用"
