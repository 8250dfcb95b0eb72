"""Old articles and those of the Code that took their place."""

from __future__ import annotations

import pytest

from jingtu.errors import NotFoundError
from jingtu.knowledge.law.articles import CODE, RELATIONS, moved, moves
from jingtu.knowledge.law.provisions import provision, provisions


@pytest.mark.parametrize(
    ("article", "there"),
    [("21", ("414",)), ("28", ("422", "311")), ("59", ("454",)), ("66", ("461",)), ("86", ("1159", "1086", "1088", "1166"))],
)  # fmt: skip
def test_where_an_article_of_the_soil_law_went(article: str, there: tuple[str, ...]) -> None:
    (move,) = moved("土壤污染防治法", article)
    assert move.code_articles == there
    assert all(move in moved("生态环境法典", code) for code in there)


def test_every_article_of_the_soil_law_is_in_the_table() -> None:
    assert [int(move.article) for move in moves() if move.law.id == "spl2018"] == list(range(1, 100))


def test_the_table_and_the_chains_of_provisions_say_the_same() -> None:
    for item in provisions().values():
        if item.law.id != "spl2018":
            continue
        (move,) = moved("spl2018", item.article)
        heirs = [provision(key) for key in item.successors]
        there = {part.strip() for heir in heirs if heir.law.id == CODE for part in heir.article.split(",")}
        assert there <= set(move.code_articles), item.id


def test_what_a_program_guessed_is_marked() -> None:
    for move in moves():
        assert move.relation in RELATIONS
        assert (move.relation == "candidate") == (move.confidence == "low")


def test_an_unknown_law_is_told() -> None:
    with pytest.raises(NotFoundError, match="没有收录"):
        moved("火星法", "1")
