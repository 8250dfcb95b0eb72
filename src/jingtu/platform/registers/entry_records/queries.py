"""Reading records in two times."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.registers.entry_records.declarations import RecordKind, kind_of
from jingtu.platform.registers.models import Entry


def believed(known_at: datetime | None = None, prefix: str = "") -> Q:
    """Predicate for the records believed at ``known_at`` (``None``: now)."""
    if known_at is None:
        return Q(**{f"{prefix}recorded_to": OPEN_TIME})
    return Q(**{f"{prefix}recorded_from__lte": known_at, f"{prefix}recorded_to__gt": known_at})


def believed_records(kind_id: str, known_at: datetime | None = None) -> QuerySet[Any]:
    """Records of a kind as known at a moment; not yet narrowed by a policy or a day.

    Parameters
    ----------
    kind_id : str
        A declared kind.
    known_at : datetime, optional
        Now where not given.
    """
    return kind_of(kind_id).model._default_manager.filter(believed(known_at))


def history(kind: RecordKind, entry: Entry, uid: Any) -> list[Any]:
    """Every row of one record, the latest recorded first."""
    rows = kind.model._default_manager.filter(entry=entry, uid=uid)
    return list(rows.select_related("entered_by", "ledger_row").order_by("-recorded_from", "-id"))
