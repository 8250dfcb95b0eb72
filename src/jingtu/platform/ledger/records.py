"""Writing the ledger.

A row carries the hash of its own canonical content and commits in the caller's transaction, so writers
never wait for the head of a chain; ``chain`` links committed rows afterwards and verifies them.
"""

from __future__ import annotations

import hashlib
import json
import math
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from jingtu.platform.clock import recorded_now
from jingtu.platform.inserting import insert_few
from jingtu.platform.ledger.models import LedgerRow

_operation: ContextVar[uuid.UUID | None] = ContextVar("jingtu_operation", default=None)


@contextmanager
def operation() -> Iterator[uuid.UUID]:
    """Group all rows written inside under one operation identifier (nested: the outer one)."""
    current = _operation.get()
    if current is not None:
        yield current
        return
    fresh = uuid.uuid4()
    token = _operation.set(fresh)
    try:
        yield fresh
    finally:
        _operation.reset(token)


def canonical_json(value: Any) -> str:
    """JSON text that is the same however a database keeps the value.

    Keys sorted, no white space, numbers in plain decimal notation without superfluous zeros:
    PostgreSQL gives ``1e16`` back as ``10000000000000000`` and ``-0.0`` as ``0``.

    Examples
    --------
    >>> canonical_json({"b": 1.50, "a": [1e16, True, None, "优先"]})
    '{"a":[10000000000000000,true,null,"优先"],"b":1.5}'
    """
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        items = sorted((str(key), item) for key, item in value.items())
        return "{" + ",".join(f"{_text(key)}:{canonical_json(item)}" for key, item in items) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    return _text(str(value))


# One for all: ``json.dumps`` makes a new encoder for every text.
_text = json.JSONEncoder(ensure_ascii=False).encode


def _number(value: float) -> str:
    if value == 0:
        return "0"
    plain = format(Decimal(repr(value)), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def canonical(row: LedgerRow) -> bytes:
    """The bytes that are hashed: canonical JSON, UTF-8, times in UTC with microseconds."""
    content = {
        "uid": str(row.uid),
        "at": row.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "on": row.on.isoformat(),
        "actor": str(row.actor_uid) if row.actor_uid else None,
        "operation": str(row.operation),
        "action": row.action,
        "subject": [row.subject_type, str(row.subject_uid) if row.subject_uid else None],
        "region": row.region_path,
        "facts": row.facts,
        "alg": row.alg,
    }
    return canonical_json(content).encode()


def digest(alg: str, *parts: bytes) -> str:
    """Hex digest of the joined parts under ``sha256`` or ``sm3`` (GB/T 32905-2016).

    Examples
    --------
    The message ``abc`` of GB/T 32905-2016, annex A.1:

    >>> digest("sm3", b"abc")
    '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'
    """
    state = hashlib.new(alg)
    for part in parts:
        state.update(part)
    return state.hexdigest()


def clean_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as both databases can keep them: plain JSON, no control zero, no half characters.

    Raises
    ------
    ValueError
        For a number that is not finite: it would be a mistake of the action, not of a person.
    """
    plain = json.loads(json.dumps(dict(facts), cls=DjangoJSONEncoder, ensure_ascii=False))
    cleaned: dict[str, Any] = _clean(plain)
    return cleaned


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value
        return value.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a ledger fact must be a finite number")
    return value


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
        facts=clean_facts(facts or {}),
        alg=settings.CONFIG.hash_algorithm,
    )
    row.row_hash = digest(row.alg, canonical(row))
    insert_few([row])
    return row
