"""Surveys, samples and results in two times: a result is replaced or taken back, never overwritten.

A ``Survey`` is one piece of work of one laboratory at one place, judged by one standard. An
``ImportedFile`` brought its samples and results. ``Sample`` and ``Result`` rows were believed in
``[recorded_from, recorded_to)``: a new value, or a new verdict, is a new row. A ``Judgement`` says by
which standard, land class and editions the believed results were judged, and what came out.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from jingtu.platform.clock import OPEN_TIME, recorded_now
from jingtu.platform.evidence.laboratory.ordering import OrLowest
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry


class Medium(models.TextChoices):
    """What was sampled."""

    SOIL = "soil", "土壤"
    GROUNDWATER = "groundwater", "地下水"
    CROP = "crop", "农产品"
    SEDIMENT = "sediment", "底泥"
    SURFACE_WATER = "surface_water", "地表水"
    OTHER = "other", "其他"


class Survey(models.Model):
    """One survey (检测任务): a place, its bodies, the laboratory's qualification, the standard it is judged by."""

    class State(models.TextChoices):
        WAITING = "waiting", "待导入"
        STORED = "stored", "已导入"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    # Whose land or water it is, who surveys, who analyses.
    holder = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    laboratory = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cma_number = models.CharField(max_length=40, blank=True)
    cma_valid_from = models.DateField(null=True, blank=True)
    cma_valid_to = models.DateField(null=True, blank=True)  # its last day
    cma_scope = models.TextField(blank=True)  # analytes, separated by 、; empty: not known
    medium = models.CharField(max_length=20, choices=Medium, default=Medium.SOIL)
    standard = models.CharField(max_length=40)
    land_class = models.PositiveSmallIntegerField(null=True, blank=True)
    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="surveys")
    sampled_from = models.DateField(null=True, blank=True)
    sampled_to = models.DateField(null=True, blank=True)  # last day of sampling
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    is_example = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=recorded_now, editable=False)
    version = models.PositiveIntegerField(default=1)  # two people editing see each other

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["region", "state"], name="survey_region")]

    def __str__(self) -> str:
        return self.name

    @property
    def qualified(self) -> bool:
        """Whether a qualification is on record, with the days on which it holds."""
        return bool(self.cma_number and self.cma_valid_to)

    @property
    def uploaders(self) -> tuple[int, ...]:
        """Bodies that deliver results: the survey firm and the laboratory."""
        return tuple(key for key in (self.organisation_id, self.laboratory_id) if key is not None)

    @property
    def bodies(self) -> tuple[int, ...]:
        """Bodies that read the results: those, and the one examined."""
        return tuple(key for key in (self.holder_id, *self.uploaders) if key is not None)


class ImportedFile(models.Model):
    """One file of results, stored whole; taken back with a reason, it stays on record."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="imports")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    manifest = models.CharField(max_length=64)  # hash over all samples and results of the file
    reason = models.CharField(max_length=200, blank=True)  # why values differ from those stored before
    samples = models.PositiveIntegerField(default=0)
    results = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=list)  # acknowledged by who imported
    imported_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["imported_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_import_a_file_and_survey",
            )
        ]


class Recorded(models.Model):
    """A row that was believed between two moments."""

    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(default=OPEN_TIME)

    class Meta:
        abstract = True


def believed(known_at: datetime | None = None, prefix: str = "") -> Q:
    """Predicate on rows believed at a moment; ``None``: now."""
    if known_at is None:
        return Q(**{f"{prefix}recorded_to": OPEN_TIME})
    return Q(**{f"{prefix}recorded_from__lte": known_at, f"{prefix}recorded_to__gt": known_at})


class Sample(Recorded):
    """A sample: where, how deep, of what, when; one believed row a code within a survey."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="samples", db_index=False)
    code = models.CharField(max_length=80)
    point = models.CharField(max_length=80, blank=True)
    depth_top = models.DecimalField(max_digits=7, decimal_places=3, null=True)  # m below ground
    depth_bottom = models.DecimalField(max_digits=7, decimal_places=3, null=True)
    medium = models.CharField(max_length=20, choices=Medium)
    land_use = models.CharField(max_length=20, blank=True)
    ph = models.FloatField(null=True)
    crop = models.CharField(max_length=60, blank=True)
    sampled_on = models.DateField(null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)  # degrees, CGCS2000
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    # A key of ``labsheets.QC_KINDS``: such samples check the laboratory; they are kept and not judged.
    qc_kind = models.CharField(max_length=20, blank=True)
    batch = models.CharField(max_length=60, blank=True)
    parent_code = models.CharField(max_length=80, blank=True)  # of a parallel: the sample it repeats
    imported = models.ForeignKey(
        ImportedFile, on_delete=models.PROTECT, related_name="sample_rows", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "code"],
                condition=Q(recorded_to=OPEN_TIME),
                name="one_believed_sample_a_code",
            )
        ]
        indexes = [models.Index(fields=["survey", "recorded_to", "point"], name="sample_point")]

    def __str__(self) -> str:
        return self.code

    @property
    def qc_label(self) -> str:
        """What a sample that checks the laboratory is called; empty for a plain sample."""
        from jingtu.knowledge.labsheets.model import QC_KINDS  # reads workbooks: not at every start

        return QC_KINDS.get(self.qc_kind, self.qc_kind)


