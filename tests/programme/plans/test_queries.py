"""What pages ask: nobody sees more than he may, no row is lost in paging, no query for each row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jingtu.errors import NotFoundError
from jingtu.knowledge.plantext import model
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans import actions, queries
from jingtu.programme.plans.models import Plan
from jingtu.programme.plans.recurrences import occurrences

from .conftest import LOADED, class_unit, department

JULY = date(2024, 7, 10)


def many(count: int) -> model.Plan:
    """A plan of so many tasks in three sections, every third without a deadline."""
    return model.Plan(
        title="青禾县2024年度土壤污染防治工作计划",
        year=2024,
        tasks=[
            model.Task(
                str(place % 10), f"（{place % 3}）", f"第{place:03}项任务", f"完成第{place}项工作。",
                lead_units=[department("青禾生态环境局" if place % 2 else "县农业农村局")],
                responsible_units=[class_unit("各镇人民政府")],
                deadlines=[model.Deadline("期限", date(2024, 1 + place % 12, 15))] if place % 3 else [],
            )
            for place in range(count)
        ],
    )  # fmt: skip


@pytest.fixture
def plan_of(draft: Callable[..., Plan], officer: User) -> Callable[[int], Plan]:
    def make(count: int) -> Plan:
        plan = draft(many(count))
        actions.ConfirmPlan(officer, LOADED, plan, confirm_pending=True).execute()
        return plan

    return make


def frame(county: Region, user: User | None = None, on: date = JULY, **more: object) -> queries.Frame:
    reach = policies.reach(user, "plans.read") if user else queries.EVERYTHING
    return queries.Frame(county, 2024, on, reach=reach, **more)


class TestList:
    @pytest.mark.parametrize("sort", sorted(queries.SORTS))
    def test_pages_there_and_back_hold_every_task_once(
        self, plan_of: Callable[[int], Plan], county: Region, sort: str
    ) -> None:
        plan_of(23)
        at = frame(county)
        seen, cursor, pages = [], "", []
        while True:
            page = queries.tasks(at, sort=sort, cursor=cursor, limit=5)
            seen += [row.uid for row in page.rows]
            pages.append([row.uid for row in page.rows])
            if not page.following:
                break
            cursor = page.following
        assert len(seen) == len(set(seen)) == 23
        assert [len(rows) for rows in pages] == [5, 5, 5, 5, 3]
        back = page.preceding
        for wanted in reversed(pages[:-1]):
            page = queries.tasks(at, sort=sort, cursor=back, limit=5)
            assert [row.uid for row in page.rows] == wanted
            back = page.preceding
        assert back == ""

    def test_by_deadline_the_undated_come_last(self, plan_of: Callable[[int], Plan], county: Region) -> None:
        plan_of(9)
        dues = [row.due for row in queries.tasks(frame(county), sort="due").rows]
        assert dues == sorted(dues, key=lambda due: (due is None, due or date.max))

    def test_late_is_the_day_after_and_never_what_is_done(
        self, confirmed: Plan, officer: User, county: Region
    ) -> None:
        def late(on: date) -> dict[str, int]:
            page = queries.tasks(frame(county, on=on), queries.TaskFilter(due="overdue"))
            return {row.title: row.overdue_days for row in page.rows}

        assert late(date(2024, 4, 30)) == {}
        assert late(date(2024, 5, 1)) == {"落实受污染耕地措施": 1}
        entry = Entry.objects.filter(versions__name="落实受污染耕地措施").distinct().get()
        actions.DropTask(officer, date(2024, 5, 10), entry, reason="上级取消").execute()
        assert late(date(2024, 5, 9)) == {"落实受污染耕地措施": 9}
        assert late(date(2024, 5, 10)) == {}
        assert queries.counts_by_state(frame(county, on=date(2024, 5, 10)))["overdue"] == 0

    def test_filters(
        self, confirmed: Plan, task: Entry, officer: User, bureau: Organisation, county: Region
    ) -> None:
        actions.ReportProgress(
            officer, JULY, task, organisation=bureau, period="2024-07", text="核查完成"
        ).execute()

        def titles(**wanted: object) -> list[str]:
            return [row.title for row in queries.tasks(frame(county), queries.TaskFilter(**wanted)).rows]

        assert titles(states=("in_progress",)) == ["整治涉镉等污染源"]
        assert titles(states=("not_started",)) == ["监管重点单位", "落实受污染耕地措施"]
        assert titles(words="自行监测") == ["监管重点单位"]
        assert titles(section="二、安全利用") == ["落实受污染耕地措施"]
        assert titles(unit=str(bureau.uid)) == ["整治涉镉等污染源", "监管重点单位"]
        assert titles(unit=str(bureau.uid), role="support") == []
        assert titles(month_reported="yes") == ["整治涉镉等污染源"]
        assert titles(month_reported="no") == ["监管重点单位", "落实受污染耕地措施"]
        assert titles(words="不存在的词") == []

    def test_a_row_shows_who_leads_and_how_far(
        self, confirmed: Plan, task: Entry, officer: User, bureau: Organisation, county: Region
    ) -> None:
        actions.ReportProgress(
            officer, JULY, task, organisation=bureau, period="2024-07", text="核查完成", percent=40
        ).execute()
        row = queries.tasks(frame(county)).rows[0]
        assert (row.lead_names, row.percent, row.progress_text) == ("青禾生态环境局", 40, "核查完成")
        assert (row.reported, row.reporting) == (1, 4)  # bureau, farming, two towns


class TestNoQueryForEachRow:
    @pytest.mark.parametrize(
        "ask",
        [
            queries.tasks,
            queries.year_overview,
            lambda at: queries.calendar(at, 2024, 7),
            queries.status,
            queries.deliverables,
            lambda at: queries.counties(queries.Frame(at.region.parent, 2024, JULY)),
        ],
        ids=["tasks", "year", "calendar", "status", "deliverables", "counties"],
    )
    def test_as_many_for_four_tasks_as_for_forty(
        self, plan_of: Callable[[int], Plan], county: Region, ask: Callable[[queries.Frame], object]
    ) -> None:
        def asked() -> int:
            region = Region.objects.select_related("parent").get(pk=county.pk)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                ask(frame(region))
            return len(captured)

        plan_of(4)
        few = asked()
        plan_of(40)
        assert asked() <= few


class TestReach:
    def test_a_township_sees_its_own_tasks_only(
        self, confirmed: Plan, person: Callable[..., User], county: Region
    ) -> None:
        town = Organisation.objects.get(name="柳岸镇人民政府")
        at = frame(county, person(Role.TOWNSHIP, organisation=town))
        titles = [row.title for row in queries.tasks(at).rows]
        assert titles == ["整治涉镉等污染源", "落实受污染耕地措施"]
        assert queries.counts_by_state(at)["total"] == 2
        overview = queries.year_overview(at)
        assert (overview.targets, overview.plans) == ([], [])
        assert [unit.name for unit in overview.units] == ["柳岸镇人民政府"]

    def test_what_is_hidden_in_the_list_is_not_found_by_its_address(
        self, confirmed: Plan, person: Callable[..., User]
    ) -> None:
        town = Organisation.objects.get(name="柳岸镇人民政府")
        reach = policies.reach(person(Role.TOWNSHIP, organisation=town), "plans.read")
        hidden = Entry.objects.filter(versions__name="监管重点单位").distinct().get()
        with pytest.raises(NotFoundError):
            queries.task_detail(hidden.uid, JULY, None, reach)

    @pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
    def test_administrators_see_no_business(
        self, confirmed: Plan, person: Callable[..., User], county: Region, role: Role
    ) -> None:
        at = frame(county, person(role))
        assert queries.tasks(at).rows == []
        assert queries.year_overview(at).units == []

    def test_the_neighbour_sees_nothing_and_the_superior_all(
        self, confirmed: Plan, person: Callable[..., User], county: Region, neighbour: Region, city: Region
    ) -> None:
        assert queries.tasks(frame(county, person(Role.OFFICER, neighbour))).total == 0
        assert queries.tasks(frame(county, person(Role.SUPERIOR, city))).total == 3


class TestKnownThen:
    def test_a_plan_confirmed_later_was_not_known(self, confirmed: Plan, county: Region) -> None:
        before = frame(county, known_at=datetime(2024, 3, 1, tzinfo=UTC))
        after = frame(county, known_at=datetime(2024, 3, 20, tzinfo=UTC))
        assert (queries.tasks(before).total, queries.tasks(after).total) == (0, 3)


class TestYear:
    def test_due_this_week(self, confirmed: Plan, county: Region) -> None:
        items = queries.year_overview(frame(county, on=date(2024, 6, 26))).due
        assert [(item.kind, item.title, item.due) for item in items] == [
            ("task", "整治涉镉等污染源", date(2024, 6, 30)),
            ("deliverable", "整治方案", date(2024, 6, 30)),
            ("recurring", "监管重点单位", date(2024, 6, 30)),
        ]

    def test_units_count_each_task_once(self, confirmed: Plan, county: Region) -> None:
        units = {unit.name: unit for unit in queries.year_overview(frame(county)).units}
        assert (units["青禾生态环境局"].tasks, units["青禾生态环境局"].leads) == (2, 2)
        assert (units["青禾县农业农村局"].tasks, units["青禾县农业农村局"].leads) == (2, 1)
        assert (units["青禾县农业农村局"].overdue, units["青禾生态环境局"].overdue) == (1, 0)

    def test_counties_side_by_side(self, confirmed: Plan, city: Region, neighbour: Region) -> None:
        found = queries.counties(queries.Frame(city, 2024, JULY))
        assert [(column.name, column.counts["total"]) for column in found.columns] == [("青禾县", 3)]
        assert found.indicators[0] == ("contaminated_farmland_safe_use_rate", "受污染耕地安全利用率")


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=3", [date(2024, month, 3) for month in range(1, 13)]),
        ("FREQ=MONTHLY;INTERVAL=3", [date(2024, 3, 31), date(2024, 6, 30), date(2024, 9, 30), date(2024, 12, 31)]),
        ("FREQ=MONTHLY;INTERVAL=6", [date(2024, 6, 30), date(2024, 12, 31)]),
        ("FREQ=YEARLY", [date(2024, 12, 31)]),
        ("FREQ=YEARLY;BYMONTH=4,7", [date(2024, 4, 30), date(2024, 7, 31)]),
        ("FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1", [date(2024, m, d) for m, d in ((3, 31), (6, 30), (9, 30), (12, 31))]),
        ("FREQ=DAILY", []),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", []),
    ],
)  # fmt: skip
def test_periods_are_due_at_their_end(rule: str, days: list[date]) -> None:
    assert list(occurrences(rule, 2024, date(2024, 1, 1), date(2024, 12, 31))) == days


def test_working_days_follow_the_holiday_notices() -> None:
    assert queries.working_day(date(2024, 2, 4)) is True  # a Sunday made up before the Spring Festival
    assert queries.working_day(date(2024, 2, 12)) is False
    assert queries.working_days_until(date(2024, 9, 30), date(2024, 10, 8)) == 1
    assert queries.working_days_until(date(2024, 9, 30), date(2099, 10, 8)) is None


@pytest.mark.django_db(transaction=True)
def test_a_remembered_answer_ends_with_the_next_change(
    confirmed: Plan, task: Entry, officer: User, bureau: Organisation, county: Region
) -> None:
    at = frame(county)
    assert queries.counts_by_state(at)["in_progress"] == 0
    with CaptureQueriesContext(connection) as captured:
        queries.counts_by_state(at)
    # Nothing but the head of the ledger: no task is read again.
    assert len(captured) == 1
    assert not any("taskfacts" in query["sql"] or "plans_" in query["sql"] for query in captured)
    actions.ReportProgress(officer, JULY, task, organisation=bureau, period="2024-07", text="完成").execute()
    assert queries.counts_by_state(at)["in_progress"] == 1
