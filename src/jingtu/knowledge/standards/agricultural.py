"""GB 15618-2018: agricultural land, bands of pH, paddy and other uses, screening and intervention values."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jingtu.knowledge.standards.analytes import factorised
from jingtu.knowledge.standards.judging import Judged, Prepared, judge_upper, reasons_of_names
from jingtu.knowledge.standards.land_uses import land_use_of
from jingtu.knowledge.standards.readings import as_series, read_values
from jingtu.knowledge.standards.reasons import FLAG, REASON, VERDICT
from jingtu.knowledge.standards.tables import Limit, Table

_USES: Final = ("paddy", "other", "orchard", "rotation", "none")
_NONE: Final = _USES.index("none")


def evaluate(rows: Prepared) -> Judged:
    """Judge rows by GB 15618-2018.

    A pH on the edge of a band falls in the lower band. Land under rotation of wet and dry crops takes the
    stricter screening value of its band (note ② of table 1). Copper knows orchards and others, others
    including paddy; nickel, zinc and table 2 know no use, table 2 no pH either. Items without an
    intervention value end with ``above_screening``.
    """
    table = rows.table
    edges = sorted({limit.ph_le for limit in table.limits if limit.ph_le is not None})
    band, bad = _bands(rows, [float(edge) for edge in edges])
    use, unknown, outside, flags = _land(rows)
    places, stricter = _places(table, len(edges) + 1)
    per = len(_USES) * (len(edges) + 2)
    cell = rows.analyte * per + use * (len(edges) + 2) + band
    cell = np.where(rows.analyte < 0, -1, cell)
    limits = places[cell]
    named = reasons_of_names(rows)
    reason = named.copy()
    lacking = (reason == 0) & (limits[:, 0] < 0)
    if lacking.any():
        # With no limit at hand either the pH or the use is wanting; which of them, the other cell tells.
        with_any_band = rows.analyte * per + use * (len(edges) + 2)
        no_ph = lacking & (band == len(edges) + 1) & (places[with_any_band, 0] >= 0)
        rest = lacking & ~no_ph
        reason[no_ph & ~bad] = REASON["no_ph"]
        reason[no_ph & bad] = REASON["bad_ph"]
        reason[rest & ~unknown] = REASON["no_land_use"]
        reason[rest & unknown] = REASON["unknown_land_use"]
    reason[outside & (named == 0)] = REASON["land_use_not_covered"]
    none = (limits[:, 1] < 0).astype(np.intp)
    verdicts = _VERDICTS[none]
    judged = judge_upper(rows, limits, verdicts, reason)
    flags = np.where(stricter[cell], flags | FLAG["rotation_stricter"], flags)
    judged.flags |= np.where(judged.limits[:, 0] >= 0, flags, 0).astype(np.uint32)
    return judged


_VERDICTS = np.array(
    [
        [VERDICT["below_screening"], VERDICT["between"], VERDICT["above_intervention"]],
        [VERDICT["below_screening"], VERDICT["above_screening"], VERDICT["above_screening"]],
    ],
    dtype=np.int8,
)


def _bands(rows: Prepared, edges: Sequence[float]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Band of the pH of each row, the last one where there is none; and where it cannot be one."""
    size = len(rows)
    column = rows.column("ph")
    none = len(edges) + 1
    if column is None:
        return np.full(size, none), np.zeros(size, dtype=np.bool_)
    read = read_values(as_series(column))
    usable = read.detected & ~read.above & (read.value <= 14)
    for row in (*read.units, *read.wet):
        usable[row] = False
    band = np.where(usable, np.searchsorted(edges, read.value, side="left"), none)
    empty = read.problem == "empty"
    return band, ~usable & ~empty


def _land(
    rows: Prepared,
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.uint32]]:
    size = len(rows)
    column = rows.column("land_use")
    if column is None:
        nothing = np.zeros(size, dtype=np.bool_)
        return np.full(size, _NONE), nothing, nothing, np.zeros(size, dtype=np.uint32)
    codes, words = factorised(column)
    meant = [land_use_of(word, "gb15618") for word in words]
    use = np.array([_USES.index(one.use) if one.use in _USES else _NONE for one in meant])[codes]
    unknown = np.array([one.use == "unknown" for one in meant])[codes]
    outside = np.array([one.use == "not_covered" for one in meant])[codes]
    flags = np.array([FLAG[one.flag] if one.flag else 0 for one in meant], dtype=np.uint32)[codes]
    return use, unknown, outside, flags


@lru_cache(maxsize=16)
def _places(table: Table, bands: int) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Positions of screening and intervention value for every analyte, use and band (the last: none)."""
    shape = (len(table.analytes.ids), len(_USES), bands + 1)
    places = np.full((*shape, 2), -1, dtype=np.int32)
    stricter = np.zeros(shape, dtype=np.bool_)
    edges = sorted({limit.ph_le for limit in table.limits if limit.ph_le is not None})
    for code in range(shape[0]):
        own = table.rows_of(code)
        for use in range(len(_USES)):
            for kind, name in enumerate(("screening", "intervention")):
                chosen = [place for place in own if table.limits[place].kind == name]
                found = _of_use(table, chosen, _USES[use])
                for band in range(bands + 1):
                    here = [place for place in found if _holds(table.limits[place], band, edges)]
                    if here:
                        if kind and places[code, use, band, 0] < 0:
                            continue
                        best = min(here, key=lambda place: table.limits[place].upper or 0)
                        places[code, use, band, kind] = best
                        stricter[code, use, band] |= kind == 0 and len(here) > 1
    flat = places.reshape(-1, 2)
    return np.vstack([flat, np.full((1, 2), -1, dtype=np.int32)]), np.append(stricter.ravel(), [False])


def _of_use(table: Table, places: Sequence[int], use: str) -> list[int]:
    """The limits that hold for a use: those of the use itself, else of 其他; of both under rotation."""
    uses = {table.limits[place].land_use for place in places}
    if uses <= {"all"}:
        wanted = {"all"}
    elif use == "none":
        wanted = set()
    elif use == "rotation":
        wanted = uses & {"paddy", "other"}
    else:
        wanted = {use} if use in uses else {"other"}
    return [place for place in places if table.limits[place].land_use in wanted]


def _holds(limit: Limit, band: int, edges: Sequence[Fraction]) -> bool:
    if limit.ph_gt is None and limit.ph_le is None:
        return True
    if band > len(edges):
        return False
    first = 0 if limit.ph_gt is None else edges.index(limit.ph_gt) + 1
    last = len(edges) if limit.ph_le is None else edges.index(limit.ph_le)
    return first <= band <= last
