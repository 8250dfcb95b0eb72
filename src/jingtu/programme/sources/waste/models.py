"""Tailings ponds, and sites where solid waste of the past lies: their facts and records."""

from __future__ import annotations

from django.db import models

from jingtu.platform.registers.models import EntryRecord, Facts


class TailingsPondFacts(Facts):
    """Facts of one tailings pond; its grade of supervision is its state."""

    uscc = models.CharField(max_length=18, blank=True)
    mine = models.CharField(max_length=120, blank=True)
    ore = models.CharField(max_length=60, blank=True)
    operation = models.CharField(max_length=12, blank=True)
    risk_grade = models.CharField(max_length=12, blank=True)
    risk_year = models.PositiveSmallIntegerField(null=True, blank=True)
    safety = models.CharField(max_length=12, blank=True)
    surroundings = models.CharField(max_length=300, blank=True)
    protection = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=200, blank=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    list_year = models.PositiveSmallIntegerField(null=True, blank=True)
    listed_on = models.DateField(null=True, blank=True)
    listing_reason = models.CharField(max_length=200, blank=True)
    list_document = models.CharField(max_length=120, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    clean_since = models.DateField(null=True, blank=True)
    responsible_person = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)


class HistoricSiteFacts(Facts):
    """Facts of one site of old waste on the way from survey to 销号."""

    site_kind = models.CharField(max_length=16, blank=True)
    waste = models.CharField(max_length=120, blank=True)
    metals = models.CharField(max_length=60, blank=True)
    amount_t = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    area_m2 = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    former_user = models.CharField(max_length=120, blank=True)
    surroundings = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=200, blank=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    surveyor = models.CharField(max_length=120, blank=True)
    surveyed_on = models.DateField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    list_year = models.PositiveSmallIntegerField(null=True, blank=True)
    listed_on = models.DateField(null=True, blank=True)
    listing_reason = models.CharField(max_length=200, blank=True)
    plan = models.CharField(max_length=120, blank=True)
    measures = models.CharField(max_length=300, blank=True)
    due = models.DateField(null=True, blank=True)
    rectified_on = models.DateField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    struck_off_on = models.DateField(null=True, blank=True)
    confirmation = models.CharField(max_length=120, blank=True)
    in_platform = models.BooleanField(null=True, blank=True)
    responsible_person = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=300, blank=True)


class PondInspection(EntryRecord):
    """That the operator looked for hazards of a pond."""

    kind = models.CharField(max_length=12, blank=True)
    hazards = models.PositiveIntegerField(null=True, blank=True)
    conclusion = models.CharField(max_length=300, blank=True)


class PondHazard(EntryRecord):
    """A hazard found at a pond, with the day by which it is to be put right."""

    name = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    due = models.DateField(null=True, blank=True)


class PondRectification(EntryRecord):
    """That a hazard of a pond was put right."""

    name = models.CharField(max_length=120, blank=True)
    measures = models.CharField(max_length=300, blank=True)


class PondCheck(EntryRecord):
    """That the bureau went to a pond and what it found."""

    kind = models.CharField(max_length=12, blank=True)
    result = models.CharField(max_length=12, blank=True)
    problems = models.CharField(max_length=300, blank=True)
    checked_by = models.CharField(max_length=120, blank=True)


class SiteProgress(EntryRecord):
    """How far the work at a site has come."""

    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    content = models.CharField(max_length=300, blank=True)
    difficulty = models.CharField(max_length=300, blank=True)


class SiteLook(EntryRecord):
    """A later look (回头看) at a site that was struck off."""

    result = models.CharField(max_length=12, blank=True)
    problems = models.CharField(max_length=300, blank=True)
    checked_by = models.CharField(max_length=120, blank=True)
