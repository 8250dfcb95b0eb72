"""Parcels under priority supervision (优先监管地块): facts of the register."""

from __future__ import annotations

from django.db import models

from jingtu.platform.registers.models import Facts


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
