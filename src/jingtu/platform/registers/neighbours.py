"""What lies beside an entry: of the same body or plant, in the same place, or nearby; only what the user reads."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from jingtu.platform.organisations.models import Facility
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.registers import versions
from jingtu.platform.registers.declarations import Field, Register, State
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.quantities import axis_of
from jingtu.platform.registers.reading import reads

SHOWN = 8  # of each kind
COUNTED = 50  # in a place; beyond it "more than"
METRES = 2000
_EARTH = 6_371_008.8  # metres, mean radius
_DEGREE = math.pi * _EARTH / 180


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another entry; ``note`` says in what it is a neighbour."""

    register: Register
    uid: uuid.UUID
    name: str
    state: State
    note: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """How many entries of a register lie in the same place."""

    register: Register
    count: int
    place: uuid.UUID

    @property
    def words(self) -> str:
        return (
            f"{COUNTED} {self.register.unit}以上"
            if self.count > COUNTED
            else f"{self.count} {self.register.unit}"
        )


@dataclass(slots=True)
class Neighbours:
    """All of them; empty lists where there are none."""

    same_plant: list[Neighbour] = field(default_factory=list)
    same_body: list[Neighbour] = field(default_factory=list)
    nearby: list[Neighbour] = field(default_factory=list)
    same_place: list[Placed] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.same_plant or self.same_body or self.nearby or self.same_place)


def neighbours_of(user: User, version: Version, on: date, known_at: datetime | None) -> Neighbours:
    """The neighbours of an entry on a day, as known at a moment.

    Parameters
    ----------
    version : Version
        The entry on that day, with its facts.
    """
    registers = reads(user)
    reaches = {item.id: policies.reach(user, item.read_permission) for item in registers}
    found = Neighbours()
    plant = _plant_of(version)
    for register in registers:
        readable = Version.objects.filter(versions.at(on, known_at), register=register.id).filter(
            reaches[register.id].q("region__path", "holder_id")
        )
        others = readable.exclude(entry=version.entry_id).select_related("entry")
        facts = versions.facts_name(register.facts)
        plants = [item.id for item in register.fields if item.kind == "facility"]
        if plant is not None and plants:
            rows = others.filter(**{f"{facts}__{plants[0]}": plant})
            found.same_plant += [_neighbour(register, row) for row in rows.order_by("entry_id")[:SHOWN]]
        if version.holder_id is not None:
            rows = others.filter(holder=version.holder_id)
            found.same_body += [_neighbour(register, row) for row in rows.order_by("entry_id")[:SHOWN]]
        here = others.filter(region=version.region_id).order_by().values_list("pk")[: COUNTED + 1]
        count = len(here)
        if count:
            found.same_place.append(Placed(register, count, version.region.uid))
    known = {item.uid for item in found.same_plant}
    found.same_body = [item for item in found.same_body if item.uid not in known][:SHOWN]
    found.nearby = _nearby(version, registers, reaches, on, known_at)
    return found


def coordinate_fields(register: Register) -> tuple[Field, Field] | None:
    """The columns of longitude and latitude, where a register has both."""
    axes: dict[str, Field] = {}
    for item in register.fields:
        if item.kind == "coordinate":
            axes.setdefault(axis_of(item.id, item.label) or "", item)
    longitude, latitude = axes.get("longitude"), axes.get("latitude")
    return (longitude, latitude) if longitude and latitude else None


def metres_between(
    first: tuple[Decimal | float, Decimal | float], second: tuple[Decimal | float, Decimal | float]
) -> float:
    """Distance in metres of two points (longitude, latitude) in degrees, on a sphere.

    Examples
    --------
    >>> round(metres_between((108.0, 34.0), (108.0, 34.01)))
    1112
    """
    (east, north), (east2, north2) = (
        tuple(math.radians(float(item)) for item in point) for point in (first, second)
    )
    half = math.sin((north2 - north) / 2) ** 2
    half += math.cos(north) * math.cos(north2) * math.sin((east2 - east) / 2) ** 2
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(half)))


def _nearby(
    version: Version,
    registers: list[Register],
    reaches: Mapping[str, policies.Reach],
    on: date,
    known_at: datetime | None,
) -> list[Neighbour]:
    own = next((item for item in registers if item.id == version.register), None)
    axes = coordinate_fields(own) if own else None
    if axes is None:
        return []
    row = versions.facts_of(version)
    east, north = getattr(row, axes[0].id), getattr(row, axes[1].id)
    if east is None or north is None:
        return []
    high = Decimal(METRES / _DEGREE)
    wide = Decimal(METRES / (_DEGREE * max(0.01, math.cos(math.radians(float(north))))))
    found: list[tuple[float, Neighbour]] = []
    for register in registers:
        there = coordinate_fields(register)
        if there is None:
            continue
        facts = versions.facts_name(register.facts)
        box = {
            f"{facts}__{there[0].id}__range": (east - wide, east + wide),
            f"{facts}__{there[1].id}__range": (north - high, north + high),
        }
        rows = Version.objects.filter(versions.at(on, known_at), register=register.id, **box)
        rows = rows.filter(reaches[register.id].q("region__path", "holder_id"))
        for other in rows.exclude(entry=version.entry_id).select_related("entry", facts)[:500]:
            facts_row = versions.facts_of(other)
            point = (getattr(facts_row, there[0].id), getattr(facts_row, there[1].id))
            far = metres_between((east, north), point)
            if far <= METRES:
                found.append((far, _neighbour(register, other, f"约 {_rounded(far)} 米")))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])[:SHOWN]]


def _plant_of(version: Version) -> Facility | None:
    row = versions.facts_of(version)
    for column in row._meta.concrete_fields:
        if column.related_model is Facility:
            found: Facility | None = getattr(row, column.name)
            return found
    return None


def _neighbour(register: Register, row: Version, note: str = "") -> Neighbour:
    return Neighbour(register, row.entry.uid, row.name, register.lifecycle.state(row.state), note)


def _rounded(far: float) -> int:
    return round(far) if far < 100 else int(round(far / 10) * 10)
