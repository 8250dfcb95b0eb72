"""What happens on which day: the numbers of a simulated year, decided from the seed alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

FIRST = date(2024, 1, 2)
LOCAL = ZoneInfo("Asia/Shanghai")
_OFFICE = time(9)
# Ordinary acts and how often they happen, once everything is founded.
_ACTS = {
    "create": 12, "record": 40, "move": 34, "change": 8, "correct": 9, "revoke": 4, "correct_record": 8,
    "withdraw_record": 3, "duty": 10, "quota": 8, "merge": 2, "import": 2,
}  # fmt: skip
_FOUNDED, _WEEKS = 36, 60
_WEEKLY = {0: "plant", 3: "entry_of_plant"}  # by the day of the week, after the tick
APART = 50_000  # numbers of what happens weekly: what else happens keeps its own
_COUNTY_RENAMED, _TOWN_RENAMED = 0.45, 0.55  # of the days


@dataclass(frozen=True, slots=True)
class Numbered:
    """One operation: its number, its day, and what kind of thing it is."""

    number: int
    day: date
    act: str

    @property
    def moment(self) -> datetime:
        """When it is recorded: in office hours of its day, one second after the other."""
        return datetime.combine(self.day, _OFFICE, LOCAL) + timedelta(seconds=self.number % 20_000)


def plan(seed: int, days: int, a_day: int) -> list[Numbered]:
    """All operations of a span of days: at first everything is founded, then days pass with their acts."""
    found, apart, number = [], APART, 0
    for day, act in _acts(Random(seed), days, a_day):
        weekly = act in _WEEKLY.values()
        apart, number = apart + weekly, number + (not weekly)
        found.append(Numbered(apart if weekly else number, day, act))
    return found


def month_ends(days: int) -> list[date]:
    """Last days of the months of the span, and its own last day."""
    last = FIRST + timedelta(days=days - 1)
    ends = []
    for month in range(1, 13):
        end = date(2024, month + 1, 1) - timedelta(days=1) if month < 12 else date(2024, 12, 31)
        if end < last:
            ends.append(end)
    return [*ends, last]


def _acts(rng: Random, days: int, a_day: int) -> Iterator[tuple[date, str]]:
    yield FIRST, "settle"
    for _ in range(_FOUNDED if days > _WEEKS else _FOUNDED // 3):
        for act in ("found", "found", "found", "found", "record", "record"):
            yield FIRST, act
    yield FIRST, "rule"
    ends = set(month_ends(days))
    missed = 0
    for offset in range(days):
        day = FIRST + timedelta(days=offset)
        if offset == int(days * _COUNTY_RENAMED):
            yield day, "rename_county"
        if offset == int(days * _TOWN_RENAMED):
            yield day, "rename_town"
        few = day.weekday() >= 5
        for _ in range(rng.randint(0, 2) if few else rng.randint(a_day // 2, a_day * 3 // 2)):
            yield day, rng.choices(list(_ACTS), list(_ACTS.values()))[0]
        if missed and day not in ends:
            missed -= 1
        else:
            missed = rng.randint(2, 6) if rng.random() < 0.12 else 0  # nobody turned the machine on
            yield day, "tick"
        if day.weekday() in _WEEKLY:
            yield day, _WEEKLY[day.weekday()]
