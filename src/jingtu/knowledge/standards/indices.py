"""Indices of soil pollution: single factor, Nemerow, geo-accumulation, ecological risk, pollution load.

All take arrays of samples by analytes and a :class:`Reference` that says what the concentrations are divided by;
every result carries that reference, its scale of classes and which of its values rest on half a detection limit.

Rules
-----
* Half of the detection limit (``statistics.for_statistics``) is for statistics and indices alone, never for a
  verdict; who passes such concentrations marks them (``substituted``), and the mark goes on to every result.
* An index of several analytes is not formed where one of them is missing (``missing="refuse"``): a sum over
  fewer looks cleaner than it is. ``missing="skip"`` forms it over the rest; ``counted`` says over how many.
* Classes are decided on twelve significant digits, so that binary noise of a unit conversion never moves a value
  across an edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingtu.errors import InputError
from jingtu.knowledge.standards.backgrounds import Reference
from jingtu.knowledge.standards.index_scales import (
    IndexClass,
    classes_of,
    classify,
    coefficient,
    scales,
    toxic_factors,
)
from jingtu.knowledge.standards.units import convert

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Missing = Literal["refuse", "skip"]


@dataclass(frozen=True, slots=True)
class IndexResult:
    """An index as columns.

    ``values`` is NaN where the index cannot be formed and ``ranks`` is 0 there, else the rank of the class
    from 1. ``substituted`` marks values that rest on half a detection limit, ``counted`` says how many
    analytes (or sites) entered.
    """

    index: str
    form: str
    values: Floats
    ranks: Ints
    scale: str
    classes: tuple[IndexClass, ...]
    reference: Reference | None
    substituted: Bools
    counted: Ints

    @property
    def names(self) -> NDArray[np.object_]:
        """The name of each value's class; ``None`` without a value."""
        names = np.array([None, *(item.name for item in self.classes)], dtype=object)
        return names[self.ranks]

    def to_json(self) -> dict[str, Any]:
        """Plain lists with the scale and the reference named, for a report."""
        return {
            "index": self.index,
            "form": self.form,
            "scale": self.scale,
            "reference": self.reference.to_json() if self.reference else None,
            "values": [None if np.isnan(value) else value for value in np.ravel(self.values).tolist()],
            "classes": np.ravel(self.names).tolist(),
            "substituted": np.ravel(self.substituted).tolist(),
            "counted": np.ravel(self.counted).tolist(),
        }


def single_factor(
    concentration: ArrayLike,
    unit: str,
    reference: Reference,
    *,
    substituted: ArrayLike | None = None,
    scale: str | None = None,
) -> IndexResult:
    """Single-factor index P = C/S of every sample and analyte (HJ/T 166-2004, 12.1).

    Parameters
    ----------
    concentration : array of float, samples by analytes
        In the order of ``reference.analytes``; NaN where not measured.
    unit : str
        Unit of ``concentration``; converted into that of the reference.
    reference : Reference
        Background or limit values; the result names it.
    substituted : array of bool, optional
        Concentrations that are half a detection limit.
    scale : str, optional
        One of ``scales("single_factor")``.

    Examples
    --------
    >>> from jingtu.knowledge.standards.backgrounds import reference
    >>> result = single_factor([[146.0]], "µg/kg", reference("guangxi_set2", ["cadmium"]))
    >>> result.values.tolist(), result.names.tolist(), result.reference.key
    ([[2.0]], [['轻度污染']], 'guangxi_set2')
    """
    ratios, marked = _ratios(concentration, unit, reference, substituted)
    return _result("single_factor", "", ratios, marked, ~np.isnan(ratios), reference, scale)


def nemerow(
    factors: IndexResult,
    *,
    form: Literal["sample", "element"] = "sample",
    missing: Missing = "refuse",
    scale: str | None = None,
) -> IndexResult:
    """Nemerow index of single factors, sqrt((mean² + max²)/2) (HJ/T 166-2004, 12.2; text of 12.2 unread).

    Parameters
    ----------
    factors : IndexResult
        Of :func:`single_factor`.
    form : {"sample", "element"}
        ``sample``: one number a sample over its analytes, the default. ``element``: one number an analyte over
        all sites, which says nothing of a single point.
    missing : {"refuse", "skip"}
        What to do where a factor is missing.

    Examples
    --------
    >>> import numpy as np
    >>> own = Reference("own", "示例", "own", ("a", "b", "c"), np.ones(3), "mg/kg")
    >>> result = nemerow(single_factor([[0.5, 1.2, 2.0]], "mg/kg", own))
    >>> round(float(result.values[0]), 3), result.names[0]
    (1.661, '轻度污染')
    """
    axis = 1 if form == "sample" else 0
    values = factors.values
    with np.errstate(invalid="ignore"):
        count = np.sum(~np.isnan(values), axis=axis)
        total = np.nansum(values, axis=axis)
        mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
        highest = np.where(
            count > 0, np.nanmax(np.where(np.isnan(values), -np.inf, values), axis=axis), np.nan
        )
        combined = np.sqrt((mean**2 + highest**2) / 2)
    combined = _over(combined, count, values.shape[axis], missing)
    marked = np.any(factors.substituted, axis=axis) & ~np.isnan(combined)
    return _result("nemerow", form, combined, marked, count, factors.reference, scale)


