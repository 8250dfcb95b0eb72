"""Background work: progress, results, failures said in words, and a restart in between."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.test import override_settings

from jingtu.errors import CellError, InputError
from jingtu.platform.jobs import running
from jingtu.platform.jobs.models import Job
from jingtu.platform.people.models import User

NOW = override_settings(TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}})
LATER = override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}})
pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(running, "_handlers", dict(running._handlers))
    return "tests.work"


@NOW
def test_a_job_reports_progress_and_result(kind: str, officer: User) -> None:
    seen = []

    def work(job: Job, progress: running.Progress) -> Mapping[str, Any]:
        progress(2, 2, "正在核对")
        seen.append(Job.objects.get(pk=job.pk))
        return {"sum": sum(job.parameters["numbers"])}

    running.handle(kind, work)
    job = running.start(kind, "相加", {"numbers": [1, 2]}, officer)
    assert (seen[0].state, seen[0].done, seen[0].total, seen[0].message) == ("running", 2, 2, "正在核对")
    assert (job.state, job.result) == ("done", {"sum": 3})
    assert job.finished_at is not None


@NOW
def test_a_judged_input_fails_with_its_errors(kind: str, officer: User) -> None:
    def work(_job: Job, _progress: running.Progress) -> Mapping[str, Any]:
        raise InputError("表格有错误。", [CellError("应为数字", row=3)])

    running.handle(kind, work)
    job = running.start(kind, "读表", {}, officer)
    assert (job.state, job.message) == ("failed", "表格有错误。")
    assert job.result["errors"][0]["row"] == 3


@NOW
def test_a_fault_is_told_without_its_inside(
    kind: str, officer: User, caplog: pytest.LogCaptureFixture
) -> None:
    def work(_job: Job, _progress: running.Progress) -> Mapping[str, Any]:
        raise RuntimeError("secret detail")

    running.handle(kind, work)
    job = running.start(kind, "出错", {}, officer)
    assert job.state == "failed"
    assert "secret" not in job.message
    assert "secret detail" in caplog.text


@LATER
def test_what_a_stopped_server_left_is_run_again(kind: str, officer: User) -> None:
    runs = []
    running.handle(kind, lambda job, _progress: runs.append(job.pk) or {})
    job = running.start(kind, "慢活", {}, officer)
    assert job.state == "waiting"
    Job.objects.filter(pk=job.pk).update(state="running", done=40)  # and then the power went
    assert running.resume_interrupted() == 1
    job.refresh_from_db()
    assert (job.state, job.done) == ("waiting", 0)
    with NOW:
        running.run_job.call(str(job.uid))
        running.run_job.call(str(job.uid))  # the first queueing was still there: nothing is done twice
    job.refresh_from_db()
    assert (job.state, runs) == ("done", [job.pk])


def test_an_unknown_kind_is_refused_at_once(officer: User) -> None:
    with pytest.raises(LookupError):
        running.start("tests.nothing", "无", {}, officer)
    assert not Job.objects.exists()
