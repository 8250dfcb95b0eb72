"""A hundred thousand entries of one register with twenty versions each, for measuring: ``build()`` fills an empty database.

A city of twelve counties with ten towns each. Every entry has a past of ten intervals as believed now, and ten that
were once believed and corrected since. ``fill()`` adds entries, records and quota postings to all other registers. The
rows are made where they are stored, by statements that both databases know: this is the size of the world, not the way
into it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, models, transaction

from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.ledger import records
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers import declarations
from jingtu.platform.registers.models import Entry

REGISTER = "priority_parcels"
COUNTIES, TOWNS, HOLDERS = 12, 10, 400
INTERVALS = 10
FIRST = date(2023, 1, 1)
STATES = (
    "found", "listed", "monitoring", "over_standard", "area_delimited", "control_claimed", "controlled", "excluded",
)  # fmt: skip
SIZES = {
    "groundwater_wells": 11_000,
    "farmland_plots": 10_000,
    "groundwater_points": 500,
    "reserve_projects": 500,
}
OTHERS = 2_000
PASSWORD = "bench-only-password"
# What the counts look for; every other column is filled by its kind.
GIVEN = {
    "quality": "CASE e.id % 4 WHEN 0 THEN 'II' WHEN 1 THEN 'III' WHEN 2 THEN 'IV' ELSE 'V' END",
    "item_id": "'ammonia_nitrogen'",
    "verdict": "CASE e.id % 3 WHEN 0 THEN 'failed' ELSE 'passed' END",
    "area_m2": "500 + e.id % 997 * 97",  # to 9.7 hectares
    "base_year": "2020",
    "list_year": "2024",
    "year": "2024",
}


@dataclass(frozen=True, slots=True)
class RegisterWorld:
    """What was built: the city, one county, and an officer of each."""

    city: Region
    county: Region
    officer: User
    superior: User
    entries: int


@dataclass(frozen=True, slots=True)
class Ground:
    """The keys that rows point to: towns and holders by consecutive keys, and a row of the ledger."""

    town: int
    holder: int
    row: int


@transaction.atomic
def build(entries: int = 100_000) -> RegisterWorld:
    """Insert the city and its long register; the same number always gives the same content but for identifiers."""
    city = create_region("基准市", "city", source="基准数据", is_example=True)
    counties = [
        create_region(
            f"基准{number}县", "county", city, code=f"9902{number:02}", source="基准数据", is_example=True
        )
        for number in range(1, COUNTIES + 1)
    ]
    towns = [
        create_region(f"第{number}镇", "town", county, source="基准数据", is_example=True)
        for number in range(1, TOWNS + 1)
        for county in counties
    ]
    holders = Organisation.objects.bulk_create(
        [
            Organisation(
                name=f"基准第{number}企业", kind="enterprise", region=towns[number % len(towns)], is_example=True
            )
            for number in range(HOLDERS)
        ]
    )  # fmt: skip
    officer = User.objects.create_user("bench", PASSWORD, display_name="基准用户", is_example=True)
    Membership.objects.create(user=officer, role=Role.OFFICER, region=counties[0])
    superior = User.objects.create_user("bench2", PASSWORD, display_name="上级用户", is_example=True)
    Membership.objects.create(user=superior, role=Role.SUPERIOR, region=city)
    ground = Ground(towns[0].pk, holders[0].pk, _row(city))
    if towns[-1].pk - towns[0].pk != len(towns) - 1 or holders[-1].pk - holders[0].pk != HOLDERS - 1:
        raise RuntimeError("keys are not consecutive")
    _entries(REGISTER, "第", "B", entries)
    for step in range(INTERVALS):
        _versions(REGISTER, "第", ground, step, INTERVALS, STATES, corrected=True)
    _facts(REGISTER)
    return RegisterWorld(city, counties[0], officer, superior, entries)


@transaction.atomic
def fill(world: RegisterWorld) -> int:
    """Entries of three versions and two records of each kind in every other register; returns how many entries."""
    from jingtu.platform.registers.entry_records.declarations import all_kinds

    towns = Region.objects.filter(level="town", path__startswith=world.city.path)
    ground = Ground(
        min(towns.values_list("pk", flat=True)),
        Organisation.objects.order_by("pk").values_list("pk", flat=True)[0],
        _row(world.city),
    )
    made = 0
    for register in declarations._registers.values():
        plans = any(field.is_relation and not field.null for field in _own(register.facts))
        if register.id == REGISTER or plans:
            continue
        count = SIZES.get(register.id, OTHERS)
        _entries(register.id, register.id[:12], register.id, count)
        states = tuple(state.id for state in register.lifecycle.states)
        for step in range(3):
            _versions(register.id, "第", ground, step, 3, states, corrected=False)
        _facts(register.id)
        made += count
    for kind in all_kinds():
        for number in range(2):
            _records(kind, ground, number)
    _quotas(ground)
    return made


def analyse() -> None:
    """Let the database tidy and look at its tables, as its nightly work does in an office."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("ANALYZE")


