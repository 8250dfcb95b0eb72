"""A plan's text with its spans marked: which words gave which item, and what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What lies inside wins over what contains it; among equals the later in this order wins.
ORDER = ("form_row", "task", "target", "deliverable", "unit", "deadline", "quantity")
LABELS = {
    "target": "目标",
    "task": "任务",
    "unit": "单位",
    "quantity": "数量",
    "deadline": "期限",
    "deliverable": "成果",
    "form_row": "报表事项",
}
_UNIT_LISTS = ("lead_units", "support_units", "responsible_units", "inherited_units")
_RANK = {kind: place for place, kind in enumerate(ORDER)}


@dataclass(frozen=True, slots=True)
class Mark:
    """Words ``[start, end)`` of the text that belong to an item, as this kind of thing."""

    start: int
    end: int
    kind: str
    item: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text under the same marks; ``kind`` is empty for unmarked text."""

    start: int
    text: str
    kind: str = ""
    items: tuple[str, ...] = ()

    @property
    def keys(self) -> str:
        return " ".join(self.items)


def marks_of(kind: str, content: Mapping[str, Any], item: str) -> list[Mark]:
    """The marks of one item in the contract's shape: its own words and the parts within them."""
    found = [Mark(start, end, kind, item) for start, end in content.get("spans", ())]
    parts: list[tuple[str, Iterable[Mapping[str, Any]]]] = [
        ("unit", [unit for name in _UNIT_LISTS for unit in content.get(name, ())]),
        ("quantity", content.get("quantities", ())),
        ("deadline", content.get("deadlines", ())),
        ("deliverable", content.get("deliverables", ())),
    ]
    for part_kind, values in parts:
        found += [
            Mark(start, end, part_kind, item) for value in values for start, end in value.get("spans", ())
        ]
    return found


def segments(text: str, marks: Sequence[Mark]) -> list[Segment]:
    """Cut a text where marks begin and end.

    Examples
    --------
    >>> [(part.text, part.kind) for part in segments("县局负责排查", [Mark(0, 6, "task", "a"), Mark(0, 2, "unit", "a")])]
    [('县局', 'unit'), ('负责排查', 'task')]
    """
    size = len(text)
    opening: dict[int, list[Mark]] = {}
    closing: dict[int, list[Mark]] = {}
    for mark in marks:
        start, end = max(mark.start, 0), min(mark.end, size)
        if start < end:
            opening.setdefault(start, []).append(mark)
            closing.setdefault(end, []).append(mark)
    found = []
    active: list[Mark] = []
    last = 0
    for place in sorted({0, size, *opening, *closing}):
        if place > last:
            found.append(_segment(text, last, place, active))
            last = place
        for mark in closing.get(place, ()):
            active.remove(mark)
        active += opening.get(place, ())
    return found


def _segment(text: str, start: int, end: int, active: Sequence[Mark]) -> Segment:
    if not active:
        return Segment(start, text[start:end])
    kind = max((mark.kind for mark in active), key=lambda name: _RANK.get(name, -1))
    items = tuple(dict.fromkeys(mark.item for mark in active))
    return Segment(start, text[start:end], kind, items)
