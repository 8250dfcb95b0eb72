"""A technical paper as data: sections of sentences, formulas and tables, printed by whoever has a printer.

Knowledge may not know how a page is laid out; it says what stands on it. ``jingtu.platform.documents``
prints a :class:`Paper` as Word and Excel. A number stays a number until it is printed, so that a
worksheet keeps every digit while the page shows four.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Cell = str | float | int | bool | None
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a section; ``level`` 2 is below the section's own."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; ``strong`` for the one sentence that must not be missed."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Formula:
    """An equation, the same with its numbers put in, and what it comes to.

    Parameters
    ----------
    number : str
        Number of the equation in its standard, empty where none is confirmed.
    symbol, name, unit : str
        What is computed.
    text : str
        Right-hand side in symbols.
    worked : str
        Right-hand side in numbers.
    value : float
        The result, in ``unit``.
    """

    number: str
    symbol: str
    name: str
    unit: str
    text: str
    worked: str
    value: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a :class:`Grid`: heading, share of the width, how its cells stand."""

    label: str
    width: float = 1.0
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose cells are text or numbers.

    Raises
    ------
    ValueError
        A row has another number of cells than there are columns.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(f"row {number} has {len(row)} cells, the table {len(self.columns)} columns")


Block = Heading | Line | Formula | Grid


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the paper: in Word a heading and what follows, in Excel a worksheet named ``sheet``."""

    heading: str
    sheet: str
    blocks: Sequence[Block]


WIDE = 10
"""Columns from which a table needs the long side of the page."""


def is_wide(section: Section) -> bool:
    """Whether a section has a table that needs the long side of the page."""
    return any(isinstance(block, Grid) and len(block.columns) >= WIDE for block in section.blocks)


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper: title, a line of facts below it, sections, small print at the end."""

    title: str
    head: Sequence[tuple[str, str]]
    sections: Sequence[Section]
    footer: str = ""


def shown(value: Cell, digits: int = 4) -> str:
    """A cell as a person reads it: numbers with ``digits`` significant digits, small ones as powers of ten.

    Parameters
    ----------
    value : str, float, int, bool or None
        ``None`` and not-a-number print as a dash.
    digits : int
        Significant digits kept; trailing zeros are dropped.

    Returns
    -------
    str

    Examples
    --------
    >>> shown(0.0119842), shown(1.278559e-6), shown(350.0), shown(27740), shown(1234567.8)
    ('0.01198', '1.279×10⁻⁶', '350', '27740', '1.235×10⁶')
    >>> shown(None), shown(float("inf")), shown(True)
    ('—', '∞', '是')
    """
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return "—"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if value == 0:
        return "0"
    if float(value).is_integer() and abs(value) < 1e6:
        return str(int(value))
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    exponent = int(power)
    if -3 <= exponent < 6:
        decimals = max(digits - 1 - exponent, 0)
        text = f"{float(f'{mantissa}e{power}'):.{decimals}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}×10{str(exponent).translate(_RAISED)}"


def excel_format(value: float, digits: int = 4) -> str:
    """The number format under which a worksheet shows ``digits`` significant digits of a value.

    Examples
    --------
    >>> excel_format(0.0119842), excel_format(1.2e-6), excel_format(350.0), excel_format(12.5)
    ('0.00000', '0.000E+00', '0', '0.00')
    """
    if not math.isfinite(value) or value == 0:
        return "0"
    if float(value).is_integer() and abs(value) < 1e6:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if -3 <= exponent < 6:
        decimals = max(digits - 1 - exponent, 0)
        return "0." + "0" * decimals if decimals else "0"
    return "0." + "0" * (digits - 1) + "E+00"
