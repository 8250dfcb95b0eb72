"""A simulated year as a process of its own, which may be killed at any moment and goes on where it stopped.

Every operation commits with its number in one transaction. A ``tick`` commits as it does in an office, piece by
piece; its number follows it, and a tick that was killed is done again. Every life between two kills is a process
forked from one that has loaded the program and never spoken to the database; so is the one that tells of the end.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

from tests.simulation import telling
from tests.simulation.planning import APART, Numbered, plan

TABLE = (
    "CREATE TABLE IF NOT EXISTS simulated (number integer PRIMARY KEY, act varchar(20), outcome varchar(200))"
)


def main(arguments: list[str]) -> None:
    """Do what is left of the plan, killed as often as asked; then tell what there is in the end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--a-day", type=int, required=True)
    parser.add_argument(
        "--kill", action="append", default=[],
        help="act:number, in whose first ledger row to die from that number on; outside:number, right after it",
    )  # fmt: skip
    parser.add_argument("--readings", action="store_true")
    asked = parser.parse_args(arguments)
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingtu.service.web.settings")
    django.setup()
    import tests.simulation.others  # noqa: F401 - its acts

    for kill in asked.kill:
        how, _, number = kill.partition(":")
        if how == "outside":
            status = killed_from_outside(partial(run, asked), int(number))
        else:
            status = forked(partial(run, asked, die_in=how, die_from=int(number)))
        if status != -signal.SIGKILL:
            sys.exit(f"{kill} ended with {status}")
    if status := forked(partial(run, asked)) or forked(
        partial(telling.main, asked.days, with_readings=asked.readings)
    ):
        sys.exit(f"ended with {status}")


def forked(act: Callable[[], object]) -> int:
    """Let a process of its own do something; gives its exit status."""
    return os.waitstatus_to_exitcode(os.waitpid(_child(act), 0)[1])


def killed_from_outside(act: Callable[..., object], number: int) -> int:
    """Kill a process as soon as it says that it has done an operation, whatever it does by then."""
    said, saying = os.pipe()
    child = _child(partial(act, say=saying))
    os.close(saying)
    with os.fdopen(said) as lines:
        for line in lines:
            if number <= int(line) < APART:
                os.kill(child, signal.SIGKILL)
                break
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _child(act: Callable[[], object]) -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        act()
        status = 0
    except BaseException:  # noqa: BLE001 - a fork must not go on in what called it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def run(asked: argparse.Namespace, die_in: str = "", die_from: int = 0, say: int = 0) -> None:
    from django.db import connection
    from tests.simulation import city

    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute("SELECT number FROM simulated")
        done = {number for (number,) in cursor.fetchall()}
    place = city.found_or_settled() if done else None
    for item in plan(asked.seed, asked.days, asked.a_day):
        if item.number in done:
            continue
        if die_from and item.number >= die_from and item.act == die_in:
            die_at_ledger_row()
            die_from = 0
        _, place = perform(asked.seed, item, place)
        if say:
            os.write(say, f"{item.number}\n".encode())
    from jingtu.platform.ledger import chain

    chain.seal_all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, outcome FROM simulated")
        said = Counter((act, outcome == "") for act, outcome in cursor.fetchall())
    print(
        {act: (said[act, True], said[act, False]) for act in sorted({key for key, _ in said})},
        file=sys.stderr,
    )


def perform(seed: int, item: Numbered, place: object) -> tuple[str, object]:
    """Do one operation and note its number in the same transaction; what is refused leaves nothing else."""
    from django.db import connection, transaction
    from tests.simulation import city
    from tests.simulation.acting import Doing

    from jingtu.errors import JingtuError
    from jingtu.platform import clock

    outcome = ""
    with clock.replaying(item.moment), nullcontext() if item.act == "tick" else transaction.atomic():
        if item.act == "settle":
            place = city.found_or_settled()
        else:
            try:
                with nullcontext() if item.act == "tick" else transaction.atomic():
                    Doing(seed, item, place).act()
            except JingtuError as refused:
                if os.environ.get("SIMULATION_SAYS"):
                    print(item.number, item.act, refused, getattr(refused, "errors", ""), file=sys.stderr)
                outcome = f"{type(refused).__name__}: {refused}"[:200]
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO simulated VALUES (%s, %s, %s)", [item.number, item.act, outcome])
    return outcome, place


def die_at_ledger_row() -> None:
    """From now on the process is gone with the next ledger row, before anything of it is committed."""
    from jingtu.platform.ledger import records

    original = records.append

    def append(*arguments: object, **named: object) -> None:
        original(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    records.append = append


if __name__ == "__main__":
    main(sys.argv[1:])
