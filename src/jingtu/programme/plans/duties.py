"""What tasks oblige to: their deadlines and recurrences, the month's report, the documents they produce."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Q

from jingtu.platform import events
from jingtu.platform.clock import OPEN_DATE, OPEN_TIME
from jingtu.platform.duties import ticking
from jingtu.platform.duties.declarations import DutyRule, Owed, declare
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import declarations as indicators
from jingtu.platform.indicators import snapshots
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.moves import MOVED
from jingtu.programme.plans.actions.confirming import CONFIRMED
from jingtu.programme.plans.actions.progress import REPORTED
from jingtu.programme.plans.lifecycle import DELIVERABLES, FINAL_STATES, OPEN_STATES, TASKS
from jingtu.programme.plans.models import Plan, Progress, Target, TaskDeadline, TaskUnit
from jingtu.programme.plans.recurrences import occurrences
from jingtu.programme.plans.rules import days_on, rules_of

_REPORT_DAY = re.compile(r"每月\s*(\d{1,2})\s*日(?:之?前|以前)[^。；]{0,100}?报")
_REPORTING = (TaskUnit.Role.LEAD, TaskUnit.Role.RESPONSIBLE)


def deadlines_owed(on: date, entry: int | None) -> Iterable[Owed]:
    """Fixed deadlines of open tasks that fall due soon; one duty a day for each lead unit."""
    ahead = days_on("plan_deadline", "days_ahead", on)
    if ahead is None:
        return []
    rows = _deadlines(on, entry).filter(
        due__gte=on - timedelta(days=366), due__lte=on + timedelta(days=ahead), kind="deadline"
    )
    words: dict[tuple[int, date], list[str]] = defaultdict(list)
    for row in rows:
        assert row.due is not None
        words[row.entry_id, row.due].append(row.text)
    tasks = _open_tasks(on, {key for key, _ in words})
    holders = _holders(on, tasks)
    return [
        Owed(
            key,
            due.isoformat(),
            f"{tasks[key].name}（{'、'.join(texts)}）"[:200],
            due,
            tasks[key].region.path,
            holder,
        )
        for (key, due), texts in words.items()
        if key in tasks
        for holder in holders.get(key) or [tasks[key].holder_id]
    ]


def recurring_owed(on: date, entry: int | None) -> Iterable[Owed]:
    """Days of recurrences that fall due soon, for each lead unit of an open task."""
    ahead = days_on("plan_recurring", "days_ahead", on)
    if ahead is None:
        return []
    last = on + timedelta(days=ahead)
    rows = [
        (row, day)
        for row in _deadlines(on, entry).exclude(recurrence="")
        for day in occurrences(row.recurrence, on.year, on, last)
    ]
    tasks = _open_tasks(on, {row.entry_id for row, _ in rows})
    holders = _holders(on, tasks)
    return [
        Owed(
            row.entry_id,
            f"{day.isoformat()} {row.text}"[:40],
            f"{tasks[row.entry_id].name}（{row.text}）"[:200],
            day,
            tasks[row.entry_id].region.path,
            holder,
        )
        for row, day in rows
        if row.entry_id in tasks
        for holder in holders.get(row.entry_id) or [tasks[row.entry_id].holder_id]
    ]


def reports_owed(on: date, entry: int | None) -> Iterable[Owed]:
    """The month's report, one duty for a unit and month whatever the number of its tasks.

    Where the plan names a day (每月5日前报送), last month's report is due then; otherwise this month's on its
    last day. It hangs on the first task for which the unit has not reported.
    """
    before = days_on("plan_monthly_report", "days_before", on)
    if before is None or entry is not None:
        return []
    known = set(
        Duty.objects.filter(rule=MONTHLY, due__gte=on).values_list("holder_id", "period", "region_path")
    )
    owed = []
    plans = Plan.objects.filter(state=Plan.State.CONFIRMED, year__in=(on.year - 1, on.year))
    for plan in plans.select_related("region"):
        period, due = report_due(on, report_day(plan.text))
        if period[:4] != str(plan.year) or on < due - timedelta(days=before):
            continue
        owed += [
            item
            for item in _reports_of(plan, on, period, due)
            if (item.holder, item.period, item.region_path) not in known
        ]
    return owed


def _reports_of(plan: Plan, on: date, period: str, due: date) -> list[Owed]:
    tasks = Version.objects.filter(
        versions.at(on), register=TASKS, state__in=OPEN_STATES, taskfacts__plan=plan
    ).values("entry")
    lines: dict[int, list[int]] = defaultdict(list)
    units = TaskUnit.objects.filter(
        versions.at(on), entry__in=tasks, organisation__isnull=False, role__in=_REPORTING
    )
    for organisation, task in units.order_by("entry_id").values_list("organisation_id", "entry_id"):
        if task not in lines[organisation]:
            lines[organisation].append(task)
    reported = set(
        Progress.objects.filter(period=period, recorded_to=OPEN_TIME, entry__in=tasks).values_list(
            "organisation_id", "entry_id"
        )
    )
    found = []
    for organisation, listed in lines.items():
        left = [task for task in listed if (organisation, task) not in reported]
        if left:
            what = f"填报{int(period[:4])}年{int(period[5:])}月进展（{len(listed)} 项任务）"
            found.append(Owed(left[0], period, what, due, plan.region.path, organisation))
    return found


def report_day(text: str) -> int | None:
    """The day of the month by which a plan wants progress reported; the earliest where it names several.

    Examples
    --------
    >>> report_day("各责任单位于每月5日前将进展表报送县生态环境局。"), report_day("每月召开一次调度会。")
    (5, None)
    """
    days = [int(found) for found in _REPORT_DAY.findall(text)]
    return min((day for day in days if 1 <= day <= 28), default=None)


def report_due(on: date, day: int | None) -> tuple[str, date]:
    """The month to report next and the day by which.

    Examples
    --------
    >>> report_due(date(2024, 6, 3), 5)
    ('2024-05', datetime.date(2024, 6, 5))
    >>> report_due(date(2024, 6, 6), 5)
    ('2024-06', datetime.date(2024, 7, 5))
    >>> report_due(date(2024, 6, 6), None)
    ('2024-06', datetime.date(2024, 6, 30))
    """
    first = on.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    if day is None:
        return f"{on:%Y-%m}", following - timedelta(days=1)
    if on.day <= day:
        return f"{first - timedelta(days=1):%Y-%m}", on.replace(day=day)
    return f"{on:%Y-%m}", following.replace(day=day)


def deliverables_owed(on: date, entry: int | None) -> Iterable[Owed]:
    """Documents that are to be issued soon."""
    ahead = days_on("plan_deliverable", "days_ahead", on)
    if ahead is None:
        return []
    found = versions.versions(DELIVERABLES, on).filter(
        state__in=("not_started", "drafting"),
        deliverablefacts__plan__year=on.year,
        deliverablefacts__due__lte=on + timedelta(days=ahead),
    )
    if entry is not None:
        found = found.filter(entry=entry)
    return [
        Owed(
            item.entry_id,
            due.isoformat(),
            f"印发{item.name}"[:200],
            due,
            item.region.path,
            item.holder_id,
            item.effective_to == OPEN_DATE,
        )
        for item in found
        if (due := item.deliverablefacts.due) is not None
    ]


def _deadlines(on: date, entry: int | None):  # type: ignore[no-untyped-def]
    """Deadlines in force on a day of tasks whose plan is of that year."""
    keys = Plan.objects.filter(year=on.year).exclude(state=Plan.State.DISCARDED).values("pk")
    tasks = Version.objects.filter(
        versions.at(on), register=TASKS, state__in=OPEN_STATES, taskfacts__plan__in=keys
    )
    if entry is not None:
        tasks = tasks.filter(entry=entry)
    return TaskDeadline.objects.filter(versions.at(on), entry__in=tasks.values("entry"))


def _open_tasks(on: date, keys: set[int] | None) -> dict[int, Version]:
    found = Version.objects.filter(
        versions.at(on), register=TASKS, state__in=OPEN_STATES, taskfacts__plan__year=on.year
    )
    if keys is not None:
        found = found.filter(entry__in=keys)
    return {item.entry_id: item for item in found.select_related("region")}


def _holders(on: date, tasks: Iterable[int]) -> Mapping[int, Sequence[int | None]]:
    """Lead units of tasks; of a task that nobody leads, the responsible ones."""
    found: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    units = TaskUnit.objects.filter(
        versions.at(on), entry__in=list(tasks), organisation__isnull=False, role__in=_REPORTING
    ).order_by("position", "pk")
    for task, role, organisation in units.values_list("entry_id", "role", "organisation_id"):
        if organisation not in found[task][role]:
            found[task][role].append(organisation)
    return {
        task: roles[TaskUnit.Role.LEAD] or roles[TaskUnit.Role.RESPONSIBLE] for task, roles in found.items()
    }


def close_for_task(event: events.Event) -> None:
    """A task that is finished, dropped or carried owes nothing more."""
    if event.facts.get("register") != TASKS or event.facts.get("state") not in FINAL_STATES:
        return
    done = event.facts["state"] == "done"
    Duty.objects.filter(
        entry=event.facts["entry"], rule__in=(DEADLINE, RECURRING), state__in=_NOT_CLOSED
    ).update(
        state=Duty.State.CLOSED if done else Duty.State.CANCELLED,
        closed_on=event.on,
        closing_note="任务办结后自动办结" if done else "任务取消或结转后自动取消",
    )


def close_for_report(event: events.Event) -> None:
    """A report closes the recurring duties of its month, and the month's duty once all lines are reported."""
    holder, period = event.facts["organisation"], event.facts["period"]
    due_in_month = Q(due__year=int(period[:4]), due__month=int(period[5:]))
    Duty.objects.filter(
        due_in_month, entry=event.facts["entry"], rule=RECURRING, holder=holder, state__in=_NOT_CLOSED
    ).update(state=Duty.State.CLOSED, closed_on=event.on, closing_note="填报进展后自动办结")
    owed = TaskUnit.objects.filter(
        versions.at(event.on),
        organisation=holder,
        role__in=_REPORTING,
        entry__in=Version.objects.filter(
            versions.at(event.on),
            register=TASKS,
            state__in=OPEN_STATES,
            taskfacts__plan__year=int(period[:4]),
        ).values("entry"),
    ).values("entry")
    reported = Progress.objects.filter(organisation=holder, period=period, recorded_to=OPEN_TIME)
    if not owed.exclude(entry__in=reported.values("entry")).exists():
        Duty.objects.filter(rule=MONTHLY, holder=holder, period=period, state__in=_NOT_CLOSED).update(
            state=Duty.State.CLOSED, closed_on=event.on, closing_note="各项任务均已填报"
        )


