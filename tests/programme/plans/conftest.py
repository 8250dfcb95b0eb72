"""A county with towns, people who work there, and a small plan written for these tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from jingtu.knowledge.plantext import model
from jingtu.platform import clock
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import Membership, User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import create_region
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans import actions
from jingtu.programme.plans.actions.loading import draft_items
from jingtu.programme.plans.drafting import items_of
from jingtu.programme.plans.lifecycle import TASKS
from jingtu.programme.plans.models import DraftItem, Plan

LOADED = date(2024, 3, 10)


def department(name: str, scope: str | None = None) -> model.Unit:
    return model.Unit(raw=name, expanded=name, scope=scope)


def class_unit(name: str) -> model.Unit:
    return model.Unit(raw=name, expanded=name, kind="class")


def small_reading() -> model.Plan:
    """Two targets, three tasks, one form row: one of everything that confirming has to write."""
    return model.Plan(
        title="青禾县2024年度土壤污染防治工作计划",
        region=model.Region("青禾县", "990122"),
        year=2024,
        issued_on=date(2024, 3, 1),
        targets=[
            model.Target(
                "受污染耕地安全利用率", "contaminated_farmland_safe_use_rate", None, ">=", 93, "%", "number",
                due=date(2024, 12, 31), text="受污染耕地安全利用率不低于93%",
            ),
            model.Target(
                "国控地下水点位水质", None, "一号点", "text", "Ⅳ类", None, "class", text="水质达到Ⅳ类",
            ),
        ],
        tasks=[
            model.Task(
                "1", "一、源头防控", "整治涉镉等污染源", "更新污染源整治清单，6月底前制定整治方案，年底前完成销号。",
                lead_units=[department("青禾生态环境局")],
                support_units=[department("县农业农村局")],
                responsible_units=[class_unit("各镇人民政府")],
                deadlines=[
                    model.Deadline("6月底前", date(2024, 6, 30), spans=[(10, 14)]),
                    model.Deadline("年底前", date(2024, 12, 31), spans=[(24, 27)]),
                ],
                deliverables=[model.Deliverable("整治方案", "plan", spans=[(16, 20)])],
                quantities=[
                    model.Quantity("减排比例达到5%以上", "重点重金属减排比例", ">=", 5, "%", date(2024, 12, 31))
                ],
                unit_text="青禾生态环境局牵头，县农业农村局参与，各镇人民政府负责",
            ),
            model.Task(
                "2", "一、源头防控", "监管重点单位", "公布名录，开展自行监测。",
                lead_units=[department("青禾生态环境局")],
                deadlines=[model.Deadline("每季度末", recurrence="FREQ=MONTHLY;INTERVAL=3", kind="recurring")],
            ),
            model.Task(
                "1", "二、安全利用", "落实受污染耕地措施", "制定年度工作计划并组织实施。",
                lead_units=[department("县农业农村局")],
                responsible_units=[class_unit("各镇人民政府")],
                deadlines=[model.Deadline("4月底前", date(2024, 4, 30))],
            ),
        ],
        report_form=[model.FormRow("源头防控", "1", "涉镉等污染源整治情况", [department("青禾生态环境局")])],
    )  # fmt: skip


@pytest.fixture
def city(db: None) -> Region:
    return create_region("白石市", Region.Level.CITY, code="990100", source="测试")


@pytest.fixture
def county(city: Region) -> Region:
    county = create_region("青禾县", Region.Level.COUNTY, city, code="990122", source="测试")
    create_region("柳岸镇", Region.Level.TOWN, county, code="990122100", source="测试")
    create_region("溪口镇", Region.Level.TOWN, county, code="990122101", source="测试")
    create_region("高坡乡", Region.Level.TOWN, county, code="990122200", source="测试")
    return county


@pytest.fixture
def neighbour(city: Region) -> Region:
    return create_region("红枫县", Region.Level.COUNTY, city, code="990123", source="测试")


@pytest.fixture
def bureau(county: Region) -> Organisation:
    return Organisation.objects.create(name="青禾生态环境局", kind=Organisation.Kind.ECOLOGY, region=county)


@pytest.fixture
def farming(county: Region) -> Organisation:
    return Organisation.objects.create(
        name="青禾县农业农村局", kind=Organisation.Kind.DEPARTMENT, region=county
    )


@pytest.fixture
def person(county: Region) -> Callable[..., User]:
    def make(
        role: Role, region: Region | None = None, organisation: Organisation | None = None, name: str = ""
    ) -> User:
        number = User.objects.count()
        user = User.objects.create(username=f"user{number}", display_name=name or f"甲{number}")
        own = role in {Role.TOWNSHIP, Role.ENTERPRISE, Role.SURVEY_FIRM, Role.LABORATORY, Role.GRANARY}
        Membership.objects.create(
            user=user, role=role, region=None if own else region or county, organisation=organisation
        )
        return user

    return make


@pytest.fixture
def officer(person: Callable[..., User], bureau: Organisation) -> User:
    return person(Role.OFFICER, organisation=bureau, name="王科")


@pytest.fixture
def second(person: Callable[..., User], bureau: Organisation) -> User:
    return person(Role.OFFICER, organisation=bureau, name="李科")


@pytest.fixture
def draft(county: Region, bureau: Organisation) -> Callable[..., Plan]:
    """A draft made of a reading, as loading makes it, without a file."""

    def make(reading: model.Plan | None = None, **columns: object) -> Plan:
        reading = reading or small_reading()
        live = Plan.objects.filter(region=county, year=reading.year, state=Plan.State.CONFIRMED).first()
        plan = Plan.objects.create(
            title=reading.title or "", region=county, year=reading.year or 2024, issued_on=reading.issued_on,
            reading=reading.to_json(), amends=live, **columns,
        )  # fmt: skip
        DraftItem.objects.bulk_create(draft_items(plan, items_of(reading), live))
        return plan

    return make


@pytest.fixture
def confirmed(draft: Callable[..., Plan], officer: User) -> Plan:
    plan = draft()
    with clock.replaying(datetime(2024, 3, 10, 9, tzinfo=UTC)):
        actions.ConfirmPlan(officer, LOADED, plan, confirm_pending=True).execute()
    plan.refresh_from_db()
    return plan


@pytest.fixture
def task(confirmed: Plan) -> Entry:
    return task_titled("整治涉镉等污染源")


def task_titled(title: str) -> Entry:
    return Entry.objects.filter(register=TASKS, versions__name=title).distinct().get()


def changed_reading(**tasks: model.Task) -> model.Plan:
    """The small plan with some of its tasks replaced: ``first``, ``second``, ``third``."""
    reading = small_reading()
    places = {"first": 0, "second": 1, "third": 2}
    for name, value in tasks.items():
        reading.tasks[places[name]] = value
    return reading


def with_changes(task: model.Task, **columns: object) -> model.Task:
    return replace(task, **columns)
