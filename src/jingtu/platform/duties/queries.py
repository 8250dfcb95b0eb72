"""Duties as lists show them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from jingtu.platform.duties.calendars import NOT_CONFIGURED
from jingtu.platform.duties.models import Duty
from jingtu.platform.people.policies import Reach


def due(on: date, reach: Reach | None = None) -> QuerySet[Duty]:
    """Duties open on a day within a reach (``None``: all), the most pressing first.

    Those without a limit (期限未配置) come last.
    """
    open_then = Q(closed_on__isnull=True) | Q(closed_on__gt=on)
    found = Duty.objects.filter(open_then, raised_on__lte=on)
    if reach is not None:
        found = found.filter(reach.q("region_path", "holder"))
    return found.select_related("entry", "holder").order_by(F("due").asc(nulls_last=True), "id")


def over(on: date, reach: Reach) -> QuerySet[Duty]:
    """Duties within a reach that were closed or dropped by a day."""
    found = Duty.objects.filter(reach.q("region_path", "holder"), closed_on__lte=on)
    return found.select_related("entry", "holder", "closed_by")


def state_on(duty: Duty, on: date) -> Duty.State:
    """The state of a duty as a page of that day shows it: what was closed later was open then."""
    if duty.closed_on is not None and duty.closed_on > on:
        return Duty.State.OPEN
    return Duty.State(duty.state)


def overdue(on: date, reach: Reach | None = None) -> QuerySet[Duty]:
    """Duties open on a day whose last day is past."""
    return due(on, reach).filter(due__lt=on)


def per_day(
    on: date, reach: Reach, place: str, first: date, last: date, but: Collection[str] = ()
) -> dict[date, int]:
    """How many duties open on a day are due on each day of a span, in a place.

    Parameters
    ----------
    place : str
        Path of the region.
    but : collection of str
        Registers whose duties are shown elsewhere.
    """
    rows = due(on, reach).filter(due__gte=first, due__lte=last).exclude(entry__register__in=list(but))
    if not reach.organisations:
        rows = rows.filter(region_path__startswith=place)
    return dict(rows.order_by().values_list("due").annotate(count=Count("pk")))


def document(duty: Duty) -> dict[str, Any]:
    """A duty as the command line and the API print it."""
    return {
        "id": str(duty.uid),
        "entry": str(duty.entry.uid),
        "register_id": duty.entry.register,
        "what": duty.what,
        "due": duty.due.isoformat() if duty.due else None,
        "holder": duty.holder.name if duty.holder else None,
        "rule": duty.rule,
        "state": duty.state,
        "step": duty.step,
    }


def full_document(duty: Duty) -> dict[str, Any]:
    """A duty as the API prints it: also its period, and why it has no last day."""
    return document(duty) | {
        "period": duty.period,
        "due_note": "" if duty.due else duty.due_note or NOT_CONFIGURED,
        "warn_on": duty.warn_on,
    }
