"""What stands in another system and what is missing there, on a day, as known then or now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.filings.declarations import FilingSystem
from jingtu.platform.filings.models import FilingReceipt
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version


def believed(known_at: datetime | None = None) -> Q:
    """Predicate for the receipts believed at a moment (``None``: now)."""
    if known_at is None:
        return Q(recorded_to=OPEN_TIME)
    return Q(recorded_from__lte=known_at, recorded_to__gt=known_at)


def receipts(system: FilingSystem, on: date, known_at: datetime | None = None) -> QuerySet[FilingReceipt]:
    """Receipts of a system that held on a day; of one that asks every year those of the day's year."""
    return FilingReceipt.objects.filter(
        believed(known_at), system=system.id, filed_on__lte=on, period=system.period_on(on)
    )


def owing(
    system: FilingSystem, region: Region | None, on: date, known_at: datetime | None, reach: Reach
) -> QuerySet[Version]:
    """Entries that have to stand in a system on a day; none where no rule is in force then."""
    rows = versions.versions(system.register, on, known_at).filter(reach.q("region__path", "holder_id"))
    if system.is_yearly:
        # The year before decides, whatever has become of the entry since.
        last = date(on.year - 1, 12, 31)
        there = Version.objects.filter(
            versions.believed(known_at), entry=OuterRef("entry"), state__in=system.states,
            effective_from__lte=last, effective_to__gt=last,
        )  # fmt: skip
        rows = rows.filter(Exists(there))
    else:
        rows = rows.filter(state__in=system.states)
    if system.applies is not None:
        rows = rows.filter(system.applies)
    if region is not None:
        rows = rows.filter(region__path__startswith=region.path)
    return rows if system.rule_on(on) is not None else rows.none()


def missing(
    system: FilingSystem, region: Region | None, on: date, known_at: datetime | None, reach: Reach
) -> QuerySet[Version]:
    """Entries that have to stand in a system and have no receipt."""
    held = receipts(system, on, known_at).filter(entry=OuterRef("entry"))
    return owing(system, region, on, known_at, reach).filter(~Exists(held))


@dataclass(frozen=True, slots=True)
class Missing:
    """One entry that is missing in a system; ``due`` ``None``: 期限未配置."""

    system: FilingSystem
    version: Version
    since: date
    due: date | None
    on: date

    @property
    def days_owed(self) -> int:
        """Days since it has had to be there."""
        return (self.on - self.since).days

    @property
    def days_late(self) -> int:
        """Days past its last day; 0 where it is not late, or where no text sets a day."""
        return max((self.on - self.due).days, 0) if self.due is not None else 0


def rows_of(
    system: FilingSystem, found: Iterable[Version], on: date, known_at: datetime | None = None
) -> list[Missing]:
    """The missing entries with since when and until when."""
    chosen = list(found)
    since = _since(system, chosen, on, known_at)
    return [Missing(system, row, since[row.entry_id], system.due_of(row, on), on) for row in chosen]


def count(
    system: FilingSystem, region: Region | None, on: date, known_at: datetime | None, reach: Reach
) -> int:
    """How many are missing."""
    return missing(system, region, on, known_at, reach).select_related(None).count()


def _since(
    system: FilingSystem, rows: Sequence[Version], on: date, known_at: datetime | None
) -> dict[int, date]:
    """The day from which each entry has been, without a break, in the states that owe it.

    What was owed before the rule began is owed from its first day, what is owed every year from New Year.
    """
    rule = system.rule_on(on)
    first_day = rule.valid_from if rule is not None else date.min
    if system.is_yearly:
        first_day = max(first_day, date(on.year, 1, 1))
        return {row.entry_id: first_day for row in rows}
    history = (
        Version.objects.filter(
            versions.believed(known_at), entry__in=[row.entry_id for row in rows], effective_from__lte=on
        )
        .order_by("entry_id", "-effective_from")
        .values_list("entry_id", "state", "effective_from", "effective_to")
    )
    found: dict[int, date] = {}
    broken: set[int] = set()
    for entry, state, start, end in history:
        if entry in broken:
            continue
        if state not in system.states or (entry in found and end != found[entry]):
            broken.add(entry)
            continue
        found[entry] = start
    return {entry: max(day, first_day) for entry, day in found.items()}
