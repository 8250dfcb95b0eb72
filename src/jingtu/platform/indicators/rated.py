"""Indicators whose formula is a dated rule of rates; a table entered for the place is looked up first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.standards.rates import RateRule, own_rules, rate_on
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.indicators.declarations import Indicator, Reading, Rule, variant_of
from jingtu.platform.regions.models import Region
from jingtu.platform.rulebooks import queries

RATE = "rate_rule"


@dataclass(frozen=True, slots=True)
class RatedIndicator(Indicator):
    """An indicator that is calculated by the rule of rates in force for its place and day.

    ``calculate`` finds that rule among its parameters under ``RATE``. Out of force of every rule, those entered
    as tables included, the reading is 未配置. ``rules`` are for showing: :func:`rules_of_rate`.
    """

    key: str = ""  # of the rule of rates; the indicator's own where not given

    def compute(
        self,
        region: Region,
        on: date,
        known_at: datetime | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> Reading:
        """The reading of a region and everything below it on a day, under the rule in force there that day."""
        rule = self._rates([region], on, known_at)[region.pk]
        return self._under(rule, region, on, known_at, self.chosen(parameters))

    def parts(
        self,
        regions: Sequence[Region],
        on: date,
        known_at: datetime | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> dict[int, Reading]:
        """Readings of several places; those under one rule together where the count allows it."""
        tally = getattr(self.calculate, "tally", None)
        groups: dict[RateRule | str, list[Region]] = defaultdict(list)
        rates = self._rates(regions, on, known_at)
        for region in regions:
            groups[rates[region.pk]].append(region)
        chosen = self.chosen(parameters)
        found: dict[int, Reading] = {}
        for rule, places in groups.items():
            if tally is None or isinstance(rule, str):
                found |= {place.pk: self._under(rule, place, on, known_at, chosen) for place in places}
                continue
            try:
                read = tally(places, on, known_at, chosen | {RATE: rule})
            except NotConfiguredError as error:
                read = {place.pk: self._unset(place, on, known_at, chosen, error.message) for place in places}
            found |= {
                key: one if one.status == "not_configured" else self._signed(one, rule_of_rate(rule), chosen)
                for key, one in read.items()
            }
        return {region.pk: found[region.pk] for region in regions}

    def _unset(
        self, region: Region, on: date, known_at: datetime | None, chosen: dict[str, Any], why: str
    ) -> Reading:
        return Reading(
            indicator=self.id, name=self.name, region=region, on=on, known_at=known_at, value=None,
            unit=self.unit, status="not_configured", completeness=0.0, variant=variant_of(chosen),
            extra={"note": why},
        )  # fmt: skip

    def _under(
        self,
        rule: RateRule | str,
        region: Region,
        on: date,
        known_at: datetime | None,
        chosen: dict[str, Any],
    ) -> Reading:
        if isinstance(rule, str):
            return self._unset(region, on, known_at, chosen, rule)
        try:
            found = self.calculate(region, on, known_at, chosen | {RATE: rule})
        except NotConfiguredError as error:
            return self._unset(region, on, known_at, chosen, error.message)
        return self._signed(found, rule_of_rate(rule), chosen)

    def _rates(
        self, regions: Sequence[Region], on: date, known_at: datetime | None
    ) -> dict[int, RateRule | str]:
        """By key of each place its rule, or in words why there is none."""
        added = queries.added_rates_of({region.path for region in regions}, on, known_at)
        return {region.pk: self._rate(on, added[region.path]) for region in regions}

    def _rate(self, on: date, added: Sequence[RateRule]) -> RateRule | str:
        try:
            return rate_on(self.key or self.id, on, added)
        except NotConfiguredError as error:
            return error.message


def rule_of_rate(rule: RateRule) -> Rule:
    """A rule of rates as a reading carries it."""
    return Rule(rule.source, rule.clause, rule.valid_from, rule.valid_to or OPEN_DATE, rule.confidence)


def terms_of(rule: RateRule, amounts: Mapping[str, Decimal]) -> tuple[Decimal, Decimal]:
    """What stands above and below the line of a rule, from exact amounts by its symbols.

    Raises
    ------
    NotConfiguredError
        The rule is no share, or speaks of amounts that no register gives.

    Examples
    --------
    >>> from datetime import date
    >>> rule = rate_on("contaminated_farmland_safe_use_rate", date(2024, 12, 31))
    >>> terms_of(rule, {"B": Decimal(20), "C": Decimal(60), "D": Decimal(13), "E": Decimal(100)})
    (Decimal('93'), Decimal('100'))
    """
    missing = [term.name for term in rule.terms if term.symbol not in amounts]
    if rule.kind != "share" or not rule.terms or missing:
        what = f"清单不能给出{'、'.join(missing)}" if missing else "不是按比例计算的规则"
        raise NotConfiguredError(
            f"{rule.name}：现行规则的{what}（未配置），请核对录入的规则。", rate=rule.key
        )
    sums = {"numerator": Decimal(0), "denominator": Decimal(0)}
    for term in rule.terms:
        sums[term.role] += amounts[term.symbol]
    return sums["numerator"], sums["denominator"]


def rules_of_rate(key: str) -> tuple[Rule, ...]:
    """The rules of a rate that come with the package.

    Examples
    --------
    >>> [rule.clause for rule in rules_of_rate("contaminated_farmland_safe_use_rate")]
    ['A=(B+C+D)/E×100%']
    """
    return tuple(rule_of_rate(rule) for rule in own_rules() if rule.key == key)
