"""What lies beside an entry: of the same body or plant, in the same place, or nearby; only what the user reads."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from jingtu.platform.organisations.models import Facility
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations, versions
from jingtu.platform.registers.declarations import Field, Register, State
from jingtu.platform.registers.listing import within
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.quantities import axis_of
from jingtu.platform.registers.reading import reads

SHOWN = 8  # of each kind
METRES = 2000
_LOOKED_AT = 100  # entries of one body
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


@dataclass(slots=True)
class Neighbours:
    """All of them; empty lists where there are none."""

    same_plant: list[Neighbour] = field(default_factory=list)
    same_body: list[Neighbour] = field(default_factory=list)
    nearby: list[Neighbour] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.same_plant or self.same_body or self.nearby)


def neighbours_of(user: User, version: Version, on: date, known_at: datetime | None) -> Neighbours:
    """The neighbours of an entry on a day, as known at a moment.

    Parameters
    ----------
    version : Version
        The entry on that day, with its facts.
    """
    registers = {item.id: item for item in reads(user)}
    reaches = {key: policies.reach(user, item.read_permission) for key, item in registers.items()}
    found = Neighbours()
    plant = _plant_of(version)
    there = versions.at(on, known_at)
    if version.holder_id is not None:
        rows = Version.objects.filter(there, holder=version.holder_id, register__in=registers)
        rows = rows.exclude(entry=version.entry_id)
        columns = ("pk", "register", "name", "state", "entry__uid", "region__path")
        near = [
            row
            for row in rows.values_list(*columns, named=True)[:_LOOKED_AT]
            if reaches[row.register].allows(row.region__path, [version.holder_id])
        ]
        beside = _of_plant(plant, [(row.pk, row.register) for row in near])
        for row in near:
            register = registers[row.register]
            other = Neighbour(register, row.entry__uid, row.name, register.lifecycle.state(row.state))
            (found.same_plant if row.pk in beside else found.same_body).append(other)
        plants = {item.uid for item in found.same_plant}
        found.same_plant = found.same_plant[:SHOWN]
        found.same_body = [item for item in found.same_body if item.uid not in plants][:SHOWN]
    found.nearby = _nearby(version, list(registers.values()), reaches, on, known_at)
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
        rows = rows.filter(within(reaches[register.id], Region.objects.all()))
        for other in rows.exclude(entry=version.entry_id).select_related("entry", facts)[:500]:
            facts_row = versions.facts_of(other)
            point = (getattr(facts_row, there[0].id), getattr(facts_row, there[1].id))
            far = metres_between((east, north), point)
            if far <= METRES:
                state, note = register.lifecycle.state(other.state), f"约 {_rounded(far)} 米"
                found.append((far, Neighbour(register, other.entry.uid, other.name, state, note)))
    return [item for _, item in sorted(found, key=lambda pair: pair[0])[:SHOWN]]


def _plant_of(version: Version) -> int | None:
    """Key of the plant that an entry names, where its register has such a column."""
    column = _plant_column(version.register)
    found: int | None = getattr(versions.facts_of(version), column) if column else None
    return found


def _of_plant(plant: int | None, rows: Iterable[tuple[int, str]]) -> set[int]:
    """Which of some versions, given with their registers, name a plant."""
    if plant is None:
        return set()
    by_register: dict[str, list[int]] = {}
    for key, register in rows:
        by_register.setdefault(register, []).append(key)
    found: set[int] = set()
    for register, keys in by_register.items():
        column = _plant_column(register)
        if column:
            facts = declarations.get(register).facts._default_manager
            found.update(facts.filter(pk__in=keys, **{column: plant}).values_list("pk", flat=True))
    return found


def _plant_column(register: str) -> str:
    columns = declarations.get(register).facts._meta.concrete_fields
    return next((column.attname for column in columns if column.related_model is Facility), "")


def _rounded(far: float) -> int:
    return round(far) if far < 100 else int(round(far / 10) * 10)
