"""What a page says of a computed number beside the number: its entries, places, snapshots, and what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from jingtu.errors import NotFoundError
from jingtu.platform.indicators import changes, provenance, reaching
from jingtu.platform.indicators.declarations import Indicator, Reading
from jingtu.platform.indicators.models import Snapshot
from jingtu.platform.pages.context import page_context, page_user
from jingtu.platform.people import policies
from jingtu.platform.regions.models import Region

IN_DRAWER = 10
SNAPSHOTS_IN_DRAWER = 12
WAY = "way"


def place_asked(request: HttpRequest, region: Region, permission: str) -> Region | None:
    """The part of a place that ``place`` in the address names, where the reader may see it."""
    uid = request.GET.get("place", "")
    if not uid:
        return None
    try:
        place = provenance.place_within(region, str(UUID(uid)), page_context(request).on)
    except ValueError:
        place = None
    if place is None or not policies.reach(page_user(request), permission).allows(place.path):
        raise NotFoundError("没有找到这个地区，或不在您的权限范围内。", uid=uid[:40])
    return place


def computed(
    request: HttpRequest,
    indicator: Indicator,
    reading: Reading,
    parameters: Mapping[str, Any] | None,
    *,
    address_of: Callable[[list[Reading]], Callable[[Reading], str]],
    limit: Decimal | None = None,
    drawer: bool = False,
) -> dict[str, Any]:
    """Context of the templates under ``indicators/``.

    Parameters
    ----------
    address_of : callable
        Given the readings of the places below, a function from one of them to its address.
    limit : Decimal, optional
        The least value of a target: the entries that would reach it soonest are listed.
    drawer : bool
        Fewer lines of everything.

    Notes
    -----
    Of the address ``part`` and ``sheet`` show one list of entries alone, page by page; ``since`` holds the
    number against that snapshot; ``check`` recomputes it.
    """
    page, user = page_context(request), page_user(request)
    size = IN_DRAWER if drawer else provenance.PAGE_SIZE
    parts = provenance.parts(reading)
    way = reaching.way_to(indicator, reading, limit, parameters) if limit is not None else None
    if way is not None and way.steps:
        parts.append(provenance.Part(WAY, "补齐即可达标", way.entries, len(way.entries), True))
    kept = changes.kept_before(indicator.id, reading.region, reading.on, reading.known_at)
    chosen = _kept(kept, request.GET.get("since", "")) or changes.latest(kept, reading)
    change = changes.since(chosen, reading, indicator.chosen(parameters)) if chosen else None
    number, wanted = _number(request.GET.get("sheet", "")), request.GET.get("part", "")
    alone = next((part for part in parts if part.id == wanted), None)
    context: dict[str, Any] = {
        "kept": kept if alone is None else [],
        "change": change,
        "checked": _checked(request, kept),
    }
    if alone is not None:
        return context | {
            "alone": alone,
            "slice": provenance.cut(alone.keys, user, reading.on, reading.known_at, number),
        }
    if change is not None:
        pages = max((len(change.movements) + provenance.PAGE_SIZE - 1) // provenance.PAGE_SIZE, 1)
        number = min(number, pages)
        first = (number - 1) * provenance.PAGE_SIZE
        some = change.movements[first : first + (provenance.PAGE_SIZE if wanted == "changes" else size)]
        context |= {
            "told": changes.tell(change, some, user),
            "told_more": len(change.movements) > len(some),
            "told_pages": pages,
            "told_page": number,
            "told_before": number - 1,
            "told_after": number + 1 if number < pages else 0,
        }
        if wanted == "changes":
            return context | {"changes_alone": True}
    return context | {
        "parts": [
            (part, provenance.cut(part.keys, user, reading.on, reading.known_at, size=size))
            for part in parts
            if part.id != WAY
        ],
        "way": way,
        "way_lines": _way_lines(way, request, size) if way is not None else [],
        "places": _places(reading, parameters, address_of),
        "kept_shown": kept[:SNAPSHOTS_IN_DRAWER] if drawer else kept,
        "today": page.today,
    }


def _way_lines(
    way: reaching.Way, request: HttpRequest, size: int
) -> list[tuple[provenance.Line, reaching.Step]]:
    page = page_context(request)
    steps = {step.entry: step for step in way.steps[:size]}
    found = provenance.lines(list(steps), page_user(request), page.on, page.known_at)
    return [(line, steps[line.key]) for line in found]


def _places(
    reading: Reading,
    parameters: Mapping[str, Any] | None,
    address_of: Callable[[list[Reading]], Callable[[Reading], str]],
) -> dict[str, Any] | None:
    """The number of each place below, with its address."""
    below = provenance.by_place(reading, parameters)
    if not below.readings:
        return None
    address = address_of(below.readings)
    return {
        "lines": [
            (one, changes.said({**one.to_json(), "numerator": None}), address(one)) for one in below.readings
        ],
        "rest": below.rest,
    }


def _number(text: str) -> int:
    return max(int(text), 1) if text.isdecimal() and len(text) < 7 else 1


def _kept(kept: list[Snapshot], key: str) -> Snapshot | None:
    return next((item for item in kept if item.key == key), None)


def _checked(request: HttpRequest, kept: list[Snapshot]) -> changes.Check | None:
    wanted = request.GET.get("check", "")
    if not wanted or not kept:
        return None
    return changes.check(_kept(kept, wanted) or kept[0], page_context(request).known_at)
