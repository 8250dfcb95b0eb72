"""Draws of the parameters of an assessment, checked before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jingtu.errors import CellError, InputError
from jingtu.knowledge.risk.assess import Assessment
from jingtu.knowledge.risk.distributions import Distribution
from jingtu.knowledge.risk.inputs import replaced
from jingtu.knowledge.risk.parameters import ParameterSet, definitions

Array = NDArray[np.float64]

_CONCENTRATIONS: Final = {"Csur": "surface", "Csub": "subsurface", "Cgw": "groundwater"}
_FACTOR: Final = "fC"
_FIXED: Final = frozenset({"ACR", "AHQ", "ACR_intervention", "SAF_intervention", "liquid_voc"})


@dataclass(frozen=True)
class Drawn:
    """Values of one run: parameters by symbol, and factors on concentrations by layer and substance."""

    values: dict[str, Array]
    of_substances: dict[tuple[str, int], Array]
    concentrations: dict[tuple[str, int], Array]
    factors: dict[int, list[Array]]

    def block(self, first: int, last: int, start: int, stop: int) -> dict[str, Array]:
        """Values of some substances and draws, substances on the first axis."""
        found: dict[str, Array] = {}
        for symbol, value in self.values.items():
            if definitions()[symbol].scope == "receptor":
                found[symbol] = value[start:stop] if value.ndim else value
            else:
                found[symbol] = value[first:last, None]
        for (symbol, place), drawn in self.of_substances.items():
            if first <= place < last:
                if found[symbol].shape[1] == 1:
                    found[symbol] = np.repeat(found[symbol], stop - start, axis=1)
                found[symbol][place - first] = drawn[start:stop]
        return found


def sorted_out(
    assessment: Assessment, distributions: Sequence[Distribution]
) -> tuple[tuple[Distribution, ...], tuple[Distribution, ...]]:
    """Check names and substances; which distributions count here and which do not."""
    if not distributions:
        raise InputError("没有给出参数的分布，不能抽样计算；请用分布表写明哪些参数如何变化及其来源。")
    known = definitions()
    wrong: list[CellError] = []
    used: list[Distribution] = []
    idle: list[Distribution] = []
    here = {substance.id for substance in assessment.substances}
    land_class = str(assessment.model.land_class)
    for item in distributions:
        own = item.parameter in _CONCENTRATIONS
        definition = known.get(item.parameter)
        if item.parameter in _FIXED or (definition is None and not own and item.parameter != _FACTOR):
            wrong.append(CellError("没有这样的参数，或这个参数不能抽样", column="参数", value=item.parameter))
            continue
        of_substance = own or (definition is not None and definition.scope == "substance")
        if of_substance and not item.substance:
            wrong.append(CellError("这个参数须写明污染物", column="污染物", value=item.parameter))
            continue
        if item.substance and not of_substance and item.parameter != _FACTOR:
            wrong.append(CellError("这个参数与污染物无关，请不要写污染物", column="污染物", value=item.name))
            continue
        if item.substance and not assessment.parameter_set.knows(item.substance):
            wrong.append(CellError("参数集中没有这种物质", column="污染物", value=item.substance))
            continue
        counts = item.land_class in ("", land_class)
        if counts and item.substance:
            counts = assessment.parameter_set.substance(item.substance).id in here
        (used if counts else idle).append(item)
    if wrong:
        raise InputError(f"参数的分布有 {len(wrong)} 处错误，请改正后重试。", wrong)
    return tuple(used), tuple(idle)


def draw(
    assessment: Assessment,
    distributions: Sequence[Distribution],
    draws: int,
    seed: int,
    replace: Mapping[str, Any] | None,
) -> Drawn:
    """Draw every parameter; draws that no parameter may take are an error."""
    parameters: ParameterSet = assessment.parameter_set
    substances = [substance.id for substance in assessment.substances]
    values = replaced(parameters, assessment.model.land_class, substances, replace)
    found = Drawn(dict(values), {}, {}, {})
    wrong: list[CellError] = []
    for item in distributions:
        drawn = item.draw(draws, seed)
        definition = definitions().get(item.parameter)
        lowest, highest = float(drawn.min()), float(drawn.max())
        fits = lowest >= 0 if definition is None else definition.allows(lowest) and definition.allows(highest)
        if not fits or not np.isfinite(highest):
            message = f"抽样值 {lowest:.4g} 至 {highest:.4g} 超出参数可取的范围，请用下限、上限截断"
            wrong.append(CellError(message, column="参数", value=item.name))
            continue
        place = substances.index(parameters.substance(item.substance).id) if item.substance else None
        if item.parameter == _FACTOR:
            for index in range(len(substances)) if place is None else (place,):
                found.factors.setdefault(index, []).append(drawn)
        elif place is None:
            found.values[item.parameter] = drawn
        elif item.parameter in _CONCENTRATIONS:
            found.concentrations[_CONCENTRATIONS[item.parameter], place] = drawn
        else:
            found.of_substances[item.parameter, place] = drawn
    if wrong:
        raise InputError(f"参数的分布有 {len(wrong)} 处错误，请改正后重试。", wrong)
    return found
