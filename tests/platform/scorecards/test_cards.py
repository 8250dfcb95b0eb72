"""Cards keep the version they were filled in by; what is missing is told at once; a veto decides."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from tests.platform.scorecards.conftest import DAY

from jingtu.errors import ConflictError, InputError, PermissionDeniedError
from jingtu.platform.ledger.models import LedgerRow
from jingtu.platform.people.roles import Role
from jingtu.platform.registers.models import Entry
from jingtu.platform.scorecards import printing
from jingtu.platform.scorecards.declarations import ItemSpec, ScorecardKind, declare
from jingtu.platform.scorecards.filling import Answer, FillScorecard
from jingtu.platform.scorecards.models import Scorecard, ScoreTemplate
from jingtu.platform.scorecards.templating import (
    ItemDraft,
    ReviseTemplate,
    items_of,
    number,
    template_on,
)

pytestmark = pytest.mark.django_db


def fill(
    kind: ScorecardKind, entry: Entry, paper: str, site: str, fraud: bool | None = False, actor: Any = None,
    on: date = DAY, **rest: Any,
) -> Scorecard:  # fmt: skip
    answers = {1: Answer(paper), 2: Answer(site, remark="围挡破损"), 3: Answer(hit=fraud)}
    return FillScorecard(actor, on, kind, entry, answers, **rest).execute()


@pytest.mark.parametrize(
    ("paper", "site", "grade"),
    [
        ("40", "60", "优秀"),
        ("30", "60", "优秀"),
        ("30", "59.99", "良好"),
        ("0", "60", "合格"),
        ("0", "59.99", "不合格"),
    ],
)
def test_the_sum_decides_the_grade(
    kind: ScorecardKind, parcel: Entry, paper: str, site: str, grade: str
) -> None:
    card = fill(kind, parcel, paper, site)
    assert (card.total, card.grade, card.vetoed) == (Decimal(paper) + Decimal(site), grade, False)


def test_a_veto_decides_whatever_the_sum(kind: ScorecardKind, parcel: Entry) -> None:
    card = fill(kind, parcel, "40", "60", fraud=True)
    assert (card.total, card.grade, card.vetoed) == (100, "一票否决", True)


def test_everything_wrong_is_told_at_once_and_nothing_kept(kind: ScorecardKind, parcel: Entry) -> None:
    with pytest.raises(InputError) as caught:
        fill(kind, parcel, "", "60.01", fraud=None)
    assert [(error.row, error.column) for error in caught.value.errors] == [
        (1, "得分"), (2, "得分"), (3, "一票否决"),
    ]  # fmt: skip
    assert not Scorecard.objects.exists()
    assert not ScoreTemplate.objects.exists()


def test_what_is_proposed_stays_beside_what_the_person_gave(kind: ScorecardKind, parcel: Entry) -> None:
    line = fill(kind, parcel, "35", "50").lines.get(item__position=1)
    assert (line.points, line.proposed, line.source) == (35, 20, "登记的资料缺一半")


def revise(kind: ScorecardKind, region: Any, on: date, *points: str, actor: Any = None) -> ScoreTemplate:
    drafts = [ItemDraft("资料", f"第{place}项", text) for place, text in enumerate(points, 1)]
    drafts.append(ItemDraft("现场", "弄虚作假", veto=True))
    return ReviseTemplate(actor, on, kind, region, drafts, "按本县实际细化").execute()


def test_points_have_to_add_up_to_the_total(kind: ScorecardKind, county: Any) -> None:
    for points in (("50", "49.99"), ("50", "50.01"), ("100", "0.01")):
        with pytest.raises(InputError, match="评分表有 1 处"):
            revise(kind, county, DAY, *points)
    assert revise(kind, county, DAY, "33.34", "33.33", "33.33").number == 1


@given(st.lists(st.decimals(min_value="0.01", max_value=99, places=2), min_size=1, max_size=6))
def test_only_a_sum_of_one_hundred_is_kept(points: list[Decimal]) -> None:
    made = ScorecardKind("x", "x", "priority_parcels", (), "", "", "")
    action = ReviseTemplate(
        None, DAY, made, None, [ItemDraft("类", "项", str(item)) for item in points], "说明"
    )  # type: ignore[arg-type]
    if sum(points) == 100:
        action.check_state()
    else:
        with pytest.raises(InputError):
            action.check_state()


def test_old_cards_keep_their_version(kind: ScorecardKind, parcel: Entry, county: Any, city: Any) -> None:
    before = fill(kind, parcel, "40", "60")
    revise(kind, city, date(2024, 6, 1), "100")
    of_city = template_on(kind, county, date(2024, 6, 2))
    revise(kind, county, date(2024, 7, 1), "50", "50")
    assert template_on(kind, county, date(2024, 5, 31)).region is None
    assert of_city.region == city
    assert template_on(kind, county, date(2024, 7, 1)).region == county
    assert template_on(kind, city, date(2024, 7, 1)).region == city
    assert [item.text for item in items_of(kind, before.template)] == ["资料齐全", "现场规范", "弄虚作假"]
    with pytest.raises(InputError):  # the county's form has two items of fifty points
        fill(kind, parcel, "40", "60", on=date(2024, 7, 2))
    assert fill(kind, parcel, "40", "50", on=date(2024, 7, 2)).template.region == county


def test_a_card_is_put_right_by_another_once(kind: ScorecardKind, parcel: Entry) -> None:
    wrong = fill(kind, parcel, "40", "60")
    with pytest.raises(InputError, match="更正的原因"):
        fill(kind, parcel, "30", "60", replaces=wrong)
    right = fill(kind, parcel, "30", "60", replaces=wrong, note="漏看一份台账")
    assert (right.replaces, Scorecard.objects.get(pk=wrong.pk).total) == (wrong, 100)
    with pytest.raises(ConflictError, match="已经更正过"):
        fill(kind, parcel, "20", "60", replaces=wrong, note="再改")


def test_only_who_may_fills_in_and_revises(
    kind: ScorecardKind, parcel: Entry, county: Any, person: Callable[..., Any], neighbour: Any
) -> None:
    with pytest.raises(PermissionDeniedError):
        fill(kind, parcel, "40", "60", actor=person(Role.SUPERIOR))
    with pytest.raises(PermissionDeniedError):
        fill(kind, parcel, "40", "60", actor=person(Role.OFFICER, region=neighbour))
    with pytest.raises(PermissionDeniedError):
        revise(kind, county, DAY, "100", actor=person(Role.HEAD))
    assert fill(kind, parcel, "40", "60", actor=person(Role.HEAD)).filled_by is not None


def test_every_change_stands_in_the_ledger(kind: ScorecardKind, parcel: Entry, county: Any) -> None:
    fill(kind, parcel, "40", "60")
    revise(kind, county, date(2024, 6, 1), "100")
    names = list(LedgerRow.objects.filter(action__startswith="scorecards.").values_list("action", flat=True))
    assert sorted(names) == ["scorecards.fill", "scorecards.first_template", "scorecards.revise"]


def test_the_paper_carries_every_item_and_the_sum(kind: ScorecardKind, parcel: Entry) -> None:
    card = fill(kind, parcel, "35", "50.5")
    sheet = load_workbook(io.BytesIO(printing.write(kind, card, "xlsx"))).active
    assert sheet is not None
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None}
    assert {"资料齐全", "现场规范", "弄虚作假", "围挡破损", "50.5", "85.5", "良好"} <= cells
    text = Document(io.BytesIO(printing.write(kind, card, "docx"))).tables[0]
    assert text.rows[-1].cells[3].text == "85.5"


def test_declared_points_add_up(kind: ScorecardKind) -> None:
    short = ScorecardKind("short", "", "", (ItemSpec("a", "a", "a", Decimal(99)),), "", "", "")
    with pytest.raises(ValueError, match="add up to 100"):
        declare(short)


@pytest.mark.parametrize("text", ["", "abc", "NaN", "Infinity", "-1", "1.005", "1e9"])
def test_what_is_no_number_of_points(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        number(text)
