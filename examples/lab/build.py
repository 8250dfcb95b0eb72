"""Makes the example files of a laboratory: ``python examples/lab/build.py``. Every number in them is invented."""

from __future__ import annotations

import random
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
PARCEL_FILE, FARMLAND_FILE = "土壤检测结果示例.xlsx", "农用地土壤检测结果示例.xlsx"
LABORATORY = "示例环境检测有限公司"

# Analyte, unit, detection limit, method, background at the surface, decimals.
METALS = [
    ("砷", "mg/kg", 0.01, "HJ 680-2013", 9.0, 1),
    ("镉", "mg/kg", 0.01, "GB/T 17141-1997", 0.15, 2),
    ("铬（六价）", "mg/kg", 0.5, "HJ 1082-2019", 0.0, 1),
    ("铜", "mg/kg", 1, "HJ 491-2019", 28.0, 0),
    ("铅", "mg/kg", 0.1, "GB/T 17141-1997", 31.0, 1),
    ("汞", "mg/kg", 0.002, "HJ 680-2013", 0.08, 3),
    ("镍", "mg/kg", 3, "HJ 491-2019", 35.0, 0),
]
ORGANICS = [
    ("四氯化碳", "μg/kg", 1.3, "HJ 605-2011"),
    ("苯", "μg/kg", 1.9, "HJ 605-2011"),
    ("苯并[a]芘", "mg/kg", 0.1, "HJ 834-2017"),
    ("石油烃（C10-C40）", "mg/kg", 6, "HJ 1021-2019"),
]
# What the plating shop left: point -> analyte -> concentration by depth, top to bottom.
HOT = {
    "S03": {"铬（六价）": (18.6, 9.4, 2.1), "镍": (1240, 610, 96)},
    "S04": {"铬（六价）": (86.0, 31.5, 7.9), "镍": (2350, 905, 210), "铜": (4100, 620, 85)},
    "S07": {"砷": (72.5, 48.0, 12.4)},
    "S09": {"石油烃（C10-C40）": (5230, 880, 41), "苯并[a]芘": (1.9, 0.6, None)},
}
DEPTHS = ((0, 0.5), (0.5, 1.5), (1.5, 3.0))
POINTS = [f"S{number:02}" for number in range(1, 11)]
SAMPLED = (date(2024, 6, 12), date(2024, 6, 13))
WEST, SOUTH = 109.40, 24.30  # of a county that does not exist


def main() -> None:
    """Write both workbooks beside this file."""
    parcel()
    farmland()


