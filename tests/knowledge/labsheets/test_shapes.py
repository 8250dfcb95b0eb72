"""The shapes that laboratories send, each against results typed by hand."""

from __future__ import annotations

import io
from datetime import date

import pytest
from tests.knowledge.labsheets.oldbook import old_book
from tests.knowledge.labsheets.sheets_of import EXAMPLES, example, found, lines, read, text, workbook

from jingtu.errors import InputError
from jingtu.knowledge.labsheets import check, propose, read_book, read_results

MAIN = ("sample", "analyte", "raw", "unit", "detection_limit")


def test_a_report_with_cover_list_of_samples_and_methods() -> None:
    table = example("示例检测结果.xlsx")
    assert len(table) == 7 * 8 + 2 * 2
    assert lines(table, *MAIN, "method")[:9] == [
        ("B1-1", "pH", "7.12", "无量纲", "", "HJ 962-2018"),
        ("B1-1", "砷", "8.31", "mg/kg", "0.01", "HJ 680-2013"),
        ("B1-1", "镉", "0.12", "mg/kg", "0.01", "GB/T 17141-1997"),
        ("B1-1", "六价铬", "ND", "mg/kg", "0.5", "HJ 1082-2019"),
        ("B1-1", "铅", "28.4", "mg/kg", "0.1", "GB/T 17141-1997"),
        ("B1-1", "镍", "35", "mg/kg", "3", "HJ 491-2019"),
        ("B1-1", "苯", "<1.9", "μg/kg", "1.9", "HJ 605-2011"),
        ("B1-1", "甲苯", "<1.3", "μg/kg", "1.3", "HJ 605-2011"),
        ("B1-2", "pH", "7.25", "无量纲", "", "HJ 962-2018"),
    ]
    of_samples = ("sample", "point", "depth_top", "depth_bottom", "medium", "land_use", "ph", "sampled_on")
    assert list(dict.fromkeys(lines(table, *of_samples))) == [
        ("B1-1", "B1", 0.0, 0.5, "soil", "第二类用地", 7.12, date(2026, 5, 11)),
        ("B1-2", "B1", 1.0, 1.5, "soil", "第二类用地", 7.25, date(2026, 5, 11)),
        ("B2-1", "B2", 0.0, 0.5, "soil", "第二类用地", 6.88, date(2026, 5, 11)),
        ("B2-2", "B2", 1.0, 1.5, "soil", "第二类用地", 6.95, date(2026, 5, 11)),
        ("B3-1", "B3", 0.0, 0.5, "soil", "第二类用地", 7.4, date(2026, 5, 12)),
        ("B3-2", "B3", 1.0, 1.5, "soil", "第二类用地", 7.31, date(2026, 5, 12)),
        ("B2-1平行", "", None, None, "soil", "", None, date(2026, 5, 11)),
        ("全程序空白", "", None, None, "soil", "", None, date(2026, 5, 11)),
        ("运输空白", "", None, None, "soil", "", None, date(2026, 5, 11)),
    ]
    assert [(name, fact.value) for name, fact in sorted(table.facts.items())] == [
        ("client", "示例县示例置业有限公司"),
        ("cma_number", "示例-000000"),
        ("laboratory", "示例环境检测有限公司"),
        ("medium", "土壤"),
        ("report_number", "示检字〔2026〕第018号"),
        ("sampled_on", "2026年5月11日"),
    ]
    assert [(item.sheet, item.row, item.why) for item in table.ignored] == [
        ("封面", None, "没有检测结果的表（封面、说明等）"),
        ("土壤检测结果", 14, "表下的签字或说明"),
        ("土壤检测结果", 15, "表下的签字或说明"),
    ]
    assert check(table, on=date(2026, 11, 22)) == []


def test_decimals_that_a_cell_shows_are_kept() -> None:
    table = example("示例检测结果.xlsx")
    printed = {(sample, analyte): raw for sample, analyte, raw in lines(table, "sample", "analyte", "raw")}
    assert printed["B1-2", "镉"] == "0.10"
    assert printed["B2-1", "铅"] == "96.0"
    assert printed["B1-1", "镍"] == "35"


