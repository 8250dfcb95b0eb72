"""A long import as a job, with progress."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse

from jingtu.platform.jobs import running
from jingtu.platform.jobs.models import Job
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange import importing, uploads
from jingtu.platform.registers.exchange.said import Said
from jingtu.platform.registers.exchange.uploads import Upload


def start(register: Register, upload: Upload, owner: User, on: date, region: Region, fingerprint: str) -> Job:
    """Queue the import of an upload whose preview was confirmed."""
    parameters = {
        "register": register.id,
        "upload": upload.key,
        "on": on.isoformat(),
        "region": region.pk,
        "fingerprint": fingerprint,
    }
    return running.start(importing.JOB_KIND, f"导入{register.label}“{upload.name}”"[:120], parameters, owner)


def run(job: Job, progress: running.Progress) -> Mapping[str, Any]:
    """Read, compare and apply; whole or not at all, so that it may be run again after a restart."""
    assert job.owner is not None
    register = declarations.get(job.parameters["register"])
    upload = uploads.find(job.parameters["upload"], job.owner)
    diff = importing.apply(
        register,
        upload.path,
        upload.name,
        actor=job.owner,
        on=date.fromisoformat(job.parameters["on"]),
        region=Region.objects.get(pk=job.parameters["region"]),
        mapping=Said.from_json(upload.said or {}),
        fingerprint=job.parameters["fingerprint"],
        watch=lambda done, total: progress(done, total, "正在核对各行"),
    )
    uploads.forget(upload)
    counts = {
        "added": diff.count("added"),
        "changed": diff.count("changed"),
        "unchanged": diff.count("unchanged"),
    }
    return {**counts, "address": reverse("register", args=[register.id]), "summary": summary(counts)}


def summary(counts: Mapping[str, int]) -> str:
    """What an import did, in a sentence."""
    return f"新增 {counts['added']} 条，变更 {counts['changed']} 条，不变 {counts['unchanged']} 条。"


running.handle(importing.JOB_KIND, run)
