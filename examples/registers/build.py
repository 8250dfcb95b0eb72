"""Makes the example list of parcels: ``python examples/registers/build.py``. All of it is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import Workbook

HEADINGS = [
    "地块编号",
    "地块名称",
    "所在乡镇",
    "原生产企业",
    "行业",
    "占地面积（亩）",
    "纳入时间",
    "状态",
    "超标因子",
    "管控落实日期",
]
ROWS = [
    ["EX-001", "原清河镇农药厂地块", "清河镇", "示例县清河农药厂", "农药制造", 36.5, date(2023, 5, 10), "已落实管控", "六六六", date(2024, 4, 18)],
    ["EX-002", "原石桥镇电镀厂地块", "石桥镇", "示例县石桥电镀厂", "金属表面处理及热处理加工", 18.2, date(2023, 5, 10), "已落实管控", "六价铬、镍", date(2024, 5, 30)],
    ["EX-003", "原白鹭镇皮革厂地块", "白鹭镇", "示例县白鹭皮革厂", "皮革鞣制加工", 22.0, "2023年9月6日", "超标", "六价铬", None],
    ["EX-004", "原清河镇化肥厂地块", "清河镇", "示例县清河化肥厂", "肥料制造", 64.75, "2023-09-06", "已纳入", "", None],
    ["EX-005", "原石桥镇焦化厂地块", "石桥镇", "示例县石桥焦化厂", "炼焦", 120, "2024.1.15", "已纳入", "", None],
    ["EX-006", "原白鹭镇冶炼厂地块", "白鹭镇", "示例县白鹭冶炼厂", "常用有色金属冶炼", 88.4, date(2024, 1, 15), "已纳入", "", None],
]  # fmt: skip


def main() -> None:
    """Write the workbook beside this file, as an office would keep it: a title row, then the table."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "清单"
    sheet.append(["示例县优先监管地块清单（示例数据）"])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(HEADINGS))
    sheet.append(HEADINGS)
    for row in ROWS:
        sheet.append(row)
    book.save(Path(__file__).with_name("示例县优先监管地块清单.xlsx"))


if __name__ == "__main__":
    main()