# --- rows ------------------------------------------------------------------------------------------------


def _row(city: Region) -> int:
    moment = datetime(2023, 1, 1, tzinfo=UTC)
    return records.append("bench.build", on=FIRST, subject_type=REGISTER, region_path=city.path, at=moment).pk


def _entries(register: str, _name: str, code: str, count: int) -> None:
    _run(
        f"""WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
        INSERT INTO registers_entry (uid, register, code, created_at, is_example)
        SELECT {_uid()}, '{register}', '{code}-' || i, {_moment("0", 0)}, {_true()} FROM n"""
    )


def _versions(
    register: str,
    name: str,
    ground: Ground,
    step: int,
    steps: int,
    states: tuple[str, ...],
    *,
    corrected: bool,
) -> None:
    """One interval of every entry, as believed now; and what was believed of it for a day."""
    length = 600 // steps

    def begins(number: int) -> str:
        return f"({number * length} + (e.id * 7919 + {number * 13}) % {length - 10})"

    end = _day(begins(step + 1)) if step + 1 < steps else f"'{OPEN_DATE.isoformat()}'"
    last = f"(e.id * 31 % {len(states)})"
    chosen = f"(CASE WHEN {last} < {step} THEN {last} ELSE {step} END)" if corrected else last
    state = f"CASE {chosen} {' '.join(f'''WHEN {n} THEN '{s}' ''' for n, s in enumerate(states))} END"
    told, sure = _moment(begins(step), 8), _moment(begins(step), 32)
    lines = [(state, sure, f"'{_open_time()}'", "")]
    if corrected:
        lines.append((f"'{states[0]}'", told, sure, "更正"))
    for said, since, until, reason in lines:
        _run(
            f"""INSERT INTO registers_version (entry_id, register, name, region_id, holder_id, state,
            effective_from, effective_to, recorded_from, recorded_to, ledger_row_id, reason)
            SELECT e.id, '{register}', '{name}' || e.id || '号', {ground.town} + e.id % {COUNTIES * TOWNS},
            {ground.holder} + (e.id * 17) % {HOLDERS}, {said}, {_day(begins(step))}, {_as_date(end)},
            {since}, {_as_moment(until)}, {ground.row}, '{reason}'
            FROM registers_entry e WHERE e.register = '{register}'"""
        )


def _facts(register_id: str) -> None:
    """One row of facts for each version, made where the versions are."""
    register = declarations.get(register_id)
    choices = {item.id: [key for key, _ in item.choices] for item in register.fields if item.choices}
    columns, values = ["version_id"], ["v.id"]
    for field in _own(register.facts):
        columns.append(field.column)
        value = "v.effective_from" if field.name == "listed_on" else _value(field, choices.get(field.name))
        values.append(value.replace("e.id", "v.entry_id"))
    _run(
        f"INSERT INTO {register.facts._meta.db_table} ({', '.join(_quoted(columns))}) "
        f"SELECT {', '.join(values)} FROM registers_version v WHERE v.register = '{register_id}'"
    )


def _records(kind: Any, ground: Ground, number: int) -> None:
    choices = {
        item.id: [key for key, _ in item.choices] for item in (*kind.fields, *kind.derived) if item.choices
    }
    day = f"(380 + (e.id * 13 + {number * 90}) % 240)"
    given = {
        "uid": _uid(), "entry": "e.id", "on": _day(day), "recorded_from": _moment(day, 9),
        "recorded_to": _as_moment(f"'{_open_time()}'"), "ledger_row": str(ground.row), "entered_by": "NULL",
        "reason": "''",
    }  # fmt: skip
    columns, values = [], []
    for field in kind.model._meta.concrete_fields:
        if field.primary_key:
            continue
        columns.append(field.column)
        values.append(given.get(field.name) or _value(field, choices.get(field.name)))
    _run(
        f"INSERT INTO {kind.model._meta.db_table} ({', '.join(_quoted(columns))}) "
        f"SELECT {', '.join(values)} FROM registers_entry e WHERE e.register = '{kind.register}'"
    )


