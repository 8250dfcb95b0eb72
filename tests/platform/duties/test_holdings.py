"""When two units turn out to be one, what either still owes stays owed, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.platform.duties.conftest import today

from jingtu.platform.duties.models import Duty
from jingtu.platform.organisations.actions import MergeOrganisations, UndoMerge
from jingtu.platform.organisations.models import Organisation, OrganisationMerge

pytestmark = pytest.mark.django_db
OVER = {"closed": {"closing_note": "已报送"}, "waived": {"closing_note": "上级已安排"}, "cancelled": {}}


@pytest.fixture
def double(county: Any) -> Organisation:
    return Organisation.objects.create(name="青禾县环境局", kind="department", region=county)


def state(duty: Duty) -> tuple[Organisation | None, str, str, str]:
    found = Duty.objects.get(pk=duty.pk)
    return found.holder, found.state, found.period, found.closing_note


@pytest.mark.parametrize("ended", OVER)
@pytest.mark.parametrize("waiting", ["open", "submitted"])
def test_an_open_duty_takes_the_place_of_its_twin_that_is_over(
    owe: Callable[..., Duty], bureau: Organisation, double: Organisation, ended: str, waiting: str
) -> None:
    over = owe("月报", state=ended, closed_on=today(), **OVER[ended])
    still = owe("月报", holder=double, state=waiting)
    MergeOrganisations(None, today(), double, bureau, "同一单位").execute()
    assert state(still) == (bureau, waiting, "月报", "")
    assert state(over) == (double, ended, "月报", OVER[ended].get("closing_note", ""))

    Duty.objects.filter(pk=still.pk).update(state="closed", closed_on=today())  # the one body did it
    UndoMerge(None, today(), OrganisationMerge.objects.get(), "查明是两个单位").execute()
    assert [state(duty)[:3] for duty in (over, still)] == [
        (bureau, ended, "月报"), (double, "closed", "月报"),
    ]  # fmt: skip


def test_of_two_that_are_open_one_stays_and_what_was_done_stays_where_it_was(
    owe: Callable[..., Duty], bureau: Organisation, double: Organisation
) -> None:
    kept, doubled = owe("月报"), owe("月报", holder=double)
    owed, done = owe("年报"), owe("年报", holder=double, state="closed", closed_on=today())
    MergeOrganisations(None, today(), double, bureau, "同一单位").execute()
    assert [state(duty)[:2] for duty in (kept, doubled)] == [(bureau, "open"), (double, "cancelled")]
    assert [state(duty)[:2] for duty in (owed, done)] == [(bureau, "open"), (double, "closed")]
    UndoMerge(None, today(), OrganisationMerge.objects.get(), "查明是两个单位").execute()
    assert [state(duty)[:2] for duty in (kept, doubled)] == [(bureau, "open"), (double, "open")]


def test_what_was_handed_in_need_not_be_handed_in_again(
    owe: Callable[..., Duty], bureau: Organisation, double: Organisation
) -> None:
    idle, handed_in = owe("月报"), owe("月报", holder=double, state="submitted")
    MergeOrganisations(None, today(), double, bureau, "同一单位").execute()
    assert [state(duty)[:3] for duty in (idle, handed_in)] == [
        (double, "cancelled", "月报"), (bureau, "submitted", "月报"),
    ]  # fmt: skip
    UndoMerge(None, today(), OrganisationMerge.objects.get(), "查明是两个单位").execute()
    assert [state(duty) for duty in (idle, handed_in)] == [
        (bureau, "open", "月报", ""), (double, "submitted", "月报", ""),
    ]  # fmt: skip
