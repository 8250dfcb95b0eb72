"""Writers beside an import: how long does a person wait for the button to answer?

    python bench/ledger.py [--seconds 20] [--json]

PostgreSQL (a private, durable cluster): 32 people change entries of a register, each about once a second,
while lists of 5,000 rows are imported one after another and the sealer runs. SQLite: eight writers without
a pause, in two processes, beside the same import. Every change is the real action with its ledger row.

The peers run in the same minute on the same data. On PostgreSQL: the same actions on a ledger that is
chained as it is written, so that whoever writes holds the head of the chain until the commit. On SQLite:
Django's own back end with the same settings, whose writers sleep and look again.

Ends with 1 where a floor does not hold: p99 below 30 ms on PostgreSQL; on SQLite nothing lost and no wait
of a second.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ON = date(2024, 6, 30)
ENTRIES = 400
ROWS = 5000
FLOOR_P99_MS = 30.0
LOG_FILES = 8
WARM_UP = 10  # changes of each thread before the clock starts
FLOOR_WAIT_MS = 1000.0


def setup(peer: str, part: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingtu.service.web.settings")
    import django
    from django.conf import settings

    if peer == "plain":
        settings.DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
    django.setup()
    if peer == "chained" and part in {"write", "load"}:
        chain_at_write()


def chain_at_write() -> None:
    """The naive ledger: the writer links its row to the head, and holds the head until it commits."""
    from django.db import connection

    from jingtu.platform.ledger import records

    plain = records.append

    def append(*arguments: Any, **keywords: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT hash FROM bench_head FOR UPDATE")
            (head,) = cursor.fetchone()
            row = plain(*arguments, **keywords)
            link = records.digest(row.alg, head.encode(), row.row_hash.encode())
            cursor.execute("UPDATE bench_head SET hash = %s", [link])
        return row

    records.append = append


def book(batch: int) -> io.BytesIO:
    """A list of 5,000 parcels as a CSV file."""
    head = "地块编码,地块名称,行政区,状态,占地面积,详细地址,规划用途"
    rows = [
        f"B{batch}-{n},第{batch}批{n}号地块,基准县,已推送,{1000 + n},基准路{n}号,工业用地"
        for n in range(ROWS)
    ]
    return io.BytesIO("\n".join([head, *rows]).encode("utf-8-sig"))


# --- parts, each in a process of its own ------------------------------------------------------------------


def prepare() -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import connection

    from jingtu.platform.regions.tree import create_region
    from jingtu.platform.registers.actions import CreateEntry

    call_command("migrate", verbosity=0, skip_checks=True)
    county = create_region("基准县", "county", source="基准数据")
    for number in range(ENTRIES):
        header = {"name": f"{number}号地块", "region": county}
        CreateEntry(None, date(2024, 1, 1), "priority_parcels", header, {}, code=f"A{number}").execute()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bench_head (hash text)")
            cursor.execute("INSERT INTO bench_head VALUES ('')")
        run_in()
    return {}


def run_in() -> None:
    """A server that has been running writes its log into files that are there; a fresh one makes them."""
    from django.db import connection

    with connection.cursor() as cursor:
        for number in range(LOG_FILES):
            cursor.execute("UPDATE bench_head SET hash = %s", [str(number)])
            cursor.execute("SELECT pg_switch_wal()")
        cursor.execute("UPDATE bench_head SET hash = ''")
        cursor.execute("CHECKPOINT")


def starting_shot() -> float:
    """Say that this part is ready, and wait to be told when all begin."""
    print("ready", flush=True)
    return float(sys.stdin.readline())


def write(seconds: float, threads: int, pause: float, part: int) -> dict[str, Any]:
    """Threads that each change entries of their own, one after another, and time every change."""
    from django.db import connection

    from jingtu.platform.registers.actions import ChangeFacts
    from jingtu.platform.registers.models import Entry

    entries = list(Entry.objects.filter(register="priority_parcels", code__startswith="A").order_by("pk"))
    waits: list[float] = []
    failures: list[str] = []
    warm = threading.Barrier(threads + 1)
    go = threading.Event()
    start = 0.0

    def work(number: int) -> None:
        draw = random.Random(f"{part}-{number}")
        own = entries[part * threads + number :: 64]
        # An office's threads keep their connections, and those have seen their statements before.
        for _ in range(WARM_UP):
            ChangeFacts(None, ON, own[0], facts={"note": f"预热 {draw.random()}"}).execute()
        warm.wait()
        go.wait()
        time.sleep(max(0.0, start - time.time()) + draw.random() * pause)
        turn = 0
        while time.time() < start + seconds:
            turn += 1
            action = ChangeFacts(None, ON, own[turn % len(own)], facts={"note": f"{number} 第 {turn} 次"})
            began = time.perf_counter()
            try:
                action.execute()
            except Exception as error:  # noqa: BLE001 - told in the result
                failures.append(repr(error))
                continue
            waits.append(time.perf_counter() - began)
            if pause:
                time.sleep(draw.expovariate(1 / pause))
        connection.close()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    warm.wait()
    start = starting_shot()
    go.set()
    for worker in workers:
        worker.join()
    return {"waits": waits, "failures": failures, "warm_up": threads * WARM_UP}


def load(seconds: float) -> dict[str, Any]:
    """Imports of 5,000 rows, one after another, in a process as the server's background process is."""
    from jingtu.service.background import BACKGROUND_NICENESS

    os.nice(BACKGROUND_NICENESS)
    from jingtu.platform.registers import declarations
    from jingtu.platform.registers.exchange.importing import ImportEntries, dry_run

    register = declarations.get("priority_parcels")
    took, batch = [], 0
    start = starting_shot()
    time.sleep(max(0.0, start - time.time()))
    while time.time() < start + seconds:
        batch += 1
        began = time.perf_counter()
        diff = dry_run(register, book(batch), f"{batch}.csv", actor=None, on=ON)
        ImportEntries(None, ON, diff).execute()
        took.append(time.perf_counter() - began)
    return {"imports": took}


