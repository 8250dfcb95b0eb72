"""GB 36600-2018: land for construction, 85 items, two classes of land, screening and intervention values."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.knowledge.standards.analytes import factorised
from jingtu.knowledge.standards.judging import Judged, Prepared, judge_upper, reasons_of_names
from jingtu.knowledge.standards.land_uses import land_use_of
from jingtu.knowledge.standards.readings import read_values
from jingtu.knowledge.standards.reasons import FLAG, REASON, VERDICT
from jingtu.knowledge.standards.tables import Table

_VERDICTS = np.array(
    [[VERDICT["below_screening"], VERDICT["between"], VERDICT["above_intervention"]]], dtype=np.int8
)
# The mark of the background rule at the head of a footnote.
_NOTE = "①"


def evaluate(rows: Prepared) -> Judged:
    """Judge rows by GB 36600-2018.

    The class of land is that of the call, else what ``land_use`` (or ``land_class``) of the row means. Land
    whose planning is unclear takes class 1 (5.3.1), and so does a row that says nothing; both are flagged.
    A value above the screening value but not above the soil background is not managed as contaminated
    (note ① on As, Co, V); the verdict stays, a flag says so.
    """
    land, reason, flags = _classes(rows)
    flat = _places(rows.table)
    cell = rows.analyte * np.int32(3) + land
    if -1 in rows.used:
        # An unknown name has to reach the last row.
        cell = np.where(rows.analyte < 0, -1, cell)
    limits = np.empty((len(rows), 2), dtype=np.int32, order="F")
    for kind in range(2):
        np.take(flat[kind], cell, out=limits[:, kind], mode="wrap")
    named = reasons_of_names(rows)
    reason = named if reason is None else np.where(reason == 0, named, reason)
    judged = judge_upper(rows, limits, _VERDICTS, reason)
    if flags is not None:
        judged.flags |= np.where(judged.limits[:, 0] >= 0, flags, 0).astype(np.uint32)
    _background(rows, judged)
    return judged


@lru_cache(maxsize=16)
def _places(table: Table) -> NDArray[np.int32]:
    """Positions of screening and intervention values by analyte and class; -1 at the end."""
    places = np.full((2, len(table.analytes.ids) * 3 + 1), -1, dtype=np.int32)
    for place, limit in enumerate(table.limits):
        kind = 0 if limit.kind == "screening" else 1
        places[kind, table.analytes.code(limit.analyte_id) * 3 + int(limit.land_class)] = place
    return places


def _classes(
    rows: Prepared,
) -> tuple[NDArray[np.int64] | int, NDArray[np.int16] | None, NDArray[np.uint32] | int | None]:
    size = len(rows)
    column = rows.column("land_class")
    if column is None:
        column = rows.column("land_use")
    if column is None:
        return rows.land_class or 1, None, None if rows.land_class else FLAG["land_class_unclear"]
    reason = np.zeros(size, dtype=np.int16)
    flags = np.zeros(size, dtype=np.uint32)
    codes, words = factorised(column)
    meant = [land_use_of(word, "gb36600") for word in words]
    land = np.array([int(use.use) if use.use in {"1", "2"} else 1 for use in meant], dtype=np.int64)[codes]
    outside = np.array([use.use == "not_covered" for use in meant])[codes]
    reason[outside] = REASON["land_use_not_covered"]
    if rows.land_class is not None:
        stated = np.array([use.use in {"1", "2"} for use in meant])[codes]
        flags[stated & (land != rows.land_class)] |= FLAG["land_class_conflict"]
        return rows.land_class, reason, flags
    unclear = np.array([use.use in {"unclear", "missing", "unknown"} for use in meant])[codes]
    flags[unclear] |= FLAG["land_class_unclear"]
    return land, reason, flags


def _background(rows: Prepared, judged: Judged) -> None:
    marked = np.array([limit.footnote.startswith(_NOTE) for limit in rows.table.limits] + [False])
    chosen = np.flatnonzero(judged.verdict == VERDICT["between"])
    chosen = chosen[marked[judged.limits[chosen, 0]]]
    if not chosen.size:
        return
    column = rows.column("background")
    if column is None:
        judged.flags[chosen] |= FLAG["background_may_apply"]
        return
    # In the unit of the value: a background stands beside it in the same row.
    background = read_values(column.gather(chosen)).value
    sources = rows.column("background_source")
    sourced = np.zeros(len(chosen), dtype=np.bool_)
    if sources is not None:
        sourced = sources.gather(chosen).cast(pl.String).fill_null("").str.strip_chars().ne("").to_numpy()
    within = rows.high[chosen] <= background
    judged.flags[chosen[np.isnan(background)]] |= FLAG["background_may_apply"]
    judged.flags[chosen[within & sourced]] |= FLAG["within_background"]
    judged.flags[chosen[within & ~sourced]] |= FLAG["background_unsourced"]
    judged.flags[chosen[rows.low[chosen] > background]] |= FLAG["above_background"]
