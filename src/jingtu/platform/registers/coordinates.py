"""Longitude and latitude that stand together in one cell."""

from __future__ import annotations

import re
from decimal import Decimal

from jingtu.platform.registers.quantities import LATITUDES, LONGITUDES, degrees, plain

WANTED = "应为经度和纬度，例如 109.428, 24.326 或 E109°25′41″ N24°19′34″"
_BETWEEN = re.compile(r"\s*[,、;/|\n]\s*")
_EDGES = " \t,、;/|\n()"
_LONGEST = 80


def degree_pair(raw: str) -> tuple[Decimal, Decimal]:
    """Longitude and latitude of a place from one cell, in decimal degrees.

    Which is which is told by their ranges, which do not overlap within the country; what the cell says itself
    (E, N, 东经, 北纬) must agree with that.

    Parameters
    ----------
    raw : str
        Two coordinates, in either order, with anything usual or nothing between them.

    Returns
    -------
    tuple of Decimal
        Longitude and latitude in degrees.

    Raises
    ------
    ValueError
        Not exactly one longitude and one latitude of the country, or not to be told apart.

    Examples
    --------
    >>> degree_pair("109.428，24.326")
    (Decimal('109.428'), Decimal('24.326'))
    >>> degree_pair("N24°15′E109°30′36″") == degree_pair("东经109度30分36秒 北纬24度15分")
    True
    """
    text = plain(raw).strip(_EDGES)
    if len(text) > _LONGEST:
        raise ValueError(WANTED)
    parts = _BETWEEN.split(text)
    if len(parts) == 2:
        return _told_apart(parts[0], parts[1])
    found = set()
    for at in range(1, len(text)):
        try:
            found.add(_told_apart(text[:at].strip(_EDGES), text[at:].strip(_EDGES)))
        except ValueError:
            continue
    if len(found) != 1:
        raise ValueError(WANTED)
    return found.pop()


def is_pair(raw: object) -> bool:
    """Whether a cell holds a longitude and a latitude."""
    try:
        return isinstance(raw, str) and bool(degree_pair(raw))
    except ValueError:
        return False


def _told_apart(one: str, other: str) -> tuple[Decimal, Decimal]:
    axes = [_axis(degrees(part)) for part in (one, other)]
    if sorted(axes) != ["latitude", "longitude"]:
        raise ValueError(WANTED)
    values = {axis: degrees(part, axis) for axis, part in zip(axes, (one, other), strict=True)}
    return values["longitude"], values["latitude"]


def _axis(found: Decimal) -> str:
    if LONGITUDES[0] <= found <= LONGITUDES[1]:
        return "longitude"
    return "latitude" if LATITUDES[0] <= found <= LATITUDES[1] else ""
