"""Sums that a standard limits (六六六总量, 氯丹, ...), computed where a sheet gives their members alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jingtu.knowledge.standards.data_rows import rows as data
from jingtu.knowledge.standards.judging import Prepared
from jingtu.knowledge.standards.reasons import FLAG, REASON
from jingtu.knowledge.standards.units import factor, unit_of

# What tells two results of one sample apart.
_PLACE = ("sample", "point", "depth", "depth_top", "depth_bottom")


@cache
def members_of(standard: str) -> dict[str, tuple[str, ...]]:
    """Members of each sum of a standard.

    Examples
    --------
    >>> members_of("gb36600")["ddt_op_pp"]
    ('ddt_o_p', 'ddt_p_p')
    """
    found: dict[str, tuple[str, ...]] = {}
    for row in data("sums.csv"):
        if row["standard"] == standard and not row["stands_for"]:
            found[row["sum_id"]] = (*found.get(row["sum_id"], ()), row["member_id"])
    return found


@cache
def parts_of(standard: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """What a sheet may give of a sum: for each its sum and the members that it stands for.

    Examples
    --------
    >>> parts_of("gbt14848")["xylene_m_p"], parts_of("gbt14848")["xylene_o"]
    (('xylene_total', ('xylene_m', 'xylene_p')), ('xylene_total', ('xylene_o',)))
    """
    return {
        row["member_id"]: (row["sum_id"], tuple((row["stands_for"] or row["member_id"]).split("|")))
        for row in data("sums.csv")
        if row["standard"] == standard
    }


@dataclass
class _Sum:
    """One sum of one sample; decimal, because 0.06 + 0.03 + 0.005 + 0.005 is 0.1 and no more."""

    key: str
    first: int
    unit: str
    given: set[str] = field(default_factory=set)
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    detected: bool = False
    above: bool = False
    reason: int = 0

    def add(self, rows: Prepared, row: int, members: tuple[str, ...]) -> None:
        if self.given.intersection(members):
            self.reason = REASON["sum_ambiguous"]
        self.given.update(members)
        self.first = min(self.first, row, key=lambda place: _rank(rows, place))
        if self.reason == REASON["sum_ambiguous"]:
            return
        unit = rows.units[rows.unit[row]] if rows.unit[row] >= 0 else None
        by = factor(unit, self.unit, self.key) if unit else None
        if rows.reason[row] or by is None:
            self.reason = REASON["sum_bad_member"]
            return
        ends = (rows.low[row], rows.high[row])
        low, high = (Decimal(repr(float(end))) * by.numerator / by.denominator for end in ends)
        self.low, self.high = self.low + low, self.high + high
        self.detected |= bool(rows.readings.detected[row])
        self.above |= bool(rows.open_low[row])


def _rank(rows: Prepared, row: int) -> tuple[int, list[str]]:
    """Which member speaks for the sum's land use and crop, whatever the order of rows."""
    return int(rows.analyte[row]), [str(series[row]) for _, series in sorted(rows.columns.items())]


def add_sums(rows: Prepared) -> tuple[Prepared, NDArray[np.int64]]:
    """Append the sums that the sheet does not give itself; for each row say which row of the sheet it is.

    Members without a detection count as 0 and as their detection limit. A sum whose members are not all
    there is at least what is there. A member twice in one sample, or one that cannot be read, leaves the
    sum without a value.
    """
    source = np.arange(len(rows), dtype=np.int64)
    names = rows.table.analytes
    sums = {key: members for key, members in members_of(names.standard).items() if names.code(key) >= 0}
    is_member = np.zeros(len(names.ids) + 1, dtype=np.bool_)
    for member, (key, _) in parts_of(names.standard).items():
        if key in sums:
            is_member[names.code(member)] = True
    is_member[-1] = False
    if not is_member[list(rows.used)].any():
        return rows, source
    found = _found(rows, sums, is_member)
    if not found:
        return rows, source
    return _appended(rows, found, sums), np.append(source, np.full(len(found), -1))


