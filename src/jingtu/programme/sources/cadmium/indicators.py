"""Numbers of the list of sources and of the surveys of causes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Value, When

from jingtu.platform.indicators.declarations import Indicator, declare
from jingtu.platform.indicators.shares import DENOMINATOR, NUMERATOR, Counting
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.programme.sources.cadmium import causes, lifecycle
from jingtu.programme.sources.cadmium.rules import rules_of

NOT_OF_YEAR = "不在{year}年度整治清单内"
NOT_TAKEN_ON = "{year}年未新列入整治清单"
NOT_SURVEYED = "成因排查未完成"
OTHER_YEAR = "不属于{year}年度的排查区域"
NOTHING_TO_CUT = "未发现需断源的污染源"

Parameters = Mapping[str, Any]


def _year(on: date, parameters: Parameters) -> int:
    return int(str(parameters["list_year"])) if parameters.get("list_year") else on.year


def struck_off(on: date, known_at: datetime | None, parameters: Parameters) -> Case:
    """Sources that stand or stood on the list of a year; of these the ones struck off by the day."""
    year = _year(on, parameters)
    stood = Version.objects.filter(
        versions.believed(known_at), entry=OuterRef("entry"), state__in=lifecycle.ON_THE_LIST,
        cadmiumsourcefacts__list_year=year, effective_from__lte=on,
    )  # fmt: skip
    return Case(
        When(~Exists(stood), then=Value(NOT_OF_YEAR.format(year=year))),
        When(state="struck_off", then=Value(NUMERATOR)),
        default=Value(DENOMINATOR),
    )


def taken_on(on: date, known_at: datetime | None, parameters: Parameters) -> Case:  # noqa: ARG001 - shape
    """Sources taken onto the list in the year."""
    year = _year(on, parameters)
    return Case(
        When(
            Q(
                state__in=lifecycle.ON_THE_LIST,
                cadmiumsourcefacts__listed_on__year=year,
                cadmiumsourcefacts__listed_on__lte=on,
            ),
            then=Value(NUMERATOR),
        ),
        default=Value(NOT_TAKEN_ON.format(year=year)),
    )


def surveyed(on: date, known_at: datetime | None, parameters: Parameters) -> Case:  # noqa: ARG001 - shape
    """Areas of the year whose survey of causes is done."""
    year = _year(on, parameters)
    return Case(
        When(Q(causesurveyfacts__list_year=year, state__in=causes.SURVEYED), then=Value(NUMERATOR)),
        When(Q(causesurveyfacts__list_year=year), then=Value(NOT_SURVEYED)),
        default=Value(OTHER_YEAR.format(year=year)),
    )


def cut_off(on: date, known_at: datetime | None, parameters: Parameters) -> Case:  # noqa: ARG001 - shape
    """Areas in which sources were found; of these the ones where all are cut off."""
    return Case(
        When(state="cut_off", then=Value(NUMERATOR)),
        When(state__in=causes.WITH_SOURCES, then=Value(DENOMINATOR)),
        When(state="no_source", then=Value(NOTHING_TO_CUT)),
        default=Value(NOT_SURVEYED),
    )


COMPLETION_RATE = declare(
    Indicator(
        id="cadmium_source_completion_rate",
        name="涉镉等重金属污染源整治完成率",
        unit="%",
        rules=rules_of("cadmium_source_completion_rate"),
        calculate=Counting(lifecycle.SOURCES, struck_off),
        basis="分子：已销号的污染源家数；分母：该年度整治清单内的污染源家数（含上年结转）。",
        parameters=("list_year",),
    )
)
SOURCE_COUNT = declare(
    Indicator(
        id="cadmium_source_count",
        name="涉镉等重金属污染源整治数",
        unit="家",
        rules=rules_of("cadmium_source_count"),
        calculate=Counting(lifecycle.SOURCES, taken_on, measure="count", decimals=0),
        basis="当年新列入整治清单的污染源家数。",
        decimals=0,
        parameters=("list_year",),
    )
)
SURVEY_COUNT = declare(
    Indicator(
        id="farmland_cause_survey_area_count",
        name="耕地土壤重金属污染成因排查区域数",
        unit="个",
        rules=rules_of("farmland_cause_survey_area_count"),
        calculate=Counting(causes.SURVEYS, surveyed, measure="count", decimals=0),
        basis="当年完成成因排查的区域个数。",
        decimals=0,
        parameters=("list_year",),
    )
)
CUT_OFF_RATE = declare(
    Indicator(
        id="farmland_source_cut_off_rate",
        name="耕地污染断源完成率",
        unit="%",
        rules=rules_of("farmland_source_cut_off_rate"),
        calculate=Counting(causes.SURVEYS, cut_off),
        basis="分子：已完成断源并经核查的区域个数；分母：查明需断源的区域个数。",
    )
)
