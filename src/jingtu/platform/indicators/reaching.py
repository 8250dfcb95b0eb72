"""What is still missing to a target, and which entries would bring it soonest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from jingtu.platform.indicators.declarations import Indicator, Reading
from jingtu.platform.indicators.shares import DENOMINATOR, Counting

ExpectedDays = Callable[[Sequence[int], date], Mapping[int, date]]
_providers: list[ExpectedDays] = []


def expect(provider: ExpectedDays) -> None:
    """Let ``provider(entries, on)`` say by which day entries are to be done; twice counts once."""
    if provider not in _providers:
        _providers.append(provider)


def expected_days(entries: Sequence[int], on: date) -> dict[int, date]:
    """The day by which each entry is to be done, the earliest where several are known."""
    found: dict[int, date] = {}
    for provider in _providers:
        for entry, day in provider(entries, on).items():
            found[entry] = min(day, found.get(entry, day))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One entry, what it would add to the number, and the day by which it is to be done (``None``: none set)."""

    entry: int
    gain: Decimal
    day: date | None


@dataclass(frozen=True, slots=True)
class Way:
    """The entries that would reach the target, and when; without ``reaches`` all of them are not enough."""

    steps: tuple[Step, ...]
    reaches: bool
    on: date | None

    @property
    def entries(self) -> tuple[int, ...]:
        return tuple(step.entry for step in self.steps)


def shortest(
    missing: Decimal, open_entries: Mapping[int, Decimal], days: Mapping[int, date] | None = None
) -> Way:
    """The open entries whose completion makes up what is missing on the earliest day possible.

    Of the entries that are due by that day as few as possible, the heaviest first; those without a day come
    last.

    Parameters
    ----------
    missing : Decimal
        What the numerator lacks, in the unit of the weights.
    open_entries : mapping of int to Decimal
        Weight of every entry that counts but is not in the numerator.
    days : mapping of int to date, optional
        The day by which an entry is to be done.

    Examples
    --------
    >>> days = {1: date(2024, 9, 30), 2: date(2024, 7, 31), 3: date(2024, 8, 31)}
    >>> way = shortest(Decimal(3), {1: Decimal(9), 2: Decimal(1), 3: Decimal(3)}, days)
    >>> way.entries, way.on.isoformat(), way.reaches
    ((3,), '2024-08-31', True)
    >>> shortest(Decimal(5), {1: Decimal(2)}).reaches
    False
    """
    if missing <= 0:
        return Way((), True, None)
    known = days or {}
    useful = {entry: weight for entry, weight in open_entries.items() if weight > 0}
    total, last_day = Decimal(0), date.max
    for entry in sorted(useful, key=lambda key: known.get(key, date.max)):
        total += useful[entry]
        if total >= missing:
            last_day = known.get(entry, date.max)
            break
    within = [entry for entry in useful if known.get(entry, date.max) <= last_day]
    chosen: list[int] = []
    gained = Decimal(0)
    for entry in sorted(within, key=lambda key: -useful[key]):
        if gained >= missing:
            break
        chosen.append(entry)
        gained += useful[entry]
    steps = sorted(
        (Step(entry, useful[entry], known.get(entry)) for entry in chosen),
        key=lambda step: (step.day or date.max, -step.gain, step.entry),
    )
    dated = [step.day for step in steps if step.day is not None]
    reached = max(dated) if dated and len(dated) == len(steps) else None
    return Way(tuple(steps), gained >= missing, reached)


def way_to(
    indicator: Indicator, reading: Reading, limit: Decimal, parameters: Mapping[str, Any] | None = None
) -> Way | None:
    """What would bring a reading to its target, where the number must rise; ``None`` where nothing can be said.

    Parameters
    ----------
    limit : Decimal
        The least value of the target, in percent for a share, else in the unit of the reading.

    Returns
    -------
    Way or None
        ``None`` where the reading is not counted from entries, has no value, or reaches the target already.
    """
    if reading.value is None or reading.manual or reading.value >= limit:
        return None
    weights = open_weights(indicator, reading, parameters)
    if not weights:
        return Way((), False, None)
    if reading.denominator is not None:
        missing = limit * reading.denominator / 100 - (reading.numerator or Decimal(0))
    else:
        missing = limit - reading.value
    return shortest(missing, weights, expected_days(sorted(weights), reading.on))


def open_weights(
    indicator: Indicator, reading: Reading, parameters: Mapping[str, Any] | None = None
) -> dict[int, Decimal]:
    """What each entry would add to the numerator that counts but is not in it, as the number shows it."""
    count = indicator.calculate
    if isinstance(count, Counting):
        rows = count.rows(reading.region, reading.on, reading.known_at, indicator.chosen(parameters))
        return {key: count.shown(weight) for key, kind, weight, _ in rows if kind == DENOMINATOR}
    told = getattr(count, "open_weights", None)
    if told is not None:
        weights: dict[int, Decimal] = told(
            reading.region, reading.on, reading.known_at, indicator.chosen(parameters)
        )
        return weights
    if reading.denominator != reading.counted:
        return {}  # weights that only the count itself knows
    inside = set(reading.numerator_entries)
    return {key: Decimal(1) for key in reading.counted_entries if key not in inside}
