"""What binds a kind of unit on a day."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from jingtu.errors import NotFoundError
from jingtu.knowledge.law.provisions import Provision, provisions
from jingtu.knowledge.law.texts import rows

_WITH = re.compile(r"（[^）]*）")


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of unit: the words that texts use for it, and those wider ones that mean it as well."""

    id: str
    name: str
    holders: frozenset[str]
    general: frozenset[str]


@cache
def kinds() -> dict[str, UnitKind]:
    """All kinds by id."""
    return {
        row["id"]: UnitKind(row["id"], row["name"], _words(row["holders"]), _words(row["general"]))
        for row in rows("kinds.csv")
    }


def _words(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split("；")))


def named(item: Provision) -> frozenset[str]:
    """Whom a provision names, each body by itself, without those that act with it.

    Examples
    --------
    >>> from jingtu.knowledge.law.provisions import provision
    >>> sorted(named(provision("eec-1137-1-p")))
    ['加油站', '运营管理单位', '采油厂']
    """
    found = set()
    for holder in item.holders:
        plain = _WITH.sub("", holder)
        found.add(plain)
        if plain not in _whole():
            found.discard(plain)
            found.update(part for part in plain.split("、") if part)
    return frozenset(found)


@cache
def _whole() -> frozenset[str]:
    return frozenset(word for kind in kinds().values() for word in kind.holders | kind.general)


def kind(words: str) -> UnitKind:
    """The kind with this id, name or one of the words that texts use for it.

    Raises
    ------
    NotFoundError
        No such kind; ``facts["near"]`` names those that come near.

    Examples
    --------
    >>> kind("土壤污染重点监管单位").id, kind("采油厂").id
    ('key_unit', 'petrol_station')
    """
    wanted = words.strip()
    for item in kinds().values():
        if wanted in {item.id, item.name}:
            return item
    for item in kinds().values():
        if wanted in item.holders:
            return item
    names = {item.name: item for item in kinds().values()}
    near = [name for name in names if len(wanted) > 1 and (wanted in name or name in wanted)]
    near += difflib.get_close_matches(wanted, list(names), n=4, cutoff=0.3)
    shown = list(dict.fromkeys(near))[:5]
    hint = f"相近的：{'、'.join(shown)}" if shown else f"可选：{'、'.join(names)}"
    raise NotFoundError(
        f"没有“{words}”这类单位。{hint}。", kind=words, near=[names[name].id for name in shown]
    )


def binds(words: str, on: date, *, general: bool = True) -> list[Provision]:
    """The provisions in force on a day that bind a kind of unit; those that name it come first.

    Parameters
    ----------
    words : str
        Kind of unit.
    on : date
        The day.
    general : bool
        With those that bind it as one of a wider circle (任何单位和个人, 企业事业单位).

    Examples
    --------
    >>> before, after = (
    ...     {item.id for item in binds("土壤污染重点监管单位", day, general=False)}
    ...     for day in (date(2026, 8, 14), date(2026, 8, 15))
    ... )
    >>> "spl-21-2-2" in before, "spl-21-2-2" in after, "eec-414-2-2" in after
    (True, False, True)
    """
    wanted = kind(words)
    direct, wider = [], []
    for item in provisions().values():
        if not item.in_force(on):
            continue
        holders = named(item)
        if holders & wanted.holders:
            direct.append(item)
        elif general and holders & wanted.general:
            wider.append(item)
    return direct + wider
