"""The page of a job: its progress, kept fresh, and where to go once it is done."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from jingtu.errors import NotFoundError
from jingtu.platform.jobs.models import Job
from jingtu.platform.pages.context import page_user


@require_GET
@login_required
def job(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The whole page, or for the poll only the part that changes."""
    found = Job.objects.filter(uid=uid, owner=page_user(request)).first()
    if found is None:
        raise NotFoundError("没有找到这项后台任务，或不是由您发起的。", uid=str(uid))
    template = "jobs/progress.html" if request.headers.get("HX-Request") else "jobs/job.html"
    percent = round(100 * found.done / found.total) if found.total else None
    content = {"job": found, "percent": percent, "errors": (found.result or {}).get("errors", [])[:100]}
    return render(request, template, content)
