"""Contaminated cropland (受污染耕地): facts of a plot, and what is done and found on it season by season."""

from __future__ import annotations

from django.db import models

from jingtu.platform.registers.models import EntryRecord, Facts


class FarmlandPlotFacts(Facts):
    """Facts of one plot or unit of the ledger.

    Six decimals of a square metre: a figure given in mu with up to six decimals comes back unchanged.
    """

    village = models.CharField(max_length=60, blank=True)
    area_m2 = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    degree = models.CharField(max_length=20, blank=True)
    pollutants = models.CharField(max_length=100, blank=True)
    class_basis = models.CharField(max_length=200, blank=True)
    classified_on = models.DateField(null=True, blank=True)
    land_type = models.CharField(max_length=20, blank=True)
    crops = models.CharField(max_length=100, blank=True)
    near_source = models.BooleanField(null=True, blank=True)
    surroundings = models.CharField(max_length=200, blank=True)
    longitude = models.DecimalField(max_digits=10, decimal_places=7, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=7, null=True, blank=True)
    leaving_reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)


class Measure(EntryRecord):
    """A measure on a plot in one season; without an area it covers the whole plot."""

    year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10)
    measure = models.CharField(max_length=30)
    area_m2 = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    stacked = models.BooleanField(null=True, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    done_by = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta(EntryRecord.Meta):
        verbose_name = "措施"


class CropTest(EntryRecord):
    """One sample of a crop from a plot, its results as the laboratory printed them, in mg/kg.

    ``verdict`` and ``judged`` are what GB 2762 says of it: the edition in force on the sampling day, as known when
    the test was entered or last corrected.
    """

    season = models.CharField(max_length=10)
    crop = models.CharField(max_length=60)
    sample = models.CharField(max_length=80)
    survey_code = models.CharField(max_length=60, blank=True)
    cadmium = models.CharField(max_length=30, blank=True)
    mercury = models.CharField(max_length=30, blank=True)
    arsenic = models.CharField(max_length=30, blank=True)
    arsenic_inorganic = models.CharField(max_length=30, blank=True)
    lead = models.CharField(max_length=30, blank=True)
    chromium = models.CharField(max_length=30, blank=True)
    laboratory = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)
    verdict = models.CharField(max_length=10, blank=True)
    judged = models.CharField(max_length=600, blank=True)

    class Meta(EntryRecord.Meta):
        verbose_name = "农产品检测"


class StrictCheck(EntryRecord):
    """A check of strictly controlled land before sowing, during growth or after harvest (前、中、后)."""

    year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10)
    phase = models.CharField(max_length=10)
    crop_seen = models.CharField(max_length=60, blank=True)
    agrees = models.BooleanField()
    found = models.CharField(max_length=200, blank=True)
    checker = models.CharField(max_length=40, blank=True)

    class Meta(EntryRecord.Meta):
        verbose_name = "用途管控核查"


class ImageCheck(EntryRecord):
    """Remote sensing: what an image of a day shows on a plot, and whether it agrees with the ledger."""

    image_source = models.CharField(max_length=80)
    crop_seen = models.CharField(max_length=60, blank=True)
    agrees = models.BooleanField()
    found = models.CharField(max_length=200, blank=True)
    verifier = models.CharField(max_length=40, blank=True)

    class Meta(EntryRecord.Meta):
        verbose_name = "遥感核查"
