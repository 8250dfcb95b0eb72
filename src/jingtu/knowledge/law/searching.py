"""Provisions on words that need not be the name of a topic."""

from __future__ import annotations

from datetime import date

from jingtu.errors import NotFoundError
from jingtu.knowledge.law.provisions import Provision, Topic, provisions, topic, topics


def search(words: str, on: date) -> tuple[list[Topic], list[Provision]]:
    """What is in force on a day on words that need not be a topic's name.

    First the topic of that name; else all topics whose names have the words in them; else those whose names stand in
    the words, the longest first; else the provisions whose summary or consequence has the words.

    Parameters
    ----------
    words : str
        As :func:`jingtu.knowledge.law.provisions.lookup`, or any words (``从业单位弄虚作假``, ``台账``).
    on : date
        The day.

    Returns
    -------
    list of Topic
        None where the words were found in texts alone.
    list of Provision

    Raises
    ------
    NotFoundError
        Nothing on the day has the words.

    Examples
    --------
    >>> topics_found, found = search("从业单位弄虚作假", date(2026, 8, 15))
    >>> [item.id for item in topics_found]
    ['practitioner', 'data_fraud']
    >>> search("代履行", date(2026, 8, 15))[0]
    []
    """
    try:
        named = [topic(words)]
    except NotFoundError as unknown:
        wanted = words.strip().strip("《》").casefold()
        named = _with(wanted) or _within(wanted)
        if not named:
            found = [
                item
                for item in provisions().values()
                if item.in_force(on) and len(wanted) > 1 and wanted in _told(item)
            ]
            if not found:
                raise unknown from None
            return [], found
    wide = {item.id for item in named}
    return named, [item for item in provisions().values() if item.topic.id in wide and item.in_force(on)]


def _with(wanted: str) -> list[Topic]:
    """Topics that have the words in one of their names."""
    if len(wanted) < 2:
        return []
    return [
        item
        for item in topics().values()
        if any(wanted in name.casefold() for name in (item.name, *item.aliases))
    ]


def _within(wanted: str) -> list[Topic]:
    """Topics whose names stand in the words, the longest first and none inside another, in the words' order."""
    names = [(name, item) for item in topics().values() for name in (item.name, *item.aliases)]
    found: list[tuple[int, Topic]] = []
    for name, item in sorted(names, key=lambda pair: -len(pair[0])):
        place = wanted.find(name.casefold())
        if len(name) > 1 and place >= 0:
            found.append((place, item))
            wanted = wanted.replace(name.casefold(), "\0" * len(name))
    return list(dict.fromkeys(item for _, item in sorted(found, key=lambda pair: pair[0])))


def _told(item: Provision) -> str:
    return f"{item.summary}{item.fine.other if item.fine else ''}".casefold()
