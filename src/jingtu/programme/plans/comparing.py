"""An amended plan against the one in force: which task is which, and what about it changed.

A wrong match would carry one task's progress over to another, so a match must be clear: where two tasks
are equally like, neither is taken, and a person decides.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jingtu.programme.plans.drafting import LABELS, UNIT_FIELDS

_LEAST = 0.6  # of 1: below this two tasks are not the same
_MARGIN = 0.05  # by how much the best partner must beat the next
_SAME_SECTION, _SAME_NUMBER = 0.06, 0.03
_NOISE = re.compile(r"[\s，。、；：:;,.（）()“”\"《》〔〕\-—]+")
_ORDINAL = re.compile(r"^[一二三四五六七八九十]+、|^（[一二三四五六七八九十]+）|^\d+[.．、]")
_MOST_TEXT = 2000

_COMPARED = {
    "task": ("title", "text", "section", "number", *UNIT_FIELDS, "deadlines", "quantities", "deliverables"),
    "target": (
        "indicator", "scope", "comparator", "value", "unit", "kind", "cumulative", "base", "due", "definition",
    ),
    "form_row": ("group", "number", "item", "responsible_units"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """One pair of places (old, new); ``None`` on a side means removed or new."""

    old: int | None
    new: int | None
    likeness: float = 0.0


def match(kind: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Match]:
    """Pair the items of two plans, one to one.

    Parameters
    ----------
    kind : str
        ``task``, ``target`` or ``form_row``.
    old, new : sequence of mapping
        Contents in the shape of the command line contract.

    Returns
    -------
    list of Match
        Every old and every new item exactly once: pairs and new items in the new order, then what is gone.
    """
    pairs = _identical(kind, old, new)
    left_old = [place for place in range(len(old)) if place not in {pair[0] for pair in pairs}]
    left_new = [place for place in range(len(new)) if place not in {pair[1] for pair in pairs}]
    scores = {
        (i, j): likeness(kind, old[i], new[j])
        for i in left_old
        for j in left_new
    }  # fmt: skip
    pairs += [(i, j, score) for (i, j), score in _clear(scores)]
    by_new = {j: Match(i, j, score) for i, j, score in pairs}
    gone = sorted(set(range(len(old))) - {i for i, _, _ in pairs})
    return [by_new.get(j, Match(None, j)) for j in range(len(new))] + [Match(i, None) for i in gone]


def likeness(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> float:
    """How like two items are, 0 to 1.

    Examples
    --------
    >>> first = {"title": "开展涉镉污染源排查", "text": "更新清单，制定整治方案。", "section": "一、源头", "number": "1"}
    >>> likeness("task", first, first)
    1.0
    >>> likeness("task", first, {**first, "title": "推进秸秆综合利用", "text": "利用率达到85%以上。"}) < 0.3
    True
    """
    if kind == "target":
        return _target_likeness(old, new)
    if kind == "form_row":
        return _dice(str(old.get("item")), str(new.get("item")))
    title = _dice(str(old.get("title")), str(new.get("title")))
    text = _dice(str(old.get("text"))[:_MOST_TEXT], str(new.get("text"))[:_MOST_TEXT])
    # An unnumbered task has its first sentence as title: words decide, wherever they stand.
    score = max(
        0.5 * title + 0.5 * text, 0.85 * text if text > 0.8 else 0.0, 0.75 * title if title > 0.9 else 0.0
    )
    if plain(old.get("section")) == plain(new.get("section")):
        score += _SAME_SECTION
        if old.get("number") and old.get("number") == new.get("number"):
            score += _SAME_NUMBER
    return min(score, 1.0)


def differences(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """Fields that differ, each in words; an empty list says that nothing of substance changed.

    Examples
    --------
    >>> differences("target", {"indicator": "比例", "value": 75}, {"indicator": "比例", "value": 80})
    [{'field': 'value', 'label': '目标值', 'before': '75', 'after': '80'}]
    """
    found = []
    for name in _COMPARED[kind]:
        old, new = words(name, before.get(name)), words(name, after.get(name))
        if _NOISE.sub("", old) != _NOISE.sub("", new):
            found.append({"field": name, "label": LABELS.get(name, name), "before": old, "after": new})
    return found


def words(name: str, value: Any) -> str:
    """A field's value as one line of words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        if name.endswith("_units"):
            parts = [
                unit["expanded"] + (f"（{unit['scope']}）" if unit.get("scope") else "") for unit in value
            ]
        else:
            parts = [str(item.get("name") or item.get("text") or "") for item in value]
        return "、".join(parts)
    return str(value)


