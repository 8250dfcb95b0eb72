"""Makes sheets in the shapes that laboratories send: ``python examples/lab/awkward.py``. All of it is invented."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

HERE = Path(__file__).parent
LABORATORY = "示例环境检测有限公司"
Rows = list[list[Any]]

COVER: Rows = [
    ["检测报告"],
    ["报告编号：示检字〔2026〕第018号"],
    ["资质认定证书编号：示例-000000"],
    ["检测单位", LABORATORY],
    ["委托单位", "示例县示例置业有限公司"],
    ["检测类别", "土壤"],
    ["采样日期", "2026年5月11日"],
    ["（示例数据，不得作为任何依据）"],
]
PLACES: Rows = [
    ["采样信息表"],
    ["序号", "采样点位", "样品编号", "经度", "纬度", "采样深度（m）", "样品类型", "规划用途", "采样日期"],
    [1, "B1", "B1-1", 109.4012, 24.3005, "0-0.5", "土壤", "第二类用地", date(2026, 5, 11)],
    [2, "B1", "B1-2", 109.4012, 24.3005, "1.0-1.5", "土壤", "第二类用地", date(2026, 5, 11)],
    [3, "B2", "B2-1", 109.4021, 24.3008, "0-0.5", "土壤", "第二类用地", date(2026, 5, 11)],
    [4, "B2", "B2-2", 109.4021, 24.3008, "1.0-1.5", "土壤", "第二类用地", date(2026, 5, 11)],
    [5, "B3", "B3-1", 109.4030, 24.3011, "0-0.5", "土壤", "第二类用地", date(2026, 5, 12)],
    [6, "B3", "B3-2", 109.4030, 24.3011, "1.0-1.5", "土壤", "第二类用地", date(2026, 5, 12)],
]
RESULTS: Rows = [
    [f"{LABORATORY}  土壤检测结果"],
    ["样品编号", "pH\n（无量纲）", "重金属（mg/kg）", None, None, None, None, "挥发性有机物（μg/kg）", None],
    [None, None, "砷", "镉", "六价铬", "铅", "镍", "苯", "甲苯"],
    ["方法检出限", "/", 0.01, 0.01, 0.5, 0.1, 3, 1.9, 1.3],
    ["B1-1", 7.12, 8.31, 0.12, "ND", 28.4, 35, "<1.9", "<1.3"],
    ["B1-2", 7.25, 7.9, 0.1, "ND", 25.1, 33, "<1.9", "<1.3"],
    ["B2-1", 6.88, 66.5, 0.35, 12.6, 96, 980, 4.2, 15.8],
    ["B2-2", 6.95, 21.3, 0.22, 2.8, 41.7, 160, "<1.9", 2.6],
    ["B3-1", 7.4, 11.6, 0.18, 81.5, 52.3, 2150, "<1.9", "<1.3"],
    ["B3-2", 7.31, 10.2, 0.15, 6.1, 33.9, 410, "<1.9", "<1.3"],
    ["B2-1平行", 6.9, 63.8, 0.34, 12.1, 93.5, 955, 4.6, 14.2],
    ["全程序空白", None, None, None, None, None, None, "<1.9", "<1.3"],
    ["运输空白", None, None, None, None, None, None, "<1.9", "<1.3"],
    ["注：ND 表示低于方法检出限。"],
    ["编制：甲", None, None, "审核：乙", None, None, "签发：丙"],
]
METHODS: Rows = [
    ["检测项目", "检测依据", "仪器"],
    ["pH", "HJ 962-2018", "酸度计"],
    ["砷", "HJ 680-2013", "原子荧光光度计"],
    ["镉", "GB/T 17141-1997", "原子吸收分光光度计"],
    ["六价铬", "HJ 1082-2019", "原子吸收分光光度计"],
    ["铅", "GB/T 17141-1997", "原子吸收分光光度计"],
    ["镍", "HJ 491-2019", "原子吸收分光光度计"],
    ["苯", "HJ 605-2011", "气相色谱-质谱仪"],
    ["甲苯", "HJ 605-2011", "气相色谱-质谱仪"],
]


def main() -> None:
    """Write all of them beside this file."""
    report("示例检测结果.xlsx", PLACES, RESULTS)
    report("示例检测结果（有误）.xlsx", *with_mistakes())
    long_text()
    samples_across()
    merged_samples()
    sheet_a_batch()
    several_tables()
    groundwater()
    columns_an_analyte()
    recoveries()


def report(name: str, places: Rows, results: Rows) -> None:
    """A whole report: cover, list of samples, results under a heading of two rows, methods."""
    _save(
        name,
        {
            "封面": (COVER, ["A1:D1"]),
            "样品信息": (places, ["A1:I1"]),
            "土壤检测结果": (results, ["A1:I1", "A2:A3", "B2:B3", "C2:G2", "H2:I2"]),
            "检测方法": (METHODS, []),
        },
        formats={("土壤检测结果", "D"): "0.00", ("土壤检测结果", "F"): "0.0"},
    )


def with_mistakes() -> tuple[Rows, Rows]:
    """The same with what goes wrong when somebody types."""
    places, results = deepcopy(PLACES), deepcopy(RESULTS)
    places[4][3], places[4][4] = places[4][4], places[4][3]  # B2-1: longitude and latitude swapped
    places[5][5] = "1.5-1.0"  # B2-2: top below bottom
    places[6][8] = "2026年5月32日"  # B3-1: no such day
    del places[7]  # B3-2 is in no list
    results[2][2] = "珅"  # the wrong 砷
    results[4][3] = "O.12"  # B1-1: a letter for a nought
    results[5][5] = -25.1  # B1-2: negative
    results[6][1] = 68.8  # B2-1: a point forgotten
    results[8][0] = "B2-2"  # B3-1 typed as B2-2: two results for each analyte
    results[10][7] = 14.6  # the parallel is far from its original
    results[11][8] = 6.4  # the blank holds toluene
    return places, results


def long_text() -> None:
    """Farmland, one line a result, as a laboratory's system exports it, in the encoding of Chinese Windows."""
    lines = [
        "样品编号,监测点位编号,取样深度(cm),土地利用类型,pH值,采样时间,检测项目,检测结果,计量单位,方法检出限,检测依据",
        "N01,N01,0-20,水田,5.62,2026/5/6,镉,0.45,mg/kg,0.01,GB/T 17141-1997",
        "N01,N01,0-20,水田,5.62,2026/5/6,总汞,0.002L,mg/kg,0.002,HJ 680-2013",
        "N01,N01,0-20,水田,5.62,2026/5/6,砷,12.3,mg/kg,0.01,HJ 680-2013",
        "N02,N02,0-20,旱地,7.80,2026/5/6 10:30,镉,0.31,mg/kg,0.01,GB/T 17141-1997",
        "N02,N02,0-20,旱地,7.80,2026/5/6 10:30,总汞,0.085,mg/kg,0.002,HJ 680-2013",
        "N02,N02,0-20,旱地,7.80,2026/5/6 10:30,砷,/,mg/kg,0.01,HJ 680-2013",
        "以下空白,,,,,,,,,,",
    ]
    (HERE / "农用地长表.csv").write_bytes("\r\n".join(lines).encode("gb18030") + b"\r\n")


