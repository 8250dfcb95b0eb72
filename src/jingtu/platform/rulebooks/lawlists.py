"""What the pages of the law show of a request: chosen provisions, as a page and as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.http import QueryDict
from django.utils.html import format_html, format_html_join

from jingtu.errors import NotFoundError
from jingtu.knowledge.law import articles, binding, provisions, wording
from jingtu.knowledge.law.articles import Move
from jingtu.knowledge.law.provisions import KINDS, Provision
from jingtu.platform.pages.formats import short_date
from jingtu.platform.pages.tables import Column
from jingtu.platform.rulebooks.addresses import provision_address

PAGE_SIZE = 50
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the law: whom, about what, on which day; empty parts do not narrow it."""

    kind: str
    topic: str
    sort: str
    words: str
    day: date
    problems: tuple[str, ...] = ()

    def found(self, on: date | None = None) -> list[Provision]:
        """The provisions that answer it, on its own day or on another."""
        if self.problems:
            return []
        day = on or self.day
        if self.kind:
            items = binding.binds(self.kind, day)
        else:
            items = [item for item in provisions.provisions().values() if item.in_force(day)]
        if self.topic:
            wanted = provisions.topic(self.topic)
            items = [item for item in items if item.topic == wanted]
        if self.sort:
            items = [item for item in items if item.kind == self.sort]
        if self.words:
            items = [item for item in items if self.words in f"{item.citation}{item.summary}{item.law.title}"]
        return items

    @property
    def title(self) -> str:
        """The question as a heading."""
        parts = [
            binding.kind(self.kind).name if self.kind and not self.problems else "",
            provisions.topic(self.topic).name if self.topic and not self.problems else "",
            KINDS.get(self.sort, ""),
        ]
        return "　".join(part for part in parts if part) or "全部条款"


def asked(parameters: QueryDict, day: date) -> Asked:
    """Read a question; what cannot be read is named in ``problems`` and nothing is found."""
    problems: list[str] = []
    kind, topic = parameters.get("kind", "").strip()[:60], parameters.get("topic", "").strip()[:60]
    for words, look in ((kind, binding.kind), (topic, provisions.topic)):
        try:
            if words:
                look(words)
        except NotFoundError as error:
            problems.append(error.message)
    sort = parameters.get("sort_of", "")
    return Asked(
        kind,
        topic,
        sort if sort in KINDS else "",
        parameters.get("q", "").strip()[:60],
        read_day(parameters, "day", day, problems) or day,
        tuple(problems),
    )


def read_day(parameters: QueryDict, name: str, otherwise: date | None, problems: list[str]) -> date | None:
    """A day of a form; one that is none adds to ``problems``."""
    text = parameters.get(name, "").strip()
    if not text:
        return otherwise
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(f"“{text[:20]}”不是日期，请按 2026-08-15 的样子填写。")
        return otherwise


def columns() -> list[Column]:
    """Columns of the list."""
    return [
        Column("kind", "类别", lambda item: KINDS[item.kind], css="nowrap"),
        Column("clause", "条款", _link, plain=lambda item: item.citation, css="main"),
        Column("summary", "内容", lambda item: item.summary, css="wide"),
        Column("holders", "义务主体", lambda item: "、".join(item.holders)),
        Column("limit", "期限或频次", wording.limit_words),
        Column("fine", "罚款", wording.fine_words),
        Column("from", "施行", lambda item: short_date(item.valid_from), css="nowrap"),
        Column("to", "有效至", lambda item: short_date(item.last_day) or "现行有效", css="nowrap"),
        Column("confidence", "可信程度", lambda item: wording.confidence_words(item.confidence)),
        Column("topic", "事项", lambda item: item.topic.name, shown=False),
        Column("law", "法规全称", lambda item: item.law.title, shown=False),
        Column("source", "来源", lambda item: item.source, shown=False),
    ]


def _link(item: Provision) -> str:
    return format_html('<a href="{}">{}</a>', provision_address(item.id), item.citation)


def move_columns() -> list[Column]:
    """Columns of the table of articles."""
    return [
        Column(
            "old", "旧法条", _old_article, plain=lambda move: f"《{move.law.short}》{move.clause}", css="main"
        ),
        Column("new", "法典条文", _new_articles, plain=lambda move: "、".join(move.code_clauses)),
        Column("relation", "关系", lambda move: articles.RELATIONS[move.relation]),
        Column("confidence", "可信程度", lambda move: wording.confidence_words(move.confidence)),
    ]


def _old_article(move: Move) -> str:
    return _held(move.law.id, move.article, f"《{move.law.short}》{move.clause}")


def _new_articles(move: Move) -> str:
    links = [
        (_held(articles.CODE, article, words),)
        for article, words in zip(move.code_articles, move.code_clauses, strict=True)
    ]
    return format_html_join("、", "{}", links) or "没有直接对应"


def _held(law: str, article: str, words: str) -> str:
    """An article as the way to its first provision, where one is held."""
    found = provisions.find(law, article)
    return format_html('<a href="{}">{}</a>', provision_address(found[0].id), words) if found else words


def page_of(items: Sequence[Item], after: str) -> tuple[list[Item], str, str]:
    """One page of a list that stands in memory, with the cursors of the next page and of the one before."""
    start = int(after) if after.isdecimal() and len(after) < 6 else 0
    following = str(start + PAGE_SIZE) if start + PAGE_SIZE < len(items) else ""
    before = str(max(0, start - PAGE_SIZE)) if start else ""
    return list(items[start : start + PAGE_SIZE]), following, before
