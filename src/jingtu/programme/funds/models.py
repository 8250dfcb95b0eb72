"""Projects against soil and groundwater pollution: facts of the register, money, work and performance."""

from __future__ import annotations

from django.db import models

from jingtu.platform.registers.models import EntryRecord, Facts


class ProjectFacts(Facts):
    """Facts of one project (土壤和地下水污染防治项目), from the reserve list to its performance."""

    kind = models.CharField(max_length=60, blank=True)
    content = models.CharField(max_length=2000, blank=True)
    total_investment = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    applied_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    library_number = models.CharField(max_length=60, blank=True)
    library_on = models.DateField(null=True, blank=True)
    funding_document = models.CharField(max_length=80, blank=True)
    funded_on = models.DateField(null=True, blank=True)
    planned_start = models.DateField(null=True, blank=True)
    started_on = models.DateField(null=True, blank=True)
    planned_finish = models.DateField(null=True, blank=True)
    finished_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    evaluated_on = models.DateField(null=True, blank=True)
    grade = models.CharField(max_length=20, blank=True)
    manager = models.CharField(max_length=40, blank=True)
    dropped_reason = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)


class FundingLine(models.Model):
    """Which money: the year it was granted for, by which level, by which document."""

    year = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=10)
    document = models.CharField(max_length=80)

    class Meta:
        abstract = True


class ProjectFunding(EntryRecord, FundingLine):
    """Money received (到账) for a project on a day."""

    amount = models.DecimalField(max_digits=16, decimal_places=2)


class ProjectPayment(EntryRecord, FundingLine):
    """Money paid out (支付) of a funding line on a day."""

    amount = models.DecimalField(max_digits=16, decimal_places=2)
    payee = models.CharField(max_length=120)
    voucher = models.CharField(max_length=60)


class ProjectWork(EntryRecord):
    """How much of an item of work (工程量) was done by a day, of how much that is planned."""

    item = models.CharField(max_length=80)
    planned = models.DecimalField(max_digits=16, decimal_places=4)
    done = models.DecimalField(max_digits=16, decimal_places=4)
    unit = models.CharField(max_length=20)


class ProjectMilestone(EntryRecord):
    """A step of a project that was reached on a day."""

    name = models.CharField(max_length=80)
    planned_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)


class ProjectEvaluation(EntryRecord):
    """The yearly self-evaluation of a project's performance (绩效自评)."""

    year = models.PositiveSmallIntegerField()
    score = models.DecimalField(max_digits=5, decimal_places=2)
    grade = models.CharField(max_length=10, blank=True)
    finding = models.CharField(max_length=300, blank=True)