def samples_across() -> None:
    """An analyte a row, a sample a column; points, codes and depths above them."""
    rows: Rows = [
        ["土壤检测结果（续表）"],
        ["检测单位：" + LABORATORY, None, None, None, "采样日期：2026-05-13"],
        ["采样点位", None, None, "T1", None, "T2"],
        ["样品编号", None, None, "T1-0.5", "T1-1.5", "T2-0.5"],
        ["采样深度", None, None, "0~0.5m", "1.0~1.5m", "0~0.5m"],
        ["检测项目", "单位", "检出限", "检测结果"],
        ["pH值", "无量纲", "/", 6.4, 6.9, 8.05],
        ["总砷", "mg/kg", 0.01, 9.1, 8.44, 15.2],
        ["镉(Cd)", "mg/kg", 0.01, 0.08, "未检出", 0.3],
        ["苯并[a]芘", "mg/kg", 0.1, "ND", "ND", 0.2],
        ["氯甲烷", "μg/kg", 1, "<1.0", "<1.0", "<1.0"],
        ["筛选值说明见附件"],
        ["审核：乙", None, None, "批准：丙"],
    ]
    merges = ["A1:F1", "A3:C3", "A4:C4", "A5:C5", "D3:E3", "D6:F6"]
    _save("项目在行样品在列.xlsx", {"表1": (rows, merges)})


