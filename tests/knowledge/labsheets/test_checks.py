"""Every problem is named with its cell, all of them at once."""

from __future__ import annotations

from datetime import date

import pytest
from tests.knowledge.labsheets.sheets_of import EXAMPLES, found, named, read, text, workbook

from jingtu.knowledge.labsheets import check
from jingtu.knowledge.labsheets.words import table

LONG = "样品编号,检测项目,检测结果,单位,检出限"


def test_all_mistakes_of_a_report_at_once() -> None:
    findings = found((EXAMPLES / "示例检测结果（有误）.xlsx").read_bytes())
    assert [(item.code, item.sheet, item.row, item.column) for item in findings if item.blocks] == [
        ("swapped_coordinates", "样品信息", 5, "D"),
        ("depth_order", "样品信息", 6, "F"),
        ("type_field", "样品信息", 7, "I"),
        ("type_value", "土壤检测结果", 5, "D"),
        ("negative", "土壤检测结果", 6, "F"),
        ("range_ph", "土壤检测结果", 7, "B"),
        ("duplicate", "土壤检测结果", 9, "B"),
        ("duplicate", "土壤检测结果", 9, "C"),
        ("duplicate", "土壤检测结果", 9, "D"),
        ("duplicate", "土壤检测结果", 9, "E"),
        ("duplicate", "土壤检测结果", 9, "F"),
        ("duplicate", "土壤检测结果", 9, "G"),
        ("duplicate", "土壤检测结果", 9, "I"),
        ("not_listed", "土壤检测结果", 10, "A"),
    ]
    assert [(item.code, item.sheet, item.row, item.column) for item in findings if not item.blocks] == [
        ("without_results", "样品信息", 7, "C"),
        ("analyte_spelling", "土壤检测结果", 3, "C"),
        ("repeated", "土壤检测结果", 9, "H"),
        ("parallel_exceeds", "土壤检测结果", 11, "H"),
        ("blank_exceeds", "土壤检测结果", 12, "I"),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["S1,镉,0.3,mg/kg,0.01"], []),
        ([",镉,0.3,mg/kg,"], [("required_sample", 2, "A")]),
        (["S1,,0.3,mg/kg,"], [("required_analyte", 2, "B")]),
        (["S1,镉,,mg/kg,"], [("required_value", 2, "C")]),
        (["S1,镉,0.3,,"], [("required_unit", 2, "D")]),
        (["S1,pH,6.3,,"], []),
        (["S1,嗅和味,无,,"], []),
        (["S1,镉,无,mg/kg,"], [("type_value", 2, "C")]),
        (["S1,镉,O.3,mg/kg,"], [("type_value", 2, "C")]),
        (["S1,镉,0.1~0.3,mg/kg,"], [("type_range", 2, "C")]),
        (["S1,镉,-0.3,mg/kg,"], [("negative", 2, "C")]),
        (["S1,镉,#DIV/0!,mg/kg,"], [("error_cell", 2, "C")]),
        (["S1,镉,ND,mg/kg,"], [("no_detection_limit", 2, "C")]),
        (["S1,镉,ND,mg/kg,0.01"], []),
        (["S1,镉,<0.01,mg/kg,"], []),
        (["S1,镉,/,mg/kg,", "S2,镉,1,mg/kg,"], []),
        (["S1,镉,0.005,mg/kg,0.01"], [("below_limit", 2, "C")]),
        (["S1,隔,0.3,mg/kg,"], [("analyte_spelling", 2, "B")]),
        (["S1,六价酪,0.3,mg/kg,"], [("analyte_spelling", 2, "B")]),
        (["S1,示例醇,0.3,mg/kg,"], [("unknown_analyte", 2, "B")]),
        (["S1,镉,0.3,mgkg,"], [("unknown_unit", 2, "D")]),
        (["S1,镉,0.3,mg/kg,", "S2,镉,0.3,μg/kg,"], [("unit_differs", 3, "D")]),
        (["S1,镉,0.3,mg/kg,", "S2,镉,0.3,mg/Kg,"], []),
        (["S1,pH,64,无量纲,"], [("range_ph", 2, "C")]),
        (["S1,pH,2.1,无量纲,"], [("unusual_ph", 2, "C")]),
        (["S1,pH,14,无量纲,"], [("unusual_ph", 2, "C")]),
        (["S1,锌,1200000,mg/kg,"], [("range_share", 2, "C")]),
        (["S1,镉,0.3,mg/kg,", "S1,镉,0.4,mg/kg,"], [("duplicate", 3, "C")]),
        (["S1,镉,0.3,mg/kg,", "S1,Cd,0.4,mg/kg,"], [("duplicate", 3, "C")]),
        (["S1,镉,0.3,mg/kg,", "S1,镉,0.3,mg/kg,"], [("repeated", 3, "C")]),
        (["S1,镉,0.3,mg/kg,", "S1平行,镉,0.31,mg/kg,"], []),
        (["S1平行,镉,0.31,mg/kg,"], [("parallel_alone", 2, "A")]),
        (["S1,镉,0.3,mg/kg,", "实验室空白1,镉,0.02,mg/kg,"], [("blank_detected", 3, "C")]),
    ],
)
def test_results(rows: list[str], expected: list[tuple[str, int, str]]) -> None:
    assert named(found(text(LONG, *rows))) == expected


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        ("采样深度", "0-0.5", []),
        ("采样深度", "表层", [("type_field", 2, "D")]),
        ("采样深度", "1.5-0.5", [("depth_order", 2, "D")]),
        ("采样深度", "0-20", [("depth_unit", 2, "D")]),
        ("采样深度(cm)", "0-20", []),
        ("采样深度", "0-20cm", []),
        ("采样深度", "-1", [("depth_negative", 2, "D")]),
        ("采样日期", "2026-02-30", [("type_field", 2, "D")]),
        ("采样日期", "2026-11-23", [("date_future", 2, "D")]),
        ("采样日期", "2026-11-22", []),
        ("采样日期", "1926-05-03", [("date_old", 2, "D")]),
        ("经度", "209.4", [("range_coordinates", 2, "D")]),
        ("经度", "109°24′", []),
        ("经度", "东一百零九", [("type_field", 2, "D")]),
        ("用地类型", "月面", [("unknown_land_use", 2, "D")]),
        ("样品类型", "空气", [("unknown_medium", 2, "D")]),
        ("样品属性", "不知道", [("unknown_qc", 2, "D")]),
        ("检测方法", "见附件", [("unknown_method", 2, "D")]),
        ("检测方法", "GB/T 17141-1997", []),
        ("pH", "6.2x", [("type_field", 2, "D")]),
    ],
)
def test_fields(head: str, row: str, expected: list[tuple[str, int, str]]) -> None:
    content = text(f"样品编号,检测项目,检测结果(mg/kg),{head}", f"S1,镉,0.3,{row}")
    assert named(found(content, on=date(2026, 11, 22))) == expected


