"""Look a place up by its name, official or short, and choose among places of the same name."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Literal

Level = Literal["province", "city", "county", "town"]

_RANK: dict[str, int] = {"province": 0, "city": 1, "county": 2, "town": 3}


@dataclass(frozen=True, slots=True)
class Place:
    """One administrative division.

    ``code`` is the statistical division code: six digits down to counties, nine for towns.
    ``short`` is the name without its level word, empty where nothing usable remains.
    """

    code: str
    name: str
    short: str
    level: Level
    parent: str | None


class _Index:
    def __init__(self, places: list[Place]) -> None:
        self.by_code = {place.code: place for place in places}
        self.by_name: dict[str, list[Place]] = {}
        self.by_short: dict[str, list[Place]] = {}
        for place in places:
            self.by_name.setdefault(place.name, []).append(place)
            if place.short and place.short != place.name:
                self.by_short.setdefault(place.short, []).append(place)
        # Names of towns are often everyday words; only counties and above start a unit's name.
        starts = {
            name for place in places if place.level != "town" for name in (place.name, place.short) if name
        }
        self.longest = max(map(len, starts))
        self.starts: dict[str, list[str]] = {}
        for name in sorted(starts, key=len, reverse=True):
            self.starts.setdefault(name[:2], []).append(name)


def _level(word: str) -> Level:
    if word not in _RANK:
        raise ValueError(word)
    return word  # type: ignore[return-value]


@functools.cache
def _index() -> _Index:
    file = resources.files(__package__) / "data" / "places.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return _Index(
        [
            Place(row["code"], row["name"], row["short"], _level(row["level"]), row["parent"] or None)
            for row in rows
        ]
    )


def place_by_code(code: str) -> Place | None:
    """The place with this division code, or ``None``.

    Examples
    --------
    >>> place_by_code("130102").name
    '长安区'
    """
    return _index().by_code.get(code)


def find_places(name: str) -> list[Place]:
    """All places that ``name`` can mean, official names before short ones, higher levels first.

    Parameters
    ----------
    name : str
        Official name (长安区) or short name (长安).

    Returns
    -------
    list of Place
        Empty where nobody knows the name.

    Examples
    --------
    >>> [place.code for place in find_places("长安区")]
    ['130102', '610116']
    >>> find_places("无此地县")
    []
    """
    index = _index()
    found = sorted(index.by_name.get(name, []), key=lambda place: _RANK[place.level])
    found += sorted(index.by_short.get(name, []), key=lambda place: _RANK[place.level])
    return found


def parents_of(place: Place) -> Iterator[Place]:
    """The places above, nearest first.

    Examples
    --------
    >>> [above.name for above in parents_of(place_by_code("130102"))]
    ['石家庄市', '河北省']
    """
    index = _index()
    code = place.parent
    while code is not None:
        above = index.by_code.get(code)
        if above is None:
            return
        yield above
        code = above.parent


def resolve_place(name: str, mentioned: Iterable[str] = ()) -> Place | None:
    """The one place that ``name`` means, or ``None`` where that cannot be told.

    Parameters
    ----------
    name : str
        Official or short name.
    mentioned : iterable of str
        Other place names standing near; a place lying in one of them is preferred.

    Returns
    -------
    Place or None
        ``None`` for an unknown name and for a name of several places that the others do not part.

    Examples
    --------
    >>> resolve_place("长安区") is None
    True
    >>> resolve_place("长安区", ["西安市"]).code
    '610116'
    >>> resolve_place("杭州市").code
    '330100'
    """
    candidates = find_places(name)
    official = [place for place in candidates if place.name == name]
    candidates = official or candidates
    if len(candidates) > 1:
        names = set(mentioned)
        near = [
            place
            for place in candidates
            if any(above.name in names or above.short in names for above in parents_of(place))
        ]
        candidates = near or candidates
    if len(candidates) > 1 and not official:
        top = [place for place in candidates if _RANK[place.level] == _RANK[candidates[0].level]]
        candidates = top
    return candidates[0] if len(candidates) == 1 else None


def place_at_start(text: str, *, official_only: bool = False) -> str | None:
    """The longest name of a county or a higher place with which ``text`` begins.

    Examples
    --------
    >>> place_at_start("石家庄市气象局")
    '石家庄市'
    >>> place_at_start("石家庄海关")
    '石家庄'
    >>> place_at_start("石家庄海关", official_only=True) is None
    True
    """
    index = _index()
    for name in index.starts.get(text[:2], ()):
        if text.startswith(name) and (not official_only or name in index.by_name):
            return name
    return None


def places_in(text: str) -> list[tuple[int, str]]:
    """Official names of counties and higher places in ``text`` with their positions, longest first.

    Names inside a longer name are not given again.

    Examples
    --------
    >>> places_in("石家庄市长安区土壤污染防治工作方案")
    [(0, '石家庄市'), (4, '长安区')]
    """
    index = _index()
    found: list[tuple[int, str]] = []
    position = 0
    while position < len(text) - 1:
        names = index.starts.get(text[position : position + 2])
        head = None
        if names is not None:
            head = place_at_start(text[position : position + index.longest], official_only=True)
        if head is None:
            position += 1
        else:
            found.append((position, head))
            position += len(head)
    return found
