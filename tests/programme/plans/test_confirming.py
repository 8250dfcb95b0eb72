"""A draft becomes the plan in force; an amended one keeps what belongs to the tasks it continues."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from jingtu.errors import ConflictError, PermissionDeniedError
from jingtu.knowledge.plantext import model
from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.organisations.models import Organisation
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Entry
from jingtu.programme.plans import actions, queries
from jingtu.programme.plans.models import (
    DraftItem,
    Plan,
    Progress,
    ReportForm,
    Target,
    TaskQuantity,
    TaskUnit,
)

from .conftest import LOADED, changed_reading, department, small_reading, task_titled, with_changes


def units(entry: Entry, on: date) -> dict[str, list[str]]:
    rows = TaskUnit.objects.filter(versions.at(on), entry=entry).order_by("role", "position", "expanded")
    found: dict[str, list[str]] = {}
    for unit in rows:
        found.setdefault(unit.role, []).append(unit.expanded)
    return found


class TestFirstPlan:
    def test_tasks_live_from_the_first_day_of_the_year(self, confirmed: Plan, county: Region) -> None:
        titles = [row.title for row in queries.tasks(queries.Frame(county, 2024, date(2024, 1, 1))).rows]
        assert titles == ["整治涉镉等污染源", "监管重点单位", "落实受污染耕地措施"]
        assert queries.tasks(queries.Frame(county, 2024, date(2023, 12, 31))).rows == []

    def test_words_dates_figures_and_documents_come_along(self, confirmed: Plan, task: Entry) -> None:
        version = versions.version_on(task, LOADED)
        assert version is not None
        assert (version.taskfacts.number, version.taskfacts.section) == ("1", "一、源头防控")
        assert version.taskfacts.due == date(2024, 12, 31)
        assert version.holder.name == "青禾生态环境局"
        assert sorted(task.deadlines.values_list("due", flat=True)) == [date(2024, 6, 30), date(2024, 12, 31)]
        assert task.quantities.get().text == "减排比例达到5%以上"
        deliverable = versions.versions("plan_deliverables", LOADED).get()
        assert (deliverable.name, deliverable.deliverablefacts.due) == ("整治方案", date(2024, 6, 30))

    def test_class_units_open_into_the_towns_of_the_county_only(self, confirmed: Plan, task: Entry) -> None:
        assert units(task, LOADED)["responsible"] == ["各镇人民政府", "柳岸镇人民政府", "溪口镇人民政府"]
        members = TaskUnit.objects.filter(entry=task, class_unit__isnull=False)
        assert {unit.class_unit.expanded for unit in members} == {"各镇人民政府"}
        assert {unit.organisation.region.name for unit in members} == {"柳岸镇", "溪口镇"}

    def test_a_department_is_found_or_entered_once(self, farming: Organisation, confirmed: Plan) -> None:
        found = Organisation.objects.filter(name__contains="农业农村局")
        assert [body.name for body in found] == ["青禾县农业农村局"]

    def test_targets_and_form_are_there(self, confirmed: Plan, county: Region) -> None:
        rate, water = Target.objects.filter(region=county).order_by("position")
        assert (rate.comparator, rate.value, rate.unit, rate.due) == (">=", 93, "%", date(2024, 12, 31))
        assert (water.value, water.value_text, water.scope, water.kind) == (None, "Ⅳ类", "一号点", "class")
        assert water.due == date(2024, 12, 31)
        form = ReportForm.objects.get(plan=confirmed)
        assert [row.item for row in form.rows.all()] == ["涉镉等污染源整治情况"]

    def test_one_ledger_row_carries_the_hash_of_all_contents(
        self, draft: Callable[..., Plan], officer: User
    ) -> None:
        plan = draft()
        contents = list(plan.items.order_by("position", "pk").values_list("content", flat=True))
        actions.ConfirmPlan(officer, LOADED, plan, confirm_pending=True).execute()
        row = LedgerRow.objects.get(action="plans.confirm")
        assert row.subject_uid == plan.uid
        assert row.facts["manifest"] == actions.confirming.manifest(contents)
        assert row.facts["manifest"] != actions.confirming.manifest(contents[:-1])


class TestRefusals:
    def test_undecided_items_are_refused_until_all_are_taken(
        self, draft: Callable[..., Plan], officer: User
    ) -> None:
        plan = draft()
        with pytest.raises(ConflictError, match="还有 6 条没有核对"):
            actions.ConfirmPlan(officer, LOADED, plan).execute()
        actions.ConfirmUnchanged(officer, LOADED, plan).execute()
        actions.ConfirmPlan(officer, LOADED, plan).execute()

    def test_nothing_is_live_before(self, draft: Callable[..., Plan], county: Region) -> None:
        draft()
        assert queries.tasks(queries.Frame(county, 2024, LOADED)).total == 0
        assert not Target.objects.exists()

    def test_rejected_items_do_not_become_live(self, draft: Callable[..., Plan], officer: User) -> None:
        plan = draft()
        gone = plan.items.get(kind="task", content__title="监管重点单位")
        actions.RejectItem(officer, LOADED, gone).execute()
        result = actions.ConfirmPlan(officer, LOADED, plan, confirm_pending=True).execute()
        assert (result.tasks, Entry.objects.filter(register="plan_tasks").count()) == (2, 2)

    def test_the_same_plan_is_not_confirmed_twice(self, confirmed: Plan, officer: User) -> None:
        with pytest.raises(ConflictError, match="已生效"):
            actions.ConfirmPlan(officer, LOADED, confirmed, confirm_pending=True).execute()

    def test_a_draft_older_than_the_plan_in_force_is_refused(
        self, draft: Callable[..., Plan], officer: User
    ) -> None:
        early, other = draft(), draft()
        actions.ConfirmPlan(officer, LOADED, other, confirm_pending=True).execute()
        with pytest.raises(ConflictError, match="已由其他人确认生效"):
            actions.ConfirmPlan(officer, LOADED, early, confirm_pending=True).execute()

    @pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.TOWNSHIP, Role.SUPERIOR, Role.AUDIT_ADMIN])
    def test_others_may_not_confirm(
        self, draft: Callable[..., Plan], person: Callable[..., User], role: Role
    ) -> None:
        with pytest.raises(PermissionDeniedError):
            actions.ConfirmPlan(person(role), LOADED, draft(), confirm_pending=True).execute()

    def test_the_officer_of_the_county_next_door_may_not(
        self, draft: Callable[..., Plan], person: Callable[..., User], neighbour: Region
    ) -> None:
        plan = draft()
        with pytest.raises(PermissionDeniedError):
            actions.ConfirmPlan(person(Role.OFFICER, neighbour), LOADED, plan, confirm_pending=True).execute()

    def test_a_failure_half_way_leaves_nothing(
        self, draft: Callable[..., Plan], officer: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan = draft()

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("the disk is full")

        monkeypatch.setattr(actions.confirming, "build_form", fail)
        before = LedgerRow.objects.count()
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.ConfirmPlan(officer, LOADED, plan, confirm_pending=True).execute()
        plan.refresh_from_db()
        assert plan.state == Plan.State.DRAFT
        assert (Entry.objects.count(), Target.objects.count()) == (0, 0)
        assert LedgerRow.objects.count() == before


@pytest.fixture
def reported(task: Entry, officer: User, bureau: Organisation) -> Progress:
    return actions.ReportProgress(
        officer,
        date(2024, 4, 20),
        task,
        organisation=bureau,
        period="2024-04",
        text="完成现场核查。",
        percent=30,
    ).execute()


AMENDED = date(2024, 7, 1)


class TestAmendment:
    def test_the_same_document_again_changes_nothing(
        self, reported: Progress, draft: Callable[..., Plan]
    ) -> None:
        plan = draft()
        assert {item.change for item in plan.items.all()} == {DraftItem.Change.SAME}

    def test_changed_words_keep_entry_state_and_progress(
        self, reported: Progress, task: Entry, draft: Callable[..., Plan], officer: User, county: Region
    ) -> None:
        first = with_changes(small_reading().tasks[0], text="更新污染源整治清单，9月底前完成5家企业销号。")
        plan = draft(changed_reading(first=first))
        assert plan.items.get(matches_uid=task.uid).change == DraftItem.Change.CHANGED
        actions.ConfirmPlan(officer, AMENDED, plan, confirm_pending=True, effective_from=AMENDED).execute()
        before, after = versions.version_on(task, date(2024, 6, 30)), versions.version_on(task, AMENDED)
        assert "年底前完成销号" in before.taskfacts.text
        assert "9月底前完成5家企业销号" in after.taskfacts.text
        assert (before.state, after.state) == ("in_progress", "in_progress")
        detail = queries.task_detail(task.uid, AMENDED, None, queries.EVERYTHING)
        assert [report.text for line in detail.lines for report in line.reports] == ["完成现场核查。"]
        assert queries.tasks(queries.Frame(county, 2024, AMENDED)).total == 3
        plan.refresh_from_db()
        assert (plan.state, plan.amends.state) == ("confirmed", "superseded")

    def test_an_amendment_that_reaches_back_keeps_the_states_of_each_day(
        self, reported: Progress, task: Entry, draft: Callable[..., Plan], officer: User
    ) -> None:
        plan = draft(
            changed_reading(first=with_changes(small_reading().tasks[0], text="新的文字，整治销号。"))
        )
        actions.ConfirmPlan(
            officer, AMENDED, plan, confirm_pending=True, effective_from=date(2024, 2, 1)
        ).execute()
        states = {
            day: (versions.version_on(task, day).state, versions.version_on(task, day).taskfacts.text[:2])
            for day in (date(2024, 1, 31), date(2024, 2, 1), date(2024, 4, 20))
        }
        assert states == {
            date(2024, 1, 31): ("not_started", "更新"),
            date(2024, 2, 1): ("not_started", "新的"),
            date(2024, 4, 20): ("in_progress", "新的"),
        }

    def test_a_task_that_is_gone_is_dropped_on_that_day_and_its_progress_stays(
        self, reported: Progress, task: Entry, draft: Callable[..., Plan], officer: User, county: Region
    ) -> None:
        reading = small_reading()
        del reading.tasks[0]
        plan = draft(reading)
        actions.ConfirmPlan(officer, AMENDED, plan, confirm_pending=True, effective_from=AMENDED).execute()
        assert versions.version_on(task, date(2024, 6, 30)).state == "in_progress"
        assert versions.version_on(task, AMENDED).state == "dropped"
        assert Progress.objects.filter(entry=task, recorded_to=OPEN_TIME).count() == 1

    def test_a_rejected_removal_keeps_the_task(
        self, reported: Progress, task: Entry, draft: Callable[..., Plan], officer: User, county: Region
    ) -> None:
        reading = small_reading()
        del reading.tasks[0]
        plan = draft(reading)
        actions.RejectItem(officer, AMENDED, plan.items.get(change="removed", kind="task")).execute()
        actions.ConfirmPlan(officer, AMENDED, plan, confirm_pending=True, effective_from=AMENDED).execute()
        assert versions.version_on(task, AMENDED).state == "in_progress"
        assert queries.tasks(queries.Frame(county, 2024, AMENDED)).total == 3
        # and the next amendment still knows it
        assert draft().items.get(matches_uid=task.uid).change == DraftItem.Change.SAME

    def test_a_new_task_begins_and_does_not_inherit_progress(
        self, reported: Progress, draft: Callable[..., Plan], officer: User
    ) -> None:
        reading = small_reading()
        reading.tasks.append(
            model.Task(
                "9", "三、地下水", "巡护监测井", "完成全县监测井巡护。", lead_units=[department("县水利局")]
            )
        )
        plan = draft(reading)
        actions.ConfirmPlan(officer, AMENDED, plan, confirm_pending=True, effective_from=AMENDED).execute()
        entry = task_titled("巡护监测井")
        assert versions.version_on(entry, date(2024, 6, 30)) is None
        assert versions.version_on(entry, AMENDED).state == "not_started"
        assert not Progress.objects.filter(entry=entry).exists()

    def test_units_change_from_the_day_and_unchanged_ones_keep_their_members(
        self, confirmed: Plan, task: Entry, draft: Callable[..., Plan], officer: User
    ) -> None:
        first = with_changes(small_reading().tasks[0], support_units=[department("县自然资源局")])
        before = set(
            TaskUnit.objects.filter(entry=task, class_unit__isnull=False).values_list("pk", flat=True)
        )
        plan = draft(changed_reading(first=first))
        actions.ConfirmPlan(officer, AMENDED, plan, confirm_pending=True, effective_from=AMENDED).execute()
        assert units(task, date(2024, 6, 30))["support"] == ["县农业农村局"]
        assert units(task, AMENDED)["support"] == ["县自然资源局"]
        live = TaskUnit.objects.filter(versions.at(AMENDED), entry=task, class_unit__isnull=False)
        assert set(live.values_list("pk", flat=True)) == before

    def test_a_changed_target_keeps_its_series_and_its_readings(
        self, confirmed: Plan, draft: Callable[..., Plan], officer: User, county: Region
    ) -> None:
        target = Target.objects.get(region=county, indicator_id="contaminated_farmland_safe_use_rate")
        actions.EnterTargetReading(officer, date(2024, 6, 28), target, value=Decimal(91)).execute()
        reading = small_reading()
        reading.targets[0].value = 95
        plan = draft(reading)
        actions.ConfirmPlan(officer, AMENDED, plan, confirm_pending=True, effective_from=AMENDED).execute()
        then = queries.target_readings(queries.Frame(county, 2024, date(2024, 6, 30)))[0]
        now = queries.target_readings(queries.Frame(county, 2024, AMENDED))[0]
        assert (then.target.value, now.target.value) == (93, 95)
        assert then.target.series == now.target.series
        assert (then.shown, now.shown) == ("91 %", "91 %")

    def test_a_promoted_figure_goes_on(
        self, confirmed: Plan, task: Entry, draft: Callable[..., Plan], officer: User, county: Region
    ) -> None:
        target = actions.PromoteQuantity(officer, LOADED, TaskQuantity.objects.get(entry=task)).execute()
        plan = draft(changed_reading(first=with_changes(small_reading().tasks[0], quantities=[])))
        actions.ConfirmPlan(officer, AMENDED, plan, confirm_pending=True, effective_from=AMENDED).execute()
        shown = queries.target_readings(queries.Frame(county, 2024, AMENDED))
        assert target.uid in {reading.target.uid for reading in shown}
