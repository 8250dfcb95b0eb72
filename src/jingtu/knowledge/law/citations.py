"""From a source and a clause in a rule table to the provisions that they cite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jingtu.knowledge.law.numerals import number
from jingtu.knowledge.law.provisions import Provision, provisions
from jingtu.knowledge.law.texts import Law, laws

_NUMERAL = "[零〇一二三四五六七八九十百千两0-9]+"
_TITLE = re.compile(r"《(?P<title>(?:[^《》]|《[^《》]*》)+)》")
_ARTICLE = re.compile(
    rf"第(?P<article>{_NUMERAL})条(?:第(?P<paragraph>{_NUMERAL})款)?(?:第(?P<item>{_NUMERAL})项)?"
)


@dataclass(frozen=True, slots=True)
class Citation:
    """What a source and a clause point at.

    ``missing`` is empty where every named article was found, else why not: ``no_law`` (the source is no text
    that is held), ``no_article`` (the clause names none), ``article_not_held`` (named, but not among the
    provisions).
    """

    law: Law | None
    provisions: Sequence[Provision]
    missing: str


def law_of(source: str) -> Law | None:
    """The text that a source names, by its title, short title or number.

    Examples
    --------
    >>> law_of("《中华人民共和国土壤污染防治法》（2018年）").id
    'spl2018'
    """
    titles = [match["title"] for match in _TITLE.finditer(source)] or [source.strip()]
    for title in titles:
        for item in laws().values():
            if title in {item.title, item.short, item.title.removeprefix("中华人民共和国")}:
                return item
    # What a text replaces is named after its own number.
    named = [item for item in laws().values() if item.number and item.number in source]
    return min(named, key=lambda item: source.index(item.number), default=None)


def resolve(source: str, clause: str, on: date | None = None) -> Citation:
    """The provisions that a rule cites.

    Parameters
    ----------
    source : str
        Title of the text, with or without book marks.
    clause : str
        Words that name an article, ``第四百零四条（建设用地地块重点监测）``.
    on : date, optional
        Only those in force on this day.

    Examples
    --------
    >>> [item.id for item in resolve("《中华人民共和国生态环境法典》", "第四百零四条（建设用地地块重点监测）").provisions]
    ['eec-404']
    >>> resolve("系统约定", "逾期次日").missing
    'no_law'
    """
    text = law_of(source)
    if text is None:
        return Citation(None, (), "no_law")
    named = list(_ARTICLE.finditer(clause))
    if not named:
        return Citation(text, (), "no_article")
    held = [item for item in provisions().values() if item.law == text and (on is None or item.in_force(on))]
    found: dict[str, Provision] = {}
    missing = ""
    for match in named:
        matching = _matching(held, match)
        if not matching:
            missing = "article_not_held"
        found.update({item.id: item for item in matching})
    return Citation(text, tuple(found.values()), missing)


def _matching(held: Sequence[Provision], match: re.Match[str]) -> list[Provision]:
    article = str(number(match["article"]))
    of_article = [item for item in held if article in re.split(r"[,\s]+", item.article)]
    paragraph, item = (str(number(match[name])) if match[name] else "" for name in ("paragraph", "item"))
    wanted = f"{paragraph}.{item}" if item else paragraph
    exact = [entry for entry in of_article if wanted and entry.paragraph == wanted]
    within = [entry for entry in of_article if paragraph and entry.paragraph.split(".")[0] == paragraph]
    return exact or within or of_article