def _found(rows: Prepared, sums: dict[str, tuple[str, ...]], is_member: NDArray[np.bool_]) -> list[_Sum]:
    names = rows.table.analytes
    parts = parts_of(names.standard)
    places = pl.DataFrame({name: rows.columns[name] for name in _PLACE if name in rows.columns})
    group = places.select(pl.struct(pl.all()).rank("dense")).to_series().to_numpy()
    codes = [names.code(key) for key in sums]
    whole = set()
    for row in np.flatnonzero(np.isin(rows.analyte, codes)).tolist():
        whole.add((group[row], names.ids[rows.analyte[row]]))
    found: dict[tuple[int, str], _Sum] = {}
    for row in np.flatnonzero(is_member[rows.analyte]).tolist():
        key, members = parts[names.ids[rows.analyte[row]]]
        at = (int(group[row]), key)
        if at in whole:
            continue
        if at not in found:
            unit = rows.table.limits[rows.table.rows_of(names.code(key))[0]].unit
            found[at] = _Sum(key, row, unit_of(unit) or unit)
        found[at].add(rows, row, members)
    # A member with a limit of its own (lindane) does not ask for a sum of which nothing else was measured.
    return [one for one in found.values() if any(names.reasons.get(member) for member in one.given)]


def _appended(rows: Prepared, found: list[_Sum], sums: dict[str, tuple[str, ...]]) -> Prepared:
    names = rows.table.analytes
    size = len(rows)
    incomplete = [place for place, one in enumerate(found) if set(sums[one.key]) - one.given]
    low = np.array([float(one.low) for one in found])
    high = np.array([float(one.high) for one in found])
    high[incomplete] = np.inf
    detected = np.array([one.detected for one in found])
    above = np.array([one.above for one in found])
    reason = np.array([one.reason for one in found], dtype=np.int16)
    flags = np.full(len(found), FLAG["sum_computed"], dtype=np.uint32)
    flags[low != high] |= FLAG["nondetect"]
    flags[incomplete] &= ~np.uint32(FLAG["nondetect"])
    units = list(rows.units)
    for one in found:
        if one.unit not in units:
            units.append(one.unit)
    read = rows.readings
    none = np.zeros(len(found), dtype=np.bool_)
    limit = np.where(low != high, np.where(np.isinf(high), np.nan, high), np.nan)
    readings = replace(
        read,
        value=np.append(read.value, np.where(detected & (reason == 0), low, np.nan)),
        detected=np.append(read.detected, detected & (reason == 0)),
        censor_limit=np.append(read.censor_limit, limit),
        above=np.append(read.above, none),
        closed=np.append(read.closed, none),
        problem_code=np.append(read.problem_code, none.astype(np.int8)),
    )
    places = np.array([one.first for one in found])
    titles = [names.names[one.key] for one in found]
    own = {
        "analyte": pl.Series(titles),
        "unit": pl.Series([one.unit for one in found]),
        "value": pl.Series([None] * len(found), dtype=pl.String),
    }
    columns = {
        name: _extended(series, own.get(name, series.gather(places))) for name, series in rows.columns.items()
    }
    extra = np.flatnonzero((low != high) | above | ~detected) + size
    return replace(
        rows,
        used=(*rows.used, *sorted({names.code(one.key) for one in found})),
        analyte=np.append(rows.analyte, np.array([names.code(one.key) for one in found], dtype=np.int32)),
        unit=np.append(rows.unit, np.array([units.index(one.unit) for one in found], dtype=np.int16)),
        units=tuple(units),
        readings=readings,
        low=np.append(rows.low, low),
        high=np.append(rows.high, high),
        open_low=np.append(rows.open_low, above),
        odd=np.append(rows.odd, extra),
        reason=np.append(rows.reason, reason),
        flags=np.append(rows.flags, flags),
        columns=columns,
        incomplete=np.array(incomplete, dtype=np.int64) + size,
    )


def _extended(series: pl.Series, more: pl.Series) -> pl.Series:
    if series.dtype != more.dtype:
        series, more = series.cast(pl.String), more.cast(pl.String)
    return pl.concat([series, more])
