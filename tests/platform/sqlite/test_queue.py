"""The queue of SQLite writers: fair among threads, patient with other processes, never stuck."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.sqlite.queue import WriteQueue
from jingtu.service.web.config import sqlite_database

sqlite_only = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the queue is part of the SQLite back end alone"
)


def run_threads(*work: Callable[[], Any]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.fixture(params=["memory", "file"])
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> WriteQueue:
    return WriteQueue(tmp_path / "db.sqlite3" if request.param == "file" else None)


def test_first_come_first_served(queue: WriteQueue) -> None:
    served: list[int] = []
    assert queue.acquire(1)

    def want(number: int) -> None:
        assert queue.acquire(10)
        served.append(number)
        queue.release()

    threads = []
    for number in range(20):
        thread = threading.Thread(target=want, args=(number,))
        thread.start()
        threads.append(thread)
        while len(queue._waiting) <= number:
            time.sleep(0.001)
    queue.release()
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_one_at_a_time_whoever_gives_up(queue: WriteQueue) -> None:
    inside = 0
    most = 0
    gave_up = 0

    def work() -> None:
        nonlocal inside, most, gave_up
        for _ in range(60):
            if not queue.acquire(0.002):
                gave_up += 1
                continue
            inside += 1
            most = max(most, inside)
            time.sleep(0.0003)
            inside -= 1
            queue.release()

    run_threads(*[work] * 6)
    assert most == 1
    assert queue.acquire(1), "somebody who gave up took the turn along"


def test_who_waits_too_long_is_told(queue: WriteQueue) -> None:
    assert queue.acquire(1)
    started = time.monotonic()
    assert not queue.acquire(0.05)
    assert 0.04 < time.monotonic() - started < 1


OTHER_PROCESS = """
import sys, time
from pathlib import Path
from jingtu.platform.sqlite.queue import WriteQueue
queue = WriteQueue(Path(sys.argv[1]))
assert queue.acquire(5)
print("in", flush=True)
sys.stdin.readline()
"""


def test_another_process_is_kept_out_and_its_death_lets_in(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"in\n"
    queue = WriteQueue(path)
    assert not queue.acquire(0.05)
    other.kill()
    other.wait()
    assert queue.acquire(5)
    queue.release()


BUSY_PROCESS = """
import sys, threading, time
from pathlib import Path
from jingtu.platform.sqlite.queue import WriteQueue
queue = WriteQueue(Path(sys.argv[1]))
end = time.monotonic() + 3
def work():
    while time.monotonic() < end:
        assert queue.acquire(5)
        time.sleep(0.001)
        queue.release()
threads = [threading.Thread(target=work) for _ in range(4)]
print("busy", flush=True)
[thread.start() for thread in threads]
"""


def test_a_busy_process_does_not_starve_a_quiet_one(tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    busy = subprocess.Popen([sys.executable, "-c", BUSY_PROCESS, str(path)], stdout=subprocess.PIPE)
    assert busy.stdout is not None
    busy.stdout.readline()
    time.sleep(0.2)
    queue = WriteQueue(path)
    waits = []
    for _ in range(20):
        started = time.monotonic()
        assert queue.acquire(5)
        waits.append(time.monotonic() - started)
        queue.release()
        time.sleep(0.02)
    busy.kill()
    busy.wait()
    assert max(waits) < 0.5


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_transactions_and_single_statements_take_turns() -> None:
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    inside = threading.Event()
    order: list[str] = []

    def hold() -> None:
        with transaction.atomic():
            inside.set()
            time.sleep(0.1)
            order.append("transaction")
        connection.close()

    def write_once() -> None:
        inside.wait()
        Session.objects.filter(pk="none").update(expire_date=timezone.now())
        order.append("statement")
        connection.close()

    run_threads(hold, write_once)
    assert order == ["transaction", "statement"]


@sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["commit", "exception", "close"])
def test_a_turn_is_passed_on_however_a_transaction_ends(end: str) -> None:
    def transact(wrapper: BaseDatabaseWrapper) -> None:
        with transaction.atomic():
            LedgerRow.objects.count()
            if end == "exception":
                raise ZeroDivisionError
            if end == "close":
                wrapper.close()

    with contextlib.suppress(ZeroDivisionError):
        transact(connection)
    assert connection.write_queue.acquire(1)  # type: ignore[attr-defined]
    connection.write_queue.release()  # type: ignore[attr-defined]
    connection.close()


@sqlite_only
@pytest.mark.django_db(transaction=True)
def test_too_long_a_wait_is_djangos_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    queue = connection.write_queue  # type: ignore[attr-defined]
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    assert queue.acquire(1)
    try:
        with pytest.raises(OperationalError, match="locked"), transaction.atomic():
            pass
    finally:
        queue.release()


def test_the_real_settings_lose_nothing(tmp_path: Path) -> None:
    """The suite runs with less synchronisation; an installation does not."""
    options = sqlite_database(tmp_path / "db.sqlite3")["OPTIONS"]
    assert "PRAGMA journal_mode=WAL" in options["init_command"]
    assert "PRAGMA synchronous=FULL" in options["init_command"]
    assert "PRAGMA foreign_keys=ON" in options["init_command"]
    assert options["transaction_mode"] == "IMMEDIATE"
