"""Makes the example lists of key units, hazards and sources: ``python examples/registers/build_sources.py``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

# As an office keeps them: a title over the table, dates written in several ways, a note below. All invented.
TABLES: dict[str, tuple[Sequence[str], Sequence[Sequence[object]], str]] = {
    "示例县土壤污染重点监管单位名录": (
        ("序号", "名录编号", "企业名称", "所在县区", "行业类别", "地址", "首次列入时间", "年度", "列入理由", "公布时间", "生产状态", "状态"),
        (
            (1, "EX-Z01", "示例县甲一冶炼厂", "示例县", "铅锌冶炼", "示例县工业路1号", date(2021, 3, 26), 2024, "有色金属冶炼", date(2024, 3, 26), "在产", "已公布"),
            (2, "EX-Z02", "示例县乙二电镀厂", "示例县", "金属表面处理及热处理加工", "示例县工业路2号", "2021年3月26日", 2024, "电镀", "2024.3.26", "在产", "已公布"),
            (3, "EX-Z03", "示例县丙三化工厂", "示例县", "化学原料和化学制品制造业", "示例县工业路3号", "2022-03-28", 2024, "化工", "2024-03-26", "停产", "已公布"),
            (4, "EX-Z04", "示例县丁四制革厂", "示例县", "皮革鞣制加工", "示例县工业路4号", None, None, "制革", None, "在产", "拟列入"),
        ),
        "填报说明：名录由生态环境部门公布，停产单位请注明。",
    ),
    "示例县土壤污染隐患整改台账": (
        ("隐患编号", "隐患名称", "行政区", "企业名称", "重点场所", "隐患描述", "整改建议", "排查日期", "整改时限", "整改措施", "整改完成时间", "核查日期", "状态"),
        (
            ("EX-Y01", "储罐区围堰裂缝", "示例县", "示例县甲一冶炼厂", "储罐区", "围堰有裂缝", "修补并防渗", "2024年4月8日", date(2024, 7, 8), "已修补", date(2024, 6, 20), date(2024, 6, 28), "整改合格"),
            ("EX-Y02", "危废间导流沟堵塞", "示例县", "示例县甲一冶炼厂", "危废暂存间", "导流沟不通", "疏通", "2024.4.8", "2024-07-08", "已疏通", "2024-06-25", None, "整改待核查"),
            ("EX-Y03", "污水池渗漏", "示例县", "示例县乙二电镀厂", "污水处理站", "池壁渗漏", "检修防腐", date(2024, 5, 13), "2024年9月30日", "", None, None, "待整改"),
        ),
        "说明：整改前后照片另附。",
    ),
    "示例县涉镉污染源整治清单": (
        ("污染源编号", "污染源名称", "行政区", "污染源类型", "重金属", "存在问题", "年度", "列入时间", "列入原因", "方案名称", "完成时限", "完成整治日期", "核查时间", "销号时间", "状态"),
        (
            ("EX-C01", "北沟旧渣点", "示例县", "历史遗留废物", "镉、铅", "露天堆存", 2023, "2023年4月12日", "排查发现", "北沟旧渣点整治方案", "2023-11-30", "2023-10-20", "2023-11-02", "2023-11-15", "已销号"),
            ("EX-C02", "南岭选矿点", "示例县", "矿区", "镉", "雨污未分流", 2024, date(2024, 3, 6), "排查发现", "南岭选矿点整治方案", date(2024, 11, 30), None, None, None, "整治中"),
            ("EX-C03", "示例县戊五电池厂", "示例县", "在产企业", "铅", "初期雨水未收集", 2024, "2024.4.17", "排查发现", "", "", None, None, None, "整治清单"),
        ),
        "注：销号材料另存。",
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
