"""Wells: patrols, the damage they find, who may close what, and how many were walked to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from tests.platform.registers.test_actions import proof
from tests.programme.groundwater.conftest import patrol

from jingtu.errors import ConflictError, InputError
from jingtu.platform.clock import recorded_now
from jingtu.platform.duties import ticking
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators import service
from jingtu.platform.people.models import User
from jingtu.platform.people.roles import Role
from jingtu.platform.registers import versions
from jingtu.platform.registers.actions import ChangeFacts
from jingtu.platform.registers.entry_records import AddRecord, WithdrawRecord
from jingtu.platform.registers.models import Entry, Transition
from jingtu.platform.registers.moves import MoveEntry

pytestmark = pytest.mark.django_db
COUNT = "groundwater_well_patrol_count"
MARCH, JUNE_END = date(2024, 3, 5), date(2024, 6, 30)


def state(entry: Entry, on: date) -> str:
    version = versions.version_on(entry, on)
    assert version is not None
    return version.state


def test_damage_found_on_patrol_moves_the_well_and_two_people_settle_it(
    well: Callable[..., Entry], officer: User, person: Callable[..., User]
) -> None:
    entry = well()
    patrol(entry, MARCH, "damaged", "井锁锈断，井盖缺失", actor=officer)
    assert state(entry, MARCH) == "damaged"
    version = versions.version_on(entry, MARCH)
    assert version is not None
    assert version.wellfacts.damage == "井锁锈断，井盖缺失"
    assert version.wellfacts.damaged_on == MARCH
    assert Transition.objects.get(entry=entry, transition="report_damage").actor == officer

    fixed = date(2024, 3, 20)
    said = {"repaired_on": fixed}
    with pytest.raises(InputError):  # no evidence
        MoveEntry(officer, fixed, entry, "repair", facts=said).execute()
    MoveEntry(officer, fixed, entry, "repair", facts=said, evidence=[proof(entry)]).execute()
    with pytest.raises(ConflictError, match="另一人"):
        MoveEntry(officer, fixed, entry, "accept_repair").execute()
    MoveEntry(person(Role.HEAD, "陈局"), fixed, entry, "accept_repair").execute()
    assert [state(entry, day) for day in (date(2024, 3, 4), MARCH, fixed)] == ["sound", "damaged", "sound"]


def test_a_patrol_that_contradicts_itself_is_refused(well: Callable[..., Entry]) -> None:
    entry = well()
    with pytest.raises(InputError) as refused:
        patrol(entry, MARCH, "damaged")
    assert refused.value.errors[0].column == "情况说明"
    broken = {"lock": "broken", "sign": "missing", "finding": "sound"}
    with pytest.raises(InputError) as refused:
        AddRecord(None, MARCH, entry, "groundwater_well_patrols", broken).execute()
    assert "井锁、标识牌" in refused.value.errors[0].message


def test_a_late_patrol_of_a_well_that_moved_on_is_kept_and_moves_nothing(
    well: Callable[..., Entry], officer: User
) -> None:
    entry = well()
    MoveEntry(officer, date(2024, 4, 1), entry, "report_damage", facts={"damage": "井台开裂"}).execute()
    patrol(entry, MARCH, "damaged", "三月已见裂缝", actor=officer)
    assert (state(entry, MARCH), state(entry, date(2024, 4, 1))) == ("sound", "damaged")


def test_sealing_takes_evidence_and_two_people(
    well: Callable[..., Entry], officer: User, person: Callable[..., User]
) -> None:
    entry = well()
    said = {"closing_reason": "周边开发，失去监测功能", "closed_on": MARCH}
    MoveEntry(officer, MARCH, entry, "seal", facts=said, evidence=[proof(entry)]).execute()
    with pytest.raises(ConflictError, match="另一人"):
        MoveEntry(officer, MARCH, entry, "confirm_seal").execute()
    MoveEntry(person(Role.HEAD, "陈局"), MARCH, entry, "confirm_seal").execute()
    with pytest.raises(ConflictError, match="封井"):
        patrol(entry, date(2024, 3, 6))


def test_the_count_of_wells_walked_to_in_the_year(
    well: Callable[..., Entry],
    officer: User,
    person: Callable[..., User],
    county: Any,
    town: Any,
    neighbour: Any,
) -> None:
    """Five wells: one walked twice, one in a town, one last year only, one sealed, one of the neighbour."""
    first, second, third, sealed = (
        well("A", on=date(2023, 1, 2)), well("B", region=town, on=date(2023, 1, 2)),
        well("C", on=date(2023, 1, 2)), well("D", on=date(2023, 1, 2)),
    )  # fmt: skip
    other = well("E", region=neighbour)
    for day in (date(2024, 2, 1), date(2024, 6, 1)):
        patrol(first, day)
    mistaken = patrol(second, JUNE_END)
    patrol(third, date(2023, 12, 30))
    patrol(sealed, date(2024, 1, 10))
    patrol(other, MARCH)
    said = {"closing_reason": "报废", "closed_on": MARCH}
    MoveEntry(officer, MARCH, sealed, "seal", facts=said, evidence=[proof(sealed)]).execute()
    MoveEntry(person(Role.HEAD, "陈局"), MARCH, sealed, "confirm_seal").execute()

    reading = service.read(COUNT, county, JUNE_END)
    assert (reading.value, reading.unit) == (2, "口")
    assert set(reading.numerator_entries) == {first.pk, second.pk}
    assert {item.reason: item.entries for item in reading.left_out} == {
        "本年度尚未巡护": (third.pk,), "已封井或移除": (sealed.pk,),
    }  # fmt: skip
    assert service.read(COUNT, county, date(2024, 6, 29)).value == 1
    assert service.read(COUNT, town, JUNE_END).value == 1

    then = recorded_now()
    WithdrawRecord(officer, JUNE_END, mistaken, "groundwater_well_patrols", reason="记到别的井上").execute()
    assert service.read(COUNT, county, JUNE_END).value == 1
    assert service.read(COUNT, county, JUNE_END, then).value == 2


def test_patrols_are_owed_as_often_as_entered_and_closed_by_the_patrol(
    well: Callable[..., Entry], officer: User
) -> None:
    often, unsaid = well("A", patrols_a_year=4, patrol_basis="县局巡护办法"), well("B")
    ticking.tick(date(2024, 2, 20))
    duties = {duty.entry_id: duty for duty in Duty.objects.filter(rule="groundwater.patrol")}
    assert (duties[often.pk].period, duties[often.pk].due) == ("2024-1", date(2024, 3, 31))
    assert (duties[unsaid.pk].due, duties[unsaid.pk].due_note) == (None, "期限未配置")

    patrol(often, MARCH, actor=officer)
    duties[often.pk].refresh_from_db()
    assert (duties[often.pk].state, duties[often.pk].met_on) == ("closed", MARCH)
    ticking.tick(date(2024, 4, 2))
    assert [duty.period for duty in Duty.objects.filter(rule="groundwater.patrol", entry=often).order_by("period")] == [
        "2024-1", "2024-2",
    ]  # fmt: skip
    # An extra patrol of the first quarter does not stand for the second.
    patrol(often, date(2024, 3, 28), actor=officer)
    assert Duty.objects.get(entry=often, period="2024-2").state == "open"

    # A patrol of this quarter does not stand for one that was missed.
    ticking.tick(date(2024, 7, 2))
    patrol(often, date(2024, 7, 5), actor=officer)
    states = dict(Duty.objects.filter(entry=often).values_list("period", "state"))
    assert states == {"2024-1": "closed", "2024-2": "open", "2024-3": "closed"}

    ChangeFacts(officer, date(2024, 4, 3), unsaid, facts={"patrols_a_year": 12}).execute()
    assert Duty.objects.get(entry=unsaid, period="2024-4").due == date(2024, 4, 30)
