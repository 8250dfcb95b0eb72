"""What the readers of figures and of targets share: they go clause by clause and carry the subject on."""

from __future__ import annotations

import re
from datetime import date

from jingtu.knowledge.plantext.sentences.context import Context
from jingtu.knowledge.plantext.sentences.figures import Figure
from jingtu.knowledge.plantext.sentences.predicates import Predicate
from jingtu.knowledge.plantext.sentences.subjects import Calendar
from jingtu.knowledge.plantext.sentences.words import Clause, Words

# 2023年安全利用面积 is due in 2023; 2023年获得补助的项目 are objects of that year
_OF_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)年(?!.*(?:项目|资金|名录|清单|批次|[的]))")
_OCCASIONS = {"次", "批次", "场次", "期"}
_FREQUENCY = re.compile(r"每|汛|收获|枯水期|丰水期|平水期|前各|月(?:底|末|份)?各|季度|半年|一年|1年|次/")


class ClauseReader:
    """Reads clause after clause and remembers where the sentence began and what it was about.

    Parameters
    ----------
    words : Words
        The text that is read.
    context : Context
        Gives the year for dates without one.
    """

    def __init__(self, words: Words, context: Context) -> None:
        self.words = words
        self.context = context
        self.calendar = Calendar(words, context)
        self._sentence = -1
        self._sentence_start = 0
        self._clause = ""  # what the clause before was about, within the sentence
        self._subject = ""  # and the last subject at all, for a figure that has none

    def _enter(self, clause: Clause) -> None:
        """A clause begins; with a new sentence the clause before says nothing any more."""
        if clause.sentence != self._sentence:
            self._sentence, self._sentence_start, self._clause = clause.sentence, clause.start, ""

    def _days(self, predicate: Predicate, names: list[str]) -> list[date]:
        """One day for each of several figures: 到2023年底、2025年底，…分别达到40%、55%."""
        count = len(names)
        if not predicate.respective or count < 2:
            return []
        for start in (predicate.clause.start, self._sentence_start):
            days = self.calendar.listed(start, predicate.end)
            if len(days) == count:
                return days
        years = [match and int(match["year"]) for match in map(_OF_YEAR.match, names)]
        return [date(year, 12, 31) for year in years if year] if all(years) else []

    def _counts(self, figure: Figure) -> bool:
        """``每年不少于2次`` is a frequency, not a quantity."""
        if figure.unit not in _OCCASIONS:
            return True
        around = self.words.plain[max(figure.front.start - 12, 0) : figure.at]
        return not _FREQUENCY.search(around)

    def _remember(self, predicate: Predicate) -> None:
        """Keep the subject of a predicate for those behind it, unless it is a time."""
        low, high = predicate.subject
        if not self.calendar.is_time(low, high):
            self._subject = self.words.text[low : self.calendar.trim(low, high)]