@pytest.mark.parametrize(
    ("medium", "unit", "bad"),
    [
        ("土壤", "mg/kg", False), ("土壤", "μg/kg", False), ("土壤", "mg/L", True), ("土壤", "%", False),
        ("地下水", "mg/L", False), ("地下水", "mg/kg", True), ("农产品", "μg/L", True), ("底泥", "mg/kg", False),
    ],
)  # fmt: skip
def test_units_that_a_medium_cannot_have(medium: str, unit: str, bad: bool) -> None:
    findings = found(text("样品编号,样品类型,检测项目,检测结果,单位", f"S1,{medium},氟化物,0.3,{unit}"))
    assert named(findings) == ([("unit_of_medium", 2, "E")] if bad else [])


def test_coordinates_that_changed_places() -> None:
    content = text(
        "样品编号,经度,纬度,镉(mg/kg)", "S1,24.3,109.4,0.3", "S2,109.4,24.3,0.3", "S3,10.94,24.3,0.3"
    )
    assert named(found(content)) == [("swapped_coordinates", 2, "B"), ("range_coordinates", 4, "B")]


def test_result_and_detection_limit_that_changed_places_are_named_once() -> None:
    rows = [f"S{number},镉,0.01,mg/kg,0.{number}5" for number in range(1, 8)]
    assert [(item.code, item.column) for item in found(text(LONG, *rows))] == [("swapped_columns", "E")]


def test_a_unit_that_is_a_thousand_times_off() -> None:
    rows = [f"S{number},铅,{26000 + number},mg/kg," for number in range(1, 6)]
    assert [(item.code, item.column) for item in found(text(LONG, *rows))] == [("magnitude", "D")]
    right = [f"S{number},铅,{26000 + number},μg/kg," for number in range(1, 6)]
    assert found(text(LONG, *right)) == []


def test_a_sample_that_is_two() -> None:
    content = text("样品编号,采样点位,深度,镉(mg/kg),铅(mg/kg)", "S1,P1,0-0.5,0.3,", "S1,P2,0-0.5,,20")
    assert named(found(content)) == [("sample_differs", 3, "B")]


def test_orphans_of_the_list_of_samples_and_of_the_points_that_are_known() -> None:
    content = workbook(
        结果=[["样品编号", "镉(mg/kg)"], ["S1", 0.3], ["S3", 0.2]],
        样品=[["样品编号", "采样点位", "采样日期"], ["S1", "P1", "2026-05-03"], ["S2", "P2", "2026-05-03"]],
    )
    assert [(item.code, item.sheet, item.row, item.column) for item in found(content)] == [
        ("without_results", "样品", 3, "A"), ("not_listed", "结果", 3, "A"),
    ]  # fmt: skip
    with_points = found(content, points={"P2"})
    assert ("not_listed", "样品", 2, "B") in [
        (item.code, item.sheet, item.row, item.column) for item in with_points
    ]


