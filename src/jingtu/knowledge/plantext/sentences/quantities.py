"""Figures that a task's text obliges to: ``完成率累计达到80%以上``, ``11口地下水监测井``."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise

from jingtu.knowledge.plantext.model import Quantity
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
from jingtu.knowledge.plantext.sentences.targets import is_past
from jingtu.knowledge.plantext.sentences.words import Clause, Words, words_of

_FIGURE = re.compile(r"\d|百分之|[不零负只]|[至最]少|[至最]多")
_REPLACEMENT = re.compile(r"(?:等量|减量|倍量)?(?:替代|置换)")
_OF = re.compile(r"的?(?P<noun>[\u4e00-\u9fff][^，。；、]{1,30})")
_DANGLING = re.compile(
    r"(?:对|按照?|以|为|将|把|给予|予以|其|其中|且|并|拥有|覆盖|(?:推广|扩大|覆盖)(?:到|至)?(?:全[国省市县区])?)?"
    r"|[^，。；]{2,16}(?<![针面相应绝])对"
)
_GENERIC = re.compile(r"(?:累计|总体)?(?:完成|合格|达标|覆盖|整改|执行|通过)?(?:率|比例|占比)")
_IN_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_SENTENCE_REACH = 160


def read_quantities(piece: Piece, context: Context) -> list[Quantity]:
    """Figures of a task with subject, comparator and unit.

    Parameters
    ----------
    piece : Piece
        The text of one task.
    context : Context
        Gives the year for dates without one.

    Returns
    -------
    list of Quantity
        One for each figure, in reading order; ``unit`` is the printed measure (%, 家, 口, 亩);
        a ratio such as 1:1 has a string as value. Percentages end with their comparator, counts
        and ratios carry the words of their clause.

    Examples
    --------
    >>> text = "到2026年底整改率累计达到85%以上。"
    >>> q = read_quantities(Piece(text, [(0, len(text))]), Context(2026))[0]
    >>> (q.text, q.comparator, q.value, q.unit, str(q.due), q.cumulative)
    ('整改率累计达到85%以上', '>=', 85, '%', '2026-12-31', True)
    """
    words = words_of(piece)
    reader = _Reader(words, context)
    return [quantity for clause in words.clauses for quantity in reader.clause(clause)]


class _Reader(ClauseReader):
    def __init__(self, words: Words, context: Context) -> None:
        super().__init__(words, context)
        self._item_start = 0  # the item of the clause that is being read
        self._item_end = 0
        self._figures_of: Clause | None = None
        self._figures_at: list[int] = []
        self._marks: list[int] = []  # the list mark behind each of them but the last, or -1
        self._gaps: list[int] = []  # which of them have none
        self._silent: Clause | None = None  # the last clause, if it had no figure

    def clause(self, clause: Clause) -> list[Quantity]:
        self._enter(clause)
        if not _FIGURE.search(self.words.plain, clause.start, clause.end):
            self._silent = clause
            return []
        if self._silent is not None and not self.calendar.is_time(self._silent.start, self._silent.end):
            self._subject = self.words.text[self._silent.start : self._silent.end]
            self._clause = self._subject if self._silent.sentence == clause.sentence else ""
        self._silent = None
        found: list[Quantity] = []
        predicates = find_predicates(self.words, clause, worded=False)
        for index, predicate in enumerate(predicates):
            after = predicates[index + 1] if index + 1 < len(predicates) else None
            counted = after is not None and after.kind in {"count", "ratio"}
            self._item_end = clause.end if after is None or counted else after.subject[0]
            if index == 0:
                self._item_start = clause.start
            elif predicate.kind not in {"count", "ratio"} or predicates[index - 1].kind != predicate.kind:
                self._item_start = predicate.subject[0]
            found += self._predicate(predicate)
            self._remember(predicate)
        if predicates:
            self._clause = self._subject
        else:
            self._silent = clause
        return found

    def _predicate(self, predicate: Predicate) -> list[Quantity]:
        due = self.calendar.due(predicate.end, predicate.clause.sentence)
        if is_past(self.words, predicate, due, self.context, self._sentence_start):
            return []
        if predicate.kind == "no_increase":
            return self._worded(predicate)
        several = predicate.respective and len(predicate.figures) > 1
        if predicate.kind in {"ratio", "count"} and not several:
            return [self._counted(predicate, figure) for figure in predicate.figures if self._counts(figure)]
        return self._percentages(predicate)

    def _percentages(self, predicate: Predicate) -> list[Quantity]:
        text = self.words.text
        start = self._start(predicate)
        subject = describe(text[start : self.calendar.trim(start, predicate.subject[1])])
        if _DANGLING.fullmatch(subject.words):
            behind = _OF.match(text, predicate.end)
            if behind:
                predicate.end = predicate.clause.end
            subject.words = behind["noun"] if behind else describe(self._subject).words
        elif predicate.behind[1]:
            subject.words += text[slice(*predicate.behind)]
        figures = predicate.figures
        if len(figures) > 1 or predicate.respective:
            names = pair(subject.words, self._clause, len(figures)) or [subject.words] * len(figures)
        else:
            names = parts(subject.words)
            figures = figures * len(names)
        found = [
            self._quantity(predicate, figure, start, predicate.end, name, subject)
            for figure, name in zip(figures, names, strict=True)
        ]
        for quantity, day in zip(found, self._days(predicate, names), strict=False):
            quantity.due = day
        return found

    def _start(self, predicate: Predicate) -> int:
        start, end = self.calendar.skip(*predicate.subject), predicate.subject[1]
        return start + 2 if self.words.plain.startswith("实现", start, end) and end - start > 2 else start

    def _counted(self, predicate: Predicate, figure: Figure) -> Quantity:
        text = self.words.text
        clause = predicate.clause
        end = figure.end + len(text[figure.end : max(self._item_end, figure.end)].rstrip("、"))
        start = min(self.calendar.skip(self._item_start, clause.end), predicate.subject[1])
        others = self._figures(clause)
        following = bisect_right(others, figure.at)
        item = self._item(others, following, start, end)
        if item is not None:
            start, end = item
        before, after = text[start : figure.front.start], text[figure.end : end]
        if len(others) > 1 and item is None:
            stop = others[following] if following < len(others) else end
            before, after = "", text[figure.end : stop].rstrip("、和及与")
        if figure.kind == "ratio":
            named = _REPLACEMENT.search(after) or _REPLACEMENT.search(before)
            subject = Subject(named.group()) if named else describe(before + after)
        else:
            subject = describe(before + after)
        return self._quantity(predicate, figure, start, end, subject.words, subject)

    def _item(self, others: list[int], following: int, start: int, end: int) -> tuple[int, int] | None:
        """One of 绿色工厂10家、绿色园区1个, where a list mark stands between each two figures."""
        first, last = bisect_left(others, start), bisect_left(others, end)
        if last - first < 2 or self._unlisted(first, last):
            return None
        index = following - 1
        low = self._marks[index - 1] + 1 if index > first else start
        return low, self._marks[index] if index < last - 1 else end

    def _unlisted(self, first: int, last: int) -> bool:
        """Whether two of the clause's figures from ``first`` to ``last`` have no list mark between them."""
        following = bisect_left(self._gaps, first)
        return following < len(self._gaps) and self._gaps[following] < last - 1

    def _figures(self, clause: Clause) -> list[int]:
        """Where the figures of the clause stand; asked for once a clause."""
        if self._figures_of is not clause:
            self._figures_of = clause
            self._figures_at = [f.at for f in find_figures(self.words.plain, clause.start, clause.end)]
            text = self.words.text
            self._marks = [_list_mark(text, left, right) for left, right in pairwise(self._figures_at)]
            self._gaps = [index for index, mark in enumerate(self._marks) if mark < 0]
        return self._figures_at

    def _worded(self, predicate: Predicate) -> list[Quantity]:
        start = self._start(predicate)
        subject = describe(self.words.text[start : predicate.subject[1]])
        if not subject.words:
            return []
        return [self._quantity(predicate, None, start, predicate.end, subject.words, subject)]

    def _quantity(
        self, predicate: Predicate, figure: Figure | None, start: int, end: int, name: str, subject: Subject
    ) -> Quantity:
        words = self.words
        before = words.text[max(self._sentence_start, start - _SENTENCE_REACH) : start]
        around = words.text[start:end]
        return Quantity(
            text=words.raw(start, end),
            subject=name or None,
            comparator=figure.comparator if figure else "text",
            value=figure.value if figure else predicate.value,
            unit=figure.unit if figure else None,
            due=self.calendar.due(predicate.end, predicate.clause.sentence),
            base=subject.base or sentence_base(before),
            cumulative=predicate.cumulative,
            indicator_id=_indicator(name, around, before, counted=bool(figure and figure.kind == "count")),
            spans=words.spans(start, end),
        )


def _list_mark(text: str, start: int, end: int) -> int:
    """The last 、 that stands in no bracket; 3个县（市、区）和2个园区 has none."""
    between = _IN_BRACKETS.sub(lambda found: "-" * len(found.group()), text[start:end])
    at = between.rfind("、")
    return at + start if at >= 0 else -1


def _indicator(name: str, around: str, before: str, *, counted: bool) -> str | None:
    if counted:
        return identify_indicator(around)
    known = identify_indicator(name)
    if known is None and _GENERIC.fullmatch(name):
        # 完成率 alone: the clauses before it say of what
        return identify_indicator(before + name)
    return known