def seal(seconds: float) -> dict[str, Any]:
    from jingtu.platform.ledger.chain import Sealer

    sealer, sealed = Sealer(time.monotonic), 0
    start = starting_shot()
    while time.time() < start + seconds:
        sealed += sealer.run_once()
        time.sleep(1)
    return {"sealed": sealed}


def check() -> dict[str, Any]:
    from jingtu.platform.ledger import chain
    from jingtu.platform.ledger.models import LedgerRow

    changes = LedgerRow.objects.filter(action="registers.change").count()
    return chain.verify().to_json() | {"changes": changes}


# --- one measurement --------------------------------------------------------------------------------------


def measure(
    environment: dict[str, str], peer: str, *, processes: int, threads: int, pause: float, seconds: float
) -> dict[str, Any]:
    def begin(*arguments: Any) -> subprocess.Popen[str]:
        command = [sys.executable, __file__, "--part", *map(str, arguments), "--peer", peer]
        return subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def end(process: subprocess.Popen[str]) -> dict[str, Any]:
        out, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"a part of the benchmark failed: {process.args}")
        found: dict[str, Any] = json.loads(out)
        return found

    end(begin("prepare"))
    span = ["--seconds", seconds]
    writers = [
        begin("write", *span, "--threads", threads, "--pause", pause, "--number", number)
        for number in range(processes)
    ]
    others = [begin("load", *span), begin("seal", *span)]
    for process in [*writers, *others]:
        assert process.stdout is not None
        process.stdout.readline()
    start = time.time() + 1
    for process in [*writers, *others]:
        assert process.stdin is not None
        process.stdin.write(f"{start}\n")
        process.stdin.flush()
    results = [end(process) for process in writers]
    loaded, sealed = (end(process) for process in others)
    checked = end(begin("check"))
    waits = sorted(1000 * wait for result in results for wait in result["waits"])
    told = len(waits) + sum(result["warm_up"] for result in results)
    return {
        "writes": len(waits),
        "p50_ms": round(waits[len(waits) // 2], 1),
        "p99_ms": round(waits[int(len(waits) * 0.99)], 1),
        "max_ms": round(waits[-1], 1),
        "failures": [failure for result in results for failure in result["failures"]][:3],
        "lost": told - checked["changes"],
        "ledger": checked["first_broken"],
        "imports": len(loaded["imports"]),
        "import_s": round(sum(loaded["imports"]) / len(loaded["imports"]), 2),
        "sealed": sealed["sealed"],
    }


def compare(database: str, seconds: float) -> dict[str, Any]:
    """Ours and the peer on fresh databases of one kind, one right after the other."""
    shape = (
        {"processes": 4, "threads": 8, "pause": 1.0}
        if database == "postgresql"
        else {"processes": 2, "threads": 4, "pause": 0.0}
    )
    found = {}
    for name, peer in (("jingtu", ""), ("peer", "chained" if database == "postgresql" else "plain")):
        with tempfile.TemporaryDirectory(prefix="jingtu-bench-") as folder:
            environment = {**os.environ, "JINGTU_DATA": folder}
            if database == "postgresql":
                environment["JINGTU_DATABASE_URL"] = fresh_database(name)
            else:
                environment.pop("JINGTU_DATABASE_URL", None)
            found[name] = measure(environment, peer, seconds=seconds, **shape)
    return found


def fresh_database(name: str) -> str:
    import psycopg

    url = os.environ["JINGTU_DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE bench_{name}")  # type: ignore[arg-type]
    return f"{url.rsplit('/', 1)[0]}/bench_{name}"


def holds(database: str, ours: dict[str, Any]) -> bool:
    sound = not ours["lost"] and not ours["failures"] and ours["ledger"] is None
    if database == "postgresql":
        return bool(sound and ours["p99_ms"] < FLOOR_P99_MS)
    return bool(sound and ours["max_ms"] < FLOOR_WAIT_MS)


def show(database: str, found: dict[str, Any]) -> None:
    peer = "chained at write" if database == "postgresql" else "Django's back end"
    print(f"\n{database}: writers beside imports of {ROWS} rows")
    print(
        f"{'':18}{'writes':>8}{'p50 ms':>9}{'p99 ms':>9}{'max ms':>9}{'lost':>6}{'imports':>9}{'s each':>8}"
    )
    for name, label in (("jingtu", "jingtu"), ("peer", peer)):
        row = found[name]
        print(
            f"{label:18}{row['writes']:>8}{row['p50_ms']:>9}{row['p99_ms']:>9}{row['max_ms']:>9}"
            f"{row['lost']:>6}{row['imports']:>9}{row['import_s']:>8}"
        )
        for failure in row["failures"]:
            print(f"{'':18}{failure[:100]}")
    ratio = found["peer"]["p99_ms"] / found["jingtu"]["p99_ms"]
    print(
        f"p99 of the peer / ours: {ratio:.1f}; longest wait: {found['peer']['max_ms'] / found['jingtu']['max_ms']:.1f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--json", action="store_true")
    for name, kind in (
        ("part", str),
        ("peer", str),
        ("threads", int),
        ("pause", float),
        ("number", int),
    ):
        parser.add_argument(f"--{name}", type=kind, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        setup(options.peer, options.part)
        parts = {
            "prepare": prepare,
            "write": lambda: write(options.seconds, options.threads, options.pause, options.number),
            "load": lambda: load(options.seconds),
            "seal": lambda: seal(options.seconds),
            "check": check,
        }
        print(json.dumps(parts[options.part]()))
        return 0
    if options.only != "sqlite" and "JINGTU_DATABASE_URL" not in os.environ:
        cluster = [sys.executable, ROOT / "scripts" / "postgres.py", "--durable", "--"]
        return subprocess.run([*cluster, sys.executable, *sys.argv], check=False).returncode
    found = {
        database: compare(database, options.seconds)
        for database in ("postgresql", "sqlite")
        if options.only in {None, database}
    }
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        for database, result in found.items():
            show(database, result)
    return 0 if all(holds(database, result["jingtu"]) for database, result in found.items()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
