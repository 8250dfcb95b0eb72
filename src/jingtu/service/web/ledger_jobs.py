"""Verifying the whole ledger as background work with progress."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from jingtu.platform.jobs.models import Job
from jingtu.platform.jobs.running import Progress, handle
from jingtu.platform.ledger import chain

VERIFY = "ledger.verify"


def verify(_job: Job, progress: Progress) -> dict[str, Any]:
    """Recompute every hash and the chain; the result is that of ``jingtu ledger verify``."""
    heads = chain.read_heads(settings.CONFIG.heads_path, missing_ok=True)
    return chain.verify(heads, progress=progress).to_json()


handle(VERIFY, verify)
