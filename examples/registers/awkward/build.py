"""Makes the awkward tables: ``python examples/registers/awkward/build.py``. All of it is invented."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
_MOMENT = datetime(2024, 1, 1)  # noqa: DTZ001 - a workbook knows no zones


def _sheet(book: Workbook, title: str, *, first: bool = False) -> Worksheet:
    sheet = book.active if first else book.create_sheet()
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    return sheet


def _fill(sheet: Worksheet, rows: list[list[Any]]) -> None:
    for row in rows:
        sheet.append(row)


def titles_sums_and_merged_towns() -> Workbook:
    """Title, unit above the table, headings on two lines, towns merged over their rows, sums, notes, signatures."""
    book = Workbook()
    sheet = _sheet(book, "Sheet1", first=True)
    _fill(
        sheet,
        [
            ["示例县优先监管地块清单"],
            ["填报单位：示例县某某局", None, None, None, None, "单位：亩"],
            ["序号", "乡镇", "地块\n名称", "占地", None, "时间", None],
            [None, None, None, "面积", "四至", "纳入时间", "关停时间"],
            [1, "清河镇", "原清河农药厂地块", 36.5, "东至河堤", "2023.5.10", "2011年6月"],
            [2, None, "原清河化肥厂地块", 64.75, None, "2023年9月6日", "2015年12月"],
            [None, "小计", None, 101.25, None, None, None],
            [3, "石桥镇", "原石桥\n电镀厂地块", 18.2, None, "二〇二三年五月十日", "98年7月"],
            [None, "合 计", None, 119.45, None, None, None],
            ["注：1.面积以国土调查为准；2.关停时间精确到月。"],
            ["填报人：张某", None, None, "审核人：李某", None, "联系电话：0000-0000000"],
        ],
    )
    for area in ("A1:G1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "B5:B6", "A10:G10"):
        sheet.merge_cells(area)
    return book


def a_sheet_for_each_town() -> Workbook:
    """A sheet for each town, called after it, with its columns in another order; a summary in front."""
    book = Workbook()
    summary = _sheet(book, "汇总", first=True)
    _fill(summary, [["乡镇", "地块数（块）"], ["清河镇", 2], ["石桥镇", 1], ["合计", 3]])
    first = _sheet(book, "清河镇")
    _fill(
        first,
        [
            ["清河镇地块清单"],
            ["序号", "地块编号", "地块名称", "占地面积（公顷）", "备注"],
            [1, "QH-01", "原清河造纸厂地块", 2.4, "已平整"],
            [2, "QH-02", "原清河铸造厂地块", 0.85, None],
        ],
    )
    second = _sheet(book, "石桥镇")
    _fill(
        second,
        [
            ["序号", "地块名称", "地块编号", "备注", "占地面积（亩）"],
            [1, "原石桥印染厂地块", "SQ-01", None, 30],
            ["合计", None, None, None, 30],
        ],
    )
    return book


def hidden_rows_and_headings_again() -> Workbook:
    """Rows and a column hidden, the heading again in the middle, empty columns, 同上, an area without a unit."""
    book = Workbook()
    sheet = _sheet(book, "清单", first=True)
    head = ["地块编码", "地块名称", "所在乡镇", None, "占地面积", "内部评分", "行业类别"]
    _fill(
        sheet,
        [
            head,
            ["BL-01", "原白鹭皮革厂地块", "白鹭镇", None, 22, 3, "皮革鞣制加工"],
            ["BL-02", "原白鹭冶炼厂地块", "同上", None, 88.4, 5, "同上"],
            head,
            ["BL-03", "原白鹭焦化厂地块", "白鹭镇", None, 120, 4, "炼焦"],
            ["BL-04", "原白鹭石灰厂地块", "白鹭镇", None, 9, 1, "石灰制造"],
        ],
    )
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["F"].hidden = True
    return book


def codes_with_names_and_doubts() -> Workbook:
    """Code and name in one cell, areas each in its own unit, names that come near to entries that exist."""
    book = Workbook()
    sheet = _sheet(book, "Sheet1", first=True)
    _fill(
        sheet,
        [
            ["地块编号及名称", "县（市、区）", "面积", "土地使用权人备注", "纳入清单日期"],
            ["SL-001 原示例县恒丰化工有限责任公司地块", "示例县", "45亩", None, date(2024, 1, 15)],
            ["原示例县安达电镀厂地块（SL-002）", "示例县", "1.2公顷", None, 45306],
            ["SL-003、SL-004 原示例县两厂地块", "示例县", "3000平方米", None, "20240115"],
            ["原示例县无号地块", "示例县", "12", None, "2024年元月"],
        ],
    )
    return book


CSV = """示例县地块台账,,,,
编号,名称,县区,关停日期,面积（亩）
1,原示例县甲厂地块,示例县,２０１９．３．１,１２．５
2,"原示例县
乙厂地块",示例县,二〇一九年三月一日,30
3,原示例县丙厂地块,示例县,19年3月1日,8
,,,合计,50.5
说明：数据截至2024年6月。,,,,
"""


def main() -> None:
    """Write the tables beside this file; the same bytes each time."""
    books = {
        "1-标题合计与合并乡镇.xlsx": titles_sums_and_merged_towns(),
        "2-每镇一张表.xlsx": a_sheet_for_each_town(),
        "4-隐藏行与重复表头.xlsx": hidden_rows_and_headings_again(),
        "5-编号名称同格与近似名称.xlsx": codes_with_names_and_doubts(),
    }
    for name, book in books.items():
        book.properties.created = book.properties.modified = _MOMENT
        stream = io.BytesIO()
        book.save(stream)
        _settled(stream.getvalue(), HERE / name)
    (HERE / "3-序号作编号与日期写法.csv").write_bytes(CSV.replace("\n", "\r\n").encode("gb18030"))


def _settled(content: bytes, path: Path) -> None:
    """Write a workbook whose parts carry no time of day."""
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for item in before.infolist():
            part = re.sub(
                rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2024-01-01T00:00:00Z", before.read(item)
            )
            after.writestr(zipfile.ZipInfo(item.filename, (2024, 1, 1, 0, 0, 0)), part)


if __name__ == "__main__":
    main()