def test_a_cell_is_found_again_from_its_result() -> None:
    table = example("示例检测结果.xlsx")
    index = lines(table, "sample", "analyte").index(("B2-1", "镍"))
    assert table.place(index) == ("土壤检测结果", 7, "G")
    assert table.place(index, "sample") == ("土壤检测结果", 7, "A")
    assert table.place(index, "analyte") == ("土壤检测结果", 3, "G")
    assert table.place(index, "detection_limit") == ("土壤检测结果", 4, "G")
    assert table.place(index, "sampled_on") == ("样品信息", 5, "I")
    assert table.place(index, "laboratory") == ("封面", 4, "B")


def test_farmland_as_a_system_exports_it() -> None:
    table = example("农用地长表.csv")
    assert lines(table, *MAIN, "land_use", "ph", "depth_bottom", "sampled_on") == [
        ("N01", "镉", "0.45", "mg/kg", "0.01", "水田", 5.62, 0.2, date(2026, 5, 6)),
        ("N01", "总汞", "0.002L", "mg/kg", "0.002", "水田", 5.62, 0.2, date(2026, 5, 6)),
        ("N01", "砷", "12.3", "mg/kg", "0.01", "水田", 5.62, 0.2, date(2026, 5, 6)),
        ("N02", "镉", "0.31", "mg/kg", "0.01", "旱地", 7.8, 0.2, date(2026, 5, 6)),
        ("N02", "总汞", "0.085", "mg/kg", "0.002", "旱地", 7.8, 0.2, date(2026, 5, 6)),
    ]
    assert {(item.row, item.why) for item in table.ignored} == {
        (7, "没有检测的项目"),
        (8, "表下的签字或说明"),
    }
    assert check(table) == []


def test_samples_across() -> None:
    table = example("项目在行样品在列.xlsx")
    assert lines(table, *MAIN)[5:10] == [
        ("T1-1.5", "pH值", "6.9", "无量纲", ""),
        ("T1-1.5", "总砷", "8.44", "mg/kg", "0.01"),
        ("T1-1.5", "镉(Cd)", "未检出", "mg/kg", "0.01"),
        ("T1-1.5", "苯并[a]芘", "ND", "mg/kg", "0.1"),
        ("T1-1.5", "氯甲烷", "<1.0", "μg/kg", "1"),
    ]
    of_samples = ("sample", "point", "depth_top", "depth_bottom", "ph")
    assert list(dict.fromkeys(lines(table, *of_samples))) == [
        ("T1-0.5", "T1", 0.0, 0.5, 6.4),
        ("T1-1.5", "T1", 1.0, 1.5, 6.9),
        ("T2-0.5", "T2", 0.0, 0.5, 8.05),
    ]
    index = lines(table, "sample", "analyte").index(("T2-0.5", "总砷"))
    assert table.place(index) == ("表1", 8, "F")
    assert table.place(index, "unit") == ("表1", 8, "B")
    assert table.place(index, "point") == ("表1", 3, "F")


def test_samples_merged_over_their_rows() -> None:
    table = example("合并单元格.xlsx")
    assert lines(table, "sample", "point", "analyte", "raw", "depth_bottom", "row") == [
        ("M-1", "1号点", "铜", "35", 0.2, 3),
        ("M-1", "1号点", "锌", "88", 0.2, 4),
        ("M-1", "1号点", "汞", "0.002L", 0.2, 5),
        ("M-2", "2号点", "铜", "41", 0.2, 6),
        ("M-2", "2号点", "锌", "102", 0.2, 7),
        ("M-2", "2号点", "汞", "0.11", 0.2, 8),
    ]


def test_a_sheet_a_batch() -> None:
    table = example("一批一表.xlsx")
    assert lines(table, "sheet", "sample", "analyte", "raw", "unit") == [
        ("批次1", "P1-01", "镉", "0.21", "mg/kg"),
        ("批次1", "P1-01", "铅", "33.4", "mg/kg"),
        ("批次1", "P1-02", "镉", "<0.01", "mg/kg"),
        ("批次1", "P1-02", "铅", "29.8", "mg/kg"),
        ("批次2", "P2-01", "铅", "51.2", "mg/kg"),
        ("批次2", "P2-01", "镉", "0.4", "mg/kg"),
        ("批次2", "P2-01", "汞", "0.09", "mg/kg"),
    ]
    assert [(item.sheet, item.row, item.why) for item in table.ignored] == [
        ("说明", None, "没有检测结果的表（封面、说明等）"),
        ("草稿", None, "隐藏的工作表，没有读取"),
        ("批次2", 4, "不是样品的行（限值、统计等）"),
    ]


