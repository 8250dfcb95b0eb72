"""The equations of the model as a person reads them, and as they can be worked out by hand.

``data/equations.csv`` holds each with its symbol, name, unit and text. The engine does not use them: a
report prints them with the numbers of one case put in and works every line out again from its text, so
that what is printed is what was computed.
"""

from __future__ import annotations

import ast
import csv
import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from jingtu.knowledge.papers import shown

# A power of ten, a name, or a sign that stands for something else in arithmetic.
_POWER: Final = re.compile("10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_NAME: Final = re.compile("LFsgw-gw|[A-Za-zΑ-Ωα-ω][A-Za-zα-ω0-9]*′?")
_LOWER: Final = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_CONSTANTS: Final[dict[str, float]] = {"π": math.pi, "e": math.e}
_FUNCTIONS: Final[dict[str, Callable[..., float]]] = {"min": min, "ln": math.log, "sqrt": math.sqrt}
_OPERATORS: Final[dict[type[ast.operator], Callable[[float, float], float]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation.

    Parameters
    ----------
    key : str
        Name of the value in the results of the engine.
    symbol, name, unit : str
        As printed.
    land_class : str
        ``1`` or ``2`` where the equation differs between land classes, else empty.
    group : str
        ``toxicity``, ``exposure``, ``transport``, ``risk``, ``control`` or ``groundwater``.
    when : str
        The case it belongs to (``crack_porosity=total``, ``flow=1``), empty for always.
    text : str
        Right-hand side in printed symbols.
    number : str
        Its number in HJ 25.3, only where a source shows it.
    source, confidence : str
        Where the equation was found and how sure it is.
    """

    key: str
    symbol: str
    name: str
    unit: str
    land_class: str
    group: str
    when: str
    text: str
    number: str
    source: str
    confidence: str

    def symbols(self) -> list[str]:
        """Printed symbols on the right-hand side, constants and functions apart.

        Examples
        --------
        >>> equation("CVSpgw").symbols()
        ['MCLgw', 'LFsgw']
        """
        names = _NAME.findall(_POWER.sub("1", self.text))
        return [name for name in dict.fromkeys(names) if name not in _CONSTANTS and name not in _FUNCTIONS]

    def worked(self, values: Mapping[str, float]) -> str:
        """The right-hand side with numbers put in, to four digits.

        Parameters
        ----------
        values : mapping of str to float
            By printed symbol, each in the unit of the parameter.

        Returns
        -------
        str

        Examples
        --------
        >>> equation("CVSpgw").worked({"MCLgw": 1.0, "LFsgw": 0.1283})
        '1/0.1283'
        """

        def put(match: re.Match[str]) -> str:
            name = match.group()
            if name in _CONSTANTS or name in _FUNCTIONS or name not in values:
                return name
            text = shown(values[name])
            return f"({text})" if "×" in text or text.startswith("-") else text

        return _NAME.sub(put, self.text).replace("·", "×")

    def compute(self, values: Mapping[str, float]) -> float:
        """Work the text out, with all digits.

        Parameters
        ----------
        values : mapping of str to float
            By printed symbol.

        Returns
        -------
        float
            In :attr:`unit`; not-a-number where a symbol has no value.

        Examples
        --------
        >>> round(equation("theta").compute({"ρb": 1.5, "ρs": 2.65}), 6)
        0.433962
        """
        if any(name not in values or math.isnan(values[name]) for name in self.symbols()):
            return math.nan
        try:
            return _value(_tree(self.text), values)
        except (ZeroDivisionError, OverflowError, ValueError):
            return math.nan


@cache
def _tree(text: str) -> tuple[ast.expr, tuple[str, ...]]:
    """The text as arithmetic; ``v0``, ``v1`` stand for its names."""
    names: list[str] = []

    def stand_in(match: re.Match[str]) -> str:
        name = match.group()
        if name in _FUNCTIONS:
            return name
        if name not in names:
            names.append(name)
        return f"v{names.index(name)}"

    plain = _NAME.sub(stand_in, text.replace("√", "sqrt"))
    plain = _POWER.sub(lambda match: f"1e{match.group(1).translate(_LOWER)}", plain)
    return ast.parse(plain.replace("·", "*").replace("^", "**"), mode="eval").body, tuple(names)


def _value(tree: tuple[ast.expr, tuple[str, ...]], values: Mapping[str, float]) -> float:
    node, names = tree

    def walk(part: ast.expr) -> float:
        if isinstance(part, ast.Constant) and isinstance(part.value, (int, float)):
            return float(part.value)
        if isinstance(part, ast.Name):
            name = names[int(part.id[1:])]
            return _CONSTANTS[name] if name in _CONSTANTS else values[name]
        if isinstance(part, ast.BinOp):
            return _OPERATORS[type(part.op)](walk(part.left), walk(part.right))
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            return _FUNCTIONS[part.func.id](*(walk(argument) for argument in part.args))
        raise ValueError(ast.dump(part))

    return walk(node)


@cache
def equations() -> tuple[Equation, ...]:
    """All equations, in the order in which they are worked out."""
    text = files("jingtu.knowledge.risk").joinpath("data/equations.csv").read_text(encoding="utf-8")
    return tuple(Equation(**row) for row in csv.DictReader(text.splitlines()))


def chosen(land_class: int, cases: Iterable[str]) -> list[Equation]:
    """The equations that hold for a land class in the given cases.

    Parameters
    ----------
    land_class : int
        1 or 2.
    cases : iterable of str
        Such as ``crack_porosity=total``, ``flow=0``, ``kd=computed``.

    Returns
    -------
    list of Equation

    Examples
    --------
    >>> [item.number for item in chosen(2, ["flow=0"]) if item.number]
    ['A.23', 'A.25', 'A.26', 'F.2', 'F.3', 'F.4', 'F.1']
    """
    held = set(cases)
    return [
        item
        for item in equations()
        if item.land_class in ("", str(land_class)) and (not item.when or item.when in held)
    ]


def equation(key: str) -> Equation:
    """The first equation of a key."""
    return next(item for item in equations() if item.key == key)
