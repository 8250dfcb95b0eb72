"""The parts of a department's name: whose it is, what it does, which body it is.

``区发展改革局``, ``县发改局`` and ``发展和改革委员会`` differ in words only. A name is compared by the
place it belongs to and by its function (``department_synonyms.csv``); where the function is unknown,
by the rest of the name as it stands.
"""

from __future__ import annotations

import csv
import functools
import io
import re
from dataclasses import dataclass
from importlib import resources

_BRACKETS = re.compile(r"[（(]([^（）()]*)[）)]")
_BRANCH = re.compile(r"(?P<level>[省市县区州盟旗]|自治区)?(?P<core>\S+?)局(?P<place>\S{2,}?)分局")
# Words in front of a department that say which level it belongs to, longest first.
LEVEL_PREFIXES = ("自治区", "自治州", "自治县", "省", "市", "县", "区", "州", "盟", "旗")


def table(file_name: str) -> list[dict[str, str]]:
    """Rows of one of the tables of this package."""
    file = resources.files(__package__) / "data" / file_name
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))


@functools.cache
def functions() -> dict[str, str]:
    """Core of a department's name -> its function."""
    return {row["core"]: row["function"] for row in table("department_synonyms.csv")}


@functools.cache
def _closing_words() -> tuple[str, ...]:
    words = [row["word"] for row in table("body_words.csv") if row["same_body"] == "yes"]
    return tuple(sorted(words, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class DepartmentName:
    """A name taken apart.

    ``level`` is the word in front (``县``), ``place`` a place that the name itself holds
    (``…分局`` of a place), ``function`` the known function or the empty string, ``rest`` the name
    without level and place, ``also`` further names in brackets (加挂牌子).
    """

    level: str
    place: str
    function: str
    rest: str
    also: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What two names of one body at one place have in common."""
        return self.function or self.rest


def take_apart(name: str) -> DepartmentName:
    """Take the name of a department apart.

    Parameters
    ----------
    name : str
        Name with a level word or without, no place in front.

    Examples
    --------
    >>> take_apart("县发改局").key == take_apart("县发展和改革委员会").key
    True
    >>> take_apart("市市场监管局").level, take_apart("市场监管局").level
    ('市', '')
    >>> take_apart("县自然资源局（林业局）").also
    ('林业局',)
    >>> branch = take_apart("市公安局城东分局")
    >>> branch.place, branch.function
    ('城东', '公安')
    """
    text = "".join(name.split())
    also = tuple(part for part in _BRACKETS.findall(text) if department_function(part))
    text = _BRACKETS.sub("", text) if also else text
    branch = _BRANCH.fullmatch(text)
    if branch is not None and department_function(branch["core"] + "局"):
        function = department_function(branch["core"] + "局")
        return DepartmentName("", branch["place"], function, text, also)
    function = department_function(text)
    if function:
        return DepartmentName("", "", function, text, also)
    for word in LEVEL_PREFIXES:
        rest = text.removeprefix(word)
        if rest != text and len(rest) >= 2:
            return DepartmentName(word, "", department_function(rest), rest, also)
    return DepartmentName("", "", "", text, also)


def department_function(name: str) -> str:
    """The function of a department named without level, or the empty string.

    Examples
    --------
    >>> department_function("住建局"), department_function("住房和城乡建设委员会"), department_function("住宅局")
    ('住房城乡建设', '住房城乡建设', '')
    """
    known = functions()
    for word in _closing_words():
        if name.endswith(word) and name[: -len(word)] in known:
            return known[name[: -len(word)]]
    return ""
