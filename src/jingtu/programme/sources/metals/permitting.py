"""Which permits carry measures, reductions and transfers, by the last check of each plant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import QuerySet

from jingtu.platform.registers.models import Version
from jingtu.programme.sources.metals.duties import latest_checks
from jingtu.programme.sources.metals.lifecycle import ON_THE_LIST, missing_items
from jingtu.programme.sources.metals.models import PermitCheck

Outcome = Literal["missing", "complete", "unchecked"]


@dataclass(frozen=True, slots=True)
class Permit:
    """A plant with the last check of its permit."""

    version: Version
    check: PermitCheck | None

    @property
    def missing(self) -> list[str]:
        """What is not written on it."""
        return missing_items(self.check) if self.check else []

    @property
    def outcome(self) -> Outcome:
        if self.check is None:
            return "unchecked"
        return "missing" if self.missing else "complete"


def permits(plants: QuerySet[Version], on: date, known_at: datetime | None = None) -> list[Permit]:
    """The plants on the list with the last check of each by a day, as known at a moment."""
    listed = list(plants.filter(state__in=ON_THE_LIST).order_by("name", "id"))
    checks = latest_checks(on, {version.entry_id for version in listed}, known_at)
    return [Permit(version, checks.get(version.entry_id)) for version in listed]


def counted(found: Iterable[Permit]) -> dict[str, int]:
    """How many there are of each outcome."""
    counts = {"missing": 0, "complete": 0, "unchecked": 0}
    for permit in found:
        counts[permit.outcome] += 1
    return counts
