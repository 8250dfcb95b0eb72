"""A large, deterministic programme for measuring pages: ``build()`` fills an empty database.

Ten thousand tasks in one county's plan and a hundred thousand progress reports are far more than any
county has; a page that is fast here is fast anywhere. Everything is inserted in bulk and marked as example.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.ledger import records
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.plans.lifecycle import TASKS
from jingtu.programme.plans.models import Plan, Progress, Target, TaskDeadline, TaskFacts, TaskUnit

YEAR = 2024
BATCH = 2000
UNITS = 60
SECTIONS = [f"（{numeral}）第{numeral}部分重点工作" for numeral in "一二三四五六七八九十"]
RECURRENCES = ["FREQ=MONTHLY;BYMONTHDAY=3", "FREQ=MONTHLY;INTERVAL=3", "FREQ=YEARLY;BYMONTH=6,12"]
SENTENCE = "动态更新清单，督促落实整改，建立台账，定期调度进展，形成闭环管理。"


@dataclass(frozen=True, slots=True)
class World:
    """What was built: the county, its year and an officer with the password ``bench-only-password``."""

    region: Region
    year: int
    user: User
    first_task: str


@transaction.atomic
def build(tasks: int = 10_000, progress: int = 100_000, seed: int = 20240101) -> World:
    """Insert the world; the same arguments always give the same content."""
    draw = random.Random(seed)
    city = create_region("基准市", "city", source="基准数据", is_example=True)
    county = create_region("基准县", "county", city, source="基准数据", is_example=True)
    units = Organisation.objects.bulk_create(
        [
            Organisation(
                name=f"基准县第{number}局",
                kind="ecology" if number == 0 else "department",
                region=county,
                is_example=True,
            )
            for number in range(UNITS)
        ]
    )
    user = User.objects.create_user("bench", "bench-only-password", display_name="基准用户", is_example=True)
    Membership.objects.create(user=user, role=Role.OFFICER, region=county)
    moment = datetime(YEAR, 1, 2, tzinfo=UTC)
    row = records.append(
        "bench.build", on=date(YEAR, 1, 1), subject_type="plan", region_path=county.path, at=moment
    )
    plan = Plan.objects.create(
        region=county,
        year=YEAR,
        title=f"基准县{YEAR}年度计划",
        state=Plan.State.CONFIRMED,
        effective_from=date(YEAR, 1, 1),
        is_example=True,
    )
    entries = Entry.objects.bulk_create(
        [Entry(register=TASKS, is_example=True) for _ in range(tasks)], batch_size=BATCH
    )
    states = ["not_started"] * 2 + ["in_progress"] * 9 + ["at_risk"] * 2 + ["submitted", "done", "done"]
    dues = [date(YEAR, month, 1) - timedelta(days=1) for month in range(4, 13, 2)] + [
        date(YEAR, 12, 31),
        None,
    ]
    facts, versions, parts, deadlines = [], [], [], []
    for place, entry in enumerate(entries):
        lead = units[place % UNITS]
        due = draw.choice(dues)
        versions.append(
            Version(
                entry=entry,
                register=TASKS,
                name=f"第{place + 1}项重点工作任务",
                region=county,
                holder=lead,
                state=draw.choice(states),
                effective_from=date(YEAR, 1, 1),
                effective_to=OPEN_DATE,
                recorded_from=moment,
                ledger_row=row,
            )
        )
        facts.append(
            TaskFacts(
                plan=plan,
                position=place,
                number=str(place % 40 + 1),
                section=SECTIONS[place * len(SECTIONS) // tasks],
                text=SENTENCE * draw.randint(4, 10),
                unit_text="基准",
                due=due,
            )
        )
        chosen = [lead, *draw.sample(units, 4)]
        roles = ["lead", "support", "support", "responsible", "responsible"]
        parts += [
            TaskUnit(
                entry=entry,
                role=role,
                position=order,
                raw=unit.name,
                expanded=unit.name,
                organisation=unit,
                effective_from=date(YEAR, 1, 1),
                recorded_from=moment,
            )
            for order, (role, unit) in enumerate(zip(roles, chosen, strict=True))
        ]
        if due:
            deadlines.append(
                TaskDeadline(
                    entry=entry, text="年底前", due=due, kind="deadline",
                    effective_from=date(YEAR, 1, 1), recorded_from=moment,
                )
            )  # fmt: skip
        if place % 10 == 0:
            deadlines.append(
                TaskDeadline(
                    entry=entry, text="每月", recurrence=draw.choice(RECURRENCES), kind="recurring",
                    effective_from=date(YEAR, 1, 1), recorded_from=moment,
                )
            )  # fmt: skip
    saved = Version.objects.bulk_create(versions, batch_size=BATCH)
    for version, fact in zip(saved, facts, strict=True):
        fact.version = version
    TaskFacts.objects.bulk_create(facts, batch_size=BATCH)
    TaskUnit.objects.bulk_create(parts, batch_size=BATCH)
    TaskDeadline.objects.bulk_create(deadlines, batch_size=BATCH)
    _progress(draw, parts, progress, row)
    Target.objects.bulk_create(
        [
            Target(
                plan=plan, region=county, position=place, indicator=f"第{place + 1}项指标", comparator=">=",
                value=90, unit="%", kind="number", due=date(YEAR, 12, 31),
                effective_from=date(YEAR, 1, 1), recorded_from=moment,
            )
            for place in range(6)
        ]
    )  # fmt: skip
    return World(county, YEAR, user, str(entries[0].uid))


def _progress(draw: random.Random, parts: list, wanted: int, row) -> None:
    """Reports month by month: each task's units in turn until there are enough."""
    lines = [(part.entry, part.organisation) for part in parts if part.role != "support"]
    rows = []
    month = 1
    while len(rows) < wanted:
        last = date(YEAR, month + 1, 1) - timedelta(days=1) if month < 12 else date(YEAR, 12, 31)
        moment = datetime(last.year, last.month, last.day, 8, tzinfo=UTC)
        seen = set()
        for entry, organisation in lines:
            if len(rows) >= wanted:
                break
            if (entry.pk, organisation.pk) in seen:
                continue
            seen.add((entry.pk, organisation.pk))
            rows.append(
                Progress(
                    entry=entry, organisation=organisation, period=f"{YEAR}-{month:02}", on=last,
                    state="in_progress", text="已完成排查，正在整改。" * draw.randint(1, 4),
                    percent=min(month * 10, 100), recorded_from=moment, ledger_row=row,
                )
            )  # fmt: skip
        month += 1
    Progress.objects.bulk_create(rows, batch_size=BATCH)


def analyse() -> None:
    """Let the database look at its tables, as its nightly work does in an office."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
