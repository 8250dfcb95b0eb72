"""What the readers of figures and of targets share: they go clause by clause and carry the subject on."""

from __future__ import annotations

from jingtu.knowledge.plantext.sentences.context import Context
from jingtu.knowledge.plantext.sentences.predicates import Predicate
from jingtu.knowledge.plantext.sentences.subjects import Calendar
from jingtu.knowledge.plantext.sentences.words import Clause, Words


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

    def _remember(self, predicate: Predicate) -> None:
        """Keep the subject of a predicate for those behind it, unless it is a time."""
        low, high = predicate.subject
        if not self.calendar.is_time(low, high):
            self._subject = self.words.text[low : self.calendar.trim(low, high)]
