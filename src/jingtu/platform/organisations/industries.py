"""Codes of industries (GB/T 4754-2017): the section's letter and two to four figures."""

from __future__ import annotations

import functools
import re

from jingtu.platform.organisations.names import table

_CODE = re.compile(r"([A-T])?(\d{2})\d{0,2}")
_WANTED = "应为国民经济行业分类代码，如 2611 或 C2611"


@functools.cache
def sections() -> tuple[tuple[str, str, int, int], ...]:
    """Letter, name, first and last division of every section (门类)."""
    rows = table("industry_sections.csv")
    return tuple((row["section"], row["name"], int(row["first"]), int(row["last"])) for row in rows)


def section_of(code: str) -> tuple[str, str] | None:
    """Letter and name of the section of a code, or ``None`` where it has none.

    Examples
    --------
    >>> section_of("2611")
    ('C', '制造业')
    >>> section_of("C0911") is None
    True
    """
    match = _CODE.fullmatch(code.upper())
    if match is None:
        return None
    division = int(match[2])
    for letter, name, first, last in sections():
        if first <= division <= last:
            return (letter, name) if match[1] in {None, letter} else None
    return None


def fault(code: str) -> str:
    """What is wrong with a code; ``""`` where it is possible.

    Examples
    --------
    >>> fault("C2611"), fault("26"), fault("化工")
    ('', '', '应为国民经济行业分类代码，如 2611 或 C2611')
    >>> fault("B2611")
    '大类 26 属门类 C（制造业），不属 B；应为 C2611'
    """
    match = _CODE.fullmatch(code.upper())
    if match is None:
        return _WANTED
    plain = code.upper().lstrip("ABCDEFGHIJKLMNOPQRST")
    found = section_of(plain)
    if found is None:
        return f"GB/T 4754 没有大类 {match[2]}，{_WANTED}"
    if match[1] not in {None, found[0]}:
        return f"大类 {match[2]} 属门类 {found[0]}（{found[1]}），不属 {match[1]}；应为 {found[0]}{plain}"
    return ""


def spellings(beginning: str) -> tuple[str, ...]:
    """The beginning of a code as lists write it: with its section's letter and without.

    Examples
    --------
    >>> spellings("261"), spellings("C26")
    (('261', 'C261'), ('26', 'C26'))
    """
    plain = beginning.upper().lstrip("ABCDEFGHIJKLMNOPQRST")
    section = section_of(plain[:2])
    return (plain, f"{section[0]}{plain}") if section else (plain,)


def divisions(section: str) -> tuple[str, ...]:
    """Beginnings of all codes of a section, with its letter and without.

    Examples
    --------
    >>> divisions("K")
    ('K', '70')
    """
    for letter, _, first, last in sections():
        if letter == section:
            return (letter, *(f"{number:02d}" for number in range(first, last + 1)))
    return ()
