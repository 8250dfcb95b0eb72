"""What is owed for wells and points: patrols, and a plan where people make the water worse than its target."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from jingtu.platform import events
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties import ticking
from jingtu.platform.duties.actions import WaiveDuty
from jingtu.platform.duties.declarations import Closing, DutyRule, Owed, declare
from jingtu.platform.duties.limits import declare_limits
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.schedules import OwedOnSchedule
from jingtu.platform.registers import versions
from jingtu.platform.registers.entry_records import RECORD_ADDED
from jingtu.platform.registers.models import Version
from jingtu.programme.groundwater import points, wells
from jingtu.programme.groundwater.classes import Standing, missed, rounds_in, standings
from jingtu.programme.groundwater.evaluating import LABELS
from jingtu.programme.groundwater.patrols import AsOftenAsEntered, period_of_patrol
from jingtu.programme.groundwater.rules import rules_of

PLAN_RULE = "groundwater.point_plan"
_ITEMS_IN_WORDS = 4

PATROL = declare(
    DutyRule(
        id="groundwater.patrol",
        label="监测井日常巡护",
        register=wells.REGISTER_ID,
        owed=OwedOnSchedule(
            wells.REGISTER_ID,
            wells.STANDING,
            "监测井巡护（{period}）",
            AsOftenAsEntered(),  # type: ignore[arg-type]
        ),
        basis=rules_of("groundwater_well_patrol"),
        closes_on=(Closing(wells.PATROLS, period_of_patrol),),
    )
)

REPAIRS = declare_limits(wells.WELLS)


def _failing(on: date, entry: int | None) -> Iterable[Standing]:
    found = versions.versions(points.REGISTER_ID, on).filter(state=points.IN_USE)
    if entry is not None:
        found = found.filter(entry=entry)
    return (item for item in standings(list(found.order_by("entry_id")), on) if item.caused_by_people)


def _plans_owed(on: date, entry: int | None) -> Iterable[Owed]:
    """One plan a year for each point that misses its target by what people cause."""
    for item in _failing(on, entry):
        assert item.now is not None
        items = "、".join(item.caused_by_people[:_ITEMS_IN_WORDS])
        what = (
            f"制定水质达标或保持（改善）方案：{item.now.label}为{LABELS[item.now.quality]}，"
            f"未达到{LABELS[item.facts.target_class]}（{items}）"
        )
        yield _owed(item.version, str(on.year), what)


def _evaluations_owed(on: date, entry: int | None) -> Iterable[Owed]:
    """Each year after a plan was made, its evaluation, as long as the point is in use."""
    made = Duty.objects.filter(rule=PLAN_RULE, state=Duty.State.CLOSED, closed_on__lt=date(on.year, 1, 1))
    if entry is not None:
        made = made.filter(entry=entry)
    there: Any = versions.versions(points.REGISTER_ID, on).filter(
        state=points.IN_USE, entry__in=made.values("entry")
    )
    for version in there:
        yield _owed(version, str(on.year), f"评估{on.year}年水质达标或保持（改善）方案执行情况")


def _owed(version: Version, period: str, what: str) -> Owed:
    lasting = version.effective_to == OPEN_DATE
    return Owed(version.entry_id, period, what[:200], None, version.region.path, version.holder_id, lasting)


POINT_PLAN = declare(
    DutyRule(
        id=PLAN_RULE,
        label="制定水质达标或保持（改善）方案",
        register=points.REGISTER_ID,
        owed=_plans_owed,
        basis=rules_of("groundwater_point_plan"),
        evidence_required=True,
        checked=True,
    )
)
EVALUATION = declare(
    DutyRule(
        id="groundwater.plan_evaluation",
        label="评估水质达标或保持（改善）方案",
        register=points.REGISTER_ID,
        owed=_evaluations_owed,
        basis=rules_of("groundwater_plan_evaluation"),
        evidence_required=True,
    )
)


def follow_result(event: events.Event) -> None:
    """A result that fails a point raises its plan at once; a result that comes by survey does at the next tick.

    A plan that is owed by a mistaken result alone is let go with that reason once the result is put right.
    """
    if event.facts["kind"] != points.RESULT_RECORDS:
        return
    entry = event.facts["entry"]
    if event.name != RECORD_ADDED:
        _let_go(entry, event.on)
    ticking.raise_missing(POINT_PLAN, list(_plans_owed(event.on, entry)), event.on, in_ledger=False)


def _let_go(entry: int, on: date) -> None:
    for duty in Duty.objects.filter(rule=PLAN_RULE, entry=entry, state=Duty.State.OPEN):
        end = date(int(duty.period), 12, 31)
        version = versions.versions(points.REGISTER_ID, on).filter(entry=entry).first()
        if version is None or any(missed(version, item) for item in rounds_in(version, end)):
            continue
        WaiveDuty(None, on, duty, "监测结果更正后，当年各轮均达到目标类别").execute()