def test_tables_side_by_side_and_one_below() -> None:
    table = example("并列与上下两表.xlsx")
    assert lines(table, "sample", "analyte", "raw", "unit", "row", "column") == [
        ("Q1", "镍", "31", "mg/kg", 3, "C"),
        ("Q2", "镍", "28.5", "mg/kg", 4, "C"),
        ("Q3", "镍", "47", "mg/kg", 3, "G"),
        ("Q4", "镍", "<3", "mg/kg", 4, "G"),
        ("Q1", "苯", "2.4", "μg/kg", 8, "C"),
        ("Q2", "苯", "1.9L", "μg/kg", 9, "C"),
    ]


def test_groundwater_with_units_methods_and_limits_in_rows() -> None:
    table = example("地下水.xlsx")
    assert lines(table, *MAIN, "method")[8:] == [
        ("GW2", "水温", "22", "℃", "", "GB/T 13195-1991"),
        ("GW2", "pH", "6.3", "无量纲", "", "HJ 1147-2020"),
        ("GW2", "嗅和味", "无", "", "", "感官法"),
        ("GW2", "色度", "10", "度", "5", "GB/T 11903-1989"),
        ("GW2", "总硬度(以CaCO3计)", "512", "mg/L", "5", "GB/T 7477-1987"),
        ("GW2", "硝酸盐氮", "22.6", "mg/L", "0.016", "HJ 84-2016"),
        ("GW2", "镉", "6.3", "μg/L", "0.05", "HJ 700-2014"),
        ("GW2", "总大肠菌群", "16", "MPN/100mL", "2", "HJ 755-2015"),
    ]
    assert set(lines(table, "medium", "sampled_on")) == {("groundwater", date(2026, 5, 20))}
    assert check(table) == []


def test_three_columns_for_every_analyte() -> None:
    assert lines(example("每项三列.xlsx"), *MAIN, "row", "column") == [
        ("R1", "镉", "0.2", "mg/kg", "0.01", 3, "B"),
        ("R1", "铬(六价)", "ND", "mg/kg", "0.5", 3, "E"),
        ("R2", "镉", "ND", "mg/kg", "0.02", 4, "B"),
        ("R2", "铬(六价)", "1.1", "mg/kg", "0.5", 4, "E"),
    ]


def test_an_old_workbook() -> None:
    table = read(old_book([["样品编号", "镉(mg/kg)", "铅(mg/kg)"], ["S1", 0.3, "ND"]]), "检测结果.xls")
    assert lines(table, "sample", "analyte", "raw", "value") == [
        ("S1", "镉", "0.3", 0.3),
        ("S1", "铅", "ND", None),
    ]


def test_the_contract_forms_of_the_command_line() -> None:
    long = text("sample,analyte,value,unit,ph,land_use,depth", "S1,Cd,0.35,mg/kg,5.4,paddy,0-0.2")
    wide = text("sample,ph,land_use,depth,Cd (mg/kg),Pb(mg/kg)", "S1,5.4,paddy,0-0.2,0.35,<10")
    columns = ("sample", "analyte", "value", "unit", "ph", "land_use", "depth_bottom")
    assert lines(read(long), *columns) == [("S1", "Cd", 0.35, "mg/kg", 5.4, "paddy", 0.2)]
    assert lines(read(wide), *columns)[1:] == [
        ("S1", "Cd", 0.35, "mg/kg", 5.4, "paddy", 0.2),
        ("S1", "Pb", None, "mg/kg", 5.4, "paddy", 0.2),
    ]


