"""Going through a draft: edits are checked, splits and merges can be taken back, nobody overwrites another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.programme.plans import actions
from jingtu.programme.plans.models import DraftItem, Plan

from .conftest import LOADED


@pytest.fixture
def plan(draft: Callable[..., Plan]) -> Plan:
    return draft()


@pytest.fixture
def item(plan: Plan) -> DraftItem:
    return plan.items.get(kind="task", content__title="整治涉镉等污染源")


class TestEdit:
    def test_units_as_words_keep_what_was_read_of_them(self, officer: User, item: DraftItem) -> None:
        changes = {"lead_units": "青禾生态环境局、县水利局", "title": "整治涉镉污染源"}
        edited = actions.EditItem(officer, LOADED, item, changes).execute()
        assert [unit["expanded"] for unit in edited.content["lead_units"]] == ["青禾生态环境局", "县水利局"]
        assert (edited.state, edited.edited) == ("confirmed", True)
        assert edited.original["title"] == "整治涉镉等污染源"

    def test_all_that_is_wrong_is_said_at_once(self, officer: User, item: DraftItem) -> None:
        changes = {
            "title": "",
            "deadlines": [{"text": "6月底前", "due": "2024-06-31", "kind": "deadline"}],
            "deliverables": [{"name": "方案", "kind": "poem"}],
            "confidence": 1,
        }
        with pytest.raises(InputError) as raised:
            actions.EditItem(officer, LOADED, item, changes).execute()
        assert {error.column for error in raised.value.errors} == {"任务名称", "期限", "成果", "confidence"}
        item.refresh_from_db()
        assert item.content == item.original

    def test_a_target_needs_a_number_where_it_says_so(self, officer: User, plan: Plan) -> None:
        target = plan.items.get(kind="target", content__kind="number")
        with pytest.raises(InputError, match="1 处"):
            actions.EditItem(officer, LOADED, target, {"value": "九成"}).execute()
        edited = actions.EditItem(officer, LOADED, target, {"value": "93.5"}).execute()
        assert edited.content["value"] == 93.5

    def test_the_second_of_two_editors_is_told(self, officer: User, second: User, item: DraftItem) -> None:
        actions.EditItem(officer, LOADED, item, {"text": "甲改的。"}, revision=0).execute()
        with pytest.raises(ConflictError, match="刚被其他人改过"):
            actions.EditItem(second, LOADED, item, {"text": "乙改的。"}, revision=0).execute()
        item.refresh_from_db()
        assert item.content["text"] == "甲改的。"

    def test_only_the_officer_edits(self, person: Callable[..., User], item: DraftItem) -> None:
        with pytest.raises(PermissionDeniedError):
            actions.EditItem(person(Role.HEAD), LOADED, item, {"text": "领导改的。"}).execute()


class TestSplit:
    @pytest.fixture
    def parts(self, officer: User, item: DraftItem) -> list[DraftItem]:
        text = item.content["text"]
        cut = text.index("年底前")
        return actions.SplitItem(
            officer, LOADED, item, [{"range": [0, cut], "title": "制定整治方案"}, {"range": [cut, len(text)]}]
        ).execute()

    def test_each_part_takes_its_words_dates_and_documents(self, parts: list[DraftItem]) -> None:
        first, second = (part.content for part in parts)
        assert [deadline["text"] for deadline in first["deadlines"]] == ["6月底前"]
        assert [deadline["text"] for deadline in second["deadlines"]] == ["年底前"]
        assert [item["name"] for item in first["deliverables"]] == ["整治方案"]
        assert second["deliverables"] == []
        assert [unit["expanded"] for unit in second["lead_units"]] == ["青禾生态环境局"]

    def test_the_parts_go_live_and_the_whole_does_not(
        self, parts: list[DraftItem], officer: User, plan: Plan
    ) -> None:
        assert actions.ConfirmPlan(officer, LOADED, plan, confirm_pending=True).execute().tasks == 4

    def test_restored_it_is_whole_again(
        self, parts: list[DraftItem], officer: User, plan: Plan, item: DraftItem
    ) -> None:
        actions.RestoreItem(officer, LOADED, item).execute()
        titles = [one.content["title"] for one in plan.items.filter(kind="task")]
        assert titles == ["整治涉镉等污染源", "监管重点单位", "落实受污染耕地措施"]

    def test_one_part_is_no_split(self, officer: User, item: DraftItem) -> None:
        with pytest.raises(InputError):
            actions.SplitItem(officer, LOADED, item, [{"range": [0, 5]}]).execute()


class TestMerge:
    def test_texts_follow_units_are_joined_once(self, officer: User, plan: Plan) -> None:
        both = list(plan.items.filter(kind="task").order_by("position")[:2])
        merged = actions.MergeItems(officer, LOADED, both).execute()
        assert merged.content["text"].endswith("开展自行监测。")
        assert [unit["expanded"] for unit in merged.content["lead_units"]] == ["青禾生态环境局"]
        assert len(merged.content["deadlines"]) == 3
        assert actions.ConfirmPlan(officer, LOADED, plan, confirm_pending=True).execute().tasks == 2

    def test_restoring_one_brings_both_back(self, officer: User, plan: Plan) -> None:
        both = list(plan.items.filter(kind="task").order_by("position")[:2])
        actions.MergeItems(officer, LOADED, both).execute()
        actions.RestoreItem(officer, LOADED, both[0]).execute()
        assert plan.items.filter(kind="task").count() == 3
        assert set(plan.items.filter(kind="task").values_list("state", flat=True)) == {"pending"}

    def test_two_live_tasks_are_not_merged_into_one(
        self, officer: User, confirmed: Plan, draft: Callable[..., Plan]
    ) -> None:
        again = draft()
        both = list(again.items.filter(kind="task").order_by("position")[:2])
        with pytest.raises(ConflictError, match="会丢失其中一项的进展"):
            actions.MergeItems(officer, LOADED, both).execute()


class TestAddAndMatch:
    def test_what_the_reader_missed_is_added(self, officer: User, plan: Plan) -> None:
        actions.AddItem(
            officer,
            LOADED,
            plan,
            "task",
            {"title": "巡护监测井", "lead_units": "县水利局", "text": "完成巡护。"},
        ).execute()
        assert actions.ConfirmPlan(officer, LOADED, plan, confirm_pending=True).execute().tasks == 4

    def test_an_added_task_needs_a_title(self, officer: User, plan: Plan) -> None:
        with pytest.raises(InputError):
            actions.AddItem(officer, LOADED, plan, "task", {"text": "没有名称。"}).execute()

    def test_a_person_decides_which_live_task_goes_on(
        self, officer: User, confirmed: Plan, draft: Callable[..., Plan]
    ) -> None:
        again = draft()
        first, second = again.items.filter(kind="task").order_by("position")[:2]
        uid = first.matches_uid
        actions.MatchItem(officer, LOADED, first, None).execute()
        first.refresh_from_db()
        assert first.change == DraftItem.Change.NEW
        assert again.items.get(change="removed").matches_uid == uid
        with pytest.raises(ConflictError, match="一项只能对应一条"):
            actions.MatchItem(officer, LOADED, first, second.matches_uid).execute()
        actions.MatchItem(officer, LOADED, first, uid).execute()
        first.refresh_from_db()
        assert first.change == DraftItem.Change.SAME
        assert not again.items.filter(change="removed").exists()


def test_a_plan_in_force_is_not_edited_through_its_draft(officer: User, confirmed: Plan) -> None:
    with pytest.raises(ConflictError, match="不能再校对"):
        actions.RejectItem(officer, LOADED, confirmed.items.first()).execute()


def test_a_discarded_draft_stays_on_record(officer: User, plan: Plan) -> None:
    actions.DiscardPlan(officer, LOADED, plan, "传错文件").execute()
    plan.refresh_from_db()
    assert (plan.state, plan.items.count()) == ("discarded", 6)
    with pytest.raises(ConflictError):
        actions.ConfirmPlan(officer, LOADED, plan, confirm_pending=True).execute()
