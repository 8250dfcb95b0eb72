"""What accounts and sources hold on a day, as known at a moment: sums of postings, nothing kept beside them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet, Sum

from jingtu.programme.sources.metals.quotas.models import Posting


def standing(on: date | None = None, known_at: datetime | None = None, prefix: str = "") -> Q:
    """Predicate for the postings up to a day (``None``: whatever their day) as known at a moment."""
    found = Q()
    if on is not None:
        found &= Q(**{f"{prefix}on__lte": on})
    if known_at is not None:
        found &= Q(**{f"{prefix}recorded_at__lte": known_at})
    return found


def postings(on: date | None = None, known_at: datetime | None = None) -> QuerySet[Posting]:
    """Postings up to a day as known at a moment."""
    return Posting.objects.filter(standing(on, known_at))


def account_balances(
    accounts: Iterable[int], on: date | None = None, known_at: datetime | None = None
) -> dict[int, int]:
    """Grams of each account; those without a posting are missing."""
    rows = postings(on, known_at).filter(account__in=list(accounts))
    return dict(rows.order_by().values_list("account").annotate(Sum("grams")))


def source_balances(
    sources: Iterable[int], on: date | None = None, known_at: datetime | None = None
) -> dict[int, int]:
    """Grams that remain of each source of reduction."""
    rows = postings(on, known_at).filter(source__in=list(sources))
    return dict(rows.order_by().values_list("source").annotate(Sum("grams")))


def lowest(rows: QuerySet[Posting], on: date, change: int) -> tuple[int, date]:
    """The lowest balance from a day on, and its day, if ``change`` grams were posted on that day.

    A change of the past must not make any day after it fall below zero either.
    """
    days: dict[date, int] = dict(rows.order_by().values_list("on").annotate(Sum("grams")))
    days[on] = days.get(on, 0) + change
    running, found = 0, None
    for day in sorted(days):
        running += days[day]
        if day >= on and (found is None or running < found[0]):
            found = (running, day)
    assert found is not None
    return found
