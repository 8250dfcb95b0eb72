"""Parameters of one place put in the stead of a set's, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jingtu.errors import CellError, InputError
from jingtu.knowledge.risk.options import LandClass
from jingtu.knowledge.risk.parameters import ParameterSet, Values, definitions
from jingtu.knowledge.risk.setfiles import air_filled_porosity


def replaced(
    parameter_set: ParameterSet,
    land_class: LandClass,
    substances: Sequence[str] | None,
    replace: Mapping[str, Any] | None,
) -> Values:
    """Values of the set with some replaced.

    Parameters
    ----------
    parameter_set : ParameterSet
    land_class : {1, 2}
    substances : sequence of str or None
    replace : mapping of str to array_like or None
        By symbol, each in the unit of its definition; substance parameters may have one value each.

    Returns
    -------
    dict of str to array

    Raises
    ------
    InputError
        Land class, symbol or value is wrong; every fault at once.
    """
    if land_class not in (1, 2):
        raise InputError("用地类别只能是 1（第一类）或 2（第二类）。", land_class=land_class)
    values = parameter_set.values(land_class, substances)
    no_model = [bool(each.no_model) for each in parameter_set.chosen(substances)]
    errors = []
    for symbol, given in (replace or {}).items():
        definition = definitions().get(symbol)
        if definition is None:
            errors.append(CellError(f"没有这样的参数：{symbol}。", column=symbol))
            continue
        per_substance = definition.scope == "substance"
        try:
            array = np.asarray(given, dtype=float)
            if array.shape not in ((), (len(no_model),) if per_substance else ()):
                raise ValueError(array.shape)
        except (TypeError, ValueError):
            message = f"{definition.name}应为一个数字{'，或每种物质一个' if per_substance else ''}。"
            errors.append(CellError(message, column=symbol, value=str(given)[:40]))
            continue
        if not all(definition.allows(each) for each in array.flat):
            errors.append(
                CellError(f"{definition.name}的取值超出范围。", column=symbol, value=str(given)[:40])
            )
        # What the model does not apply to stays without a value.
        values[symbol] = np.where(no_model, np.nan, array) if per_substance else array
    if not errors and np.any(air_filled_porosity(values) <= 0):
        errors.append(CellError("土壤容重、颗粒密度与含水率相互矛盾：孔隙空气体积比不大于零。", column="Pws"))
    if errors:
        raise InputError(f"替换的参数有 {len(errors)} 处错误，请改正后重试。", errors)
    return values
