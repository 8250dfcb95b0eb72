"""Results judged by a table that a user added: by the kinds of limits and the conditions that its rows state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.knowledge.standards.analytes import factorised
from jingtu.knowledge.standards.data_rows import folded
from jingtu.knowledge.standards.foods import find_crop
from jingtu.knowledge.standards.judging import Judged, Prepared, judge_upper, reasons_of_names
from jingtu.knowledge.standards.land_uses import land_use_of
from jingtu.knowledge.standards.readings import as_series, read_values
from jingtu.knowledge.standards.reasons import REASON, VERDICT
from jingtu.knowledge.standards.tables import Limit

_SOIL: Final = ("screening", "intervention")
_REST: Final = "其他"
_CLASSES: Final = ("I", "II", "III", "IV", "V")


def evaluate(rows: Prepared) -> Judged:
    """Judge rows by an added table.

    A limit holds for a row if the row meets each condition that the limit states: land use, class of land, crop
    and band of pH (lower end out, upper end in). Of two that hold, the one with more conditions is taken. A row
    that lacks what all limits of its analyte ask for is ``not_evaluable``.
    """
    kinds = _kinds_of(rows.table.limits)
    uses, use_words = _codes(rows, "land_use")
    crops, crop_words = _codes(rows, "crop")
    lands, land_words = _lands(rows)
    acidity, bad = _acidity(rows)
    edges = sorted(
        {
            float(edge)
            for limit in rows.table.limits
            for edge in (limit.ph_gt, limit.ph_le)
            if edge is not None
        }
    )
    band = np.where(np.isnan(acidity), -1, np.searchsorted(edges, acidity, side="left"))
    asked = (rows.analyte + 1, uses, crops, lands, band + 1, bad.astype(np.int64))
    sizes = tuple(int(part.max(initial=0)) + 1 for part in asked)
    together, where = np.unique(np.ravel_multi_index(asked, sizes), return_inverse=True)
    distinct = np.stack(np.unravel_index(together, sizes), axis=1) - np.array([1, 0, 0, 0, 1, 0])
    limits = np.full((len(distinct), len(kinds)), -1, dtype=np.int32)
    reasons = np.zeros(len(distinct), dtype=np.int16)
    middles = _inside(edges)
    for place, (analyte, use, crop, land, level, wrong) in enumerate(distinct.tolist()):
        own = rows.table.rows_of(analyte) if analyte >= 0 else ()
        given = (
            use_words[use],
            crop_words[crop],
            land_words[land],
            None if level < 0 else middles[level],
        )
        found, why = _choose([rows.table.limits[one] for one in own], given, bool(wrong))
        reasons[place] = why
        for limit in found:
            limits[place, kinds.index(limit.kind)] = own[[rows.table.limits[one] for one in own].index(limit)]
    names = reasons_of_names(rows)
    reason = np.where(names != 0, names, reasons[where])
    compact, verdicts = _ladder(limits, kinds)
    judged = judge_upper(rows, compact[where], verdicts[where], reason)
    judged.limits = limits[where]
    return judged


def _kinds_of(limits: Sequence[Limit]) -> tuple[str, ...]:
    present = {limit.kind for limit in limits}
    order = (*_SOIL, "limit", *(f"class_{name}" for name in _CLASSES))
    return tuple(kind for kind in order if kind in present)


def _ladder(limits: NDArray[np.int32], kinds: tuple[str, ...]) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """The limits that a row has, mildest first without gaps, and the verdict above each number of them."""
    compact = np.full((len(limits), max(len(kinds), 1)), -1, dtype=np.int32)
    verdicts = np.full((len(limits), compact.shape[1] + 1), VERDICT["not_covered"], dtype=np.int8)
    for place, row in enumerate(limits.tolist()):
        own = [(kind, limit) for kind, limit in zip(kinds, row, strict=True) if limit >= 0]
        if own and own[-1][0] == "class_V":
            own.pop()  # what is above class IV is class V, whatever number is printed there
        compact[place, : len(own)] = [limit for _, limit in own]
        steps = _verdicts([kind for kind, _ in own])
        verdicts[place, : len(steps)] = [VERDICT[step] for step in steps]
    return compact, verdicts


def _verdicts(kinds: list[str]) -> list[str]:
    if not kinds:
        return []
    if kinds == ["limit"]:
        return ["pass", "exceed"]
    if kinds == ["screening"]:
        return ["below_screening", "above_screening"]
    if kinds == ["screening", "intervention"]:
        return ["below_screening", "between", "above_intervention"]
    if kinds == ["intervention"]:
        # Here, under these conditions, no screening value is stated.
        return ["not_covered", "above_intervention"]
    classes = [kind.removeprefix("class_") for kind in kinds]
    return [*classes, _CLASSES[min(_CLASSES.index(classes[-1]) + 1, len(_CLASSES) - 1)]]


def _choose(
    limits: list[Limit], given: tuple[str | None, str | None, str | None, float | None], wrong: bool
) -> tuple[list[Limit], int]:
    use, crop, land, acidity = given
    if not limits:
        return [], 0
    met = [
        limit
        for limit, here in zip(limits, _uses_met(limits, use), strict=True)
        if here and _crop_meets(limit, crop) and _land_meets(limit, land) and _ph_meets(limit, acidity)
    ]
    if met:
        best: dict[str, Limit] = {}
        for limit in sorted(met, key=_stated):
            best[limit.kind] = limit  # the one that states most comes last
        return list(best.values()), 0
    return [], _lacking(limits, given, wrong)


def _lacking(
    limits: list[Limit], given: tuple[str | None, str | None, str | None, float | None], wrong: bool
) -> int:
    """Which condition leaves a row without any limit; the first that nothing of the row meets."""
    use, crop, land, acidity = given
    if not any(_uses_met(limits, use)):
        return REASON["no_land_use" if use is None else "land_use_not_covered"]
    if not any(_land_meets(limit, land) for limit in limits):
        return REASON["no_land_class"]
    if not any(_crop_meets(limit, crop) for limit in limits):
        return REASON["crop_missing" if crop is None else "not_in_standard"]
    if not any(_ph_meets(limit, acidity) for limit in limits):
        return REASON["bad_ph" if wrong else "no_ph" if acidity is None else "not_in_standard"]
    return REASON["not_in_standard"]


def _stated(limit: Limit) -> int:
    return bool(limit.land_use) + bool(limit.rest.get("crop")) + bool(limit.land_class)


def _uses_met(limits: list[Limit], use: str | None) -> list[bool]:
    """Which limits hold for a use; 其他 holds for each use that no other row of the analyte names."""
    named = [use is not None and _names_use(limit, use) for limit in limits]
    rest = use is not None and not any(named)
    return [
        not limit.land_use or met or (rest and _REST in limit.land_use.split("|"))
        for limit, met in zip(limits, named, strict=True)
    ]


def _names_use(limit: Limit, use: str) -> bool:
    words = limit.land_use.split("|")
    if folded(use).casefold() in {folded(word).casefold() for word in words}:
        return True
    means = land_use_of(use, "gb15618").use
    return means in {"paddy", "orchard"} and means in {land_use_of(word, "gb15618").use for word in words}


def _crop_meets(limit: Limit, crop: str | None) -> bool:
    wanted = limit.rest.get("crop", "")
    if not wanted:
        return True
    if crop is None:
        return False
    words = wanted.split("|")
    if folded(crop) in {folded(word) for word in words}:
        return True
    found = find_crop(crop)
    covered = {known.food.key for word in words if (known := find_crop(word)) is not None}
    return found is not None and bool(covered & set(found.food.line))


def _land_meets(limit: Limit, land: str | None) -> bool:
    return not limit.land_class or limit.land_class == land


def _ph_meets(limit: Limit, acidity: float | None) -> bool:
    if limit.ph_gt is None and limit.ph_le is None:
        return True
    if acidity is None:
        return False
    return (limit.ph_gt is None or acidity > limit.ph_gt) and (limit.ph_le is None or acidity <= limit.ph_le)


def _codes(rows: Prepared, name: str) -> tuple[NDArray[np.int64], list[str | None]]:
    column = rows.column(name)
    if column is None:
        return np.zeros(len(rows), dtype=np.int64), [None]
    codes, words = factorised(column.cast(pl.String))
    return codes.astype(np.int64), [word if word and word.strip() else None for word in words]


def _lands(rows: Prepared) -> tuple[NDArray[np.int64], list[str | None]]:
    """Class of land of each row: that of the call, else of its own column, else what its use means."""
    if rows.land_class is not None:
        return np.zeros(len(rows), dtype=np.int64), [str(rows.land_class)]
    name = "land_class" if rows.column("land_class") is not None else "land_use"
    codes, words = _codes(rows, name)
    meant = [land_use_of(word, "gb36600").use for word in words]
    return codes, [use if use in {"1", "2"} else None for use in meant]


def _acidity(rows: Prepared) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    column = rows.column("ph")
    if column is None:
        return np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.bool_)
    read = read_values(as_series(column))
    usable = read.detected & ~read.above & (read.value <= 14)
    return np.where(usable, read.value, np.nan), ~usable & (read.problem != "empty")


def _inside(edges: list[float]) -> list[float]:
    """A pH within each band between the edges; its upper edge, which belongs to it."""
    return [*edges, (edges[-1] if edges else 0.0) + 1]
