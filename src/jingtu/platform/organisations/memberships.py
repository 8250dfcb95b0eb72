"""On which lists an organisation or one of its plants stands, by year and reason, as of a day.

Nothing is stored here: a register that declares ``membership`` puts the holder of an entry on its list while
the entry is in certain states. So a list is as old, and as well known, as the versions of its entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.organisations.models import Facility, Organisation
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import declarations, values, versions
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.models import Entry, Version


@dataclass(frozen=True, slots=True)
class Listed:
    """An unbroken time on a list; ``until`` ``None`` where it goes on."""

    register: Register
    entry: Entry
    name: str
    year: str
    reason: str
    state: str
    since: date
    until: date | None

    def in_force(self, on: date) -> bool:
        """Whether it stands on the list on a day."""
        return self.since <= on and (self.until is None or on < self.until)


def lists_for(user: User | None) -> list[Register]:
    """Registers that make organisations members of a list, as far as the user reads them."""
    return [
        item
        for item in declarations.all_registers()
        if item.membership is not None and (user is None or policies.may(user, item.read_permission))
    ]


def memberships(
    organisation: Organisation,
    on: date,
    known_at: datetime | None = None,
    *,
    user: User | None = None,
    facility: Facility | None = None,
) -> list[Listed]:
    """The lists on which an organisation stands on a day.

    Parameters
    ----------
    user : User, optional
        Only registers and entries that this user reads.
    facility : Facility, optional
        Only entries of this plant.

    Returns
    -------
    list of Listed
        By register in order of declaration, the latest year first.
    """
    return [
        item for item in history(organisation, known_at, user=user, facility=facility) if item.in_force(on)
    ]


def history(
    organisation: Organisation,
    known_at: datetime | None = None,
    *,
    user: User | None = None,
    facility: Facility | None = None,
) -> list[Listed]:
    """All times on all lists, as known then or now; the latest first in each list."""
    found: list[Listed] = []
    for register in lists_for(user):
        rows = _rows(register, known_at, user).filter(holder=organisation)
        if facility is not None:
            rows = rows.filter(of_plant(register, facility))
        spans = _spans(register, rows)
        found += sorted(spans, key=lambda item: (item.year, item.since), reverse=True)
    return found


def members(
    register: Register, on: date, known_at: datetime | None = None, user: User | None = None
) -> QuerySet[Version]:
    """Versions that put their holders on a list on a day, for a filter."""
    return _rows(register, known_at, user).filter(versions.at(on, known_at), holder__isnull=False)


def of_plant(register: Register, facility: Facility) -> Q:
    """Versions of a register that speak of a plant; none where it has no column for plants."""
    facts = versions.facts_name(register.facts)
    found = Q(pk__in=[])
    for item in register.fields:
        if item.kind == "facility":
            found |= Q(**{f"{facts}__{item.id}": facility.pk})
    return found


def _rows(register: Register, known_at: datetime | None, user: User | None) -> QuerySet[Version]:
    assert register.membership is not None
    rows = Version.objects.filter(
        versions.believed(known_at), register=register.id, state__in=register.membership.states
    )
    if user is not None:
        rows = rows.filter(policies.reach(user, register.read_permission).q("region__path", "holder_id"))
    return rows


def _spans(register: Register, rows: QuerySet[Version]) -> list[Listed]:
    """Versions that follow each other with one year and reason as one time on the list."""
    facts = versions.facts_name(register.facts)
    found: list[Listed] = []
    for row in rows.select_related("entry", facts).order_by("entry_id", "effective_from"):
        year, reason = _said(register, row)
        until = None if row.effective_to == OPEN_DATE else row.effective_to
        last = found[-1] if found else None
        state = register.lifecycle.state(row.state).label
        since = row.effective_from
        if (
            last is not None
            and last.entry.pk == row.entry_id
            and last.until == row.effective_from
            and (last.year, last.reason) == (year, reason)
        ):
            since = last.since
            found.pop()
        found.append(Listed(register, row.entry, row.name, year, reason, state, since, until))
    return found


def _said(register: Register, row: Version) -> tuple[str, str]:
    assert register.membership is not None
    facts = versions.facts_of(row)
    year, reason = (
        values.show(register.field(name), getattr(facts, name)) if name else ""
        for name in (register.membership.year_field, register.membership.reason_field)
    )
    return year, reason
