"""Storing a prepared file: whole or not at all, one ledger row with the hash of everything stored.

What was believed before is closed in recorded time and stays readable; nothing is overwritten.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from django.db import IntegrityError
from django.db.models import Max, Min

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.evidence import attaching
from jingtu.platform.evidence.laboratory import judging, preparing, rejudging
from jingtu.platform.evidence.laboratory.models import (
    ImportedFile,
    Judgement,
    Result,
    Sample,
    Survey,
    believed,
)
from jingtu.platform.evidence.laboratory.permissions import IMPORT, MANAGE, READ
from jingtu.platform.evidence.laboratory.prepared import KEPT, Prepared
from jingtu.platform.evidence.laboratory.surveys import SurveyAction
from jingtu.platform.inserting import Batch
from jingtu.platform.people.models import User

LONGEST_REASON = 200
RESOLUTION = timedelta(microseconds=1)
_GULP = 500  # keys in one statement


class _ResultsAction(SurveyAction):
    """What actions share that change which results are believed."""

    def moment(self, at: datetime) -> datetime:
        """When the change is recorded: later than all that it replaces."""
        latest = Result.objects.filter(believed(), survey=self.survey).aggregate(at=Max("recorded_from"))
        return at if latest["at"] is None else max(at, latest["at"] + RESOLUTION)

    def settle(self, now: datetime, reason: str) -> Judgement:
        """Say by what the believed results are judged now, and what came out; refresh the survey's days."""
        assert self.ledger_row is not None
        survey = self.survey
        Judgement.objects.filter(believed(), survey=survey).update(recorded_to=now)
        found = judging.summary(survey)
        days = Sample.objects.filter(believed(), survey=survey).aggregate(
            first=Min("sampled_on"), last=Max("sampled_on")
        )
        survey.sampled_from, survey.sampled_to = days["first"], days["last"]
        survey.state = Survey.State.STORED if found.results else Survey.State.WAITING
        survey.save(update_fields=["sampled_from", "sampled_to", "state"])
        return Judgement.objects.create(
            survey=survey, standard=survey.standard, land_class=survey.land_class,
            editions=found.editions, results=found.results, samples=found.samples, reason=reason,
            judged_by=self.actor, ledger_row=self.ledger_row, recorded_from=now,
        )  # fmt: skip


