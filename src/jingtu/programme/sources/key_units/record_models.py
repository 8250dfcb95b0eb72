"""The dated particulars of key units: what they inspected, monitored, reported, and what happened to them."""

from __future__ import annotations

from django.db import models

from jingtu.platform.registers.models import EntryRecord


class HazardInspection(EntryRecord):
    """A full hazard inspection (隐患排查), dated by the day of its report."""

    kind = models.CharField(max_length=12, blank=True)
    report = models.CharField(max_length=120, blank=True)
    prepared_by = models.CharField(max_length=120, blank=True)
    hazards_found = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)


class Recheck(EntryRecord):
    """A second look (回头看) at an inspection of before."""

    batch = models.CharField(max_length=60, blank=True)
    result = models.CharField(max_length=12, blank=True)
    problems = models.CharField(max_length=300, blank=True)
    checked_by = models.CharField(max_length=120, blank=True)


class Project(EntryRecord):
    """A new, changed or extended project, dated by its commissioning (投运)."""

    name = models.CharField(max_length=120, blank=True)
    content = models.CharField(max_length=300, blank=True)


class SupplementaryInspection(EntryRecord):
    """The inspection that a project calls for; ``project`` is its name."""

    project = models.CharField(max_length=120, blank=True)
    report = models.CharField(max_length=120, blank=True)
    hazards_found = models.PositiveIntegerField(null=True, blank=True)


class AbnormalFinding(EntryRecord):
    """Monitoring that was out of the ordinary, by the unit or the bureau."""

    medium = models.CharField(max_length=12, blank=True)
    point = models.CharField(max_length=60, blank=True)
    substances = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)


class AbnormalInspection(EntryRecord):
    """The inspection that an abnormal finding calls for; ``found_on`` is the day of the finding."""

    found_on = models.DateField(null=True, blank=True)
    cause = models.CharField(max_length=300, blank=True)
    measures = models.CharField(max_length=300, blank=True)


class SelfMonitoring(EntryRecord):
    """A year's self-monitoring as reported to the bureau, dated by the day of the report."""

    year = models.PositiveSmallIntegerField(null=True, blank=True)
    plan = models.CharField(max_length=120, blank=True)
    is_first = models.BooleanField(null=True, blank=True)
    covers_all = models.BooleanField(null=True, blank=True)
    soil_points = models.PositiveIntegerField(null=True, blank=True)
    wells = models.PositiveIntegerField(null=True, blank=True)
    exceeded = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True, blank=True)
    laboratory = models.CharField(max_length=120, blank=True)


class ToxicReport(EntryRecord):
    """A year's report on the discharge of toxic substances, dated by the day it was handed in."""

    year = models.PositiveSmallIntegerField(null=True, blank=True)
    substances = models.CharField(max_length=300, blank=True)
    channel = models.CharField(max_length=120, blank=True)


class TankReport(EntryRecord):
    """Information on underground tanks handed in; ``none`` where the unit declares that it has none."""

    none = models.BooleanField(null=True, blank=True)
    tank = models.CharField(max_length=60, blank=True)
    substance = models.CharField(max_length=120, blank=True)
    capacity_m3 = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    built_on = models.DateField(null=True, blank=True)
    structure = models.CharField(max_length=60, blank=True)
    leak_detection = models.CharField(max_length=120, blank=True)
    change = models.CharField(max_length=12, blank=True)


class Demolition(EntryRecord):
    """Works that tear down facilities or buildings, dated by the day on which the unit said so."""

    name = models.CharField(max_length=120, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    content = models.CharField(max_length=300, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    summary = models.CharField(max_length=120, blank=True)


class DemolitionFiling(EntryRecord):
    """The plan for a demolition as filed; ``name`` is that of the works."""

    name = models.CharField(max_length=120, blank=True)
    plan = models.CharField(max_length=120, blank=True)
    emergency_measures = models.BooleanField(null=True, blank=True)
    ecology_receipt = models.CharField(max_length=60, blank=True)
    industry_receipt = models.CharField(max_length=60, blank=True)


class LandChange(EntryRecord):
    """Land that is to change its use, to be taken back or transferred, dated by the day it became known."""

    name = models.CharField(max_length=120, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=12, blank=True)


class LandSurvey(EntryRecord):
    """The survey before a change; ``name`` is that of the change."""

    name = models.CharField(max_length=120, blank=True)
    report = models.CharField(max_length=120, blank=True)
    filed_on = models.DateField(null=True, blank=True)
    registry_on = models.DateField(null=True, blank=True)


class PermitEntry(EntryRecord):
    """A discharge permit issued or changed, and whether the soil duties stand in it."""

    permit_number = models.CharField(max_length=40, blank=True)
    occasion = models.CharField(max_length=12, blank=True)
    duties_written = models.BooleanField(null=True, blank=True)


class SurroundingsMonitoring(EntryRecord):
    """Soil or groundwater around a unit as monitored by the bureau."""

    medium = models.CharField(max_length=12, blank=True)
    points = models.PositiveIntegerField(null=True, blank=True)
    exceeded = models.CharField(max_length=200, blank=True)
    report = models.CharField(max_length=120, blank=True)


class QuarterReturn(EntryRecord):
    """What a county reports of its list at the end of a quarter."""

    year = models.PositiveSmallIntegerField(null=True, blank=True)
    quarter = models.PositiveSmallIntegerField(null=True, blank=True)
    added = models.PositiveIntegerField(null=True, blank=True)
    removed = models.PositiveIntegerField(null=True, blank=True)
    content = models.CharField(max_length=300, blank=True)
    received_by = models.CharField(max_length=120, blank=True)


class _Sampling(EntryRecord):
    """Sampling of a monitoring unit, dated by the day in the field."""

    points = models.PositiveIntegerField(null=True, blank=True)
    laboratory = models.CharField(max_length=120, blank=True)
    report = models.CharField(max_length=120, blank=True)
    exceeded = models.CharField(max_length=200, blank=True)

    class Meta(EntryRecord.Meta):
        abstract = True


class SurfaceSoilSampling(_Sampling):
    """Samples of the surface soil."""


class DeepSoilSampling(_Sampling):
    """Samples of the deep soil."""


class GroundwaterSampling(_Sampling):
    """Samples of the groundwater."""
