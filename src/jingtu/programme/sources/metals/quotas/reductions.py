"""重点行业重点重金属污染物减排比例: verified reductions since the base year over the emission of the base year.

Of a target that asks for no increase (控制不新增) the same ledger gives the quantity that was added and not
replaced, in kilograms, which is to be nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from jingtu.platform.indicators.declarations import Indicator, LeftOut, Reading, declare
from jingtu.platform.indicators.shares import rounded
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.programme.sources.metals.lifecycle import REGISTER_ID
from jingtu.programme.sources.metals.metals import METALS, NAMES, controlled, key_industries, kilograms
from jingtu.programme.sources.metals.quotas.balances import postings
from jingtu.programme.sources.metals.quotas.models import QuotaAccount, QuotaTransaction
from jingtu.programme.sources.metals.rules import rules_of, value_on

INDICATOR_ID = "heavy_metal_reduction_ratio"
NO_INCREASE = "no_increase"
NOT_KEY = "不属于当日的重点行业"
NO_BASE = "未登记基准年排放量"
AFTER_BASE = "基准年后的新建项目，无基准年排放量"
OTHER_BASE = "登记的基准年与目标不同"
TAKEN_OFF = "移出清单，不属于重点行业或重复登记"
NO_METALS = "当日重点重金属范围未配置"

_FACTS = "heavymetalenterprisefacts"
_COLUMNS = ("industry", "removal_cause", "base_year", "project_kind")


@dataclass(slots=True)
class _Plant:
    """One plant of the day: where it lies, its emission of the base year, or why it has none."""

    entry: int
    path: str
    base: int = 0
    reason: str = ""


@dataclass(slots=True)
class _Sum:
    """What a place gives together."""

    base: int = 0
    reduced: int = 0
    counted: list[int] = field(default_factory=list)
    reducing: list[int] = field(default_factory=list)
    left_out: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


class ReductionRatio:
    """How the ratio is computed; used as ``Indicator.calculate``.

    A plant that was closed, or taken off the list after its closure, stays in the base; what it gave up counts
    once, because its quota can be given up only once. A correction of the ledger counts from its day on and
    as it was known.
    """

    def __call__(
        self, region: Region, on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> Reading:
        """The reading of one place: percent, or kilograms added where the target is no increase."""
        return self.tally([region], on, known_at, parameters)[region.pk]

    def tally(
        self, regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> dict[int, Reading]:
        """Readings of many places by their keys, in two queries."""
        if parameters.get("kind") == NO_INCREASE:
            return {region.pk: _increase(region, on, known_at) for region in regions}
        year = _base_year(on, parameters)
        within = Q(pk__in=[])
        for region in regions:
            within |= Q(region__path__startswith=region.path)
        plants = list(_plants(within, on, known_at, year))
        reduced = _reduced([plant.entry for plant in plants if not plant.reason], on, known_at, year)
        return {
            region.pk: _reading(region, on, known_at, year, _sum(region.path, plants, reduced))
            for region in regions
        }


def _base_year(on: date, parameters: Mapping[str, Any]) -> int | None:
    """The year the target names, else that of the rule in force."""
    given = parameters.get("base")
    if given:
        return date.fromisoformat(given).year
    value = value_on(INDICATOR_ID, "base_year", on)
    return int(value) if value else None


def _plants(within: Q, on: date, known_at: datetime | None, year: int | None) -> list[_Plant]:
    metals, industries = controlled(on), key_industries(on)
    columns = [f"{_FACTS}__{name}" for name in (*_COLUMNS, *(f"base_{code}" for code, _ in METALS))]
    rows = Version.objects.filter(versions.at(on, known_at), within, register=REGISTER_ID)
    found = []
    for entry, path, state, *values in rows.values_list("entry_id", "region__path", "state", *columns):
        industry, cause, base_year, kind = values[: len(_COLUMNS)]
        masses = dict(zip(NAMES, values[len(_COLUMNS) :], strict=True))
        known = [masses[code] for code in metals if masses[code] is not None]
        plant = _Plant(entry, path, sum(known))
        if state == "removed" and cause != "closed":
            plant.reason = TAKEN_OFF
        elif industry not in industries:
            plant.reason = NOT_KEY
        elif kind == "new" and not any(known):
            plant.reason = AFTER_BASE
        elif not known or base_year is None:
            plant.reason = NO_BASE
        elif base_year != year:
            plant.reason = OTHER_BASE
        found.append(plant)
    return found


def _reduced(entries: list[int], on: date, known_at: datetime | None, year: int | None) -> dict[int, int]:
    """Grams that each plant was verified to have given up since the base year."""
    if year is None:
        return {}
    kinds = QuotaTransaction.Kind
    rows = postings(on, known_at).filter(
        Q(transaction__kind=kinds.REDUCTION) | Q(transaction__reverses__kind=kinds.REDUCTION),
        account__entry__in=entries,
        account__head=QuotaAccount.Head.SOURCE,
        account__metal__in=controlled(on),
        on__gt=date(year, 12, 31),
    )
    return dict(rows.order_by().values_list("account__entry").annotate(Sum("grams")))


def _sum(path: str, plants: list[_Plant], reduced: Mapping[int, int]) -> _Sum:
    found = _Sum()
    for plant in plants:
        if not plant.path.startswith(path):
            continue
        if plant.reason:
            found.left_out[plant.reason].append(plant.entry)
            continue
        found.counted.append(plant.entry)
        found.base += plant.base
        if given := reduced.get(plant.entry, 0):
            found.reduced += given
            found.reducing.append(plant.entry)
    return found


def _reading(region: Region, on: date, known_at: datetime | None, year: int | None, found: _Sum) -> Reading:
    missing = len(found.left_out.get(NO_BASE, ())) + len(found.left_out.get(OTHER_BASE, ()))
    asked = len(found.counted) + missing
    value = rounded(100 * Decimal(found.reduced) / found.base) if found.base else None
    empty = not found.counted and not found.left_out
    return Reading(
        indicator="", name="", region=region, on=on, known_at=known_at, value=value, unit="",
        numerator=kilograms(found.reduced) if not empty else None,
        denominator=kilograms(found.base) if not empty else None,
        status="ok" if value is not None else ("no_data" if empty else "not_applicable"),
        counted=len(found.counted),
        counted_entries=tuple(sorted(found.counted)),
        numerator_entries=tuple(sorted(found.reducing)),
        left_out=tuple(
            LeftOut(reason, len(keys), tuple(sorted(keys))) for reason, keys in sorted(found.left_out.items())
        ),
        completeness=round(len(found.counted) / asked, 4) if asked else 0.0,
        extra={"register": REGISTER_ID, "note": _note(on, year), "parts_unit": "千克"},
    )  # fmt: skip


def _note(on: date, year: int | None) -> str:
    if not controlled(on):
        return NO_METALS
    names = "、".join(NAMES[code] for code in controlled(on))
    return f"以{year}年为基准年，重点重金属为{names}；分子、分母单位为千克"


def _increase(region: Region, on: date, known_at: datetime | None) -> Reading:
    """What projects of the year took up beyond what replaced it: nothing, while the ledger holds."""
    from jingtu.programme.sources.metals.quotas.replacements import spent_within, uses

    metals = controlled(on)
    rows = [use for use in uses([region], date(on.year, 1, 1), on, known_at) if use.metal in metals]
    plants = Version.objects.filter(
        versions.at(on, known_at), register=REGISTER_ID, region__path__startswith=region.path
    )
    replaced = spent_within(rows, set(plants.values_list("entry_id", flat=True)))
    new, spent, added = 0, 0, 0
    for metal in metals:  # a reduction of one metal replaces no other
        wanted = sum(use.new for use in rows if use.metal == metal)
        given = sum(replaced[use.key] for use in rows if use.metal == metal)
        new, spent, added = new + wanted, spent + given, added + max(wanted - given, 0)
    listed = plants.count()
    entries = tuple(sorted({use.entry for use in rows}))
    return Reading(
        indicator="", name="", region=region, on=on, known_at=known_at,
        value=kilograms(added) if listed else None, unit="千克",
        numerator=kilograms(new) if listed else None, denominator=kilograms(spent) if listed else None,
        status="ok" if listed else "no_data",
        counted=len(entries), counted_entries=entries, numerator_entries=entries,
        completeness=1.0 if listed else 0.0,
        extra={
            "register": REGISTER_ID,
            "base_value": "0",
            "parts_unit": "千克",
            "note": f"{on.year}年以来的净新增量：按金属以新增量减去本区域内的减排来源；分子为新增量，分母为已替代量，单位千克",
        },
    )  # fmt: skip


REDUCTION = declare(
    Indicator(
        id=INDICATOR_ID,
        name="重点行业重点重金属污染物减排比例",
        unit="%",
        rules=rules_of(INDICATOR_ID),
        calculate=ReductionRatio(),
        basis="分子：基准年以来累计核实的减排量；分母：重点行业企业的基准年排放量，均按重点重金属合计。"
        "目标为不新增的，分子为当年项目的新增量，分母为本区域内已替代的量。",
        parameters=("base", "kind"),
        choices={"kind": ((NO_INCREASE, "净新增量"),)},
    )
)
