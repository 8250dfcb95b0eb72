"""Every last day of a step is a duty: raised once, late like others, over with the step."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.platform.duties.conftest import today
from tests.programme.sources.key_units.conftest import move

from jingtu.platform.duties import declarations
from jingtu.platform.duties.declarations import DutyRule, OwedByState
from jingtu.platform.duties.limits import declare_limits, states_asked
from jingtu.platform.duties.models import Duty, DutyStep
from jingtu.platform.duties.ticking import tick
from jingtu.platform.people.models import User
from jingtu.platform.registers import declarations as registers
from jingtu.platform.registers.actions import ChangeFacts, CreateEntry
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.moves import RevokeMove
from jingtu.platform.registers.waiting import limited

WATCHED = [(item.id, state) for item in registers.all_registers() for state in limited(item)]


@pytest.fixture(autouse=True)
def evidence_folder(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_there_are_registers_with_last_days() -> None:
    assert len({register for register, _ in WATCHED}) >= 5


@pytest.mark.parametrize(("register", "state"), WATCHED)
def test_each_last_day_is_asked_for_by_one_rule(register: str, state: str) -> None:
    asking = [
        rule.id
        for rule in declarations.all_rules()
        if rule.register == register
        and rule.ends_with_state
        and isinstance(rule.owed, OwedByState)
        and state in rule.owed.states
    ]
    assert len(asking) == 1, asking


def test_what_a_rule_asks_for_already_is_not_asked_for_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    register = registers.get("priority_parcels")
    moves = tuple(replace(item, limit_field="control_due", limit=None) for item in register.lifecycle.moves)
    dated = replace(register, lifecycle=replace(register.lifecycle, moves=moves))
    own = DutyRule(
        "priority_parcels.own", "核实", register.id,
        OwedByState(register.id, ("found",), "核实", lambda _version: None), while_states=("found",),
    )  # fmt: skip
    # What a record meets, or what lasts beyond the state, asks for no move.
    other = replace(own, id="other", while_states=("verified",), closes_on=("film",),
                    owed=OwedByState(register.id, ("verified",), "检测", lambda _version: None))  # fmt: skip
    monkeypatch.setattr(declarations, "_rules", {own.id: own, other.id: other})
    assert states_asked(register.id) == {"found"}
    made = {rule.id.rpartition(".")[2] for rule in declare_limits(dated)}
    assert "found" not in made
    assert "verified" in made


def ordered(county: Any, due: date, on: date) -> Entry:
    facts = {"list_year": on.year, "published_on": on, "listing_reason": "冶炼"}
    known = {item.id for item in registers.get("key_regulated_units").fields}
    given = {key: value for key, value in facts.items() if key in known}
    entry = CreateEntry(
        None, on, "key_regulated_units", {"name": "青禾冶炼厂", "region": county}, given, state="published"
    ).execute()
    move(entry, "order_rectification", on, reason="台账缺失", facts={"recheck_due": due.isoformat()})
    return entry


@pytest.mark.django_db
def test_a_missed_day_of_a_second_look_is_late_and_climbs_like_any_duty(officer: User, county: Any) -> None:
    on = today() - timedelta(days=30)
    entry = ordered(county, on + timedelta(days=10), on)
    for day in (on, on + timedelta(days=5), today()):
        tick(day)
    duty = Duty.objects.get(entry=entry, rule="key_regulated_units.limit.rectifying")
    assert (duty.due, duty.state, duty.step) == (on + timedelta(days=10), "open", "reminded")
    assert DutyStep.objects.filter(duty=duty).count() == 1
    move(entry, "claim_rectified", today(), officer)
    duty.refresh_from_db()
    assert (duty.state, duty.closed_by) == ("closed", officer)
    tick(today() + timedelta(days=1))
    assert Counter(Duty.objects.filter(entry=entry).values_list("rule", flat=True))[duty.rule] == 1


@pytest.mark.django_db
def test_a_day_that_moves_moves_the_duty_and_a_return_raises_it_anew(officer: User, county: Any) -> None:
    on = today() - timedelta(days=30)
    entry = ordered(county, on + timedelta(days=10), on)
    tick(today())
    later = today() + timedelta(days=20)
    ChangeFacts(officer, today(), entry, facts={"recheck_due": later.isoformat()}).execute()
    duty = Duty.objects.get(entry=entry, rule="key_regulated_units.limit.rectifying")
    assert duty.due == later
    move(entry, "claim_rectified", today(), officer)
    RevokeMove(officer, today(), entry, reason="误报").execute()
    again = Duty.objects.filter(entry=entry, rule=duty.rule, state="open")
    assert [item.due for item in again] == [later]


@pytest.mark.django_db
def test_the_repair_of_a_well_is_owed_by_its_day_or_without_one(county: Any) -> None:
    on = today() - timedelta(days=3)
    header = {"name": "一号井", "region": county}
    for name, facts in (("一号井", {"repair_due": on.isoformat()}), ("二号井", {})):
        entry = CreateEntry(None, on, "groundwater_wells", header | {"name": name}, facts, state="damaged")
        entry.execute()
    tick(today())
    found = Duty.objects.filter(rule="groundwater_wells.limit.damaged").order_by("entry")
    assert [(item.due, item.step) for item in found] == [(on, "reminded"), (None, "none")]
