"""Fields that a result needs, that could not be read, or whose words mean nothing."""

from __future__ import annotations

import difflib
import operator
import re
from datetime import date
from functools import lru_cache

from jingtu.knowledge.labsheets import cells, words
from jingtu.knowledge.labsheets.checks.collecting import Collector, threshold
from jingtu.knowledge.labsheets.model import FIELDS, MEDIA, QC_KINDS
from jingtu.knowledge.standards.land_uses import land_use_of
from jingtu.knowledge.standards.readings import read_value

_METHOD = re.compile(
    r"[A-Za-z]{1,5}\s*/?\s*[TZ]?\s*\d|规范|规程|仪器法|玻璃电极|光谱法|色谱|质谱|滴定|重量法|电极法|法$"
)
_FORMULA_STARTS = frozenset("=@+\t\r")
_WORDS = (
    "sample",
    "point",
    "analyte",
    "unit",
    "method",
    "batch",
    "land_use",
    "crop",
    "laboratory",
    "parallel_of",
)
_ORDINAL = ("嗅和味", "肉眼可见物")


def without_unit(analyte: str) -> bool:
    """Whether an analyte is a figure or a word without a unit (pH, odour)."""
    name = words.analyte_of(analyte) or analyte
    return name.lower() == "ph" or name in _ORDINAL


def required(found: Collector) -> None:
    """Sample, analyte, result and unit in every result; day and point of sampling."""
    table = found.table
    for index, (sample, analyte, raw, unit) in enumerate(
        zip(table["sample"], table["analyte"], table["raw"], table["unit"], strict=True)
    ):
        if not sample:
            found.add("required_sample", index, "sample", "缺少样品编号")
        if not analyte:
            found.add("required_analyte", index, "analyte", "缺少检测项目")
        if not raw:
            found.add("required_value", index, "value", f"缺少{analyte or '检测项目'}的检测结果")
        elif not unit and not without_unit(analyte):
            found.add("required_unit", index, "unit", f"{analyte or '检测结果'}没有写明单位", analyte)
    _missing_once(found, "required_sampled_on", "sampled_on", "没有采样日期")
    _missing_once(found, "required_point", "point", "没有采样点位")


def _missing_once(found: Collector, code: str, name: str, message: str) -> None:
    """Named once for a table that lacks a field altogether, otherwise at every sample."""
    table = found.table
    for part in table.parts:
        span = range(part.start, part.stop)
        empty = [index for index in span if table[name][index] in (None, "") and not table["qc_kind"][index]]
        unread = {index for index, field, _, _ in table.unread if field == name}
        empty = [index for index in empty if index not in unread]
        if not empty:
            continue
        if len(empty) == len(span) or name not in part.sources:
            found.at(code, (table["sheet"][empty[0]], part.block.head_first + 1, None), f"这张表{message}")
            continue
        told: set[str] = set()
        for index in empty:
            if table["sample"][index] not in told:
                told.add(table["sample"][index])
                found.add(code, index, name, f"样品 {table['sample'][index]} {message}")


def unread(found: Collector) -> None:
    """Cells that are no value of their field, formulas, and samples that were filled down."""
    table = found.table
    for index, name, text, expected in table.unread:
        found.add("type_field", index, name, expected, text)
    said = {(fact.sheet, fact.row, fact.column) for fact in table.facts.values()}
    for _, place, text, expected in table.misread:
        code = "misread_fact" if place in said else "type_field"
        found.at(code, place, expected, text)
    for key, fact in table.facts.items():
        if key.partition("@")[0] == "sampled_on" and cells.is_range_of_days(fact.value):
            found.at("date_range", (fact.sheet, fact.row, fact.column), "采样日期是一段时间", fact.value)
    for sheet, row, sample in table.filled_down:
        found.at("filled_down", (sheet, row, None), f"样品（点位）空白，按上面的 {sample} 处理")
    for place in table.merged:
        found.at("merged_value", place, "这一格与别的结果合并，不知道是哪个样品（项目）的结果")
    for place, text, filled in table.formulas:
        if filled:
            found.at("formula", place, "单元格是公式，已取上次计算的结果", text)
        else:
            found.at("formula_empty", place, "单元格是公式，但文件里没有计算结果", text)


