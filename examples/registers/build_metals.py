"""Makes the example list of enterprises: ``python examples/registers/build_metals.py``. All of it is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import Workbook

NAME = "示例县涉重金属企业清单"
TOP = [
    "序号",
    "企业名称",
    "所在乡镇",
    "行业类别",
    "主要工艺",
    "排污许可证编号",
    "管理类别",
    "2020年排放量",
    "",
    "",
    "",
    "",
    "状态",
    "纳入时间",
]
BELOW = [
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "铅排放量（千克）",
    "镉排放量（千克）",
    "铬排放量（千克）",
    "砷排放量（千克）",
    "基准年",
    "",
    "",
]
ROWS = [
    [1, "示例县甲一选矿厂", "云岭乡", "重有色金属矿采选业", "浮选", "EX0000000000000001001P", "重点管理", 320, 18.5, None, 42, 2020, "在产", date(2022, 6, 20)],
    [2, "示例县乙二再生铅厂", "石桥镇", "重有色金属冶炼业", "富氧熔炼", "EX0000000000000002001P", "重点管理", 220.125, 9.3, None, None, 2020, "在产", "2022年6月20日"],
    [3, "示例县丙三电镀厂", "清河镇", "电镀行业", "镀铬", "EX0000000000000003001P", "简化管理", None, None, 62, None, 2020, "停产", "2022.6.20"],
    [4, "示例县丁四皮革厂", "白鹭镇", "皮革鞣制加工业", "鞣制", "", "登记管理", "—", "—", 84, "—", 2020, "关闭", "2022-06-20"],
]  # fmt: skip


def main() -> None:
    """Write the workbook beside this file, as an office would keep it: a title, headings in two rows, a sum, a note."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "清单"
    sheet.append([f"{NAME}（示例数据）"])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(TOP))
    sheet.append(TOP)
    sheet.append(BELOW)
    sheet.merge_cells(start_row=2, end_row=2, start_column=8, end_column=12)
    for column in (*range(1, 8), 13, 14):
        sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)
    for row in ROWS:
        sheet.append(row)
    sheet.append(["合计", "", "", "", "", "", "", 540.125, 27.8, 146, 42])
    sheet.append(["填报说明：排放量为2020年环境统计数，单位千克。"])
    book.save(Path(__file__).with_name(f"{NAME}.xlsx"))


if __name__ == "__main__":
    main()
