"""Writing and reading the ledger.

A row carries the hash of its own canonical content and commits in the caller's transaction, so writers
never wait for the head of a chain. ``seal`` links committed rows in batches; ``verify`` recomputes both.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from jingtu.platform.clock import recorded_now
from jingtu.platform.ledger.models import LedgerRow, Seal

GENESIS = "0" * 64
_operation: ContextVar[uuid.UUID | None] = ContextVar("jingtu_operation", default=None)


@contextmanager
def operation() -> Iterator[uuid.UUID]:
    """Group all rows written inside under one operation identifier (nested: the outer one)."""
    current = _operation.get()
    if current is not None:
        yield current
        return
    token = _operation.set(uuid.uuid4())
    try:
        value = _operation.get()
        assert value is not None
        yield value
    finally:
        _operation.reset(token)


def canonical(row: LedgerRow) -> bytes:
    """The bytes that are hashed: sorted JSON, UTF-8, times in UTC with microseconds."""
    content = {
        "uid": str(row.uid),
        "at": row.at.astimezone(tz=_UTC).isoformat(timespec="microseconds"),
        "on": row.on.isoformat(),
        "actor": str(row.actor_uid) if row.actor_uid else None,
        "operation": str(row.operation),
        "action": row.action,
        "subject": [row.subject_type, str(row.subject_uid) if row.subject_uid else None],
        "region": row.region_path,
        "facts": row.facts,
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(alg: str, *parts: bytes) -> str:
    """Hex digest of the joined parts under ``sha256`` or ``sm3`` (GB/T 32905-2016)."""
    state = hashlib.new(alg)
    for part in parts:
        state.update(part)
    return state.hexdigest()


def append(
    action: str,
    *,
    on: date,
    subject_type: str,
    subject_uid: uuid.UUID | None = None,
    actor_uid: uuid.UUID | None = None,
    region_path: str = "",
    facts: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> LedgerRow:
    """Append one row in the caller's transaction.

    Raises
    ------
    RuntimeError
        Outside a transaction: a row that could survive its change, or be lost without it, is refused.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a ledger row commits with its change: open a transaction first")
    plain = json.loads(json.dumps(dict(facts or {}), cls=DjangoJSONEncoder, ensure_ascii=False))
    row = LedgerRow(
        uid=uuid.uuid4(),
        at=at or recorded_now(),
        on=on,
        actor_uid=actor_uid,
        operation=_operation.get() or uuid.uuid4(),
        action=action,
        subject_type=subject_type,
        subject_uid=subject_uid,
        region_path=region_path,
        facts=plain,
        alg=settings.CONFIG.hash_algorithm,
    )
    row.row_hash = digest(row.alg, canonical(row))
    row.save(force_insert=True)
    return row


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of ``verify``: ``first_broken`` is the key of the first row that does not hold."""

    rows: int
    sealed: int
    first_broken: int | None
    reason: str | None = None


def head() -> Seal | None:
    """The last seal: printed on reports and certificates."""
    return Seal.objects.order_by("-seq").first()


def seal(batch: int = 5000) -> int:
    """Chain up to ``batch`` committed rows that have no seal yet; returns how many."""
    with transaction.atomic():
        last = Seal.objects.select_for_update().order_by("-seq").first()
        sequence = last.seq if last else 0
        chain = last.chain_hash if last else GENESIS
        now = timezone.now()
        seals = []
        for row in LedgerRow.objects.filter(seal__isnull=True).order_by("id")[:batch]:
            sequence += 1
            chain = digest(row.alg, chain.encode(), row.row_hash.encode())
            seals.append(Seal(seq=sequence, row=row, chain_hash=chain, alg=row.alg, sealed_at=now))
        Seal.objects.bulk_create(seals)
    return len(seals)


def verify(anchor: Mapping[str, Any] | None = None) -> Verification:
    """Recompute every row hash and the whole chain.

    Parameters
    ----------
    anchor : mapping, optional
        A head printed earlier, ``{"seq": int, "chain_hash": str}``: a cut tail or a full rewrite shows
        because that place of the chain no longer has that hash.
    """
    rows = LedgerRow.objects.count()
    sealed = 0
    chain = GENESIS
    expected = 0
    anchored = anchor is None
    for item in Seal.objects.select_related("row").order_by("seq").iterator(chunk_size=5000):
        expected += 1
        row = item.row
        if item.seq != expected:
            return Verification(rows, sealed, row.pk, "封存序号不连续，中间有记录缺失")
        if digest(row.alg, canonical(row)) != row.row_hash:
            return Verification(rows, sealed, row.pk, "记录内容与其校验值不一致")
        chain = digest(row.alg, chain.encode(), row.row_hash.encode())
        if chain != item.chain_hash:
            return Verification(rows, sealed, row.pk, "记录在链上的校验值不一致")
        if anchor is not None and item.seq == anchor["seq"]:
            if item.chain_hash != anchor["chain_hash"]:
                return Verification(rows, sealed, row.pk, "与留存的链头不一致，记录可能被整体改写")
            anchored = True
        sealed += 1
    for row in LedgerRow.objects.filter(seal__isnull=True).order_by("id").iterator(chunk_size=5000):
        if digest(row.alg, canonical(row)) != row.row_hash:
            return Verification(rows, sealed, row.pk, "记录内容与其校验值不一致")
    if not anchored:
        return Verification(
            rows, sealed, None if not rows else rows, "留存的链头不在链上，末尾记录可能被截断"
        )
    return Verification(rows, sealed, None)


_UTC = timezone.get_fixed_timezone(0)
