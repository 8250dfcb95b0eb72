"""Habits of offices that nobody here had written down: each table is small, each cell that counts stands by hand."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook

from jingtu.platform.registers.declarations import get
from jingtu.platform.registers.exchange.diffs import Diff
from jingtu.platform.registers.exchange.importing import ImportEntries, dry_run
from jingtu.platform.registers.exchange.said import Said
from jingtu.platform.registers.models import Entry
from jingtu.platform.registers.values import parse

pytestmark = pytest.mark.django_db
ON = date(2024, 6, 30)


def look(
    register: str, rows: list[list[Any]], merges: tuple[str, ...] = (), said: Said | None = None
) -> Diff:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for area in merges:
        sheet.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    stream.seek(0)
    return dry_run(get(register), stream, "台账.xlsx", actor=None, on=ON, mapping=said)


def test_county_and_town_under_one_heading_are_the_town(county: Any, town: Any) -> None:
    found = look(
        "groundwater_wells",
        [
            ["序号", "所在地", None, "井编号", "井名称", "井深（m）"],
            [None, "县（区）", "乡镇（街道）", None, None, None],
            [1, "青禾县", "柳岸镇", "J-1", "一号井", "12m"],
            [2, None, None, "J-2", "二号井", 8.5],
        ],
        ("A1:A2", "B1:C1", "D1:D2", "E1:E2", "F1:F2", "B3:B4", "C3:C4"),
    )
    assert found.errors == []
    assert [(row.code, row.name, row.facts["depth_m"]) for row in found.rows] == [
        ("J-1", "一号井", Decimal("12.00")),
        ("J-2", "二号井", Decimal("8.50")),
    ]
    assert {row.header["region_id"] for row in found.rows} == {town.pk}


def test_metals_under_headings_in_three_lines(county: Any) -> None:
    found = look(
        "heavy_metal_enterprises",
        [
            ["企业名称", "行政区", "重金属污染物排放量（千克/年）", None, None, None],
            [None, None, "基准年排放量", None, "许可排放量", None],
            [None, None, "铅", "镉", "铅", "镉"],
            ["青禾甲厂", "青禾县", 12.5, "0.35", "1.2吨", "—"],
        ],
        ("A1:A3", "B1:B3", "C1:F1", "C2:D2", "E2:F2"),
    )
    assert (found.errors, found.questions) == ([], [])
    grams = {
        key: value for key, value in found.rows[0].facts.items() if key.startswith(("base_", "permitted_"))
    }
    assert grams == {"base_pb": 12_500, "base_cd": 350, "permitted_pb": 1_200_000, "permitted_cd": None}


def test_a_word_close_to_the_choices_is_asked_once_and_never_guessed(county: Any) -> None:
    rows = [
        ["井编号", "井名称", "行政区"],
        ["J-1", "一号井", "青禾县"],
    ]
    plots = [
        ["地块编码", "地块名称", "行政区", "污染程度", "面积（亩）"],
        ["D-1", "甲", "青禾县", "轻中度污染", "1"],
        ["D-2", "乙", "青禾县", "轻中度污染", "１．５"],
        ["D-3", "丙", "青禾县", "重", "2"],
    ]
    assert look("groundwater_wells", rows).blocked is False
    found = look("farmland_plots", plots)
    assert [(item.kind, item.key, item.row) for item in found.questions] == [
        ("word", "污染程度：轻中度污染", 2),
        ("word", "污染程度：重", 4),
    ]
    assert "2 处" in found.questions[0].prompt
    error = found.obstacles()[1]
    assert (error.row, error.column, error.value) == (4, "D（污染程度）", "重")
    said = Said(answers={"污染程度：轻中度污染": "light_medium", "污染程度：重": "重度"})
    told = look("farmland_plots", plots, said=said)
    assert not told.blocked
    assert [row.facts["degree"] for row in told.rows] == ["light_medium", "light_medium", "heavy"]
    assert [row.facts["area_m2"] for row in told.rows][1] == Decimal(1000)
    assert look("farmland_plots", [plots[0], ["D-1", "甲", "青禾县", "蓝", "1"]]).questions == []


def test_a_table_of_something_else_below_is_not_read_as_entries(county: Any) -> None:
    found = look(
        "reserve_projects",
        [
            ["序号", "项目名称", "行政区", "总投资（万元）"],
            [1, "甲项目", "青禾县", 80],
            ["合计", None, None, 80],
            [None, None, None, None],
            ["附：2024年资金支付情况"],
            ["序号", "项目名称", "支付时间", "支付金额（万元）"],
            [1, "乙项目", "2024.3.1", 20],
        ],
    )
    assert [(row.name, row.facts["total_investment"]) for row in found.rows] == [("甲项目", Decimal(800_000))]
    assert [(item.number, item.reason) for item in found.skipped] == [
        (3, "合计行"), (5, "分组标题"), (6, "下方的另一张表"), (7, "下方的另一张表"),
    ]  # fmt: skip


def test_a_sum_that_counts_its_rows_under_the_code(county: Any) -> None:
    found = look(
        "priority_parcels",
        [
            ["序号", "地块编码", "地块名称", "行政区"],
            [1, "B-1", "甲地块", "青禾县"],
            ["合计", "1块", None, None],
        ],
    )
    assert (found.errors, [row.code for row in found.rows]) == ([], ["B-1"])
    assert [item.reason for item in found.skipped] == ["合计行"]


def test_two_units_without_a_permit_are_two(county: Any) -> None:
    rows = [
        ["单位名称", "行政区", "排污许可证编号", "备注"],
        ["青禾甲厂", "青禾县", "/", "—"],
        ["青禾乙厂", "青禾县", "无", "无"],
    ]
    first = look("key_regulated_units", rows)
    assert [(row.facts["permit_number"], row.facts["note"]) for row in first.rows] == [("", ""), ("", "无")]
    ImportEntries(None, ON, first).execute()
    again = look("key_regulated_units", [*rows, ["青禾丙厂", "青禾县", "/", None]])
    assert [row.kind for row in again.rows] == ["unchanged", "unchanged", "added"]
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(("text", "metres"), [("12m", "12"), ("８．５米", "8.5"), ("1,200 m", "1200")])
def test_a_figure_with_the_unit_of_its_field(text: str, metres: str) -> None:
    assert parse(get("groundwater_wells").field("depth_m"), text) == Decimal(metres)


def test_a_figure_with_another_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="应为数字"):
        parse(get("groundwater_wells").field("depth_m"), "12km")


def test_new_entries_without_a_column_of_states_get_the_one_that_is_said(county: Any) -> None:
    rows = [["地块编码", "地块名称", "行政区"], ["D-1", "甲", "青禾县"]]
    assert look("farmland_plots", rows).rows[0].stages[-1][1] == "pending"
    assert not look("farmland_plots", rows).has_states
    told = look("farmland_plots", rows, said=Said(answers={"状态": "安全利用类"}))
    assert told.rows[0].stages[-1][1] == "safe_use"
    own = look(
        "farmland_plots",
        [[*rows[0], "状态"], [*rows[1], "严格管控类"]],
        said=Said(answers={"状态": "安全利用类"}),
    )
    assert own.rows[0].stages[-1][1] == "strict"


def test_a_sign_for_above_in_the_first_row_stands_for_itself(county: Any) -> None:
    rows = [
        ["地块编码", "地块名称", "行政区", "备注"],
        ["D-1", "甲", "青禾县", "″"],
        ["D-2", "乙", "〃", "同上"],
    ]
    found = look("farmland_plots", rows)
    assert found.errors == []
    assert [row.facts["note"] for row in found.rows] == ["″", "″"]
    assert {row.header["region_id"] for row in found.rows} == {county.pk}


def test_changed_figures_are_told_in_the_units_of_offices(county: Any) -> None:
    head = ["地块编码", "地块名称", "行政区", "面积（亩）"]
    ImportEntries(None, ON, look("farmland_plots", [head, ["D-1", "甲", "青禾县", 32.8]])).execute()
    (change,) = look("farmland_plots", [head, ["D-1", "甲", "青禾县", 33.8]]).rows[0].changes
    assert (change.before, change.after) == ("32.8亩（21866.67平方米）", "33.8亩（22533.33平方米）")


def test_an_exported_list_prints_all_its_columns_on_one_page(county: Any) -> None:
    from openpyxl import load_workbook

    from jingtu.platform.registers.exchange.exporting import export

    register = get("farmland_plots")
    sheet = load_workbook(io.BytesIO(export(register, [], register.fields, on=ON))).worksheets[0]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$1"
