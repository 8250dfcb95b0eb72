"""Indicators whose formula is a dated rule of rates; a table entered for the place is looked up first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
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
        chosen = self.chosen(parameters)
        rule = self._rate(region, on, known_at)
        if isinstance(rule, str):
            return Reading(
                indicator=self.id, name=self.name, region=region, on=on, known_at=known_at, value=None,
                unit=self.unit, status="not_configured", completeness=0.0, variant=variant_of(chosen),
                extra={"note": rule},
            )  # fmt: skip
        found = self.calculate(region, on, known_at, chosen | {RATE: rule})
        return self._signed(found, rule_of_rate(rule), chosen)

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
        rates: dict[int, RateRule | str] = {}
        for region in regions:
            rates[region.pk] = self._rate(region, on, known_at)
        for region in regions:
            groups[rates[region.pk]].append(region)
        chosen = self.chosen(parameters)
        found: dict[int, Reading] = {}
        for rule, places in groups.items():
            if tally is None or isinstance(rule, str):
                found |= {place.pk: self.compute(place, on, known_at, parameters) for place in places}
                continue
            read = tally(places, on, known_at, chosen | {RATE: rule})
            found |= {key: self._signed(one, rule_of_rate(rule), chosen) for key, one in read.items()}
        return {region.pk: found[region.pk] for region in regions}

    def _rate(self, region: Region, on: date, known_at: datetime | None) -> RateRule | str:
        """The rule, or in words why there is none."""
        try:
            return rate_on(self.key or self.id, on, queries.added_rates(region.path, on, known_at))
        except NotConfiguredError as error:
            return error.message


def rule_of_rate(rule: RateRule) -> Rule:
    """A rule of rates as a reading carries it."""
    return Rule(rule.source, rule.clause, rule.valid_from, rule.valid_to or OPEN_DATE, rule.confidence)


def rules_of_rate(key: str) -> tuple[Rule, ...]:
    """The rules of a rate that come with the package.

    Examples
    --------
    >>> [rule.clause for rule in rules_of_rate("contaminated_farmland_safe_use_rate")]
    ['A=(B+C+D)/E×100%']
    """
    return tuple(rule_of_rate(rule) for rule in own_rules() if rule.key == key)
