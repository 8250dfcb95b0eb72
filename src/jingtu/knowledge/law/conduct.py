"""Which penalty judges conduct: the rule of its day, unless the rule of the decision is lighter (从旧兼从轻).

行政处罚法 第三十七条, for the environment 生态环境法典 第一千零五十七条. Which of two rules is lighter is taken from
a table of comparisons; where it does not say, a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jingtu.errors import CellError, InputError
from jingtu.knowledge.law.provisions import Provision, Topic, find, lookup, provision, topic
from jingtu.knowledge.law.texts import rows

COMPARISONS = {
    "same": "同一规定",
    "lighter": "新规定较轻",
    "heavier": "新规定较重",
    "equal": "轻重相同",
    "mixed": "轻重互见，须人工判断",
    "unclear": "有争议，须人工判断",
    "new": "新增罚则",
    "unknown": "轻重未配置，须人工判断",
    "lasting": "行为持续到新规定施行后",
    "beside": "与其他规定并存，须人工判断",
}


@dataclass(frozen=True, slots=True)
class Weighing:
    """An old rule and a new one, which of them applies, and why.

    ``applies`` is ``None`` where neither does (``comparison`` ``new``) or where a person has to decide.
    """

    before: Provision | None
    after: Provision | None
    comparison: str
    applies: Provision | None
    reason: str
    needs_person: bool

    def to_json(self) -> dict[str, Any]:
        return {
            "before": self.before.to_json() if self.before else None,
            "after": self.after.to_json() if self.after else None,
            "comparison": self.comparison,
            "applies": self.applies.id if self.applies else None,
            "reason": self.reason,
            "needs_person": self.needs_person,
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """The penalties that may judge conduct.

    ``basis`` is the rule on which law applies; ``related`` those on several norms and on limitation, which a
    person has to hold against the case.
    """

    topic: Topic
    conduct_on: date
    conduct_until: date
    decided_on: date
    weighings: tuple[Weighing, ...]
    basis: tuple[Provision, ...]
    related: tuple[Provision, ...]

    def to_json(self) -> dict[str, Any]:
        """The document of ``jingtu law penalty``."""
        return {
            "topic": self.topic.id,
            "name": self.topic.name,
            "conduct_on": self.conduct_on.isoformat(),
            "conduct_until": self.conduct_until.isoformat(),
            "decided_on": self.decided_on.isoformat(),
            "basis": [item.to_json() for item in self.basis],
            "related": [item.to_json() for item in self.related],
            "penalties": [item.to_json() for item in self.weighings],
        }


@cache
def _comparisons() -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (row["before"], row["after"]): (row["comparison"], row["reason"]) for row in rows("penalties.csv")
    }


def comparison_of(old: Provision, new: Provision) -> str:
    """Whether the later of two penalties is lighter: a key of ``COMPARISONS``, empty where they are none.

    Examples
    --------
    >>> comparison_of(provision("spl-93-p"), provision("eec-1229-p"))
    'heavier'
    """
    if not (old.kind == new.kind == "penalty"):
        return ""
    return _comparisons().get((old.id, new.id), ("unknown", ""))[0]


def judged_by(words: str, conduct_on: date, decided_on: date, conduct_until: date | None = None) -> Judgement:
    """The penalties of a topic for conduct on one day that is decided on another.

    Parameters
    ----------
    words : str
        Topic.
    conduct_on : date
        The day of the conduct, or its first day.
    decided_on : date
        The day of the decision.
    conduct_until : date, optional
        The last day of conduct that goes on.

    Raises
    ------
    InputError
        The days are not in order.
    NotFoundError
        No such topic.

    Examples
    --------
    >>> found = judged_by("toxic_report", date(2026, 3, 1), date(2026, 9, 30))
    >>> [(item.comparison, item.applies.id) for item in found.weighings]
    [('lighter', 'eec-1166-1-p')]
    """
    until = conduct_until or conduct_on
    errors = []
    if until < conduct_on:
        errors.append(
            CellError("行为终了日期不能早于开始日期", column="行为终了日期", value=until.isoformat())
        )
    if decided_on < until:
        errors.append(
            CellError("处罚决定日期不能早于行为日期", column="决定日期", value=decided_on.isoformat())
        )
    if errors:
        raise InputError("日期的先后不对，请核对行为日期和决定日期。", errors)
    return Judgement(
        topic(words),
        conduct_on,
        until,
        decided_on,
        tuple(_weigh(words, conduct_on, until, decided_on)),
        tuple(find("eec2026", "1057", decided_on) or find("行政处罚法", "37", decided_on)),
        tuple(
            item
            for code, general in (("1055", "29"), ("1054", "36"))
            for item in find("eec2026", code, decided_on) or find("行政处罚法", general, decided_on)
        ),
    )


def _weigh(words: str, conduct_on: date, until: date, decided_on: date) -> Iterator[Weighing]:
    olds = [item for item in lookup(words, conduct_on) if item.kind == "penalty"]
    news = [item for item in lookup(words, decided_on) if item.kind == "penalty"]
    met: set[str] = set()
    for old in olds:
        if old.in_force(decided_on):
            met.add(old.id)
            beside = _comparisons().get((old.id, old.id))
            if beside:
                yield Weighing(old, old, beside[0], None, beside[1], needs_person=True)
            else:
                yield Weighing(old, old, "same", old, "行为时和决定时适用同一规定", needs_person=False)
            continue
        heirs = [item for item in map(provision, old.successors) if item.in_force(decided_on)]
        met.update(item.id for item in heirs)
        for new in heirs:
            yield _pair(old, new, until)
        if not heirs:
            yield Weighing(
                old, None, "unknown", None,
                "决定时该规定已失效，没有收录对应的新规定；是否不再认为是违法，须由办案人员判断", needs_person=True,
            )  # fmt: skip
    for new in news:
        if new.id not in met:
            yield _unmatched(new, conduct_on, until)


def _pair(old: Provision, new: Provision, until: date) -> Weighing:
    if until >= new.valid_from:
        return Weighing(
            old, new, "lasting", new,
            "行为持续到新规定施行之后，按行为终了时的规定；施行前的部分是否分别适用尚无定论，须由办案人员判断",
            needs_person=True,
        )  # fmt: skip
    comparison, reason = _comparisons().get(
        (old.id, new.id), ("unknown", "没有收录轻重比较，须由办案人员判断")
    )
    applies = {"lighter": new, "heavier": old, "equal": old}.get(comparison)
    return Weighing(old, new, comparison, applies, reason, needs_person=applies is None)


def _unmatched(new: Provision, conduct_on: date, until: date) -> Weighing:
    if until >= new.valid_from:
        same = conduct_on >= new.valid_from
        reason = "行为时和决定时适用同一规定" if same else "只对新规定施行之后的行为适用"
        return Weighing(None, new, "same" if same else "lasting", new, reason, needs_person=not same)
    comparison, reason = _comparisons().get(
        ("", new.id), ("unknown", "没有收录行为时的对应罚则，须由办案人员判断")
    )
    if comparison == "new":
        reason = f"{reason}；{new.valid_from.isoformat()} 之前的行为不能据此处罚"
    return Weighing(None, new, comparison, None, reason, needs_person=comparison != "new")
