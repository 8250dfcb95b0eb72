"""Key units: facts of the registers. The records of their entries are in ``record_models.py``."""

from __future__ import annotations

from django.db import models

from jingtu.platform.organisations.models import Facility
from jingtu.platform.registers.models import Facts
from jingtu.programme.sources.key_units.record_models import (  # noqa: F401 - Django looks for models here
    AbnormalFinding,
    AbnormalInspection,
    DeepSoilSampling,
    Demolition,
    DemolitionFiling,
    GroundwaterSampling,
    HazardInspection,
    LandChange,
    LandSurvey,
    PermitEntry,
    Project,
    QuarterReturn,
    Recheck,
    SelfMonitoring,
    SupplementaryInspection,
    SurfaceSoilSampling,
    SurroundingsMonitoring,
    TankReport,
    ToxicReport,
)


class _Unit(Facts):
    """What is known of an enterprise on either list."""

    uscc = models.CharField(max_length=18, blank=True)
    permit_number = models.CharField(max_length=40, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=200, blank=True)
    facility = models.ForeignKey(Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    list_year = models.PositiveSmallIntegerField(null=True, blank=True)
    listing_reason = models.CharField(max_length=200, blank=True)
    list_document = models.CharField(max_length=120, blank=True)
    published_on = models.DateField(null=True, blank=True)
    removal_reason = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True


class KeyUnitFacts(_Unit):
    """Facts of one unit of 土壤污染重点监管单位名录."""

    listed_on = models.DateField(null=True, blank=True)
    operating = models.CharField(max_length=12, blank=True)
    toxic_substances = models.CharField(max_length=300, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    recheck_due = models.DateField(null=True, blank=True)


class EnvironmentKeyUnitFacts(_Unit):
    """Facts of one unit of 环境监管重点单位名录; of the six kinds several may hold at once."""

    water = models.BooleanField(null=True, blank=True)
    groundwater = models.BooleanField(null=True, blank=True)
    air = models.BooleanField(null=True, blank=True)
    noise = models.BooleanField(null=True, blank=True)
    soil = models.BooleanField(null=True, blank=True)
    risk = models.BooleanField(null=True, blank=True)
    other_kind = models.CharField(max_length=60, blank=True)


class KeyUnitListFacts(Facts):
    """Facts of the making of one year's list by one bureau."""

    year = models.PositiveSmallIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    units_listed = models.PositiveIntegerField(null=True, blank=True)
    published_on = models.DateField(null=True, blank=True)
    document = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)


class HazardFacts(Facts):
    """Facts of one hazard of 土壤污染隐患整改台账."""

    unit_name = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    equipment = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    advice = models.CharField(max_length=300, blank=True)
    found_on = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    measures = models.CharField(max_length=300, blank=True)
    rectified_on = models.DateField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    responsible_person = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)


class MonitoringUnitFacts(Facts):
    """Facts of one 重点监测单元 of a key unit, after annex B of HJ 1209-2021."""

    unit_name = models.CharField(max_length=120, blank=True)
    places = models.CharField(max_length=200, blank=True)
    function = models.CharField(max_length=120, blank=True)
    substances = models.CharField(max_length=300, blank=True)
    hidden = models.BooleanField(null=True, blank=True)
    soil_points = models.PositiveIntegerField(null=True, blank=True)
    wells = models.PositiveIntegerField(null=True, blank=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
