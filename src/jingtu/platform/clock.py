"""The two clocks: the business date a caller passes in, and the moment Jingtu learned something."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.conf import settings
from django.utils import timezone

# Ends of half-open intervals that are still open. Sentinels sort and index better than NULL.
OPEN_DATE = date(9999, 12, 31)
OPEN_TIME = datetime(9999, 12, 31, tzinfo=UTC)


def business_date() -> date:
    """Today for the business: ``JINGTU_TODAY`` where it is set, else the local calendar date.

    Only doors (web, API, command line, jobs) call this; rules take the date as an argument.
    """
    configured: date | None = settings.CONFIG.business_date
    return configured or timezone.localdate()


_replayed: ContextVar[datetime | None] = ContextVar("jingtu_replayed", default=None)


def recorded_now() -> datetime:
    """The moment of recording, in UTC. ``JINGTU_TODAY`` does not move it."""
    return _replayed.get() or datetime.now(UTC)


@contextmanager
def replaying(moment: datetime) -> Iterator[None]:
    """Record as if it were ``moment``: only for sample data and tests, which need a past to look back on."""
    token = _replayed.set(moment)
    try:
        yield
    finally:
        _replayed.reset(token)