class ImportResults(_ResultsAction):
    """Store what a file brings: new samples and results, and new values for old ones with a reason.

    Parameters
    ----------
    prepared : Prepared
        From ``preparing.prepare`` for the same survey.
    path : Path
        The file, which is kept as evidence.
    fingerprint : str, optional
        Of what a person confirmed; where the world has moved on since, nothing is stored.
    reason : str
        Why stored values change; required where they do.
    acknowledged : bool
        That the warnings were read.
    """

    name = "laboratory.import"
    label = "导入检测结果"
    permission: ClassVar[str | None] = IMPORT.name

    def __init__(
        self,
        actor: User | None,
        on: date,
        prepared: Prepared,
        path: Path,
        *,
        fingerprint: str = "",
        reason: str = "",
        acknowledged: bool = False,
    ) -> None:
        super().__init__(actor, on)
        self.prepared, self.path, self.fingerprint = prepared, path, fingerprint
        self.survey, self.reason, self.acknowledged = prepared.survey, reason.strip(), acknowledged

    def check_state(self) -> None:
        found = self.prepared
        if found.errors:
            raise InputError(
                f"“{found.file}”有 {len(found.errors)} 处错误，没有导入任何内容。",
                [item.error for item in found.errors],
            )
        if found.repeats is not None or found.nothing_new:
            raise ConflictError(found.unchanged_words)
        if self.fingerprint and self.fingerprint != found.fingerprint:
            raise ConflictError("核对之后检测任务或已入库的结果有变化，没有导入任何内容，请重新核对。")
        if self.survey.version != found.version or preparing.state_of(self.survey) != found.state:
            raise ConflictError("核对之后检测任务或已入库的结果有变化，没有导入任何内容，请重新核对。")
        if found.warnings and not self.acknowledged:
            raise InputError(
                f"有 {len(found.warnings)} 处提醒，请逐条看过并勾选“已核对”再导入。",
                [CellError("请勾选已核对", column="提醒")],
            )
        if found.changes and not self.reason:
            raise InputError("改动已入库的结果须写明原因。", [CellError("请写明原因", column="更正原因")])
        if len(self.reason) > LONGEST_REASON:
            raise InputError(
                "更正原因太长。", [CellError(f"不能超过 {LONGEST_REASON} 个字", column="更正原因")]
            )

    def execute(self) -> Survey:
        # Values are converted before the transaction, which then only inserts.
        self.samples = self.prepared.new_samples()
        self.results = self.prepared.new_results()
        try:
            return super().execute()
        except IntegrityError as error:
            raise ConflictError("同时有人导入了这项任务的结果，没有导入任何内容，请重新核对。") from error

    def perform(self) -> Survey:
        found, survey = self.prepared, self.survey
        row = self.record(
            survey=survey.code, file_sha256=found.sha256, manifest=found.manifest,
            samples=found.sample_count, added=found.added, changed=found.changed, unchanged=found.unchanged,
            warnings=len(found.warnings), standard=survey.standard, land_class=survey.land_class,
            # Free text may name people; the row proves it without holding it.
            reason=hashlib.sha256(self.reason.encode()).hexdigest() if self.reason else "",
        )  # fmt: skip
        now = self.moment(row.at)
        with self.path.open("rb") as stream:
            attachment = attaching.attach(
                stream, found.file, subject_type="survey", subject_uid=survey.uid, read_permission=READ.name,
                region_path=survey.region.path, organisations=survey.bodies, actor=self.actor,
            )  # fmt: skip
        self.imported = ImportedFile.objects.create(
            survey=survey, attachment=attachment, sha256=found.sha256, mapping=found.mapping,
            manifest=found.manifest, reason=self.reason, samples=found.sample_count, results=found.total,
            added=found.added, changed=found.changed, unchanged=found.unchanged,
            warnings=[item.to_json() for item in found.warnings[: KEPT]],
            imported_by=self.actor, imported_at=now, ledger_row=row,
        )  # fmt: skip
        close(Result, found.closed_results, now)
        close(Sample, found.closed_samples, now)
        self._store(now)
        self.settle(now, f"导入“{found.file}”"[:200])
        return survey

    def _store(self, now: datetime) -> None:
        samples, results = self.samples, self.results
        for batch in (samples, results):
            batch.fill_all("recorded_from", now)
        samples.fill_all("imported_id", self.imported.pk)
        keys = samples.reserve_keys()
        samples.insert()
        results.fill("sample_id", self.prepared.sample_keys(keys))
        results.fill("imported_id", self.prepared.import_keys(self.imported.pk))
        results.fill_all("judged_at", now)
        results.reserve_keys()
        results.insert()


class WithdrawImport(_ResultsAction):
    """Take the results of a file back, with a reason; values that it had replaced hold again."""

    name = "laboratory.withdraw_import"
    label = "撤回导入"
    permission: ClassVar[str | None] = MANAGE.name

    def __init__(self, actor: User | None, on: date, imported: ImportedFile, reason: str) -> None:
        super().__init__(actor, on)
        self.imported, self.survey, self.reason = imported, imported.survey, reason.strip()

    def lock(self) -> None:
        super().lock()
        self.imported = ImportedFile.objects.select_for_update(of=("self",)).get(pk=self.imported.pk)

    def check_state(self) -> None:
        if self.imported.withdrawn_at is not None:
            raise ConflictError("这次导入已经撤回。")
        if not self.reason:
            raise InputError("撤回导入须写明原因。", [CellError("请写明原因", column="原因")])
        if len(self.reason) > LONGEST_REASON:
            raise InputError("撤回原因太长。", [CellError(f"不能超过 {LONGEST_REASON} 个字", column="原因")])

    def perform(self) -> Survey:
        imported, survey = self.imported, self.survey
        row = self.record(
            survey=survey.code, file_sha256=imported.sha256, manifest=imported.manifest,
            results=imported.results, reason=hashlib.sha256(self.reason.encode()).hexdigest(),
        )  # fmt: skip
        now = self.moment(row.at)
        replaced = list(
            Result.objects.filter(survey=survey, recorded_to=imported.imported_at)
            .exclude(imported=imported)
            .select_related("sample")
        )
        close_rows(Result.objects.filter(believed(), survey=survey, imported=imported), now)
        self._revert_samples(now)
        self._restore(replaced, now)
        rejudging.rejudge(survey, now)
        empty = Sample.objects.filter(believed(), survey=survey).exclude(
            pk__in=Result.objects.filter(believed(), survey=survey).values("sample")
        )
        close_rows(empty, now)
        imported.withdrawn_at, imported.withdrawn_by = now, self.actor
        imported.withdrawn_reason = self.reason
        imported.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        self.settle(now, "撤回导入")
        return survey

    def _revert_samples(self, now: datetime) -> None:
        """Facts of samples that the file had changed are again what they were before it."""
        imported = self.imported
        before = {
            item.code: item
            for item in Sample.objects.filter(survey=self.survey, recorded_to=imported.imported_at)
        }
        changed = Sample.objects.filter(believed(), survey=self.survey, imported=imported)
        rows: list[Result] = []
        for sample in list(changed.filter(code__in=list(before))):
            close(Sample, [sample.pk], now)
            fresh = _again(before[sample.code], now)
            left = list(Result.objects.filter(believed(), sample=sample))
            close(Result, [row.pk for row in left], now)
            rows += [_moved(row, fresh, now) for row in left]
        batch = Batch(Result, rows)
        batch.reserve_keys()
        batch.insert()

    def _restore(self, replaced: list[Result], now: datetime) -> None:
        """Tell again what the file had replaced, as far as nothing else says it meanwhile."""
        samples = {item.code: item for item in Sample.objects.filter(believed(), survey=self.survey)}
        known = set(
            Result.objects.filter(believed(), survey=self.survey).values_list("sample__code", "analyte")
        )
        rows = []
        for result in replaced:
            code = result.sample.code
            if (code, result.analyte) in known:
                continue
            if code not in samples:
                samples[code] = _again(result.sample, now)
            rows.append(_moved(result, samples[code], now))
        batch = Batch(Result, rows)
        batch.reserve_keys()
        batch.insert()


