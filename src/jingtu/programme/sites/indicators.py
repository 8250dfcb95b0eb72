"""实施污染管控的优先监管地块比例: how many parcels of the list at the base date are under control."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

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


@dataclass(slots=True)
class _Part:
    """What the groups of versions give for one place."""

    seen: int = 0
    counted: int = 0
    in_place: int = 0
    complete: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


class ControlRatio:
    """How the ratio is computed; used as ``Indicator.calculate``."""

    def __call__(
        self, region: Region, on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> Reading:
        """The reading of a place, with the parcels behind it: see ``control_ratio``."""
        return control_ratio(region, on, known_at, parameters)

    def tally(
        self, regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> dict[int, Reading]:
        """Readings of many places by their keys, in one query; without the lists of parcels."""
        given = date.fromisoformat(parameters["base"]) if parameters.get("base") else None
        base, note = _base(given, on)
        parts = [(region, _Part()) for region in regions]
        for group in _groups(base, on, known_at):
            for region, part in parts:
                here = group.place.startswith(region.path)
                in_base = group.place_at_base is not None and group.place_at_base.startswith(region.path)
                if not here and not in_base:
                    continue
                part.seen += group.count
                if in_base and group.state_at_base in ON_THE_LIST:
                    part.counted += group.count
                    part.complete += group.complete
                    part.in_place += group.controlled
                elif here:
                    part.left_out[_reason(group.state, group.state_at_base if in_base else None)] += (
                        group.count
                    )
        return {region.pk: _reading_of(region, on, known_at, part, base, note) for region, part in parts}


@dataclass(frozen=True, slots=True)
class _Group:
    """Parcels that agree in where they are and were at the base date, and in their states; and how many."""

    place: str
    place_at_base: str | None
    state: str
    state_at_base: str | None
    count: int
    complete: int
    controlled: int


def _groups(base: date, on: date, known_at: datetime | None) -> Iterator[_Group]:
    """The register of a day by groups, in two queries however long it is."""
    rows = Version.objects.filter(versions.at(on, known_at), register=REGISTER_ID).order_by()
    then: dict[str, Any] = {"_then": F("state"), "_there": F("region")}
    if base != on:
        at_base = Version.objects.filter(versions.at(base, known_at), entry=OuterRef("entry"))
        then = {name: Subquery(at_base.values(of.name)[:1]) for name, of in then.items()}
    before = Version.objects.filter(
        versions.believed(known_at), entry=OuterRef("entry"), state="controlled", effective_from__lte=on
    )
    facts = "priorityparcelfacts"
    complete = Q(**{f"{facts}__listed_on__isnull": False}) & (
        ~Q(state="controlled") | Q(**{f"{facts}__controlled_on__isnull": False})
    )
    names = ("region", "_there", "state", "_then")
    # Counted here: grouped there, a database walks through all versions there ever were in the order of the places.
    controlled = Counter(
        rows.filter(Exists(before), state="removed").annotate(**then).values_list(*names).iterator()
    )
    groups = list(
        rows.annotate(**then)
        .values_list(*names)
        .annotate(_count=Count("pk"), _whole=Count("pk", filter=complete))
    )
    keys = {key for row in groups for key in row[:2] if key is not None}
    paths = dict(Region.objects.filter(pk__in=keys).values_list("pk", "path"))
    for place, there, state, state_at_base, count, whole in groups:
        in_place = count if state == "controlled" else controlled[place, there, state, state_at_base]
        yield _Group(paths[place], paths.get(there), state, state_at_base, count, whole, in_place)


def _reading_of(
    region: Region, on: date, known_at: datetime | None, part: _Part, base: date, note: str
) -> Reading:
    value = Decimal(100 * part.in_place) / part.counted if part.counted else None
    status = "ok" if part.counted else ("not_applicable" if part.seen else "no_data")
    shown = status != "no_data"
    return Reading(
        indicator=INDICATOR_ID,
        name=NAME,
        region=region,
        on=on,
        known_at=known_at,
        value=None if value is None else value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
        unit="%",
        numerator=Decimal(part.in_place) if shown else None,
        denominator=Decimal(part.counted) if shown else None,
        status=status,
        counted=part.counted,
        left_out=tuple(LeftOut(reason, count) for reason, count in sorted(part.left_out.items())),
        completeness=round(part.complete / part.counted, 4) if part.counted else 0.0,
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
        calculate=ControlRatio(),
        basis="分子：基数清单内已落实管控的地块数；分母：基数日清单内的地块数。",
        parameters=("base",),
    )
)
