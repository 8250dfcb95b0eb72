"""Classes, toxic factors and coefficients of the indices of soil pollution; they stand in ``data/index_classes.csv``."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingtu.errors import NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.data_rows import rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class IndexClass:
    """One class of a scale, with the end that belongs to it."""

    rank: int
    name: str
    lower: float | None
    lower_inclusive: bool
    upper: float | None
    upper_inclusive: bool
    formula: str
    clause: str
    source: str
    confidence: str
    second_reading: str
    note: str


@functools.cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(rows("index_classes.csv"))


@functools.cache
def scales(index: str) -> tuple[str, ...]:
    """The scales of one index, the default first.

    Examples
    --------
    >>> scales("nemerow")
    ('hjt166_0.7_1_2_3', 'alternative_1_2_3')
    """
    found = [row for row in _rows() if row["index"] == index and row["kind"] == "class"]
    named = dict.fromkeys(row["scale"] for row in sorted(found, key=lambda row: row["default"] != "Y"))
    return tuple(named)


@functools.cache
def classes_of(index: str, scale: str | None = None) -> tuple[IndexClass, ...]:
    """The classes of a scale, mildest first; without ``scale`` those of the default one."""
    wanted = scale or next(iter(scales(index)), "")
    found = [
        IndexClass(
            rank=int(row["rank"]),
            name=row["name"],
            lower=float(row["lower"]) if row["lower"] else None,
            lower_inclusive=row["lower_inclusive"] == "Y",
            upper=float(row["upper"]) if row["upper"] else None,
            upper_inclusive=row["upper_inclusive"] == "Y",
            formula=row["formula"],
            clause=row["clause"],
            source=row["source"],
            confidence=row["confidence"],
            second_reading=row["second_reading"],
            note=row["note"],
        )
        for row in _rows()
        if (row["index"], row["kind"], row["scale"]) == (index, "class", wanted)
    ]
    if not found:
        raise NotFoundError("没有这一分级，请从清单中选用。", index=index, scale=scale)
    return tuple(sorted(found, key=lambda item: item.rank))


def classify(values: ArrayLike, index: str, scale: str | None = None) -> Ints:
    """Rank of the class each value falls in, from 1; 0 for NaN.

    Parameters
    ----------
    values : array of float
        Values of the index, any shape.
    index : str
        ``single_factor``, ``nemerow``, ``igeo``, ``ecological_risk``, ``risk_index`` or ``pollution_load``.
    scale : str, optional
        One of :func:`scales`; the default one when not given.

    Examples
    --------
    >>> classify([0.7, 0.71, 1.0, 3.5, float("nan")], "nemerow").tolist()
    [1, 2, 2, 5, 0]
    >>> classify([40, 39.9], "ecological_risk").tolist()
    [2, 1]
    """
    seen = significant(np.asarray(values, dtype=np.float64))
    ranks = np.zeros(seen.shape, dtype=np.int64)
    for item in classes_of(index, scale):
        inside = ~np.isnan(seen)
        if item.lower is not None:
            inside &= (seen >= item.lower) if item.lower_inclusive else (seen > item.lower)
        if item.upper is not None:
            inside &= (seen <= item.upper) if item.upper_inclusive else (seen < item.upper)
        ranks[inside] = item.rank
    return ranks


def toxic_factors(analytes: tuple[str, ...]) -> Floats:
    """Toxic response factors Tr after Hakanson (1980) and later papers.

    Raises
    ------
    NotConfiguredError
        An analyte has none; ``facts["analytes"]`` names them all.

    Examples
    --------
    >>> toxic_factors(("mercury", "cadmium", "nickel")).tolist()
    [40.0, 30.0, 5.0]
    """
    known = {row["id"]: float(row["value"]) for row in _rows() if row["kind"] == "toxic_factor"}
    missing = [analyte for analyte in analytes if analyte not in known]
    if missing:
        raise NotConfiguredError("有项目没有毒性响应系数，请去掉这些项目后再计算。", analytes=missing)
    return np.array([known[analyte] for analyte in analytes], dtype=np.float64)


@functools.cache
def coefficient(index: str) -> float:
    """The coefficient in the formula of an index.

    Examples
    --------
    >>> coefficient("igeo")
    1.5
    """
    found = [row["value"] for row in _rows() if (row["index"], row["kind"]) == (index, "coefficient")]
    if not found:
        raise NotConfiguredError("这一指数的公式没有系数。", index=index)
    return float(found[0])


def significant(values: Floats) -> Floats:
    """Values rounded to twelve significant digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.floor(np.log10(np.abs(values)))
    power = np.where(np.isfinite(power), power, 0)
    factor = 10.0 ** (_DIGITS - 1 - power)
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(values), np.rint(values * factor) / factor, values)
