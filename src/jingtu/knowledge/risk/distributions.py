"""Distributions of parameters: what may vary, how, and who says so.

Neither HJ 25.3-2019 nor GB 36600-2018 is known to give any. A user enters them in a table, each row with its
source; the package has but the ranges between values that were published
(:func:`jingtu.knowledge.risk.distribution_files.published`). A draw is the inverse of the distribution function at a uniform number,
and each parameter has a stream of its own named after it, so that another parameter more or less
changes nothing in the others.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# What each kind asks for; the words a table may use.
NEEDED: dict[str, tuple[str, ...]] = {
    "point": ("mean",),
    "normal": ("mean", "sd"),
    "lognormal": ("gm", "gsd"),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode", "high"),
    "discrete": ("values",),
    "empirical": ("values",),
}
KIND_NAMES: dict[str, str] = {
    "point": "定值",
    "normal": "正态分布",
    "lognormal": "对数正态分布",
    "uniform": "均匀分布",
    "triangular": "三角分布",
    "discrete": "离散分布",
    "empirical": "经验分布",
}
HEADINGS: dict[str, str] = {
    "参数": "parameter",
    "污染物": "substance",
    "用地": "land_class",
    "分布": "kind",
    "均值": "mean",
    "标准差": "sd",
    "几何均值": "gm",
    "几何标准差": "gsd",
    "下限": "low",
    "众数": "mode",
    "上限": "high",
    "取值": "values",
    "权重": "weights",
    "来源": "source",
}
# The least share of a distribution that truncation may leave: below it the inverse loses its digits.
_LEAST_LEFT = 1e-9


@dataclass(frozen=True, slots=True)
class Distribution:
    """The distribution of one parameter.

    Parameters
    ----------
    parameter : str
        Symbol of the parameter (``BWa``, ``Koc``), or ``Csur``, ``Csub``, ``Cgw`` for the concentration
        itself, or ``fC`` for a factor on every measured concentration.
    kind : str
        ``point``, ``normal``, ``lognormal``, ``uniform``, ``triangular``, ``discrete`` or ``empirical``.
    arguments : mapping of str to float
        As :data:`NEEDED` says, in the unit of the parameter (``gsd`` is a pure number above 1); ``low``
        and ``high`` also cut a normal or lognormal one off.
    values, weights : sequence of float
        Of a discrete (each value with its weight) or an empirical one (sorted observations, joined by
        straight lines).
    source : str
        Where the distribution comes from.
    substance : str
        CAS number or name, for a parameter of one substance; empty for one of the site or the receptor.
    land_class : str
        ``1`` or ``2`` where it holds for that class alone, empty for both.

    Examples
    --------
    >>> weight = Distribution("BWa", "normal", {"mean": 61.8, "sd": 10.0, "low": 40.0}, source="示例")
    >>> weight.quantile(np.array([0.5])).round(1)
    array([62.])
    """

    parameter: str
    kind: str
    arguments: Mapping[str, float]
    values: tuple[float, ...] = ()
    weights: tuple[float, ...] = ()
    source: str = ""
    substance: str = ""
    land_class: str = ""

    @property
    def name(self) -> str:
        """The name of its stream of random numbers: parameter and substance."""
        return f"{self.parameter}[{self.substance}]" if self.substance else self.parameter

    def quantile(self, u: Floats) -> Floats:
        """The values below which the shares ``u`` of the distribution lie.

        Parameters
        ----------
        u : array of float
            Shares in [0, 1).

        Returns
        -------
        array of float
            In the unit of the parameter.
        """
        given = self.arguments
        if self.kind == "point":
            return np.full_like(u, given["mean"])
        if self.kind in {"discrete", "empirical"}:
            return self._listed(u)
        if self.kind == "uniform":
            return given["low"] + u * (given["high"] - given["low"])
        if self.kind == "triangular":
            low, mode, high = given["low"], given["mode"], given["high"]
            rise = (mode - low) / (high - low)
            left = low + np.sqrt(u * (high - low) * (mode - low))
            right = high - np.sqrt((1 - u) * (high - low) * (high - mode))
            return np.where(u < rise, left, right)
        low, high = given.get("low", -math.inf), given.get("high", math.inf)
        if self.kind == "normal":
            centre, spread = given["mean"], given["sd"]
            return np.clip(
                centre + spread * _cut_normal(u, (low - centre) / spread, (high - centre) / spread), low, high
            )
        centre, spread = math.log(given["gm"]), math.log(given["gsd"])
        bottom = (math.log(low) - centre) / spread if low > 0 else -math.inf
        top = (math.log(high) - centre) / spread if math.isfinite(high) else math.inf
        return np.clip(np.exp(centre + spread * _cut_normal(u, bottom, top)), max(low, 0.0), high)

    def _listed(self, u: Floats) -> Floats:
        values = np.asarray(self.values, dtype=np.float64)
        if self.kind == "empirical":
            return np.interp(u, np.linspace(0.0, 1.0, len(values)), values)
        weights = np.asarray(self.weights or [1.0] * len(values))
        steps = np.cumsum(weights) / weights.sum()
        found: Floats = values[np.minimum(np.searchsorted(steps, u, side="right"), len(values) - 1)]
        return found

    def draw(self, draws: int, seed: int) -> Floats:
        """Draw values; the same seed and name always give the same ones.

        Parameters
        ----------
        draws : int
            How many.
        seed : int
            Of the whole run.

        Returns
        -------
        array of float, shape (draws,)
        """
        digest = hashlib.sha256(self.name.encode("utf-8")).digest()
        key = tuple(int.from_bytes(digest[start : start + 4], "big") for start in range(0, 16, 4))
        stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))
        return self.quantile(stream.random(draws))

    def describe(self) -> str:
        """The distribution in words, for reports.

        Examples
        --------
        >>> Distribution("ER", "uniform", {"low": 10.0, "high": 20.0}).describe()
        '均匀分布（下限 10，上限 20）'
        """
        words = {identifier: heading for heading, identifier in HEADINGS.items()}
        parts = [f"{words[name]} {value:g}" for name, value in self.arguments.items()]
        if self.values:
            parts.append(f"取值 {len(self.values)} 个，{min(self.values):g} 至 {max(self.values):g}")
        return f"{KIND_NAMES[self.kind]}（{'，'.join(parts)}）"

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Distribution:
        """A distribution out of :meth:`to_json`."""
        return cls(
            document["parameter"],
            document["kind"],
            dict(document["arguments"]),
            tuple(document["values"]),
            tuple(document["weights"]),
            document["source"],
            document["substance"],
            document["land_class"],
        )

    def to_json(self) -> dict[str, Any]:
        """Everything of it, for a run that is to be computed again."""
        return {
            "parameter": self.parameter,
            "substance": self.substance,
            "land_class": self.land_class,
            "kind": self.kind,
            "arguments": dict(self.arguments),
            "values": list(self.values),
            "weights": list(self.weights),
            "source": self.source,
        }


def _cut_normal(u: Floats, low: float, high: float) -> Floats:
    """Quantiles of the standard normal distribution between ``low`` and ``high``."""
    if low > 0:  # the upper tail mirrored: shares near 1 have no digits left
        return -_cut_normal(1.0 - u, -high, -low)
    bottom, top = _share(low), _share(high)
    return normal_quantile(bottom + u * (top - bottom))


def _share(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2.0))


def normal_quantile(p: Floats) -> Floats:
    """The inverse of the standard normal distribution function (Wichura 1988, AS 241, PPND16).

    Parameters
    ----------
    p : array of float
        Shares; 0 and 1 are moved to the nearest number inside.

    Returns
    -------
    array of float

    Examples
    --------
    >>> normal_quantile(np.array([0.5, 0.975])).round(6)
    array([0.      , 1.959964])
    """
    p = np.clip(p, np.finfo(float).tiny, 1.0 - np.finfo(float).epsneg)
    q = p - 0.5
    inner = np.abs(q) <= 0.425
    found = np.empty_like(p)
    r = 0.180625 - q[inner] ** 2
    found[inner] = q[inner] * _ratio(r, _CENTRE)
    tail = np.sqrt(-np.log(np.where(q < 0, p, 1.0 - p)[~inner]))
    outer = np.where(tail <= 5.0, _ratio(tail - 1.6, _MIDDLE), _ratio(tail - 5.0, _FAR))
    found[~inner] = np.where(q[~inner] < 0, -outer, outer)
    return found


def _ratio(x: Floats, coefficients: tuple[Sequence[float], Sequence[float]]) -> Floats:
    above, below = (np.zeros_like(x), np.zeros_like(x))
    for value in reversed(coefficients[0]):
        above = above * x + value
    for value in reversed(coefficients[1]):
        below = below * x + value
    return above / below


_CENTRE = (
    (
        3.3871328727963666080e0,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ),
    (
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ),
)
_MIDDLE = (
    (
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ),
    (
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ),
)
_FAR = (
    (
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ),
    (
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ),
)


def check(item: Distribution) -> list[tuple[str, str]]:
    """What is wrong with a distribution, as pairs of argument and sentence.

    Examples
    --------
    >>> check(Distribution("BWa", "lognormal", {"gm": 60.0, "gsd": 0.9}, source="示例"))
    [('gsd', '几何标准差应大于 1')]
    """
    given, wrong = item.arguments, []
    words = {identifier: heading for heading, identifier in HEADINGS.items()}
    for name in NEEDED[item.kind]:
        if name == "values":
            if not item.values:
                wrong.append(("values", "没有填写“取值”"))
        elif name not in given:
            wrong.append((name, f"{KIND_NAMES[item.kind]}须填写“{words[name]}”"))
    cuts = ("low", "high") if item.kind in {"normal", "lognormal"} else ()
    wrong += [
        (name, f"{KIND_NAMES[item.kind]}不用“{words.get(name, name)}”，请删去")
        for name in given
        if name not in (*NEEDED[item.kind], *cuts)
    ]
    if wrong:
        return wrong
    if given.get("sd", 1.0) <= 0:
        wrong.append(("sd", "标准差应大于 0"))
    if item.kind == "lognormal" and given["gm"] <= 0:
        wrong.append(("gm", "几何均值应大于 0"))
    if item.kind == "lognormal" and given["gsd"] <= 1:
        wrong.append(("gsd", "几何标准差应大于 1"))
    low, high = given.get("low", -math.inf), given.get("high", math.inf)
    if not low < high:
        wrong.append(("high", "上限应大于下限"))
    elif item.kind == "triangular" and not low <= given["mode"] <= high:
        wrong.append(("mode", "众数应在下限和上限之间"))
    if item.kind == "empirical" and len(item.values) < 2:
        wrong.append(("values", "经验分布至少要两个取值"))
    if item.kind == "discrete" and item.weights:
        if len(item.weights) != len(item.values):
            wrong.append(("weights", "权重与取值的个数应相同"))
        elif min(item.weights) < 0 or sum(item.weights) <= 0:
            wrong.append(("weights", "权重不能为负，且不能都是 0"))
    if not wrong and item.kind in {"normal", "lognormal"} and _left(item) < _LEAST_LEFT:
        wrong.append(("high", "上限和下限之间几乎没有取值，请检查分布"))
    return wrong


def _left(item: Distribution) -> float:
    """The share of a distribution that its limits leave."""
    given = item.arguments
    low, high = given.get("low", -math.inf), given.get("high", math.inf)
    if item.kind == "lognormal":
        centre, spread = math.log(given["gm"]), math.log(given["gsd"])
        low = math.log(low) if low > 0 else -math.inf
        high = math.log(high) if high > 0 else -math.inf
    else:
        centre, spread = given["mean"], given["sd"]
    bottom, top = (low - centre) / spread, (high - centre) / spread
    return _share(-bottom) - _share(-top) if bottom > 0 else _share(top) - _share(bottom)
