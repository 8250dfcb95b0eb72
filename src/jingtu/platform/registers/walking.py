"""A list read along an index, a page at a time.

A page wants the first fifty rows in an order, and an index has that order; but SQLite, which does not weigh how few
rows are asked for, would rather fetch all rows of the places and days that are asked for and sort them: a second for a
hundred thousand entries with their past. What is asked *plainly* is compared and not looked up, so that the order
decides. PostgreSQL weighs by itself and is told nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import F, Func, Q, QuerySet
from django.db.models.lookups import Exact, GreaterThan, In, LessThanOrEqual

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.regions.models import Region

BY_ENTRY, BY_NAME = "entry", "name"
FEW = 200  # places: a county with its towns


class Plain(Func):
    """A column that no index of SQLite is looked up by; the same column otherwise.

    https://www.sqlite.org/optoverview.html, "Disqualifying WHERE-clause terms using unary +".
    """

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def in_places(places: QuerySet[Region]) -> Q:
    """Versions of the places, whatever index is best for the rest."""
    return Q(In(Plain(F("region_id")), places.values("pk").query))


def in_chosen_places(places: QuerySet[Region]) -> Q:
    """As :func:`in_places`, for the part of a list that somebody chose: where that is few places, by their keys.

    PostgreSQL, which sees how many they are, then reads the entries once and not again for every place.
    """
    keys = list(places.values_list("pk", flat=True)[: FEW + 1])
    return in_places(places) if len(keys) > FEW else Q(In(Plain(F("region_id")), keys))


def at(on: date, known_at: datetime | None, walk: str) -> Q:
    """As :func:`versions.at`, but what does not belong to the index of ``walk`` is asked plainly.

    Parameters
    ----------
    walk : str
        ``BY_ENTRY`` or ``BY_NAME``; the names are indexed for what is believed now.
    """
    if known_at is not None:
        known = Q(LessThanOrEqual(Plain(F("recorded_from")), known_at)) & Q(
            GreaterThan(Plain(F("recorded_to")), known_at)
        )
    elif walk == BY_NAME:
        known = Q(recorded_to=OPEN_TIME)
    else:
        known = Q(Exact(Plain(F("recorded_to")), OPEN_TIME))
    return (
        known
        & Q(LessThanOrEqual(Plain(F("effective_from")), on))
        & Q(GreaterThan(Plain(F("effective_to")), on))
    )
