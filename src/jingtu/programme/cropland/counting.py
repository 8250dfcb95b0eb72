"""How much of a plot counts as safely used in a year: pure counting, no area twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from jingtu.programme.cropland.measures import CLEAN, HEAVY, LIGHT_MEDIUM, PART_OF_DEGREE, catalogue
from jingtu.programme.cropland.testing import OVER, PASS, UNCLEAR

MU = Decimal(10000) / Decimal(15)  # square metres
_MU_PER_SQUARE_METRE = Decimal("0.0015")
_MICRO = Decimal("0.000001")

# Left out of the number altogether.
NOT_CONTAMINATED = "未受污染"
NO_DEGREE = "污染程度和类别未登记"
NO_AREA = "面积不详"
# Counted below the line and not above it.
NO_MEASURE = "没有措施"
NO_TEST = "没有检测"
TEST_OVER = "检测超标"
TEST_UNCLEAR = "检测结果无法判定"
PARTLY = "措施未覆盖全部面积"

_DEGREE_OF_CLASS = {"protected": CLEAN, "safe_use": LIGHT_MEDIUM, "strict": HEAVY}


def in_mu(square_metres: Decimal) -> Decimal:
    """An area in mu: what was given in mu with up to six decimals comes back unchanged.

    Examples
    --------
    >>> in_mu(Decimal("6666.666667")), in_mu(Decimal("100.01"))
    (Decimal('10.000000'), Decimal('0.150015'))
    """
    return (square_metres * _MU_PER_SQUARE_METRE).quantize(_MICRO, rounding=ROUND_HALF_EVEN)


def part_of(degree: str, quality_class: str) -> str:
    """The letter of the formula to which a plot belongs, ``""`` where it is not contaminated or nobody knows.

    Without a degree of contamination the class stands in for it.

    Examples
    --------
    >>> part_of("slight", "protected"), part_of("", "safe_use"), part_of("", "protected")
    ('B', 'C', '')
    """
    return PART_OF_DEGREE.get(degree or _DEGREE_OF_CLASS.get(quality_class, ""), "")


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: its class and degree of contamination, and its area in mu where it is known."""

    quality_class: str
    degree: str
    area: Decimal | None


@dataclass(frozen=True, slots=True)
class Done:
    """A measure of the year: in which season, on how many mu (``None``: the whole plot).

    ``stacked``: on land that another measure of the season covers as well.
    """

    measure: str
    season: str
    area: Decimal | None = None
    stacked: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plot stands: its letter, its area below and above the line, and what is missing or why it is out."""

    part: str
    area: Decimal
    safe: Decimal
    reason: str = ""


def standing(plot: Plot, done: Iterable[Done], tests: Iterable[str]) -> Standing:
    """Where a plot stands in A=(B+C+D)/E.

    Of the measures only those count that belong to the plot's letter. Areas of one season add up, stacked ones
    do not, never to more than the plot; of several seasons the one that covers most counts. C counts only where
    a test of the year passed and none failed or stayed open.

    Parameters
    ----------
    plot : Plot
    done : iterable of Done
        Measures of the year.
    tests : iterable of str
        Verdicts of the year's crop tests: ``pass``, ``exceed``, ``unclear``.

    Examples
    --------
    >>> plot = Plot("safe_use", "light_medium", Decimal(100))
    >>> half = [Done("lime", "late", Decimal(60)), Done("variety", "late", Decimal(60), stacked=True)]
    >>> standing(plot, half, ["pass"]).safe, standing(plot, half, []).reason
    (Decimal('60'), '没有检测')
    """
    part = part_of(plot.degree, plot.quality_class)
    if not part:
        known = plot.degree == CLEAN or plot.quality_class == "protected"
        return Standing("", Decimal(0), Decimal(0), NOT_CONTAMINATED if known else NO_DEGREE)
    if plot.area is None or plot.area <= 0:
        return Standing("", Decimal(0), Decimal(0), NO_AREA)
    covered = covered_area(plot.area, part, done)
    if not covered:
        return Standing(part, plot.area, Decimal(0), NO_MEASURE)
    if part == "C" and (missing := _missing_test(tests)):
        return Standing(part, plot.area, Decimal(0), missing)
    return Standing(part, plot.area, covered, PARTLY if covered < plot.area else "")


def covered_area(area: Decimal, part: str, done: Iterable[Done]) -> Decimal:
    """How many mu of a plot the measures of a letter cover in the season that covers most."""
    side_by_side: dict[str, Decimal] = defaultdict(Decimal)
    widest: dict[str, Decimal] = defaultdict(Decimal)
    known = catalogue()
    for item in done:
        measure = known.get(item.measure)
        if measure is None or part not in measure.parts:
            continue
        own = area if item.area is None else min(item.area, area)
        widest[item.season] = max(widest[item.season], own)
        if not item.stacked:
            side_by_side[item.season] += own
    seasons = {season: min(max(widest[season], side_by_side[season]), area) for season in widest}
    return max(seasons.values(), default=Decimal(0))


def _missing_test(tests: Iterable[str]) -> str:
    verdicts = set(tests)
    if OVER in verdicts:
        return TEST_OVER
    if UNCLEAR in verdicts:
        return TEST_UNCLEAR
    return "" if PASS in verdicts else NO_TEST


def amounts(standings: Iterable[Standing]) -> Mapping[str, Decimal]:
    """B, C, D and E of the formula, in mu."""
    found = dict.fromkeys("BCDE", Decimal(0))
    for item in standings:
        if item.part:
            found[item.part] += item.safe
            found["E"] += item.area
    return found
