"""A lifecycle drawn: states in layers from where an entry begins, moves between them, the present state lit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from jingtu.platform.registers.declarations import Lifecycle, Move

WIDTH, LAYER, TALL, MARGIN, GAP = 340, 64, 40, 6, 8
WIDEST = 132
_LINE = 7  # characters that fit a line of a narrow box


@dataclass(frozen=True, slots=True)
class Place:
    """Where a state stands in the drawing: the layer, and its place among those of the layer."""

    state: str
    x: float
    y: float
    width: float


@dataclass(slots=True)
class Box:
    """A state as drawn: ``css`` says whether the entry is in it, was in it, or can go to it."""

    label: list[str]
    words: str
    css: str
    x: float
    y: float
    width: float
    since: date | None = None
    note: str = ""
    href: str = ""

    @property
    def centre(self) -> float:
        return self.x + self.width / 2

    @property
    def lines(self) -> list[tuple[str, float]]:
        """Lines of the label with their heights, and the day below them."""
        texts = [*self.label, *([self.since.isoformat()] if self.since else [])]
        first = self.y + TALL / 2 + 4 - (len(texts) - 1) * 7
        return [(text, first + index * 14) for index, text in enumerate(texts)]


@dataclass(frozen=True, slots=True)
class Arrow:
    """A move as drawn."""

    path: str
    css: str
    words: str


@dataclass(slots=True)
class Drawing:
    """The whole of it, and the same in words."""

    boxes: list[Box]
    arrows: list[Arrow]
    height: float
    words: str
    next_moves: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def width(self) -> int:
        return WIDTH

    @property
    def tall(self) -> int:
        return TALL


def draw(
    lifecycle: Lifecycle,
    state: str,
    since: date | None,
    past: Mapping[str, date],
    open_moves: Iterable[str] = (),
) -> Drawing:
    """The lifecycle of an entry.

    Parameters
    ----------
    state, since
        The present state, and since when.
    past : mapping
        States the entry has been in before, each with its first day.
    open_moves : iterable of str
        Moves that the user may make now; each leads to its form on the page.
    """
    places = _places(lifecycle)
    moves = {move.id: move for move in lifecycle.moves}
    links = {moves[name].target: f"#move-{name}" for name in reversed(list(open_moves))}
    ahead = {move.target for move in lifecycle.moves_from(state)}
    boxes = {}
    for place in places:
        item = lifecycle.state(place.state)
        css, day, note = "", None, ""
        if place.state == state:
            css, day, note = "flow-now", since, "现在"
        elif place.state in past:
            css, day, note = "flow-past", past[place.state], "到过"
        if place.state in ahead and place.state != state:
            css = f"{css} flow-next".strip()
            note = f"{note}，可以到" if note else "可以到"
        boxes[place.state] = Box(
            _folded(item.label, place.width), item.label, css, place.x, place.y, place.width, day, note,
            links.get(place.state, ""),
        )  # fmt: skip
    arrows = [_arrow(boxes[a], boxes[b], a == state, words) for (a, b), words in _edges(lifecycle).items()]
    arrows.sort(key=lambda item: item.css)  # those that can be gone now lie on top
    visited = "，".join(
        f"{lifecycle.state(name).label}（{day.isoformat()}）" for name, day in past.items() if name != state
    )
    words = f"现在是“{lifecycle.state(state).label}”" + (f"，自{since.isoformat()}" if since else "")
    words += f"；到过：{visited}" if visited else ""
    height = max(box.y for box in boxes.values()) + TALL + MARGIN
    return Drawing(list(boxes.values()), arrows, height, words)


def _edges(lifecycle: Lifecycle) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], list[str]] = {}
    for move in lifecycle.moves:
        for source in move.sources:
            if source != move.target:
                found.setdefault((source, move.target), []).append(move.label)
    return {pair: "、".join(labels) for pair, labels in found.items()}


@cache
def _layers(states: tuple[str, ...], initial: tuple[str, ...], moves: tuple[Move, ...]) -> dict[str, int]:
    """The layer of each state: one below the state it is first reached from."""
    layers: dict[str, int] = {}
    for start in initial:
        if start in layers:
            continue
        layers[start] = 0
        edge = [start]
        while edge:
            following = []
            for name in edge:
                for move in moves:
                    if name in move.sources and move.target not in layers:
                        layers[move.target] = layers[name] + 1
                        following.append(move.target)
            edge = following
    for name in states:
        layers.setdefault(name, 0)
    return layers


def _places(lifecycle: Lifecycle) -> list[Place]:
    names = tuple(state.id for state in lifecycle.states)
    plain = tuple(move for move in lifecycle.moves if not move.opens)
    layers = _layers(names, lifecycle.initial, plain)
    # What ends an entry stands on the right of its layer, out of the way of what goes on.
    order = sorted(names, key=lambda name: (lifecycle.state(name).tone == "off", names.index(name)))
    found = []
    for number, layer in enumerate(sorted(set(layers.values()))):
        row = [name for name in order if layers[name] == layer]
        for chunk_start in range(0, len(row), 3):
            chunk = row[chunk_start : chunk_start + 3]
            found += [(number, chunk_start // 3, chunk)]
    places, y, last = [], float(MARGIN), (0, 0)
    for number, part, chunk in found:
        if (number, part) != last:
            y += LAYER if number != last[0] else TALL + GAP
            last = (number, part)
        width = min(WIDEST, (WIDTH - 2 * MARGIN - 24 - GAP * (len(chunk) - 1)) / len(chunk))
        whole = width * len(chunk) + GAP * (len(chunk) - 1)
        x = (WIDTH - whole) / 2
        for index, name in enumerate(chunk):
            places.append(Place(name, x + index * (width + GAP), y, width))
    return places


def _arrow(source: Box, target: Box, now: bool, words: str) -> Arrow:
    """Down to the next layer straight; to the side and back in a curve outside."""
    css = "flow-arrow-now" if now else "flow-arrow"
    if target.y > source.y and target.y - source.y <= LAYER + 1:
        start, end = source.y + TALL, target.y - 5
        middle = (start + end) / 2
        path = f"M{source.centre:.1f} {start:.1f}C{source.centre:.1f} {middle:.1f} {target.centre:.1f} {middle:.1f} {target.centre:.1f} {end:.1f}"
    elif target.y == source.y:
        left = target.x > source.x
        start, end = (
            (source.x + source.width, target.x - 5) if left else (source.x, target.x + target.width + 5)
        )
        y = source.y + TALL / 2 + (6 if left else -6)
        path = f"M{start:.1f} {y:.1f}L{end:.1f} {y:.1f}"
    else:
        right = target.y > source.y
        edge = WIDTH - 2.0 if right else 2.0
        start = source.x + source.width if right else source.x
        end = target.x + target.width + 5 if right else target.x - 5
        y1, y2 = source.y + TALL / 2, target.y + TALL / 2
        path = f"M{start:.1f} {y1:.1f}C{edge:.1f} {y1:.1f} {edge:.1f} {y2:.1f} {end:.1f} {y2:.1f}"
        css += " flow-far"
    return Arrow(path, css, words)


def _folded(label: str, width: float) -> list[str]:
    """A label in one line, or in two where its box is narrow."""
    fit = max(_LINE, int((width - 10) / 13))
    if len(label) <= fit:
        return [label]
    half = (len(label) + 1) // 2
    return [label[:half], label[half:]]
