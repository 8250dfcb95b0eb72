"""The tables of the two soil standards against a transcription that was made apart, and within themselves."""

from __future__ import annotations

import csv
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from jingtu.errors import NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.data_rows import folded, rows
from jingtu.knowledge.standards.editions import edition_on, editions
from jingtu.knowledge.standards.reasons import FLAGS, words_of
from jingtu.knowledge.standards.screening import EVALUATORS, evaluator_of
from jingtu.knowledge.standards.units import unit_of

ON = date(2026, 11, 22)
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "standards"
apart = pytest.mark.skipif(not SHARED.is_dir(), reason="the other transcription lies outside the repository")


def transcription(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((SHARED / name).read_text(encoding="utf-8").splitlines()))


@apart
def test_gb36600_against_the_other_transcription() -> None:
    def key(cas: str, name: str) -> str:
        return " ".join(sorted(re.findall(r"\d+-\d\d-\d", cas))) or folded(name)

    found = {
        (key(limit.cas, limit.name), limit.kind, limit.land_class): limit.upper
        for limit in edition_on("gb36600", ON).table.limits
    }
    expected = {
        (key(row["cas"], row["name_cn"]), kind, land): Fraction(row[f"{kind}_class{land}"])
        for row in transcription("gb36600_2018.csv")
        for kind in ("screening", "intervention")
        for land in "12"
    }
    assert len(expected) == 340
    assert found == expected


@apart
def test_gb15618_against_the_other_transcription() -> None:
    table = edition_on("gb15618", ON).table
    uses = {"paddy": "水田", "other": "其他", "orchard": "果园", "all": "全部"}
    found = {
        (
            limit.analyte_id,
            limit.kind,
            uses[limit.land_use],
            str(limit.ph_gt or ""),
            str(limit.ph_le or ""),
        ): limit.upper
        for limit in table.limits
    }
    expected = {}
    for row in transcription("gb15618_2018.csv"):
        key = table.analytes.ids[table.analytes.find(row["item_cn"]).code]
        low, high = (str(Fraction(row[name])) if row[name] else "" for name in ("ph_gt", "ph_le"))
        use = row["land_use"] if row["land_use"] in {"水田", "其他", "果园"} else "全部"
        expected[key, row["value_type"], use, low, high] = Fraction(row["value_mg_per_kg"])
    assert len(expected) == 79
    assert found == expected


@pytest.mark.parametrize("standard", ["gb15618", "gb36600"])
def test_the_print_is_the_number(standard: str) -> None:
    for limit in edition_on(standard, ON).table.limits:
        mantissa, _, power = limit.value.partition("×10")
        number = Fraction(mantissa)
        if power:
            number *= Fraction(10) ** int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))
        assert number == limit.upper, limit


@pytest.mark.parametrize("edition", editions(), ids=lambda edition: edition.number)
def test_every_limit_has_clause_source_day_and_unit(edition) -> None:
    assert edition.table.limits
    for limit in edition.table.limits:
        assert limit.clause
        assert limit.source
        assert limit.confidence in {"high", "medium", "low"}
        assert limit.valid_from == edition.valid_from.isoformat()
        assert unit_of(limit.unit) is not None, limit.unit


def test_sources_speak_of_nothing_private() -> None:
    for name in ("gb15618.csv", "gb36600.csv"):
        for row in rows(name):
            text = " ".join(row.values())
            assert "shared" not in text
            assert "index id" not in text


@pytest.mark.parametrize("standard", ["gb15618", "gb36600"])
def test_screening_is_never_above_intervention(standard: str) -> None:
    limits = edition_on(standard, ON).table.limits
    pairs = [
        (low, high)
        for low in limits
        for high in limits
        if (low.kind, high.kind) == ("screening", "intervention")
        and (low.analyte_id, low.land_class, low.ph_band) == (high.analyte_id, high.land_class, high.ph_band)
    ]
    assert len(pairs) == (40 if standard == "gb15618" else 170)
    assert all((low.upper or 0) <= (high.upper or 0) for low, high in pairs)


@pytest.mark.parametrize("edition", editions(), ids=lambda edition: edition.number)
def test_a_name_means_one_analyte(edition) -> None:
    names = edition.table.analytes
    lines = [*rows(edition.file), *rows("sums.csv"), *rows("not_judged.csv")]
    for line in lines:
        if line["standard"] not in {edition.number, edition.standard}:
            continue
        key = line.get("id") or line["member_id"]
        for word in line["aliases"].split("|"):
            if word:
                assert names.ids[names.find(word).code] == key, word


def test_editions_of_one_standard_do_not_overlap() -> None:
    for edition in editions():
        others = [
            other for other in editions() if other.standard == edition.standard and other is not edition
        ]
        assert not any(other.in_force(edition.valid_from) for other in others)


def test_the_day_chooses_the_edition() -> None:
    assert edition_on("gb36600", date(2018, 8, 1)).number == "GB 36600-2018"
    with pytest.raises(NotConfiguredError) as caught:
        edition_on("gb36600", date(2018, 7, 31))
    assert "2018-08-01" in caught.value.message
    with pytest.raises(NotFoundError):
        edition_on("gb1", ON)


def test_every_edition_has_its_evaluator() -> None:
    for edition in editions():
        assert callable(evaluator_of(edition.evaluator))
    assert {edition.evaluator for edition in editions()} <= EVALUATORS.keys()


def test_flags_fit_into_their_bits_and_every_code_has_words() -> None:
    assert len(FLAGS) <= 32
    for row in rows("reasons.csv"):
        assert words_of(row["kind"], row["code"]) == row["words"] != ""
