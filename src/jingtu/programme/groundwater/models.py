"""Monitoring wells and assessment points of groundwater: facts of the registers, and their dated particulars."""

from __future__ import annotations

from django.db import models

from jingtu.platform.registers.models import EntryRecord, Facts


class WellFacts(Facts):
    """Facts of one monitoring well (地下水监测井)."""

    kind = models.CharField(max_length=40, blank=True)
    aquifer = models.CharField(max_length=40, blank=True)
    depth_m = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    address = models.CharField(max_length=200, blank=True)
    keeper = models.CharField(max_length=40, blank=True)
    built_on = models.DateField(null=True, blank=True)
    patrols_a_year = models.PositiveSmallIntegerField(null=True, blank=True)
    patrol_basis = models.CharField(max_length=200, blank=True)
    damage = models.CharField(max_length=200, blank=True)
    damaged_on = models.DateField(null=True, blank=True)
    repair_due = models.DateField(null=True, blank=True)
    repaired_on = models.DateField(null=True, blank=True)
    closing_reason = models.CharField(max_length=200, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)


class WellPatrol(EntryRecord):
    """One patrol (巡护) of a well: what was looked at, and what was found."""

    lock = models.CharField(max_length=10, blank=True)
    pipe = models.CharField(max_length=10, blank=True)
    platform = models.CharField(max_length=10, blank=True)
    sign = models.CharField(max_length=10, blank=True)
    measured_depth_m = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    finding = models.CharField(max_length=10)
    detail = models.CharField(max_length=200, blank=True)


class PointFacts(Facts):
    """Facts of one assessment point (地下水考核点位)."""

    kind = models.CharField(max_length=20, blank=True)
    well_code = models.CharField(max_length=60, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True, blank=True)
    target_class = models.CharField(max_length=5, blank=True)
    target_basis = models.CharField(max_length=200, blank=True)
    base_class = models.CharField(max_length=5, blank=True)
    base_year = models.PositiveSmallIntegerField(null=True, blank=True)
    background_items = models.CharField(max_length=200, blank=True)
    background_basis = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)


class PointResult(EntryRecord):
    """One value of one item at a point, as printed, and its class by the edition of the sampling day."""

    season = models.CharField(max_length=10)
    item = models.CharField(max_length=60)
    value = models.CharField(max_length=40)
    unit = models.CharField(max_length=30, blank=True)
    detection_limit = models.DecimalField(max_digits=18, decimal_places=9, null=True, blank=True)
    # As judged when it was entered; never typed in.
    item_id = models.CharField(max_length=60, blank=True)
    quality = models.CharField(max_length=20, blank=True)
    limit_value = models.DecimalField(max_digits=18, decimal_places=9, null=True, blank=True)
    limit_unit = models.CharField(max_length=30, blank=True)
    limit_clause = models.CharField(max_length=120, blank=True)
    edition = models.CharField(max_length=40, blank=True)
    why = models.CharField(max_length=200, blank=True)
