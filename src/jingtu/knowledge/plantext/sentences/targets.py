"""Targets in prose: ``受污染耕地安全利用率不低于94.5%``, ``水质总体保持稳定``."""

from __future__ import annotations

import re
from datetime import date

from jingtu.knowledge.plantext.model import Target
from jingtu.knowledge.plantext.piece import Piece
from jingtu.knowledge.plantext.sentences.clause_reader import ClauseReader
from jingtu.knowledge.plantext.sentences.context import Context
from jingtu.knowledge.plantext.sentences.figures import Figure, find_figures
from jingtu.knowledge.plantext.sentences.identify import identify_indicator
from jingtu.knowledge.plantext.sentences.predicates import Predicate, find_predicates
from jingtu.knowledge.plantext.sentences.subjects import (
    Subject,
    describe,
    pair,
    parts,
    sentence_base,
)
from jingtu.knowledge.plantext.sentences.words import Clause, Words, words_of

_KINDS = {"increase": "number", "ratio": "number", "count": "number"}
_PAST = re.compile(r"已经?(?:达|完成|建成|实现|累计)|达到了|完成了|目前(?!尚)")
_BACKGROUND = re.compile(
    r"(?:但|但是|然而|同时)?，?(?:当前|目前|截至目前|近年来|近几年|多年来|长期以来|过去)|“?十[一二三四]五”?以来|从.{2,12}看，"
)
_PROMISE = re.compile(r"完成|建成|新建|新增|打造|创建|建设|开展|治理|整治|培育|累计|达到")
_BETTER = re.compile(r"优|好于|不低于|不劣于|以上")
_ABSENT = ("不", "无", "消除")
_SENTENCE_REACH = 160
_ITEM_REACH = 60  # within which the next item of a list has its figure
CLASS_UNIT = "水质类别"


def read_targets(piece: Piece, context: Context) -> list[Target]:
    """Targets stated in a prose paragraph.

    Parameters
    ----------
    piece : Piece
        A paragraph of the part of the plan that states targets.
    context : Context
        Gives the year: a target without date words is due on 31 December of it.

    Returns
    -------
    list of Target
        In reading order. ``unit`` is the printed one (%, 家, 亩); a class of water has the unit
        ``水质类别``, a statement in words none.

    Examples
    --------
    >>> text = "到2025年，全市受污染耕地安全利用率在93.8%以上，考核点位水质总体保持稳定。"
    >>> for t in read_targets(Piece(text, [(0, len(text))]), Context(2023)):
    ...     print(t.indicator, t.scope, t.comparator, t.value, t.unit, t.kind, t.due)
    受污染耕地安全利用率 全市 >= 93.8 % number 2025-12-31
    考核点位水质 None text 总体保持稳定 None stable 2025-12-31
    """
    words = words_of(piece)
    reader = _Reader(words, context)
    return [target for clause in words.clauses for target in reader.clause(clause)]


