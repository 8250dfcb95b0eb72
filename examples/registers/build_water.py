"""Makes the example lists of wells and projects: ``python examples/registers/build_water.py``. All of it is invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

WELLS = [
    ["序号", "井号", "监测井名称", "所在乡镇", "含水层类型", "深度（米）", "东经", "北纬", "建成时间", "管护责任人", "年巡护次数", "状态"],
    [1, "EX-W01", "清河村1号井", "清河镇", "孔隙潜水", 42.5, "110°12′36″", "23°05′24″", "2017年5月8日", "示例甲", 4, "完好"],
    [2, "EX-W02", "石桥村1号井", "石桥镇", "岩溶水", 88, "110.3012", "23.1145", date(2018, 9, 12), "示例乙", 4, "完好"],
    [3, "EX-W03", "白鹭村1号井", "白鹭镇", "孔隙承压水", 120.8, "110°25′03″", "23°12′59″", "2019-06-20", "示例丙", "", "损坏"],
    [4, "EX-W04", "清河村2号井", "清河镇", "孔隙潜水", 36, "", "", "2016.11.3", "示例甲", 2, "完好"],
]  # fmt: skip
PROJECTS = [
    ["项目编号", "项目名称", "所在乡镇", "项目类别", "项目总投资（万元）", "资金文号", "下达时间", "开工时间", "计划竣工日期", "竣工时间", "状态"],
    ["EX-X01", "清河镇废渣整治项目", "清河镇", "历史遗留矿渣", 860.5, "示财环〔2022〕11号", date(2022, 11, 28), "2023年3月15日", date(2023, 12, 31), "2023-12-12", "完工"],
    ["EX-X02", "石桥镇耕地安全利用项目", "石桥镇", "农用地", 500, "示财环〔2023〕8号", "2023.4.6", "2023-09-01", "2024-12-20", "", "开工"],
    ["EX-X03", "白鹭镇地下水调查项目", "白鹭镇", "地下水", "320万元", "", "", "", "", "", "入库"],
]  # fmt: skip


def write(name: str, title: str, rows: list[list[Any]], note: str) -> None:
    """A workbook as an office would keep it: a title row, the table, a note below."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "清单"
    sheet.append([title])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(rows[0]))
    for row in rows:
        sheet.append(row)
    sheet.append([note])
    book.save(Path(__file__).with_name(name))


def main() -> None:
    """Write both workbooks beside this file."""
    write(
        "示例县地下水监测井清单.xlsx",
        "示例县地下水监测井一览表（示例数据）",
        WELLS,
        "注：示例数据，不得用于任何工作。",
    )
    write(
        "示例县土壤项目调度表.xlsx",
        "示例县土壤和地下水项目调度表（示例数据）",
        PROJECTS,
        "注：示例数据，金额单位为万元。",
    )


if __name__ == "__main__":
    main()
