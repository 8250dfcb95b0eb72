"""Unfinished tasks of last year under this year's plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from jingtu.errors import ConflictError
from jingtu.knowledge.plantext import model
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans import actions, queries
from jingtu.programme.plans.models import Plan

from .conftest import department, small_reading

NEW_YEAR = date(2025, 2, 20)


@pytest.fixture
def next_plan(confirmed: Plan, draft: Callable[..., Plan], officer: User) -> Plan:
    reading = model.Plan(
        title="青禾县2025年度土壤污染防治工作计划",
        year=2025,
        tasks=[
            model.Task("1", "一、任务", "维护监测井", "完成巡护。", lead_units=[department("青禾生态环境局")])
        ],
    )
    plan = draft(reading)
    actions.ConfirmPlan(officer, NEW_YEAR, plan, confirm_pending=True).execute()
    plan.refresh_from_db()
    return plan


def test_only_unfinished_tasks_are_offered(next_plan: Plan, officer: User, task: Entry) -> None:
    actions.DropTask(officer, date(2024, 12, 1), task, reason="上级取消").execute()
    assert [version.name for version in actions.unfinished(next_plan, NEW_YEAR)] == [
        "监管重点单位",
        "落实受污染耕地措施",
    ]


def test_carried_it_begins_anew_and_the_old_one_ends(
    next_plan: Plan, officer: User, task: Entry, county: Region, bureau: Organisation
) -> None:
    actions.ReportProgress(
        officer, date(2024, 11, 20), task, organisation=bureau, period="2024-11", text="尚未销号。"
    ).execute()
    (carried,) = actions.CarryOver(officer, NEW_YEAR, next_plan, [task]).execute()
    assert versions.version_on(task, date(2025, 2, 19)).state == "in_progress"
    assert versions.version_on(task, NEW_YEAR).state == "carried"
    new = versions.version_on(carried, NEW_YEAR)
    assert (new.state, new.name, new.taskfacts.section) == (
        "not_started",
        "整治涉镉等污染源",
        "2024年结转任务",
    )
    assert new.taskfacts.due is None
    titles = [row.title for row in queries.tasks(queries.Frame(county, 2025, NEW_YEAR)).rows]
    assert titles == ["维护监测井", "整治涉镉等污染源"]
    assert carried.units.filter(class_unit__isnull=False).count() == 2


def test_an_amended_plan_does_not_drop_what_was_carried(
    next_plan: Plan, officer: User, task: Entry, draft: Callable[..., Plan], county: Region
) -> None:
    (carried,) = actions.CarryOver(officer, NEW_YEAR, next_plan, [task]).execute()
    reading = model.Plan(year=2025, tasks=[model.Task("1", "一、任务", "维护监测井", "每月完成一次巡护。")])
    plan = draft(reading)
    actions.ConfirmPlan(officer, date(2025, 5, 1), plan, confirm_pending=True).execute()
    assert versions.version_on(carried, date(2025, 5, 1)).state == "not_started"
    assert queries.tasks(queries.Frame(county, 2025, date(2025, 5, 1))).total == 2


def test_twice_is_refused(next_plan: Plan, officer: User, task: Entry) -> None:
    actions.CarryOver(officer, NEW_YEAR, next_plan, [task]).execute()
    with pytest.raises(ConflictError, match="已经办结、取消或结转"):
        actions.CarryOver(officer, NEW_YEAR, next_plan, [task]).execute()


def test_not_into_a_draft(confirmed: Plan, draft: Callable[..., Plan], officer: User, task: Entry) -> None:
    reading = small_reading()
    reading.year = 2025
    with pytest.raises(ConflictError, match="先确认"):
        actions.CarryOver(officer, NEW_YEAR, draft(reading), [task]).execute()
