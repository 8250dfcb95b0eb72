"""Registers at work: 100,000 entries with 20 versions each, on SQLite and PostgreSQL.

    python bench/registers.py [--entries 100000] [--requests 60] [--database sqlite|postgresql] [--json]

Pages through Django's test client while an office works; the list as it was on a past day; counts by state of that
day; every indicator of a city with twelve counties; a workbook of 20,000 changed rows, once with errors in it and
once without, while another process changes entries one by one; and one ``tick`` over 50,000 entries. The peer in
the same run, on the same tables, is what one writes first with the framework's own means: ``ListView`` with a
paginator, the newest version by a subquery for each entry, counting in a loop, ``get`` and ``save`` row by row,
``get_or_create`` for every duty. Where the peer would take minutes it does a part, and the table says which.

PostgreSQL runs in a private cluster that pays for its fsync (scripts/postgres.py --durable).
Ends with 1 where a limit is passed.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from measuring import get, once, p95, row, timed
from register_office import (
    PAST,
    ROWS,
    TICKED,
    TODAY,
    WRONG,
    changes,
    keep_only,
    page_forty,
    peer_list,
    some_uids,
    workbook,
)

ROOT = Path(__file__).resolve().parent.parent
LIMITS = {  # milliseconds
    "list page p95": 100, "entry page p95": 80, "as-of first page p95": 50, "count by state as of": 500,
    "import, errors found": 10_000, "import, applied": 10_000, "writer beside the import p99": 30,
    "all indicators, 12 counties": 2_000, "tick": 20_000,
}  # fmt: skip


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
        return write_until(given.writer)
    if given.inside:
        print(json.dumps(measure(given.entries, given.requests)))
        return 0
    found = {
        name: run(name, given) for name in ([given.database] if given.database else ["sqlite", "postgresql"])
    }
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        show(found, given.entries)
    slow = [
        f"{name}: {row['what']} {row['ms']} ms"
        for name, rows in found.items()
        for row in rows
        if row["what"] in LIMITS and row["ms"] > LIMITS[row["what"]]
    ]
    for line in slow:
        print(f"too slow: {line}", file=sys.stderr)
    return 1 if slow else 0


def run(database: str, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Measure one database in a process and a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "JINGTU_DATA": folder, "JINGTU_TODAY": TODAY.isoformat(),
            "DJANGO_SETTINGS_MODULE": "jingtu.service.web.settings",
        }  # fmt: skip
        environment.pop("JINGTU_DATABASE_URL", None)
        inside = [
            sys.executable,
            __file__,
            "--inside",
            "--entries",
            str(given.entries),
            "--requests",
            str(given.requests),
        ]
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


def measure(entries: int, requests: int) -> list[dict[str, Any]]:
    ready()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)
    import register_world

    began = time.perf_counter()
    world = register_world.build(entries)
    register_world.analyse()
    print(f"world of {entries} entries in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    rows: list[dict[str, Any]] = []
    for part in (pages, as_of, indicators, imported, ticked):
        rows += part(world, requests)
    return rows


# --- parts -----------------------------------------------------------------------------------------------


def pages(world: Any, requests: int) -> list[dict[str, Any]]:
    """The list and an entry's page, a change before every tenth request; the peer is the framework's list."""
    from django.test import Client

    client = Client()
    client.force_login(world.superior)
    place = f"region={world.city.uid}"
    change = changes()
    last = page_forty(world)
    addresses = {
        "list": f"/registers/priority_parcels/?{place}",
        "list, filtered": f"/registers/priority_parcels/?{place}&state=monitoring&sort=-area_m2",
        "list, page 40": f"/registers/priority_parcels/?{place}&after={last}",
    }
    times: list[float] = []
    rows = []
    for name, address in addresses.items():
        found = timed(lambda at=address: get(client, at), requests, change)
        times += found
        rows.append(row(f"{name}, page p95", p95(found)))
    rows.insert(0, row("list page p95", p95(times), "ListView, page 40", p95(timed(peer_list(world), 5))))
    uids = some_uids(requests + 1)
    rows.append(
        row(
            "entry page p95",
            p95(timed(lambda: get(client, f"/registers/priority_parcels/{uids.pop()}/"), requests, change)),
        )
    )
    return rows


def as_of(world: Any, requests: int) -> list[dict[str, Any]]:
    """The first page and the counts as they were on a past day, as known now and as known then."""
    from datetime import UTC, datetime

    from django.db.models import OuterRef, Subquery

    from jingtu.platform.pages import keyset
    from jingtu.platform.people import policies
    from jingtu.platform.registers import declarations, listing
    from jingtu.platform.registers.models import Entry, Version

    register = declarations.get("priority_parcels")
    reach = policies.reach(world.superior, register.read_permission)
    then = datetime(2023, 12, 1, tzinfo=UTC)

    def first(known_at: Any) -> None:
        everything = listing.readable(register, world.city, PAST, known_at, reach)
        keyset.page(*listing.ordered(register, everything, "entry"), "")

    def counted() -> None:
        listing.counts_by_state(listing.readable(register, world.city, PAST, None, reach))

    newest = Version.objects.filter(entry=OuterRef("pk"), effective_from__lte=PAST).order_by(
        "-effective_from", "-recorded_from"
    )

    def peer_first() -> None:
        found = Entry.objects.filter(register=register.id).annotate(
            state=Subquery(newest.values("state")[:1])
        )
        list(found.exclude(state=None).order_by("pk")[:50])

    def peer_counted() -> None:
        counts: dict[str, int] = {}
        for (state,) in (
            Entry.objects.filter(register=register.id)
            .annotate(now=Subquery(newest.values("state")[:1]))
            .values_list("now")
        ):
            counts[state] = counts.get(state, 0) + 1

    times = timed(lambda: first(None), requests) + timed(lambda: first(then), requests)
    return [
        row("as-of first page p95", p95(times), "newest by subquery", p95(timed(peer_first, 10))),
        row(
            "count by state as of",
            statistics.median(timed(counted, 5)),
            "newest by subquery",
            once(peer_counted),
        ),
    ]


def indicators(world: Any, _requests: int) -> list[dict[str, Any]]:
    """Every declared indicator for the city and each of its counties; the peer asks place by place, row by row."""
    from jingtu.platform.indicators.declarations import all_indicators
    from jingtu.platform.registers import versions

    places = [world.city, *world.city.children.order_by("path")]

    def ours() -> None:
        for indicator in all_indicators():
            indicator.parts(places, TODAY)

    def peer() -> None:
        for place in places:
            done = total = 0
            for version in versions.versions("priority_parcels", TODAY).filter(
                region__path__startswith=place.path
            ):
                total += version.state not in {"found", "excluded"}
                done += version.state == "controlled"

    ours()
    return [row("all indicators, 12 counties", once(ours), "one indicator, row by row", once(peer))]


def imported(_world: Any, _requests: int) -> list[dict[str, Any]]:
    """A workbook of changed rows, first with wrong cells, then without, while somebody else changes entries."""
    from jingtu.errors import InputError
    from jingtu.platform.registers import declarations, versions
    from jingtu.platform.registers.exchange import importing

    register = declarations.get("priority_parcels")
    folder = Path(tempfile.mkdtemp())
    wrong, good = folder / "wrong.xlsx", folder / "good.xlsx"
    workbook(wrong, WRONG)
    workbook(good, 0)

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

    def peer() -> None:
        from openpyxl import load_workbook

        sheet = load_workbook(good, read_only=True).active
        for number, cells in enumerate(sheet.iter_rows(min_row=2, values_only=True)):
            if number == ROWS // 20:
                return
            version = versions.versions(register.id, TODAY).get(entry__code=cells[0])
            version.priorityparcelfacts.area_m2 = cells[3]
            version.priorityparcelfacts.save()

    found = once(errors)
    marker = folder / "writer.json"
    writer = subprocess.Popen([sys.executable, __file__, "--writer", str(marker)], env=os.environ)
    while not marker.exists():
        time.sleep(0.05)
    applied = once(apply)
    marker.with_suffix(".stop").touch()
    writer.wait(60)
    waited = sorted(json.loads(marker.read_text()))
    return [
        row("import, errors found", found),
        row("import, applied", applied, "get and save, 1,000 rows", once(peer)),
        row("writer beside the import p99", waited[min(int(len(waited) * 0.99), len(waited) - 1)]),
    ]


def ticked(_world: Any, _requests: int) -> list[dict[str, Any]]:
    """One day of ``tick`` where nothing has been raised yet; the peer asks for every duty by itself."""
    from django.db import transaction

    from jingtu.platform.duties import ticking
    from jingtu.platform.duties.models import Duty
    from jingtu.platform.registers import versions

    keep_only(TICKED)

    def peer() -> None:
        with transaction.atomic():
            for version in versions.versions("priority_parcels", TODAY).order_by("entry_id")[: TICKED // 50]:
                Duty.objects.get_or_create(
                    rule="peer", entry=version.entry, period="once",
                    defaults={"what": "核查", "region_path": version.region.path, "raised_on": TODAY},
                )  # fmt: skip
            transaction.set_rollback(True)

    slow = once(peer)
    first = once(lambda: ticking.tick(TODAY))
    next_day = once(lambda: ticking.tick(TODAY + timedelta(days=1)))
    return [
        row("tick", first, "get_or_create, 1,000 entries", slow),
        row("tick of the next day", next_day),
        row("duties raised", Duty.objects.count(), unit=""),
    ]


def write_until(marker: Path) -> int:
    """The other process: change an entry, wait a little, until told to stop; milliseconds of each change."""
    ready()
    from jingtu.platform.registers.models import Entry

    change = changes()
    marker.write_text("[]")
    while not marker.with_suffix(".stop").exists():
        began = time.perf_counter()
        change()
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(0.02)
    marker.write_text(json.dumps(times))
    return 0


def show(found: dict[str, list[dict[str, Any]]], entries: int) -> None:
    for database, rows in found.items():
        print(f"{database}, {entries} entries with 20 versions each")
        print(f"{'':<32}{'ms':>10}{'limit':>9}  {'peer':<30}{'ms':>10}")
        for item in rows:
            limit = LIMITS.get(item["what"], "")
            peer = item["peer_ms"] if item["peer_ms"] is not None else ""
            print(f"{item['what']:<32}{item['ms']:>10}{limit:>9}  {item['peer']:<30}{peer:>10}")


if __name__ == "__main__":
    sys.exit(main())
