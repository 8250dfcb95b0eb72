"""Statistics of laboratory results by group (usually an analyte), on whole columns at once.

A value below detection counts with half of its detection limit, in statistics alone (HJ/T 166-2004, 11.3); it
is never judged that way. A non-detect without a detection limit has no place in a statistic and is counted
apart.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WHISKER = 1.5  # interquartile ranges: the drawing of a box plot, no rule of a standard


@dataclass(frozen=True, slots=True)
class Summary:
    """Statistics of groups, one array element a group, in the order of ``groups``.

    ``count`` counts the values that enter; ``detected`` those above detection; ``unusable`` those left out,
    because they are no number, or below a detection limit that nobody stated. ``lower_whisker`` and
    ``upper_whisker`` are the outermost values within 1.5 interquartile ranges of the box. ``sites`` counts
    points with a judged result, ``sites_exceeding`` those with at least one exceedance; ``site_rate`` is
    their share (点位超标率, NaN without judged points); ``largest_multiple`` the largest C/S - 1 of an
    exceedance (最大超标倍数, NaN without one).
    """

    groups: tuple[Any, ...]
    count: Ints
    detected: Ints
    unusable: Ints
    minimum: Floats
    lower_whisker: Floats
    lower_quartile: Floats
    median: Floats
    upper_quartile: Floats
    upper_whisker: Floats
    maximum: Floats
    mean: Floats
    deviation: Floats
    sites: Ints
    sites_exceeding: Ints
    site_rate: Floats
    largest_multiple: Floats


@dataclass(frozen=True, slots=True)
class NonDetectRule:
    """How a value below detection enters a statistic: as this share of its detection limit."""

    share: float
    source: str
    clause: str
    confidence: str


@functools.cache
def non_detect_rule() -> NonDetectRule:
    """The rule with its source, so that a page can name it.

    Examples
    --------
    >>> non_detect_rule().share, non_detect_rule().clause
    (0.5, '11.3')
    """
    table = files("jingtu.knowledge.standards") / "data" / "statistics.csv"
    rows = csv.DictReader(table.read_text(encoding="utf-8").splitlines())
    row = next(row for row in rows if row["parameter"] == "non_detect_share")
    return NonDetectRule(float(row["value"]), row["source"], row["clause"], row["confidence"])


def for_statistics(values: ArrayLike, detected: ArrayLike, detection_limits: ArrayLike) -> Floats:
    """Values as they enter a statistic: half of the detection limit below detection, NaN where unusable.

    Parameters
    ----------
    values : array_like of float
        Concentrations of one unit; ignored where not detected.
    detected : array_like of bool
    detection_limits : array_like of float
        In the unit of the values; NaN where not stated.

    Returns
    -------
    ndarray of float

    Examples
    --------
    >>> for_statistics([0.3, np.nan, np.nan], [True, False, False], [0.01, 0.01, np.nan]).tolist()
    [0.3, 0.005, nan]
    """
    half = non_detect_rule().share * np.asarray(detection_limits, dtype=float)
    found: Floats = np.where(np.asarray(detected, dtype=bool), np.asarray(values, dtype=float), half)
    return found


def summarise(
    groups: Sequence[Any] | NDArray[Any],
    values: ArrayLike,
    detected: ArrayLike,
    detection_limits: ArrayLike,
    *,
    sites: Sequence[Any] | NDArray[Any] | None = None,
    judged: ArrayLike | None = None,
    exceeds: ArrayLike | None = None,
    ratios: ArrayLike | None = None,
) -> Summary:
    """Statistics of each group.

    Parameters
    ----------
    groups : sequence
        What each result is grouped by; groups come back in the order in which they first appear.
    values, detected, detection_limits : array_like
        As for ``for_statistics``.
    sites : sequence, optional
        The point that each result belongs to; without it every result is its own point.
    judged, exceeds : array_like of bool, optional
        Whether a result was judged, and whether it exceeds its limit. Without ``judged``, all were.
    ratios : array_like of float, optional
        Value over limit.

    Returns
    -------
    Summary
        Quartiles by linear interpolation between order statistics (Hyndman and Fan 1996, type 7); the
        standard deviation with n - 1, NaN below two values.

    Examples
    --------
    >>> found = summarise(["Cd"] * 4, [0.1, 0.25, 0.75, 0], [1, 1, 1, 0], [np.nan, np.nan, np.nan, 0.25])
    >>> found.median.tolist(), found.mean.tolist(), found.detected.tolist()
    ([0.1875], [0.30625], [3])
    """
    keys, index = _groups(groups)
    total = len(keys)
    numbers = for_statistics(values, detected, detection_limits)
    usable = np.isfinite(numbers)
    seen = np.asarray(detected, dtype=bool)

    order = np.lexsort((numbers[usable], index[usable]))
    sorted_values, sorted_index = numbers[usable][order], index[usable][order]
    count = np.bincount(sorted_index, minlength=total)
    start = np.concatenate(([0], np.cumsum(count)[:-1])) if total else np.zeros(0, dtype=int)
    quartiles = [_quantile(sorted_values, start, count, share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    mean = _over(np.bincount(sorted_index, sorted_values, minlength=total), count)
    spread = np.bincount(sorted_index, (sorted_values - mean[sorted_index]) ** 2, minlength=total)
    spread[quartiles[0] == quartiles[4]] = 0.0  # the same value throughout: no noise of its mean
    reach = WHISKER * (quartiles[3] - quartiles[1])
    low = _extreme(sorted_values, sorted_index, total, quartiles[1] - reach, np.inf, np.minimum)
    high = _extreme(sorted_values, sorted_index, total, -np.inf, quartiles[3] + reach, np.maximum)

    every = np.ones(len(index), dtype=bool)
    was_judged = every if judged is None else np.asarray(judged, dtype=bool)
    beyond = np.zeros(len(index), dtype=bool) if exceeds is None else np.asarray(exceeds, dtype=bool)
    places = np.arange(len(index)) if sites is None else _groups(sites)[1]
    tested = _distinct(index, places, was_judged, total)
    exceeding = _distinct(index, places, beyond & was_judged, total)
    multiple = np.full(total, -np.inf)
    if ratios is not None:
        numbers_beyond = np.asarray(ratios, dtype=float) - 1
        known = beyond & np.isfinite(numbers_beyond)
        np.maximum.at(multiple, index[known], numbers_beyond[known])
    return Summary(
        groups=keys,
        count=count,
        detected=np.bincount(index[usable & seen], minlength=total),
        unusable=np.bincount(index[~usable], minlength=total),
        minimum=quartiles[0],
        lower_whisker=low,
        lower_quartile=quartiles[1],
        median=quartiles[2],
        upper_quartile=quartiles[3],
        upper_whisker=high,
        maximum=quartiles[4],
        mean=mean,
        deviation=np.sqrt(_over(spread, np.where(count > 1, count - 1, 0))),
        sites=tested,
        sites_exceeding=exceeding,
        site_rate=_over(exceeding, tested),
        largest_multiple=np.where(np.isfinite(multiple), multiple, np.nan),
    )


def _groups(labels: Sequence[Any] | NDArray[Any]) -> tuple[tuple[Any, ...], Ints]:
    numbers: dict[Any, int] = {}
    listed = labels.tolist() if isinstance(labels, np.ndarray) else labels
    index = np.fromiter(
        (numbers.setdefault(label, len(numbers)) for label in listed), dtype=np.int64, count=len(listed)
    )
    return tuple(numbers), index


def _quantile(values: Floats, start: Ints, count: Ints, share: float) -> Floats:
    place = share * np.maximum(count - 1, 0)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    found = np.full(len(count), np.nan)
    some = count > 0
    first = values[(start + below)[some]]
    found[some] = first + (place - below)[some] * (values[(start + above)[some]] - first)
    return found


def _extreme(
    values: Floats, index: Ints, total: int, low: Floats | float, high: Floats | float, pick: np.ufunc
) -> Floats:
    bottom, top = np.broadcast_to(low, total), np.broadcast_to(high, total)
    within = (values >= bottom[index]) & (values <= top[index])
    found = np.full(total, np.inf if pick is np.minimum else -np.inf)
    pick.at(found, index[within], values[within])
    return np.where(np.isfinite(found), found, np.nan)


def _distinct(index: Ints, places: Ints, mask: NDArray[np.bool_], total: int) -> Ints:
    pairs = np.unique(np.stack((index[mask], places[mask])), axis=1)
    return np.bincount(pairs[0], minlength=total)


def _over(above: NDArray[Any], below: NDArray[Any]) -> Floats:
    found = np.full(np.shape(below), np.nan)
    np.divide(above, below, out=found, where=np.asarray(below) > 0)
    return found
