"""Sources of cadmium and other heavy metals, and areas whose contamination is traced to its causes."""

from __future__ import annotations

from django.db import models

from jingtu.platform.organisations.models import Facility
from jingtu.platform.registers.models import EntryRecord, Facts


class CadmiumSourceFacts(Facts):
    """Facts of one source on the way from clue to 销号."""

    uscc = models.CharField(max_length=18, blank=True)
    permit_number = models.CharField(max_length=40, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=200, blank=True)
    facility = models.ForeignKey(Facility, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source_kind = models.CharField(max_length=16, blank=True)
    metals = models.CharField(max_length=60, blank=True)
    clue = models.CharField(max_length=200, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    list_year = models.PositiveSmallIntegerField(null=True, blank=True)
    listing_reason = models.CharField(max_length=200, blank=True)
    listed_on = models.DateField(null=True, blank=True)
    plan = models.CharField(max_length=120, blank=True)
    measures = models.CharField(max_length=300, blank=True)
    due = models.DateField(null=True, blank=True)
    rectified_on = models.DateField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    struck_off_on = models.DateField(null=True, blank=True)
    confirmation = models.CharField(max_length=120, blank=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    responsible_person = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)


class CauseSurveyFacts(Facts):
    """Facts of one area whose farmland is contaminated: what caused it, and whether that is cut off."""

    area_kind = models.CharField(max_length=12, blank=True)
    area_m2 = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    metals = models.CharField(max_length=60, blank=True)
    list_year = models.PositiveSmallIntegerField(null=True, blank=True)
    surveyor = models.CharField(max_length=120, blank=True)
    survey_due = models.DateField(null=True, blank=True)
    surveyed_on = models.DateField(null=True, blank=True)
    causes = models.CharField(max_length=300, blank=True)
    sources_found = models.PositiveIntegerField(null=True, blank=True)
    cut_due = models.DateField(null=True, blank=True)
    cut_on = models.DateField(null=True, blank=True)
    measures = models.CharField(max_length=300, blank=True)
    report = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)


class SourceMaterial(EntryRecord):
    """One of the papers on which a source is struck off."""

    kind = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)


class SourceProgress(EntryRecord):
    """How far the rectification of a source has come."""

    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    content = models.CharField(max_length=300, blank=True)
    difficulty = models.CharField(max_length=300, blank=True)


class SpotCheck(EntryRecord):
    """A later look (回头看, 抽查) at a source that was struck off."""

    result = models.CharField(max_length=12, blank=True)
    problems = models.CharField(max_length=300, blank=True)
    checked_by = models.CharField(max_length=120, blank=True)


class FoundSource(EntryRecord):
    """A source that a survey of causes has found, and when it was cut off."""

    name = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=16, blank=True)
    pathway = models.CharField(max_length=16, blank=True)
    metals = models.CharField(max_length=60, blank=True)
    cut_due = models.DateField(null=True, blank=True)
    cut_on = models.DateField(null=True, blank=True)
    measures = models.CharField(max_length=300, blank=True)
