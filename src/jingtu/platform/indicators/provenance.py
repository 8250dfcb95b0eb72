"""数从何来: the entries behind a number, part by part, and the places it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jingtu.platform.indicators import service
from jingtu.platform.indicators.declarations import Reading
from jingtu.platform.indicators.snapshots import IN_DENOMINATOR, IN_NUMERATOR
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, versions
from jingtu.platform.registers.addresses import address_of
from jingtu.platform.registers.models import Entry, Version

PAGE_SIZE = 50
HEADINGS = ("计入情况", "编号", "名称", "行政区", "责任单位", "状态")


@dataclass(frozen=True, slots=True)
class Part:
    """Entries that stand alike in a reading; ``counted`` where they are part of the denominator."""

    id: str
    label: str
    keys: tuple[int, ...]
    count: int
    counted: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as a reader may see it; ``address`` is empty where this build has no page of it."""

    key: int
    code: str
    name: str = ""
    place: str = ""
    holder: str = ""
    state: str = ""
    tone: str = "neutral"
    address: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some entries of a long list: rows ``first`` to ``last`` of ``total``, counted from one.

    ``hidden`` of them the reader may not see: they count all the same.
    """

    lines: list[Line]
    page: int
    pages: int
    total: int
    hidden: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE_SIZE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.page * PAGE_SIZE, self.total)

    @property
    def before(self) -> int:
        return self.page - 1

    @property
    def after(self) -> int:
        return self.page + 1 if self.page < self.pages else 0


def parts(reading: Reading) -> list[Part]:
    """The entries of a reading: numerator, the rest of the denominator, and what is left out, by reason.

    An indicator that does not tell its numerator's entries (a sum of areas, say) has one counted part. Where the
    count tells what is missing, the rest of the denominator is told apart by it.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> read = SimpleNamespace(counted_entries=(1, 2, 3), numerator_entries=(2,), numerator=1,
    ...                        denominator=3, counted=3, left_out=(), gaps=())
    >>> [(part.label, part.keys) for part in parts(read)]
    [('计入分子', (2,)), ('计入分母，未计入分子', (1, 3))]
    """
    inside = set(reading.numerator_entries)
    if reading.denominator is not None and (inside or not reading.numerator):
        rest = tuple(key for key in reading.counted_entries if key not in inside)
        taken = tuple(sorted(inside))
        found = [Part("numerator", IN_NUMERATOR, taken, len(taken), True)]
        for index, item in enumerate(reading.gaps, start=1):
            found.append(
                Part(f"gap-{index}", f"{IN_DENOMINATOR}（{item.reason}）", item.entries, item.count, True)
            )
        told = {key for item in reading.gaps for key in item.entries}
        rest = tuple(key for key in rest if key not in told)
        if rest or not told:
            found.append(Part("rest", IN_DENOMINATOR, rest, len(rest), True))
    else:
        found = [Part("counted", "计入", reading.counted_entries, reading.counted, True)]
    for index, item in enumerate(reading.left_out, start=1):
        found.append(Part(f"out-{index}", item.reason, item.entries, item.count, False))
    return found


def cut(
    keys: Sequence[int], user: User, on: date, known_at: datetime | None, page: int = 1, size: int = PAGE_SIZE
) -> Slice:
    """One page of a list of entries; a page beyond the end is the last one."""
    pages = max((len(keys) + size - 1) // size, 1)
    page = min(max(page, 1), pages)
    chosen = keys[(page - 1) * size : page * size]
    found = lines(chosen, user, on, known_at)
    return Slice(found, page, pages, len(keys), len(chosen) - len(found))


def lines(keys: Iterable[int], user: User, on: date, known_at: datetime | None) -> list[Line]:
    """Entries as they stood on a day, in the order of ``keys``, those within the reader's reach.

    An entry that no register of this build declares, or whose register the reader may not read, is left out.
    """
    wanted = list(keys)
    entries = Entry.objects.in_bulk(wanted)
    now = {
        item.entry_id: item
        for item in Version.objects.filter(versions.at(on, known_at), entry__in=wanted)
        .select_related("region", "holder")
        .prefetch_related("region__names")
    }
    reaches: dict[str, policies.Reach | None] = {}
    found = []
    for key in wanted:
        if (entry := entries.get(key)) is None:
            continue
        register_id, version = entry.register, now.get(key)
        if register_id not in reaches:
            reaches[register_id] = _reach(register_id, user)
        reach = reaches[register_id]
        if reach is None or version is None:
            continue
        if not reach.allows(version.region.path, [version.holder_id]):
            continue
        state = declarations.get(register_id).lifecycle.state(version.state)
        found.append(
            Line(
                key,
                entry.code or version.name,
                version.name,
                version.region.name_on(on),
                str(version.holder) if version.holder else "",
                state.label,
                state.tone,
                address_of(register_id, entry.uid),
            )
        )
    return found


def _reach(register_id: str, user: User) -> policies.Reach | None:
    try:
        return policies.reach(user, declarations.get(register_id).read_permission)
    except LookupError:
        return None


def sheet(reading: Reading, user: User) -> Iterable[tuple[Any, ...]]:
    """All entries of a reading as rows under ``HEADINGS``: counted ones first, then those left out."""
    for part in parts(reading):
        label = part.label if part.counted else f"未计入：{part.label}"
        for start in range(0, len(part.keys), 1000):
            for item in lines(part.keys[start : start + 1000], user, reading.on, reading.known_at):
                yield label, item.code, item.name, item.place, item.holder, item.state


@dataclass(frozen=True, slots=True)
class Places:
    """A reading by the places directly below; ``rest`` is what lies in none of them, as two figures."""

    readings: list[Reading]
    rest: tuple[Decimal, Decimal] | None


def by_place(reading: Reading, parameters: Mapping[str, Any] | None) -> Places:
    """The same number of each place directly below, those with anything to count.

    Each is a reading of its own, as the place itself sees it: ratios of places are never averaged.
    """
    below = list(
        reading.region.children.filter(valid_from__lte=reading.on, valid_to__gt=reading.on)
        .prefetch_related("names")
        .order_by("path")
    )
    every = service.parts(reading.indicator, below, reading.on, reading.known_at, parameters)
    found = [one for place in below if (one := every[place.pk]).counted or one.left_out]
    if not found or reading.numerator is None or reading.denominator is None:
        return Places(found, None)
    above = reading.numerator - sum((one.numerator or Decimal(0) for one in found), Decimal(0))
    below_line = reading.denominator - sum((one.denominator or Decimal(0) for one in found), Decimal(0))
    return Places(found, (above, below_line) if above or below_line else None)


def place_within(region: Region, uid: str, on: date) -> Region | None:
    """A place below ``region`` in being on a day, by its uid."""
    return (
        Region.objects.filter(region.subtree(), uid=uid, valid_from__lte=on, valid_to__gt=on)
        .prefetch_related("names")
        .first()
    )
