"""Jobs over the API: how far one's own background work is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from jingtu.errors import NotFoundError
from jingtu.platform.jobs.models import Job

router = Router(tags=["后台任务"])


class JobOut(Schema):
    """Background work with its progress and, once done, its result."""

    uid: UUID
    kind: str
    label: str
    state: str
    done: int
    total: int | None
    message: str
    result: dict[str, Any]
    created_at: datetime
    finished_at: datetime | None


@router.get("/jobs/{uid}", response=JobOut, summary="后台任务")
def get_job(request: HttpRequest, uid: UUID) -> Job:
    """One job of the caller's own."""
    found = Job.objects.filter(uid=uid, owner=request.user.pk).first()
    if found is None:
        raise NotFoundError("没有找到这项后台任务，或不是由您发起的。", uid=str(uid))
    return found
