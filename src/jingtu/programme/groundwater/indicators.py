"""Numbers of groundwater: wells walked to, classes of points, whether they stay stable."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, OuterRef, TextField, Value, When

from jingtu.errors import NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.rates import RateRule, assured, rate_on, share
from jingtu.platform.indicators.declarations import Indicator, LeftOut, Reading, TogetherRead, declare
from jingtu.platform.indicators.rated import RATE, RatedIndicator, rules_of_rate
from jingtu.platform.indicators.shares import NUMERATOR, Counting, rounded
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.entry_records import believed_records
from jingtu.platform.rulebooks.queries import added_rates_of
from jingtu.programme.groundwater import points, wells
from jingtu.programme.groundwater.classes import Standing, points_of, standings
from jingtu.programme.groundwater.evaluating import LABELS
from jingtu.programme.groundwater.rules import rules_of

PATROLLED = "groundwater_well_patrol_count"
POINT_QUALITY = "groundwater_point_quality"
DUAL_QUALITY = "groundwater_dual_source_point_quality"
CLASS_V = "groundwater_class_v_ratio"
SOURCE_RATE = "groundwater_source_compliance_rate"

UNIT, BY_CLASS = "水质类别", "class"
STABLE, NOT_STABLE = "总体保持稳定", "未保持总体稳定"
NO_RESULT = "本年度尚无监测结果"
NO_TARGET = "没有登记目标类别"
NO_BASE = "没有基准类别，上一年也没有监测结果"
CLOSED = "已封井或移除"
NOT_WALKED = "本年度尚未巡护"
_LISTED_IN_WORDS = 12


def _patrolled(on: date, known_at: datetime | None, _parameters: Mapping[str, Any]) -> Case:
    walked = believed_records(wells.PATROLS, known_at).filter(
        entry=OuterRef("entry"), on__gte=date(on.year, 1, 1), on__lte=on
    )
    return Case(
        When(state__in=wells.CLOSED, then=Value(CLOSED)),
        When(Exists(walked), then=Value(NUMERATOR)),
        default=Value(NOT_WALKED),
        output_field=TextField(),
    )


declare(
    Indicator(
        id=PATROLLED,
        name="地下水监测井巡护数",
        unit="口",
        rules=rules_of(PATROLLED),
        calculate=Counting(wells.REGISTER_ID, _patrolled, measure="count", decimals=0),
        basis="当年1月1日至读数日期至少巡护过一次的在册监测井口数。",
        decimals=0,
    )
)


def point_quality(
    regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Mapping[str, Any]
) -> dict[int, Reading]:
    """The class of the point that a target names, or how the national points of a place stand.

    Parameters
    ----------
    regions : sequence of Region
        Points of each of these places and below it.
    on : date
        The day of the reading; the last round sampled in its year counts.
    known_at : datetime or None
        As known at that moment.
    parameters : mapping
        ``scope``: the name or code of one point. Without it the reading is of all national points: whether they
        stay stable by the rule entered for the place, and how many meet their target class.

    Returns
    -------
    dict of Reading by key of the place
        ``text`` reads like ``Ⅳ类``, or ``总体保持稳定``.
    """
    name = str(parameters.get("scope") or "")
    if name:
        return {region.pk: _one_point(region, on, known_at, name) for region in regions}
    found = standings(points_of(regions, (points.NATIONAL,), on, known_at), on, known_at)
    rules = _stable_rules(regions, on, known_at)
    return {
        region.pk: _stability(region, on, known_at, _there(found, region), rules[region.pk])
        for region in regions
    }


PointCount = Callable[[Region, date, "datetime | None", Mapping[str, Any], Sequence[Standing]], Reading]


def _of_points(kinds: Sequence[str], read: PointCount) -> TogetherRead:
    """A count over the points of some kinds; those of all places are read at once."""

    def tally(
        regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> dict[int, Reading]:
        found = standings(points_of(regions, kinds, on, known_at), on, known_at)
        return {
            region.pk: read(region, on, known_at, parameters, _there(found, region)) for region in regions
        }

    return TogetherRead(tally)


def _there(found: Sequence[Standing], region: Region) -> list[Standing]:
    return [item for item in found if item.version.region.path.startswith(region.path)]


def dual_source_quality(
    region: Region,
    on: date,
    known_at: datetime | None,
    parameters: Mapping[str, Any],
    found: Sequence[Standing],
) -> Reading:
    """Whether the points at drinking-water sources and at risks of pollution stay stable, by the declared rule."""
    return _stability(region, on, known_at, found, parameters[RATE])


def class_v_ratio(
    region: Region,
    on: date,
    known_at: datetime | None,
    parameters: Mapping[str, Any],
    found: Sequence[Standing],
) -> Reading:
    """The share of national points of class V among those with results of the year."""
    counted = [item for item in found if item.now is not None]
    fifth = [item.entry for item in counted if item.now is not None and item.now.quality == "V"]
    left_out = _left_out((item, NO_RESULT) for item in found if item.now is None)
    rule: RateRule = parameters[RATE]
    value = float(share(rule, {"V": len(fifth), "N": len(counted)})) if counted else None
    return _share(region, on, known_at, found, counted, fifth, left_out, value)


def source_compliance(
    region: Region,
    on: date,
    known_at: datetime | None,
    parameters: Mapping[str, Any],
    found: Sequence[Standing],
) -> Reading:
    """The share of points at drinking-water sources whose class is no worse than their target class.

    Of a target that asks for a class (水质达到Ⅲ类) the worst class among these points is read instead.
    """
    if parameters.get("kind") == BY_CLASS:
        return _worst(region, on, known_at, found)
    counted = [item for item in found if item.meets_target is not None]
    met = [item.entry for item in counted if item.meets_target]
    left_out = _left_out(
        (item, NO_RESULT if item.now is None else NO_TARGET) for item in found if item.meets_target is None
    )
    value = 100 * len(met) / len(counted) if counted else None
    return _share(region, on, known_at, found, counted, met, left_out, value)


def _one_point(region: Region, on: date, known_at: datetime | None, name: str) -> Reading:
    every = [kind for kind, _ in points.FIELDS[0].choices]
    named = [
        version
        for version in points_of([region], every, on, known_at)
        if name in {version.name, version.entry.code}
    ]
    if not named:
        note = f"考核点位清单中没有名称或编码为“{name}”的在用点位"
        return _reading(region, on, known_at, status="no_data", note=note)
    return _worst(region, on, known_at, standings(named, on, known_at))


def _worst(region: Region, on: date, known_at: datetime | None, found: Sequence[Standing]) -> Reading:
    """The worst class among points with results of the year."""
    counted = [item for item in found if item.now is not None]
    left_out = _left_out((item, NO_RESULT) for item in found if item.now is None)
    if not counted:
        return _reading(region, on, known_at, status="no_data", note=NO_RESULT, left_out=left_out)
    worst = max((item.now.quality for item in counted if item.now), key=list(LABELS).index)
    return _reading(
        region, on, known_at, text=LABELS[worst], counted=counted, left_out=left_out,
        completeness=len(counted) / len(found), note=_words(found),
    )  # fmt: skip


def _stability(
    region: Region, on: date, known_at: datetime | None, found: Sequence[Standing], rule: RateRule | str
) -> Reading:
    """Whether points stay stable: the share of those no worse than their base, judged by the rule entered."""
    if not found:
        return _reading(region, on, known_at, status="no_data")
    counted = [item for item in found if item.stable is not None]
    kept = [item.entry for item in counted if item.stable]
    left_out = _left_out(
        (item, NO_RESULT if item.now is None else NO_BASE) for item in found if item.stable is None
    )
    words = _summary(found)
    if isinstance(rule, str):
        # The classes are known all the same; only the word 稳定 is not.
        return _reading(
            region, on, known_at, text=words if any(item.now for item in found) else None,
            status="not_configured", counted=counted, kept=kept, left_out=left_out,
            completeness=len(counted) / len(found), note=rule,
        )  # fmt: skip
    if not counted:
        return _reading(region, on, known_at, status="no_data", left_out=left_out, note=NO_RESULT)
    answer = assured(rule, [100 * len(kept) / len(counted)], False, False).tolist()[0]
    said = f"{rule.source}，{rule.clause}：类别不劣于基准类别的点位为{len(kept)}/{len(counted)}"
    return _reading(
        region, on, known_at, text=words if answer is None else (STABLE if answer else NOT_STABLE),
        counted=counted, kept=kept, left_out=left_out, completeness=len(counted) / len(found),
        note=f"{said}；{_words(found)}", met=answer,
    )  # fmt: skip


def _stable_rules(
    regions: Sequence[Region], on: date, known_at: datetime | None
) -> dict[int, RateRule | str]:
    added = added_rates_of({region.path for region in regions}, on, known_at)
    return {region.pk: _stable_rule(on, added[region.path]) for region in regions}


def _stable_rule(on: date, added: Sequence[RateRule]) -> RateRule | str:
    try:
        return rate_on(POINT_QUALITY, on, added)
    except (NotConfiguredError, NotFoundError):
        return "“保持稳定”的判定规则未配置，请在标准和规则中录入核算规则"


def _share(
    region: Region, on: date, known_at: datetime | None, found: Sequence[Standing], counted: Sequence[Standing],
    inside: Sequence[int], left_out: tuple[LeftOut, ...], value: float | None,
) -> Reading:  # fmt: skip
    if not found:
        return _reading(region, on, known_at, status="no_data", unit="%")
    return _reading(
        region, on, known_at, value=None if value is None else rounded(Decimal(str(value))),
        status="ok" if counted else "not_applicable", unit="%", counted=counted, kept=inside,
        left_out=left_out, completeness=len(counted) / len(found), note=_words(found), ratio=True,
    )  # fmt: skip


def _reading(
    region: Region, on: date, known_at: datetime | None, *, status: str = "ok", text: str | None = None,
    value: Decimal | None = None, unit: str = UNIT, counted: Sequence[Standing] = (), kept: Sequence[int] = (),
    left_out: tuple[LeftOut, ...] = (), completeness: float = 0.0, note: str = "", met: bool | None = None,
    ratio: bool = False,
) -> Reading:  # fmt: skip
    extra: dict[str, Any] = {"register": points.REGISTER_ID, "note": note, "parts_unit": "个"}
    if met is not None:
        extra["met"] = bool(met)
    shown = ratio or bool(kept) or met is not None
    return Reading(
        indicator="", name="", region=region, on=on, known_at=known_at, value=value, unit=unit, text=text,
        numerator=Decimal(len(kept)) if shown else None, denominator=Decimal(len(counted)) if shown else None,
        status=status, counted=len(counted), counted_entries=tuple(sorted(item.entry for item in counted)),
        numerator_entries=tuple(sorted(kept)), left_out=left_out, completeness=round(completeness, 4), extra=extra,
    )  # fmt: skip


def _left_out(pairs: Any) -> tuple[LeftOut, ...]:
    by_reason: dict[str, list[int]] = defaultdict(list)
    for item, reason in pairs:
        by_reason[reason].append(item.entry)
    return tuple(LeftOut(reason, len(keys), tuple(keys)) for reason, keys in sorted(by_reason.items()))


def _summary(found: Sequence[Standing]) -> str:
    """``3个点位：Ⅲ类2个、Ⅳ类1个``."""
    counted = Counter(item.now.quality for item in found if item.now is not None)
    parts = "、".join(f"{label}{counted[quality]}个" for quality, label in LABELS.items() if counted[quality])
    return f"{sum(counted.values())}个点位：{parts}" if parts else ""


def _words(found: Sequence[Standing]) -> str:
    """The classes of points in words, the first of a long list."""
    parts = [item.words for item in found[:_LISTED_IN_WORDS]]
    more = f"等{len(found)}个点位" if len(found) > _LISTED_IN_WORDS else ""
    return "；".join(parts) + more


declare(
    Indicator(
        id=POINT_QUALITY,
        name="地下水考核点位水质",
        unit=UNIT,
        rules=rules_of(POINT_QUALITY),
        calculate=TogetherRead(point_quality),
        basis="单个点位取当年最近一轮监测中最差项目的类别；全部国家考核点位按录入的规则判定是否保持稳定。",
        parameters=("scope",),
    )
)
declare(
    RatedIndicator(
        id=DUAL_QUALITY,
        name="地下水“双源”点位水质",
        unit=UNIT,
        rules=rules_of_rate(DUAL_QUALITY),
        calculate=_of_points(points.DUAL, dual_source_quality),
        basis="饮用水水源点位和污染风险监控点位中，类别不劣于基准类别的点位占比，按录入的规则判定是否保持稳定。",
    )
)
declare(
    RatedIndicator(
        id=CLASS_V,
        name="地下水国控点位Ⅴ类水比例",
        unit="%",
        rules=rules_of_rate(CLASS_V),
        calculate=_of_points((points.NATIONAL,), class_v_ratio),
        basis="分子：当年最近一轮为Ⅴ类的国家考核点位数；分母：当年有监测结果的国家考核点位数。",
    )
)
declare(
    Indicator(
        id=SOURCE_RATE,
        name="地下水型饮用水水源水质达标率",
        unit="%",
        rules=rules_of(SOURCE_RATE),
        calculate=_of_points((points.SOURCE,), source_compliance),
        basis="分子：当年最近一轮类别达到目标类别的饮用水水源点位数；分母：有监测结果和目标类别的饮用水水源点位数。"
        "目标写明水质类别的，取各饮用水水源点位中最差的类别。",
        parameters=("kind",),
        choices={"kind": ((BY_CLASS, "最差的水质类别"),)},
    )
)
