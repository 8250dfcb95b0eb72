"""Indicators as declared by the apps that own their registers, and what a reading carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.regions.models import Region


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule an indicator is computed by: where it stands and when it is in force."""

    source: str
    clause: str
    valid_from: date
    valid_to: date = OPEN_DATE
    confidence: str = ""

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on < self.valid_to

    def to_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "clause": self.clause,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": None if self.valid_to == OPEN_DATE else self.valid_to.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Entries that do not count, and why; ``entries`` are their keys, for the link."""

    reason: str
    count: int
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading. ``value`` is ``None`` with a ``status`` where there is nothing honest to say.

    status: ``ok`` | ``not_applicable`` (denominator zero) | ``not_configured`` (no rule in force) |
    ``no_data`` (nobody has entered anything).
    """

    indicator: str
    name: str
    region: Region
    on: date
    known_at: datetime | None
    value: Decimal | None
    unit: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    text: str | None = None
    status: str = "ok"
    rule: Rule | None = None
    counted: int = 0
    counted_entries: tuple[int, ...] = ()  # all of the denominator
    numerator_entries: tuple[int, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    gaps: tuple[
        LeftOut, ...
    ] = ()  # counted, not in the numerator, by what is missing; where the count tells it
    completeness: float = 1.0
    manual: bool = False
    variant: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parts_unit(self) -> str:
        """The unit of numerator and denominator (亩, 元, 千克, 块); ``""`` where they have none."""
        return str(self.extra.get("parts_unit", ""))

    @property
    def left_out_count(self) -> int:
        """How many entries do not count."""
        return sum(item.count for item in self.left_out)

    def to_json(self) -> dict[str, Any]:
        """The ``reading`` document of the command line contract (target fields are added by the plan)."""
        return {
            "id": self.indicator,
            "name": self.name,
            "region": self.region.adcode or self.region.name,
            "on": self.on.isoformat(),
            "known_at": self.known_at.isoformat() if self.known_at else None,
            "value": _number(self.value) if self.value is not None else self.text,
            "unit": self.unit,
            "numerator": _number(self.numerator),
            "denominator": _number(self.denominator),
            "parts_unit": self.parts_unit,
            "comparator": None,
            "target": None,
            "met": None,
            "status": self.status,
            "manual": self.manual,
            "rule": self.rule.to_json() if self.rule else None,
            "entries": {
                "counted": self.counted,
                "left_out": [{"reason": item.reason, "count": item.count} for item in self.left_out],
            },
            "completeness": self.completeness,
        }


def _number(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


Calculate = Callable[[Region, date, datetime | None, Mapping[str, Any]], Reading]


ForMany = Callable[[Sequence[Region], date, "datetime | None", Mapping[str, Any]], dict[int, Reading]]


@dataclass(frozen=True, slots=True)
class TogetherRead:
    """A count that reads what it needs once for many places; used as ``Indicator.calculate``.

    ``tally(regions, on, known_at, parameters)`` gives the readings by key of the place, with the entries behind them.
    """

    tally: ForMany

    def __call__(
        self, region: Region, on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> Reading:
        """The reading of one place: of many that are one."""
        return self.tally([region], on, known_at, parameters)[region.pk]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A declared indicator.

    ``calculate(region, on, known_at, parameters)`` does the counting; ``parameters`` come from the target
    (``base``: the date at which the base list is frozen). Callers use ``compute``, which looks the rule up
    first: a rule that has run out is not used after its day.
    """

    id: str
    name: str
    unit: str
    rules: Sequence[Rule]
    calculate: Calculate
    basis: str = ""
    decimals: int = 2
    parameters: tuple[str, ...] = ()
    choices: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)  # of parameters to choose

    def rule_on(self, on: date) -> Rule | None:
        for rule in self.rules:
            if rule.in_force(on):
                return rule
        return None

    def chosen(self, parameters: Mapping[str, Any] | None) -> dict[str, Any]:
        """The parameters that this indicator knows and that are given."""
        given = {name: (parameters or {}).get(name) for name in self.parameters}
        return {name: value for name, value in given.items() if value not in {None, ""}}

    def compute(
        self,
        region: Region,
        on: date,
        known_at: datetime | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> Reading:
        """The reading of a region and everything below it on a day, under the rule in force that day."""
        chosen = self.chosen(parameters)
        rule = self.rule_on(on)
        if rule is None:
            return Reading(
                indicator=self.id, name=self.name, region=region, on=on, known_at=known_at, value=None,
                unit=self.unit, status="not_configured", completeness=0.0, variant=variant_of(chosen),
                extra={"note": "该日期没有现行有效的计算规则，未配置"},
            )  # fmt: skip
        return self._signed(self.calculate(region, on, known_at, chosen), rule, chosen)

    def parts(
        self,
        regions: Sequence[Region],
        on: date,
        known_at: datetime | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> dict[int, Reading]:
        """Readings of several places by their keys, in one query where the count allows it.

        They carry the figures of ``compute``; the lists of entries behind them only where there was no shorter way.
        """
        chosen, rule = self.chosen(parameters), self.rule_on(on)
        tally = getattr(self.calculate, "tally", None)
        if rule is None or tally is None:
            return {region.pk: self.compute(region, on, known_at, parameters) for region in regions}
        found: dict[int, Reading] = tally(regions, on, known_at, chosen)
        return {key: self._signed(reading, rule, chosen) for key, reading in found.items()}

    def _signed(self, found: Reading, rule: Rule, chosen: Mapping[str, Any]) -> Reading:
        return replace(
            found, indicator=self.id, name=self.name, unit=found.unit or self.unit, rule=rule,
            variant=variant_of(chosen),
        )  # fmt: skip


def variant_of(parameters: Mapping[str, Any]) -> str:
    """Parameters as one key: readings of different base dates are different series.

    Examples
    --------
    >>> variant_of({"base": "2024-03-31"}), variant_of({})
    ('base=2024-03-31', '')
    """
    return ";".join(f"{name}={parameters[name]}" for name in sorted(parameters))


_indicators: dict[str, Indicator] = {}


def declare(indicator: Indicator) -> Indicator:
    """Declare an indicator; a second one with the same id is a programming error."""
    if indicator.id in _indicators and _indicators[indicator.id] is not indicator:
        raise ValueError(f"indicator {indicator.id} is declared twice")
    _indicators[indicator.id] = indicator
    return indicator


def get(indicator_id: str) -> Indicator | None:
    """The declared indicator, or ``None`` where no register computes it yet."""
    return _indicators.get(indicator_id)


def all_indicators() -> list[Indicator]:
    """All declared indicators in order of declaration."""
    return list(_indicators.values())
