"""Papers of an entry over the API: uploaded first, named by the move or the record that they prove."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from jingtu.errors import InputError, NotFoundError
from jingtu.platform import clock
from jingtu.platform.pages.context import page_user
from jingtu.platform.people import policies
from jingtu.platform.registers.api.common import NOW, register_of, version_of
from jingtu.platform.registers.entry_records.declarations import asked
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.uploading import UploadEvidence

router = Router()


class EvidenceOut(Schema):
    """A file that was kept; ``uid`` goes with the move or the record."""

    uid: UUID
    name: str
    sha256: str
    bytes: int


@router.post(
    "/registers/{id}/entries/{uid}/moves/{move}/evidence",
    response=EvidenceOut,
    summary="上传流转的佐证材料",
)
def upload_for_move(
    request: HttpRequest,
    id: str,  # noqa: A002
    uid: UUID,
    move: str,
    file: UploadedFile | None = File(None),  # type: ignore[type-arg]  # noqa: B008
) -> dict[str, Any]:
    """Keep a file for a move of an entry; who may make the move may upload for it."""
    register = register_of(request, id)
    version = version_of(request, register, uid, NOW)
    step = next((item for item in register.lifecycle.moves if item.id == move), None)
    if step is None:
        raise NotFoundError("没有这一步流转。", move=move)
    return _keep(request, version, step.permission, step.label, file)


@router.post(
    "/registers/{id}/entries/{uid}/records/{kind}/evidence",
    response=EvidenceOut,
    summary="上传记录的佐证材料",
)
def upload_for_record(
    request: HttpRequest,
    id: str,  # noqa: A002
    uid: UUID,
    kind: str,
    file: UploadedFile | None = File(None),  # type: ignore[type-arg]  # noqa: B008
) -> dict[str, Any]:
    """Keep a file for a record of an entry; who may enter the record may upload for it."""
    register = register_of(request, id)
    declared = asked(register, kind)
    version = version_of(request, register, uid, NOW)
    return _keep(request, version, declared.permission, declared.label, file)


def _keep(
    request: HttpRequest,
    version: Version,
    permission: str,
    title: str,
    file: UploadedFile | None,
) -> dict[str, Any]:
    user = page_user(request)
    policies.require(user, permission, version.region.path, (version.holder_id,))
    if file is None or not file.name or file.file is None:
        raise InputError("请用 file 上传一份佐证材料。")
    if (file.size or 0) > settings.UPLOAD_BYTES:
        raise InputError(f"“{file.name}”超过 {settings.CONFIG.upload_mib} MB，没有上传；请压缩后再传。")
    kept = UploadEvidence(
        user, clock.business_date(), version.entry, permission=permission, stream=cast("BinaryIO", file.file),
        file_name=Path(file.name).name, title=title,
    ).execute()  # fmt: skip
    return {"uid": kept.uid, "name": kept.name, "sha256": kept.file.sha256, "bytes": kept.file.size}
