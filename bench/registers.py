"""Pages of a register with 100,000 entries of 20 versions each: list, as-of list, counts by state, an entry.

    python bench/registers.py [--entries 100000] [--requests 40] [--json]

The database is SQLite, or that of JINGTU_DATABASE_URL (an empty one). The pages are the real ones, asked through
Django's test client; nothing but the sum of the pages' counts is remembered between them, and every tenth request
comes right after a change of an entry. The peer counts the states of a day as the plain implementation does: the
versions of the day read into Python and counted there.

Ends with 1 where a page or a count is slower than it may be.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2024, 6, 30)
PAST = date(2015, 5, 5)
REGISTER = "priority_parcels"
SPANS, CORRECTED = 16, 4  # believed versions of an entry, and those that a correction took the place of
TOWNS, HOLDERS = 20, 60
LIMITS = {"list": 100.0, "as-of list": 50.0, "entry": 80.0, "count by state": 500.0}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "JINGTU_DATA": os.environ.get("JINGTU_DATA", folder),
            "JINGTU_TODAY": TODAY.isoformat(),
            "DJANGO_SETTINGS_MODULE": "jingtu.service.web.settings",
        }
        rows = measure(given.entries, given.requests)
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for row in rows:
            print(
                f"{row['what']:<34}{row['p50']:>9.1f} ms  p95 {row['p95']:>9.1f} ms  processor {row['processor_p50']:>8.1f} p95 {row['processor_p95']:>8.1f} ms  limit {row['limit'] or '-'}"
            )
    slow = [row for row in rows if row["limit"] and row["p95"] >= row["limit"]]
    for row in slow:
        print(f"too slow: {row['what']} p95 {row['p95']:.1f} ms", file=sys.stderr)
    return 1 if slow else 0


def measure(entries: int, requests: int) -> list[dict[str, Any]]:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("migrate", verbosity=0, skip_checks=True)
    from jingtu.platform.regions.models import Region
    from jingtu.platform.registers.models import Entry

    if not Entry.objects.filter(register=REGISTER).exists():
        build(entries)
    from jingtu.platform.people.models import User

    user = User.objects.get(username="bench")
    county = Region.objects.get(level="county")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    middle = Entry.objects.filter(register=REGISTER).order_by("pk")[entries // 2]
    home = f"/registers/{REGISTER}/?region={county.uid}"
    pages = {
        ("list", "list"): home,
        ("list, one state", "list"): f"{home}&state=controlled",
        ("list, by name", "list"): f"{home}&sort=name",
        ("list, by area, largest first", "list"): f"{home}&sort=-area_m2",
        ("list, a town", "list"): f"{home}&place={Region.objects.filter(level='town').order_by('pk')[7].uid}",
        ("list, area from 1000 mu", "list"): f"{home}&f_area_m2_from=1000",
        ("as-of list", "as-of list"): f"{home}&on={PAST.isoformat()}",
        ("as-of list, known then", "as-of list"): f"{home}&on={PAST.isoformat()}&known_at=2016-01-01T00:00",
        ("entry", "entry"): f"/registers/{REGISTER}/{middle.uid}/?region={county.uid}",
        (
            "entry, as of",
            "entry",
        ): f"/registers/{REGISTER}/{middle.uid}/?region={county.uid}&on={PAST.isoformat()}",
    }
    change = changes(user)
    rows: list[dict[str, Any]] = []
    for (name, limit), address in pages.items():
        rows.append(row_of(name, timed(lambda at=address: get(client, at), requests, change), LIMITS[limit]))
    counted = counting(county, user)
    rows.append(
        row_of(
            "count by state",
            timed(counted(PAST), max(requests // 8, 3), lambda: None),
            LIMITS["count by state"],
        )
    )
    rows.append(row_of("count by state, peer", timed(peer(PAST), 3, lambda: None), None))
    return rows


def build(entries: int) -> None:
    """Insert the world with statements that both databases know."""
    from django.db import connection, transaction

    from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
    from jingtu.platform.ledger import records
    from jingtu.platform.organisations.models import Organisation
    from jingtu.platform.people.models import Membership, User
    from jingtu.platform.people.roles import Role
    from jingtu.platform.regions.tree import create_region
    from jingtu.platform.registers.declarations import get
    from jingtu.platform.registers.models import Entry
    from jingtu.platform.registers.values import columns

    with transaction.atomic():
        city = create_region("基准市", "city", source="基准数据")
        county = create_region("基准县", "county", city, source="基准数据")
        towns = [
            create_region(f"基准{number}镇", "town", county, source="基准数据") for number in range(TOWNS)
        ]
        holders = Organisation.objects.bulk_create(
            [
                Organisation(name=f"基准{number}厂", kind="enterprise", region=county)
                for number in range(HOLDERS)
            ]
        )
        user = User.objects.create_user("bench", "bench-only-password", display_name="基准用户")
        Membership.objects.create(user=user, role=Role.OFFICER, region=county)
        row = records.append("bench.build", on=TODAY, subject_type="register", region_path=county.path)
        made = Entry.objects.bulk_create(
            [Entry(register=REGISTER, code=f"J-{number:06}") for number in range(entries)], batch_size=5000
        )
        register = get(REGISTER)
        states = [state.id for state in register.lifecycle.states]
        first = made[0].pk
        towns_sql = " ".join(f"WHEN {place} THEN {town.pk}" for place, town in enumerate(towns))
        holders_sql = " ".join(f"WHEN {place} THEN {holder.pk}" for place, holder in enumerate(holders))
        states_sql = " ".join(f"WHEN {place} THEN '{state}'" for place, state in enumerate(states))
        with connection.cursor() as cursor:
            for span in range(SPANS + CORRECTED):
                closed = span >= SPANS
                year = 2008 + (span - SPANS) * 4 if closed else 2008 + span
                since = date(year, 1, 1)
                until = OPEN_DATE if year == 2008 + SPANS - 1 else date(year + 1, 1, 1)
                recorded = (date(year, 1, 2) if closed else date(year, 2, 1)).isoformat() + " 00:00:00+00:00"
                over = (
                    f"{year}-02-01 00:00:00+00:00"
                    if closed
                    else OPEN_TIME.strftime("%Y-%m-%d %H:%M:%S+00:00")
                )
                cursor.execute(  # every value is a number or a word of this file
                    f"""INSERT INTO registers_version (entry_id, register, name, region_id, holder_id, state,
                    effective_from, effective_to, recorded_from, recorded_to, ledger_row_id, reason)
                    SELECT e.id, '{REGISTER}', '基准地块' || e.id,
                    CASE (e.id - {first}) % {TOWNS} {towns_sql} END,
                    CASE (e.id - {first}) % {HOLDERS} {holders_sql} END,
                    CASE (e.id * 7 + {span}) % {len(states)} {states_sql} END,
                    '{since}', '{until}', '{_moment(recorded)}', '{_moment(over)}', {row.pk}, ''
                    FROM registers_entry e WHERE e.register = '{REGISTER}'"""
                )
            names = [column.column for column in columns(register).values()]
            texts = {
                column.column
                for column in columns(register).values()
                if column.get_internal_type() == "CharField"
            }
            values = ", ".join(
                "(v.entry_id * 37) % 900000" if name == "area_m2" else "''" if name in texts else "NULL"
                for name in names
            )
            table = register.facts._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} (version_id, {', '.join(names)}) SELECT v.id, {values} FROM registers_version v"
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _moment(text: str) -> str:
    """A moment as the database keeps it: SQLite has text without a zone."""
    from django.db import connection

    return text if connection.vendor == "postgresql" else text.removesuffix("+00:00")


def changes(user: Any) -> Callable[[], None]:
    """Somebody changes an entry: what is remembered of the list has to be counted again."""
    from jingtu.platform.registers.actions import ChangeFacts
    from jingtu.platform.registers.models import Entry

    entries = iter(Entry.objects.filter(register=REGISTER).order_by("-pk")[:500])
    number = iter(range(10**6))

    def change() -> None:
        ChangeFacts(
            user, TODAY, next(entries), facts={"note": f"{time.time_ns()} 第{next(number)}次"}
        ).execute()

    return change


def counting(county: Any, user: Any) -> Callable[[date], Callable[[], Any]]:
    from jingtu.platform.people import policies
    from jingtu.platform.registers import listing
    from jingtu.platform.registers.declarations import get

    register = get(REGISTER)
    reach = policies.reach(user, register.read_permission)

    def of(on: date) -> Callable[[], Any]:
        rows = listing.readable(register, county, on, None, reach)
        return lambda: listing.counts_by_state(rows)

    return of


def peer(on: date) -> Callable[[], Any]:
    from jingtu.platform.registers.models import Version

    def count() -> Counter[str]:
        rows = Version.objects.filter(register=REGISTER).order_by("entry_id", "effective_from").iterator()
        found = {
            row.entry_id: row.state
            for row in rows
            if row.effective_from <= on < row.effective_to and row.recorded_to.year == 9999
        }
        return Counter(found.values())

    return count


def get(client: Any, address: str) -> None:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address}: {response.status_code} {response.content.decode()[:400]}")


def timed(ask: Callable[[], Any], times: int, write: Callable[[], None]) -> list[tuple[float, float]]:
    ask()
    found = []
    for number in range(times):
        if number % 10 == 9:
            write()
        begin, worked = time.perf_counter(), time.process_time()
        ask()
        found.append(((time.perf_counter() - begin) * 1000, (time.process_time() - worked) * 1000))
    return found


def row_of(what: str, times: list[tuple[float, float]], limit: float | None) -> dict[str, Any]:
    ordered, worked = sorted(wall for wall, _ in times), sorted(processor for _, processor in times)
    place = min(int(len(ordered) * 0.95), len(ordered) - 1)
    return {
        "what": what,
        "p50": statistics.median(ordered),
        "p95": ordered[place],
        "processor_p50": statistics.median(worked),
        "processor_p95": worked[place],
        "limit": limit,
    }


if __name__ == "__main__":
    sys.exit(main())
