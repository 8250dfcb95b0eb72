"""The equations of one run with their numbers put in, each worked out again from its text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from jingtu.knowledge.papers import Formula
from jingtu.knowledge.risk.control import Control
from jingtu.knowledge.risk.equations import Equation, chosen
from jingtu.knowledge.risk.options import GROUNDWATER_PATHWAYS, PATHWAYS
from jingtu.knowledge.risk.parameters import definitions
from jingtu.knowledge.risk.runs import Run

_SYMBOLS: Final = {"Csur": "surface", "Csub": "subsurface", "Cgw": "groundwater"}
_INTAKES: Final = {
    "ois": "OISER{}",
    "dcs": "DCSER{}",
    "pis": "PISER{}",
    "iov1": "IOVER{}1",
    "iov2": "IOVER{}2",
    "iiv1": "IIVER{}1",
    "iov3": "IOVER{}3",
    "iiv2": "IIVER{}2",
    "cgw": "CGWER{}",
}
_VAPOUR_OF_WATER: Final = frozenset({"Deffcap", "Deffgws", "VFgwoa", "VFgwia"})


@dataclass
class Working:
    """Equations worked out; ``worst`` is the largest relative difference from the engine so far."""

    run: Run
    control: Control
    worst: float = 0.0
    count: int = 0

    def common(self) -> list[Formula]:
        """Equations that do not hang on the substance."""
        wet = self._water(None)
        values = self._values(0, None)
        found: list[Formula] = []
        for item in self._chosen(0):
            if item.group in {"risk", "control", "groundwater"} or not self._is_common(item):
                continue
            if not wet and (item.key in _VAPOUR_OF_WATER or item.key.startswith("CGWER")):
                continue
            found += self._formula(item, values)
        return found

    def of_substance(self, row: int, column: int) -> list[Formula]:
        """Equations of one substance in one sample.

        Parameters
        ----------
        row, column : int
            Places of the sample and of the substance.
        """
        values = self._values(column, row)
        volatile = values.get("H′", math.nan) > 0
        wet = self._water(column)
        found: list[Formula] = []
        for item in self._chosen(column):
            if self._is_common(item) or item.group == "groundwater" or item.key == "Csat":
                continue
            if not wet and _of_water(item):
                continue
            if item.group == "transport" and not volatile and item.key not in {"Kd", "Ksw"}:
                continue
            if item.group == "exposure" and not volatile and item.symbol.startswith("I"):
                continue
            found += self._formula(item, values)
        return found

    def _formula(self, item: Equation, values: dict[str, float]) -> Iterator[Formula]:
        if item.symbol in self._silent():
            return
        value = values.get(item.symbol, math.nan)
        again = item.compute(values)
        if math.isnan(value) and not math.isnan(again) and item.key == "Rcrack":
            value = values[item.symbol] = again  # the engine joins it with what follows
        if math.isnan(value) or math.isnan(again):
            return
        if value:
            self.worst = max(self.worst, abs(again / value - 1))
        self.count += 1
        yield Formula(item.number, item.symbol, item.name, item.unit, item.text, item.worked(values), value)

    def _silent(self) -> set[str]:
        """Symbols that are not worked out: intakes of pathways switched off, skin areas that are given."""
        request = self.run.request
        off = [_INTAKES[pathway] for pathway in PATHWAYS if pathway not in request.options.pathways]
        found = {name.format(effect) for name in off for effect in ("ca", "nc")}
        for who in "ac":
            cell = request.parameter_set.receptor.get((f"SAE{who}", request.land_class))
            if cell is not None and cell.value is not None:
                found.add(f"SAE{who}")
        return found

    def _chosen(self, column: int) -> list[Equation]:
        request = self.run.request
        options = request.options
        substance = self.run.assessment.substances[column].id
        cell = request.parameter_set.cells.get((substance, "Kd"))
        given = cell is not None and cell.value is not None
        flow = bool(np.any(self.run.assessment.model.quantities["Qs"]))
        return chosen(
            request.land_class,
            [
                f"crack_porosity={options.crack_porosity}",
                f"mass_limit={int(options.mass_limit)}",
                f"flow={int(flow)}",
                f"kd={'given' if given else 'computed'}",
            ],
        )

    def _is_common(self, item: Equation) -> bool:
        own = _substance_symbols()
        return not any(name in own for name in (item.symbol, *item.symbols()))

    def _water(self, column: int | None) -> bool:
        if not set(GROUNDWATER_PATHWAYS) & set(self.run.request.options.pathways):
            return False
        values = self.run.concentrations.values["groundwater"]
        return bool(np.any(~np.isnan(values if column is None else values[:, column])))

    def _values(self, column: int, row: int | None) -> dict[str, float]:
        """Numbers by printed symbol."""
        a = self.run.assessment
        quantities = a.model.quantities | a.model.named_intakes()
        found: dict[str, float] = {"n": self.run.request.options.exponent_value}

        def put(symbol: str, value: Any) -> None:
            array = np.asarray(value, dtype=float)
            found[symbol] = float(array[column] if array.ndim else array)

        for key, definition in definitions().items():
            if not key.endswith("_intervention") and definition.printed:
                put(definition.printed, quantities[key])
        for item in chosen(self.run.request.land_class, ()) + self._chosen(column):
            if item.key in quantities:
                put(item.symbol, quantities[item.key])
        for name in ("rcvs", "hcvs", "rcvg", "hcvg"):
            put(name.upper(), getattr(self.control, name))
        if row is not None:
            for symbol, layer in _SYMBOLS.items():
                found[symbol] = float(a.concentrations[layer][row, column])
            for pathway in a.cr:
                found[f"CR{pathway}"] = float(a.cr[pathway][row, column])
                found[f"HQ{pathway}"] = float(a.hq[pathway][row, column])
        # A route without toxicity adds nothing to a sum: slope nought, dose without end.
        for name in ("SFo", "SFd", "SFi"):
            found[name] = 0.0 if math.isnan(found[name]) else found[name]
        for name in ("RfDo", "RfDd", "RfDi"):
            found[name] = math.inf if math.isnan(found[name]) else found[name]
        found |= dict.fromkeys((name for name in self._silent() if not name.startswith("SAE")), 0.0)
        return found


def _of_water(item: Equation) -> bool:
    names = ("IOVERca3", "IOVERnc3", "IIVERca2", "IIVERnc2", "RCVG", "HCVG")
    return item.key in _VAPOUR_OF_WATER or item.symbol in names or "Cgw" in item.symbols()


@cache
def _substance_symbols() -> frozenset[str]:
    """Symbols that hang on the substance: its parameters and all that is computed from them."""
    found = {item.printed for item in definitions().values() if item.scope == "substance" and item.printed}
    found |= {"Csur", "Csub", "Cgw", "MCLgw"}
    items: Sequence[Equation] = [*chosen(1, _EVERY), *chosen(2, _EVERY)]
    for item in items:
        if any(name in found for name in item.symbols()):
            found.add(item.symbol)
    return frozenset(found)


_EVERY: Final = (
    "crack_porosity=total",
    "crack_porosity=own",
    "mass_limit=1",
    "flow=0",
    "flow=1",
    "kd=computed",
)
