"""重金属污染物等量或减量替代比例: of each project what it took up, what replaced it, and the least ratio of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q, Sum

from jingtu.platform.indicators.declarations import Indicator, LeftOut, Reading, TogetherRead, declare
from jingtu.platform.indicators.shares import in_places
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.programme.sources.metals.lifecycle import REGISTER_ID
from jingtu.programme.sources.metals.quotas import ratios
from jingtu.programme.sources.metals.quotas.models import (
    Posting,
    QuotaAccount,
    QuotaTransaction,
    ReductionSource,
    ReplacementRule,
)
from jingtu.programme.sources.metals.rules import rules_of

INDICATOR_ID = "equivalent_replacement_ratio"
UNSET = "所在区域的替代比例未配置"
SHORT = "低于要求的替代比例"


@dataclass(frozen=True, slots=True)
class Use:
    """What one project took up of one metal, in grams, and what was spent for it."""

    key: int
    entry: int
    path: str
    project: str
    metal: str
    on: date
    new: int
    spent: int

    @property
    def ratio(self) -> Fraction:
        return Fraction(self.spent, self.new)


def uses(regions: Sequence[Region], first: date, last: date, known_at: datetime | None = None) -> list[Use]:
    """Projects of some places that took up quota in ``[first, last]``, without those taken back by then.

    Parameters
    ----------
    known_at : datetime, optional
        As known at that moment: what was taken back later still stands.
    """
    rows = QuotaTransaction.objects.filter(
        kind=QuotaTransaction.Kind.USE, on__gte=first, on__lte=last
    ).exclude(_reversed(known_at))
    if known_at is not None:
        rows = rows.filter(recorded_at__lte=known_at)
    places = dict(
        Version.objects.filter(
            versions.at(last, known_at),
            in_places(regions),
            register=REGISTER_ID,
            entry__in=rows.values("entry"),
        ).values_list("entry_id", "region__path")
    )
    taken = dict(
        Posting.objects.filter(transaction__in=rows, account__head=QuotaAccount.Head.SOURCE)
        .order_by()
        .values_list("transaction")
        .annotate(Sum("grams"))
    )
    return [
        Use(
            row.pk,
            row.entry_id,
            places[row.entry_id],
            row.project,
            row.metal,
            row.on,
            row.grams,
            -taken[row.pk],
        )
        for row in rows.order_by("on", "id")
        if row.entry_id in places
    ]


def spent_within(rows: list[Use], plants: set[int]) -> dict[int, int]:
    """By key of each use what was spent of sources that arose at these plants, not of what came from elsewhere."""
    found = dict.fromkeys((use.key for use in rows), 0)
    postings = Posting.objects.filter(transaction__in=found, source__isnull=False)
    sources = ReductionSource.objects.select_related("account").in_bulk(
        set(postings.values_list("source", flat=True))
    )
    while missing := {item.origin_id for item in sources.values() if item.origin_id} - sources.keys():
        sources |= ReductionSource.objects.select_related("account").in_bulk(missing)
    for use, source, grams in postings.values_list("transaction", "source", "grams"):
        first = sources[source]
        while first.origin_id:
            first = sources[first.origin_id]
        if first.way != ReductionSource.Way.IMPORTED and first.account.entry_id in plants:
            found[use] -= grams
    return found


def _reversed(known_at: datetime | None) -> Q:
    found = Q(reversal__isnull=False)
    return found if known_at is None else found & Q(reversal__recorded_at__lte=known_at)


def replacement_ratios(
    regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Mapping[str, Any]
) -> dict[int, Reading]:
    """The least ratio among the projects of the year by a day; projects that fall short are not in the numerator.

    Parameters
    ----------
    parameters : mapping
        ``base``: count projects after that day, where the target names one; else those of the year.
    """
    base = parameters.get("base")
    first = date.fromisoformat(base) if base else date(on.year, 1, 1)
    found = uses(regions, first, on, known_at)
    rules = ratios.in_force(on, known_at)
    return {
        region.pk: _replaced(
            region, on, known_at, [use for use in found if use.path.startswith(region.path)], rules
        )
        for region in regions
    }


def _replaced(
    region: Region,
    on: date,
    known_at: datetime | None,
    found: Sequence[Use],
    rules: Sequence[tuple[str, ReplacementRule]],
) -> Reading:
    met, short, unset = set(), set(), set()
    for use in found:
        required = ratios.nearest(rules, use.path, use.metal)
        if required is None:
            unset.add(use.entry)
        elif ratios.enough(use.spent, use.new, required.ratio):
            met.add(use.entry)
        else:
            short.add(use.entry)
    least = min((use.ratio for use in found), default=None)
    worst = next((use for use in found if use.ratio == least), None)
    counted = tuple(sorted(met | short | unset))
    return Reading(
        indicator="", name="", region=region, on=on, known_at=known_at,
        value=_floor(least) if least is not None else None,
        unit="比",
        numerator=Decimal(worst.spent).scaleb(-3) if worst else None,
        denominator=Decimal(worst.new).scaleb(-3) if worst else None,
        status="ok" if found else "not_applicable",
        counted=len(counted),
        counted_entries=counted,
        numerator_entries=tuple(sorted(met - short - unset)),
        left_out=_notes(unset),
        completeness=1.0,
        extra={"register": REGISTER_ID, "note": _note(worst, len(found), len(short)), "parts_unit": "千克"},
    )  # fmt: skip


def _notes(unset: set[int]) -> tuple[LeftOut, ...]:
    return (LeftOut(UNSET, len(unset), tuple(sorted(unset))),) if unset else ()


def _floor(ratio: Fraction) -> Decimal:
    """Two decimals, never up: a ratio that falls short must not look as if it did not."""
    exact = Decimal(ratio.numerator) / Decimal(ratio.denominator)
    return exact.quantize(Decimal("0.01"), rounding=ROUND_FLOOR)


def _note(worst: Use | None, projects: int, short: int) -> str:
    if worst is None:
        return "期内没有使用减排来源的新建、改建、扩建项目"
    told = f"期内 {projects} 个项目（按金属分别计），最低为“{worst.project}”"
    return f"{told}；{short} 家企业{SHORT}" if short else told


REPLACEMENT = declare(
    Indicator(
        id=INDICATOR_ID,
        name="重金属污染物等量或减量替代比例",
        unit="比",
        rules=rules_of(INDICATOR_ID),
        calculate=TogetherRead(replacement_ratios),
        basis="各新建、改建、扩建项目的减排来源合计除以新增量，按项目和金属分别计算，取期内最低；分子、分母为该项目的数量，单位千克。",
        parameters=("base",),
    )
)
