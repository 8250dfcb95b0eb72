"""Risk under uncertain parameters: the same assessment for many draws (Monte Carlo).

Risk is proportional to concentration, so each draw is a slope a substance and layer, computed once and
applied to every sample. Draws of a parameter do not depend on the others, on how many there are, or on
how the work is cut into blocks: the same seed gives the same bits.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from jingtu.errors import InputError
from jingtu.knowledge.risk.assess import Assessment
from jingtu.knowledge.risk.concentrations import LAYERS
from jingtu.knowledge.risk.distributions import Distribution
from jingtu.knowledge.risk.drawing import Drawn, draw, sorted_out
from jingtu.knowledge.risk.options import LandClass
from jingtu.knowledge.risk.slopes import Effect, Slopes

Array = NDArray[np.float64]

LEVELS: Final = (5, 25, 50, 75, 90, 95, 99)
"""Percentiles that are told."""
MOST_DRAWS: Final = 10_000_000
# Draws and substances at a time: few calls, and buffers small enough for a processor's cache.
_BLOCK: Final = 3072
_WIDTH: Final = 43
_MOST_THREADS: Final = 4
_ROOM: Final = 32_000_000  # numbers held at a time for slopes, and again for totals of samples


@dataclass(frozen=True, slots=True)
class Spread:
    """How one result spreads over the draws.

    Parameters
    ----------
    percentiles : array
        First axis: :data:`LEVELS`; then as the results.
    mean : array
        Arithmetic mean.
    above : array
        Share of draws above the acceptable level, 0 to 1.
    """

    percentiles: Array
    mean: Array
    above: Array

    def at(self, *index: int) -> dict[str, float | None]:
        """One result as a document: ``p5`` to ``p99``, ``mean``, ``above``."""

        def number(value: Any) -> float | None:
            return None if np.isnan(value) else float(value)

        found = {f"p{level}": number(self.percentiles[(place, *index)]) for place, level in enumerate(LEVELS)}
        return found | {"mean": number(self.mean[index]), "above": number(self.above[index])}


@dataclass(frozen=True, slots=True)
class Simulation:
    """Results of a simulation.

    Parameters
    ----------
    draws, seed : int
    distributions : tuple of Distribution
        Those that took part.
    idle : tuple of Distribution
        Those of substances, land classes or layers that do not occur here.
    cr_total, hi : Spread
        Of shape (samples, substances).
    cr_sample, hi_sample : Spread
        Sums over the substances of a sample, shape (samples,).
    """

    draws: int
    seed: int
    distributions: tuple[Distribution, ...]
    idle: tuple[Distribution, ...]
    cr_total: Spread
    hi: Spread
    cr_sample: Spread
    hi_sample: Spread

    def at(self, sample: int, index: int) -> dict[str, Any]:
        """One substance of one sample as a document."""
        return {"cr_total": self.cr_total.at(sample, index), "hi": self.hi.at(sample, index)}

    def of_sample(self, sample: int) -> dict[str, Any]:
        """The sums of one sample as a document."""
        return {"cr": self.cr_sample.at(sample), "hi": self.hi_sample.at(sample)}


def simulate(
    assessment: Assessment,
    distributions: Sequence[Distribution],
    draws: int,
    seed: int,
    *,
    replace: Mapping[str, Any] | None = None,
    block: int = _BLOCK,
    room: int = _ROOM,
    progress: Callable[[float], None] | None = None,
) -> Simulation:
    """Repeat an assessment with drawn parameters.

    Parameters
    ----------
    assessment : Assessment
        Says concentrations, substances, options and parameter set.
    distributions : sequence of Distribution
        What varies; the rest keeps the value of the set.
    draws, seed : int
    replace : mapping, optional
        Parameters of this place, as given to ``assess``.
    block, room : int
        Draws at a time, and numbers held at a time; they change the time it takes and nothing else.
    progress : callable, optional
        Told the share done, 0 to 1.

    Returns
    -------
    Simulation

    Raises
    ------
    InputError
        No distribution, an unknown parameter or substance, or draws outside a parameter's range.

    Examples
    --------
    >>> from jingtu.knowledge.risk.assess import assess
    >>> from jingtu.knowledge.risk.parameters import load
    >>> result = assess(load("published-peer"), 2, ["copper"], surface=[5000.0])
    >>> eaten = Distribution("OSIRa", "uniform", {"low": 50.0, "high": 150.0}, source="示例")
    >>> spread = simulate(result, [eaten], 2000, 1).hi
    >>> bool(spread.percentiles[0, 0, 0] < result.hi[0, 0] < spread.percentiles[-1, 0, 0])
    True
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise InputError(f"抽样次数应在 1 至 {MOST_DRAWS} 之间。", draws=draws)
    if seed < 0:
        raise InputError("随机种子应为非负整数。", seed=seed)
    model = assessment.model
    used, idle = sorted_out(assessment, distributions)
    drawn = draw(assessment, used, draws, seed, replace)
    concentrations = {layer: np.nan_to_num(assessment.concentrations[layer]) for layer in LAYERS}
    for layer, place in drawn.concentrations:
        # A distribution stands in for the measured value wherever there is one.
        here = concentrations[layer] = concentrations[layer].copy()
        here[~np.isnan(assessment.concentrations[layer][:, place]), place] = 1.0
    work = _Work(assessment, drawn, concentrations, draws, block, room, progress)
    work.run(model.land_class)
    return Simulation(draws, seed, used, idle, *work.spreads())