def merged_samples() -> None:
    """One row a result; the cells of a sample are merged over its rows, the heading stands in two."""
    rows: Rows = [
        ["样品信息", None, None, "检测结果", None, None, None],
        ["样品编号", "采样点", "深度（m）", "项目", "结果", "单位", "检出限"],
        ["M-1", "1号点", "0-0.2", "铜", 35, "mg/kg", 1],
        [None, None, None, "锌", 88, "mg/kg", 1],
        [None, None, None, "汞", "0.002L", "mg/kg", 0.002],
        ["M-2", "2号点", "0-0.2", "铜", 41, "mg/kg", 1],
        [None, None, None, "锌", 102, "mg/kg", 1],
        [None, None, None, "汞", 0.11, "mg/kg", 0.002],
    ]
    merges = ["A1:C1", "D1:G1", *(f"{letter}{top}:{letter}{top + 2}" for letter in "ABC" for top in (3, 6))]
    _save("合并单元格.xlsx", {"检测结果": (rows, merges)})


def sheet_a_batch() -> None:
    """A sheet for every batch, with other columns in each; a cover, a hidden draft, a note."""
    first: Rows = [
        ["第一批次"],
        ["样品编号", "镉，mg/kg", "铅\nmg/kg", "备注"],
        ["P1-01", 0.21, 33.4, None],
        ["P1-02", "<0.01", 29.8, "含砾石"],
    ]
    second: Rows = [
        ["第二批次", None, None, None, "单位：mg/kg"],
        ["样品编号", "铅", "镉", "*汞"],
        ["P2-01", 51.2, 0.4, 0.09],
        ["合计", 51.2, 0.4, 0.09],
    ]
    note: Rows = [["本次检测分两批送样。"], ["第一批次 2 个样品，第二批次 1 个样品。"]]
    draft: Rows = [["样品编号", "镉(mg/kg)"], ["草稿", 99]]
    _save(
        "一批一表.xlsx",
        {"说明": (note, []), "批次1": (first, ["A1:D1"]), "批次2": (second, []), "草稿": (draft, [])},
        hidden=("草稿",),
    )


def several_tables() -> None:
    """Two tables side by side, and one below them."""
    rows: Rows = [
        ["表1 重金属", None, None, None, "表2 重金属（续）"],
        ["序号", "样品编号", "镍(mg/kg)", None, "序号", "样品编号", "镍(mg/kg)"],
        [1, "Q1", 31, None, 3, "Q3", 47],
        [2, "Q2", 28.5, None, 4, "Q4", "<3"],
        [],
        ["表3 有机物"],
        ["样品编号", "检测项目", "检测结果(μg/kg)"],
        ["Q1", "苯", 2.4],
        ["Q2", "苯", "1.9L"],
    ]
    _save("并列与上下两表.xlsx", {"Sheet1": (rows, [])})


