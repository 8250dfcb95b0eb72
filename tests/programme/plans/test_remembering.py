"""What is remembered and renewed is what reading everything anew gives, whatever happened in between."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jingtu.errors import JingtuError
from jingtu.knowledge.plantext import model
from jingtu.platform import clock
from jingtu.platform.ledger import records
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry, Version
from jingtu.programme.plans import actions, queries
from jingtu.programme.plans.lifecycle import DELIVERABLES, TASKS
from jingtu.programme.plans.models import Plan, Progress, TaskQuantity, TaskUnit
from jingtu.programme.plans.queries.journal import Change, Journal
from jingtu.programme.plans.queries.standing import parts_by_unit, standing

from .conftest import LOADED, class_unit, department

MARCH, JULY, OCTOBER = date(2024, 3, 20), date(2024, 7, 10), date(2024, 10, 8)


def reading(tasks: int) -> model.Plan:
    """A plan of two sections with deadlines, recurrences and documents; the third task has none of them."""
    return model.Plan(
        title="青禾县2024年度土壤污染防治工作计划",
        year=2024,
        tasks=[
            model.Task(
                str(place + 1), "一、源头防控" if place % 2 else "二、安全利用", f"第{place:02}项工作",
                f"完成第{place}项工作，制定方案。",
                lead_units=[department("青禾生态环境局" if place % 2 else "县农业农村局")],
                support_units=[department("县农业农村局")] if place % 4 == 1 else [],
                responsible_units=[class_unit("各镇人民政府")] if place % 3 == 0 else [],
                deadlines=[] if place == 2 else [
                    model.Deadline("期限", date(2024, 4 + place % 6, 12)),
                    *([model.Deadline("每月", recurrence="FREQ=MONTHLY", kind="recurring")] if place % 5 == 0 else []),
                ],
                deliverables=[model.Deliverable(f"第{place}项方案", "plan")] if place % 4 == 0 else [],
                quantities=[model.Quantity("比例达到5%以上", "比例", ">=", 5, "%", date(2024, 12, 31))],
            )
            for place in range(tasks)
        ],
    )  # fmt: skip


@pytest.fixture
def large(draft: Callable[..., Plan], officer: User, farming: Organisation) -> Plan:
    plan = draft(reading(9))
    with clock.replaying(datetime(2024, 3, 10, 9, tzinfo=UTC)):
        actions.ConfirmPlan(officer, LOADED, plan, confirm_pending=True).execute()
    return plan


def everything(frame: queries.Frame) -> dict[str, Any]:
    """All that pages ask of what is remembered."""
    now = standing(frame)
    whole_year = (frame, date(2024, 1, 1), date(2024, 12, 31))
    return {
        "tasks": now.tasks,
        "sets": (now.late, now.done, now.at_risk),
        "counts": queries.counts_by_state(frame),
        "sections": queries.sections(frame),
        "parts": parts_by_unit(frame),
        "units": queries.unit_progress(frame),
        "overdue": queries.overdue_items(frame),
        "three overdue": queries.overdue_items(frame, 3),
        "due": queries.due_between(*whole_year),
        "list": queries.tasks(frame).counts,
        "late": queries.tasks(frame, queries.TaskFilter(due="overdue")).counts,
        # The same rows, counted by the database.
        "late, counted": queries.tasks(frame, queries.TaskFilter(states=("overdue",))).counts,
        "of units": {unit: now.counts_of(part.held) for unit, part in parts_by_unit(frame).items()},
    }


class Office:
    """Draws one thing after another that people do to tasks; what is refused changes nothing."""

    def __init__(self, draw: random.Random, officer: User, second: User, draft: Callable[..., Plan]) -> None:
        self.draw, self.people, self.draft = draw, (officer, second), draft
        self.tasks = list(Entry.objects.filter(register=TASKS).order_by("pk"))
        self.documents = list(Entry.objects.filter(register=DELIVERABLES).order_by("pk"))
        self.done: list[str] = []
        self.second_time = False
        self.day = date(2024, 5, 20)

    def step(self) -> None:
        self.day += timedelta(days=self.draw.randint(0, 8))
        usual = [
            self.report,
            self.risk,
            self.submit,
            self.submit,
            self.accept,
            self.accept,
            self.reopen,
            self.drop,
        ]
        rare = [self.send_back, self.document, self.promote, self.rename, self.amend, self.log_in]
        step = self.draw.choice(rare if self.draw.random() < 0.2 else usual)
        with suppress(JingtuError):
            step()
            self.done.append(step.__name__)

    def _some(self, *states: str) -> tuple[User, date, Entry]:
        """Who does it, when, and a task in one of the states; sometimes entered late, and refused then."""
        day = self.day - timedelta(days=self.draw.choice([0, 0, 0, 5, 60]))
        found = list(
            Version.objects.filter(
                versions.at(self.day), register=TASKS, **({"state__in": states} if states else {})
            ).order_by("entry_id")
        )
        return self.draw.choice(self.people), day, self.draw.choice(found).entry if found else self.tasks[0]

    def report(self, state: str = Progress.State.IN_PROGRESS) -> None:
        actor, day, task = self._some("not_started", "in_progress", "at_risk")
        units = list(TaskUnit.objects.filter(entry=task, organisation__isnull=False).order_by("pk"))
        unit = self.draw.choice(units).organisation
        assert unit is not None
        period = f"{day:%Y-%m}"
        old = Progress.objects.filter(
            entry=task, organisation=unit, period=period, recorded_to=clock.OPEN_TIME
        ).first()
        actions.ReportProgress(
            actor, day, task, organisation=unit, period=period, text="按计划推进。", state=state,
            replaces=old.uid if old else None,
        ).execute()  # fmt: skip

    def risk(self) -> None:
        self.report(Progress.State.AT_RISK)

    def submit(self) -> None:
        actor, day, task = self._some("not_started", "in_progress", "at_risk")
        proof = [("验收.txt", io.BytesIO("验收合格".encode()))]
        actions.SubmitTask(actor, day, task, reason="完成", files=proof).execute()

    def accept(self, accept: bool = True) -> None:
        actor, day, task = self._some("submitted")
        actions.CheckTask(actor, day, task, accept=accept, reason="材料不全").execute()

    def send_back(self) -> None:
        self.accept(accept=False)

    def reopen(self) -> None:
        actor, day, task = self._some("done", "dropped")
        actions.ReopenTask(actor, day, task, reason="抽查").execute()

    def drop(self) -> None:
        actor, day, task = self._some("not_started", "in_progress", "at_risk", "submitted")
        actions.DropTask(actor, day, task, reason="上级取消").execute()

    def document(self) -> None:
        actor, day, _ = self._some()
        actions.MoveDeliverable(actor, day, self.draw.choice(self.documents), "draft").execute()

    def promote(self) -> None:
        actor, day, task = self._some()
        actions.PromoteQuantity(actor, day, TaskQuantity.objects.filter(entry=task)[0]).execute()

    def rename(self) -> None:
        """A unit gets another name; written as actions of other apps write, with a row of their own."""
        unit = self.draw.choice(list(Organisation.objects.order_by("pk")))
        with transaction.atomic():
            records.append("organisations.rename", on=JULY, subject_type="organisation", subject_uid=unit.uid)
            unit.name = f"{unit.name.rstrip('甲')}甲"
            unit.save()

    def amend(self) -> None:
        """The plan is amended once: a task falls away, one is new, one has other units."""
        if self.second_time:
            return
        self.second_time = True
        changed = reading(10)
        changed.tasks[1].lead_units = [department("县农业农村局")]
        del changed.tasks[4]
        plan = self.draft(changed)
        actions.ConfirmPlan(self.people[0], date(2024, 6, 1), plan, confirm_pending=True).execute()

    def log_in(self) -> None:
        with transaction.atomic():
            records.append("people.login", on=JULY, subject_type="account")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(4))
def test_renewed_answers_are_those_of_reading_anew(
    seed: int, large: Plan, officer: User, second: User, person: Callable[..., User],
    draft: Callable[..., Plan], county: Region,
) -> None:  # fmt: skip
    draw = random.Random(seed)
    town = person(Role.TOWNSHIP, organisation=Organisation.objects.get(name="柳岸镇人民政府"))
    office = Office(draw, officer, second, draft)
    officers, towns = (policies.reach(user, "plans.read") for user in (officer, town))
    frames = [
        queries.Frame(county, 2024, JULY, None, officers),
        queries.Frame(county, 2024, JULY, None, towns),
        queries.Frame(county, 2024, MARCH, None, officers),
        queries.Frame(county, 2024, OCTOBER, None, officers),
        queries.Frame(county, 2024, OCTOBER, None, towns),
    ]
    for number in range(30):
        if number == 8:
            frames.append(queries.Frame(county, 2024, JULY, clock.recorded_now(), officers))
        office.step()
        # Two are looked at after each step, others after many.
        for frame in [*frames[:2], *draw.sample(frames[2:], draw.choice([0, 0, 1, 2]))]:
            remembered = everything(frame)
            with transaction.atomic():  # nothing is remembered inside a transaction
                anew = everything(frame)
            assert remembered == anew, (seed, number, office.done[-3:], frame)
            assert remembered["late"] == remembered["late, counted"]
    states = {"risk", "submit", "accept", "send_back", "reopen", "drop"}
    assert len([kind for kind in office.done if kind in states]) >= 10, office.done


@pytest.mark.django_db(transaction=True)
def test_after_a_change_only_what_changed_is_read(
    large: Plan, officer: User, county: Region, bureau: Organisation
) -> None:
    frame = queries.Frame(county, 2024, JULY)
    everything(frame)
    task = Entry.objects.filter(register=TASKS).order_by("pk")[1]
    actions.DropTask(officer, JULY, task, reason="上级取消").execute()
    with CaptureQueriesContext(connection) as captured:
        now = standing(frame)
        parts_by_unit(frame)
    assert now.tasks[task.pk].state == "dropped"
    read = [query["sql"] for query in captured if "plans_taskfacts" in query["sql"]]
    assert len(read) == 1
    assert '"entry_id" IN (' in read[0]
    assert not any("plans_taskunit" in query["sql"] for query in captured)


@pytest.mark.django_db(transaction=True)
class TestJournal:
    def test_changes_are_told_once_and_in_order(self, task: Entry, officer: User, county: Region) -> None:
        journal = Journal()
        before = journal.look()
        assert journal.look() == before
        actions.PromoteQuantity(officer, JULY, TaskQuantity.objects.filter(entry=task)[0]).execute()
        actions.DropTask(officer, JULY, task, reason="上级取消").execute()
        after = journal.look()
        changes = journal.since(before)
        assert changes is not None
        assert [(change.action, change.entry) for change in changes] == [
            ("plans.quantity.promote", None),
            ("plans.task.drop", task.pk),
        ]
        assert journal.since(after) == []

    def test_an_action_that_nobody_knows_counts_as_changing_all(self) -> None:
        assert Change("something.new").of_tasks
        assert Change("something.new").of_parts
        assert not Change("people.login").of_tasks
        assert not Change("registers.import", "priority_parcels").of_tasks
        assert Change("registers.correct", TASKS).of_parts

    def test_a_row_that_commits_late_ends_all_positions(self) -> None:
        journal = Journal()
        with transaction.atomic():
            first = records.append("people.login", on=JULY, subject_type="account")
        journal.look()
        # Two writers have their numbers; the second commits first.
        late, early = (
            LedgerRow(pk=first.pk + step, uid=uuid4(), at=first.at, on=JULY, operation=uuid4(), action="people.login",
                      subject_type="account", alg=first.alg, row_hash=first.row_hash)
            for step in (1, 2)
        )  # fmt: skip
        early.save(force_insert=True)
        seen = journal.look()
        late.save(force_insert=True)
        journal.look()
        assert journal.since(seen) is None