def plain(text: Any) -> str:
    """Words without spaces, punctuation and ordinal."""
    return _NOISE.sub("", _ORDINAL.sub("", str(text or "").strip()))


def _identical(
    kind: str, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> list[tuple[int, int, float]]:
    """Pairs whose words are the same, where only one on each side has them; then with the section too."""
    pairs: list[tuple[int, int, float]] = []
    used_old: set[int] = set()
    used_new: set[int] = set()
    for key in (_key, _placed_key):
        places: dict[tuple[str, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for i, item in enumerate(old):
            if i not in used_old:
                places[key(kind, item)][0].append(i)
        for j, item in enumerate(new):
            if j not in used_new:
                places[key(kind, item)][1].append(j)
        for olds, news in places.values():
            if len(olds) == len(news) == 1:
                pairs.append((olds[0], news[0], 1.0))
                used_old.add(olds[0])
                used_new.add(news[0])
    return pairs


def _key(kind: str, item: Mapping[str, Any]) -> tuple[str, ...]:
    if kind == "target":
        return (str(item.get("indicator_id") or plain(item.get("indicator"))), plain(item.get("scope")))
    if kind == "form_row":
        return (plain(item.get("item")),)
    return (plain(item.get("title")), plain(item.get("text")))


def _placed_key(kind: str, item: Mapping[str, Any]) -> tuple[str, ...]:
    return (*_key(kind, item), plain(item.get("section")), str(item.get("number") or ""))


def _clear(scores: Mapping[tuple[int, int], float]) -> list[tuple[tuple[int, int], float]]:
    """Best pairs first, each only where no other partner of either side comes near."""
    taken_old: set[int] = set()
    taken_new: set[int] = set()
    chosen = []
    ranked = sorted(scores.items(), key=lambda item: (-item[1], abs(item[0][0] - item[0][1]), item[0]))
    for (i, j), score in ranked:
        if score < _LEAST:
            break
        if i in taken_old or j in taken_new:
            continue
        rivals = [
            other
            for (a, b), other in scores.items()
            if (a == i) != (b == j) and a not in taken_old and b not in taken_new
        ]
        if any(score - other < _MARGIN for other in rivals):
            continue
        chosen.append(((i, j), score))
        taken_old.add(i)
        taken_new.add(j)
    return chosen


def _target_likeness(old: Mapping[str, Any], new: Mapping[str, Any]) -> float:
    if (old.get("unit") or "") != (new.get("unit") or "") or old.get("kind") != new.get("kind"):
        return 0.0
    ids = old.get("indicator_id"), new.get("indicator_id")
    if all(ids) and ids[0] != ids[1]:
        return 0.0
    scope = plain(old.get("scope")) == plain(new.get("scope"))
    return min(_dice(str(old.get("indicator")), str(new.get("indicator"))) * (1.0 if scope else 0.5), 1.0)


@lru_cache(maxsize=8192)
def _grams(text: str) -> Counter[str]:
    return _pairs(plain(text))


def _dice(first: str, second: str) -> float:
    """Dice coefficient of the pairs of neighbouring characters."""
    one, two = _grams(first), _grams(second)
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 0.0


def _pairs(text: str) -> Counter[str]:
    return Counter(text[place : place + 2] for place in range(len(text) - 1)) or Counter(
        [text] if text else []
    )