def groundwater() -> None:
    """Groundwater of wells: units and methods in rows below the heading, words beside numbers."""
    rows: Rows = [
        ["地下水检测结果"],
        ["样品类型：地下水；采样日期：2026.5.20"],
        ["井位编号", "样品编号", "水温", "pH", "嗅和味", "色度", "总硬度(以CaCO3计)", "硝酸盐氮", "镉", "总大肠菌群"],
        [None, "计量单位", "℃", "无量纲", "/", "度", "mg/L", "mg/L", "μg/L", "MPN/100mL"],
        [None, "检测方法", "GB/T 13195-1991", "HJ 1147-2020", "感官法", "GB/T 11903-1989", "GB/T 7477-1987", "HJ 84-2016", "HJ 700-2014", "HJ 755-2015"],
        [None, "检出限", "/", "/", "/", 5, 5, 0.016, 0.05, 2],
        ["GW1", "GW1", 21.4, 7.1, "无", "<5", 286, 3.42, "0.05L", "<2"],
        ["GW2", "GW2", 22, 6.3, "无", 10, 512, 22.6, 6.3, 16],
    ]  # fmt: skip
    _save("地下水.xlsx", {"地下水": (rows, ["A1:J1"])})


def columns_an_analyte() -> None:
    """Three columns for every analyte: result, detection limit, unit."""
    rows: Rows = [
        ["样品编号", "镉", None, None, "铬(六价)", None, None],
        [None, "检测结果", "检出限", "单位", "检测结果", "检出限", "单位"],
        ["R1", 0.2, 0.01, "mg/kg", "ND", 0.5, "mg/kg"],
        ["R2", "ND", 0.02, "mg/kg", 1.1, 0.5, "mg/kg"],
    ]
    _save("每项三列.xlsx", {"结果": (rows, ["A1:A2", "B1:D1", "E1:G1"])})


def recoveries() -> None:
    """Controls in a column of their own: spikes, surrogates, reference material, parallels."""
    rows: Rows = [
        ["样品编号", "样品属性", "原样编号", "检测项目", "检测结果", "单位", "检出限", "检测方法"],
        ["V1", "普通样品", None, "苯", 10, "μg/kg", 1.9, "HJ 605-2011"],
        ["V1-P", "现场平行样", "V1", "苯", 18, "μg/kg", 1.9, "HJ 605-2011"],
        ["V1", "普通样品", None, "镉", 0.3, "mg/kg", 0.01, "GB/T 17141-1997"],
        ["V1-P", "现场平行样", "V1", "镉", 0.2, "mg/kg", 0.01, "GB/T 17141-1997"],
        ["QCB-1", "运输空白", None, "苯", 2.5, "μg/kg", 1.9, "HJ 605-2011"],
        ["QCB-2", "实验室空白", None, "镉", 0.02, "mg/kg", 0.01, "GB/T 17141-1997"],
        ["V1-S", "替代物", None, "甲苯-D8", 64, "%", None, "HJ 605-2011"],
        ["V1-J", "基体加标", None, "镉", 96, "%", None, "GB/T 17141-1997"],
        ["CRM-1", "标准物质", None, "镉", 0.15, "mg/kg", 0.01, "GB/T 17141-1997"],
    ]
    _save("质控样.xlsx", {"结果": (rows, [])})


def _save(
    name: str,
    tables: dict[str, tuple[Rows, Sequence[str]]],
    *,
    formats: dict[tuple[str, str], str] | None = None,
    hidden: Sequence[str] = (),
) -> None:
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, (rows, merges) in tables.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for area in merges:
            sheet.merge_cells(area)
        for (of, letter), shown in (formats or {}).items():
            for cell in sheet[letter] if of == title else ():
                if isinstance(cell.value, int | float):
                    cell.number_format = shown
        for row in sheet.iter_rows(max_row=min(3, sheet.max_row)):
            for cell in row:
                cell.font = Font(bold=True)
                cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        for letter in "ABCDEFGHIJ":
            sheet.column_dimensions[letter].width = 14
        if title in hidden:
            sheet.sheet_state = "hidden"
    book.properties.creator = "净土"
    book.properties.created = book.properties.modified = datetime(2026, 6, 1)  # noqa: DTZ001 - Excel knows no zones
    book.save(HERE / name)


if __name__ == "__main__":
    main()
