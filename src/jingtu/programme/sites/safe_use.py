"""Safe use of construction land: the rate of the year, whether it is 得到有效保障, and the rate until 2020."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.standards.rates import assured, rate_on
from jingtu.platform.indicators.declarations import Indicator, Reading, declare
from jingtu.platform.indicators.rated import RATE, RatedIndicator, rules_of_rate, terms_of
from jingtu.platform.indicators.shares import DENOMINATOR, NUMERATOR, Counting, in_places, rounded
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.platform.rulebooks import queries
from jingtu.programme.sites.construction import ACCEPTABLE, FIT, LAND_ID, OVER
from jingtu.programme.sites.land_uses import KEY_USES
from jingtu.programme.sites.models import UnlawfulDevelopment
from jingtu.programme.sites.rules import value_on

RATE_ID = "key_construction_land_safe_use_rate"
ASSURED_ID = "key_construction_land_safe_use"
POLLUTED_ID = "polluted_parcel_safe_use_rate"
ASSURED, NOT_ASSURED = "得到有效保障", "未得到有效保障"
CANCELLED, OTHER_USE, NO_USE = "已取消用途变更", "不是居住、公共管理与公共服务用途", "变更后用途未登记"
NONE_REDEVELOPED = "当年没有再开发利用的污染地块"
_FACTS = "constructionparcelfacts__"


def _q(**columns: Any) -> Q:
    return Q(**{_FACTS + name: value for name, value in columns.items()})


def _before(column: str, on: date) -> Q:
    """A day on record by ``on`` and not after the supply of the land."""
    day = _q(**{f"{column}__lte": on})
    supplied = Q(**{f"{_FACTS}supplied_on__lt": F(_FACTS + column)})
    return day & ~(supplied & _q(supplied_on__isnull=False))


def _met(on: date) -> Q:
    """Parcels that met their requirement by a day, before they were supplied."""
    return (
        (_q(survey_result=FIT) & _before("reviewed_on", on))
        | (_q(survey_result=ACCEPTABLE) & _before("assessed_on", on))
        | (_q(survey_result=OVER) & _before("removed_on", on))
    )


def _changed(on: date, known_at: datetime | None, parameters: Mapping[str, Any]) -> Q:  # noqa: ARG001
    """Parcels whose use changed in the year, up to the day."""
    return _q(changed_on__gte=date(on.year, 1, 1), changed_on__lte=on)


def _of_change(on: date, known_at: datetime | None, parameters: Mapping[str, Any]) -> Case:  # noqa: ARG001
    return Case(
        When(Q(state="withdrawn"), then=Value(CANCELLED)),
        When(_q(new_use=""), then=Value(NO_USE)),
        When(~_q(new_use__in=KEY_USES), then=Value(OTHER_USE)),
        When(_met(on), then=Value(NUMERATOR)),
        default=Value(DENOMINATOR),
    )


BY_COUNT = Counting(LAND_ID, _of_change, which=_changed, complete=_q(area_m2__isnull=False))
BY_AREA = replace(BY_COUNT, weight=F(f"{_FACTS}area_m2"))


class KeyLandRate:
    """重点建设用地安全利用率: by count, and by area beside it."""

    def __call__(
        self, region: Region, on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> Reading:
        """The reading of a place, with its parcels."""
        count = BY_COUNT(region, on, known_at, parameters)
        return _with_area(count, BY_AREA(region, on, known_at, parameters), parameters)

    def tally(
        self, regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> dict[int, Reading]:
        """Readings of many places, in two queries."""
        counts = BY_COUNT.tally(regions, on, known_at, parameters)
        areas = BY_AREA.tally(regions, on, known_at, parameters)
        return {key: _with_area(counts[key], areas[key], parameters) for key in counts}


def _with_area(count: Reading, area: Reading, parameters: Mapping[str, Any]) -> Reading:
    if count.numerator is None or count.denominator is None:
        return count
    above, below = terms_of(parameters[RATE], {"safe": count.numerator, "all": count.denominator})
    wide, whole = (
        area.numerator or Decimal(0), area.denominator or Decimal(0),
    )  # fmt: skip
    by_area = rounded(100 * wide / whole) if whole else None
    told = f"按面积计为 {by_area}%（{wide:f}/{whole:f} 平方米）" if by_area is not None else "面积未登记"
    return replace(
        count,
        value=rounded(100 * above / below) if below else None,
        numerator=above,
        denominator=below,
        extra=dict(count.extra)
        | {
            "area": {"numerator": wide, "denominator": whole, "value": by_area},
            "note": f"按个数计；{told}。{value_on('key_construction_land', 'assumption', count.on) or ''}",
        },
    )


class KeyLandAssured:
    """Whether safe use is 得到有效保障, by the decision table in force, from the rate and what was found unlawful."""

    def __call__(
        self, region: Region, on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> Reading:
        """The verdict on a place, with the parcels of its rate."""
        rate = RATE_OF_YEAR.compute(region, on, known_at)
        return _assured(rate, unlawful(region, on, known_at), parameters)

    def tally(
        self, regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> dict[int, Reading]:
        """Verdicts on many places, their rates and their cases read together."""
        rates = RATE_OF_YEAR.parts(regions, on, known_at)
        cases = _unlawful(regions, on, known_at)
        return {key: _assured(rate, cases[key], parameters) for key, rate in rates.items()}


def _assured(rate: Reading, cases: Sequence[bool], parameters: Mapping[str, Any]) -> Reading:
    found = replace(rate, value=None, unit="", rule=None)
    if rate.status != "ok" or rate.value is None:
        return found
    rates = [float(rate.value)]
    if (by_area := rate.extra["area"]["value"]) is not None:
        rates.append(float(by_area))
    open_cases = sum(not done for done in cases)
    verdicts = set(
        assured(
            parameters[RATE], rates, [bool(cases)] * len(rates), [bool(cases) and not open_cases] * len(rates)
        ).tolist()
    )
    story = f"安全利用率按个数 {rate.value}%" + (f"、按面积 {by_area}%" if by_area is not None else "")
    story += f"；当年发现违规开发利用 {len(cases)} 起" + (
        f"，其中 {open_cases} 起未处罚整改到位或者仍有风险" if open_cases else ""
    )
    extra = {"register": LAND_ID, "note": story, "area": rate.extra["area"], "parts_unit": "块"}
    if verdicts not in ({True}, {False}):
        why = (
            "判定表没有规定这种情形，由人工判定"
            if None in verdicts
            else "按个数和按面积的结论不同，由人工判定"
        )
        return replace(found, status="not_configured", extra=extra | {"note": f"{story}；{why}"})
    met = verdicts == {True}
    return replace(
        found, text=ASSURED if met else NOT_ASSURED, extra=extra | {"met": met, "met_words": ASSURED}
    )


def unlawful(region: Region, on: date, known_at: datetime | None) -> list[bool]:
    """Cases found in the year up to a day in a place: whether each was punished and corrected by then, without risk.

    A parcel that stands as unlawfully supplied on that day is an open case, recorded or not.
    """
    return _unlawful([region], on, known_at)[region.pk]


def _unlawful(regions: Sequence[Region], on: date, known_at: datetime | None) -> dict[int, list[bool]]:
    parcels = Version.objects.filter(versions.at(on, known_at), in_places(regions), register=LAND_ID)
    cases = UnlawfulDevelopment.objects.filter(
        versions.believed(known_at), entry__in=parcels.values("entry"), on__lte=on
    )
    place = parcels.filter(entry=OuterRef("entry")).values("region__path")[:1]
    told = [
        (
            path,
            punished is not None
            and punished <= on
            and corrected is not None
            and corrected <= on
            and risk is False,
        )
        for path, punished, corrected, risk in cases.filter(on__year=on.year)
        .annotate(_place=Subquery(place))
        .values_list("_place", "punished_on", "corrected_on", "risk_to_people")
    ]
    untold = parcels.filter(state__in=("violating", "rectifying")).exclude(entry__in=cases.values("entry"))
    told += [(path, False) for path in untold.values_list("region__path", flat=True)]
    return {region.pk: [done for path, done in told if path.startswith(region.path)] for region in regions}


def _redeveloped(on: date, known_at: datetime | None, parameters: Mapping[str, Any]) -> Q:  # noqa: ARG001
    return (
        _q(supplied_on__gte=date(on.year, 1, 1), supplied_on__lte=on)
        & _q(survey_result__in=(ACCEPTABLE, OVER))
        & ~Q(state="withdrawn")
    )


def _of_redevelopment(on: date, known_at: datetime | None, parameters: Mapping[str, Any]) -> Case:  # noqa: ARG001
    return Case(When(_met(on), then=Value(NUMERATOR)), default=Value(DENOMINATOR))


REDEVELOPED = Counting(
    LAND_ID, _of_redevelopment, which=_redeveloped, weight=F(f"{_FACTS}area_m2"), parts_unit="平方米",
    complete=_q(area_m2__isnull=False),
)  # fmt: skip


def polluted_rate(
    region: Region, on: date, known_at: datetime | None, parameters: Mapping[str, Any]
) -> Reading:
    """The rate of the years to 2020: not applicable without redevelopment, 未配置 without a rule entered for it."""
    found = REDEVELOPED(region, on, known_at, parameters)
    if not found.counted and not found.left_out:
        note = {"register": LAND_ID, "note": NONE_REDEVELOPED}
        return replace(found, status="not_applicable", extra=note)
    try:
        rule = rate_on(POLLUTED_ID, on, queries.added_rates(region.path, on, known_at))
        above, below = terms_of(
            rule, {"safe": found.numerator or Decimal(0), "all": found.denominator or Decimal(0)}
        )
    except NotConfiguredError as error:
        return replace(
            found, value=None, status="not_configured", extra={"register": LAND_ID, "note": error.message}
        )
    note = dict(found.extra) | {"note": value_on("polluted_parcel", "assumption", on) or ""}
    return replace(
        found, value=rounded(100 * above / below) if below else None, numerator=above, denominator=below,
        extra=note,
    )  # fmt: skip


RATE_OF_YEAR = declare(
    RatedIndicator(
        id=RATE_ID,
        name="重点建设用地安全利用率",
        unit="%",
        rules=rules_of_rate(RATE_ID),
        calculate=KeyLandRate(),
        basis="分子：当年变更为居住、公共管理与公共服务用途且供地前符合要求的地块；分母：当年变更为这两类用途的全部地块。",
    )
)
declare(
    RatedIndicator(
        id=ASSURED_ID,
        name="重点建设用地安全利用",
        unit="",
        rules=rules_of_rate(ASSURED_ID),
        calculate=KeyLandAssured(),
        basis="按安全利用率、当年违规开发利用是否都已处罚并整改到位，对照判定表。",
    )
)
declare(
    Indicator(
        id=POLLUTED_ID,
        name="污染地块安全利用率",
        unit="%",
        rules=rules_of_rate(POLLUTED_ID),
        calculate=polluted_rate,
        basis="当年没有再开发利用的污染地块的，不适用。",
    )
)
