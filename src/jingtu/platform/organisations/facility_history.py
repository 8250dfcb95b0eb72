"""What a plant was on a day, as known then or now: status, permit, place and name in two times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME, recorded_now
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Facility, FacilityVersion

COLUMNS = (
    "name", "region_id", "address", "industry_code", "permit_number", "permit_class", "status",
    "longitude", "latitude",
)  # fmt: skip


def values_of(row: Facility | FacilityVersion) -> dict[str, Any]:
    """What a row says of its plant, by column."""
    return {name: getattr(row, name) for name in COLUMNS}


def believed(known_at: datetime | None = None) -> Q:
    """Predicate for the versions believed at a moment (``None``: now)."""
    if known_at is None:
        return Q(recorded_to=OPEN_TIME)
    return Q(recorded_from__lte=known_at, recorded_to__gt=known_at)


def at(on: date, known_at: datetime | None = None) -> Q:
    """Predicate for the versions of a day, as known then or now."""
    return believed(known_at) & Q(effective_from__lte=on, effective_to__gt=on)


def on_day(
    facilities: Iterable[Facility], on: date, known_at: datetime | None = None
) -> dict[int, FacilityVersion]:
    """What some plants were on a day: key of the plant -> version. One that was not known then is left out."""
    keys = [item.pk for item in facilities]
    rows = FacilityVersion.objects.filter(at(on, known_at), facility__in=keys)
    return {row.facility_id: row for row in rows.select_related("region")}


def history(facility: Facility, known_at: datetime | None = None) -> list[FacilityVersion]:
    """All that is believed of a plant, by day."""
    rows = FacilityVersion.objects.filter(believed(known_at), facility=facility)
    return list(rows.select_related("region", "ledger_row").order_by("effective_from"))


@dataclass(frozen=True, slots=True)
class Change:
    """What became different on a day, in words of column and value."""

    on: date
    at: datetime
    columns: dict[str, tuple[Any, Any]]


def changes(facility: Facility, known_at: datetime | None = None) -> list[Change]:
    """Day by day what became different, the first version as a change from nothing; the latest first."""
    found: list[Change] = []
    before: dict[str, Any] = {}
    for row in history(facility, known_at):
        now = values_of(row)
        different = {
            name: (before.get(name), value)
            for name, value in now.items()
            if before.get(name) != value and (before or value not in {None, ""})
        }
        if different:
            found.append(Change(row.effective_from, row.recorded_from, different))
        before = now
    return found[::-1]


def run_of(facility: Facility, on: date, column: str) -> tuple[date, date]:
    """From when to when a column has, without a break, the value that it has on a day."""
    rows = history(facility)
    place = next(
        (index for index, row in enumerate(rows) if row.effective_from <= on < row.effective_to), None
    )
    if place is None:
        return facility.valid_from, OPEN_DATE
    value = getattr(rows[place], column)
    first = last = place
    while first > 0 and getattr(rows[first - 1], column) == value:
        first -= 1
    while last + 1 < len(rows) and getattr(rows[last + 1], column) == value:
        last += 1
    return rows[first].effective_from, rows[last].effective_to


def begin(facility: Facility, ledger_row: LedgerRow) -> None:
    """The first version of a plant just entered."""
    FacilityVersion.objects.create(
        facility=facility,
        effective_from=facility.valid_from,
        recorded_from=recorded_now(),
        ledger_row=ledger_row,
        **values_of(facility),
    )


def tell(
    facility: Facility,
    values: Mapping[str, Any],
    *,
    since: date,
    ledger_row: LedgerRow,
    until: date = OPEN_DATE,
) -> list[FacilityVersion]:
    """Say that columns of a plant were so in ``[since, until)``; called by actions, under the plant's lock.

    Versions that overlap are closed in recorded time and believed anew with the other columns unchanged, so
    that what was entered of later days stays. The plant's own columns follow what now holds last.

    Returns
    -------
    list of FacilityVersion
        The versions that carry the change; empty where all was so already.
    """
    if not facility.versions.exists():
        begin(facility, ledger_row)
    known = list(
        FacilityVersion.objects.filter(
            believed(), facility=facility, effective_to__gt=since, effective_from__lt=until
        ).order_by("effective_from")
    )
    now = recorded_now()
    for row in known:
        now = max(now, row.recorded_from + timedelta(microseconds=1))
    wanted = dict(values)
    changed: list[FacilityVersion] = []
    for row in known:
        said = values_of(row)
        if said | wanted == said:
            continue
        FacilityVersion.objects.filter(pk=row.pk).update(recorded_to=now)
        start, end = max(row.effective_from, since), min(row.effective_to, until)
        if row.effective_from < start:
            _write(facility, said, row.effective_from, start, now, row.ledger_row)
        if end < row.effective_to:
            _write(facility, said, end, row.effective_to, now, row.ledger_row)
        changed.append(_write(facility, said | wanted, start, end, now, ledger_row))
    last = FacilityVersion.objects.filter(believed(), facility=facility).latest("effective_from")
    for name, value in values_of(last).items():
        setattr(facility, name, value)
    facility.save(update_fields=[name.removesuffix("_id") for name in COLUMNS])
    return changed


def _write(
    facility: Facility,
    values: Mapping[str, Any],
    since: date,
    until: date,
    now: datetime,
    ledger_row: LedgerRow,
) -> FacilityVersion:
    return FacilityVersion.objects.create(
        facility=facility, effective_from=since, effective_to=until, recorded_from=now, ledger_row=ledger_row,
        **values,
    )  # fmt: skip
