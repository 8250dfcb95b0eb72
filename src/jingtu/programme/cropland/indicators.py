"""受污染耕地安全利用率 and the share of strictly controlled plots whose control is in place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, Value, When

from jingtu.platform.indicators.declarations import Indicator, LeftOut, Reading, declare
from jingtu.platform.indicators.rated import RATE, RatedIndicator, rules_of_rate, terms_of
from jingtu.platform.indicators.shares import DENOMINATOR, NUMERATOR, Counting, in_places, rounded
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version
from jingtu.programme.cropland.counting import Done, Plot, Standing, in_mu, standing
from jingtu.programme.cropland.lifecycle import LEFT, REGISTER_ID, STRICT
from jingtu.programme.cropland.measures import codes_of
from jingtu.programme.cropland.models import CropTest, Measure
from jingtu.programme.cropland.rules import assumption, rules_of

SAFE_USE_ID = "contaminated_farmland_safe_use_rate"
STRICT_ID = "strict_farmland_control_ratio"
GONE = "已退出台账"
_ASSUMED = ("farmland_class_as_degree", "farmland_measure_area", "farmland_crop_test")


@dataclass(slots=True)
class _Place:
    """What the plots of one place add up to."""

    amounts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys("BCDE", Decimal(0)))
    counted: list[int] = field(default_factory=list)
    safe: list[int] = field(default_factory=list)
    left_out: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    gaps: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    complete: int = 0
    partly: int = 0

    def add(self, key: int, found: Standing, complete: bool) -> None:
        if not found.part:
            self.left_out[found.reason].append(key)
            return
        self.counted.append(key)
        self.complete += complete
        self.amounts["E"] += found.area
        self.amounts[found.part] += found.safe
        if found.safe:
            self.safe.append(key)
            self.partly += found.safe < found.area
        else:
            self.gaps[found.reason].append(key)


class SafeUseRate:
    """A=(B+C+D)/E of a place in the year of a day, in mu, by the rule of rates in force.

    What was done and tested in that year up to that day counts; the class and area of a plot are those of the day.
    """

    def __call__(
        self, region: Region, on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> Reading:
        """The reading of a place, with the plots behind it."""
        place = _Place()
        for key, _, found, complete in standings([region], on, known_at):
            place.add(key, found, complete)
        return _reading(place, region, on, known_at, parameters)

    def tally(
        self, regions: Sequence[Region], on: date, known_at: datetime | None, parameters: Mapping[str, Any]
    ) -> dict[int, Reading]:
        """Readings of many places, by key of the place; every plot is read once."""
        places = {region.pk: _Place() for region in regions}
        above: dict[str, list[_Place]] = {}  # of the path of a plot's place; many plots lie in one
        for key, path, found, complete in standings(regions, on, known_at):
            if path not in above:
                above[path] = [places[region.pk] for region in regions if path.startswith(region.path)]
            for place in above[path]:
                place.add(key, found, complete)
        return {
            region.pk: _reading(places[region.pk], region, on, known_at, parameters) for region in regions
        }

    def open_weights(
        self,
        region: Region,
        on: date,
        known_at: datetime | None,
        parameters: Mapping[str, Any],  # noqa: ARG002 - the shape of every count
    ) -> dict[int, Decimal]:
        """How many mu each plot would still add above the line."""
        return {
            key: found.area - found.safe
            for key, _, found, _ in standings([region], on, known_at)
            if found.part and found.safe < found.area
        }


def standings(
    regions: Sequence[Region], on: date, known_at: datetime | None
) -> Iterator[tuple[int, str, Standing, bool]]:
    """Every plot of some places: entry, path of its place, where it stands, whether its degree is on record."""
    plots = Version.objects.filter(versions.at(on, known_at), in_places(regions), register=REGISTER_ID)
    year = Q(on__lte=on) & Q(entry__in=plots.values("entry")) & _believed(known_at)
    done: dict[int, list[Done]] = defaultdict(list)
    measures = Measure.objects.filter(year, year=on.year)
    for key, measure, season, area, stacked in measures.values_list(
        "entry_id", "measure", "season", "area_m2", "stacked"
    ):
        done[key].append(Done(measure, season, None if area is None else in_mu(area), bool(stacked)))
    tests: dict[int, set[str]] = defaultdict(set)
    for key, verdict in CropTest.objects.filter(year, on__year=on.year).values_list("entry_id", "verdict"):
        tests[key].add(verdict)
    columns = ("entry_id", "state", "region__path", "farmlandplotfacts__degree", "farmlandplotfacts__area_m2")
    for key, state, path, degree, area in plots.values_list(*columns).iterator(chunk_size=5000):
        if state == LEFT:
            yield key, path, Standing("", Decimal(0), Decimal(0), GONE), False
            continue
        plot = Plot(state, degree, None if area is None else in_mu(area))
        yield key, path, standing(plot, done.get(key, ()), tests.get(key, ())), bool(degree)


def _believed(known_at: datetime | None) -> Q:
    return versions.believed(known_at)


def _reading(
    place: _Place, region: Region, on: date, known_at: datetime | None, parameters: Mapping[str, Any]
) -> Reading:
    above, below = terms_of(parameters[RATE], place.amounts)
    empty = not place.counted and not place.left_out
    status = "ok" if below else ("no_data" if empty else "not_applicable")
    return Reading(
        indicator=SAFE_USE_ID,
        name="",
        region=region,
        on=on,
        known_at=known_at,
        value=rounded(100 * above / below) if below else None,
        unit="",
        numerator=None if empty else above,
        denominator=None if empty else below,
        status=status,
        counted=len(place.counted),
        counted_entries=tuple(sorted(place.counted)),
        numerator_entries=tuple(sorted(place.safe)),
        left_out=tuple(
            LeftOut(reason, len(keys), tuple(sorted(keys))) for reason, keys in sorted(place.left_out.items())
        ),
        gaps=tuple(
            LeftOut(reason, len(keys), tuple(sorted(keys))) for reason, keys in sorted(place.gaps.items())
        ),
        completeness=round(place.complete / len(place.counted), 4) if place.counted else 0.0,
        extra={
            "register": REGISTER_ID,
            "parts_unit": "亩",
            "note": _note(on, place.partly),
            "amounts": {name: str(amount.normalize()) for name, amount in place.amounts.items()},
        },
    )


def _note(on: date, partly: int) -> str:
    told = "；".join(text for name in _ASSUMED if (text := assumption(name, on)))
    some = f"其中 {partly} 块措施未覆盖全部面积，按覆盖的面积计入。" if partly else ""
    assumed = f"规定未见之处按下列假定：{told}。" if told else ""
    return f"面积按亩计；按{on.year}年截至当日登记的措施和检测计算。{some}{assumed}"


def in_place(on: date, known_at: datetime | None, parameters: Mapping[str, Any]) -> Case:  # noqa: ARG001
    """Whether a strictly controlled plot has a measure of strict control in the year."""
    measures = Measure.objects.filter(
        _believed(known_at), entry=OuterRef("entry"), year=on.year, on__lte=on, measure__in=codes_of("D")
    )
    return Case(When(Exists(measures), then=Value(NUMERATOR)), default=Value(DENOMINATOR))


SAFE_USE = declare(
    RatedIndicator(
        id=SAFE_USE_ID,
        name="受污染耕地安全利用率",
        unit="%",
        rules=rules_of_rate(SAFE_USE_ID),
        calculate=SafeUseRate(),
        basis="A=(B+C+D)/E：B 落实优先保护措施的轻微污染耕地，C 落实安全利用或修复措施且农产品达标的轻中度污染耕地，"
        "D 落实严格管控措施的重度污染耕地，E 受污染耕地总面积，均以亩计，一块耕地不重复计算。",
    )
)
STRICT_CONTROL = declare(
    Indicator(
        id=STRICT_ID,
        name="严格管控类耕地风险管控措施落实比例",
        unit="%",
        rules=rules_of(STRICT_ID),
        calculate=Counting(
            REGISTER_ID,
            in_place,
            which=lambda on, known_at, parameters: Q(state=STRICT),  # noqa: ARG005
            complete=Q(farmlandplotfacts__area_m2__isnull=False),
            notes=lambda on, parameters: f"按{on.year}年截至当日登记的严格管控措施计算",  # noqa: ARG005
        ),
        basis="分子：当年登记了严格管控措施的地块数；分母：严格管控类地块数。",
    )
)