def formula_texts(found: Collector) -> None:
    """Words that a spreadsheet would take for a formula when they are written into one again."""
    for name in _WORDS:
        told: set[str] = set()
        for index, value in enumerate(found.table[name]):
            if value and value[0] in _FORMULA_STARTS and value not in told:
                told.add(value)
                found.add("formula_text", index, name, f"{FIELDS[name]}以“{value[0]}”开头，像是公式", value)


def references(found: Collector) -> None:
    """Words that should be known: analyte, method, land use, medium, kind of control."""
    table = found.table
    told: set[tuple[str, str]] = set()

    def once(code: str, index: int, name: str, text: str, message: str) -> None:
        if (name, text) not in told:
            told.add((name, text))
            found.add(code, index, name, message, text)

    known: dict[str, str | None] = {}
    names: list[str] = []
    for index, analyte in enumerate(table["analyte"]):
        if not analyte or analyte in known:
            continue
        known[analyte] = words.analyte_of(analyte)
        if known[analyte] is None:
            names = names or words.all_names()
            near = _near(analyte, names)
            if near:
                once(
                    "analyte_spelling",
                    index,
                    "analyte",
                    analyte,
                    f"不认识检测项目“{analyte[:30]}”，是不是“{near}”",
                )
            else:
                once("unknown_analyte", index, "analyte", analyte, f"不认识检测项目“{analyte[:30]}”")
    for index, (method, use, medium, kind) in enumerate(
        zip(table["method"], table["land_use"], table["medium"], table["qc_kind"], strict=True)
    ):
        if (
            method
            and ("method", method) not in told
            and not cells.is_empty(method)
            and not _METHOD.search(method)
        ):
            once("unknown_method", index, "method", method, f"看不出“{method[:30]}”是哪个方法标准")
        if use and ("land_use", use) not in told and not _is_land_use(use):
            once("unknown_land_use", index, "land_use", use, f"不认识用地类型“{use[:30]}”")
        if medium and medium not in MEDIA and ("medium", medium) not in told:
            once("unknown_medium", index, "medium", medium, f"不认识样品类型“{medium[:30]}”")
        if kind and kind not in QC_KINDS and ("qc_kind", kind) not in told:
            once("unknown_qc", index, "qc_kind", kind, f"不认识质控类型“{kind[:30]}”")


def _near(analyte: str, names: list[str]) -> str | None:
    text = analyte[:40]
    if len(text) == 1:
        return {
            "隔": "镉",
            "镐": "镉",
            "珅": "砷",
            "绅": "砷",
            "拱": "汞",
            "贡": "汞",
            "各": "铬",
            "同": "铜",
            "涅": "镍",
        }.get(text)
    if len(text) == 3:
        one_off = [name for name in names if len(name) == 3 and sum(map(operator.ne, name, text)) == 1]
        return one_off[0] if len(one_off) == 1 else None
    close = difflib.get_close_matches(text, names, n=1, cutoff=0.75)
    return close[0] if close else None


@lru_cache(maxsize=4096)
def _is_land_use(use: str) -> bool:
    return any(land_use_of(use, standard).use != "unknown" for standard in ("gb15618", "gb36600"))


def days(found: Collector, on: date | None) -> None:
    """Nothing is sampled after today, or before anybody kept such files."""
    table = found.table
    told: set[tuple[str, date]] = set()
    earliest = date(int(threshold("year_low")), 1, 1)
    for index, day in enumerate(table["sampled_on"]):
        if day is None or (earliest <= day and (on is None or day <= on)):
            continue
        if (table["sample"][index], day) in told:
            continue
        told.add((table["sample"][index], day))
        if on is not None and day > on:
            found.add("date_future", index, "sampled_on", f"采样日期 {day.isoformat()} 晚于今天", day)
        else:
            found.add("date_old", index, "sampled_on", f"采样日期 {day.isoformat()} 过早", day)


def is_word(raw: str, analyte: str) -> bool:
    """Whether a result may be a word instead of a number."""
    return (words.analyte_of(analyte) or analyte) in _ORDINAL and read_value(raw).problem == "text"
