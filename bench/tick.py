"""A day passes over a register of 50,000 entries: duties raised, moved, marked late; missed days caught up.

    python bench/tick.py [--entries 50000]
    python scripts/postgres.py -- python bench/tick.py

Seven rules of every kind speak of the entries: two of the calendar, two counted from a column, one that recurs after
years, and two by state. Measured are the first day (everything is raised), the next day (nothing is), the first day of
a quarter, and thirty days that nobody watched, without a change and after one entry in a hundred was changed.

The peer is what one writes first: every day, every rule, every entry, ``get_or_create``; timed on some of the entries
in the same run and set out for all of them.

Ends with 1 where a tick takes 20 s or more.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

FLOOR_SECONDS = 20.0
REGISTER = "priority_parcels"
FIRST = date(2024, 3, 30)
SAMPLE = 300


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--entries", type=int, default=50_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"JINGTU_DATA": folder, "DJANGO_SETTINGS_MODULE": "jingtu.service.web.settings"}
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        build(given.entries)
        declare()
        print(f"{connection.vendor}, {given.entries:,} entries")
        return measure(given.entries)


def build(entries: int) -> None:
    """A county with so many parcels, in turn in the states of the register."""
    from django.db import connection, transaction

    from jingtu.platform.ledger import records
    from jingtu.platform.organisations.models import Organisation
    from jingtu.platform.regions.tree import create_region
    from jingtu.platform.registers.models import Entry, Version
    from jingtu.programme.sites.models import PriorityParcelFacts

    with transaction.atomic():
        county = create_region("基准县", "county", None, source="基准数据", is_example=True)
        units = [
            Organisation(name=f"第{number}厂", kind="enterprise", region=county) for number in range(200)
        ]
        units = Organisation.objects.bulk_create(units)
        row = records.append("bench.build", on=FIRST, subject_type="plan", region_path=county.path)
        rows = Entry.objects.bulk_create(
            [Entry(register=REGISTER, code=f"P-{number}") for number in range(entries)], batch_size=2000
        )
        states = ("listed", "monitoring", "within_standard", "over_standard")
        moment = datetime(2024, 1, 2, tzinfo=UTC)
        versions = [
            Version(
                entry=entry, register=REGISTER, name=f"地块{place}", region=county, holder=units[place % 200],
                state=states[place % len(states)], effective_from=date(2024, 1, 1), recorded_from=moment,
                ledger_row=row,
            )
            for place, entry in enumerate(rows)
        ]  # fmt: skip
        saved = Version.objects.bulk_create(versions, batch_size=2000)
        PriorityParcelFacts.objects.bulk_create(
            [
                PriorityParcelFacts(
                    version=version, listed_on=date(2023, 4, 1) + timedelta(days=place % 300),
                    monitored_on=date(2022, 1, 1) + timedelta(days=place % 700), control_due=date(2024, 12, 31),
                )
                for place, version in enumerate(saved)
            ],
            batch_size=2000,
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def declare() -> None:
    """Seven rules of every kind, instead of those that the applications declare."""
    from jingtu.platform.duties import declarations
    from jingtu.platform.duties.declarations import DutyRule, OwedByState
    from jingtu.platform.duties.schedules import EveryYears, OwedOnSchedule, QuarterEnd, WithinMonths, Yearly
    from jingtu.platform.registers import versions

    declarations._rules.clear()
    everywhere = ("listed", "monitoring", "within_standard", "over_standard")

    def due(version: Any) -> date | None:
        found: date | None = versions.facts_of(version).control_due  # type: ignore[attr-defined]
        return found

    owed: dict[str, Any] = {
        "quarter": OwedOnSchedule(REGISTER, everywhere, "报送{period}情况", QuarterEnd()),
        "year": OwedOnSchedule(REGISTER, everywhere, "报送{period}情况", Yearly(12, 31)),
        "once": OwedOnSchedule(REGISTER, everywhere, "一年内排查", WithinMonths(12, of="listed_on")),
        "listed": OwedOnSchedule(REGISTER, ("listed",), "半年内核实", WithinMonths(6, of="listed_on")),
        "again": OwedOnSchedule(REGISTER, everywhere, "再次排查", EveryYears("monitored_on", 24, 36)),
        "control": OwedByState(REGISTER, ("over_standard",), "落实管控", due),
        "monitor": OwedByState(REGISTER, ("monitoring",), "完成监测", due),
    }
    for name, schedule in owed.items():
        states = schedule.states if isinstance(schedule, OwedByState) else ()
        declarations.declare(DutyRule(f"bench.{name}", name, REGISTER, schedule, while_states=states))


def measure(entries: int) -> int:
    from jingtu.platform.duties.models import Duty
    from jingtu.platform.duties.ticking import tick

    took: dict[str, float] = {}

    def timed(name: str, on: date) -> None:
        began, busy = time.perf_counter(), time.process_time()
        report = tick(on)
        took[name], busy = time.perf_counter() - began, time.process_time() - busy
        print(
            f"{name:<34}{took[name]:7.2f} s  (processor {busy:6.2f} s)  {len(report.days):>3} days  {report.raised:>7,} raised"
            f"  {report.escalated:>6,} marked late"
        )

    timed("first day", FIRST)
    timed("next day, nothing new", FIRST + timedelta(days=1))
    timed("first day of a quarter", FIRST + timedelta(days=2))
    timed("thirty missed days, no change", FIRST + timedelta(days=32))
    change(entries // 100)
    timed("thirty missed days, 1 % changed", FIRST + timedelta(days=62))
    print(f"{Duty.objects.count():,} duties")
    plain = peer(FIRST + timedelta(days=63)) * entries / SAMPLE
    next_day = took["next day, nothing new"]
    print(f"{'peer, one day, set out':<34}{plain:7.2f} s  {plain / next_day:.1f} times as long")
    slow = [name for name, seconds in took.items() if seconds >= FLOOR_SECONDS]
    for name in slow:
        print(f"too slow: {name}", file=sys.stderr)
    return 1 if slow else 0


def change(count: int) -> None:
    """Another day of listing for some entries, as an ordinary action of a person."""
    from jingtu.platform.registers.actions import ChangeFacts
    from jingtu.platform.registers.models import Entry

    for entry in Entry.objects.filter(register=REGISTER).order_by("pk")[:count]:
        ChangeFacts(None, FIRST + timedelta(days=40), entry, facts={"listed_on": "2023-03-01"}).execute()


def peer(on: date) -> float:
    """Every rule and entry by itself, in one transaction."""
    from django.db import transaction

    from jingtu.platform.duties import declarations
    from jingtu.platform.duties.models import Duty
    from jingtu.platform.registers.models import Entry

    keys = list(Entry.objects.filter(register=REGISTER).order_by("pk").values_list("pk", flat=True)[:SAMPLE])
    began = time.perf_counter()
    with transaction.atomic():
        for key in keys:
            for rule in declarations.all_rules():
                for item in rule.owed(on, key):
                    Duty.objects.get_or_create(
                        rule=rule.id, entry_id=key, period=item.period,
                        defaults={
                            "what": item.what, "holder_id": item.holder, "region_path": item.region_path,
                            "due": item.due, "raised_on": on,
                        },
                    )  # fmt: skip
        transaction.set_rollback(True)
    return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
