"""Downloading evidence, always as a file and never as a page of ours; and taking it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from jingtu.errors import NotFoundError
from jingtu.platform.evidence import storage
from jingtu.platform.evidence.attaching import WithdrawEvidence
from jingtu.platform.evidence.models import Attachment, StoredFile
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.pages.doors import act
from jingtu.platform.people import policies


@login_required
@require_GET
def evidence(request: HttpRequest, uid: UUID) -> FileResponse:
    """A file, to whoever may read what it proves."""
    item = _readable(request, uid)
    if item.withdrawn_at is not None:
        raise NotFoundError(f"这份材料已作废：{item.withdrawn_reason}", uid=str(uid))
    return download(item.file, item.name)


@login_required
@require_POST
def evidence_withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a file back from the page where it hangs."""
    item = _readable(request, uid)
    wanted = request.POST.get("back", "")
    inside = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return act(
        request,
        WithdrawEvidence(
            page_user(request), page_context(request).today, item, request.POST.get("reason", "")
        ),
        done=f"“{item.title or item.name}”已作废，原件仍按规定留存。",
        to=wanted if inside else "/",
    )


def _readable(request: HttpRequest, uid: UUID) -> Attachment:
    item = Attachment.objects.select_related("file").filter(uid=uid).first()
    if item is not None:
        reach = policies.reach(request.user, item.read_permission)
        if reach.allows(item.region_path, item.organisation_ids):
            return item
    raise NotFoundError("没有找到这份材料，或不在您的权限范围内。", uid=str(uid))


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
