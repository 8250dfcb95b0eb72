"""Soil backgrounds that a caller of ``jingtu screen`` gives for note ① of GB 36600."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from jingtu.knowledge.standards.editions import Edition

UNIT = "mg/kg"


def columns_of(
    words: Sequence[str],
    source: str,
    standard: str,
    on: date,
    added: Sequence[Edition],
    analytes: Sequence[str | None],
    units: Sequence[str | None],
) -> dict[str, list[str | None]]:
    """The columns ``background`` and ``background_source``, each background in the unit of its row.

    Parameters
    ----------
    words : sequence of str
        ``项目=数值``, the number in mg/kg.
    source : str
        Where the backgrounds were taken from.
    standard, on, added
        The edition that judges.
    analytes, units : sequence of str
        Of the results. A row whose unit cannot be converted has no background.

    Raises
    ------
    click.UsageError
        The standard has no such note, a word is no pair, names nothing the standard has, or its number is not above zero.
    """
    from jingtu.knowledge.standards.editions import edition_on
    from jingtu.knowledge.standards.units import UnitError, convert

    if standard != "gb36600":
        raise click.UsageError("--background 只用于 gb36600。")
    names = edition_on(standard, on, added).table.analytes
    given: dict[int, float] = {}
    for word in words:
        name, _, number = word.replace("＝", "=").partition("=")
        code = names.find(name.strip()).code
        try:
            value = float(number)
        except ValueError:
            value = 0.0
        if code < 0 or not 0 < value < 1e6:
            raise click.UsageError(f"--background 应写成 项目=数值（{UNIT}），项目是标准中的项目：{word}")
        given[code] = value
    found: list[str | None] = []
    known: dict[tuple[str | None, str | None], str | None] = {}
    for pair in zip(analytes, units, strict=True):
        if pair not in known:
            background = given.get(names.find(pair[0]).code)
            try:
                known[pair] = (
                    None if background is None else repr(convert([background], UNIT, pair[1] or "")[0].item())
                )
            except UnitError:
                known[pair] = None
        found.append(known[pair])
    return {"background": found, "background_source": [source if item else None for item in found]}
