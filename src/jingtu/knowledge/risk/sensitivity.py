"""How much a result moves when one parameter moves: the sensitivity ratio (附录D; number not confirmed)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jingtu.errors import InputError
from jingtu.knowledge.risk.assess import MEDIUM
from jingtu.knowledge.risk.inputs import replaced
from jingtu.knowledge.risk.model import Array, Model, run
from jingtu.knowledge.risk.options import LandClass, Options, Pathway
from jingtu.knowledge.risk.parameters import ParameterSet, Substance, definitions


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Sensitivity ratios.

    Parameters
    ----------
    substances : tuple of Substance
    parameters : tuple of str
        Symbols: the first axis.
    change : float
        Relative change of the parameter, dimensionless.
    cr, hi : array
        SR of total risk and total hazard in per cent, shape (parameters, substances): 100 says that
        the result moves as much as the parameter, 0 that it does not move. ``nan`` where the parameter
        is zero or has no value, or there is no result.
    """

    substances: tuple[Substance, ...]
    parameters: tuple[str, ...]
    change: float
    cr: Array
    hi: Array


def sensitivity(
    parameter_set: ParameterSet,
    land_class: LandClass,
    substances: Sequence[str] | None = None,
    *,
    parameters: Sequence[str] | None = None,
    change: float = 0.05,
    surface: Any = 1.0,
    subsurface: Any = 1.0,
    groundwater: Any = 0.0,
    options: Options | None = None,
    replace: Mapping[str, Any] | None = None,
) -> Sensitivity:
    """SR = [(X2 − X1)/X1]/[(P2 − P1)/P1]·100 % of total risk and hazard.

    Parameters
    ----------
    parameter_set : ParameterSet
    land_class : {1, 2}
    substances : sequence of str, optional
        All of the set where left out.
    parameters : sequence of str, optional
        Symbols to move, one at a time; all of the model where left out.
    change : float
        Relative change of the parameter, dimensionless; not zero.
    surface, subsurface, groundwater : array_like
        Concentrations in mg/kg, mg/kg and mg/L, one for all substances or one each: they weigh the
        pathways against each other.
    options : Options, optional
    replace : mapping of str to array_like, optional

    Returns
    -------
    Sensitivity

    Raises
    ------
    InputError
        A parameter that is none, or a change of zero.

    Examples
    --------
    >>> from jingtu.knowledge.risk.parameters import load
    >>> result = sensitivity(load("published-peer"), 2, ["copper"], parameters=["OSIRa", "BWa"])
    >>> [round(float(x), 1) for x in result.hi[:, 0]]
    [100.0, -95.2]
    """
    options = options or Options()
    chosen = parameter_set.chosen(substances)
    values = replaced(parameter_set, land_class, [s.id for s in chosen], replace)
    symbols = tuple(definitions()) if parameters is None else tuple(parameters)
    unknown = [symbol for symbol in symbols if symbol not in definitions()]
    if unknown or not change:
        raise InputError(
            "敏感性分析的参数须是模型参数，变化幅度不能为零。", parameters=unknown, change=change
        )
    found = {"surface": surface, "subsurface": subsurface, "groundwater": groundwater}
    before = _totals(run(values, land_class, options), found)
    rows: dict[str, list[Array]] = {"cr": [], "hi": []}
    for symbol in symbols:
        moved = {**values, symbol: values[symbol] * (1 + change)}
        after = _totals(run(moved, land_class, options), found)
        exists = (values[symbol] != 0) & ~np.isnan(values[symbol])
        for name, row in rows.items():
            first = before[name]
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = (after[name] - first) / first / change * 100
            row.append(np.where(exists & (first > 0), ratio, np.nan))
    return Sensitivity(chosen, symbols, change, np.array(rows["cr"]), np.array(rows["hi"]))


def _totals(model: Model, found: Mapping[str, Any]) -> dict[str, Array]:
    def total(slopes: Mapping[Pathway, Array]) -> Array:
        terms = [slope * np.asarray(found[MEDIUM[pathway]], dtype=float) for pathway, slope in slopes.items()]
        return np.asarray(sum(terms[1:], terms[0]))

    return {"cr": total(model.cr), "hi": total(model.hq)}
