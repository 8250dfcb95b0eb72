"""What tasks oblige to, when it is raised, and what closes it."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest

from jingtu.platform.duties import ticking
from jingtu.platform.duties.models import Duty
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans import actions
from jingtu.programme.plans.models import Plan


def owed(rule: str, **more: object) -> set[tuple[str, str]]:
    rows = Duty.objects.filter(rule=rule, **more).select_related("holder")
    return {(duty.holder.name, duty.due.isoformat()) for duty in rows}


def test_deadlines_are_raised_a_month_ahead_for_who_leads(confirmed: Plan) -> None:
    ticking.tick(date(2024, 4, 1))
    assert owed("plans.deadline") == {("青禾县农业农村局", "2024-04-30")}
    ticking.tick(date(2024, 6, 5))
    assert owed("plans.deadline") == {("青禾县农业农村局", "2024-04-30"), ("青禾生态环境局", "2024-06-30")}


def test_a_day_ticked_twice_raises_nothing_more(confirmed: Plan) -> None:
    ticking.tick(date(2024, 6, 25))
    count = Duty.objects.count()
    ticking.tick(date(2024, 6, 25))
    ticking.tick(date(2024, 6, 26))
    assert Duty.objects.count() == count
    assert count > 0


def test_recurring_work_is_closed_by_the_report_of_its_month(
    confirmed: Plan, officer: User, bureau: Organisation
) -> None:
    ticking.tick(date(2024, 6, 25))
    assert owed("plans.recurring", state="open") == {("青禾生态环境局", "2024-06-30")}
    entry = Entry.objects.filter(versions__name="监管重点单位").distinct().get()
    actions.ReportProgress(
        officer, date(2024, 6, 28), entry, organisation=bureau, period="2024-06", text="已公布。"
    ).execute()
    assert owed("plans.recurring", state="open") == set()
    assert Duty.objects.get(rule="plans.recurring").closed_on == date(2024, 6, 28)


@pytest.fixture
def dated(confirmed: Plan) -> Plan:
    Plan.objects.filter(pk=confirmed.pk).update(text="各单位于每月5日前将进展情况报送县生态环境局。")
    return confirmed


def test_without_a_day_in_the_plan_the_month_ends_with_its_report(confirmed: Plan) -> None:
    ticking.tick(date(2024, 6, 15))
    assert owed("plans.monthly_report") == set()
    ticking.tick(date(2024, 6, 20))
    assert owed("plans.monthly_report", period="2024-06") == {
        ("青禾生态环境局", "2024-06-30"),
        ("青禾县农业农村局", "2024-06-30"),
        ("柳岸镇人民政府", "2024-06-30"),
        ("溪口镇人民政府", "2024-06-30"),
    }


def test_the_day_that_the_plan_names_holds(dated: Plan) -> None:
    ticking.tick(date(2024, 6, 28))
    assert {duty.period for duty in Duty.objects.filter(rule="plans.monthly_report")} == {"2024-06"}
    assert {due for _, due in owed("plans.monthly_report")} == {"2024-07-05"}
    ticking.tick(date(2024, 12, 31))
    ticking.tick(date(2025, 1, 3))
    assert ("柳岸镇人民政府", "2025-01-05") in owed("plans.monthly_report", period="2024-12")


def test_one_duty_a_unit_closed_when_all_its_lines_are_reported(confirmed: Plan, officer: User) -> None:
    ticking.tick(date(2024, 6, 25))
    town = Organisation.objects.get(name="柳岸镇人民政府")
    duty = Duty.objects.get(rule="plans.monthly_report", holder=town)
    assert "2 项任务" in duty.what
    for title in ("整治涉镉等污染源", "落实受污染耕地措施"):
        duty.refresh_from_db()
        assert duty.state == "open"
        entry = Entry.objects.filter(versions__name=title).distinct().get()
        actions.ReportProgress(
            officer, date(2024, 6, 28), entry, organisation=town, period="2024-06", text="已巡查。"
        ).execute()
    duty.refresh_from_db()
    assert duty.state == "closed"


def test_a_finished_task_owes_nothing_more(confirmed: Plan, task: Entry, officer: User, second: User) -> None:
    ticking.tick(date(2024, 6, 10))
    assert owed("plans.deadline", entry=task, state="open") == {("青禾生态环境局", "2024-06-30")}
    files = [("证明.txt", io.BytesIO("完成".encode()))]
    actions.SubmitTask(officer, date(2024, 6, 12), task, files=files).execute()
    actions.CheckTask(second, date(2024, 6, 13), task, accept=True).execute()
    assert owed("plans.deadline", entry=task, state="open") == set()


def test_a_document_is_owed_until_it_is_issued(confirmed: Plan, officer: User) -> None:
    ticking.tick(date(2024, 6, 10))
    duty = Duty.objects.get(rule="plans.deliverable")
    assert (duty.what, duty.due, duty.state) == ("印发整治方案", date(2024, 6, 30), "open")
    actions.MoveDeliverable(
        officer, date(2024, 6, 20), duty.entry, "issue", issue_number="青环发〔2024〕8号",
        issued_on=date(2024, 6, 20),
    ).execute()  # fmt: skip
    duty.refresh_from_db()
    assert duty.state == "closed"


def test_a_dropped_task_cancels_its_duties(
    confirmed: Plan, officer: User, draft: Callable[..., Plan], task: Entry
) -> None:
    ticking.tick(date(2024, 6, 10))
    actions.DropTask(officer, date(2024, 6, 15), task, reason="上级取消").execute()
    assert set(Duty.objects.filter(rule="plans.deadline", entry=task).values_list("state", flat=True)) == {
        "cancelled"
    }


def test_a_plan_of_a_past_year_owes_nothing_today(confirmed: Plan) -> None:
    ticking.tick(date(2026, 6, 25))
    assert not Duty.objects.exists()