class _Reader(ClauseReader):
    def clause(self, clause: Clause) -> list[Target]:
        self._enter(clause)
        found: list[Target] = []
        predicates = find_predicates(self.words, clause, worded=True)
        for predicate in predicates:
            found += self._predicate(predicate)
            self._remember(predicate)
        if predicates:
            self._clause = self._subject
        elif not self.calendar.is_time(clause.start, clause.end):
            self._clause = self._subject = self.words.text[clause.start : clause.end]
        return found

    def _predicate(self, predicate: Predicate) -> list[Target]:
        words = self.words
        start = self.calendar.skip(predicate.start, max(predicate.subject))
        due = self._due(predicate)
        if is_past(words, predicate, due, self.context, self._sentence_start):
            return []
        several = predicate.respective and len(predicate.figures) > 1
        if predicate.kind in {"count", "ratio"} and not several:
            return self._counted(predicate, start) if self._counts(predicate.figures[0]) else []
        low, high = predicate.subject
        subject = describe(words.text[max(start, low) : self.calendar.trim(start, high)])
        if subject.words:
            subject.words += words.text[slice(*predicate.behind)]
        else:
            # 水质保持稳定，不出现Ⅴ类水: a class that must not be says what of by the clause before
            carried = predicate.figures or (predicate.value or "").startswith(_ABSENT)
            if not carried or not self._subject:
                return []
            subject.words = describe(self._subject).words
        names = parts(subject.words)
        if len(predicate.figures) > 1 or predicate.respective:
            count = len(predicate.figures)
            paired = pair(subject.words, self._clause, count) or [subject.words] * count
            found = [
                self._target(predicate, figure, start, name, subject)
                for name, figure in zip(paired, predicate.figures, strict=True)
            ]
            for target, day in zip(found, self._days(predicate, paired), strict=False):
                target.due = day
            return found
        figure = predicate.figures[0] if predicate.figures else None
        return [self._target(predicate, figure, start, name, subject) for name in names]

    def _due(self, predicate: Predicate) -> date | None:
        stated = self.calendar.due(predicate.end, predicate.clause.sentence)
        return stated or self.calendar.paragraph_due(predicate.end)

    def _counted(self, predicate: Predicate, start: int) -> list[Target]:
        """A number of things is a target if it is promised: ``建成5个示范区``."""
        words = self.words
        text = words.text
        figure = predicate.figures[0]
        clause = predicate.clause
        promised = figure.front.comparator or _PROMISE.search(text, clause.start, figure.front.start)
        if not promised:
            return []
        end = clause.end
        reach = min(clause.end, figure.end + _ITEM_REACH)
        following = find_figures(words.plain, figure.end, reach) if "、" in text[figure.end : reach] else []
        if following:
            # 绿色矿山5家、绿色工厂10家: each item of a list has its own figure
            mark = text.rfind("、", figure.end, following[0].at)
            end = mark if mark >= 0 else end
        before, after = text[start : figure.front.start], text[figure.end : end]
        subject = describe(before + after)
        predicate.end = end
        return [self._target(predicate, figure, start, subject.words, subject)] if subject.words else []

    def _target(
        self, predicate: Predicate, figure: Figure | None, start: int, name: str, subject: Subject
    ) -> Target:
        words = self.words
        before = words.text[max(self._sentence_start, start - _SENTENCE_REACH) : start]
        target = Target(
            indicator=name,
            indicator_id=identify_indicator(name),
            scope=subject.scope,
            base=subject.base or sentence_base(before),
            due=self._due(predicate) or self.context.year_end,
            cumulative=predicate.cumulative,
            definition=definition(subject.marks, self.context),
            text=words.raw(start, predicate.end),
            spans=words.spans(start, predicate.end),
        )
        fill(target, predicate, figure)
        return target


def is_past(
    words: Words, predicate: Predicate, due: date | None, context: Context, sentence_start: int
) -> bool:
    """Whether the statement tells what was reached: ``已达到85%``, ``2022年，…达到90%``, ``当前，…``."""
    if due is None and _BACKGROUND.match(words.text, sentence_start):
        return True
    if _PAST.search(words.text, predicate.clause.start, predicate.end):
        return True
    first = context.first_year
    return due is not None and first is not None and due.year < first


def fill(target: Target, predicate: Predicate, figure: Figure | None) -> None:
    """Set comparator, value, unit and kind as the predicate says."""
    target.kind = _KINDS.get(predicate.kind, predicate.kind)
    if figure is not None:
        target.comparator, target.value, target.unit = figure.comparator, figure.value, figure.unit
        if predicate.kind == "increase":
            target.indicator += "提高"
    elif predicate.kind == "class":
        better = predicate.order and _BETTER.search(predicate.order)
        target.comparator, target.value, target.unit = ">=" if better else "=", predicate.value, CLASS_UNIT
    else:
        target.comparator, target.value = "text", predicate.value
    target.confidence = 0.95 if target.indicator_id else 0.75


def definition(marks: str, context: Context) -> str | None:
    """The notes that the marks (①②) point to, one a line."""
    lines = [mark + context.notes[mark] for mark in dict.fromkeys(marks) if mark in context.notes]
    return "\n".join(lines) or None
