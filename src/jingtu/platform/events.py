"""Events: how apps of the programme floor hear of each other without importing each other.

Handlers run inside the emitting transaction: what they write commits, or fails, with the change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened: a dotted name, the business date and facts: keys, or rows just stored, to read."""

    name: str
    on: date
    facts: Mapping[str, Any] = field(default_factory=dict)


Handler = Callable[[Event], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)


def listen(name: str, handler: Handler) -> None:
    """Call ``handler`` for every event of that name; registering twice counts once."""
    if handler not in _handlers[name]:
        _handlers[name].append(handler)


def emit(event: Event) -> None:
    """Hand an event to its handlers, in order of registration."""
    for handler in _handlers[event.name]:
        handler(event)
