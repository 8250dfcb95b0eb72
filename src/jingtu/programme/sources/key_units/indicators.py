"""Rates of key units. None has an official formula that was found: the clause of its rule says what is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from jingtu.platform.indicators.declarations import Indicator, declare
from jingtu.platform.indicators.shares import DENOMINATOR, NUMERATOR, Counting
from jingtu.platform.registers.entry_records import believed_records
from jingtu.programme.sources.key_units.rectification import LEDGER
from jingtu.programme.sources.key_units.rules import rules_of, value_on
from jingtu.programme.sources.key_units.units import KEY_UNITS, ON_THE_LIST

NOT_INSPECTED_THEN = "不属于基数：{year}年未完成隐患排查"
NOT_ON_LIST = "不在名录内"
NOT_YET_DUE = "列入未满一年，尚未到首次排查期限"
NO_HAZARD = "认定不属隐患"

Parameters = Mapping[str, Any]


def _records(kind: str, on: date, known_at: datetime | None) -> QuerySet[Any]:
    """Records of the entry of a version, up to a day."""
    return believed_records(kind, known_at).filter(entry=OuterRef("entry"), on__lte=on)


def _number(subject: str, parameter: str, on: date) -> int:
    found = value_on(subject, parameter, on)
    if found is None:  # the rule carries it: an indicator out of force is not calculated
        raise LookupError(f"{subject} has no {parameter} on {on}")
    return int(found)


def rechecked(on: date, known_at: datetime | None, parameters: Parameters) -> Case:  # noqa: ARG001 - shape
    """Units that inspected in the base year; of these the ones looked at again since."""
    year = _number("key_unit_recheck_ratio", "base_year", on)
    base = _records("hazard_inspections", on, known_at).filter(on__year=year)
    again = _records("rechecks", on, known_at)
    return Case(
        When(~Exists(base), then=Value(NOT_INSPECTED_THEN.format(year=year))),
        When(Exists(again), then=Value(NUMERATOR)),
        default=Value(DENOMINATOR),
    )


def inspected(on: date, known_at: datetime | None, parameters: Parameters) -> Case:  # noqa: ARG001 - shape
    """Units on the list whose last inspection is not older than the interval."""
    since = on - relativedelta(months=_number("key_unit_hazard_inspection_rate", "months", on))
    listed_since = on - relativedelta(months=_number("key_unit_hazard_inspection_rate", "grace_months", on))
    done = _records("hazard_inspections", on, known_at)
    return Case(
        When(~Q(state__in=ON_THE_LIST), then=Value(NOT_ON_LIST)),
        When(Exists(done.filter(on__gt=since)), then=Value(NUMERATOR)),
        When(Q(keyunitfacts__listed_on__gt=listed_since) & ~Exists(done), then=Value(NOT_YET_DUE)),
        default=Value(DENOMINATOR),
    )


def rectified(on: date, known_at: datetime | None, parameters: Parameters) -> Case:  # noqa: ARG001 - shape
    """Hazards of the ledger that were put right and found to be so."""
    return Case(
        When(state="withdrawn", then=Value(NO_HAZARD)),
        When(state="passed", then=Value(NUMERATOR)),
        default=Value(DENOMINATOR),
    )


def monitored(on: date, known_at: datetime | None, parameters: Parameters) -> Case:  # noqa: ARG001 - shape
    """Units on the list whose monitoring of the year has been reported."""
    reported = _records("self_monitorings", on, known_at).filter(year=on.year)
    return Case(
        When(~Q(state__in=ON_THE_LIST), then=Value(NOT_ON_LIST)),
        When(Exists(reported), then=Value(NUMERATOR)),
        default=Value(DENOMINATOR),
    )


def _rate(indicator_id: str, name: str, register: str, classify: Any, basis: str) -> Indicator:
    return declare(
        Indicator(
            id=indicator_id,
            name=name,
            unit="%",
            rules=rules_of(indicator_id),
            calculate=Counting(register, classify),
            basis=basis,
        )
    )


RECHECK_RATIO = _rate(
    "key_unit_recheck_ratio", "土壤污染隐患排查“回头看”完成率", KEY_UNITS, rechecked,
    "分子：基数单位中已开展“回头看”的家数；分母：基数年完成隐患排查的单位家数。",
)  # fmt: skip
INSPECTION_RATE = _rate(
    "key_unit_hazard_inspection_rate", "土壤污染隐患排查完成率", KEY_UNITS, inspected,
    "分子：排查周期内完成隐患排查的在册单位家数；分母：应当完成隐患排查的在册单位家数。",
)  # fmt: skip
RECTIFICATION_RATE = _rate(
    "key_unit_hazard_rectification_rate", "土壤污染隐患排查整改合格率", LEDGER, rectified,
    "分子：核查合格的隐患数；分母：台账内的隐患数，认定不属隐患的不计。",
)  # fmt: skip
MONITORING_RATE = _rate(
    "key_unit_self_monitoring_rate", "重点监管单位自行监测完成率", KEY_UNITS, monitored,
    "分子：当年完成自行监测并报送数据的在册单位家数；分母：在册单位家数。",
)  # fmt: skip