def _quotas(ground: Ground) -> None:
    """A verified reduction of lead in every third plant of the heavy metal list."""
    from jingtu.programme.sources.metals.quotas.models import (
        Posting,
        QuotaAccount,
        QuotaTransaction,
        ReductionSource,
    )

    day, moment = date(2023, 6, 30), datetime(2023, 6, 30, 1, tzinfo=UTC)
    plants = list(
        Entry.objects.filter(register="heavy_metal_enterprises").order_by("pk").values_list("pk", flat=True)
    )[::3]
    retired = QuotaAccount.objects.create(metal="pb", head="retired")
    accounts = QuotaAccount.objects.bulk_create(
        [QuotaAccount(entry_id=key, metal="pb", head="source") for key in plants]
    )
    happened = QuotaTransaction.objects.bulk_create(
        [
            QuotaTransaction(
                kind="reduction", entry_id=key, metal="pb", year=2023, on=day, recorded_at=moment, grams=1000,
                ledger_row_id=ground.row,
            )
            for key in plants
        ]
    )  # fmt: skip
    sources = ReductionSource.objects.bulk_create(
        [
            ReductionSource(account=account, transaction=one, way="process", project="改造", document="文", verified_on=day)
            for account, one in zip(accounts, happened, strict=True)
        ]
    )  # fmt: skip
    Posting.objects.bulk_create(
        [
            Posting(transaction=one, account=to, source=source, grams=grams, on=day, recorded_at=moment)
            for one, account, source in zip(happened, accounts, sources, strict=True)
            for to, grams in ((account, 1000), (retired, -1000))
        ]
    )


# --- words of the two databases --------------------------------------------------------------------------


def _own(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]


def _value(field: models.Field[Any, Any], choices: list[str] | None) -> str:
    """What a column holds, by its kind; ``e.id`` is the key of the entry."""
    kind = field.get_internal_type()
    if field.name in GIVEN:
        return GIVEN[field.name]
    if choices and kind in {"CharField", "TextField"}:
        parts = " ".join(f"WHEN {place} THEN '{key}'" for place, key in enumerate(choices))
        return f"CASE e.id % {len(choices)} {parts} END"
    if field.is_relation:
        return "NULL"
    if kind in {"CharField", "TextField"}:
        return "'基准'" if field.max_length and field.max_length >= 10 else "''"
    if kind == "DateField":
        return _day("(e.id * 11 % 620)")
    if kind == "BooleanField":
        return f"CASE WHEN e.id % 3 = 0 THEN {_false()} ELSE {_true()} END"
    if kind == "JSONField":
        return "'{}'"
    if kind == "DecimalField":
        return "(e.id % 97 + 1)"
    return "(e.id % 89 + 1)"


def _day(offset: str) -> str:
    if connection.vendor == "postgresql":
        return f"(DATE '{FIRST}' + ({offset})::integer)"
    return f"date('{FIRST}', '+' || ({offset}) || ' days')"


def _moment(offset: str, hours: int) -> str:
    if connection.vendor == "postgresql":
        return f"(TIMESTAMPTZ '{FIRST} 00:00+00' + ({offset}) * INTERVAL '1 day' + INTERVAL '{hours} hours')"
    return f"datetime('{FIRST}', '+' || ({offset}) || ' days', '+{hours} hours')"


def _open_time() -> str:
    # A database adapter of Django writes it as its own parameter; this is how it comes to lie there.
    text = OPEN_TIME.strftime("%Y-%m-%d %H:%M:%S")
    return f"{text}+00:00" if connection.vendor == "postgresql" else text


def _as_date(expression: str) -> str:
    return f"CAST({expression} AS date)" if connection.vendor == "postgresql" else expression


def _as_moment(expression: str) -> str:
    return f"CAST({expression} AS timestamptz)" if connection.vendor == "postgresql" else expression


def _uid() -> str:
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


def _true() -> str:
    return "TRUE" if connection.vendor == "postgresql" else "1"


def _false() -> str:
    return "FALSE" if connection.vendor == "postgresql" else "0"


def _quoted(columns: Iterable[str]) -> list[str]:
    return [connection.ops.quote_name(name) for name in columns]


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
