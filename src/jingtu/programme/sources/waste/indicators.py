"""The number that plans name for tailings ponds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Value, When

from jingtu.platform.indicators.declarations import Indicator, declare
from jingtu.platform.indicators.shares import DENOMINATOR, NUMERATOR, Counting
from jingtu.platform.registers.entry_records import believed_records
from jingtu.programme.sources.waste import ponds
from jingtu.programme.sources.waste.rules import rules_of

HIGHER = "一级、二级尾矿库按次数检查，不计入抽查比例"
NOT_SUPERVISED = "不在三级环境监管"


def checked(on: date, known_at: datetime | None, parameters: Mapping[str, Any]) -> Case:  # noqa: ARG001 - shape
    """Ponds of the third grade on the day; of these the ones that the bureau visited in the year up to the day."""
    visits = believed_records("pond_checks", known_at).filter(
        entry=OuterRef("entry"), on__gte=date(on.year, 1, 1), on__lte=on
    )
    return Case(
        When(state__in=("level_1", "level_2"), then=Value(HIGHER)),
        When(~Q(state="level_3"), then=Value(NOT_SUPERVISED)),
        When(Exists(visits), then=Value(NUMERATOR)),
        default=Value(DENOMINATOR),
    )


INSPECTION_RATIO = declare(
    Indicator(
        id="tailings_pond_inspection_ratio",
        name="尾矿库抽查比例",
        unit="%",
        rules=rules_of("tailings_pond_inspection_ratio"),
        calculate=Counting(ponds.PONDS, checked),
        basis="分子：当年检查过的三级环境监管尾矿库；分母：三级环境监管尾矿库。",
    )
)
