"""Names as laboratories write them, within one standard."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jingtu.knowledge.standards.analytes import Lexicon, factorised
from jingtu.knowledge.standards.editions import edition_on
from jingtu.knowledge.standards.reasons import REASONS

ON = date(2026, 11, 22)
WRITTEN = {
    "gb36600": {
        "cadmium": [
            "镉",
            "Cd",
            "cd",
            "CD",
            "镉Cd",
            "Cd镉",
            "Cd（镉）",
            "镉/Cd",
            "镉 (mg/kg)",
            "总镉",
            "7440-43-9",
            "cadmium",
        ],
        "mercury": ["汞(总量)", "总汞(Hg)", "汞（以Hg计）"],
        "cobalt": ["Co", "co", "钴(Co)"],
        "chromium_vi": [
            "六价铬",
            "铬（六价）",
            "铬(VI)",
            "Cr⁶⁺",
            "Cr6+",
            "六价铬(Cr6+)",
            "六价铬（Cr（Ⅵ））",
            "铬 (六价)",
        ],
        "dichlorobenzene_1_2": ["1，2-二氯苯", "1,2-二氯苯", "1,2－二氯苯", "邻二氯苯"],
        "tetrachloroethane_1_1_1_2": ["1,1,1,2一四氯乙烷"],
        "xylene_m_p": [
            "108-38-3, 106-42-3",
            "108-38-3/106-42-3",
            "间、对-二甲苯",
            "间&对二甲苯",
            "间二甲苯+对二甲苯",
            "间,对-二甲苯",
        ],
        "benzo_a_pyrene": ["苯并[a]芘", "苯并(a)芘", "苯并（a）芘", "苯并［a］芘", "苯并[a]芘(BaP)", "BaP"],
        "petroleum_hydrocarbons_c10_c40": ["石油烃（C10-C40）", "石油烃(C10~C40)", "石油烃C10-C40"],
        "dde_p_p": ["p,p′-DDE", "p,p’-滴滴伊", "4,4'-DDE"],
        "ddt_op_pp": ["滴滴涕", "DDT"],
    },
    "gb15618": {
        "chromium_total": ["铬", "总铬(Cr)", "Cr"],
        "hch_total": ["六六六", "六六六(总量)", "HCH"],
        "ddt_total": ["滴滴涕总量", "滴滴涕"],
        "ddt_o_p": ["o,p'-DDT"],
    },
}
NOBODY = {
    "gb36600": ["CO", "有效态镉", "镉(有效态)", "镉(浸出)", "石油类", "苯系物", "", "镉砷", "砷/镉", "总烃"],
    "gb15618": ["水分", "pp", "有机质"],
}


@pytest.mark.parametrize(
    ("standard", "key", "word"),
    [
        (standard, key, word)
        for standard, keys in WRITTEN.items()
        for key, words in keys.items()
        for word in words
    ],
)
def test_names(standard: str, key: str, word: str) -> None:
    names = edition_on(standard, ON).table.analytes
    assert names.ids[names.find(word).code] == key


@pytest.mark.parametrize(
    ("standard", "word"), [(standard, word) for standard, words in NOBODY.items() for word in words]
)
def test_what_is_nobody(standard: str, word: str) -> None:
    assert edition_on(standard, ON).table.analytes.find(word).code == -1


@pytest.mark.parametrize(
    ("standard", "word", "reason"),
    [
        ("gb36600", "总铬", "total_not_hexavalent"),
        ("gb36600", "Cr", "total_not_hexavalent"),
        ("gb36600", "石油烃(C6-C9)", "fraction_not_covered"),
        ("gb36600", "锌", "not_in_standard"),
        ("gb15618", "Cr(VI)", "species_not_covered"),
        ("gb15618", "镉（有效态）", "available_form"),
        ("gb15618", "甲基汞", "species_not_covered"),
        ("gb15618", "α-HCH", "member_of_sum"),
    ],
)
def test_what_a_standard_does_not_judge_has_its_reason(standard: str, word: str, reason: str) -> None:
    assert REASONS[edition_on(standard, ON).table.analytes.find(word).reason] == reason


def test_a_salt_by_its_ion_is_not_the_salt_by_its_element() -> None:
    names = edition_on("gbt14848", ON).table.analytes
    assert names.find("硝酸盐(以N计)").unit_suffix == ""
    other = names.find("硝酸盐(以NO3-计)")
    assert other.code == -1 or other.unit_suffix


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.sampled_from(["镉", "砷", "什么", "", "Cd"]), st.text(max_size=3)),
        max_size=40,
    )
)
def test_codes_stand_for_their_words(column: list[str | None]) -> None:
    series = pl.Series(column, dtype=pl.String)
    for codes, words in (factorised(series), Lexicon(["镉", "砷", "铅"]).codes(series)):
        assert [words[code] for code in codes.tolist()] == column
