"""Identifiers of analytes in tables that users add: those of the package where it knows the substance."""

from __future__ import annotations

import re
from functools import cache

from jingtu.knowledge.standards.data_rows import folded, rows
from jingtu.knowledge.standards.editions import editions

_CAS = re.compile(r"(\d{2,7})-(\d{2})-(\d)")


@cache
def _known() -> tuple[dict[str, str], dict[str, str]]:
    by_cas: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for file in dict.fromkeys(edition.file for edition in editions()):
        for row in rows(file):
            if row["cas"]:
                by_cas.setdefault(row["cas"], row["id"])
            by_name.setdefault(folded(row["name_cn"]), row["id"])
    return by_cas, by_name


def identifier_of(name: str, cas: str) -> str:
    """The identifier of an analyte: the package's own by CAS, then by name, else one made of CAS or name.

    Examples
    --------
    >>> identifier_of("镉", ""), identifier_of("某物质", "7440-43-9"), identifier_of("某物质", "")
    ('cadmium', 'cadmium', '某物质')
    """
    by_cas, by_name = _known()
    if cas in by_cas:
        return by_cas[cas]
    if not cas and folded(name) in by_name:
        return by_name[folded(name)]
    # Stands in addresses of pages.
    return f"cas_{cas}" if cas else re.sub(r"[/\\?#%\s]", "_", folded(name))


def cas_is_right(cas: str) -> bool:
    """Whether the check digit of a CAS number fits.

    Examples
    --------
    >>> cas_is_right("7440-43-9"), cas_is_right("7440-43-8"), cas_is_right("镉")
    (True, False, False)
    """
    found = _CAS.fullmatch(cas)
    if found is None:
        return False
    digits = found.group(1) + found.group(2)
    return sum(place * int(digit) for place, digit in enumerate(reversed(digits), 1)) % 10 == int(
        found.group(3)
    )
