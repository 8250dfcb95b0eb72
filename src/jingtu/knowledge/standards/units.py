"""Units of concentrations, exactly: a factor is a fraction, so that 300 μg/kg is 0.3 mg/kg and no more.

Units and their spellings stand in ``data/units.csv``; those that depend on the substance (hardness in
mmol/L, nitrate as the ion) in ``data/substance_units.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jingtu.errors import InputError
from jingtu.knowledge.standards.data_rows import folded, rows

_PER = re.compile(r"^(.+?)[·.*⋅]?(kg|g|ml|l|m3)(?:\^?\(?-1\)?)$")


class UnitError(InputError):
    """A unit that is missing, unknown, or of another kind than the one asked for."""

    code = "bad_unit"
    title = "单位有误"


@cache
def _units() -> dict[str, tuple[str, Fraction]]:
    return {row["unit"]: (row["dimension"], Fraction(row["factor"])) for row in rows("units.csv")}


@cache
def _spellings() -> dict[str, str]:
    found = {}
    for row in rows("units.csv"):
        for word in [row["unit"], *row["aliases"].split("|")]:
            if word:
                found[_key(word)] = row["unit"]
    for row in rows("substance_units.csv"):
        found.setdefault(_key(row["unit"]), row["unit"])
    return found


@cache
def _of_substances() -> dict[tuple[str, str], tuple[str, Fraction]]:
    return {
        (row["substance"], row["unit"]): (row["to"], Fraction(row["factor"]))
        for row in rows("substance_units.csv")
    }


def spellings() -> Iterator[str]:
    """Units as they are most often printed."""
    for row in rows("units.csv"):
        yield from (word for word in (row["unit"], *row["aliases"].split("|")) if word)


def _key(word: str) -> str:
    key = folded(word).lower()
    if key.startswith("(") and key.endswith(")"):
        key = key[1:-1]
    key = key.replace("μ", "u").replace("per", "/")
    found = _PER.match(key)
    return f"{found[1]}/{found[2]}" if found else key


@lru_cache(maxsize=4096)
def unit_of(word: str | None) -> str | None:
    """The unit that a printed word means, or ``None``.

    Examples
    --------
    >>> unit_of("ug/kg"), unit_of("mg·kg⁻¹"), unit_of("ＭＧ／ＫＧ"), unit_of("担/亩"), unit_of(None)
    ('μg/kg', 'mg/kg', 'mg/kg', None, None)
    """
    return _spellings().get(_key(word)) if word else None


@lru_cache(maxsize=4096)
def factor(unit: str, to: str, substance: str | None = None) -> Fraction | None:
    """What a value in one unit is multiplied by to stand in another; ``None`` where that cannot be.

    Parameters
    ----------
    unit, to : str
        Units as printed.
    substance : str, optional
        Identifier of the substance, for units that depend on it.

    Examples
    --------
    >>> factor("μg/kg", "mg/kg"), factor("MPN/L", "MPN/100mL"), factor("mg/L", "mg/kg")
    (Fraction(1, 1000), Fraction(1, 10), None)
    """
    source, target = unit_of(unit), unit_of(to)
    if source is None or target is None:
        return None
    if substance is not None and (special := _of_substances().get((substance, source))):
        rest = factor(special[0], target)
        return None if rest is None else special[1] * rest
    if source not in _units() or target not in _units():
        return None
    (kind, one), (other, two) = _units()[source], _units()[target]
    return one / two if kind == other else None


def scaled(values: NDArray[np.float64], by: Fraction) -> NDArray[np.float64]:
    """Values times a fraction, rounded once where numerator or denominator is 1."""
    if by == 1:
        return values
    if by.numerator == 1:
        return values / float(by.denominator)
    if by.denominator == 1:
        return values * float(by.numerator)
    return values * float(by)


def convert(
    values: Any, unit: str | Sequence[str | None] | None, to: str, *, substance: str | None = None
) -> NDArray[np.float64]:
    """Convert concentrations from one unit, or one a value, to another.

    Parameters
    ----------
    values : array_like
        Numbers in ``unit``.
    unit : str or sequence of str
        The unit as printed; one for all values or one a value.
    to : str
        The unit asked for.
    substance : str, optional
        Identifier of the substance, for units that depend on it (hardness in mmol/L).

    Returns
    -------
    ndarray of float64
        The values in ``to``.

    Raises
    ------
    UnitError
        A unit is missing, unknown, or of another kind. There is no default.

    Examples
    --------
    >>> convert([300.0, 0.3], ["µg/kg", "mg/kg"], "mg/kg").tolist()
    [0.3, 0.3]
    >>> convert(0.3, "", "mg/kg")
    Traceback (most recent call last):
    jingtu.knowledge.standards.units.UnitError: 没有写明单位，不能换算为mg/kg；请补上单位。
    """
    numbers = np.asarray(values, dtype=np.float64)
    if unit is None or isinstance(unit, str):
        return scaled(numbers, _known(unit, to, substance))
    words = list(unit)
    if numbers.shape != (len(words),):
        raise UnitError("单位与数值的个数不一致。", values=int(numbers.size), units=len(words))
    result = np.empty(len(words))
    for word in dict.fromkeys(words):
        chosen = np.array([other == word for other in words])
        result[chosen] = scaled(numbers[chosen], _known(word, to, substance))
    return result


def _known(unit: str | None, to: str, substance: str | None) -> Fraction:
    if not unit or not unit.strip():
        raise UnitError(f"没有写明单位，不能换算为{to}；请补上单位。", unit=unit, to=to)
    if unit_of(unit) is None or unit_of(to) is None:
        raise UnitError(f"单位“{unit}”不能识别，不能换算为{to}；请改用常用单位。", unit=unit, to=to)
    found = factor(unit, to, substance)
    if found is None:
        raise UnitError(f"单位“{unit}”与“{to}”不是同一种量，不能换算。", unit=unit, to=to)
    return found
