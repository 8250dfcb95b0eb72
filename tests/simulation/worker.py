"""A simulated year as a process of its own, which may be killed at any moment and goes on where it stopped.

Every operation commits with its number in one transaction. A ``tick`` commits as it does in an office, piece by
piece; its number follows it, and a tick that was killed is done again.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections import Counter
from contextlib import nullcontext

from tests.simulation.planning import Numbered, plan

TABLE = (
    "CREATE TABLE IF NOT EXISTS simulated (number integer PRIMARY KEY, act varchar(20), outcome varchar(200))"
)


def main(arguments: list[str]) -> None:
    """Do what is left of the plan."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--a-day", type=int, required=True)
    parser.add_argument(
        "--die-from", type=int, default=0, help="number of the operation from which on to die"
    )
    parser.add_argument("--die-in", default="", help="the kind of act in whose middle to die")
    parser.add_argument(
        "--die-at", type=int, default=1, help="which of its ledger rows is the last one written"
    )
    parser.add_argument("--say", action="store_true")
    asked = parser.parse_args(arguments)
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingtu.service.web.settings")
    django.setup()
    run(asked)


def run(asked: argparse.Namespace) -> None:
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
        if asked.die_from and item.number >= asked.die_from and item.act == asked.die_in:
            die_at_ledger_row(asked.die_at)
            asked.die_from = 0
        outcome, place = perform(asked.seed, item, place)
        if asked.say:
            print(item.number, item.day, item.act, outcome, flush=True)
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
    import tests.simulation.others  # noqa: F401 - its acts
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


def die_at_ledger_row(count: int) -> None:
    """From now on the process is gone with the ``count``-th ledger row, before anything of it is committed."""
    from jingtu.platform.ledger import records

    original, left = records.append, [count]

    def append(*arguments: object, **named: object) -> object:
        row = original(*arguments, **named)
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return row

    records.append = append


if __name__ == "__main__":
    main(sys.argv[1:])
