"""What is asked of an indicator in a place and year, by whoever sets targets; apps of other lines read it here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from jingtu.platform.indicators.declarations import Reading
from jingtu.platform.regions.models import Region


@dataclass(frozen=True, slots=True)
class Goal:
    """A target beside its reading; ``met`` is ``None`` where nothing can be said. ``words`` say both."""

    indicator: str
    reading: Reading
    met: bool | None
    words: str
    share: float | None = None  # how much of the target is reached, where that is a number


Provider = Callable[[Region, date, str], Iterable[Goal]]
_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let ``provider(region, on, indicator)`` name the goals of the year of a day; twice counts once."""
    if provider not in _providers:
        _providers.append(provider)


def goals_of(region: Region, on: date, indicator: str) -> list[Goal]:
    """What is asked of one indicator in a place in the year of a day; the others are not read."""
    return [goal for provider in _providers for goal in provider(region, on, indicator)]
