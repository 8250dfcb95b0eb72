"""From a file to a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from jingtu.errors import InputError, PermissionDeniedError, UnreadableDocumentError
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.regions.models import Region
from jingtu.programme.plans import actions
from jingtu.programme.plans.models import DraftItem, Plan

from .conftest import LOADED

TEXT = """青禾县2024年度土壤污染防治工作计划

为做好土壤污染防治工作，制定本计划。
一、目标指标
到2024年底，全县受污染耕地安全利用率不低于93%。
二、重点任务
（一）加强源头防控
1．排查涉重金属企业。9月底前完成整改。（青禾生态环境局牵头，县工业和信息化局等参与）
2．公布重点单位名录。3月底前公布名录。（青禾生态环境局牵头）
三、工作要求
各单位要明确责任分工。
"""


def load(actor: User | None, text: str = TEXT, **columns: object) -> actions.Loaded:
    given = {"file_name": "计划.txt", "content": text.encode()}
    return actions.LoadPlan(actor, LOADED, **{**given, **columns}).execute()


@pytest.fixture
def sample() -> bytes:
    folder = Path(__file__).resolve().parents[3] / "examples" / "plan"
    return (folder / "示例县2024年度土壤污染防治工作计划.docx").read_bytes()


def test_a_file_becomes_a_draft_with_its_text_and_its_bytes(officer: User, county: Region) -> None:
    plan = load(officer).plan
    assert (plan.region, plan.year, plan.state) == (county, 2024, Plan.State.DRAFT)
    assert plan.text.count("排查涉重金属企业") == 1
    kinds = list(plan.items.values_list("kind", flat=True))
    assert (kinds.count("target"), kinds.count("task")) == (1, 2)
    start, end = plan.items.get(kind="task", content__number="1").content["spans"][0]
    assert "9月底前完成整改" in plan.text[start:end].replace("\n", "")


def test_the_same_bytes_again_say_so_and_leave_no_second_draft(officer: User, county: Region) -> None:
    first = load(officer)
    rows = LedgerRow.objects.count()
    again = load(officer)
    assert (again.duplicate, again.plan) == (True, first.plan)
    assert Plan.objects.count() == 1
    assert LedgerRow.objects.count() == rows


def test_after_a_discard_the_same_bytes_may_come_again(officer: User, county: Region) -> None:
    actions.DiscardPlan(officer, LOADED, load(officer).plan).execute()
    assert load(officer).duplicate is False


def test_another_document_of_the_year_is_compared_with_the_plan_in_force(
    officer: User, county: Region
) -> None:
    actions.ConfirmPlan(officer, LOADED, load(officer).plan, confirm_pending=True).execute()
    amended = TEXT.replace("不低于93%", "不低于94%").replace("9月底前完成整改", "10月底前完成整改")
    plan = load(
        officer, amended.replace("2．公布重点单位名录。3月底前公布名录。", "2．维护监测井。6月底前完成巡护。")
    ).plan
    changes = {(item.kind, item.change): item for item in plan.items.all()}
    assert set(changes) == {("target", "changed"), ("task", "changed"), ("task", "new"), ("task", "removed")}
    assert changes["target", "changed"].differences == [
        {"field": "value", "label": "目标值", "before": "93", "after": "94"}
    ]
    assert "text" in {difference["field"] for difference in changes["task", "changed"].differences}


def test_a_document_of_a_place_that_is_not_here_asks_which(
    officer: User, county: Region, sample: bytes
) -> None:
    with pytest.raises(InputError) as raised:
        load(officer, content=sample, file_name="示例.docx")
    assert (raised.value.facts["missing"], raised.value.facts["file"]) == ("region", "示例.docx")
    assert load(officer, content=sample, region=county).plan.items.count() > 16


def test_what_is_no_plan_is_refused_by_name_and_leaves_nothing(officer: User, county: Region) -> None:
    with pytest.raises(UnreadableDocumentError) as raised:
        load(officer, "今天天气很好，我们去公园散步。", file_name="日记.txt")
    assert raised.value.facts["file"] == "日记.txt"
    assert not Plan.objects.exists()
    assert not DraftItem.objects.exists()


@pytest.mark.parametrize("role", [Role.HEAD, Role.DEPARTMENT, Role.SUPERIOR, Role.SECURITY_ADMIN])
def test_only_the_officer_of_the_place_loads(person: Callable[..., User], county: Region, role: Role) -> None:
    with pytest.raises(PermissionDeniedError):
        load(person(role))


def test_the_neighbours_officer_cannot_load_for_this_county(
    person: Callable[..., User], county: Region, neighbour: Region
) -> None:
    with pytest.raises(PermissionDeniedError):
        load(person(Role.OFFICER, neighbour))
    assert not Plan.objects.exists()


def test_a_chosen_region_and_year_win(officer: User, county: Region) -> None:
    plan = load(officer, region=county, year=2025).plan
    assert plan.year == 2025
    result = actions.ConfirmPlan(officer, date(2025, 2, 1), plan, confirm_pending=True).execute()
    assert result.plan.effective_from == date(2025, 1, 1)
