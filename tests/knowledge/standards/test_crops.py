"""GB 2762: golden cases, which limit a crop falls under, species after totals, dried goods, the two editions."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingtu.errors import NotConfiguredError
from jingtu.knowledge.standards.crops import covered_by
from jingtu.knowledge.standards.editions import editions
from jingtu.knowledge.standards.foods import find_crop, foods
from jingtu.knowledge.standards.screening import Screening, screen

_DAY = date(2026, 11, 22)
_GOLDEN = Path(__file__).parent / "data" / "golden_cases.csv"
_PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "standards" / "gb2762_2022_crops.csv"
_EDITIONS = [edition for edition in editions() if edition.standard == "gb2762"]


def _cases() -> list[dict[str, str]]:
    rows = csv.DictReader(_GOLDEN.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["standard"] == "gb2762"]


def _judge(*rows: tuple[str, str, str], on: date = _DAY, unit: str = "mg/kg") -> Screening:
    crop, analyte, value = zip(*rows, strict=True)
    return screen(
        {
            "sample": ["C1"] * len(rows),
            "crop": crop,
            "analyte": analyte,
            "value": value,
            "unit": [unit] * len(rows),
        },
        "gb2762",
        on,
    )


@pytest.mark.parametrize(
    ("written", "chinese"),
    [
        ("rice", "水稻"),
        ("Brown Rice", "糙米"),
        ("maize", "玉米"),
        ("Leafy vegetables", "菠菜"),
        ("白菜", "小白菜"),
    ],
)
def test_a_crop_in_another_word_has_the_same_limits(written: str, chinese: str) -> None:
    one, other = (
        _judge(*((crop, name, "0.3") for name in ("镉", "铅", "铬"))) for crop in (written, chinese)
    )
    assert [one.limits_of(place) for place in range(3)] == [other.limits_of(place) for place in range(3)]
    assert one.limits_of(0)


def test_a_crop_as_the_table_prints_its_line_has_the_limit_of_that_line() -> None:
    rice = "稻谷、糙米、大米（粉）"
    fresh = "新鲜蔬菜（叶菜蔬菜、豆类蔬菜、块根和块茎蔬菜、茎类蔬菜、黄花菜除外）"
    found = _judge(
        (rice, "镉", "0.21"), (rice, "无机砷", "0.3"), (fresh, "镉", "0.05"), (fresh, "铅", "0.05")
    )
    assert found.verdict.to_list() == ["exceed", "not_evaluable", "pass", "not_evaluable"]
    # Other lines of the table divide these foods for other contaminants.
    assert found.reason.to_list() == [None, "crop_unclear", None, "crop_unclear"]


@pytest.mark.parametrize(
    "case", _cases(), ids=lambda case: f"{case['case']}-{case['crop']}-{case['analyte']}"
)
def test_golden_case(case):
    on = date.fromisoformat(case["on_date"])
    row = (case["crop"], case["analyte"], case["value_printed"])
    if on < date(2023, 6, 30):
        with pytest.raises(NotConfiguredError):
            _judge(row, on=on)
        return
    found = _judge(row, on=on, unit=case["unit_printed"])
    assert found.verdict[0] == case["verdict"], found.reason[0]
    if case["verdict"] in {"pass", "exceed"}:
        assert found.limits_of(0)[0]["value"] == float(case["limit"].split(" ")[0])
    assert ("total_first" in case["flags"] and case["verdict"] == "pass") == ("total_first" in found.flags(0))


@pytest.mark.parametrize(("day", "number"), [(1, "GB 2762-2022"), (2, "GB 2762-2025")])
def test_the_edition_changes_on_the_second_of_september(day, number):
    found = _judge(("稻谷", "镉", "0.1"), on=date(2026, 9, day))
    assert found.edition.number == number
    assert found.limits_of(0)[0]["standard"] == number


@pytest.mark.parametrize(
    ("crop", "category"),
    [
        ("晚稻", "稻谷"),
        ("糙米", "糙米"),
        ("精米", "大米(粉)"),
        ("小麦籽粒", "小麦"),
        ("苞谷", "玉米"),
        ("果蔗", "新鲜水果"),
        ("甘蔗", "新鲜水果"),
        ("砂糖橘", "新鲜水果"),
        ("空心菜", "叶菜蔬菜"),
        ("叶菜", "叶菜蔬菜"),
        ("小白菜", "叶菜蔬菜"),
        ("红薯", "薯类"),
        ("花生", "花生"),
        ("干豆角", None),
        ("桑叶", None),
        ("脱水菠菜", "干制蔬菜"),
        ("干木耳", "木耳"),
    ],
)
def test_names_of_crops(crop, category):
    found = find_crop(crop)
    assert (found.food.name if found else None) == category


def test_no_crop_and_an_unknown_one_are_told_apart():
    found = _judge(("", "镉", "0.1"), ("桑叶", "镉", "0.1"), ("苦丁茶", "镉", "0.1"))
    assert found.reason.to_list() == ["crop_missing", "crop_unknown", "not_in_standard"]
    assert found.verdict.to_list() == ["not_evaluable", "not_evaluable", "not_covered"]
    without = screen({"analyte": ["镉"], "value": ["0.1"], "unit": ["mg/kg"]}, "gb2762", _DAY)
    assert without.reason[0] == "crop_missing"


@pytest.mark.parametrize(
    ("crop", "analyte", "verdict"),
    [
        ("蔬菜", "镉", "not_evaluable"),  # 0.05, 0.1 or 0.2
        ("蔬菜", "总汞", "exceed"),  # 0.01 for all
        ("谷物", "镉", "not_evaluable"),
        ("谷物", "铬", "pass"),
        ("水果", "镉", "exceed"),
        ("水果", "铅", "not_evaluable"),  # cranberries
        ("粮食", "总砷", "not_evaluable"),
        ("块根和块茎蔬菜", "铅", "not_evaluable"),
        ("胡萝卜", "铅", "exceed"),
        ("叶菜", "铅", "pass"),
        ("食用菌", "铅", "not_evaluable"),
    ],
)
def test_a_category_alone_has_a_limit_where_its_foods_share_it(crop, analyte, verdict):
    found = _judge((crop, analyte, "0.15"))
    assert found.verdict[0] == verdict
    assert (found.reason[0] == "crop_unclear") == (verdict == "not_evaluable")


def test_the_species_is_judged_where_it_was_measured_and_its_total_is_not():
    found = _judge(("稻谷", "总砷", "0.40"), ("稻谷", "无机砷", "0.30"))
    assert found.verdict.to_list() == ["not_covered", "pass"]
    assert found.reason[0] == "species_measured"
    assert found.samples[0]["verdict"] == "pass"
    alone = _judge(("稻谷", "总砷", "0.40"))
    assert (alone.verdict[0], alone.reason[0]) == ("not_evaluable", "species_needed")
    unread = _judge(("稻谷", "总砷", "0.30"), ("稻谷", "无机砷", "痕量"))
    assert unread.verdict[0] == "pass"


def test_wheat_has_a_limit_of_total_arsenic_and_none_of_inorganic():
    found = _judge(("小麦", "总砷", "0.51"), ("小麦", "无机砷", "0.1"))
    assert found.verdict.to_list() == ["exceed", "not_covered"]
    assert found.limits_of(0)[0]["food"] == "谷物(稻谷除外)（小麦、玉米等）"


def test_mercury_of_fungi_is_held_against_methylmercury():
    found = _judge(("鲜香菇", "总汞", "0.10"), ("平菇", "总汞", "0.11"), ("平菇", "甲基汞", "0.11"))
    assert found.verdict.to_list() == ["pass", "not_covered", "exceed"]
    alone = _judge(("平菇", "总汞", "0.11"))
    assert (alone.verdict[0], alone.reason[0]) == ("not_evaluable", "species_needed")


def test_a_non_detect_of_the_total_whose_limit_is_too_high_does_not_ask_for_the_species():
    found = _judge(("大米", "总砷", "0.5L"))
    assert (found.verdict[0], found.reason[0]) == ("not_evaluable", "detection_limit_above_limit")


def test_dried_fungi_pass_below_the_fresh_limit_and_need_the_ratio_above_it():
    found = _judge(("干制香菇", "镉", "0.4"), ("干制香菇", "镉", "2.0"), ("鲜香菇", "镉", "2.0"))
    assert found.verdict.to_list() == ["pass", "not_evaluable", "exceed"]
    assert "dried_goods" in found.flags(0)
    assert found.reason[1] == "drying_ratio"


def test_a_limit_on_dry_weight_is_certain_upwards_alone():
    found = _judge(("木耳", "镉", "0.6"), ("木耳", "镉", "0.1"))
    assert found.verdict.to_list() == ["exceed", "not_evaluable"]
    assert found.reason[1] == "dry_weight_basis"


@pytest.mark.parametrize("edition", _EDITIONS, ids=lambda edition: edition.number)
def test_no_food_has_two_limits_of_one_contaminant(edition):
    seen: dict[tuple[str, str], str] = {}
    for limit in edition.table.limits:
        assert covered_by(limit), limit
        for key in covered_by(limit):
            assert (limit.analyte_id, key) not in seen, (key, seen.get((limit.analyte_id, key)), limit)
            seen[limit.analyte_id, key] = limit.value


@pytest.mark.parametrize("edition", _EDITIONS, ids=lambda edition: edition.number)
def test_every_limit_has_its_source_and_its_doubt(edition):
    for limit in edition.table.limits:
        assert limit.source
        assert limit.clause
        assert limit.confidence in {"high", "medium"}
        assert limit.confidence == "high" or limit.second_reading


def test_what_is_under_the_old_edition_is_under_the_new_one_with_the_same_limit():
    old, new = (
        {(row.analyte_id, key): row.upper for row in one.table.limits for key in covered_by(row)}
        for one in _EDITIONS
    )
    assert old.items() <= new.items()


@given(
    st.sampled_from(sorted(foods())),
    st.sampled_from(["镉", "铅", "总汞", "总砷", "铬"]),
    st.floats(1e-4, 10),
    st.floats(1.001, 100),
    st.sampled_from([("μg/kg", 1000), ("mg/kg", 1), ("ng/g", 1000)]),
)
def test_more_never_passes_where_less_did_not_and_the_unit_does_not_matter(food, analyte, value, more, unit):
    name = foods()[food].name
    order = {"pass": 0, "not_evaluable": 1, "exceed": 2}
    low, high = (_judge((name, analyte, repr(one))).verdict[0] for one in (value, value * more))
    assert order.get(low, 0) <= order.get(high, 0)
    other = _judge((name, analyte, f"{value * unit[1]!r}"), unit=unit[0]).verdict[0]
    assert other == low


@pytest.mark.skipif(not _PUBLISHED.exists(), reason="the transcription lies outside the repository")
def test_the_limits_of_2022_are_those_of_the_transcription():
    symbols = {"Pb": "lead", "Cd": "cadmium", "Hg": "mercury", "As": "arsenic", "Cr": "chromium_total"}
    ours = {(row.analyte_id, row.rest["food"]): float(row.upper or 0) for row in _EDITIONS[0].table.limits}
    compared = 0
    for row in csv.DictReader(_PUBLISHED.read_text(encoding="utf-8").splitlines()):
        key = symbols.get(row["pollutant"], row["pollutant"])
        for analyte in (key, "arsenic_inorganic"):
            if (analyte, row["food_cn"]) in ours and (
                analyte != "arsenic" or "无机" not in row["species_basis"]
            ):
                assert ours[analyte, row["food_cn"]] == float(row["limit_2022"]), row
                compared += 1
                break
    assert compared == len(ours)
