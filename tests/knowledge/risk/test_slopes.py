"""The quick sums say what the model says, whatever varies and however it is switched."""

from __future__ import annotations

import numpy as np
import pytest

from jingtu.knowledge.risk.model import run
from jingtu.knowledge.risk.options import PATHWAYS, Options
from jingtu.knowledge.risk.parameters import definitions, load
from jingtu.knowledge.risk.slopes import PATHWAYS_OF, Slopes

DRAWS = 40
SWITCHES = [
    Options(),
    Options(crack_porosity="own", exponent="3.33"),
    Options(mass_limit=False, groundwater_fraction="saf"),
    Options(soil_gas_flow="none", groundwater_fraction="waf"),
    Options(target="intervention"),
    Options(pathways=("ois", "iiv1", "cgw")),
    Options(pathways=("pis",)),
]


def varied(land_class, *, pressure: bool, substances_too: bool):
    rng = np.random.default_rng(7)
    values = load("gb36600-consistent").values(land_class)
    fixed = {"ACR", "AHQ", "ACR_intervention", "SAF_intervention", "liquid_voc"}
    for symbol, definition in definitions().items():
        if symbol in fixed:
            continue
        if definition.scope == "receptor":
            values[symbol] = values[symbol] * rng.uniform(0.95, 1.05, (DRAWS, 1))
        elif substances_too and symbol in {"H", "Koc", "SFo", "RfC", "SAF", "Da"}:
            values[symbol] = values[symbol] * rng.uniform(0.95, 1.0, (DRAWS, values[symbol].size))
    if pressure:
        values["dP"] = np.where(rng.random((DRAWS, 1)) < 0.3, 0.0, rng.uniform(1, 40, (DRAWS, 1)))
    return values


@pytest.mark.parametrize("land_class", [1, 2])
@pytest.mark.parametrize("options", SWITCHES, ids=str)
@pytest.mark.parametrize(("pressure", "substances_too"), [(False, False), (True, True)])
def test_every_slope_is_that_of_the_model(land_class, options, pressure, substances_too) -> None:
    values = varied(land_class, pressure=pressure, substances_too=substances_too)
    count = values["SFo"].shape[-1]
    model = run(values, land_class, options)
    turned = {
        symbol: array.T
        if array.ndim == 2 and definitions()[symbol].scope == "substance"
        else array[:, 0]
        if array.ndim == 2
        else array[:, None]
        if array.ndim == 1
        else array
        for symbol, array in values.items()
    }
    layers = tuple(PATHWAYS_OF)
    out = {(effect, layer): np.empty((count, DRAWS)) for effect in ("cr", "hq") for layer in layers}
    Slopes(land_class, options, layers, count, DRAWS).compute(turned, out)
    assert sum(len(PATHWAYS_OF[layer]) for layer in layers) == len(PATHWAYS)
    for (effect, layer), found in out.items():
        expected = np.broadcast_to(model.sum_of(effect, PATHWAYS_OF[layer]), (DRAWS, count)).T
        np.testing.assert_allclose(found, expected, rtol=1e-12, err_msg=f"{effect} {layer}")
    if options == Options():
        assert all(np.count_nonzero(found) > 1_000 for found in out.values())