def geo_accumulation(
    concentration: ArrayLike,
    unit: str,
    reference: Reference,
    *,
    substituted: ArrayLike | None = None,
    scale: str | None = None,
    enrichment: float | None = None,
) -> IndexResult:
    """Geo-accumulation index log2(C/(k·B)) after Müller; ``enrichment`` is k, that of the table unless given.

    Examples
    --------
    >>> import numpy as np
    >>> own = Reference("own", "示例", "own", ("cadmium",), np.array([0.2]), "mg/kg")
    >>> geo_accumulation([[0.3], [0.6]], "mg/kg", own).names.ravel().tolist()
    ['无(实际)污染', '轻度污染']
    """
    ratios, marked = _ratios(concentration, unit, reference, substituted)
    with np.errstate(divide="ignore"):
        values = np.log2(ratios / (coefficient("igeo") if enrichment is None else enrichment))
    return _result("igeo", "", values, marked, ~np.isnan(values), reference, scale)


def ecological_risk(
    concentration: ArrayLike,
    unit: str,
    reference: Reference,
    *,
    substituted: ArrayLike | None = None,
    scale: str | None = None,
) -> IndexResult:
    """Potential ecological risk factor Er = Tr·C/B of every sample and analyte (Hakanson 1980).

    Raises
    ------
    NotConfiguredError
        An analyte has no toxic response factor.

    Examples
    --------
    >>> import numpy as np
    >>> own = Reference("own", "示例", "own", ("cadmium",), np.array([0.3]), "mg/kg")
    >>> ecological_risk([[0.4]], "mg/kg", own).names[0, 0]
    '中等'
    """
    ratios, marked = _ratios(concentration, unit, reference, substituted)
    values = ratios * toxic_factors(reference.analytes)
    return _result("ecological_risk", "", values, marked, ~np.isnan(values), reference, scale)


def risk_index(risks: IndexResult, *, missing: Missing = "refuse", scale: str | None = None) -> IndexResult:
    """Potential ecological risk index RI, the sum of Er of a sample.

    The default scale was set for eight pollutants; other scales in use are to be asked for by name.

    Examples
    --------
    >>> import numpy as np
    >>> own = Reference("own", "示例", "own", ("cadmium", "mercury"), np.array([1.0, 1.0]), "mg/kg")
    >>> result = risk_index(ecological_risk([[3.0, 1.5]], "mg/kg", own))
    >>> result.values.tolist(), result.names.tolist()
    ([150.0], ['中等'])
    """
    count = np.sum(~np.isnan(risks.values), axis=1)
    total = np.where(count > 0, np.nansum(risks.values, axis=1), np.nan)
    total = _over(total, count, risks.values.shape[1], missing)
    marked = np.any(risks.substituted, axis=1) & ~np.isnan(total)
    return _result("risk_index", "", total, marked, count, risks.reference, scale)


def pollution_load(
    factors: IndexResult, *, missing: Missing = "refuse", scale: str | None = None
) -> IndexResult:
    """Pollution load index of a sample, the geometric mean of its factors C/B (Tomlinson and others 1980).

    Examples
    --------
    >>> import numpy as np
    >>> own = Reference("own", "示例", "own", ("cadmium", "lead"), np.array([1.0, 1.0]), "mg/kg")
    >>> result = pollution_load(single_factor([[2.0, 4.5]], "mg/kg", own))
    >>> round(float(result.values[0]), 9), result.names[0]
    (3.0, '强(中度)污染')
    """
    values = factors.values
    count = np.sum(~np.isnan(values), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(np.isnan(values), 0.0, np.log(values)).sum(axis=1)
        mean = np.where(count > 0, np.exp(logs / np.maximum(count, 1)), np.nan)
    mean = _over(mean, count, values.shape[1], missing)
    marked = np.any(factors.substituted, axis=1) & ~np.isnan(mean)
    return _result("pollution_load", "", mean, marked, count, factors.reference, scale)


def exceed_multiple(factors: IndexResult) -> Floats:
    """How many times over the limit, (C - S)/S, 0 where not above it (HJ/T 166-2004, 12.1).

    Examples
    --------
    >>> import numpy as np
    >>> own = Reference("own", "示例", "own", ("arsenic",), np.array([60.0]), "mg/kg")
    >>> exceed_multiple(single_factor([[119.0], [60.0]], "mg/kg", own)).round(2).ravel().tolist()
    [0.98, 0.0]
    """
    return np.maximum(factors.values - 1, 0)


def _ratios(
    concentration: ArrayLike, unit: str, reference: Reference, substituted: ArrayLike | None
) -> tuple[Floats, Bools]:
    values = np.asarray(concentration, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != len(reference.analytes):
        raise InputError(
            "浓度须按样品为行、项目为列排列，列数与参比值的项目数一致。",
            shape=list(values.shape),
            analytes=list(reference.analytes),
        )
    if np.any(values < 0):
        raise InputError("浓度有负值，请核对后再计算。", negative=int(np.sum(values < 0)))
    ratios = np.asarray(convert(values, unit, reference.unit), dtype=np.float64) / reference.values
    marked = (
        np.zeros(values.shape, dtype=np.bool_)
        if substituted is None
        else np.broadcast_to(np.asarray(substituted, dtype=np.bool_), values.shape)
    )
    return ratios, marked & ~np.isnan(ratios)


def _over(values: Floats, count: Ints, of: int, missing: Missing) -> Floats:
    return values if missing == "skip" else np.where(count == of, values, np.nan)


def _result(
    index: str,
    form: str,
    values: Floats,
    substituted: Bools,
    counted: NDArray[Any],
    reference: Reference | None,
    scale: str | None,
) -> IndexResult:
    chosen = scale or scales(index)[0]
    return IndexResult(
        index=index,
        form=form,
        values=values,
        ranks=classify(values, index, chosen),
        scale=chosen,
        classes=classes_of(index, chosen),
        reference=reference,
        substituted=substituted,
        counted=np.asarray(counted, dtype=np.int64),
    )
