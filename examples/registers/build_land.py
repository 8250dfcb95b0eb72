"""Makes the example ledgers of cropland and of construction parcels: ``python examples/registers/build_land.py``.

All of it is invented. They are as offices keep them: a title over the table, a line that says who filled it in,
headings in two lines, areas in mu, days as text, a sum and notes at the end.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
PLOT_HEADINGS = [
    "序号",
    "地块编号",
    "地块名称",
    "所在乡镇",
    "村（组）",
    "类别",
    "污染程度",
    "主要超标因子",
    "面积（亩）",
    "地类",
    "划定依据",
    "划定时间",
    "周边2公里内有工矿企业",
    "备注",
]
PLOTS = [
    ["EX-G01", "河东一号田", "清河镇", "河东村", "优先保护类", "轻微", "镉", 320.5, "水田", "类别划分成果", "2020年12月25日", "无", ""],
    ["EX-G02", "河东二号田", "清河镇", "河东村", "安全利用类", "轻中度", "镉", 186.25, "水田", "类别划分成果", "2020.12.25", "无", ""],
    ["EX-G03", "桥南片区", "石桥镇", "桥南村", "安全利用类", "轻中度", "镉、铅", 1024, "水田", "类别划分成果", date(2020, 12, 25), "有", "引河水灌溉"],
    ["EX-G04", "白沙旱地", "白鹭镇", "白沙村", "安全利用类", "", "砷", 77.3333, "旱地", "类别划分成果", "2020-12-25", "无", ""],
    ["EX-G05", "矿前片区", "石桥镇", "矿前村", "严格管控类", "重度", "镉、砷", 96.8, "水田", "加密调查成果", "2022年6月8日", "有", "原矿山下游"],
    ["EX-G06", "新田片区", "白鹭镇", "新田村", "待划定类别", "", "", None, "旱地", "", None, "", "面积待测"],
]  # fmt: skip
MEASURE_HEADINGS = [
    "地块编号",
    "地块名称",
    "年份",
    "季节",
    "措施名称",
    "实施面积（亩）",
    "实施时间",
    "投入（万元）",
    "实施主体",
]
MEASURES = [
    ["EX-G01", "河东一号田", 2024, "全年", "增施有机肥", 320.5, "2024年3月20日", 3.2, "清河镇人民政府"],
    ["EX-G02", "河东二号田", 2024, "早季", "石灰调节", 186.25, "2024-03-28", 1.1, "清河镇人民政府"],
    ["EX-G03", "桥南片区", 2024, "早季", "石灰调节", 1000, date(2024, 4, 2), 6, "石桥镇人民政府"],
    ["EX-G03", "桥南片区", 2024, "晚季", "品种调整", 1024, "2024.7.22", 4.5, "石桥镇人民政府"],
    ["EX-G05", "矿前片区", 2024, "全年", "休耕", 96.8, "2024年2月26日", "", "石桥镇人民政府"],
]  # fmt: skip
LAND_HEADINGS = [
    "序号",
    "宗地编号",
    "宗地名称",
    "所在乡镇",
    "用地面积（平方米）",
    "变更前土地用途",
    "变更后土地用途",
    "变更时间",
    "评审时间",
    "评审结论",
    "供地时间",
    "供地方式",
    "状态",
]
LAND = [
    ["EX-J01", "清河新城一期", "清河镇", 18600, "工业用地", "居住用地", "2024年1月18日", "2024年2月26日", "未超标", "2024年3月20日", "出让", "已供地"],
    ["EX-J02", "桥头卫生院", "石桥镇", 6400, "工业用地", "公共管理与公共服务用地", "2024.2.20", "2024.4.2", "未超标", "2024.5.16", "划拨", "已供地"],
    ["EX-J03", "白鹭幼儿园", "白鹭镇", 4200, "未利用地", "公共管理与公共服务用地", date(2024, 3, 11), date(2024, 4, 18), "未超标", None, "", "可供地"],
    ["EX-J04", "老粮站改造", "石桥镇", 7800, "仓储用地", "居住用地", "2024-04-22", None, "", None, "", "待调查"],
    ["EX-J05", "物流园二期", "清河镇", 52000, "耕地", "其他用地", "2024-05-30", None, "", None, "", "待调查"],
]  # fmt: skip


def head(sheet: Worksheet, title: str, filler: str, headings: list[str]) -> None:
    """A title over the whole width, who filled it in, then the headings."""
    sheet.append([title])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(headings))
    sheet.append([filler])
    sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=len(headings))
    sheet.append(headings)


def cropland() -> None:
    """The ledger of cropland, its measures on a second sheet."""
    book = Workbook()
    plots = book.active
    assert plots is not None
    plots.title = "耕地台账"
    head(
        plots,
        "示例县受污染耕地台账（示例数据）",
        "填报单位：示例县农业农村局    填报日期：2024年4月8日",
        PLOT_HEADINGS,
    )
    for number, row in enumerate(PLOTS, start=1):
        plots.append([number, *row])
    total = sum(area for row in PLOTS if isinstance(area := row[7], int | float))
    plots.append(["合计", *[""] * 7, total])
    plots.append(["注：面积以亩计，1公顷等于15亩。"])
    book.save(HERE / "示例县受污染耕地台账.xlsx")
    measures = Workbook()
    sheet = measures.active
    assert sheet is not None
    sheet.title = "分季措施"
    head(
        sheet, "示例县受污染耕地安全利用措施台账（示例数据）", "填报单位：示例县农业农村局", MEASURE_HEADINGS
    )
    for row in MEASURES:
        sheet.append(row)
    measures.save(HERE / "示例县受污染耕地措施台账.xlsx")


def construction() -> None:
    """The list of parcels whose use changes, as natural resources hand it over."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "用途变更地块"
    head(sheet, "示例县2024年用途变更地块清单（示例数据）", "提供单位：示例县自然资源局", LAND_HEADINGS)
    for number, row in enumerate(LAND, start=1):
        sheet.append([number, *row])
    book.save(HERE / "示例县用途变更地块清单.xlsx")


if __name__ == "__main__":
    cropland()
    construction()
