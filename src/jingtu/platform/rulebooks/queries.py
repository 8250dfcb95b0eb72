"""Tables that users entered, as the standards that judge by them read them."""

from __future__ import annotations

from datetime import date, datetime
from itertools import accumulate
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import StrIndex

from jingtu.errors import NotFoundError
from jingtu.platform.rulebooks import reading
from jingtu.platform.rulebooks.models import AddedTable

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from jingtu.knowledge.standards.editions import Edition
    from jingtu.knowledge.standards.rates import RateRule


def added_tables(
    on: date | None = None, region_path: str = "", known_at: datetime | None = None
) -> QuerySet[AddedTable]:
    """Tables that hold for a place.

    Parameters
    ----------
    on : date, optional
        Only those within their dates on this day.
    region_path : str
        Path of a place: tables entered for it or for a place above it.
    known_at : datetime, optional
        What was entered, and not yet withdrawn, at that moment; now where it is left out.
    """
    # ``/1/15/203/`` begins with the path of every place above it.
    above = StrIndex(Value(region_path), "region__path")
    return _standing(on, known_at).annotate(above=above).filter(above=1)


def _standing(on: date | None, known_at: datetime | None) -> QuerySet[AddedTable]:
    """Tables of all places."""
    rows = AddedTable.objects.select_related("region")
    if known_at is None:
        rows = rows.filter(withdrawn_at=None)
    else:
        rows = rows.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=known_at), added_at__lte=known_at)
    if on is not None:
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    return rows


def added_editions(
    region_path: str, on: date | None = None, known_at: datetime | None = None
) -> tuple[Edition, ...]:
    """Editions of standards that users entered, the nearest place's first, for ``edition_on(added=...)``."""
    rows = added_tables(on, region_path, known_at).filter(kind=AddedTable.Kind.LIMITS)
    return tuple(rule for row in sorted(rows, key=_nearest) for rule in reading.kept(row.content).editions)


def added_rates(
    region_path: str, on: date | None = None, known_at: datetime | None = None
) -> tuple[RateRule, ...]:
    """Rules of rates that users entered, the nearest place's first, for ``rate_on(added=...)``."""
    return added_rates_of([region_path], on, known_at)[region_path]


def added_rates_of(
    paths: Iterable[str], on: date | None = None, known_at: datetime | None = None
) -> dict[str, tuple[RateRule, ...]]:
    """What ``added_rates`` gives for each of many places, by its path, in one query."""
    places = list(paths)
    above = {step for path in places for step in _and_above(path)}
    rows = _standing(on, known_at).filter(kind=AddedTable.Kind.RATES, region__path__in=above)
    tables = [(row.region.path, reading.kept(row.content).rates) for row in sorted(rows, key=_nearest)]
    return {
        path: tuple(rule for start, rates in tables if path.startswith(start) for rule in rates)
        for path in places
    }


def _and_above(path: str) -> list[str]:
    """``/1/``, ``/1/15/`` and ``/1/15/203/`` of the last of them."""
    steps = path.strip("/").split("/")
    return [f"/{joined}/" for joined in accumulate(steps, "{}/{}".format)]


def _nearest(row: AddedTable) -> tuple[int, float]:
    return -len(row.region.path), -row.added_at.timestamp()


def tables_with(key: str) -> list[tuple[AddedTable, Edition]]:
    """Editions of one standard out of all tables, those still valid first, the latest first.

    A verdict outlives the table that it was given by, and whoever looks down from above sees verdicts of many
    places: their limits stay to be seen.
    """
    rows = AddedTable.objects.select_related("region").filter(kind=AddedTable.Kind.LIMITS)
    ordered = sorted(rows, key=lambda row: (row.withdrawn_at is not None, -row.added_at.timestamp()))
    return [
        (row, edition)
        for row in ordered
        if key in row.keys
        for edition in reading.kept(row.content).editions
        if edition.standard == key
    ]


def table_by(uid: uuid.UUID) -> AddedTable:
    """A table, withdrawn or not.

    Raises
    ------
    NotFoundError
        There is none.
    """
    found = AddedTable.objects.select_related("region", "added_by", "withdrawn_by").filter(uid=uid).first()
    if found is None:
        raise NotFoundError("没有找到这张表。", uid=str(uid))
    return found