def test_ph_is_a_property_of_soil_and_a_result_of_water(tmp_path: io.IOBase) -> None:
    file = tmp_path / "wide.csv"  # type: ignore[operator]
    file.write_bytes(text("sample,pH,Cd(mg/kg)", "S1,5.4,0.35"))
    assert read_results(file, "gb15618")[0]["analyte"] == ["Cd"]
    assert read_results(file, "gb15618")[0]["ph"] == [5.4]
    assert read_results(file, "gbt14848")[0]["analyte"] == ["pH", "Cd"]


def test_samples_of_a_text_that_stand_in_the_first_of_their_rows() -> None:
    content = text(
        "样品编号,点位,检测项目,检测结果(mg/kg)", "S1,P1,镉,0.3", ",,铅,30", "S2,P2,镉,0.2", ",,铅,"
    )
    assert lines(read(content), "sample", "point", "analyte", "raw") == [
        ("S1", "P1", "镉", "0.3"), ("S1", "P1", "铅", "30"), ("S2", "P2", "镉", "0.2"), ("S2", "P2", "铅", ""),
    ]  # fmt: skip
    assert [(item.code, item.row) for item in found(content)] == [
        ("filled_down", 3), ("filled_down", 5), ("required_value", 5),
    ]  # fmt: skip


def test_a_sample_that_is_missing_is_not_taken_from_above_where_that_has_the_analyte() -> None:
    content = text("样品编号,检测项目,检测结果(mg/kg)", "S1,镉,0.3", ",镉,0.4")
    assert [(item.code, item.row, item.column) for item in found(content)] == [("required_sample", 3, "A")]


@pytest.mark.parametrize("heading", ["镉(mg/kg)", "镉（mg/kg）", "镉\nmg/kg", "镉，mg/kg", "镉 mg/kg", "镉:mg/kg", "*镉mg/kg", "Cd/(mg/kg)", "镉(Cd，mg·kg⁻¹)"])  # fmt: skip
def test_units_in_headings(heading: str) -> None:
    table = read(workbook([["样品编号", heading], ["S1", 0.3]]))
    assert table["value"] == [0.3]
    assert table["unit"][0].replace("·", "/").replace("⁻¹", "") == "mg/kg"
    assert found(workbook([["样品编号", heading], ["S1", 0.3]])) == []


TWO = [("S1", "镉", "0.3", "mg/kg"), ("S1", "铅", "20", "mg/kg")]


@pytest.mark.parametrize(
    ("rows", "merges", "expected"),
    [
        pytest.param(
            [["样品编号\nSample No.", "镉 Cd\n(mg/kg)", "六价铬\nCr(VI) mg/kg"], ["S1", 0.3, "<0.5"]], [],
            [("S1", "镉 Cd", "0.3", "mg/kg"), ("S1", "六价铬", "<0.5", "mg/kg")], id="two languages",
        ),
        pytest.param(
            [["样品编号", "检测项目及结果（单位：mg/kg）", None], [None, "镉", "铅"], ["S1", 0.3, 20]],
            ["A1:A2", "B1:C1"], TWO, id="unit in words above the analytes",
        ),
        pytest.param(
            [["样品编号", "镉", "铅"], ["单位", "mg/kg", "mg/kg"], ["分析方法", "GB/T 17141", "HJ 491"], ["S1", 0.3, 20]], [],
            TWO, id="labels in the first column",
        ),
        pytest.param(
            [["样品编号", "镉(mg/kg)", "铅(mg/kg)"], ["S1", 0.3, 20], ["筛选值", 65, 800], ["最大值", 0.3, 20]], [],
            TWO, id="limits and statistics below",
        ),
        pytest.param(
            [["样品编号", "检测项目", "检测结果"], ["S1", "镉(mg/kg)", 0.3], ["S1", "铅,mg/kg", 20]], [], TWO,
            id="unit behind the analyte in each row",
        ),
        pytest.param(
            [["检测项目\\样品编号", "单位", "S1"], ["镉", "mg/kg", 0.3], ["铅", "mg/kg", 20]], [], TWO, id="two words in a corner"
        ),
        pytest.param(
            [["检测项目", "单位", "S1", "筛选值", "管制值"], ["镉", "mg/kg", 0.3, 65, 172], ["铅", "mg/kg", 20, 800, 2500]], [],
            TWO, id="limits beside the samples",
        ),
        pytest.param(
            [["序号", "检测项目", "检出限(mg/kg)", "样品编号及检测结果(mg/kg)"], [None, None, None, "S1"], [1, "镉", 0.01, 0.3], [2, "铅", 0.1, 20]],
            ["A1:A2", "B1:B2", "C1:C2"], TWO, id="samples below a heading of all results",
        ),
        pytest.param(
            [["检测项目", "单位", "S1"], ["镉", "mg/kg", 0.3], ["检测项目", "单位", "S1"], ["铅", "mg/kg", 20]], [], TWO,
            id="two tables with samples across, one below the other",
        ),
        pytest.param(
            [["检测报告"], ["委托单位", "示例公司", "样品类型", "土壤"], ["检测日期", "2026.05.04-2026.05.10"],
             ["样品编号", "检测项目", "检测结果", "单位"], ["S1", "镉", 0.3, "mg/kg"], ["S1", "铅", 20, "mg/kg"]],
            [], TWO, id="labels and values above the table",
        ),
        pytest.param(
            [["代号", "镉(mg/kg)", "铅(mg/kg)"], ["S1", 0.3, 20]], [], TWO, id="no word for the sample that is known"
        ),
    ],
)  # fmt: skip
def test_headings(rows: list[list[object]], merges: list[str], expected: list[tuple[str, ...]]) -> None:
    content = workbook(rows, merges=merges)
    assert lines(read(content), "sample", "analyte", "raw", "unit") == expected
    assert found(content) == []


