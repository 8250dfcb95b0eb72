"""Surveys over the API: their results with verdicts, and the delivery of a file."""

from __future__ import annotations

import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from jingtu.errors import InputError
from jingtu.knowledge import labsheets
from jingtu.platform import clock
from jingtu.platform.evidence.laboratory import mappings, preparing, visibility
from jingtu.platform.evidence.laboratory.importing import ImportResults
from jingtu.platform.evidence.laboratory.models import Judgement, Result, Survey, believed
from jingtu.platform.evidence.laboratory.permissions import IMPORT, READ
from jingtu.platform.evidence.laboratory.prepared import document
from jingtu.platform.pages import keyset
from jingtu.platform.pages.doors import uploads
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region

router = Router(tags=["检测结果"])
_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


class EditionOut(Schema):
    """An edition of a standard, and how many results it judged."""

    standard: str
    number: str
    title: str
    results: int


class SurveyOut(Schema):
    """A survey with what came out of it."""

    uid: UUID
    code: str
    name: str
    region: str
    state: str
    medium: str
    standard: str
    land_class: int | None
    laboratory: str | None
    sampled_from: date | None
    sampled_to: date | None
    editions: list[EditionOut]
    results: dict[str, int]
    samples: dict[str, int]


class SurveysOut(Schema):
    """One page of surveys; ``following`` is the cursor of the next one."""

    total: int
    surveys: list[SurveyOut]
    following: str


class ResultOut(Schema):
    """One result: as printed, as parsed, as judged."""

    sample: str
    point: str
    depth_top: float | None
    depth_bottom: float | None
    sampled_on: date | None
    qc_kind: str
    analyte: str
    analyte_id: str
    raw: str
    value: float | None
    unit: str
    detected: bool | None
    detection_limit: float | None
    method: str
    verdict: str
    ratio: float | None
    reason: str
    flags: list[str]
    limit_name: str
    limit_value: float | None
    limit_unit: str
    limit_clause: str
    standard: str
    edition: str


class ResultsOut(Schema):
    """One page of results."""

    total: int
    results: list[ResultOut]
    following: str


class FindingOut(Schema):
    """Something wrong or doubtful in a file, with its place."""

    message: str
    file: str | None
    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    code: str
    severity: str
    advice: str


class ImportOut(Schema):
    """What a file would do, or did where ``applied``."""

    survey: str
    file: str
    applied: bool
    samples: int
    total: int
    added: int
    changed: int
    unchanged: int
    verdicts_of_results: dict[str, int]
    verdicts_of_samples: dict[str, int]
    warnings: list[FindingOut]


class Paging(Schema):
    """Which page, as known when."""

    cursor: str = Field("", description="上一页的 following")
    limit: int = Field(50, ge=1, le=500, description="每页条数")
    known_at: datetime | None = Field(None, description="只看这一时刻以前录入的内容")


class SurveysQuery(Paging):
    """Which surveys."""

    region: UUID | None = Field(None, description="行政区的标识")


class ImportQuery(Schema):
    """Whether to store, and what a person has to say for it."""

    apply: bool = Field(False, description="写入；不写时只核对")
    acknowledged: bool = Field(False, description="已核对提醒")
    reason: str = Field("", description="改动已入库的结果时的原因")


@router.get("/surveys", response=SurveysOut, summary="检测任务")
def list_surveys(request: HttpRequest, query: Query[SurveysQuery]) -> dict[str, Any]:
    """Surveys within reach, the latest first."""
    policies.require_some(request.user, READ.name)
    rows = visibility.readable_surveys(request.user)
    if query.region is not None:
        path = Region.objects.filter(uid=query.region).values_list("path", flat=True).first()
        rows = rows.filter(region__path__startswith=path) if path else rows.none()
    known_at = _moment(query.known_at)
    if known_at is not None:
        rows = rows.filter(created_at__lte=known_at)
    found = keyset.page(rows, ["-id"], query.cursor, query.limit)
    return {
        "total": keyset.count(rows).value,
        "surveys": [_document(row, known_at) for row in found.rows],
        "following": found.next,
    }


