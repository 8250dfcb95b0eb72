"""Provisions by topic and day, held against look-ups made by hand in the texts."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.errors import NotFoundError
from jingtu.knowledge.law import provisions
from jingtu.knowledge.law.provisions import Provision
from jingtu.knowledge.law.texts import OPEN, laws

HERE = Path(__file__).parent
LAST_OF_THE_OLD = date(2026, 8, 14)
FIRST_OF_THE_CODE = date(2026, 8, 15)
ALL = list(provisions.provisions().values())


def table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


LOOKUPS = table("lookups.csv")


@pytest.mark.parametrize("row", LOOKUPS, ids=[row["id"] for row in LOOKUPS])
def test_a_look_up_made_by_hand(row: dict[str, str]) -> None:
    on = date.fromisoformat(row["on"])
    found = {item.id: item for item in provisions.lookup(row["topic"], on)}
    wanted = [key for key in row["provisions"].split(";") if key]
    # Some answers cite a general rule, which has a topic of its own.
    for key in wanted:
        item = found.get(key) or provisions.provision(key)
        assert item.in_force(on)
        assert item.law.id in row["law"].split(";")
    assert {key for key in wanted if provisions.provision(key).topic.id == row["topic"]} <= set(found)
    articles = {words.split("(")[0] for words in row["articles"].split(";") if words}
    assert articles == {provisions.provision(key).article for key in wanted} - {""}
    if not wanted:
        assert not [item for item in found.values() if item.law.id in {"spl2018", "eec2026"}]


def test_the_day_before_the_code_and_its_first_day() -> None:
    assert [item.law.id for item in provisions.lookup("toxic_report", LAST_OF_THE_OLD)] == ["spl2018"] * 2
    assert [item.law.id for item in provisions.lookup("toxic_report", FIRST_OF_THE_CODE)] == ["eec2026"] * 2
    fines = [
        item.fine
        for day in (LAST_OF_THE_OLD, FIRST_OF_THE_CODE)
        for item in provisions.lookup("toxic_report", day)
        if item.fine
    ]
    assert [(fine.least, fine.most) for fine in fines] == [(20_000, 200_000), (20_000, 100_000)]


@pytest.mark.parametrize(
    ("article", "clause"),
    [
        ("eec-414-2-2", "第四百一十四条第二款第二项"),
        ("eec-1166-3-p", "第一千一百六十六条第三项"),
        ("eec-1165-1-1-2-p", "第一千一百六十五条第一款第一项、第二项"),
        ("eec-1057", "第一千零五十七条"),
        ("spl-86-1-5-p", "第八十六条第一款第五项至第六项"),
        ("gcr-45-4-p", "第四十五条第四项"),
        ("r42-6m", ""),
    ],
)
def test_a_clause_as_officials_cite_it(article: str, clause: str) -> None:
    assert provisions.provision(article).clause == clause


def test_a_topic_by_id_name_and_other_name() -> None:
    by_words = {
        provisions.topic(words).id for words in ("demolition", "拆除活动备案", "拆除活动", "Demolition")
    }
    assert by_words == {"demolition"}


def test_a_misspelt_topic_names_those_that_come_near() -> None:
    with pytest.raises(NotFoundError) as caught:
        provisions.topic("土壤调察")
    assert "survey" in caught.value.facts["near"]
    assert "土壤污染状况调查（survey）" in caught.value.message


@pytest.mark.parametrize("words", ["", "  ", "x" * 5000, "'; drop", "\u202e", "第"])
def test_any_words_are_answered_in_words(words: str) -> None:
    with pytest.raises(NotFoundError):
        provisions.topic(words)


def test_articles_by_law_and_number() -> None:
    before = provisions.find("中华人民共和国土壤污染防治法", "59", LAST_OF_THE_OLD)
    assert {item.id for item in before} == {"spl-59-1-order", "spl-59-2", "spl-59-3-review"}
    assert provisions.find("土壤污染防治法", "59", FIRST_OF_THE_CODE) == []
    assert {item.id for item in provisions.find("生态环境法典", "1062")} == {"eec-1062"}


def test_the_chain_leads_from_the_old_law_to_the_code_and_back() -> None:
    forth = provisions.chain(provisions.provision("spl-28-3"))
    assert [item.id for item in forth] == ["spl-28-3", "eec-311", "eec-422-3"]
    assert provisions.chain(provisions.provision("eec-311")) == forth


# Of the whole table


@pytest.mark.parametrize("item", ALL, ids=[item.id for item in ALL])
def test_a_row_is_whole(item: Provision) -> None:
    assert item.valid_from < item.valid_to
    assert item.summary
    assert not any("a" <= sign <= "z" for sign in item.summary)
    assert item.source
    assert item.confidence in {"high", "medium", "low"}
    assert item.kind in provisions.KINDS
    if item.law.valid_from is not None:
        assert item.law.valid_from <= item.valid_from
        assert item.valid_to <= item.law.valid_to
    if item.valid_to != OPEN:
        assert item.law.ended_by in laws(), "what ended it stands with its text"
        assert laws()[item.law.ended_by].valid_from == item.valid_to
    for key in item.successors:
        heir = provisions.provision(key)
        assert heir.valid_from <= item.valid_to, "no gap between a rule and its heir"
        assert heir.topic == item.topic or heir.kind == item.kind
    if item.fine and item.fine.least is not None and item.fine.most is not None:
        assert item.fine.least < item.fine.most


def test_of_an_old_text_and_the_one_that_ended_it_never_both_hold() -> None:
    for item in ALL:
        heirs = [provisions.provision(key) for key in item.successors]
        for heir in heirs:
            if heir.law.id == item.law.ended_by:
                assert item.valid_to == heir.valid_from


@given(st.sampled_from(ALL), st.dates(date(2010, 1, 1), date(2035, 12, 31)))
def test_a_look_up_gives_what_is_in_force_and_nothing_else(item: Provision, on: date) -> None:
    found = provisions.lookup(item.topic.id, on)
    assert (item in found) is (item.valid_from <= on < item.valid_to)
    ended = {"spl2018", "swl2020", "wpl2017", "epl2014"}
    sources = {entry.law.id for entry in found}
    assert not (sources & ended and "eec2026" in sources)


@given(st.sampled_from(ALL))
def test_the_edges_of_force_are_closed_before_and_open_after(item: Provision) -> None:
    assert item.in_force(item.valid_from)
    assert not item.in_force(item.valid_from - timedelta(days=1))
    if item.last_day is not None:
        assert item.in_force(item.last_day)
        assert not item.in_force(item.valid_to)