class _Work:
    """One simulation while it runs."""

    def __init__(
        self,
        assessment: Assessment,
        drawn: Drawn,
        concentrations: Mapping[str, Array],
        draws: int,
        block: int,
        room: int,
        progress: Callable[[float], None] | None,
    ) -> None:
        self.assessment = assessment
        self.drawn = drawn
        self.concentrations = concentrations
        self.draws = draws
        self.block = max(block, 1)
        self.room = room
        self.progress = progress
        shape = assessment.cr_total.shape
        self.samples, self.substances = shape
        self.buffers = {effect: np.empty((2, draws)) for _, effect in _EFFECTS}
        self.layers = tuple(layer for layer in LAYERS if np.any(concentrations[layer] > 0))
        self.acceptable = {
            "cr": float(assessment.model.quantities["ACR"]),
            "hq": float(assessment.model.quantities["AHQ"]),
        }
        self.found = {effect: _empty(shape) for effect in ("cr", "hq")}
        self.totals = {effect: _empty(shape[:1]) for effect in ("cr", "hq")}

    def run(self, land_class: LandClass) -> None:
        """Work through blocks of samples and substances, on a few processors at once.

        Threads share nothing that is added to: each has draws of its own, then an effect of its own.
        """
        layers = self.layers or ("surface",)
        width = max(1, min(self.substances, _WIDTH, self.room // (2 * len(layers) * self.draws)))
        options, block = self.assessment.model.options, min(self.block, self.draws)
        threads = max(1, min(os.cpu_count() or 1, _MOST_THREADS, -(-self.draws // block)))
        makers = [Slopes(land_class, options, layers, width, block) for _ in range(threads)]
        memory = np.empty((2, len(layers), width, self.draws))
        height = max(1, min(self.samples, self.room // (2 * self.draws)))
        parts = len(range(0, self.samples, height)) * len(range(0, self.substances, width))
        done = 0
        with ThreadPoolExecutor(threads) as pool:
            for top in range(0, self.samples, height):
                rows = range(top, min(top + height, self.samples))
                sums = np.zeros((2, len(rows), self.draws))
                for first in range(0, self.substances, width):
                    last = min(first + width, self.substances)
                    out: dict[tuple[Effect, str], Array] = {
                        (effect, layer): memory[e, n, : last - first]
                        for e, effect in _EFFECTS
                        for n, layer in enumerate(layers)
                    }
                    tasks = [
                        pool.submit(self._slopes, maker, turn, threads, first, last, out)
                        for turn, maker in enumerate(makers)
                    ]
                    _finish(tasks)
                    _finish(
                        [
                            pool.submit(self._effect, effect, first, last, layers, out, rows, sums[e])
                            for e, effect in _EFFECTS
                        ]
                    )
                    done += 1
                    if self.progress is not None:
                        self.progress(done / parts)
                for e, effect in _EFFECTS:
                    self._samples(effect, rows, sums[e])

    def _slopes(
        self,
        maker: Slopes,
        turn: int,
        turns: int,
        first: int,
        last: int,
        out: Mapping[tuple[Effect, str], Array],
    ) -> None:
        """Slopes of every ``turns``-th block of draws."""
        for start in range(turn * self.block, self.draws, turns * self.block):
            stop = min(start + self.block, self.draws)
            values = self.drawn.block(first, last, start, stop)
            maker.compute(values, {key: array[:, start:stop] for key, array in out.items()})

    def _effect(
        self,
        effect: Effect,
        first: int,
        last: int,
        layers: Sequence[str],
        out: Mapping[tuple[Effect, str], Array],
        rows: range,
        sums: Array,
    ) -> None:
        for place in range(first, last):
            slopes = [out[effect, layer][place - first] for layer in layers]
            self._substance(effect, slopes, place, rows, sums)

    def _substance(
        self, effect: Effect, slopes: Sequence[Array], place: int, rows: range, sums: Array
    ) -> None:
        """Spread of one substance in all samples: those with the same mixture of layers at one go."""
        known = ~np.isnan(_totals(self.assessment, effect)[:, place])
        for mixture, members in self._mixtures(place, [row for row in rows if known[row]]):
            total, term = self.buffers[effect]
            parts = []
            for layer, slope, share in zip(self.layers, slopes, mixture, strict=True):
                if share:
                    part = slope if share == 1.0 else slope * share
                    drawn = self.drawn.concentrations.get((layer, place))
                    parts.append(part if drawn is None else part * drawn)
            _add_up(parts, total)
            for factor in self.drawn.factors.get(place, ()):
                total *= factor
            for row, scale in members:
                sums[row - rows.start] += total if scale == 1.0 else np.multiply(total, scale, out=term)
            mean = float(np.mean(total))
            total.sort()
            levels = _percentiles(total)
            percentiles, means, above = self.found[effect]
            for row, scale in members:
                percentiles[:, row, place] = levels * scale
                means[row, place] = mean * scale
                above[row, place] = _share_above(total, self.acceptable[effect], scale)

    def _mixtures(
        self, place: int, rows: Sequence[int]
    ) -> Iterator[tuple[tuple[float, ...], list[tuple[int, float]]]]:
        """Samples by the proportion of their layers, each with the concentration of its highest one."""
        groups: dict[tuple[float, ...], list[tuple[int, float]]] = {}
        for row in rows:
            values = [float(self.concentrations[layer][row, place]) for layer in self.layers]
            scale = max(values, default=0.0)
            mixture = tuple(value / scale for value in values) if scale else tuple(0.0 for _ in values)
            groups.setdefault(mixture, []).append((row, scale or 1.0))
        yield from groups.items()

    def _samples(self, effect: Effect, rows: range, sums: Array) -> None:
        known = np.any(~np.isnan(_totals(self.assessment, effect)), axis=1)
        percentiles, means, above = self.totals[effect]
        for row in rows:
            if not known[row]:
                continue
            total = sums[row - rows.start]
            means[row] = np.mean(total)
            total.sort()
            percentiles[:, row] = _percentiles(total)
            above[row] = _share_above(total, self.acceptable[effect], 1.0)

    def spreads(self) -> tuple[Spread, Spread, Spread, Spread]:
        return (
            Spread(*self.found["cr"]),
            Spread(*self.found["hq"]),
            Spread(*self.totals["cr"]),
            Spread(*self.totals["hq"]),
        )


_EFFECTS: Final[tuple[tuple[int, Effect], ...]] = ((0, "cr"), (1, "hq"))


def _add_up(parts: Sequence[Array], out: Array) -> None:
    """The sum of some arrays in their order, nought for none."""
    if len(parts) < 2:
        out[:] = parts[0] if parts else 0.0
        return
    np.add(parts[0], parts[1], out=out)
    for part in parts[2:]:
        out += part


def _finish(tasks: Sequence[Future[None]]) -> None:
    """Wait for all; the first error of a thread is raised here."""
    for task in tasks:
        task.result()


def _totals(assessment: Assessment, effect: Effect) -> Array:
    return assessment.cr_total if effect == "cr" else assessment.hi


def _empty(shape: tuple[int, ...]) -> tuple[Array, Array, Array]:
    return np.full((len(LEVELS), *shape), np.nan), np.full(shape, np.nan), np.full(shape, np.nan)


def _percentiles(ordered: Array) -> Array:
    """Percentiles of sorted numbers, straight lines between neighbours (type 7)."""
    places = np.asarray(LEVELS) / 100 * (len(ordered) - 1)
    low = np.floor(places).astype(int)
    high = np.minimum(low + 1, len(ordered) - 1)
    found: Array = ordered[low] + (places - low) * (ordered[high] - ordered[low])
    return found


def _share_above(ordered: Array, level: float, scale: float) -> float:
    return (len(ordered) - int(np.searchsorted(ordered, level / scale, side="right"))) / len(ordered)