def raise_for_plan(event: events.Event) -> None:
    """A plan just confirmed owes what falls due soon; past years owe nothing any more."""
    if event.facts["year"] == event.on.year:
        for register in (TASKS, DELIVERABLES):
            ticking.raise_owed(event.on, register)


def watched(on: date) -> Iterable[snapshots.Watched]:
    """Computed indicators behind the year's targets: kept at each month's end and on their base date."""
    found = {}
    for target in Target.objects.filter(versions.at(on), plan__year=on.year).select_related("region"):
        if target.indicator_id and indicators.get(target.indicator_id) is not None:
            base = target.parameters.get("base")
            days = frozenset({date.fromisoformat(base)} if base else ())
            key = (target.indicator_id, target.region_id, base)
            found[key] = snapshots.Watched(target.indicator_id, target.region, target.parameters, days)
    return found.values()


_NOT_CLOSED = (Duty.State.OPEN, Duty.State.SUBMITTED)
DEADLINE, RECURRING, MONTHLY, DELIVERABLE = (
    "plans.deadline",
    "plans.recurring",
    "plans.monthly_report",
    "plans.deliverable",
)

declare(DutyRule(DEADLINE, "任务到期", TASKS, deadlines_owed, rules_of("plan_deadline"), each_holder=True))
declare(
    DutyRule(RECURRING, "周期性工作", TASKS, recurring_owed, rules_of("plan_recurring"), each_holder=True)
)
declare(
    DutyRule(MONTHLY, "填报月度进展", TASKS, reports_owed, rules_of("plan_monthly_report"), each_holder=True)
)
declare(
    DutyRule(
        DELIVERABLE,
        "印发成果",
        DELIVERABLES,
        deliverables_owed,
        rules_of("plan_deliverable"),
        while_states=("not_started", "drafting"),
    )
)


def connect() -> None:
    """Listen to what changes duties; called once when the app is ready."""
    events.listen(MOVED, close_for_task)
    events.listen(REPORTED, close_for_report)
    events.listen(CONFIRMED, raise_for_plan)
    snapshots.watch(watched)
