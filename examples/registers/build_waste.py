"""Makes the example lists of tailings ponds and old waste: ``python examples/registers/build_waste.py``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

# As an office keeps them: a title over the table, grades in its own words, dates in several forms. All invented.
TABLES: dict[str, tuple[Sequence[str], Sequence[Sequence[object]], str]] = {
    "示例县尾矿库分类分级环境监管清单": (
        ("序号", "尾矿库编号", "尾矿库名称", "行政区", "所属矿山", "矿种", "环境监管等级", "环境风险等级", "运行状况", "年度", "公布日期", "清单文号", "封场时间"),
        (
            (1, "EX-W01", "甲一铅锌尾矿库", "示例县", "甲一矿", "铅锌", "一级", "较大", "运行", 2024, date(2024, 4, 18), "示环函〔2024〕15号", None),
            (2, "EX-W02", "乙二锰矿尾矿库", "示例县", "乙二矿", "锰", "二级环境监管", "一般", "停用", 2024, "2024年4月18日", "示环函〔2024〕15号", None),
            (3, "EX-W03", "丙三铁矿尾矿库", "示例县", "丙三矿", "铁", "三级", "一般", "运行", 2024, "2024.4.18", "示环函〔2024〕15号", None),
            (4, "EX-W04", "丁四旧尾矿库", "示例县", "丁四矿", "锡", "已封场", "一般", "已闭库", 2023, "2023-04-20", "示环函〔2023〕12号", "2023-09-01"),
        ),
        "注：监管等级以省级公布的为准。",
    ),
    "示例县历史遗留固体废物整治清单": (
        ("场所编号", "堆存场所名称", "行政区", "堆存场所类型", "固废种类", "重金属", "堆存量（吨）", "排查时间", "存在问题", "年度", "列入时间", "列入原因", "方案名称", "完成时限", "整治完成时间", "核查时间", "销号时间", "销号文件", "是否须录入信息系统", "状态"),
        (
            ("EX-L01", "北坡旧渣堆", "示例县", "矿区历史遗留", "采矿废石", "镉、砷", 12600, "2023年3月20日", "露天堆存", 2023, "2023年4月12日", "排查发现", "北坡旧渣堆整治方案", "2023-11-30", "2023-10-20", "2023-11-02", "2023-11-15", "示环函〔2023〕30号", "是", "已销号"),
            ("EX-L02", "东沟尾砂滩", "示例县", "矿区历史遗留", "尾砂", "铅", "8,400", date(2024, 2, 22), "雨污未分流", 2024, date(2024, 3, 6), "排查发现", "东沟尾砂滩整治方案", date(2024, 11, 30), None, None, None, "", "是", "整治中"),
            ("EX-L03", "旧化工厂渣坑", "示例县", "关停企业遗留", "化工废渣", "铬", 2100, "2024.3.15", "底部未防渗", None, None, "", "", "", None, None, None, "", "否", "已排查"),
        ),
        "注：堆存量为现场估算。",
    ),
}  # fmt: skip


def main() -> None:
    """Write the workbooks beside this file."""
    for title, (headings, rows, note) in TABLES.items():
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "清单"
        sheet.append([f"{title}（示例数据）"])
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(headings))
        sheet.append(list(headings))
        for row in rows:
            sheet.append(list(row))
        sheet.append([note])
        book.save(Path(__file__).with_name(f"{title}.xlsx"))


if __name__ == "__main__":
    main()
