"""A hundred thousand entries of one register with twenty versions each, for measuring: ``build()`` fills an empty database.

A city of twelve counties with ten towns each. Every entry has a past of ten intervals as believed now, and ten that
were once believed and corrected since. Rows go in as the database takes them fastest (COPY, or one prepared
statement): this is the size of the world, not the way into it.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.ledger import records
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.sites.models import PriorityParcelFacts

REGISTER = "priority_parcels"
COUNTIES, TOWNS, HOLDERS = 12, 10, 400
INTERVALS, CORRECTED = 10, 10
FIRST = date(2023, 1, 1)
TODAY = date(2024, 9, 20)
STATES = (
    "found",
    "listed",
    "monitoring",
    "over_standard",
    "area_delimited",
    "control_claimed",
    "controlled",
    "excluded",
)
CHUNK = 20_000
PASSWORD = "bench-only-password"


@dataclass(frozen=True, slots=True)
class RegisterWorld:
    """What was built: the city, one county, an officer of each, and the first entry's key."""

    city: Region
    county: Region
    officer: User
    superior: User
    entries: int


@transaction.atomic
def build(entries: int = 100_000, seed: int = 20240101) -> RegisterWorld:
    """Insert the world; the same arguments always give the same content but for random identifiers."""
    draw = random.Random(seed)
    city = create_region("基准市", "city", source="基准数据", is_example=True)
    counties = [
        create_region(
            f"基准{number}县", "county", city, code=f"9902{number:02}", source="基准数据", is_example=True
        )
        for number in range(1, COUNTIES + 1)
    ]
    towns = [
        create_region(f"第{number}镇", "town", county, source="基准数据", is_example=True)
        for county in counties
        for number in range(1, TOWNS + 1)
    ]
    holders = Organisation.objects.bulk_create(
        [
            Organisation(
                name=f"基准第{number}企业",
                kind="enterprise",
                region=towns[number % len(towns)],
                is_example=True,
            )
            for number in range(HOLDERS)
        ]
    )
    officer = User.objects.create_user("bench", PASSWORD, display_name="基准用户", is_example=True)
    Membership.objects.create(user=officer, role=Role.OFFICER, region=counties[0])
    superior = User.objects.create_user("bench2", PASSWORD, display_name="上级用户", is_example=True)
    Membership.objects.create(user=superior, role=Role.SUPERIOR, region=city)
    row = records.append(
        "bench.build",
        on=FIRST,
        subject_type=REGISTER,
        region_path=city.path,
        at=datetime(2023, 1, 1, tzinfo=UTC),
    )
    _copy(Entry, ("uid", "register", "code", "created_at", "is_example"), _entries(entries))
    first = Entry.objects.filter(register=REGISTER).order_by("pk").values_list("pk", flat=True)[0]
    places, owners = [town.pk for town in towns], [holder.pk for holder in holders]
    _copy(
        Version,
        (
            "entry_id", "register", "name", "region_id", "holder_id", "state", "effective_from", "effective_to",
            "recorded_from", "recorded_to", "ledger_row_id", "reason",
        ),
        _versions(entries, first, places, owners, row.pk, draw),
    )  # fmt: skip
    _facts()
    return RegisterWorld(city, counties[0], officer, superior, entries)


def _entries(count: int) -> Iterator[tuple[Any, ...]]:
    moment = datetime(2023, 1, 1, tzinfo=UTC)
    for number in range(count):
        yield uuid.uuid5(uuid.NAMESPACE_OID, str(number)), REGISTER, f"B{number:07}", moment, True


def _versions(
    entries: int, first: int, towns: list[int], holders: list[int], row: int, draw: random.Random
) -> Iterator[tuple[Any, ...]]:
    start = datetime(2023, 1, 1, tzinfo=UTC)
    for number in range(entries):
        town, holder = towns[number % len(towns)], holders[draw.randrange(len(holders))]
        days = sorted(draw.sample(range(600), INTERVALS))
        head = (first + number, REGISTER, f"第{number}号地块", town, holder)
        last = draw.randrange(len(STATES))
        for step in range(INTERVALS):
            begin = FIRST + timedelta(days=days[step])
            end = FIRST + timedelta(days=days[step + 1]) if step + 1 < INTERVALS else OPEN_DATE
            state = STATES[min(step, last)]
            told = start + timedelta(days=days[step], hours=8)
            yield *head, state, begin, end, told + timedelta(days=1), OPEN_TIME, row, ""
            if step < CORRECTED:
                yield *head, STATES[0], begin, end, told, told + timedelta(days=1), row, "更正"


def _facts() -> None:
    """One row of facts for each version, made where the versions are."""
    table, versions = PriorityParcelFacts._meta.db_table, Version._meta.db_table
    given = {
        "area_m2": "(v.entry_id %% 900 + 40) * 100",
        "industry": "'化学原料和化学制品制造业'",
        "former_enterprise": "'基准企业'",
        "listed_on": "v.effective_from",
    }
    columns, values = ["version_id"], ["v.id"]
    for field in PriorityParcelFacts._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(field.column)
        values.append(given.get(field.column, "NULL" if field.null else "''"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {versions} v "
            "WHERE v.register = %s",
            [REGISTER],
        )


def _copy(model: Any, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    table = model._meta.db_table
    fields = {field.column: field for field in model._meta.concrete_fields}
    if connection.vendor == "postgresql":
        with (
            connection.cursor() as cursor,
            cursor.cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    prepare = [fields[name].get_db_prep_save for name in columns]
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    known: list[dict[Any, Any]] = [{} for _ in columns]

    def stored(row: tuple[Any, ...]) -> list[Any]:
        found = []
        for place, value in enumerate(row):
            kept = known[place]
            if value not in kept:
                if len(kept) > 100_000:
                    kept.clear()
                kept[value] = prepare[place](value, connection)
            found.append(kept[value])
        return found

    connection.ensure_connection()
    while some := [stored(row) for row in islice(rows, CHUNK)]:
        connection.connection.executemany(statement, some)


def analyse() -> None:
    """Let the database look at its tables, as its nightly work does in an office."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
