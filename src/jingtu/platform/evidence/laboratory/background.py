"""Checking and storing a large file as jobs, with progress."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from jingtu.errors import JingtuError
from jingtu.knowledge import labsheets
from jingtu.platform.evidence.laboratory import mappings, preparing, reports
from jingtu.platform.evidence.laboratory.importing import ImportResults
from jingtu.platform.evidence.laboratory.models import Survey
from jingtu.platform.evidence.laboratory.prepared import Prepared
from jingtu.platform.evidence.laboratory.preparing import Watch
from jingtu.platform.jobs import running
from jingtu.platform.jobs.models import Job
from jingtu.platform.people.models import User
from jingtu.platform.registers.exchange import uploads
from jingtu.platform.registers.exchange.uploads import Upload

CHECK, STORE = "laboratory.check", "laboratory.store"
# A smaller file is read, checked and judged within two seconds.
BYTES_FOR_A_JOB = 150_000
_MAPPING = "mapping"  # the one key under which an upload keeps what its columns are


def chosen(upload: Upload) -> labsheets.Mapping | None:
    """What the person said the columns of an upload are."""
    text = (upload.columns or {}).get(_MAPPING)
    return labsheets.Mapping.from_json(json.loads(text)) if text else None


def choose(upload: Upload, mapping: labsheets.Mapping, owner: User) -> Upload:
    """Keep with an upload what its columns are."""
    reports.drop(upload)
    return uploads.choose(upload, {_MAPPING: json.dumps(mapping.to_json(), ensure_ascii=False)}, owner)


def proposal(survey: Survey, upload: Upload) -> labsheets.Mapping:
    """What the columns of an upload seem to be; kept beside it, since a large file takes seconds to read."""
    path = upload.path.with_suffix(".columns")
    if path.exists():
        return labsheets.Mapping.from_json(json.loads(path.read_text(encoding="utf-8")))
    with upload.path.open("rb") as stream:
        book = labsheets.read_book(stream, upload.name)
    found = preparing.proposed(book, mappings.remembered(survey))
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(found.to_json(), ensure_ascii=False), encoding="utf-8")
    partial.chmod(0o600)
    partial.replace(path)
    return found


def forget(upload: Upload) -> None:
    """Delete what was found out about an upload."""
    reports.drop(upload)
    upload.path.with_suffix(".columns").unlink(missing_ok=True)


def settled(mapping: labsheets.Mapping) -> bool:
    """Whether nobody need look at the columns: confirmed before, or said by the headings themselves."""
    return mapping.remembered or mapping.certain


def is_large(upload: Upload) -> bool:
    """Whether an upload takes longer than a person waits for a page."""
    return upload.path.stat().st_size > BYTES_FOR_A_JOB


def prepared(survey: Survey, upload: Upload, on: date, watch: Watch | None = None) -> Prepared:
    """Read, check and judge an upload."""
    with upload.path.open("rb") as stream:
        return preparing.prepare(
            survey, stream, upload.name, mapping=chosen(upload), remembered=mappings.remembered(survey),
            on=on, watch=watch,
        )  # fmt: skip


def check(survey: Survey, upload: Upload, on: date, watch: Watch | None = None) -> dict[str, Any]:
    """Check an upload and keep the report beside it."""
    try:
        report = reports.of(prepared(survey, upload, on, watch))
    except JingtuError as error:
        report = reports.refused(error, str(survey.uid), upload.name)
    reports.keep(upload, report)
    return report


def start_check(survey: Survey, upload: Upload, owner: User, on: date) -> Job:
    """Queue the check of a large file."""
    parameters = {"survey": str(survey.uid), "upload": upload.key, "on": on.isoformat()}
    return running.start(CHECK, f"核对检测结果“{upload.name}”"[:120], parameters, owner)


def start_store(
    survey: Survey,
    upload: Upload,
    owner: User,
    on: date,
    *,
    fingerprint: str,
    reason: str,
    acknowledged: bool,
) -> Job:
    """Queue the import of a large file whose report was confirmed."""
    parameters = {
        "survey": str(survey.uid),
        "upload": upload.key,
        "on": on.isoformat(),
        "fingerprint": fingerprint,
        "reason": reason,
        "acknowledged": acknowledged,
    }
    return running.start(STORE, f"导入检测结果“{upload.name}”"[:120], parameters, owner)


def store(
    survey: Survey,
    upload: Upload,
    owner: User,
    on: date,
    *,
    fingerprint: str,
    reason: str,
    acknowledged: bool,
    watch: Watch | None = None,
) -> Prepared:
    """Check an upload again and store it, whole or not at all; then remember its columns."""
    found = prepared(survey, upload, on, watch)
    if watch is not None:
        watch(5, 6, f"正在保存 {found.total:,} 个结果")
    ImportResults(
        owner, on, found, upload.path, fingerprint=fingerprint, reason=reason, acknowledged=acknowledged
    ).execute()
    mapping = labsheets.Mapping.from_json(found.mapping)
    if mappings.worth_remembering(survey, mapping):
        mappings.RememberSheet(owner, on, survey, mapping).execute()
    forget(upload)
    uploads.forget(upload)
    return found


def run_check(job: Job, progress: running.Progress) -> Mapping[str, Any]:
    """The handler of a check."""
    survey, upload, on = _of(job)
    here = f"{reverse('survey_import', args=[survey.uid])}?file={upload.key}"
    progress(0, 6, "正在读取文件")
    try:
        certain = chosen(upload) is not None or settled(proposal(survey, upload))
    except JingtuError:
        certain = True  # the check says what is wrong
    if not certain:
        return {"address": f"{here}&columns=1", "summary": "文件已读取，请核对各列的对照。"}
    report = check(survey, upload, on, progress)
    words = f"有 {report['errors']} 处错误。" if report["errors"] else "没有错误，请核对后确认导入。"
    return {"address": here, "summary": f"核对完成：{words}"}


def run_store(job: Job, progress: running.Progress) -> Mapping[str, Any]:
    """The handler of an import; whole or not at all, so that it may be run again after a restart."""
    assert job.owner is not None
    survey, upload, on = _of(job)
    found = store(
        survey, upload, job.owner, on,
        fingerprint=job.parameters["fingerprint"], reason=job.parameters["reason"],
        acknowledged=job.parameters["acknowledged"], watch=progress,
    )  # fmt: skip
    return {
        "address": reverse("survey", args=[survey.uid]),
        "summary": stored_words(found),
        "added": found.added,
        "changed": found.changed,
        "unchanged": found.unchanged,
    }


def stored_words(found: Prepared) -> str:
    """What an import did, in a sentence."""
    return (
        f"{found.sample_count:,} 个样品的 {found.total:,} 个结果已入库："
        f"新增 {found.added:,}，更正 {found.changed:,}，不变 {found.unchanged:,}。"
    )


def _of(job: Job) -> tuple[Survey, Upload, date]:
    assert job.owner is not None
    survey = Survey.objects.select_related("region", "laboratory").get(uid=job.parameters["survey"])
    upload = uploads.find(job.parameters["upload"], job.owner)
    return survey, upload, date.fromisoformat(job.parameters["on"])


running.handle(CHECK, run_check)
running.handle(STORE, run_store)
