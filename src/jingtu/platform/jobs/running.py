"""Starting background work and running it, with progress that a page can watch.

An app registers a handler for a kind of job; ``start`` writes the ``Job`` and queues it in the caller's
transaction. A handler is whole-or-nothing, so a job cut off by a restart is simply run again.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from jingtu.errors import JingtuError
from jingtu.platform.jobs.models import Job
from jingtu.platform.people.models import User

logger = logging.getLogger(__name__)
_SECONDS_BETWEEN_UPDATES = 0.5


class Progress:
    """Handed to a handler: says how far it is. Never call it inside a transaction of the handler."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._last = 0.0

    def __call__(self, done: int, total: int | None = None, message: str = "") -> None:
        now = time.monotonic()
        if now - self._last < _SECONDS_BETWEEN_UPDATES and done != total:
            return
        self._last = now
        Job.objects.filter(pk=self.job.pk).update(done=done, total=total, message=message[:300])


Handler = Callable[[Job, Progress], Mapping[str, Any]]
_handlers: dict[str, Handler] = {}


def handle(kind: str, handler: Handler) -> None:
    """Register the handler of a kind of job; it returns the job's result as plain JSON."""
    if _handlers.get(kind, handler) is not handler:
        raise ValueError(f"job kind {kind} has two handlers")
    _handlers[kind] = handler


def start(kind: str, label: str, parameters: Mapping[str, Any], owner: User | None) -> Job:
    """Queue background work.

    Parameters
    ----------
    kind : str
        A kind with a registered handler.
    label : str
        What it does, as its owner reads it.
    parameters : mapping
        Plain JSON; what the handler needs.
    owner : User or None
        Who started it, and alone may watch it.

    Returns
    -------
    Job
    """
    if kind not in _handlers:
        raise LookupError(f"no handler for jobs of kind {kind}")
    with transaction.atomic():
        job = Job.objects.create(kind=kind, label=label, parameters=dict(parameters), owner=owner)
        run_job.enqueue(str(job.uid))
    job.refresh_from_db()
    return job


@task()
def run_job(uid: str) -> None:
    """Run one queued job; a job already finished is left alone."""
    job = Job.objects.filter(uid=uuid.UUID(uid)).select_related("owner").first()
    if job is None or job.state in {Job.State.DONE, Job.State.FAILED}:
        return
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, message="")
    try:
        result = dict(_handlers[job.kind](job, Progress(job)))
    except JingtuError as error:
        _finish(job, Job.State.FAILED, error.message, error.to_json())
    except Exception:
        logger.exception("job %s of kind %s failed", job.uid, job.kind)
        _finish(job, Job.State.FAILED, "处理中断，没有保存任何内容；请重试，仍不成功时联系系统管理员。", {})
    else:
        _finish(job, Job.State.DONE, "", result)


def resume_interrupted() -> int:
    """Queue again what a stopped server left half done; call it once when the worker starts.

    Returns
    -------
    int
        How many jobs were queued again.
    """
    left = list(Job.objects.filter(state=Job.State.RUNNING))
    for job in left:
        with transaction.atomic():
            Job.objects.filter(pk=job.pk).update(
                state=Job.State.WAITING, done=0, message="服务重启后重新排队"
            )  # fmt: skip
            run_job.enqueue(str(job.uid))
    return len(left)


def _finish(job: Job, state: Job.State, message: str, result: dict[str, Any]) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, message=message[:300], result=result, finished_at=timezone.now()
    )
