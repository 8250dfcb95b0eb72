"""Risk and hazard of measured concentrations, pathway by pathway (附录C; numbers not confirmed)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from jingtu.errors import CellError, InputError
from jingtu.knowledge.risk.derive import number
from jingtu.knowledge.risk.inputs import replaced
from jingtu.knowledge.risk.model import Array, Known, Model, run
from jingtu.knowledge.risk.notes import Note, notes_of
from jingtu.knowledge.risk.options import (
    GROUNDWATER_PATHWAYS,
    SOIL_PATHWAYS,
    LandClass,
    Options,
    Pathway,
)
from jingtu.knowledge.risk.parameters import ParameterSet, Substance

MEDIUM: dict[Pathway, str] = {
    **dict.fromkeys(("ois", "dcs", "pis", "iov1"), "surface"),
    **dict.fromkeys(("iov2", "iiv1"), "subsurface"),
    **dict.fromkeys(GROUNDWATER_PATHWAYS, "groundwater"),
}
"""Which concentration a pathway starts from."""


_PURE: Final = 1e6  # mg in a kilogram


@dataclass(frozen=True, slots=True)
class Assessment:
    """Risk and hazard of samples; all arrays have the shape (samples, substances), dimensionless.

    Parameters
    ----------
    parameter_set : ParameterSet
    model : Model
    substances : tuple of Substance
    concentrations : dict of str to array
        ``surface``, ``subsurface`` (mg/kg) and ``groundwater`` (mg/L); ``nan`` where not measured.
    cr, hq : dict of pathway to array
        Carcinogenic risk and hazard quotient; ``nan`` where the pathway, the toxicity or the
        concentration is missing.
    cr_soil, hi_soil, cr_groundwater, hi_groundwater, cr_total, hi : array
        Sums over pathways of one substance, ``nan`` where there was nothing to add.
    contribution_cr, contribution_hq : dict of pathway to array
        PCR and PHQ (附录D): share of the total, per cent.
    acceptable : bool array
        Total risk at most ACR and total hazard at most AHQ; means something only where ``judged``.
    judged : bool array
        Where at least one of both totals is known.
    cr_sample, hi_sample : array
        Sums over the substances of a sample, shape (samples,): told for information, the acceptable
        levels are those of one substance.
    notes : tuple of tuple of Note
        One tuple a substance.
    """

    parameter_set: ParameterSet
    model: Model
    substances: tuple[Substance, ...]
    concentrations: dict[str, Array]
    cr: dict[Pathway, Array]
    hq: dict[Pathway, Array]
    cr_soil: Array
    hi_soil: Array
    cr_groundwater: Array
    hi_groundwater: Array
    cr_total: Array
    hi: Array
    contribution_cr: dict[Pathway, Array]
    contribution_hq: dict[Pathway, Array]
    acceptable: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    cr_sample: Array
    hi_sample: Array
    notes: tuple[tuple[Note, ...], ...]

    def result(self, sample: int, index: int) -> dict[str, Any]:
        """One substance in one sample as a document; ``null`` for what is not known."""
        substance = self.substances[index]

        def at(array: Array) -> float | None:
            return number(array[sample, index])

        return {
            "id": substance.id,
            "cas": substance.cas or None,
            "name": substance.name,
            "cr": {pathway: at(each) for pathway, each in self.cr.items()},
            "hq": {pathway: at(each) for pathway, each in self.hq.items()},
            "cr_soil": at(self.cr_soil),
            "cr_groundwater": at(self.cr_groundwater),
            "cr_total": at(self.cr_total),
            "hi_soil": at(self.hi_soil),
            "hi_groundwater": at(self.hi_groundwater),
            "hi": at(self.hi),
            "contribution_cr": {pathway: at(each) for pathway, each in self.contribution_cr.items()},
            "contribution_hq": {pathway: at(each) for pathway, each in self.contribution_hq.items()},
            "acceptable": bool(self.acceptable[sample, index]) if self.judged[sample, index] else None,
            "notes": [note.text for note in self.notes[index]],
            "note_codes": [note.code for note in self.notes[index]],
        }


def assess(
    parameter_set: ParameterSet,
    land_class: LandClass,
    substances: Sequence[str],
    *,
    surface: Any = None,
    subsurface: Any = None,
    groundwater: Any = None,
    options: Options | None = None,
    replace: Mapping[str, Any] | None = None,
) -> Assessment:
    """Risk and hazard of measured concentrations.

    Parameters
    ----------
    parameter_set : ParameterSet
    land_class : {1, 2}
    substances : sequence of str
        Ids, CAS numbers or names: the last axis of the concentrations.
    surface, subsurface : array_like, optional
        Concentration in surface soil and in the soil below it, mg/kg, shape (samples, substances) or
        (substances,); ``nan`` where not measured.
    groundwater : array_like, optional
        Concentration in groundwater, mg/L, likewise.
    options : Options, optional
    replace : mapping of str to array_like, optional
        Parameters of this place by symbol, each in the unit of its definition.

    Returns
    -------
    Assessment

    Raises
    ------
    InputError
        No concentration, one below zero, or a parameter out of range.
    NotFoundError
        The set lacks a substance.

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load
    >>> result = assess(load("published-peer"), 1, ["benzene"], surface=[10.0], subsurface=[5.0])
    >>> f"{result.cr_total[0, 0]:.3e}", bool(result.acceptable[0, 0])
    ('5.513e-06', False)
    """
    options = options or Options()
    chosen = parameter_set.chosen(substances)
    values = replaced(parameter_set, land_class, [s.id for s in chosen], replace)
    found = _concentrations(
        {"surface": surface, "subsurface": subsurface, "groundwater": groundwater}, len(chosen)
    )
    model = run(values, land_class, options)
    cr, cr_sums = _applied(model.cr, model.cr_known, found)
    hq, hq_sums = _applied(model.hq, model.hq_known, found)
    cr_total, hi = cr_sums["all"], hq_sums["all"]
    judged = ~(np.isnan(cr_total) & np.isnan(hi))
    above = (cr_total > values["ACR"]) | (hi > values["AHQ"])
    return Assessment(
        parameter_set,
        model,
        chosen,
        found,
        cr,
        hq,
        cr_sums["soil"],
        hq_sums["soil"],
        cr_sums["groundwater"],
        hq_sums["groundwater"],
        cr_total,
        hi,
        {pathway: _share(each, cr_total) for pathway, each in cr.items()},
        {pathway: _share(each, hi) for pathway, each in hq.items()},
        judged & ~above,
        judged,
        _added(cr_total),
        _added(hi),
        notes_of(parameter_set, chosen, model),
    )


def _concentrations(given: Mapping[str, Any], count: int) -> dict[str, Array]:
    arrays = {
        medium: np.atleast_2d(np.asarray(np.nan if each is None else each, dtype=float))
        for medium, each in given.items()
    }
    if all(np.all(np.isnan(array)) for array in arrays.values()):
        raise InputError("没有可评估的浓度：土壤与地下水都没有给出数值。")
    try:
        shape = np.broadcast_shapes(*(array.shape for array in arrays.values()), (1, count))
    except ValueError:
        shape = ()
    if len(shape) != 2 or shape[-1] != count:
        raise InputError("浓度的行列数与样品、物质的个数不一致。")
    errors = [
        CellError(
            "浓度不能为负数，也不能高于纯物质（每千克或每升一百万毫克）。",
            row=int(row) + 1,
            column=medium,
            value=str(array[row, column]),
        )
        for medium, array in arrays.items()
        for row, column in np.argwhere((array < 0) | (array > _PURE))
    ]
    if errors:
        raise InputError(f"浓度有 {len(errors)} 处错误，请改正后重试。", errors)
    return {medium: np.broadcast_to(array, shape) for medium, array in arrays.items()}


def _applied(
    slopes: Mapping[Pathway, Array], known: Mapping[Pathway, Known], found: Mapping[str, Array]
) -> tuple[dict[Pathway, Array], dict[Literal["soil", "groundwater", "all"], Array]]:
    """Slope times concentration by pathway, and their sums over soil, groundwater and both."""
    shape = found["surface"].shape
    results: dict[Pathway, Array] = {}
    for pathway, slope in slopes.items():
        results[pathway] = np.where(known[pathway], found[MEDIUM[pathway]] * slope, np.nan)
    none = np.full(shape, np.nan)

    def total(pathways: Sequence[Pathway]) -> Array:
        terms = [results[pathway] for pathway in pathways if pathway in results]
        return _sum(np.stack(terms), 0) if terms else none

    return results, {
        "soil": total(SOIL_PATHWAYS),
        "groundwater": total(GROUNDWATER_PATHWAYS),
        "all": total((*SOIL_PATHWAYS, *GROUNDWATER_PATHWAYS)),
    }


def _sum(array: Array, axis: int) -> Array:
    """Sum of what is known, ``nan`` where nothing is."""
    return np.where(np.all(np.isnan(array), axis=axis), np.nan, np.nansum(array, axis=axis))


def _added(totals: Array) -> Array:
    return _sum(totals, -1)


def _share(part: Array, total: Array) -> Array:
    return np.asarray(np.divide(part, total, out=np.full(part.shape, np.nan), where=total > 0) * 100)
