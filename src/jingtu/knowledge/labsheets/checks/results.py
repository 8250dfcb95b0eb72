"""The results themselves: can they be read, in which unit, are they possible, do they stand twice."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from statistics import median

from jingtu.knowledge.labsheets import words
from jingtu.knowledge.labsheets.checks.collecting import Collector, threshold
from jingtu.knowledge.labsheets.checks.fields import is_word, without_unit
from jingtu.knowledge.standards.data_rows import rows as standard_rows
from jingtu.knowledge.standards.readings import read_value, read_values
from jingtu.knowledge.standards.units import factor, unit_of

_SOLID, _WATER = frozenset({"soil", "sediment", "crop"}), frozenset({"groundwater", "surface_water"})
_ERROR = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!")


def readings(found: Collector) -> None:
    """Results that are no number, and non-detects without a detection limit."""
    table = found.table
    if not found.size:
        return
    problems = read_values(table["raw"], table["detection_limit"]).problem
    for index, problem in enumerate(problems.tolist()):
        raw = table["raw"][index]
        if problem is None or problem == "empty" or not raw:
            continue
        analyte = table["analyte"][index]
        name = f"{analyte}的结果" if analyte else "检测结果"
        if raw.startswith("#") and raw.upper() in _ERROR:
            found.add("error_cell", index, "value", f"{name}是表格软件的错误值 {raw}")
        elif problem == "negative":
            if not words.fold(analyte).startswith("氧化还原电位"):
                found.add("negative", index, "value", f"{name}是负数")
        elif problem == "range":
            found.add("type_range", index, "value", f"{name}是一个范围")
        elif problem == "no_detection_limit":
            found.add("no_detection_limit", index, "value", f"{name}未检出，但没有写明检出限")
        elif not is_word(raw, analyte):
            found.add("type_value", index, "value", f"{name}不是数字")


def units(found: Collector) -> None:
    """Units that nobody knows, that the medium cannot have, or that change within an analyte."""
    table = found.table
    first: dict[tuple[str, str], tuple[str, int]] = {}
    judged: dict[tuple[str, str, str], str | None] = {}
    for index, (unit, medium, analyte, kind) in enumerate(
        zip(table["unit"], table["medium"], table["analyte"], table["qc_kind"], strict=True)
    ):
        if not unit:
            continue
        key = unit, medium, analyte
        if key not in judged:
            judged[key] = _problem(unit, medium, analyte)
        if judged[key] == "unknown":
            found.add("unknown_unit", index, "unit", f"不认识单位“{unit[:20]}”", unit)
        elif judged[key] == "medium" and not kind:
            where = "水样" if medium in _WATER else "土壤、底泥和农产品"
            found.add("unit_of_medium", index, "unit", f"{where}的{analyte}不会用单位“{unit}”", unit)
        if kind:
            continue
        before = first.setdefault((medium, analyte), (unit, index))
        if before[0] != unit and unit_of(before[0]) != unit_of(unit):
            found.add("unit_differs", index, "unit", f"{analyte}此处用{unit}，前面用{before[0]}", unit)


def _problem(unit: str, medium: str, analyte: str) -> str | None:
    known = unit_of(unit)
    if known is None:
        return "unknown" if not (without_unit(analyte) or words.is_unit(unit)) else None
    if medium in _SOLID and factor(unit, "mg/L") is not None:
        return "medium"
    if medium in _WATER and known != "%" and factor(unit, "mg/kg") is not None:
        return "medium"
    return None


def ranges(found: Collector) -> None:
    """Figures that cannot be: pH beyond 0 to 14, more than everything; limits that stand above results."""
    table = found.table
    for index, (value, unit, analyte) in enumerate(
        zip(table["value"], table["unit"], table["analyte"], strict=True)
    ):
        if value is None:
            continue
        if words.analyte_of(analyte) == "pH":
            _ph(found, index, "value", value)
        elif value >= 1000 and _is_more_than_all(value, unit):
            found.add("range_share", index, "value", f"{analyte} {table['raw'][index]} {unit} 超过总质量")
    told: set[str] = set()
    for index, value in enumerate(table["ph"]):
        if value is not None and not 0 <= value <= 14 and table["sample"][index] not in told:
            told.add(table["sample"][index])
            if words.analyte_of(table["analyte"][index]) != "pH" or "ph" in _sources(found, index):
                _ph(found, index, "ph", value)
    _limits(found)


def _sources(found: Collector, index: int) -> dict[str, object]:
    part = next((part for part in found.table.parts if part.start <= index < part.stop), None)
    return {} if part is None else dict(part.sources)


def _ph(found: Collector, index: int, name: str, value: float) -> None:
    if not 0 <= value <= 14:
        found.add("range_ph", index, name, f"pH 是 {value:g}，不在 0 到 14 之间")
    elif not threshold("ph_unusual_low") <= value <= threshold("ph_unusual_high"):
        found.add("unusual_ph", index, name, f"pH 是 {value:g}，很少见")


def _is_more_than_all(value: float, unit: str) -> bool:
    by = factor(unit, "mg/kg")
    return by is not None and value * float(by) > 1_000_000


def _limits(found: Collector) -> None:
    """A detected value below its own detection limit; both columns swapped where most are."""
    table = found.table
    numbers: dict[str, float | None] = {}
    for part in table.parts:
        below: list[int] = []
        compared = 0
        for index in range(part.start, part.stop):
            text, value = table["detection_limit"][index], table["value"][index]
            if not text or value is None:
                continue
            if text not in numbers:
                found_number = read_value(text).number
                numbers[text] = None if found_number is None else float(found_number)
            limit = numbers[text]
            if limit is None:
                continue
            compared += 1
            if value < limit:
                below.append(index)
        if len(below) > 3 and len(below) * 2 > compared:
            found.add(
                "swapped_columns", below[0], "detection_limit",
                f"有 {len(below)} 个结果小于检出限，“检测结果”与“检出限”两列可能填反",
            )  # fmt: skip
            continue
        for index in below:
            limit_text = table["detection_limit"][index]
            found.add(
                "below_limit",
                index,
                "value",
                f"{table['analyte'][index]}的结果小于检出限 {limit_text}，却没有写成未检出",
            )


def duplicates(found: Collector) -> None:
    """One sample and analyte twice."""
    table = found.table
    for place, (_, row, column), sample, analyte in table.repeated:
        found.at(
            "repeated",
            place,
            f"样品 {sample} 的{analyte}在第 {row} 行 {column} 列已有一个结果，内容相同",
            analyte,
        )
    seen: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    for index, (sample, analyte) in enumerate(zip(table["sample"], table["analyte"], strict=True)):
        if not sample or not analyte:
            continue
        name = names.get(analyte)
        if name is None:
            name = names[analyte] = words.analyte_of(analyte) or words.fold(analyte)
        first = seen.setdefault((sample, name), index)
        if first == index or _two_depths(found, first, index):
            continue
        _, row, column = table.place(first)
        found.add(
            "duplicate", index, "value",
            f"样品 {sample} 的{analyte}在第 {row} 行 {column} 列已有一个结果“{table['raw'][first]}”",
        )  # fmt: skip


def _two_depths(found: Collector, one: int, two: int) -> bool:
    """Whether two results differ in depth: then their sample is named, not they."""
    table = found.table
    return any(
        None not in (table[name][one], table[name][two]) and table[name][one] != table[name][two]
        for name in ("depth_top", "depth_bottom")
    )


@cache
def _backgrounds() -> dict[str, float]:
    """Usual content of soils by analyte, mg/kg: the first usable national figure."""
    found: dict[str, float] = {}
    for row in standard_rows("background_values.csv"):
        if row["status"] == "usable" and row["value"] and row["unit"] == "mg/kg" and "全国" in row["region"]:
            name = words.analyte_of(row["name_cn"]) or row["name_cn"]
            found.setdefault(name, float(row["value"]))
    return found


def magnitudes(found: Collector) -> None:
    """Metals of a file that lie hundreds of times beside what soils hold: the unit may be wrong."""
    table = found.table
    values: dict[tuple[str, str | None], list[tuple[float, int]]] = defaultdict(list)
    for index, (value, medium, analyte, kind) in enumerate(
        zip(table["value"], table["medium"], table["analyte"], table["qc_kind"], strict=True)
    ):
        if value and medium in ("soil", "sediment", "") and not kind:
            values[analyte, table["unit"][index]].append((value, index))
    for (analyte, unit), items in values.items():
        usual = _backgrounds().get(words.analyte_of(analyte) or analyte)
        by = factor(unit, "mg/kg") if unit else None
        if usual is None or by is None or len(items) < threshold("magnitude_least"):
            continue
        middle = median(value for value, _ in items) * float(by)
        times = max(middle / usual, usual / middle)
        if times > threshold("magnitude_factor"):
            word = "高" if middle > usual else "低"
            found.add(
                "magnitude", items[0][1], "unit",
                f"{analyte}的 {len(items)} 个结果普遍比一般土壤{word}约 {times:,.0f} 倍，单位“{unit}”可能写错", unit,
            )  # fmt: skip