def test_what_is_missing_everywhere_is_said_once() -> None:
    content = text("样品编号,镉(mg/kg)", *(f"S{number},0.3" for number in range(1, 400)))
    assert named(check(read(content))) == [("required_point", 1, None), ("required_sampled_on", 1, None)]


def test_a_problem_that_fills_a_column_is_counted() -> None:
    content = text("样品编号,镉(mg/kg)", *(f"S{number},无" for number in range(1, 400)))
    findings = found(content)
    assert len(findings) == 201
    assert findings[0].row == 2
    assert findings[-1].code == "more"
    assert findings[-1].blocks
    assert "199 处" in findings[-1].message


def test_a_result_merged_over_several_samples_is_named() -> None:
    content = workbook([["样品编号", "镉(mg/kg)"], ["S1", 0.3], ["S2", None], ["S3", 0.2]], merges=["B2:B3"])
    assert named(found(content)) == [("merged_value", 3, "B")]


def test_every_finding_is_documented_with_its_severity() -> None:
    lines = (EXAMPLES.parents[1] / "docs" / "labsheets.md").read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| `")
    ]
    documented = {row[0].strip("`"): row[1] for row in cells if row[1] in {"error", "warning", "as counted"}}
    known = {row["code"]: row["severity"] for row in table("findings.csv")}
    assert documented == {**known, "more": "as counted"}


def test_a_range_of_days_on_the_cover_is_said() -> None:
    content = workbook(
        封面=[["采样日期：2026年5月3日~5日"], ["检测单位", "示例检测有限公司"]],
        结果=[["样品编号", "镉(mg/kg)"], ["S1", 0.3]],
    )
    assert read(content)["sampled_on"] == [date(2026, 5, 3)]
    assert [(item.code, item.sheet, item.row) for item in found(content)] == [("date_range", "封面", 1)]


def test_two_sheets_keep_their_own_day_and_medium() -> None:
    content = workbook(
        土=[["样品类型：土壤  采样日期：2026-05-03"], ["样品编号", "镉(mg/kg)"], ["S1", 0.3]],
        水=[["样品类型：地下水  采样日期：2026-05-04"], ["样品编号", "镉(mg/L)"], ["W1", 0.001]],
        另=[["样品编号", "铅(mg/kg)"], ["S2", 20]],
    )
    table = read(content)
    assert list(zip(table["medium"], table["sampled_on"], strict=True)) == [
        ("soil", date(2026, 5, 3)), ("groundwater", date(2026, 5, 4)), ("", None),
    ]  # fmt: skip


def test_results_that_are_repeated_count_once() -> None:
    content = text(LONG, "S1,镉,0.3,mg/kg,", "S2,镉,-1,mg/kg,", "S1,Cd,0.3,mg/kg,", "S3,铅,x,mg/kg,")
    table = read(content)
    assert list(zip(table["sample"], table["row"], strict=True)) == [("S1", 2), ("S2", 3), ("S3", 5)]
    assert named(found(content)) == [("negative", 3, "C"), ("repeated", 4, "C"), ("type_value", 5, "C")]


def test_controls_under_codes_of_samples_are_told_apart() -> None:
    content = text(
        "样品编号,质控类型,检测项目,检测结果,单位", "S1,,镉,0.30,mg/kg", "S1,平行样,镉,0.20,mg/kg", "S1,加标回收,镉,96,%",
        "运输空白,,苯,<1.9,μg/kg", "运输空白,,苯,<1.9,μg/kg", "运输空白,,甲苯,<1.3,μg/kg",
    )  # fmt: skip
    table = read(content)
    assert list(zip(table["sample"], table["parallel_of"], table["qc_kind"], strict=True)) == [
        ("S1", "", ""), ("S1（平行样）", "S1", "parallel"), ("S1（加标回收）", "", "recovery"),
        ("运输空白", "", "trip_blank"), ("运输空白（2）", "", "trip_blank"), ("运输空白", "", "trip_blank"),
    ]  # fmt: skip
    assert found(content) == []
    keys = list(zip(table["sample"], table["analyte"], strict=True))
    assert len(set(keys)) == len(keys)


def test_a_record_of_quality_control_is_not_read_as_results() -> None:
    content = workbook(
        结果=[["样品编号", "检测项目", "检测结果", "单位"], ["S1", "镉", 0.3, "mg/kg"]],
        质控平行=[
            ["样品编号", "检测项目", "样品浓度", "平行样浓度", "相对偏差（%）", "单位"],
            ["S1", "镉", 0.3, 0.31, 1.6, "mg/kg"],
        ],
    )
    table = read(content)
    assert table["sheet"] == ["结果"]
    assert [(item.sheet, item.why) for item in table.ignored] == [
        ("质控平行", "质控记录表，没有逐个样品的结果")
    ]