def parcel() -> None:
    """A parcel: a sheet of samples, and a sheet with a column for every analyte, as laboratories print it."""
    chance = random.Random(36600)
    book = Workbook()
    places = book.active
    assert places is not None
    places.title = "采样信息"
    _title(places, "原示例电镀厂地块土壤采样信息（示例数据）", 9)
    places.append(
        [
            "样品编号",
            "点位编号",
            "采样深度（m）",
            "样品类型",
            "经度",
            "纬度",
            "采样日期",
            "质控类型",
            "原样编号",
        ]
    )
    results = book.create_sheet("检测结果")
    analytes = [*METALS, *ORGANICS]
    _title(results, f"{LABORATORY} 检测结果（示例数据）", 2 + len(analytes))
    results.append(["样品编号", "pH", *(item[0] for item in analytes)])
    results.append(["单位", "无量纲", *(item[1] for item in analytes)])
    results.append(["检测方法", "HJ 962-2018", *(item[3] for item in analytes)])
    results.append(["检出限", None, *(item[2] for item in analytes)])
    for number, point in enumerate(POINTS):
        east = round(WEST + 0.0004 * (number % 4) + 0.00005 * chance.random(), 6)
        north = round(SOUTH + 0.0003 * (number // 4) + 0.00005 * chance.random(), 6)
        for level, (top, bottom) in enumerate(DEPTHS):
            code = f"{point}-{level + 1}"
            places.append(
                [code, point, f"{top}-{bottom}", "土壤", east, north, SAMPLED[number // 5], None, None]
            )
            row = [_soil(chance, point, level, item) for item in METALS]
            row += [_organic(chance, point, level, item) for item in ORGANICS]
            results.append([code, round(6.2 + 1.6 * chance.random(), 2), *row])
            if code == "S02-1":  # a parallel sample, close to its original
                places.append(
                    [f"{code}P", point, f"{top}-{bottom}", "土壤", east, north, SAMPLED[0], "平行样", code]
                )
                results.append([f"{code}P", 6.9, *(_near(value) for value in row)])
    _finish(book, PARCEL_FILE)


def farmland() -> None:
    """Farmland: one row a result, as a laboratory's system exports it."""
    chance = random.Random(15618)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "检测结果"
    sheet.append(
        [
            "样品编号", "点位编号", "经度", "纬度", "采样日期", "土地利用类型", "pH", "采样深度（m）",
            "检测项目", "检测结果", "单位", "检出限", "检测方法",
        ]
    )  # fmt: skip
    chromium = ("铬", "mg/kg", 4, "HJ 491-2019", 62.0, 0)
    zinc = ("锌", "mg/kg", 1, "HJ 491-2019", 78.0, 0)
    analytes = [item for item in METALS if item[0] != "铬（六价）"] + [chromium, zinc]
    for number in range(1, 13):
        paddy, acid = number <= 8, 5.0 + 0.25 * number
        for name, unit, limit, method, usual, decimals in analytes:
            value = usual * (0.7 + 0.6 * chance.random())
            if name == "镉" and paddy:
                value *= (2.4, 3.6, 9.8, 2.1)[number % 4]  # downstream of an old mine
            if name == "砷" and number == 11:
                value *= 5.2
            sheet.append(
                [
                    f"N{number:02}", f"N{number:02}", round(WEST + 0.02 + 0.003 * (number % 4), 6),
                    round(SOUTH - 0.02 + 0.004 * (number // 4), 6), date(2024, 9, 3 + number // 7),
                    "水田" if paddy else "旱地", round(acid, 2), "0-0.2",
                    name, _figure(value, decimals), unit, limit, method,
                ]
            )  # fmt: skip
    _finish(book, FARMLAND_FILE)


def _soil(
    chance: random.Random, point: str, level: int, item: tuple[str, str, float, str, float, int]
) -> object:
    name, _, limit, _, usual, decimals = item
    hot = HOT.get(point, {}).get(name)
    value = hot[level] if hot else usual * (0.75 + 0.5 * chance.random()) * (1 - 0.1 * level)
    if value is None or value < limit:
        return "ND"
    return _figure(value, decimals)


def _organic(chance: random.Random, point: str, level: int, item: tuple[str, str, float, str]) -> object:
    name, _, limit, _ = item
    hot = HOT.get(point, {}).get(name)
    if hot and hot[level] is not None:
        return hot[level]
    if name.startswith("石油烃") and chance.random() < 0.5:
        return round(limit + 30 * chance.random())
    return f"<{limit}" if name == "苯" else "ND"


def _figure(value: float, decimals: int) -> float | int:
    return round(value, decimals) if decimals else round(value)


def _near(value: object) -> object:
    return round(value * 1.04, 3) if isinstance(value, int | float) else value


def _title(sheet: Worksheet, text: str, width: int) -> None:
    sheet.append([text])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=width)
    sheet["A1"].font = Font(bold=True, size=14)
    sheet["A1"].alignment = Alignment(horizontal="center")


def _finish(book: Workbook, name: str) -> None:
    book.properties.creator = "净土"
    book.properties.created = book.properties.modified = datetime(2024, 6, 20)  # noqa: DTZ001 - Excel knows no zones
    for sheet in book.worksheets:
        for letter in "ABCDEFGHIJKLM":
            sheet.column_dimensions[letter].width = 14
    book.save(HERE / name)


if __name__ == "__main__":
    main()
