"""Readings of targets at a date, as known at a moment: computed where a register does it, else typed in."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from jingtu.platform.clock import OPEN_TIME
from jingtu.platform.evidence.models import Attachment
from jingtu.platform.indicators import declarations, snapshots
from jingtu.platform.indicators.declarations import Reading, variant_of
from jingtu.platform.indicators.models import ManualReading
from jingtu.platform.pages.formats import measured
from jingtu.platform.regions.models import Region
from jingtu.platform.registers.versions import at as valid
from jingtu.platform.registers.versions import believed
from jingtu.programme.plans.forecasts import Forecast, extrapolate
from jingtu.programme.plans.judging import JUDGED_BY_PERSON, Verdict, base_date, judge
from jingtu.programme.plans.models import Target

_YEAR = re.compile(r"20\d\d")
_WHOLE = re.compile(r"^(?:全|我|本)?(?:自治区|自治县|省|市|县|区|旗|州|盟|辖区)(?:内|域|范围内)?$")
_SPAN = re.compile(r"[-—–~～至到]")
_FUNDED = re.compile(
    r"((?:20\d\d年?度?[、,，和及与至到\-—–~～]*)+)(?:获得|获|下达|安排|争取|到位|批复)?的?(?:中央|自治区|省级?|专项|补助|财政)[^，。；]{0,6}资金"
)
_PROJECT = re.compile(
    r"(?:^|[，,、：:])?(?:继续|加快|大力|抓紧|全力)?(?:推进|实施|开展|组织|完成)?([^，,。；、：:]{2,40}?项目)"
)
_SENTENCE_END = re.compile(r"[。；\n]")
_READ_OTHERWISE = frozenset({"no_increase", "class"})
SILENT = frozenset({"no_data", "not_configured"})  # a computed reading gives way to one typed in
_SIGNS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "=": "", "≈": "约"}


@dataclass(frozen=True, slots=True)
class TargetReading:
    """A target with its reading, verdict, history and forecast: one bar of the year page."""

    target: Target
    reading: Reading
    verdict: Verdict
    points: tuple[tuple[date, Decimal], ...] = ()
    forecast: Forecast | None = None
    needed: int | None = None  # entries that still have to count before the target is met
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def goal(self) -> str:
        """The target as words: ``≥75 %``, ``Ⅲ类``, ``得到有效保障``."""
        return goal_text(self.target)

    @property
    def shown(self) -> str:
        """The reading as words; never blank, never zero for unknown."""
        status = {"no_data": "无数据", "not_configured": "未配置", "not_applicable": "不适用"}
        reading = self.reading
        if reading.value is None and not reading.text:
            return status.get(reading.status, "无数据")
        if self.target.kind in JUDGED_BY_PERSON:
            verdict = "" if reading.value is None else ("达到" if reading.value >= 1 else "未达到")
            return "：".join(part for part in (verdict, reading.text or "") if part)
        if reading.value is None:
            return reading.text or ""
        added = "新增 " if self.target.kind == "no_increase" and not reading.manual else ""
        return f"{added}{measured(plain(reading.value), reading.unit)}"

    def to_json(self) -> dict[str, object]:
        """The ``reading`` document of the command line contract, with the target it is held against."""
        document = self.reading.to_json()
        target = self.target
        document.update(
            {
                "id": target.indicator_id or str(target.series),
                "uid": str(target.uid),
                "name": target.indicator,
                "scope": target.scope or None,
                "comparator": target.comparator,
                "target": _number(target.value) if target.value is not None else target.value_text or None,
                "met": self.verdict.met,
                "why": self.verdict.why or None,
                "due": target.due.isoformat() if target.due else None,
            }
        )
        return document


def plain(value: Decimal) -> str:
    """A figure without trailing zeros, at most two decimals.

    Examples
    --------
    >>> plain(Decimal("75.000000")), plain(Decimal("91.2346")), plain(Decimal("100"))
    ('75', '91.23', '100')
    """
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def goal_text(target: Target) -> str:
    """The target value with its comparator, as people write it."""
    if target.value is None:
        return target.value_text or "未配置"
    if target.kind == "decrease":
        return f"下降 {measured(plain(target.value), target.unit)}"
    return f"{_SIGNS.get(target.comparator, '')}{measured(plain(target.value), target.unit)}"


def targets_of(region: Region, year: int, on: date, known_at: datetime | None = None) -> QuerySet[Target]:
    """Targets of a region in a year, shares of the level above included, in the order of the plan."""
    return (
        Target.objects.filter(valid(on, known_at), region=region, plan__year=year)
        .select_related("plan", "parent")
        .order_by("parent_id", "position", "id")
    )


def parameters_of(
    base: str, definition: str = "", scope: str = "", indicator: str = "", text: str = "", kind: str = ""
) -> dict[str, str]:
    """Parameters for an indicator from the words of a target.

    Parameters
    ----------
    base, definition : str
        Words that name the day at which a list is frozen.
    scope : str
        What the target speaks of alone: a point, a project.
    indicator, text : str
        The indicator as the plan calls it and the whole sentence; they name the years of funding.
    kind : str
        Of a target that nothing is to be added the indicator reads what was added, of one that names a class
        the class.

    Examples
    --------
    >>> parameters_of("以2024年3月底的清单为基数")
    {'base': '2024-03-31'}
    >>> parameters_of("", scope="一号点", indicator="地下水考核点位水质")
    {'scope': '一号点'}
    >>> parameters_of("", scope="全县", kind="class")  # the whole place is no point of its own
    {'kind': 'class'}
    >>> parameters_of("", indicator="2022年、2023年获得中央补助资金的项目完工率")
    {'years': '2022,2023'}
    >>> parameters_of("", kind="no_increase")
    {'kind': 'no_increase'}
    >>> parameters_of("")
    {}
    """
    found: dict[str, str] = {}
    day = base_date(base) if base else None
    if day is None and "基" in definition:
        day = base_date(definition)
    if day is not None:
        found["base"] = day.isoformat()
    if scope and not _WHOLE.match(scope):
        found["scope"] = scope
    years = next((years for words in (scope, indicator, text) if (years := funding_years(words))), ())
    if years:
        found["years"] = ",".join(map(str, years))
    if kind in _READ_OTHERWISE:
        found["kind"] = kind
    return found


def question_of(target: Target) -> str:
    """What a target asks, as one key by which targets of several places are held against each other.

    One indicator answers several questions (a reduction, or that nothing is added; money of 2023, or of 2024);
    the day at which a list is frozen may differ from place to place.

    Examples
    --------
    >>> question_of(Target(indicator_id="fund_execution_rate", parameters={"years": "2023", "base": "2024-03-31"}))
    'fund_execution_rate;years=2023'
    >>> question_of(Target(indicator="培训次数", scope="乡镇"))
    '培训次数乡镇'
    """
    if not target.indicator_id:
        return f"{target.indicator}{target.scope}"
    known = declarations.get(target.indicator_id)
    asked = known.chosen(target.parameters) if known else {}
    asked.pop("base", None)
    return f"{target.indicator_id};{variant_of(asked)}" if asked else target.indicator_id


def funding_years(text: str) -> tuple[int, ...]:
    """The years for which money was granted, where words name them.

    Examples
    --------
    >>> funding_years("2021年、2022年获得中央补助资金的项目完工率"), funding_years("2023年度中央资金执行率")
    ((2021, 2022), (2023,))
    >>> funding_years("2022—2024年下达的专项资金"), funding_years("到2024年底开工率达到100%")
    ((2022, 2023, 2024), ())
    """
    found = _FUNDED.search(text)
    if found is None:
        return ()
    words = found.group(1)
    years = [int(year) for year in _YEAR.findall(words)]
    if len(years) == 2 and _SPAN.search(words):
        years = list(range(years[0], years[1] + 1))
    return tuple(sorted(set(years)))


def named_project(text: str, figure: str) -> str:
    """The project that a sentence names before a figure or with it; empty where it names none.

    Examples
    --------
    >>> named_project("继续推进河东村农用地安全利用项目实施，年内完成总工程量的80%以上", "完成总工程量的80%以上")
    '河东村农用地安全利用项目'
    >>> named_project("到11月底，河东村耕地治理项目完成总工程量的80%", "河东村耕地治理项目完成总工程量的80%")
    '河东村耕地治理项目'
    >>> named_project("年内完成总工程量的80%以上", "完成总工程量的80%以上")
    ''
    """
    before, figure, _ = text.partition(figure)
    names = _PROJECT.findall(_SENTENCE_END.split(before)[-1] + figure)
    return names[-1] if names else ""


def read(target: Target, on: date, known_at: datetime | None = None) -> TargetReading:
    """The reading of one target; see ``read_all``."""
    return read_all([target], on, known_at)[0]


def read_all(targets: Iterable[Target], on: date, known_at: datetime | None = None) -> list[TargetReading]:
    """Readings of several targets with two queries, plus what computed indicators need.

    A target whose indicator is declared is computed from its register; any other takes the last reading
    that somebody typed in by ``on``, as it was known at ``known_at``. So does one whose register is empty
    there, or whose rule is not in force: years before the register was kept have typed readings alone.
    """
    listed = list(targets)
    manual = _manual_readings([target.series for target in listed], on, known_at)
    kept = snapshots.kept_series({_series(target) for target in listed if target.indicator_id}, on, known_at)
    found = []
    for target in listed:
        typed = manual.get(target.series, [])
        indicator = declarations.get(target.indicator_id) if target.indicator_id else None
        reading = (
            None if indicator is None else indicator.compute(target.region, on, known_at, target.parameters)
        )
        if reading is not None and not (typed and reading.status in SILENT):
            points = [point for point in kept[_series(target)] if point[0] < on]
            if reading.value is not None:
                points.append((on, reading.value))
        else:
            reading = _typed_reading(target, typed, on, known_at)
            points = [(row.on, row.value) for row in typed if row.value is not None]
        found.append(_judged(target, reading, typed, points))
    return found


@dataclass(frozen=True, slots=True)
class Typed:
    """A reading somebody typed in, with its evidence; ``corrected``: another stands in its place now."""

    row: ManualReading
    files: list[Attachment]
    corrected: bool


def typed(
    target: Target, on: date, known_at: datetime | None = None, attached: Iterable[Attachment] = ()
) -> list[Typed]:
    """All readings typed in for a target by a day, newest first, corrected ones beside their successors.

    Of the files ``attached`` to the target's series each belongs to the reading whose ledger row names its
    hash; of a file taken back and handed in again the valid copy is shown.
    """
    known = Q() if known_at is None else Q(recorded_from__lte=known_at)
    rows = (
        ManualReading.objects.filter(known, series=target.series, on__lte=on)
        .select_related("entered_by", "ledger_row")
        .order_by("-on", "-recorded_from", "-id")
    )
    files = {item.file.sha256: item for item in sorted(attached, key=lambda one: one.withdrawn_at is None)}
    return [
        Typed(
            row,
            [files[name] for name in row.ledger_row.facts.get("evidence", []) if name in files],
            row.recorded_to != OPEN_TIME if known_at is None else row.recorded_to <= known_at,
        )
        for row in rows
    ]


def _manual_readings(
    series: Sequence[UUID], on: date, known_at: datetime | None
) -> dict[UUID, list[ManualReading]]:
    found: dict[UUID, list[ManualReading]] = defaultdict(list)
    for row in ManualReading.objects.filter(believed(known_at), series__in=series, on__lte=on).order_by(
        "on", "id"
    ):
        found[row.series].append(row)
    return found


def _series(target: Target) -> snapshots.Series:
    return snapshots.series_of(target.indicator_id, target.region, target.parameters)


def _typed_reading(
    target: Target, typed: list[ManualReading], on: date, known_at: datetime | None
) -> Reading:
    last = typed[-1] if typed else None
    return Reading(
        indicator=target.indicator_id,
        name=target.indicator,
        region=target.region,
        on=on,
        known_at=known_at,
        value=last.value if last else None,
        text=last.text or None if last else None,
        unit=(last.unit if last else "") or target.unit,
        numerator=last.numerator if last else None,
        denominator=last.denominator if last else None,
        status="ok" if last else "no_data",
        completeness=1.0 if last else 0.0,
        manual=last is not None,
        extra={"read_on": last.on.isoformat(), "note": last.note, "uid": str(last.uid)} if last else {},
    )


def _judged(
    target: Target, reading: Reading, typed: list[ManualReading], points: list[tuple[date, Decimal]]
) -> TargetReading:
    base = _base_reading(target, typed)
    verdict = judge(
        kind=target.kind,
        comparator=target.comparator,
        limit=target.value,
        limit_text=target.value_text,
        value=reading.value,
        text=reading.text,
        base_value=base.value if base else _base_by_definition(reading),
        base_text=base.text if base else None,
    )
    stated = reading.extra.get("met")
    if verdict.met is None and isinstance(stated, bool) and _speaks_of(target, reading):
        verdict = Verdict(stated)  # by the declared rule that the reading followed
    forecast = None
    if target.kind == "number" and target.due is not None and reading.on < target.due:
        percent = reading.unit == "%"
        least = reading.value if target.cumulative else None  # what is counted once stays counted
        forecast = extrapolate(
            points,
            target.due,
            low=least if least is not None else (Decimal(0) if percent else None),
            high=Decimal(100) if percent else None,
        )
    return TargetReading(target, reading, verdict, tuple(points), forecast, _needed(target, reading, verdict))


def _base_by_definition(reading: Reading) -> Decimal | None:
    """What a computed reading is held against where nobody has to type that in: of what was added, nothing."""
    given = reading.extra.get("base_value")
    return None if reading.manual or given is None else Decimal(str(given))


def _speaks_of(target: Target, reading: Reading) -> bool:
    """Whether what a reading states is what the target asks: in kind, or in the target's very words."""
    words = str(reading.extra.get("met_words") or "")
    in_words = target.kind in JUDGED_BY_PERSON and words != "" and words in target.value_text
    return target.kind == "stable" or in_words


def _base_reading(target: Target, typed: list[ManualReading]) -> ManualReading | None:
    """The reading at the base date; without one, the last before the target came into force."""
    if not typed:
        return None
    base = base_date(target.base) if target.base else None
    limit = base or target.effective_from
    before = [row for row in typed if row.on <= limit]
    if before:
        return before[-1]
    return typed[0] if len(typed) > 1 else None


def _needed(target: Target, reading: Reading, verdict: Verdict) -> int | None:
    if (
        verdict.met is not False
        or reading.manual
        or target.comparator not in {">=", ">"}
        or reading.unit != "%"
        or reading.numerator is None
        or not reading.denominator
        or target.value is None
        or reading.denominator != reading.counted  # areas and money are not counted in pieces
    ):
        return None
    wanted = math.ceil(target.value * reading.denominator / 100)
    return max(int(wanted - reading.numerator), 0) or None


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