@router.get("/surveys/{uid}", response=SurveyOut, summary="一项检测任务")
def get_survey(request: HttpRequest, uid: UUID, known_at: datetime | None = None) -> dict[str, Any]:
    """One survey."""
    return _document(_readable(request, uid), _moment(known_at))


@router.get("/surveys/{uid}/results", response=ResultsOut, summary="检测结果")
def list_results(request: HttpRequest, uid: UUID, query: Query[Paging]) -> dict[str, Any]:
    """Results of a survey, each with its verdict, limit and clause."""
    survey = _readable(request, uid)
    rows = Result.objects.filter(believed(_moment(query.known_at)), survey=survey).select_related("sample")
    found = keyset.page(rows, ["id"], query.cursor, query.limit)
    return {
        "total": keyset.count(rows).value,
        "results": [_result(row) for row in found.rows],
        "following": found.next,
    }


@router.post("/surveys/{uid}/imports", response=ImportOut, summary="核对或导入检测结果", openapi_extra=_FILE)
def import_results(request: HttpRequest, uid: UUID, query: Query[ImportQuery]) -> dict[str, Any]:
    """Check a laboratory's file, and store it where ``apply`` says so: whole or not at all."""
    survey = _readable(request, uid)
    policies.require(request.user, IMPORT.name, survey.region.path, survey.uploaders)
    files = uploads(request, "file")
    if not files:
        raise InputError("请用 file 字段上传检测结果文件。")
    name, stream = files[0]
    on = clock.business_date()
    with tempfile.TemporaryDirectory(prefix="jingtu-") as folder:
        path = Path(folder) / "table"
        path.write_bytes(stream.read())
        with path.open("rb") as source:
            prepared = preparing.prepare(survey, source, name, remembered=mappings.remembered(survey), on=on)
        if prepared.errors:
            raise InputError(
                f"“{name}”有 {len(prepared.errors)} 处错误，没有导入任何内容。",
                [item.error for item in prepared.errors],
            )
        if query.apply:
            ImportResults(
                request.user,  # type: ignore[arg-type]
                on,
                prepared,
                path,
                reason=query.reason,
                acknowledged=query.acknowledged,
            ).execute()
            mapping = labsheets.Mapping.from_json(prepared.mapping)
            if mappings.worth_remembering(survey, mapping):
                mappings.RememberSheet(request.user, on, survey, mapping).execute()  # type: ignore[arg-type]
    return document(prepared) | {"applied": query.apply}


def _readable(request: HttpRequest, uid: UUID) -> Survey:
    policies.require_some(request.user, READ.name)
    return visibility.readable(request.user, uid)


def _moment(known_at: datetime | None) -> datetime | None:
    if known_at is not None and known_at.tzinfo is None:
        raise InputError("known_at 应带时区，例如 2024-06-30T18:00:00+08:00。")
    return known_at


def _document(row: Survey, known_at: datetime | None) -> dict[str, Any]:
    judgement = Judgement.objects.filter(believed(known_at), survey=row).first()
    return {
        "uid": row.uid,
        "code": row.code,
        "name": row.name,
        "region": row.region.name,
        "state": row.state,
        "medium": row.medium,
        "standard": row.standard,
        "land_class": row.land_class,
        "laboratory": row.laboratory.name if row.laboratory else None,
        "sampled_from": row.sampled_from,
        "sampled_to": row.sampled_to,
        "editions": judgement.editions if judgement else [],
        "results": judgement.results if judgement else {},
        "samples": judgement.samples if judgement else {},
    }


_OF_SAMPLE = ("point", "depth_top", "depth_bottom", "sampled_on", "qc_kind")
_OF_RESULT = tuple(name for name in ResultOut.model_fields if name not in {"sample", "flags", *_OF_SAMPLE})


def _result(row: Result) -> dict[str, Any]:
    return (
        {"sample": row.sample.code, "flags": [code for code in row.flags.split(",") if code]}
        | {name: getattr(row.sample, name) for name in _OF_SAMPLE}
        | {name: getattr(row, name) for name in _OF_RESULT}
    )
