"""The level that a list of names leaves unsaid.

A list such as 市民政局、体育局、市容环卫局 names three bureaus of the city; only the first says so.
"""

from __future__ import annotations

from collections import Counter

from jingtu.knowledge.plantext.structure.names import Name


class Expander:
    """Supplies the level prefix that a list of names leaves unsaid.

    Parameters
    ----------
    default : str or None
        The prefix of the document (市, 县) for lists that name no level at all.

    Examples
    --------
    >>> from jingtu.knowledge.plantext.structure.names import read_name
    >>> expander = Expander(None)
    >>> [expander.expand(read_name(word)) for word in ("县委统战部", "老干部局", "县民政局", "体育局")]
    ['县委统战部', '县委老干部局', '县民政局', '县体育局']
    """

    def __init__(self, default: str | None) -> None:
        self._default = default
        self._carried: str | None = None

    def new_list(self) -> None:
        """A new list begins: what the last one said is forgotten."""
        self._carried = None

    def expand(self, name: Name) -> str:
        """The name as a reader of the list understands it."""
        if name.carries and name.prefix:
            self._carried = _without_committee(name.prefix)
        full = name.repaired or name.raw
        if not name.inherits:
            return full
        level = self._carried or self._default
        if level is None or _is_ministry(name) or (name.rest.endswith("厅") and not _provincial(level)):
            return full
        if name.family == "party" and not name.rest.startswith("委"):
            return f"{level}党委{full}" if level == "自治区" else f"{level}委{full}"
        return level + full


def _without_committee(prefix: str) -> str:
    if prefix.endswith("党委"):
        return prefix[:-2]
    return prefix.removesuffix("委")


def _is_ministry(name: Name) -> bool:
    return name.rest.endswith("部") and name.family == "government"


def _provincial(level: str) -> bool:
    return level.endswith(("省", "自治区", "兵团")) or level in {"区", "市"}


def usual_prefix(names: list[Name]) -> str | None:
    """The level prefix that most departments of a document carry.

    Examples
    --------
    >>> from jingtu.knowledge.plantext.structure.names import read_name
    >>> usual_prefix([read_name("县民政局"), read_name("县气象局"), read_name("市体育局")])
    '县'
    """
    counted = Counter(
        _without_committee(name.prefix) for name in names if name.carries and name.prefix and name.known
    )
    return counted.most_common(1)[0][0] if counted else None
