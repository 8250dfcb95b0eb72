"""Tables into registers over the API: what one would do, and doing it."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile

from jingtu.errors import InputError, NotFoundError, PermissionDeniedError
from jingtu.platform import clock
from jingtu.platform.pages.context import page_user
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.exchange import importing, mappings
from jingtu.platform.registers.exchange.said import Said

router = Router(tags=["清单"])


class ImportIn(Schema):
    """How a table is to be read; what is not said is told by the table, or asked in the answer."""

    on: date | None = Field(None, description="生效日期；不写时为今天")
    region: UUID | None = Field(None, description="表中没有行政区一列时，各行所在的行政区")
    mapping: str = Field("", max_length=60, description="已记住的对照表的名称")
    said: str = Field("", description="对表格的说明，JSON 对象：columns、answers、sheets、hidden、rows")
    apply: bool = Field(False, description="写入；不写时只预览")
    fingerprint: str = Field("", max_length=64, description="预览时的指纹；其间有变化则不写入")


class ImportOut(Schema):
    """What a table does: counts, each change, and all that keeps it from being imported."""

    applied: bool
    added: int
    changed: int
    unchanged: int
    fingerprint: str
    sheets: list[str]
    errors: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    doubts: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    skipped_rows: list[dict[str, Any]]
    ignored_columns: list[str]
    new_organisations: int
    new_facilities: int


@router.post("/registers/{id}/imports", response=ImportOut, summary="导入表格")
def import_table(
    request: HttpRequest,
    id: str,  # noqa: A002
    body: Form[ImportIn],
    table: UploadedFile | None = File(None),  # type: ignore[type-arg]  # noqa: B008
) -> dict[str, Any]:
    """Preview a table, or import it whole or not at all."""
    register = declarations.listed(id)
    policies.require_some(request.user, register.import_permission)
    if table is None or not table.name:
        raise InputError("请用 table 上传要导入的表格文件。")
    user = page_user(request)
    region = _region(body.region)
    if region is not None and not policies.reach(user, register.import_permission).allows(region.path):
        raise PermissionDeniedError("这一行政区不在您可以导入的范围内。")
    said = _said(body.said)
    if body.mapping:
        known = mappings.named(register, body.mapping, region)
        said = Said(
            said.columns or known.columns,
            {**known.answers, **said.answers},
            said.sheets,
            said.hidden,
            said.rows,
        )
    if said.columns is not None:
        said = Said(
            mappings.checked(register, said.columns), said.answers, said.sheets, said.hidden, said.rows
        )
    on = body.on or clock.business_date()
    if (table.size or 0) > settings.UPLOAD_BYTES:
        raise InputError(f"“{table.name}”超过 {settings.CONFIG.upload_mib} MB，没有上传；请拆分后再传。")
    content = table.read()
    name = Path(table.name).name
    diff = importing.dry_run(
        register, io.BytesIO(content), name, actor=user, on=on, region=region, mapping=said
    )
    if body.apply:
        digest = hashlib.sha256(content).hexdigest()
        importing.ImportEntries(user, on, diff, file_sha256=digest, fingerprint=body.fingerprint).execute()
    return diff.to_json() | {"applied": body.apply}


def _region(uid: UUID | None) -> Region | None:
    if uid is None:
        return None
    found = Region.objects.filter(uid=uid).first()
    if found is None:
        raise NotFoundError("没有找到这一行政区。", region=str(uid))
    return found


def _said(text: str) -> Said:
    if not text.strip():
        return Said()
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("said 应为 JSON 对象。") from error
    return Said.from_json(document)
