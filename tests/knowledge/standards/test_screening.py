"""What the golden cases do not reach: sums, places, days, odd columns."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from jingtu.errors import InputError, NotConfiguredError
from jingtu.knowledge.standards.screening import screen

ON = date(2026, 11, 22)


def judge(standard: str, rows: list[dict[str, Any]], **more: Any) -> Any:
    names = list(dict.fromkeys(name for row in rows for name in row))
    base = {"sample": "S1", "unit": "mg/kg"}
    return screen(
        {name: [row.get(name, base.get(name)) for row in rows] for name in {*names, *base}},
        standard,
        more.pop("on", ON),
        **more,
    )


def last(found: Any) -> tuple[str, str | None, str | None]:
    row = len(found) - 1
    return found.verdict[row], found.reason[row], found.analyte_id[row]


ISOMERS = ["α-六六六", "β-六六六", "γ-六六六", "δ-六六六"]


def hch(*values: str, **more: Any) -> Any:
    return judge(
        "gb15618",
        [{"analyte": name, "value": value} | more for name, value in zip(ISOMERS, values, strict=False)],
    )


def test_a_sum_is_computed_for_each_sample() -> None:
    rows = [
        {"sample": sample, "analyte": name, "value": value}
        for sample, value in (("S1", "0.02"), ("S2", "0.03"))
        for name in ISOMERS
    ]
    found = judge("gb15618", rows)
    sums = {found.sample[row]: found.verdict[row] for row in range(8, 10)}
    assert sums == {"S1": "below_screening", "S2": "above_screening"}
    assert found.verdict.to_list()[:8] == ["not_covered"] * 8
    assert set(found.reason.to_list()[:8]) == {"member_of_sum"}
    assert [(one["sample"], one["verdict"], one["driver"]) for one in found.samples] == [
        ("S1", "below_screening", "六六六总量"),
        ("S2", "above_screening", "六六六总量"),
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("0.025", "0.025", "0.025", "0.025"), ("below_screening", None)),
        (("0.025", "0.025", "0.025", "0.0250001"), ("above_screening", None)),
        (("ND", "0.01", "0.01", "0.01"), ("not_evaluable", "sum_bad_member")),
        (("<0.01", "<0.01", "<0.01", "<0.01"), ("below_screening", None)),
        (("<0.03", "<0.03", "<0.03", "<0.03"), ("not_evaluable", "sum_undecided")),
        (("0.11", "<0.03", "<0.03", "<0.03"), ("above_screening", None)),
        (("0.01", "0.01", "0.01"), ("not_evaluable", "sum_incomplete")),
        (("0.11",), ("above_screening", None)),
        ((">0.1", "0", "0", "0"), ("above_screening", None)),
        ((">0.05", "0", "0", "0"), ("not_evaluable", "sum_undecided")),
    ],
)
def test_sums_with_what_laboratories_print(values: tuple[str, ...], expected: tuple[str, str | None]) -> None:
    assert last(hch(*values)) == (*expected, "hch_total")


def test_members_in_other_units_are_converted_exactly() -> None:
    found = hch("25", "25", "25", "25", unit="μg/kg")
    assert last(found)[0] == "below_screening"
    assert (found.value[4], found.unit[4]) == (0.1, "mg/kg")


def test_a_sum_that_is_given_is_not_computed_again() -> None:
    rows = [{"analyte": name, "value": "1"} for name in ISOMERS] + [
        {"analyte": "六六六总量", "value": "0.05"}
    ]
    found = judge("gb15618", rows)
    assert len(found) == 5
    assert found.verdict[4] == "below_screening"


def test_a_member_twice_in_one_place_is_no_sum_but_two_depths_are_two_sums() -> None:
    twice = [{"analyte": name, "value": "0.01", "depth": "0-0.2"} for name in [*ISOMERS, ISOMERS[0]]]
    assert last(judge("gb15618", twice))[:2] == ("not_evaluable", "sum_ambiguous")
    depths = [
        {"analyte": name, "value": "0.01", "depth": depth}
        for depth in ("0-0.2", "0.2-0.5")
        for name in ISOMERS
    ]
    assert judge("gb15618", depths).verdict.to_list()[8:] == ["below_screening"] * 2


def test_ddt_means_other_members_in_each_standard() -> None:
    rows = [{"analyte": name, "value": "0.06"} for name in ("p,p'-DDE", "p,p'-DDD", "o,p'-DDT", "p,p'-DDT")]
    assert last(judge("gb15618", rows)) == ("above_screening", None, "ddt_total")
    building = judge("gb36600", rows, land_class=1)
    assert building.analyte_id.to_list() == ["dde_p_p", "ddd_p_p", "ddt_o_p", "ddt_p_p", "ddt_op_pp"]
    assert building.value[4] == 0.12


def test_twelve_pcb_are_not_summed_by_guess() -> None:
    found = judge("gb36600", [{"analyte": "PCB77", "value": "1"}], land_class=1)
    assert (len(found), found.verdict[0], found.reason[0]) == (1, "not_covered", "not_in_standard")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"unit": ""}, "missing_unit"),
        ({"unit": None}, "missing_unit"),
        ({"unit": "担"}, "unknown_unit"),
        ({"unit": "mg/L"}, "unit_mismatch"),
        ({"value": "0.3mg/kg", "unit": "μg/kg"}, "unit_conflict"),
        ({"value": "-1"}, "negative"),
        ({"value": "微量"}, "text"),
        ({"value": "0.1~0.5"}, "range"),
        ({"value": ""}, "empty"),
        ({"value": "ND"}, "no_detection_limit"),
        ({"value": "<0.31"}, "detection_limit_above_limit"),
        ({"value": ">0.3"}, "above_range_undecided"),
        ({"ph": ""}, "no_ph"),
        ({"ph": "酸性"}, "bad_ph"),
        ({"ph": "14.1"}, "bad_ph"),
        ({"ph": "<5"}, "bad_ph"),
        ({"land_use": None}, "no_land_use"),
        ({"land_use": "耕地"}, "no_land_use"),
        ({"land_use": "火星"}, "unknown_land_use"),
    ],
)
def test_why_a_result_is_not_evaluable(row: dict[str, Any], reason: str) -> None:
    found = judge("gb15618", [{"analyte": "镉", "value": "0.2", "ph": "5", "land_use": "水田"} | row])
    assert (found.verdict[0], found.reason[0]) == ("not_evaluable", reason)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        ({"value": "<0.3"}, "below_screening"),
        ({"value": "ND", "detection_limit": "0.3"}, "below_screening"),
        ({"value": "ND", "detection_limit": "300μg/kg"}, "below_screening"),
        ({"value": ">1.5"}, "above_intervention"),
        ({"value": "0.3mg/kg", "unit": None}, "below_screening"),
        ({"ph": 5.5}, "below_screening"),
        ({"ph": "5.50"}, "below_screening"),
    ],
)
def test_what_is_evaluable(row: dict[str, Any], verdict: str) -> None:
    found = judge("gb15618", [{"analyte": "镉", "value": "0.3", "ph": "5", "land_use": "水田"} | row])
    assert (found.verdict[0], found.reason[0]) == (verdict, None)


def test_zinc_above_range_has_no_intervention_value_to_fear() -> None:
    found = judge("gb15618", [{"analyte": "锌", "value": ">2000", "ph": "6"}])
    assert (found.verdict[0], found.flags(0)) == ("above_screening", ("above_range",))


def test_the_class_of_the_call_wins_and_says_so() -> None:
    rows = [{"analyte": "砷", "value": "25", "land_use": use} for use in ("R", "M", None, "水田")]
    found = judge("gb36600", rows, land_class=2)
    assert found.verdict.to_list() == ["below_screening"] * 3 + ["not_covered"]
    assert [found.flags(row) for row in range(4)] == [("land_class_conflict",), (), (), ()]


def test_a_land_use_that_may_be_either_class_is_class_1() -> None:
    found = judge(
        "gb36600",
        [{"analyte": "砷", "value": "25", "land_use": use} for use in ("G1", "A3", "待定", "火星", "")],
    )
    assert found.verdict.to_list() == ["between"] * 5
    assert all("land_class_unclear" in found.flags(row) for row in range(5))


def test_each_row_by_the_edition_of_its_day() -> None:
    rows = [
        {"analyte": "砷", "value": "25", "sampled_on": day}
        for day in (date(2018, 7, 31), date(2020, 1, 1), None)
    ]
    found = judge("gb36600", rows, land_class=1, by_sampling_date=True)
    assert found.verdict.to_list() == ["not_covered", "between", "between"]
    assert found.reason.to_list() == ["no_edition", None, None]
    assert found.source.tolist() == [0, 1, 2]
    with pytest.raises(InputError):
        judge("gb36600", rows, by_sampling_date=True, on=None)
    with pytest.raises(NotConfiguredError):
        judge("gb36600", rows[:1], by_sampling_date=True, on=None)


def test_two_editions_in_one_sheet() -> None:
    rows = [
        {"analyte": "镉", "value": "0.3", "crop": "稻谷", "sampled_on": day}
        for day in ("2026-09-02", "2026-09-01", "2026-09-02")
    ]
    found = judge("gb2762", rows, by_sampling_date=True)
    assert [limit["standard"] for row in range(3) for limit in found.limits_of(row)] == [
        "GB 2762-2025",
        "GB 2762-2022",
        "GB 2762-2025",
    ]
    assert found.edition.number == "GB 2762-2025"


def test_a_sample_is_as_bad_as_its_worst_result() -> None:
    rows = [
        {"analyte": "砷", "value": "25"},
        {"analyte": "铅", "value": "900"},
        {"analyte": "镉", "value": "ND"},
        {"analyte": "锌", "value": "1"},
        {"sample": "S2", "analyte": "镉", "value": "ND"},
        {"sample": "S3", "analyte": "锌", "value": "1"},
    ]
    found = judge("gb36600", rows, land_class=1)
    assert [
        (one["sample"], one["verdict"], one["driver"], one["not_evaluable"]) for one in found.samples
    ] == [
        ("S1", "above_intervention", "铅", 1),
        ("S2", "not_evaluable", None, 1),
        ("S3", "not_covered", None, 0),
    ]


def test_nothing_in_nothing_out() -> None:
    found = screen({"analyte": [], "value": [], "unit": []}, "gb36600", ON)
    assert found.to_json()["results"] == []
    assert found.samples == []


def test_a_document_has_no_numbers_that_json_does_not_know() -> None:
    found = screen(
        {"analyte": ["砷", "砷"], "value": [float("nan"), 1.0], "unit": ["mg/kg"] * 2}, "gb36600", ON
    )
    json.dumps(found.to_json(), allow_nan=False)
    assert found.to_json()["results"][0]["reported"]["value"] is None


def test_wrong_calls() -> None:
    with pytest.raises(InputError):
        screen({"value": [1]}, "gb36600", ON)
    with pytest.raises(InputError):
        screen({"analyte": ["砷"], "value": [1, 2]}, "gb36600", ON)
    with pytest.raises(InputError):
        screen({"analyte": ["砷"], "value": [1]}, "gb36600", ON, land_class=3)
    with pytest.raises(InputError):
        screen({"analyte": ["砷"], "value": [1]}, "gb36600")


def test_the_table_of_results_has_words() -> None:
    found = judge(
        "gb36600", [{"analyte": "砷", "value": "<0.5"}, {"analyte": "总铬", "value": 3}], land_class=1
    )
    frame = found.frame()
    assert frame["verdict_words"].to_list() == ["未超过筛选值", "标准未规定"]
    assert frame["flag_words"][0] == "未检出，按检出限与限值比较"
    assert frame["reason_words"][1] == "标准只规定铬（六价），总铬不能据此判定"
    assert frame.schema["value"] == pl.Float64
