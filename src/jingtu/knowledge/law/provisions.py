"""Provisions: duties, powers, prohibitions, procedures and penalties, each with the days it is in force."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from jingtu.errors import NotFoundError
from jingtu.knowledge.law.numerals import clause_words
from jingtu.knowledge.law.texts import OPEN, Law, day, law, laws, rows

KINDS = {"duty": "义务", "prohibition": "禁止", "power": "职权", "procedure": "程序", "penalty": "罚则"}


@dataclass(frozen=True, slots=True)
class Topic:
    """What a provision is about: id, name and other names."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit: ``number`` of ``unit`` from or before ``event``; no number where the text sets none.

    ``unit`` is one of ``days``, ``working_days``, ``months``, ``years``, ``at_once``, ``in_time``,
    ``before_event``, ``after_event``, ``calendar_date``, ``not_known``.
    """

    number: int | None
    unit: str
    event: str


@dataclass(frozen=True, slots=True)
class Fine:
    """A fine's range in yuan and what comes beside it; a missing bound is not set by the text."""

    least: int | None
    most: int | None
    unit: str
    other: str


@dataclass(frozen=True, slots=True)
class Provision:
    """One dated rule of a text.

    ``valid_to`` is the first day on which it no longer holds; ``successors`` are the provisions that took its
    place. ``summary`` is in our own words; the text itself decides.
    """

    id: str
    topic: Topic
    law: Law
    article: str
    paragraph: str
    summary: str
    summary_en: str
    holders: tuple[str, ...]
    kind: str
    limit: Limit | None
    frequency: str
    fine: Fine | None
    valid_from: date
    valid_to: date
    successors: tuple[str, ...]
    change: str
    source: str
    confidence: str
    second_reading: str

    @property
    def clause(self) -> str:
        """Article, paragraph and item as officials write them; empty where the article is not known.

        Examples
        --------
        >>> provision("eec-414-2-2").clause
        '第四百一十四条第二款第二项'
        """
        return clause_words(self.article, self.paragraph)

    @property
    def citation(self) -> str:
        """The short name of the text with the clause."""
        return f"《{self.law.short}》{self.clause}"

    @property
    def predecessors(self) -> tuple[Provision, ...]:
        """The provisions whose place it took."""
        return tuple(_predecessors().get(self.id, ()))

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds, or ``None`` while it holds."""
        return None if self.valid_to == OPEN else self.valid_to - timedelta(days=1)

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= on < self.valid_to

    @property
    def parameters(self) -> dict[str, Any]:
        """What a program reads of it: kind, holders, time limit, frequency, fine."""
        found: dict[str, Any] = {"kind": self.kind, "holders": list(self.holders)}
        if self.limit:
            found["time_limit"] = {
                "number": self.limit.number,
                "unit": self.limit.unit,
                "event": self.limit.event,
            }
        if self.frequency:
            found["frequency"] = self.frequency
        if self.fine:
            found["penalty"] = {
                "min": self.fine.least,
                "max": self.fine.most,
                "unit": self.fine.unit or None,
                "other": self.fine.other,
            }
        return found

    def to_json(self) -> dict[str, Any]:
        """One element of ``provisions`` of ``jingtu law lookup``."""
        return {
            "text_id": self.id,
            "law": self.law.title,
            "law_id": self.law.id,
            "article": self.article or None,
            "paragraph": self.paragraph or None,
            "clause": self.clause or None,
            "topic": self.topic.id,
            "topic_name": self.topic.name,
            "summary": self.summary,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": None if self.valid_to == OPEN else self.valid_to.isoformat(),
            "parameters": self.parameters,
            "confidence": self.confidence,
            "source": self.source,
            "predecessors": [item.id for item in self.predecessors],
            "successors": list(self.successors),
            "change": self.change or None,
        }


@cache
def topics() -> dict[str, Topic]:
    """All topics by id."""
    return {
        row["id"]: Topic(row["id"], row["name"], tuple(filter(None, row["aliases"].split("；"))))
        for row in rows("topics.csv")
    }


@cache
def provisions() -> Mapping[str, Provision]:
    """All provisions by id, in the order of the table: the old text, then its successor."""
    return {row["id"]: _provision(row) for row in rows("provisions.csv")}


def _provision(row: dict[str, str]) -> Provision:
    unit, event, number = row["limit_unit"], row["limit_event"], row["limit_number"]
    limit = Limit(int(number) if number else None, unit, event) if unit or event else None
    fine = None
    if row["kind"] == "penalty":
        fine = Fine(
            _whole(row["penalty_min"]), _whole(row["penalty_max"]), row["penalty_unit"], row["penalty_other"]
        )
    return Provision(
        id=row["id"],
        topic=topics()[row["topic"]],
        law=laws()[row["law"]],
        article=row["article"],
        paragraph=row["paragraph"],
        summary=row["summary"],
        summary_en=row["summary_en"],
        holders=tuple(filter(None, row["holders"].split("；"))),
        kind=row["kind"],
        limit=limit,
        frequency=row["frequency"],
        fine=fine,
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=day(row["valid_to"], OPEN),
        successors=tuple(filter(None, row["successors"].split(";"))),
        change=row["change"],
        source=row["source"],
        confidence=row["confidence"],
        second_reading=row["second_reading"],
    )


def _whole(text: str) -> int | None:
    return int(text) if text else None


@cache
def _predecessors() -> dict[str, list[Provision]]:
    found: dict[str, list[Provision]] = defaultdict(list)
    for item in provisions().values():
        for successor in item.successors:
            found[successor].append(item)
    return dict(found)


def provision(text_id: str) -> Provision:
    """The provision with this id.

    Raises
    ------
    NotFoundError
        No such provision.
    """
    found = provisions().get(text_id)
    if found is None:
        raise NotFoundError(f"没有收录编号为“{text_id}”的条款。", text_id=text_id)
    return found


def topic(words: str) -> Topic:
    """The topic with this id, name or other name.

    Raises
    ------
    NotFoundError
        No such topic; ``facts["near"]`` names those that come near.

    Examples
    --------
    >>> topic("隐患排查").id
    'hazard_inspection'
    """
    wanted = words.strip().strip("《》")
    names: dict[str, Topic] = {}
    for item in topics().values():
        for name in (item.id, item.name, *item.aliases):
            names[name.casefold()] = item
    if exact := names.get(wanted.casefold().replace("-", "_")):
        return exact
    within = {item.id: item for name, item in names.items() if len(wanted) > 1 and wanted.casefold() in name}
    if len(within) == 1:
        return next(iter(within.values()))
    close = difflib.get_close_matches(wanted.casefold(), list(names), n=8, cutoff=0.4)
    near = list(within) + [names[name].id for name in close]
    shown = list(dict.fromkeys(near))[:6]
    if shown:
        words_near = "、".join(f"{topics()[item].name}（{item}）" for item in shown)
        hint = f"相近的事项：{words_near}"
    else:
        hint = "全部事项见 jingtu law topics"
    raise NotFoundError(f"没有“{words}”这个事项。{hint}。", topic=words, near=shown)


def lookup(words: str, on: date) -> list[Provision]:
    """The provisions on a topic that are in force on a day.

    Parameters
    ----------
    words : str
        Id of a topic, its Chinese name or another name of it.
    on : date
        The day; a text holds from its first day on, and no longer on the day on which another took its place.

    Raises
    ------
    NotFoundError
        No such topic.

    Examples
    --------
    >>> [item.citation for item in lookup("隐患排查整治", date(2026, 8, 14)) if item.law.id == "spl2018"]
    ['《土壤污染防治法》第二十一条第二款第二项', '《土壤污染防治法》第八十六条第一款第三项']
    """
    found = topic(words)
    return [item for item in provisions().values() if item.topic == found and item.in_force(on)]


def find(text: str, article: str, on: date | None = None) -> list[Provision]:
    """The provisions of one article, those in force on a day where one is given.

    Parameters
    ----------
    text : str
        Id, title or short title of the text.
    article : str
        Number of the article, ``414``.

    Examples
    --------
    >>> [item.id for item in find("土壤污染防治法", "59", date(2026, 8, 14))][:2]
    ['spl-59-1-order', 'spl-59-2']
    >>> find("土壤污染防治法", "59", date(2026, 8, 15))
    []
    """
    wanted = law(text)
    return [
        item
        for item in provisions().values()
        if item.law == wanted
        and article in {part.strip() for part in item.article.split(",")}
        and (on is None or item.in_force(on))
    ]


def chain(item: Provision) -> list[Provision]:
    """A provision with all that it took the place of and all that took its place, the oldest first.

    Examples
    --------
    >>> [link.id for link in chain(provision("eec-414-2-1"))]
    ['spl-21-2-1', 'eec-414-2-1']
    """
    found = {item.id: item}
    waiting = [item]
    while waiting:
        here = waiting.pop()
        for other in (*here.predecessors, *(provision(key) for key in here.successors)):
            if other.id not in found:
                found[other.id] = other
                waiting.append(other)
    return sorted(found.values(), key=lambda link: (link.valid_from, link.id))
