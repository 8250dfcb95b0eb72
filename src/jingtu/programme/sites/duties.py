"""What is owed for parcels. No text sets a number of days: only a date entered for a parcel makes it late."""

from __future__ import annotations

from datetime import date, timedelta

from jingtu.platform.duties.declarations import DutyRule, OwedByState, declare
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.platform.rules import ask_by_place
from jingtu.programme.sites.construction import LAND_ID
from jingtu.programme.sites.lifecycle import REGISTER_ID
from jingtu.programme.sites.models import PriorityParcelFacts
from jingtu.programme.sites.rules import rules_of, value_on


def _days_after_state(subject: str, version: Version) -> date | None:
    days = value_on(subject, "days", version.effective_from, version.region.path)
    return version.effective_from + timedelta(days=int(days)) if days else None


def _control_due(version: Version) -> date | None:
    """The date entered for the parcel; else by rule, where one is ever published."""
    facts = versions.facts_of(version)
    assert isinstance(facts, PriorityParcelFacts)
    return facts.control_due or _days_after_state("priority_parcel_control", version)


def _rule(name: str, label: str, states: tuple[str, ...]) -> DutyRule:
    subject = f"priority_parcel_{name}"
    ask_by_place(subject, "days")
    return declare(
        DutyRule(
            id=f"sites.{name}",
            label=label,
            register=REGISTER_ID,
            owed=OwedByState(
                REGISTER_ID,
                states,
                label,
                _control_due if name == "control" else lambda version: _days_after_state(subject, version),
            ),
            basis=rules_of(subject),
            while_states=states,
        )
    )


VERIFY = _rule("verify", "核实推送的地块", ("found",))
MONITOR = _rule("monitor", "开展重点监测", ("listed", "monitoring"))
DELIMIT = _rule("delimit", "划定管控区", ("over_standard",))
CONTROL = _rule("control", "落实污染管控", ("area_delimited",))
CHECK = _rule("check", "核查管控落实情况", ("control_claimed",))


def _of_land(name: str, label: str, states: tuple[str, ...], rule: str) -> DutyRule:
    return declare(
        DutyRule(
            id=f"sites.land_{name}",
            label=label,
            register=LAND_ID,
            owed=OwedByState(LAND_ID, states, label, lambda version: _days_after_state(rule, version)),
            basis=rules_of(rule),
            while_states=states,
        )
    )


SURVEY = _of_land("survey", "开展土壤污染状况调查", ("to_survey",), "construction_survey")
REVIEW = _of_land("review", "组织评审调查报告", ("in_review",), "construction_review")
CORRECT = _of_land("correct", "违规供地整改", ("violating",), "construction_correction")
CONFIRM = _of_land("confirm", "核查违规供地整改", ("rectifying",), "construction_correction")