class Result(Recorded):
    """One value of one analyte in one sample, as printed and as parsed, with its verdict.

    ``value`` and ``detection_limit`` are in ``unit``; ``limit_value`` is in ``limit_unit``. ``rank`` orders
    verdicts, the worst highest, so that a sample's verdict is that of its highest rank.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="+", db_index=False)
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="results")
    imported = models.ForeignKey(
        ImportedFile, on_delete=models.PROTECT, related_name="result_rows", db_index=False
    )
    analyte = models.CharField(max_length=80)  # as printed
    analyte_id = models.CharField(max_length=60, blank=True)  # in the standard; empty: it has none
    raw = models.CharField(max_length=60)  # the text of the cell
    value = models.FloatField(null=True)  # of a non-detect: its detection limit
    unit = models.CharField(max_length=30)
    detected = models.BooleanField(null=True)
    detection_limit = models.FloatField(null=True)
    method = models.CharField(max_length=120, blank=True)
    sheet = models.CharField(max_length=80, blank=True)
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=8, blank=True)
    # As judged; the value in the limit's unit is ``judged_value``.
    standard = models.CharField(max_length=40, blank=True)
    edition = models.CharField(max_length=40, blank=True)
    verdict = models.CharField(max_length=30, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    ratio = models.FloatField(null=True)
    reason = models.CharField(max_length=60, blank=True)
    flags = models.CharField(max_length=200, blank=True)  # codes, separated by commas
    judged_value = models.FloatField(null=True)
    limit_name = models.CharField(max_length=60, blank=True)
    limit_value = models.FloatField(null=True)
    limit_unit = models.CharField(max_length=30, blank=True)
    limit_clause = models.CharField(max_length=120, blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "analyte"],
                condition=Q(recorded_to=OPEN_TIME),
                name="one_believed_result_an_analyte",
            )
        ]
        indexes = [
            models.Index(fields=["survey", "recorded_to", "analyte_id", "rank"], name="result_analyte"),
            models.Index(fields=["survey", "recorded_to", "rank"], name="result_rank"),
            models.Index(fields=["survey", "recorded_to", "id"], name="result_order"),
            models.Index("survey", "recorded_to", OrLowest("ratio"), "id", name="result_ratio"),
        ]

    def __str__(self) -> str:
        return f"{self.analyte} {self.raw}"


class Judgement(Recorded):
    """By what the believed results of a survey were judged, and what came out."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="judgements")
    standard = models.CharField(max_length=40)
    land_class = models.PositiveSmallIntegerField(null=True)
    editions = models.JSONField(default=list)  # [{"standard", "number", "title", "results"}]
    results = models.JSONField(default=dict)  # how many results of each verdict
    samples = models.JSONField(default=dict)  # how many samples of each verdict
    reason = models.CharField(max_length=200, blank=True)
    judged_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey"], condition=Q(recorded_to=OPEN_TIME), name="one_believed_judgement"
            )
        ]


class SheetMapping(models.Model):
    """What the columns of a laboratory's workbooks are, as a person confirmed it.

    ``fingerprint`` is of the headings: a workbook with the same headings is read the same way.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    laboratory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    ledger_row = models.ForeignKey(LedgerRow, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["laboratory", "fingerprint"], name="one_mapping_a_laboratory")
        ]
