"""Registers at work: 100,000 entries with 20 versions each, on SQLite and PostgreSQL.

    python bench/registers.py [--database sqlite|postgresql] [--entries 100000] [--requests 60] [--json]

Pages through Django's test client while an office works: before every tenth request somebody changes an entry. The
list of a past day, every time a day that nobody has asked for yet; the states of such a day counted; every indicator
of a city with twelve counties, with entries, records and quotas in all registers; and a workbook of 20,000 changed
rows, once with 40 wrong cells that are all told, once without, while another process changes entries at the pace of
32 people. The peer in the same run, on the same tables, is what one writes first with the framework's own means:
ListView with a paginator, the newest version by a subquery for each entry, counting in a loop, get and save row by
row. Where the peer would take minutes it does a part and is set out for the whole.

Each database runs in a process and a folder of its own; PostgreSQL in a private cluster that pays for its fsync.
Ends with 1 where a limit is passed. bench/tick.py measures the day that passes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from measuring import Row, at, get, once, row, table, timed
from register_office import (
    PAST,
    REGISTER,
    ROWS,
    TODAY,
    WRONG,
    changes,
    page_forty,
    peer_entry,
    peer_import,
    peer_indicator,
    peer_list,
    peer_past,
    uids,
    workbook,
    write_until,
)

ROOT = Path(__file__).resolve().parent.parent
LIST, ENTRY, AS_OF, COUNT, IMPORT, WRITER, INDICATORS = 100, 80, 50, 500, 10_000, 30, 2_000
PEER_ROWS = 1_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--writer", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.writer:
        ready()
        return write_until(given.writer)
    if given.inside:
        rows = measure(given.entries, given.requests)
        print(json.dumps([item.to_json() for item in rows], ensure_ascii=False))
        return 0
    slow = False
    everything: dict[str, Any] = {}
    for name in [given.database] if given.database else ["sqlite", "postgresql"]:
        found = everything[name] = run(name, given)
        if not given.json:
            lines = [
                Row(**{key: item[key] for key in item if key not in {"ratio", "slow"}}) for item in found
            ]
            print(f"\n{name}, {given.entries:,} entries with 20 versions each\n\n{table(lines)}", flush=True)
        for item in found:
            if item["slow"]:
                slow = True
                print(f"too slow: {name}: {item['what']} {item[item['judged']]} ms", file=sys.stderr)
    if given.json:
        print(json.dumps(everything, ensure_ascii=False, indent=2))
    return 1 if slow else 0


def run(database: str, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure one database in a process and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "JINGTU_DATA": folder, "JINGTU_TODAY": TODAY.isoformat(),
            "DJANGO_SETTINGS_MODULE": "jingtu.service.web.settings",
        }  # fmt: skip
        environment.pop("JINGTU_DATABASE_URL", None)
        inside = [sys.executable, __file__, "--inside"]
        inside += ["--entries", str(given.entries), "--requests", str(given.requests)]
        if database == "postgresql":
            inside = [sys.executable, str(ROOT / "scripts" / "postgres.py"), "--durable", "--", *inside]
        done = subprocess.run(inside, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def ready() -> None:
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    import jingtu.service.web.wsgi  # noqa: F401 - as a process of the server begins


def measure(entries: int, requests: int) -> list[Row]:
    ready()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)
    import register_world

    began = time.perf_counter()
    world = register_world.build(entries)
    others = register_world.fill(world)
    register_world.analyse()
    print(
        f"{entries:,} entries, {others:,} in other registers: {time.perf_counter() - began:.0f} s",
        file=sys.stderr,
    )
    rows: list[Row] = []
    for part in (pages, as_of, indicators, imported):
        began = time.perf_counter()
        rows += part(world, requests)
        print(f"{part.__name__}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return rows


def person(world: Any) -> Any:
    """The city's officer at the browser."""
    from django.test import Client

    client = Client()
    client.force_login(world.superior, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


# --- parts -----------------------------------------------------------------------------------------------


def pages(world: Any, requests: int) -> list[Row]:
    """The list in several orders and filters, and an entry's page."""
    from jingtu.platform.regions.models import Region

    client, change = person(world), changes()
    home = f"/registers/{REGISTER}/?region={world.city.uid}"
    addresses = {
        "list, first page": home,
        "list, page 40": f"{home}&after={page_forty(world)}",
        "list, one state": f"{home}&state=controlled",
        "list, by name": f"{home}&sort=name",
        "list, a county": f"{home}&place={Region.objects.filter(level='county').order_by('pk')[7].uid}",
        "list, a state by area, largest first": f"{home}&state=monitoring&sort=-area_m2",
        "list, area from 100 mu": f"{home}&f_area_m2_from=100",
    }
    plain = row("", timed(peer_list(world), 5)).p50
    rows = []
    for name, address in addresses.items():
        times = timed(lambda asked=address: get(client, asked), requests, change)  # type: ignore[misc]
        rows.append(row(name, times, LIST, peer="ListView, page 40", peer_ms=plain))
    keys = iter(uids(2 * requests + 2))
    one = f"/registers/{REGISTER}/{{}}/?region={world.city.uid}"
    detail = row("", timed(peer_entry(uids(1)[0]), 10)).p50
    rows.append(
        row(
            "an entry", timed(lambda: get(client, one.format(next(keys))), requests, change), ENTRY,
            peer="versions in a loop", peer_ms=detail,
        )
    )  # fmt: skip
    past = f"{one}&on={PAST.isoformat()}"
    times = timed(lambda: get(client, past.format(next(keys))), requests, change)
    return [*rows, row("an entry on a past day", times, ENTRY)]


def as_of(world: Any, requests: int) -> list[Row]:
    """Lists of past days, each day for the first time, as known now and as known then; and their states counted."""
    from jingtu.platform.people import policies
    from jingtu.platform.registers import declarations, listing

    client = person(world)
    home = f"/registers/{REGISTER}/?region={world.city.uid}"
    days = iter(PAST + timedelta(days=number) for number in range(2 * requests + 2))
    first, counted = peer_past()
    plain = row("", timed(first, 5)).p50
    now = timed(lambda: get(client, f"{home}&on={next(days).isoformat()}"), requests, warm=False)

    def known_then() -> None:
        day = next(days).isoformat()
        get(client, f"{home}&on={day}&known_at={day}T12:00")

    then = timed(known_then, requests, warm=False)
    register = declarations.get(REGISTER)
    reach = policies.reach(world.superior, register.read_permission)

    def states(known_at: datetime | None) -> None:
        listing.counts_by_state(listing.readable(register, world.city, PAST, known_at, reach))

    moment = datetime(2023, 12, 1, tzinfo=UTC)
    slow = once(counted)[0]
    return [
        row("as-of list, each day once", now, AS_OF, peer="newest by subquery, no page", peer_ms=plain),
        row("as-of list as known then", then, AS_OF, peer="newest by subquery, no page", peer_ms=plain),
        row(
            "count by state as of", timed(lambda: states(None), 7), COUNT,
            peer="newest by subquery, loop", peer_ms=slow,
        ),
        row("count by state as of, as known then", timed(lambda: states(moment), 7)),
    ]  # fmt: skip


def indicators(world: Any, _requests: int) -> list[Row]:
    """Every declared indicator for the city and each of its counties; the peer reads one of them row by row."""
    from jingtu.platform.indicators.declarations import all_indicators

    places = [world.city, *world.city.children.order_by("path")]

    def ours() -> None:
        for indicator in all_indicators():
            indicator.parts(places, TODAY)

    slow = once(peer_indicator(places))[0]
    name = f"all {len(all_indicators())} indicators, 12 counties"
    return [row(name, timed(ours, 5), INDICATORS, peer="one of them, row by row", peer_ms=slow)]


def imported(_world: Any, _requests: int) -> list[Row]:
    """A workbook of changed rows, first with wrong cells, then without, while other people change entries.

    The last that is measured: the process is as patient from here on as the server's background process is, which
    applies imports of more than 500 rows.
    """
    from jingtu.service.background import BACKGROUND_NICENESS

    os.nice(BACKGROUND_NICENESS)
    from jingtu.errors import InputError
    from jingtu.platform.registers import declarations
    from jingtu.platform.registers.exchange import importing

    register = declarations.get(REGISTER)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wrong, good = folder / "wrong.xlsx", folder / "good.xlsx"
        workbook(wrong, WRONG, 1)
        workbook(good, 0, 1)

        def errors() -> None:
            with wrong.open("rb") as stream:
                diff = importing.dry_run(register, stream, wrong.name, actor=None, on=TODAY)
            if len(diff.errors) != WRONG:
                raise RuntimeError(f"{len(diff.errors)} errors instead of {WRONG}")

        def apply() -> None:
            with good.open("rb") as stream:
                diff = importing.dry_run(register, stream, good.name, actor=None, on=TODAY)
            if diff.errors or diff.count("changed") != ROWS:
                raise InputError(f"{diff.count('changed')} changed", diff.errors)
            importing.ImportEntries(None, TODAY, diff, file_sha256=importing.sha256_of(good)).execute()

        told = once(errors)
        applied, waited = _beside_writers(folder, apply)
        workbook(good, 0, 1)
        plain = once(peer_import(good, PEER_ROWS))[0] * ROWS / PEER_ROWS
    typed = [(wall, 0.0) for wall in waited]
    return [
        row(f"import of {ROWS:,} rows, {WRONG} errors told", [told], IMPORT),
        row(
            f"import of {ROWS:,} rows, applied", [applied], IMPORT,
            peer=f"get and save, {PEER_ROWS:,} rows set out", peer_ms=plain,
        ),
        row(
            f"{len(waited)} changes beside the import", typed, WRITER, judged="p99",
            p99=round(at(waited, 0.99), 1), longest=round(max(waited), 1),
        ),
    ]  # fmt: skip


def _beside_writers(folder: Path, apply: Any) -> tuple[tuple[float, float], list[float]]:
    marker = folder / "writers.json"
    writers = subprocess.Popen([sys.executable, __file__, "--writer", str(marker)], env=os.environ)
    try:
        while not marker.with_suffix(".ready").exists():
            if writers.poll() is not None:
                raise RuntimeError("the writers ended before they began")
            time.sleep(0.05)
        applied = once(apply)
    finally:
        marker.with_suffix(".stop").touch()
        writers.wait(60)
    return applied, json.loads(marker.read_text())


if __name__ == "__main__":
    sys.exit(main())
