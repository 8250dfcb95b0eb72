"""Land uses as they are written, within one standard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from jingtu.knowledge.standards.data_rows import folded, rows

_BEHIND = re.compile(r"^(.*?)\((.*)\)$")


@dataclass(frozen=True, slots=True)
class LandUse:
    """What a written land use means: ``use`` is ``unknown`` where it means nothing, ``missing`` where it is empty."""

    use: str
    flag: str = ""


@cache
def _words(standard: str) -> dict[str, LandUse]:
    return {
        folded(word).casefold(): LandUse(row["use"], row["flag"])
        for row in rows("land_uses.csv")
        if row["standard"] == standard
        for word in row["words"].split("|")
    }


def land_use_of(word: str | None, standard: str) -> LandUse:
    """What a written land use means within a standard.

    Parameters
    ----------
    word : str or None
        As written; a code of the planning classes may stand in brackets behind it.
    standard : str
        Key of the standard.

    Examples
    --------
    >>> land_use_of("水旱轮作", "gb15618").use, land_use_of("茶园", "gb15618")
    ('rotation', LandUse(use='other', flag='reference_only'))
    >>> land_use_of("小学（A33）", "gb36600").use, land_use_of("综合公园(G1)", "gb36600").use
    ('1', '2')
    """
    if word is None or not word.strip():
        return LandUse("missing")
    key = folded(word).casefold()
    known = _words(standard)
    if key in known:
        return known[key]
    if found := _BEHIND.match(key):
        # The words before the bracket say more than the code in it: G1 holds parks of both classes.
        for part in found.groups():
            if part in known:
                return known[part]
    return LandUse("unknown")