def _moved(result: Result, sample: Sample, now: datetime) -> Result:
    """A result told anew, of this row of its sample."""
    result.pk, result.sample = None, sample
    result.recorded_from, result.recorded_to = now, OPEN_TIME
    result._state.adding = True
    return result


def _again(sample: Sample, now: datetime) -> Sample:
    fresh = Sample(
        **{
            field.attname: getattr(sample, field.attname)
            for field in Sample._meta.concrete_fields
            if not field.primary_key
        }
    )
    fresh.recorded_from, fresh.recorded_to = now, OPEN_TIME
    fresh.save(force_insert=True)
    return fresh


class RejudgeSurvey(_ResultsAction):
    """Judge the believed results anew: another land class, another standard, a table that was added.

    Results whose verdict changes become new rows; what was said before stays readable.
    """

    name = "laboratory.rejudge"
    label = "重新判定"
    permission: ClassVar[str | None] = MANAGE.name

    def __init__(self, actor: User | None, on: date, survey: Survey, reason: str = "") -> None:
        super().__init__(actor, on)
        self.survey, self.reason = survey, reason.strip()

    def check_state(self) -> None:
        if self.survey.state != Survey.State.STORED:
            raise ConflictError("还没有检测结果，不需要判定。")
        if not self.reason:
            raise InputError("重新判定须写明原因。", [CellError("请写明原因", column="原因")])
        if len(self.reason) > LONGEST_REASON:
            raise InputError("原因太长。", [CellError(f"不能超过 {LONGEST_REASON} 个字", column="原因")])

    def perform(self) -> Survey:
        survey = self.survey
        prepared = rejudging.prepare_again(survey)
        before = Judgement.objects.filter(believed(), survey=survey).first()
        row = self.record(
            survey=survey.code, changed=len(prepared.rows), results=prepared.total,
            standard=[before.standard if before else "", survey.standard],
            land_class=[before.land_class if before else None, survey.land_class],
            manifest=prepared.manifest, reason=hashlib.sha256(self.reason.encode()).hexdigest(),
        )  # fmt: skip
        now = self.moment(row.at)
        rejudging.replace(prepared, now)
        self.settle(now, self.reason)
        return survey


def close(model: type[Sample | Result], keys: list[int], now: datetime) -> None:
    """End the belief in rows."""
    for start in range(0, len(keys), _GULP):
        close_rows(model.objects.filter(pk__in=keys[start : start + _GULP], recorded_to=OPEN_TIME), now)


def close_rows(rows: Any, now: datetime) -> None:
    """End the belief in the rows of a query."""
    rows.update(recorded_to=now)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, for the ledger."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
