"""How often wells are walked to, and what follows when a patrol finds damage."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jingtu.errors import ConflictError
from jingtu.platform import events
from jingtu.platform.duties.calendars import ByPeriod, Case, Due, Times
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.moves import MoveEntry
from jingtu.programme.groundwater.models import WellFacts, WellPatrol
from jingtu.programme.groundwater.wells import DAMAGED, PATROLS, REGISTER_ID, REPORT, SOUND


def _frequencies(on: date, entries: Collection[int] | None) -> Mapping[int, Mapping[str, date]]:
    """For each well with a frequency that number as a key; the day beside it says nothing."""
    rows = Version.objects.filter(versions.at(on), register=REGISTER_ID, wellfacts__patrols_a_year__gt=0)
    if entries is not None:
        rows = rows.filter(entry__in=list(entries))
    return {
        entry: {str(times): date(on.year, 1, 1)}
        for entry, times in rows.values_list("entry_id", "wellfacts__patrols_a_year")
    }


@dataclass(frozen=True)
class AsOftenAsEntered(ByPeriod):
    """So many times a year as the bureau entered for each well; without a number there is no last day.

    Examples
    --------
    >>> schedule = AsOftenAsEntered()
    >>> twice = Case(1, "/1/", {"2": date(2024, 1, 1)})
    >>> [(item.period, item.due.isoformat()) for item in schedule.dues(twice, date(2024, 5, 6), date(2024, 5, 6))]
    [('2024-1', '2024-06-30')]
    >>> [(item.due, item.note) for item in schedule.dues(Case(1, "/1/"), date(2024, 5, 6), date(2024, 5, 6))]
    [(None, '期限未配置')]
    """

    of: Any = _frequencies

    def dues(self, case: Case, first: date, last: date) -> Iterable[Due]:
        """The patrols of the parts of the year that a span of days touches."""
        times = int(next(iter(case.base))) if isinstance(case.base, Mapping) and case.base else None
        return Times(times).dues(case, first, last)

    def words(self, period: str) -> str:
        """``2024年第1次``."""
        return Times(None).words(period)


def period_of_patrol(record: WellPatrol) -> str:
    """The part of the year in which a patrol falls, by the frequency entered for its well on that day.

    A patrol of this quarter does not stand for one that was missed before.
    """
    version = versions.version_on(record.entry, record.on)
    facts = versions.facts_of(version) if version is not None else None
    times = facts.patrols_a_year if isinstance(facts, WellFacts) else None
    parts = Times(times).dues(Case(record.entry_id, ""), record.on, record.on)
    return next(
        (item.period for item in parts if item.begins is not None and item.begins <= record.on),
        f"{record.on.year}-1",
    )


def report_damage(event: events.Event) -> None:
    """A patrol that finds damage moves its well to 损坏, by the person who entered it.

    A patrol entered late, of a well that has moved on since, is kept and moves nothing.
    """
    record = event.facts["record"]
    if event.facts["kind"] != PATROLS or record.finding != DAMAGED:
        return
    if event.facts["version"].state != SOUND:
        return
    facts = {"damage": record.detail, "damaged_on": record.on}
    try:
        MoveEntry(record.entered_by, record.on, record.entry, REPORT, facts=facts).execute()
    except ConflictError:
        return
