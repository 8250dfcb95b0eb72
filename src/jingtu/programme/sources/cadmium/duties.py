"""What is owed for sources and surveys: days come from each one's own plan, no text sets a number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties.declarations import DutyRule, Owed, OwedByState, declare
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.platform.rules import ask_by_place
from jingtu.programme.sources.cadmium import causes, lifecycle
from jingtu.programme.sources.cadmium.rules import rules_of, value_on


def _after(subject: str) -> Callable[[Version], date | None]:
    ask_by_place(subject, "days")

    def due(version: Version) -> date | None:
        days = value_on(subject, "days", version.effective_from, version.region.path)
        return version.effective_from + timedelta(days=int(days)) if days else None

    return due


def _rule(
    name: str, register: str, states: tuple[str, ...], what: str, due: Callable[[Version], date | None]
) -> DutyRule:
    return declare(
        DutyRule(
            id=f"cadmium.{name}",
            label=what,
            register=register,
            owed=OwedByState(register, states, what, due),
            basis=rules_of(f"cadmium_{name}" if register == lifecycle.SOURCES else f"farmland_{name}"),
            while_states=states,
        )
    )


PLAN = _rule("plan", lifecycle.SOURCES, ("listed",), "逐一制定整治方案", _after("cadmium_plan"))
RECTIFICATION = _rule("rectification", lifecycle.SOURCES, ("rectifying",), "完成整治", lifecycle.due_of)
CHECK = _rule("check", lifecycle.SOURCES, ("claimed",), "核查整治完成情况", _after("cadmium_check"))
STRIKE_OFF = _rule("strike_off", lifecycle.SOURCES, ("checked",), "办理销号", _after("cadmium_strike_off"))
SURVEY = _rule(
    "cause_survey", causes.SURVEYS, ("chosen", "surveying"), "完成成因排查",
    lambda version: causes.facts_of(version).survey_due,
)  # fmt: skip
CUT = _rule(
    "source_cut", causes.SURVEYS, ("causes_found", "cutting", "claimed"), "完成断源",
    lambda version: causes.facts_of(version).cut_due,
)  # fmt: skip


def carry_over_owed(on: date, entry: int | None) -> list[Owed]:
    """What is unfinished from the list of an earlier year is carried over into this year's."""
    found = versions.versions(lifecycle.SOURCES, on).filter(
        state__in=lifecycle.UNFINISHED, cadmiumsourcefacts__list_year__lt=on.year
    )
    if entry is not None:
        found = found.filter(entry=entry)
    return [
        Owed(
            version.entry_id, str(on.year), f"未完成整治，结转列入{on.year}年度清单", None, version.region.path,
            version.holder_id, version.effective_to == OPEN_DATE,
        )
        for version in found
    ]  # fmt: skip


CARRY_OVER = declare(
    DutyRule(
        id="cadmium.carry_over",
        label="结转未完成整治的污染源",
        register=lifecycle.SOURCES,
        owed=carry_over_owed,
        basis=rules_of("cadmium_carry_over"),
        while_states=lifecycle.UNFINISHED,
        closes_on=tuple(f"carry_over_{state}" for state in lifecycle.UNFINISHED),
    )
)
