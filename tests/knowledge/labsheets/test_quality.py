"""Controls of a laboratory: computed always, judged only by a limit that is known."""

from __future__ import annotations

import pytest
from tests.knowledge.labsheets.sheets_of import example, read, text

from jingtu.knowledge.labsheets.quality import controls, limits, relative_deviation


def test_controls_of_a_table() -> None:
    found = controls(example("质控样.xlsx"))
    assert [(item.kind, item.sample, item.analyte, item.figure, item.verdict) for item in found] == [
        ("parallel", "V1-P", "苯", pytest.approx(8 / 28 * 100), "exceed"),
        ("parallel", "V1-P", "镉", pytest.approx(20.0), "not_covered"),
        ("trip_blank", "QCB-1", "苯", 2.5, "exceed"),
        ("lab_blank", "QCB-2", "镉", 0.02, "not_covered"),
        ("surrogate", "V1-S", "甲苯-D8", 64.0, "exceed"),
        ("recovery", "V1-J", "镉", 96.0, "not_covered"),
        ("reference", "CRM-1", "镉", 0.15, "not_covered"),
    ]


@pytest.mark.parametrize(
    ("one", "two", "unit", "figure", "verdict", "reason"),
    [
        ("10", "6", "μg/kg", 25.0, "pass", ""),
        ("10", "5.9", "μg/kg", 25.786163522, "exceed", ""),
        ("10", "0.01", "mg/kg", 0.0, "pass", ""),
        ("10", "<1.9", "μg/kg", None, "not_covered", "one_below"),
        ("<1.9", "<1.9", "μg/kg", None, "not_covered", "both_below"),
    ],
)
def test_parallels_by_the_method(
    one: str, two: str, unit: str, figure: float | None, verdict: str, reason: str
) -> None:
    content = text(
        "样品编号,检测项目,检测结果,单位,检测方法",
        f"S1,苯,{one},μg/kg,HJ 605-2011",
        f"S1-P,苯,{two},{unit},HJ 605-2011",
    )
    (found,) = controls(read(content))
    assert (found.figure, found.verdict, found.reason) == (figure, verdict, reason)
    assert found.results == (0, 1)


def test_relative_deviation_is_no_relative_percent_difference() -> None:
    assert relative_deviation(12, 8) == 20.0
    assert relative_deviation(8, 12) == 20.0


def test_every_limit_names_its_source() -> None:
    assert all(item.source and item.clause and item.confidence for item in limits())


def test_a_code_that_ends_like_a_parallel_is_one_only_beside_its_original() -> None:
    table = read(text("样品编号,镉(mg/kg)", "S1,0.3", "S1-P,0.3", "GP,0.3", "S2-P,0.3", "S1(平行),0.3"))
    assert dict(zip(table["sample"], table["qc_kind"], strict=True)) == {
        "S1": "", "S1-P": "parallel", "GP": "", "S2-P": "", "S1(平行)": "parallel",
    }  # fmt: skip
