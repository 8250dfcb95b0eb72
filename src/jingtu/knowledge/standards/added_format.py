"""The format of tables that a user adds: headings, and the words that may stand under them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from jingtu.knowledge.standards.added_cells import Heading, Line

KINDS: Final = {
    "筛选值": "screening",
    "风险筛选值": "screening",
    "管制值": "intervention",
    "风险管制值": "intervention",
    "限量": "limit",
    "限值": "limit",
    "标准值": "limit",
    **{
        word: f"class_{name}"
        for name, words in {
            "I": ("I类", "I", "一类", "1类"),
            "II": ("II类", "II", "二类", "2类"),
            "III": ("III类", "III", "三类", "3类"),
            "IV": ("IV类", "IV", "四类", "4类"),
            "V": ("V类", "V", "五类", "5类"),
        }.items()
        for word in words
    },
}
MEDIA: Final = {
    "土壤": "soil",
    "地下水": "groundwater",
    "地表水": "surface_water",
    "农产品": "crop",
    "作物": "crop",
    "沉积物": "sediment",
    "底泥": "sediment",
}
LAND_CLASSES: Final = {
    "第一类": "1",
    "第一类用地": "1",
    "一类": "1",
    "1": "1",
    "第二类": "2",
    "第二类用地": "2",
    "二类": "2",
    "2": "2",
}
CONFIDENCES: Final = {"高": "high", "中": "medium", "低": "low"}
# Who enters a table vouches for it no further than its column says.
UNSTATED: Final = "medium"
KEY: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
SEPARATORS: Final = re.compile(r"[|、；;]")

LIMITS: Final = (
    Heading("number", "标准号", True, "如 DB00/T 0000-2026；同一标准各行相同", ("标准编号",)),
    Heading("title", "标准名称", True, "同一标准各行相同", ("名称",)),
    Heading("key", "代号", False, "命令行和程序中使用的小写字母、数字；不填则由标准号得出"),
    Heading("version", "版本", False, "如 征求意见稿；附在名称后显示"),
    Heading("valid_from", "施行日期", True, "自这一天起适用，如 2026-01-01", ("实施日期",)),
    Heading("valid_to", "废止日期", False, "自这一天起不再适用；现行的不填"),
    Heading("medium", "介质", True, "土壤、地下水、地表水、农产品、沉积物"),
    Heading("name_cn", "项目", True, "污染物或指标名称", ("项目名称", "污染物项目")),
    Heading("cas", "CAS", False, "CAS编号", ("CAS编号", "CAS号")),
    Heading("aliases", "别名", False, "实验室的其他写法，用顿号、分号或竖线分开"),
    Heading("unit", "单位", True, "限值的单位，如 mg/kg"),
    Heading(
        "land_use",
        "用地",
        False,
        "如 水田；不填为不分用地；几种用地用顿号分开；其他指未列出的用地",
        ("用地类型",),
    ),
    Heading("land_class", "用地类别", False, "第一类、第二类；不填为不分"),
    Heading("crop", "作物", False, "农产品名称；不填为不分", ("农产品", "食品类别")),
    Heading("ph_gt", "pH下限", False, "不含本数；不填为不限"),
    Heading("ph_le", "pH上限", False, "含本数；不填为不限"),
    Heading("kind", "限值类型", True, "筛选值、管制值；或限量；或Ⅰ类至Ⅴ类。同一标准只用其中一种"),
    Heading("value", "限值", True, "大于0的一个数"),
    Heading("clause", "条款", True, "如 表1；4.2", ("条款号",)),
    Heading("source", "来源", True, "从哪里抄录"),
    Heading("confidence", "可信度", False, "高、中、低；不填为中"),
    Heading("footnote", "备注", False, "表注等"),
)
RATES: Final = (
    Heading("rate", "指标代号", True, "程序使用的代号，如 contaminated_farmland_safe_use_rate"),
    Heading("name", "指标名称", True, "如 受污染耕地安全利用率"),
    Heading("role", "角色", True, "分子、分母；按条件判定的写“判定”"),
    Heading("symbol", "符号", False, "分子、分母各项的符号"),
    Heading("term", "含义", False, "分子、分母各项的含义"),
    Heading("unit", "单位", False, "如 亩、个"),
    Heading("lower", "比率下限", False, "判定：大于等于，%"),
    Heading("upper", "比率上限", False, "判定：小于，%"),
    Heading("unlawful", "有违法开发", False, "判定：是、否；不填为不论"),
    Heading("corrected", "已全部处罚整改", False, "判定：是、否；不填为不论"),
    Heading("result", "结论", False, "判定：有效保障、未有效保障；保持稳定、未保持稳定"),
    Heading("valid_from", "施行日期", True, "自这一天起适用"),
    Heading("valid_to", "废止日期", False, "自这一天起不再适用"),
    Heading("clause", "条款", True, "公式或条款"),
    Heading("source", "来源", True, "从哪里抄录"),
    Heading("confidence", "可信度", False, "高、中、低；不填为中"),
    Heading("note", "备注", False, ""),
)
ROLES: Final = {"分子": "numerator", "分母": "denominator", "判定": "decision"}
RESULTS: Final = {
    "有效保障": "assured",
    "得到有效保障": "assured",
    "未有效保障": "not_assured",
    "保持稳定": "assured",
    "总体保持稳定": "assured",
    "未保持稳定": "not_assured",
}
YES_NO: Final = {"是": "Y", "否": "N"}


def words_of_line(line: Line, headings: Sequence[Heading]) -> dict[str, str]:
    """The cells of a row by all keys of the format, as they stand in the file."""
    return {item.key: line.text(item.key) for item in headings}


def written(headings: Sequence[Heading], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows under their headings as CSV text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([item.name for item in headings])
    for row in rows:
        writer.writerow([row[item.key] for item in headings])
    return text.getvalue()
