"""What is owed for contaminated cropland every year. No text sets a last day: nobody is late by these rules alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jingtu.platform.duties.declarations import Closing, DutyRule, declare
from jingtu.platform.duties.schedules import OwedOnSchedule, Yearly, looked_up
from jingtu.programme.cropland.lifecycle import REGISTER_ID, SAFE_USE, STRICT
from jingtu.programme.cropland.records import CHECKS, MEASURES, PHASES, TESTS
from jingtu.programme.cropland.rules import rules_of, value_on

_OF_NO_PERIOD = ""  # closes nothing


def _yearly(
    name: str,
    label: str,
    states: tuple[str, ...],
    rule: str,
    kind: str,
    period: Callable[[Any], str | None],
) -> DutyRule:
    schedule = Yearly(rule=looked_up(value_on, rule, "month_day"))
    return declare(
        DutyRule(
            id=f"cropland.{name}",
            label=label,
            register=REGISTER_ID,
            owed=OwedOnSchedule(REGISTER_ID, states, "{period}" + label, schedule),
            basis=rules_of(rule),
            while_states=states,
            closes_on=(Closing(kind, period),),
            while_in_force=True,
        )
    )


def _in_phase(phase: str) -> Callable[[Any], str]:
    return lambda record: str(record.year) if record.phase == phase else _OF_NO_PERIOD


USE_MEASURES = _yearly(
    "measures", "落实安全利用措施", (SAFE_USE,), "farmland_measures", MEASURES.id, lambda item: str(item.year)
)
CONTROL_MEASURES = _yearly(
    "control", "落实严格管控措施", (STRICT,), "farmland_measures", MEASURES.id, lambda item: str(item.year)
)
TEST = _yearly("tests", "检测农产品", (SAFE_USE,), "farmland_tests", TESTS.id, lambda item: str(item.on.year))
CHECK_PHASES = tuple(
    _yearly(f"check_{phase}", f"{label}核查用途管控", (STRICT,), "strict_checks", CHECKS.id, _in_phase(phase))
    for phase, label in PHASES
)
