"""The provisions of two days side by side: what stayed, what took the place of what, what is new, what ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jingtu.knowledge.law.conduct import comparison_of
from jingtu.knowledge.law.provisions import Provision

RELATIONS = {"same": "未变", "replaced": "由新规定取代", "new": "新增", "ended": "失效，没有对应规定"}


@dataclass(frozen=True, slots=True)
class Pair:
    """A provision of the earlier day and one of the later; ``weight`` compares two penalties, else empty."""

    before: Provision | None
    after: Provision | None
    relation: str
    weight: str = ""


def compare(before: Iterable[Provision], after: Iterable[Provision]) -> list[Pair]:
    """Pair the provisions of two days.

    Parameters
    ----------
    before, after : iterable of Provision
        What held on the earlier and on the later day, chosen alike.

    Returns
    -------
    list of Pair
        In the order of the earlier day; what is new follows. A successor that was not chosen on the later day
        (another topic, another holder) is shown beside its predecessor all the same.

    Examples
    --------
    >>> from datetime import date
    >>> from jingtu.knowledge.law.provisions import lookup
    >>> days = date(2026, 8, 14), date(2026, 8, 15)
    >>> [(pair.relation, pair.weight) for pair in compare(*(lookup("toxic_report", day) for day in days))]
    [('replaced', ''), ('replaced', 'lighter')]
    """
    from jingtu.knowledge.law.provisions import provision

    later = {item.id: item for item in after}
    met: set[str] = set()
    found: list[Pair] = []
    for old in before:
        if old.id in later:
            met.add(old.id)
            found.append(Pair(old, old, "same"))
            continue
        heirs = [provision(key) for key in old.successors]
        met.update(heir.id for heir in heirs)
        found += [Pair(old, heir, "replaced", comparison_of(old, heir)) for heir in heirs]
        if not heirs:
            found.append(Pair(old, None, "ended"))
    found += [Pair(None, item, "new") for key, item in later.items() if key not in met]
    return found
