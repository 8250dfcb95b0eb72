"""The sums of :func:`jingtu.knowledge.risk.model.run` for very many draws, and nothing in between.

``run`` keeps every intermediate value, which is what a report needs and what a simulation cannot pay:
two thirds of its time went into fresh memory. Here the same equations work in a few buffers that stay
in the processor's cache, with whatever does not hang on the substance multiplied out first. A test
holds every slope against ``run``.

Substances stand on the first axis, draws on the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from jingtu.knowledge.risk.exposure import exposure
from jingtu.knowledge.risk.model import targets
from jingtu.knowledge.risk.options import LandClass, Options, Pathway
from jingtu.knowledge.risk.transport import porosity, soil_gas_flow

Array = NDArray[np.float64]
Effect = Literal["cr", "hq"]
PATHWAYS_OF: Final[dict[str, tuple[Pathway, ...]]] = {
    "surface": ("ois", "dcs", "pis", "iov1"),
    "subsurface": ("iov2", "iiv1"),
    "groundwater": ("iov3", "iiv2", "cgw"),
}
_SECONDS_PER_YEAR: Final = 31_536_000.0
_SECONDS_PER_DAY: Final = 86_400.0
_BUFFERS: Final = 10


class Slopes:
    """Risk and hazard quotient of one unit of concentration in each layer, for blocks of draws.

    Parameters
    ----------
    land_class : {1, 2}
    options : Options
    layers : sequence of str
        Keys of :data:`PATHWAYS_OF` that are wanted.
    substances, draws : int
        The largest block that will come.
    """

    def __init__(
        self, land_class: LandClass, options: Options, layers: Sequence[str], substances: int, draws: int
    ) -> None:
        self.land_class = land_class
        self.options = options
        self.layers = tuple(layers)
        self._memory = np.empty((_BUFFERS, substances, draws))

    def compute(self, values: Mapping[str, Array], out: Mapping[tuple[Effect, str], Array]) -> None:
        """Put the slopes of one block of draws into ``out``.

        Parameters
        ----------
        values : mapping of str to array
            Receptor parameters of shape ``()`` or ``(draws,)``, substance parameters of shape
            ``(substances, 1)`` or ``(substances, draws)``.
        out : mapping of (effect, layer) to array, shape (substances, draws)
            Filled in place: for 1 mg/kg of soil, or 1 mg/L of groundwater.
        """
        with np.errstate(all="ignore"):
            self._compute(values, out)

    def _compute(self, values: Mapping[str, Array], out: Mapping[tuple[Effect, str], Array]) -> None:
        v = dict(values) | targets(values, self.options)
        shape = next(iter(out.values())).shape
        memory = self._memory[:, : shape[0], : shape[1]]
        intake = exposure(v, self.land_class)
        vapour = self._vapour(v, memory)
        weight = v["BWa"] / v["DAIRa"]
        potencies = self._potencies(v)
        for effect, ending in _ENDINGS:
            amounts = {name: intake[f"{name}{ending}"] for name in _INTAKES}
            for layer in self.layers:
                share = "" if effect == "cr" else "WAF" if layer == "groundwater" else "SAF"
                self._add(
                    out[effect, layer], layer, amounts, weight, potencies[effect, share], vapour, memory
                )

    def _potencies(self, v: Mapping[str, Array]) -> dict[tuple[Effect, str], tuple[Array, Array, Array]]:
        """What an intake by mouth, skin and lungs is multiplied by; nought where it is not known.

        Lungs without the weight and breathing of an adult, which go with the intake.
        """
        found: dict[tuple[Effect, str], tuple[Array, Array, Array]] = {
            ("cr", ""): (_known(v["SFo"]), _known(v["SFo"] / v["ABSgi"]) * v["ABSd"], _known(v["IUR"]))
        }
        for share in ("SAF", "WAF"):
            dose = v["RfDo"] * v[share]
            found["hq", share] = (
                _known(1 / dose),
                _known(1 / (dose * v["ABSgi"])) * v["ABSd"],
                _known(1 / (v["RfC"] * v[share])),
            )
        return found

    def _add(
        self,
        out: Array,
        layer: str,
        amounts: Mapping[str, Array],
        factor: Array,
        potency: tuple[Array, Array, Array],
        vapour: Mapping[str, Array],
        memory: Array,
    ) -> None:
        """One slope: what is breathed first, then what is swallowed, then what passes the skin."""
        on = [pathway for pathway in PATHWAYS_OF[layer] if pathway in self.options.pathways]
        oral, skin, air = potency
        # Summed in a buffer that stays in the cache; ``out`` is far too large for that.
        total, term = memory[-1], memory[-2]
        empty = True
        for pathway in on:
            if pathway in _VAPOURS:
                name, breathed = _VAPOURS[pathway]
                np.multiply(vapour[name], amounts[breathed] * factor, out=total if empty else term)
                if not empty:
                    total += term
                empty = False
        if "pis" in on:
            dust = amounts["PISER"] * factor
            if empty:
                total[...] = dust
            else:
                total += dust
            empty = False
        if not empty:
            total *= air
        for pathway, amount, poison in (
            ("ois", "OISER", oral),
            ("cgw", "CGWER", oral),
            ("dcs", "DCSER0", skin),
        ):
            if pathway in on:
                np.multiply(amounts[amount], poison, out=total if empty else term)
                if not empty:
                    total += term
                empty = False
        out[...] = 0.0 if empty else total

    def _vapour(self, v: Mapping[str, Array], memory: Array) -> dict[str, Array]:
        """Volatilisation factors of the layers, each in a buffer of its own."""
        wanted = {
            _VAPOURS[pathway][0]
            for layer in self.layers
            for pathway in PATHWAYS_OF[layer]
            if pathway in _VAPOURS and pathway in self.options.pathways
        }
        if not wanted:
            return {}
        options = self.options
        pores = porosity(v)
        exponent = options.exponent_value
        own = options.crack_porosity == "own"
        volatile = v["H"] > 0
        henry = np.where(volatile, v["H"], 1.0)  # others are put to zero below
        in_water = v["Dw"] / henry
        square = pores["theta"] ** 2
        resistance, diffusivity, ratio, scratch = memory[:4]
        # 1 / Deffs; the square of the porosity goes with what is small.
        np.multiply(v["Da"], pores["theta_as"] ** exponent / square, out=diffusivity)
        np.multiply(in_water, pores["theta_ws"] ** exponent / square, out=scratch)
        diffusivity += scratch
        outdoors = v["Uair"] * v["W"] * v["delta_air"] / v["A"]
        indoors = v["LB"] * v["ER"] / _SECONDS_PER_DAY
        seconds = v["tau"] * _SECONDS_PER_YEAR
        if {"VFsubia", "VFgwia"} & wanted:
            under = (v["theta_acrack"] + v["theta_wcrack"]) ** 2 if own else square
            crack = v["Da"] * v["theta_acrack"] ** exponent + in_water * v["theta_wcrack"] ** exponent
            floor = v["Lcrack"] / v["eta"] * under
            self._floor(v, floor, crack, indoors, resistance, scratch)
        found: dict[str, Array] = {}
        if {"VFsuroa", "VFsuboa", "VFsubia"} & wanted:
            self._partition(v, pores, henry, ratio, scratch)
            found |= self._of_soil(v, wanted, memory, outdoors, indoors, seconds)
        if {"VFgwoa", "VFgwia"} & wanted:
            found |= self._of_groundwater(
                v, wanted, memory, outdoors, indoors, square, in_water, henry, exponent
            )
        for factor in found.values():
            _clear(factor, volatile)
        return found

    def _floor(
        self, v: Mapping[str, Array], floor: Array, crack: Array, indoors: Array, out: Array, scratch: Array
    ) -> None:
        """What the floor and the exchange of air add to the way indoors; see transport."""
        flow = soil_gas_flow(v, self.options)
        if not np.any(flow):
            np.multiply(indoors * floor, 1 / crack, out=out)
            out += 1.0
            return
        np.multiply(floor, 1 / crack, out=scratch)
        xi = flow / v["Ab"] * scratch
        share = np.divide(-np.expm1(-xi), xi, out=np.ones_like(xi), where=xi != 0)
        np.multiply(indoors * scratch, share, out=out)
        out += np.exp(-xi)

    def _partition(
        self, v: Mapping[str, Array], pores: Mapping[str, Array], henry: Array, ratio: Array, scratch: Array
    ) -> None:
        """1000·H/Ksw."""
        kd = v["Kd"]
        np.multiply(np.where(np.isnan(kd), v["Koc"], 0.0), v["fom"] / (1.7 * 1000), out=ratio)
        ratio += np.where(np.isnan(kd), 0.0, kd)
        ratio += pores["theta_ws"] / v["rho_b"]
        np.multiply(henry, pores["theta_as"] / v["rho_b"], out=scratch)
        ratio += scratch
        np.divide(1e3 * henry, ratio, out=ratio)

    def _of_soil(
        self,
        v: Mapping[str, Array],
        wanted: set[str],
        memory: Array,
        outdoors: Array,
        indoors: Array,
        seconds: Array,
    ) -> dict[str, Array]:
        resistance, diffusivity, ratio = memory[:3]
        found: dict[str, Array] = {}
        held = v["rho_b"] * 1e3 / seconds
        if "VFsuroa" in wanted:
            factor = found["VFsuroa"] = memory[4]
            np.multiply(diffusivity, ratio, out=factor)
            factor *= 4e3 / np.pi * v["rho_b"] / (seconds * outdoors**2)
            np.sqrt(factor, out=factor)
            self._limit(factor, v["d"] * held / outdoors)
        if "VFsuboa" in wanted:
            factor = found["VFsuboa"] = memory[5]
            np.divide(outdoors * v["LS"], diffusivity, out=factor)
            factor += 1.0
            np.divide(ratio, factor, out=factor)
            self._limit(factor, v["dsub"] * held / outdoors)
        if "VFsubia" in wanted:
            factor = found["VFsubia"] = memory[6]
            np.divide(indoors * v["LS"], diffusivity, out=factor)
            factor += resistance
            np.divide(ratio, factor, out=factor)
            self._limit(factor, v["dsub"] * held / indoors)
        return found

    def _of_groundwater(
        self,
        v: Mapping[str, Array],
        wanted: set[str],
        memory: Array,
        outdoors: Array,
        indoors: Array,
        square: Array,
        in_water: Array,
        henry: Array,
        exponent: float,
    ) -> dict[str, Array]:
        resistance, diffusivity, scratch = memory[0], memory[1], memory[3]
        own = self.options.crack_porosity == "own"
        under = (v["theta_acap"] + v["theta_wcap"]) ** 2 if own else square
        fringe = v["Da"] * v["theta_acap"] ** exponent + in_water * v["theta_wcap"] ** exponent
        np.divide(v["hv"], diffusivity, out=scratch)
        scratch += v["hcap"] * under / fringe
        found: dict[str, Array] = {}
        if "VFgwoa" in wanted:
            factor = found["VFgwoa"] = memory[7]
            np.multiply(scratch, outdoors, out=factor)
            factor += 1.0
            np.divide(1e3 * henry, factor, out=factor)
        if "VFgwia" in wanted:
            scratch *= indoors
            scratch += resistance
            factor = found["VFgwia"] = scratch
            np.divide(1e3 * henry, scratch, out=factor)
        return found

    def _limit(self, factor: Array, most: Array) -> None:
        if self.options.mass_limit:
            np.minimum(factor, most, out=factor)


def _known(values: Array) -> Array:
    return np.where(np.isnan(values), 0.0, values)


def _clear(factor: Array, volatile: NDArray[np.bool_]) -> None:
    """No vapour of what does not volatilise."""
    if volatile.shape[-1] == 1:
        factor[~volatile[:, 0]] = 0.0
    else:
        factor[~volatile] = 0.0


_ENDINGS: Final[tuple[tuple[Effect, str], ...]] = (("cr", "ca"), ("hq", "nc"))
_INTAKES: Final = ("OISER", "DCSER0", "PISER", "IHO", "IHI", "CGWER")
_VAPOURS: Final[dict[str, tuple[str, str]]] = {
    "iov1": ("VFsuroa", "IHO"),
    "iov2": ("VFsuboa", "IHO"),
    "iiv1": ("VFsubia", "IHI"),
    "iov3": ("VFgwoa", "IHO"),
    "iiv2": ("VFgwia", "IHI"),
}
