"""Self-assessments: one a place and year."""

from __future__ import annotations

from django.db import models

from jingtu.platform.registers.models import Facts


class SelfAssessmentFacts(Facts):
    """Facts of one yearly self-assessment (年度自评); its points stand on a scorecard."""

    year = models.PositiveSmallIntegerField(null=True, blank=True)
    reported_on = models.DateField(null=True, blank=True)
    confirmed_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    confirmed_grade = models.CharField(max_length=20, blank=True)
    confirmed_by = models.CharField(max_length=120, blank=True)
    opinion = models.CharField(max_length=1000, blank=True)
