"""实施污染管控的优先监管地块比例: how many parcels of the list at the base date are under control."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from jingtu.platform.indicators.declarations import Indicator, LeftOut, Reading, declare
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.programme.sites.lifecycle import ON_THE_LIST, REGISTER_ID
from jingtu.programme.sites.rules import rules_of

INDICATOR_ID = "priority_parcel_control_ratio"
NAME = "实施污染管控的优先监管地块比例"

AFTER_BASE = "基数日后纳入，不计入基数"
NOT_LISTED = "尚未核实纳入"
EXCLUDED = "已排除"
REMOVED_BEFORE = "基数日前已移出"
NO_BASE = "计划未写明基数日期，按当日清单计算"
BASE_AHEAD = "尚未到基数日期，暂按当日清单计算"


def control_ratio(
    region: Region, on: date, known_at: datetime | None, parameters: Mapping[str, Any]
) -> Reading:
    """The share of parcels of the base list whose control is in place on a day.

    The list of the base date is frozen: a parcel that leaves the list later stays in the denominator, one
    that enters later does not come in. Cumulative: a parcel removed after its control was confirmed still
    counts as controlled.

    Parameters
    ----------
    region : Region
        Parcels of this place and below, by where they lay on the base date.
    on : date
        The day of the reading.
    known_at : datetime or None
        As known at that moment; both the base list and the controls.
    parameters : mapping
        ``base``: the day at which the list is frozen (``2024-03-31``).

    Returns
    -------
    Reading
        ``not_applicable`` where the base list is empty, ``no_data`` where the register is.
    """
    given = date.fromisoformat(parameters["base"]) if parameters.get("base") else None
    base, note = _base(given, on)
    at_base = Version.objects.filter(
        versions.at(base, known_at), register=REGISTER_ID, region__path__startswith=region.path
    )
    base_states = dict(at_base.values_list("entry_id", "state"))
    controlled_before = Version.objects.filter(
        versions.believed(known_at), entry=OuterRef("entry"), state="controlled", effective_from__lte=on
    )
    rows = (
        Version.objects.filter(versions.at(on, known_at), register=REGISTER_ID)
        .filter(Q(region__path__startswith=region.path) | Q(entry__in=at_base.values("entry")))
        .annotate(was_controlled=Exists(controlled_before))
        .values_list(
            "entry_id",
            "state",
            "region__path",
            "was_controlled",
            "priorityparcelfacts__listed_on",
            "priorityparcelfacts__controlled_on",
        )
    )
    now = {row[0]: row for row in rows}
    counted = sorted(key for key, state in base_states.items() if state in ON_THE_LIST and key in now)
    in_place = [
        key for key in counted if now[key][1] == "controlled" or (now[key][1] == "removed" and now[key][3])
    ]
    left_out: dict[str, list[int]] = defaultdict(list)
    in_denominator = set(counted)
    for key, row in sorted(now.items()):
        if row[2].startswith(region.path) and key not in in_denominator:
            left_out[_reason(row[1], base_states.get(key))].append(key)
    complete = sum(_is_complete(now[key][1], now[key][4], now[key][5]) for key in counted)
    if counted:
        ratio = Decimal(100 * len(in_place)) / len(counted)
        value, status = ratio.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP), "ok"
    else:
        value, status = None, "not_applicable" if now else "no_data"
    return Reading(
        indicator=INDICATOR_ID,
        name=NAME,
        region=region,
        on=on,
        known_at=known_at,
        value=value,
        unit="%",
        numerator=None if status == "no_data" else Decimal(len(in_place)),
        denominator=None if status == "no_data" else Decimal(len(counted)),
        status=status,
        counted=len(counted),
        counted_entries=tuple(counted),
        numerator_entries=tuple(in_place),
        left_out=tuple(LeftOut(reason, len(keys), tuple(keys)) for reason, keys in sorted(left_out.items())),
        completeness=round(complete / len(counted), 4) if counted else 0.0,
        extra={"base": base.isoformat(), "note": note, "register": REGISTER_ID, "parts_unit": "块"},
    )


def _base(given: date | None, on: date) -> tuple[date, str]:
    if given is None:
        return on, NO_BASE
    if given > on:
        return on, BASE_AHEAD
    return given, ""


def _reason(state: str, state_at_base: str | None) -> str:
    if state == "excluded":
        return EXCLUDED
    if state in {"found", "verified"}:
        return NOT_LISTED
    if state == "removed" and state_at_base in {"removed", None}:
        return REMOVED_BEFORE
    return AFTER_BASE


def _is_complete(state: str, listed_on: date | None, controlled_on: date | None) -> bool:
    """Whether the dates that carry the count are on record."""
    return listed_on is not None and (state != "controlled" or controlled_on is not None)


CONTROL_RATIO = declare(
    Indicator(
        id=INDICATOR_ID,
        name=NAME,
        unit="%",
        rules=rules_of(INDICATOR_ID),
        calculate=control_ratio,
        basis="分子：基数清单内已落实管控的地块数；分母：基数日清单内的地块数。",
        parameters=("base",),
    )
)
