"""What an indicator read on a day, kept; and what has become of that reading since.

``tick`` takes snapshots of everything that an app has asked to be watched, at each month's end and on the
days an app names. A snapshot is never recomputed in place: ``compare`` sets it beside a fresh reading of
the same day and says which entries made the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from jingtu.platform.clock import recorded_now
from jingtu.platform.indicators import declarations, service
from jingtu.platform.indicators.declarations import Reading, variant_of
from jingtu.platform.indicators.models import Snapshot
from jingtu.platform.ledger import records
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry, Version


@dataclass(frozen=True, slots=True)
class Watched:
    """One reading that is to be kept; ``days`` names days beyond the ends of months."""

    indicator: str
    region: Region
    parameters: Mapping[str, Any] = field(default_factory=dict)
    days: frozenset[date] = frozenset()


Provider = Callable[[date], Iterable[Watched]]
_providers: list[Provider] = []


def watch(provider: Provider) -> None:
    """Ask for snapshots: ``provider(on)`` names what is to be kept on that day. Twice counts once."""
    if provider not in _providers:
        _providers.append(provider)


def take_due(on: date) -> int:
    """Take the snapshots that fall on a day; returns how many were new."""
    month_end = (on + timedelta(days=1)).day == 1
    taken = 0
    for provider in _providers:
        for item in provider(on):
            known = declarations.get(item.indicator)
            if known is not None and (month_end or on in item.days):
                taken += take(item.indicator, item.region, on, item.parameters) is not None
    return taken


def take(
    indicator_id: str, region: Region, on: date, parameters: Mapping[str, Any] | None = None
) -> Snapshot | None:
    """Keep today's reading of a day; ``None`` where that day is already kept.

    The reading goes into the ledger with its value and counts, so that a snapshot altered later shows.
    """
    known_at = recorded_now()
    parameters = service.known(indicator_id).chosen(parameters)
    reading = service.read(indicator_id, region, on, known_at, parameters)
    with records.operation(), transaction.atomic():
        kept = Snapshot.objects.filter(
            indicator=indicator_id, region=region, variant=reading.variant, on=on
        ).exists()
        if kept:
            return None
        document = document_of(reading, parameters)
        row = records.append(
            "indicators.snapshot",
            on=on,
            subject_type="indicator",
            region_path=region.path,
            facts={"indicator": indicator_id, "variant": reading.variant, "known_at": known_at}
            | {name: document[name] for name in ("value", "numerator", "denominator", "status")},
        )
        return Snapshot.objects.create(
            indicator=indicator_id, region=region, variant=reading.variant, on=on, known_at=known_at,
            value=reading.value, reading=document, ledger_row=row,
        )  # fmt: skip


def document_of(reading: Reading, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A reading as it is kept: the contract's document, its parameters and the keys of its entries."""
    return reading.to_json() | {
        "parameters": dict(parameters or {}),
        "counted_entries": sorted(reading.counted_entries),
        "numerator_entries": sorted(reading.numerator_entries),
        "left_out_entries": {item.reason: sorted(item.entries) for item in reading.left_out},
    }


@dataclass(frozen=True, slots=True)
class Cause:
    """One entry that is counted otherwise than it was; ``at`` and ``reason`` of the change recorded since."""

    entry: Entry
    was: str
    now: str
    at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A snapshot beside a fresh reading of the same day, as known now and as known ``then``.

    ``reproducible``: recomputing as of the moment of the snapshot gives what the snapshot says.
    """

    snapshot: Snapshot
    then: Reading
    now: Reading
    same: bool
    reproducible: bool
    causes: tuple[Cause, ...]


def compare(snapshot: Snapshot, known_at: datetime | None = None) -> Comparison:
    """Recompute the day of a snapshot as known now (or at ``known_at``), and say what changed and why."""
    parameters = snapshot.reading.get("parameters", {})
    now = service.read(snapshot.indicator, snapshot.region, snapshot.on, known_at, parameters)
    then = service.read(snapshot.indicator, snapshot.region, snapshot.on, snapshot.known_at, parameters)
    kept, fresh = standings(snapshot.reading), standings(document_of(now, parameters))
    moved = [key for key in sorted(kept.keys() | fresh.keys()) if kept.get(key) != fresh.get(key)]
    entries = Entry.objects.in_bulk(moved)
    recorded = Version.objects.filter(entry__in=moved, ledger_row__at__gt=snapshot.known_at)
    latest = {item.entry_id: item for item in recorded.select_related("ledger_row").order_by("recorded_from")}
    causes = tuple(
        Cause(
            entries[key],
            kept.get(key, ABSENT),
            fresh.get(key, ABSENT),
            latest[key].ledger_row.at if key in latest else None,
            latest[key].reason if key in latest else "",
        )
        for key in moved
    )
    return Comparison(
        snapshot=snapshot,
        then=then,
        now=now,
        same=figures(now.to_json()) == figures(snapshot.reading) and not causes,
        reproducible=figures(then.to_json()) == figures(snapshot.reading),
        causes=causes,
    )


Series = tuple[str, int, str]  # indicator, key of the region, variant


def series_of(indicator_id: str, region: Region, parameters: Mapping[str, Any] | None) -> Series:
    """The key of one series of snapshots: readings of different base dates are different series."""
    known = declarations.get(indicator_id)
    return indicator_id, region.pk, variant_of(known.chosen(parameters) if known else parameters or {})


def kept_series(
    wanted: Iterable[Series], last: date, known_at: datetime | None = None
) -> dict[Series, list[tuple[date, Decimal]]]:
    """The values that were kept, by day, up to ``last``: what was reported at the time.

    Parameters
    ----------
    wanted : iterable of Series
        The series to read, all in one query.
    last : date
        The last day of interest.
    known_at : datetime, optional
        Leave out what was kept after that moment.

    Returns
    -------
    dict
        The points of each wanted series, oldest first; a series of which nothing is kept has none.
    """
    found: dict[Series, list[tuple[date, Decimal]]] = {key: [] for key in wanted}
    if not found:
        return found
    rows = history(known_at).filter(
        indicator__in={key[0] for key in found},
        region__in={key[1] for key in found},
        on__lte=last,
        value__isnull=False,
    )
    for indicator, region, variant, day, value in rows.order_by("on").values_list(
        "indicator", "region_id", "variant", "on", "value"
    ):
        if (points := found.get((indicator, region, variant))) is not None and value is not None:
            points.append((day, value))
    return found


def history(known_at: datetime | None = None) -> QuerySet[Snapshot]:
    """Snapshots as they were known at a moment (``None``: now); not yet narrowed to a series."""
    return Snapshot.objects.all() if known_at is None else Snapshot.objects.filter(known_at__lte=known_at)


def figures(document: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes two readings the same number."""
    return tuple(document[name] for name in ("value", "numerator", "denominator", "status"))


ABSENT = "不在统计范围"
IN_NUMERATOR = "计入分子"
IN_DENOMINATOR = "计入分母，未计入分子"


def standings(document: Mapping[str, Any]) -> dict[int, str]:
    """Where each entry stood in a reading: numerator, denominator alone, or left out with which reason."""
    found = dict.fromkeys(document.get("counted_entries", []), IN_DENOMINATOR)
    found |= dict.fromkeys(document.get("numerator_entries", []), IN_NUMERATOR)
    for reason, keys in document.get("left_out_entries", {}).items():
        found.update(dict.fromkeys(keys, reason))
    return found
