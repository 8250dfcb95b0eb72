"""Enterprises that a list brings along: found among the organisations, or entered with the import."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jingtu.platform.organisations.enlisting import Enlisted, Enlister, EnterpriseColumns
from jingtu.platform.people.models import User
from jingtu.platform.people.policies import Reach
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Register
from jingtu.platform.registers.exchange.reading import Parsed
from jingtu.platform.registers.exchange.shapes import NAME
from jingtu.platform.registers.models import Version


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds an entry: a key, below zero where the organisation or the plant is still to be entered."""

    holder: int
    words: str
    facility_field: str = ""
    facility: int | None = None


@dataclass(slots=True)
class Enterprises:
    """Plans the enterprises of a list, and enters the new ones inside the transaction of the import.

    A key below zero stands for the one at that place of ``planned`` until it is entered.
    """

    columns: EnterpriseColumns
    register: Register
    enlister: Enlister
    planned: list[Enlisted] = field(default_factory=list)

    @classmethod
    def of(
        cls, register: Register, on: date, reach: Reach | None, region: Region | None
    ) -> Enterprises | None:
        """For a register whose entries are held by enterprises; ``None`` for all others."""
        if register.enterprise is None:
            return None
        place = region or Region.objects.order_by("path").first()
        assert place is not None
        return cls(register.enterprise, register, Enlister(on, reach or Reach(everywhere=True), place))

    @property
    def organisations(self) -> int:
        """How many organisations the import would enter."""
        return sum(item.new_organisation for item in self.planned)

    @property
    def facilities(self) -> int:
        """How many plants the import would enter."""
        return sum(item.new_facility for item in self.planned)

    @property
    def names(self) -> list[str]:
        """The organisations that would be entered."""
        return [item.name for item in self.planned if item.new_organisation]

    def plan(self, item: Parsed, current: Version | None, region: Region, holder: str) -> Held | None:
        """Who holds the entry of a row; ``None`` where the row says nothing new of it.

        Raises
        ------
        ValueError
            The match is doubtful; the message says what to do.
        """
        facts = dict(item.cells)
        if plant := item.texts.get(self.columns.facility):
            facts[self.columns.facility] = plant
        if current is not None:
            before = versions.column_values(versions.facts_of(current))
            if self.columns.facility:
                stored = versions.facts_of(current)
                known_plant = getattr(stored, self.columns.facility)
                before[self.columns.facility] = known_plant.name if known_plant else ""
            said = self.columns.row(str(item.cells.get(NAME)), before | facts, region)
            known = self.columns.row(current.name, before, current.region)
            if said == known and not holder and current.holder_id is not None:
                return None
            facts = before | facts
        row = self.columns.row(holder or str(item.cells.get(NAME) or ""), facts, region)
        found = self.enlister.plan(row)
        self.planned.append(found)
        place = -len(self.planned)
        key = found.organisation.pk if found.organisation is not None else place
        words = found.organisation.name if found.organisation is not None else f"{found.name}（新建单位）"
        facility: int | None = None
        if self.columns.facility:
            facility = found.facility.pk if found.facility else place if found.wants_plant else None
        return Held(key, words, self.columns.facility, facility)

    def enter(self, actor: User | None) -> None:
        """Enter what is new; called inside the transaction of the import."""
        self.enlister.actor = actor
        for item in self.planned:
            if item.organisation is None or item.wants_plant or item.code:
                self.enlister.apply(item)

    def holder(self, key: Any) -> Any:
        """The key of an organisation, once it is entered."""
        if key is None or key >= 0:
            return key
        organisation = self.planned[-key - 1].organisation
        return organisation.pk if organisation is not None else None

    def facility(self, key: Any) -> Any:
        """The key of a plant, once it is entered."""
        if key is None or key >= 0:
            return key
        plant = self.planned[-key - 1].facility
        return plant.pk if plant is not None else None
