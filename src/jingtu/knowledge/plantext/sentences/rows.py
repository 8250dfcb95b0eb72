"""Targets in tables: a name cell, a value cell, and notes below the table."""

from __future__ import annotations

import re

from jingtu.knowledge.plantext.model import Target
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences.comparators import SUFFIX, binding, words_before
from jingtu.knowledge.plantext.sentences.context import Context
from jingtu.knowledge.plantext.sentences.identify import identify_indicator
from jingtu.knowledge.plantext.sentences.numerals import number
from jingtu.knowledge.plantext.sentences.predicates import find_predicates
from jingtu.knowledge.plantext.sentences.subjects import describe
from jingtu.knowledge.plantext.sentences.targets import definition, fill
from jingtu.knowledge.plantext.sentences.words import Words

_ITEM = re.compile(r"[^\n；;]+")
_SCOPED = re.compile(r"(?P<scope>[^：:]{1,40}?)(?:[：](?!\d)|:(?!\d)|(?<!\d)[：:])")
_UNIT_NOTE = re.compile(r"[（(](?:单位[：:])?(?P<unit>[%‰]|[万亿千百]?[^（）()\s]{1,8})[）)]$")
_UNIT = re.compile(
    r"[%‰]|百分点|[万亿千百]?(?:亩|公顷|平方公里|平方米|吨|千克|家|个|口|处|元|户|人|项|座|次|起)|.{1,6}/.{1,6}"
)
_BARE = re.compile(r"[\[〔［(（]?(?P<figure>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d{1,6})?)[\]〕］)）]?")
_EMPTY = re.compile(r"[-－—–/\\无…\s]*")
_MARK = re.compile(r"[①-⑳]")
_NOTE = re.compile(r"(?P<mark>[①-⑳])(?P<words>[^①-⑳]+)")


def read_target_row(name: Piece, value: Piece, context: Context, scope: str | None = None) -> list[Target]:
    """Targets of one row of a target table.

    Parameters
    ----------
    name : Piece
        The cell with the indicator, with a unit in brackets where the table prints one.
    value : Piece
        The cell with the value; several lines or items parted by ； give several targets.
    context : Context
        Year, and the notes that marks such as ① point to.
    scope : str, optional
        Point or place when another column names it.

    Returns
    -------
    list of Target
        Empty for a cell without a value (—, /). ``text`` and ``spans`` are those of the value.

    Examples
    --------
    >>> text = "地下水点位水质|甲村1队：Ⅳ类"
    >>> t = read_target_row(Piece(text, [(0, 7)]), Piece(text, [(8, 16)]), Context(2024))[0]
    >>> (t.indicator, t.scope, t.comparator, t.value, t.unit, t.kind)
    ('地下水点位水质', '甲村1队', '=', 'Ⅳ类', '水质类别', 'class')
    """
    subject = describe(Words(name).text)
    unit = None
    noted = _UNIT_NOTE.search(subject.words)
    if noted and _UNIT.fullmatch(noted["unit"]):
        unit = noted["unit"]
        subject.words = subject.words[: noted.start()]
    found = []
    for item in _ITEM.finditer(value.text):
        target = Target(
            indicator=subject.words,
            indicator_id=identify_indicator(subject.words),
            scope=scope or subject.scope,
            base=subject.base,
            due=context.year_end,
        )
        if _read_value(target, value.slice(*item.span()), unit):
            marks = subject.marks + "".join(_MARK.findall(item.group()))
            target.definition = definition(marks, context)
            found.append(target)
    return found


def _read_value(target: Target, item: Piece, unit: str | None) -> bool:
    words = Words(item)
    if _EMPTY.fullmatch(words.text):
        return False
    target.text, target.spans = words.raw(0, len(words)), words.spans(0, len(words))
    scoped = _SCOPED.match(words.text)
    if scoped:
        target.scope = scoped["scope"]
        words = Words(item.slice(words.place(scoped.end())))
    for clause in words.clauses:
        predicates = find_predicates(words, clause, worded=True)
        if predicates:
            predicate = predicates[0]
            target.cumulative = predicate.cumulative
            fill(target, predicate, predicate.figures[0] if predicate.figures else None)
            return True
    target.confidence = 0.75
    bare = _BARE.search(words.plain)
    if bare:
        front = words_before(words.plain, bare.start(), 0)
        suffix = SUFFIX.match(words.plain, bare.end())
        target.comparator = binding(front, suffix["word"] if suffix else None)
        target.value, target.unit, target.kind = number(bare["figure"]), unit, front.direction or "number"
        # national plans print a five-year sum in square brackets
        target.cumulative = front.cumulative or bare.group()[0] in "[〔［"
        return True
    target.value = _MARK.sub("", words.text)
    return True


def read_notes(piece: Piece) -> dict[str, str]:
    """Definitions under a table by their mark.

    Examples
    --------
    >>> text = "注：①指全部地块。②是指供地前完成调查。"
    >>> read_notes(Piece(text, [(0, len(text))]))
    {'①': '指全部地块。', '②': '是指供地前完成调查。'}
    """
    text = Words(piece).text
    notes: dict[str, str] = {}
    for note in _NOTE.finditer(text):
        notes.setdefault(note["mark"], note["words"].strip("，,；; "))
    return notes