def test_points_of_a_text_that_stand_in_the_first_of_their_depths() -> None:
    content = text("点位,深度(m),镉(mg/kg)", "T1,0-0.5,0.3", ",0.5-1,0.2", "T2,0-0.5,0.1")
    assert lines(read(content), "sample", "point", "raw") == [
        ("T1（0-0.5m）", "T1", "0.3"), ("T1（0.5-1m）", "T1", "0.2"), ("T2（0-0.5m）", "T2", "0.1"),
    ]  # fmt: skip
    assert [(item.code, item.row) for item in found(content)] == [("filled_down", 3)]


def test_points_are_samples_where_nothing_else_is() -> None:
    table = read(text("点位,深度(m),镉(mg/kg)", "T1,0-0.5,0.3", "T1,0.5-1,0.2"))
    assert lines(table, "sample", "point", "value") == [
        ("T1（0-0.5m）", "T1", 0.3),
        ("T1（0.5-1m）", "T1", 0.2),
    ]


def test_a_file_without_results_says_what_was_looked_for() -> None:
    with pytest.raises(InputError, match="没有找到检测结果表"):
        read(text("姓名,电话", "甲,1"))
    assert propose(read_book(io.BytesIO(text("姓名,电话", "甲,1")), "甲.csv")).blocks == []


def test_every_example_is_read() -> None:
    names = [path.name for path in EXAMPLES.iterdir() if path.suffix in {".xlsx", ".csv"}]
    assert len(names) >= 8
    for name in names:
        assert len(example(name)), name


def test_a_line_names_the_unit_of_all_its_results_and_soil_ph_is_ph() -> None:
    table = read(text("样品编号,单位,土壤pH,镉,汞(μg/kg)", "S1,mg/kg,5.2,0.5,120"), "一行一样.csv")
    assert lines(table, "analyte", "raw", "unit", "ph")[-2:] == [
        ("镉", "0.5", "mg/kg", 5.2),
        ("汞", "120", "μg/kg", 5.2),
    ]


def test_a_title_names_the_unit_of_its_table() -> None:
    table = read(text("土壤检测结果（单位：mg/kg，pH 无量纲）", "样品编号,pH,镉", "S1,5.2,0.5"), "表题.csv")
    assert lines(table, "analyte", "raw", "unit")[-1] == ("镉", "0.5", "mg/kg")


def test_cas_numbers_are_names() -> None:
    assert found(text("样品编号,检测项目,检测结果,单位", "S1,7440-43-9,0.5,mg/kg")) == []
