"""Downloading evidence: always as a file, never as a page of ours."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from jingtu.errors import NotFoundError
from jingtu.platform.evidence import storage
from jingtu.platform.evidence.models import Attachment, StoredFile
from jingtu.platform.people import policies


@login_required
@require_GET
def evidence(request: HttpRequest, uid: UUID) -> FileResponse:
    """A file, to whoever may read what it proves."""
    missing = NotFoundError("没有找到这份材料，或不在您的权限范围内。", uid=str(uid))
    item = Attachment.objects.select_related("file").filter(uid=uid).first()
    if item is None:
        raise missing
    reach = policies.reach(request.user, item.read_permission)
    if not reach.allows(item.region_path, item.organisation_ids):
        raise missing
    if item.withdrawn_at is not None:
        raise NotFoundError(f"这份材料已撤回：{item.withdrawn_reason}", uid=str(uid))
    return download(item.file, item.name)


def download(stored: StoredFile, name: str) -> FileResponse:
    """A stored file as an answer that no browser runs or shows inside our pages.

    Raises
    ------
    NotFoundError
        The bytes are gone from the disk.
    """
    try:
        stream = storage.open_file(stored)
    except FileNotFoundError as error:
        raise NotFoundError(
            "材料的文件已不在服务器上，请联系系统管理员从备份恢复。", sha256=stored.sha256
        ) from error
    response = FileResponse(stream, as_attachment=True, filename=name, content_type=stored.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
