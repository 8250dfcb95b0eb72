"""What tasks oblige to: their deadlines and recurrences, the month's report, the documents they produce."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q

from jingtu.platform import events
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.duties import ticking
from jingtu.platform.duties.declarations import DutyRule, Owed, declare
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import declarations as indicators
from jingtu.platform.indicators import snapshots
from jingtu.platform.indicators.service import month_ends
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.platform.registers.moves import MOVED
from jingtu.programme.plans.actions.confirming import CONFIRMED
from jingtu.programme.plans.actions.progress import REPORTED
from jingtu.programme.plans.lifecycle import DELIVERABLES, FINAL_STATES, OPEN_STATES, TASKS
from jingtu.programme.plans.models import Plan, Progress, Target, TaskDeadline, TaskUnit
from jingtu.programme.plans.recurrences import occurrences
from jingtu.programme.plans.rules import days_on, rules_of

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

    It hangs on the first task for which the unit has not reported this month.
    """
    before = days_on("plan_monthly_report", "days_before_month_end", on)
    end = month_ends(on.replace(day=1), on.replace(day=28) + timedelta(days=3))[0]
    if before is None or entry is not None or on < end - timedelta(days=before):
        return []
    period = f"{on:%Y-%m}"
    tasks = _open_tasks(on, None)
    lines: dict[int, list[int]] = defaultdict(list)
    units = TaskUnit.objects.filter(
        versions.at(on), entry__in=list(tasks), organisation__isnull=False, role__in=_REPORTING
    )
    for organisation, task in units.order_by("entry_id").values_list("organisation_id", "entry_id"):
        if task not in lines[organisation]:
            lines[organisation].append(task)
    reported = set(
        Progress.objects.filter(period=period, recorded_to=OPEN_TIME).values_list(
            "organisation_id", "entry_id"
        )
    )
    known = set(Duty.objects.filter(rule=MONTHLY, period=period).values_list("holder_id", flat=True))
    owed = []
    for organisation, listed in lines.items():
        left = [task for task in listed if (organisation, task) not in reported]
        if left and organisation not in known:
            what = f"填报{on.year}年{on.month}月进展（{len(listed)} 项任务）"
            owed.append(Owed(left[0], period, what, end, tasks[left[0]].region.path, organisation))
    return owed


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
            item.deliverablefacts.due.isoformat(),
            f"印发{item.name}"[:200],
            item.deliverablefacts.due,
            item.region.path,
            item.holder_id,
        )
        for item in found
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


def _holders(on: date, tasks: Iterable[int]) -> dict[int, list[int]]:
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

declare(DutyRule(DEADLINE, "任务到期", TASKS, deadlines_owed, rules_of("plan_deadline")))
declare(DutyRule(RECURRING, "周期性工作", TASKS, recurring_owed, rules_of("plan_recurring")))
declare(DutyRule(MONTHLY, "填报月度进展", TASKS, reports_owed, rules_of("plan_monthly_report")))
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
