"""Which articles of the Code took the place of which articles of the old laws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jingtu.knowledge.law.numerals import clause_words
from jingtu.knowledge.law.texts import Law, law, laws, rows

CODE = "eec2026"
RELATIONS = {
    "same": "内容相同",
    "changed": "有修改",
    "split": "拆分到几条",
    "moved_general": "移入总则等一般规定",
    "no_direct": "没有直接对应的条文",
    "parallel": "并行有效",
    "candidate": "程序比对的候选，未核对",
}


@dataclass(frozen=True, slots=True)
class Move:
    """An article of an old text and the articles of the Code that took its place."""

    law: Law
    article: str
    code_articles: tuple[str, ...]
    relation: str
    confidence: str

    @property
    def clause(self) -> str:
        """The old article in words."""
        return clause_words(self.article)

    @property
    def code_clauses(self) -> tuple[str, ...]:
        """The new articles in words."""
        return tuple(clause_words(article) for article in self.code_articles)


@cache
def moves() -> tuple[Move, ...]:
    """The whole table, law by law in the order of the articles."""
    return tuple(
        Move(
            laws()[row["law"]],
            row["article"],
            tuple(filter(None, row["code_articles"].split(";"))),
            row["relation"],
            row["confidence"],
        )
        for row in rows("article_map.csv")
    )


def moved(text: str, article: str) -> list[Move]:
    """Where an article of an old text went, or where an article of the Code came from.

    Parameters
    ----------
    text : str
        Id, title or short title of the text.
    article : str
        Number of the article.

    Raises
    ------
    NotFoundError
        No such text is held.

    Examples
    --------
    >>> [move.code_clauses for move in moved("土壤污染防治法", "28")]
    [('第四百二十二条', '第三百一十一条')]
    >>> [(move.law.id, move.article) for move in moved("生态环境法典", "1229")]
    [('spl2018', '93'), ('swl2020', '103')]
    """
    wanted = law(text)
    if wanted.id == CODE:
        return [move for move in moves() if article in move.code_articles]
    return [move for move in moves() if move.law == wanted and move.article == article]
