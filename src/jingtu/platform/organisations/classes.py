"""Class units (各镇人民政府, 各县（市、区）人民政府, 开发区管委会) and the places they mean."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date

from jingtu.platform.organisations.names import department_function, table
from jingtu.platform.regions.models import Region
from jingtu.platform.regions.tree import descendants

_MARKS = re.compile(r"[（）()、，,和及与/／\s]")
_EVERY = re.compile(r"^(?:各|全体|所有|其他|其它)+")
_CONCERNED = ("有关", "相关", "涉及", "属地", "所在地", "重点", "辖区", "所属", "下辖")
_OFFICES = ("人民政府", "管理委员会", "管委会", "政府", "办事处")
_LEVEL_HEAD = re.compile(r"^[省市县区州](?:[辖属直](?=各|有关|相关)|(?=各|有关|相关))")


@dataclass(frozen=True, slots=True)
class ClassUnit:
    """What a class unit means: endings of names by level, and a department of each place, if any.

    ``partial``: only those concerned (各有关乡镇); the plan does not say which.
    """

    endings: tuple[tuple[str, str], ...]
    department: str = ""
    partial: bool = False

    @property
    def opens(self) -> bool:
        """Whether the words name places at all; 各有关单位 does not."""
        return bool(self.endings)


@functools.cache
def _words() -> tuple[tuple[str, str, str], ...]:
    rows = [(row["word"], row["level"], row["ending"]) for row in table("class_words.csv")]
    return tuple(sorted(rows, key=lambda row: len(row[0]), reverse=True))


def read_class(text: str) -> ClassUnit:
    """Read the words of a class unit.

    Parameters
    ----------
    text : str
        As the plan prints it or expands it.

    Returns
    -------
    ClassUnit
        Without endings where the words name no places.

    Examples
    --------
    >>> read_class("各镇人民政府").endings
    (('town', '镇'),)
    >>> read_class("各乡（镇）人民政府、街道办事处").endings
    (('town', '乡'), ('town', '镇'), ('town', '街道'))
    >>> read_class("各有关单位").opens
    False
    >>> read_class("各县（区）生态环境局").department
    '生态环境局'
    """
    rest = _LEVEL_HEAD.sub("", text.strip())
    rest = _EVERY.sub("", rest)
    partial = any(word in rest for word in ("有关", "相关", "涉及"))
    for word in _CONCERNED:
        rest = rest.replace(word, "")
    rest = _EVERY.sub("", _MARKS.sub("", rest))
    endings: list[tuple[str, str]] = []
    department = ""
    while rest := _EVERY.sub("", rest):
        office = next((word for word in _OFFICES if rest.startswith(word)), None)
        if office is not None:
            rest = rest[len(office) :]
            continue
        if endings and department_function(rest):
            department, rest = rest, ""
            continue
        found = next((row for row in _words() if rest.startswith(row[0])), None)
        if found is None:
            return ClassUnit((), partial=partial)
        word, level, ending = found
        if (level, ending) not in endings:
            endings.append((level, ending))
        rest = rest[len(word) :]
    return ClassUnit(tuple(endings), department, partial)


def class_places(unit: ClassUnit, region: Region, on: date) -> list[Region]:
    """The places of the tree below ``region`` that a class unit means, in order of their codes.

    Parameters
    ----------
    unit : ClassUnit
        From ``read_class``.
    region : Region
        The place whose plan it stands in; 各市 in a province means its cities, in a city its counties
        that are cities.
    on : date
        Places that exist on this day.
    """
    endings = set(unit.endings)
    if region.level == Region.Level.PROVINCE:
        only_cities = {ending for level, ending in endings if level == "county"} <= {"市"}
        if only_cities and ("county", "市") in endings:
            endings = (endings - {("county", "市")}) | {("city", "市")}
    if not endings:
        return []
    own = region.name_on(on)
    if any(level == region.level and own.endswith(ending) for level, ending in endings):
        return [region]  # 县（区）… in a county's document: its own
    places = descendants(region, on, sorted({level for level, _ in endings})).prefetch_related("names")
    return [
        place
        for place in places
        if any(level == place.level and place.name_on(on).endswith(ending) for level, ending in endings)
    ]
