"""Results of one table: one a line, or one a line and analyte."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from typing import Any

from openpyxl.utils import column_index_from_string

from jingtu.errors import InputError
from jingtu.knowledge.grids import is_blank, text_of
from jingtu.knowledge.labsheets import words
from jingtu.knowledge.labsheets.heads import is_ph
from jingtu.knowledge.labsheets.lines import View, fields_of
from jingtu.knowledge.labsheets.model import COLUMNS, OF_SAMPLES, RESULT, Column, Fact, fact_for
from jingtu.knowledge.labsheets.tables import Part, Source
from jingtu.knowledge.sheets import column_letter

NOT_TESTED = frozenset({"", "/", "-", "--", "—", "——", "\\", "未测", "未测定", "未检测", "na", "n/a", "缺测"})
_TEXTS = frozenset({
    "sample", "point", "medium", "land_use", "crop", "analyte", "raw", "unit", "method", "detection_limit",
    "laboratory", "qc_kind", "parallel_of", "batch",
})  # fmt: skip


def read_results_of(view: View, facts: Dictionary[str, Fact]) -> None:
    """Add the results of a table to those found before."""
    values, sources, unread = fields_of(view)
    _formulas(view)
    keep = _lines_with_results(view, values)
    if view.block.shape == "long":
        _long(view, values, sources, unread, keep, facts)
    else:
        _wide(view, values, sources, unread, keep, facts)


def _formulas(view: View) -> None:
    """Formulas in the columns that are imported: their computed values are taken, and named."""
    formulas = view.grid.sheet.formulas
    if not formulas:
        return
    positions = {column.position for column in view.block.columns if column.target}
    lines = set(view.lines)
    for (row, column), text in formulas.items():
        line, position = (column, row) if view.block.turned else (row, column)
        if line in lines and position in positions:
            place = (view.grid.name, row + 1, column_letter(column))
            view.table.formulas.append((place, text, bool(view.grid.raw(row, column))))


def _lines_with_results(view: View, values: dict[str, list[Any]]) -> list[int]:
    """Places of the lines that hold results; the others are named."""
    targets = (RESULT, "value")
    positions = [column.position for column in view.block.columns if column.target in targets]
    measured: list[bool] = [False] * len(view.lines)
    for position in positions:
        for place, cell in enumerate(view.column(position)):
            if not measured[place] and not is_blank(cell):
                measured[place] = True
    keep = []
    samples = values.get("sample") or values.get("point") or [""] * len(view.lines)
    told = {text: _told(text) for text in set(samples)}
    for place, line in enumerate(view.lines):
        note = told[samples[place]]
        if note is None and not samples[place]:
            note = _note(view, line)
        if note is not None:
            view.ignore(line, _line_text(view, line), note)
        elif measured[place] or _half_filled(view, values, place):
            keep.append(place)
        elif text := _line_text(view, line):
            view.ignore(line, text, "没有检测结果的行")
    return keep


_NOTE, _NO_SAMPLE = "表下的签字或说明", "不是样品的行（限值、统计等）"


def _told(sample: str) -> str | None:
    """Why a line is no sample, told by what stands in the place of its sample."""
    if not sample:
        return None
    if words.note_of(sample):
        return _NOTE
    return _NO_SAMPLE if words.word_of("row", sample) else None


def _half_filled(view: View, values: dict[str, list[Any]], place: int) -> bool:
    """A line that names an analyte without a result: the result is missing."""
    if view.block.shape != "long" or "analyte" not in values:
        return False
    return words.analyte_of(values["analyte"][place]) is not None


def _note(view: View, line: int) -> str | None:
    for column in range(min(view.grid.width, 12)):
        row, place = (column, line) if view.block.turned else (line, column)
        text = view.grid.text(row, place)
        if text and (view.block.turned or (row, place) not in view.grid.filled):
            return _told(text)
    return None


def _line_text(view: View, line: int) -> str:
    if view.block.turned:
        return " ".join(
            text for column in view.block.columns if (text := view.grid.text(column.position, line))
        )
    return " ".join(dict.fromkeys(text for cell in view.grid.rows[line] if (text := text_of(cell))))


def _unit_for_all(
    view: View, values: dict[str, list[Any]], sources: dict[str, Source], facts: Dictionary[str, Fact]
) -> dict[str, Any]:
    """The unit that is written once above the table."""
    fact = fact_for(facts, "unit", view.grid.name)
    if fact is None or "unit" in values or not words.is_unit(fact.value):
        return {}
    sources["unit"] = Source("cell", place=(fact.sheet, fact.row, fact.column))
    return {"unit": fact.value}


def _merged(view: View, start: int) -> None:
    """Name the results that were filled from a merged area: nobody knows which of them it means."""
    filled, table = view.grid.filled, view.table
    if not filled:
        return
    for index in range(start, len(table)):
        row, column = table["row"][index], table["column"][index]
        if (row - 1, column_index_from_string(column) - 1) in filled:
            table.merged.append((view.grid.name, row, column))


def _append(
    view: View,
    values: dict[str, list[Any]],
    places: Sequence[int],
    common: Dictionary[str, Any],
    own: Dictionary[str, Sequence[Any]],
) -> None:
    """Add one result for every place, in the columns of the table."""
    table, size = view.table, len(places)
    for name in COLUMNS:
        if name in own:
            table.columns[name] += own[name]
        elif name in values:
            column = values[name]
            table.columns[name] += [column[place] for place in places]
        else:
            table.columns[name] += [common.get(name, "" if name in _TEXTS else None)] * size


def _samples_of(values: dict[str, list[Any]]) -> None:
    """Where only points are named, a point and its depth are the sample."""
    if "sample" in values or "point" not in values:
        return
    tops, bottoms = values.get("depth_top"), values.get("depth_bottom")
    if tops is None or bottoms is None:
        values["sample"] = list(values["point"])
        return
    values["sample"] = [
        f"{point}（{text_of(top)}-{text_of(bottom)}m）" if point and top is not None else point
        for point, top, bottom in zip(values["point"], tops, bottoms, strict=True)
    ]


def _long(
    view: View,
    values: dict[str, list[Any]],
    sources: dict[str, Source],
    unread: list[tuple[str, int, str, str]],
    keep: list[int],
    facts: Dictionary[str, Fact],
) -> None:
    block, table = view.block, view.table
    result = block.column("value")
    if result is None:
        raise InputError("列的对照里没有“检测结果”一列，请指定后重试。")
    _samples_of(values)
    _fill_down(view, values, keep)
    texts = _texts(view, result.position)
    for place in keep:
        if texts[place] and texts[place].lower() in NOT_TESTED:
            view.ignore(view.lines[place], _line_text(view, view.lines[place]), "没有检测的项目")
    keep = [place for place in keep if texts[place].lower() not in NOT_TESTED or not texts[place]]
    limits = block.column("detection_limit")
    common = _unit_for_all(view, values, sources, facts)
    if "unit" not in values and (result.unit or "unit" not in common):
        common["unit"] = result.unit
        sources["unit"] = Source("head", block.head_last)
    own: dict[str, list[Any]] = {
        "raw": [texts[place] for place in keep],
        "value": [None] * len(keep),
        "sheet": [view.grid.name] * len(keep),
        "row": [view.lines[place] + 1 for place in keep],
        "column": [column_letter(result.position)] * len(keep),
    }
    if limits is not None:
        found = _texts(view, limits.position)
        own["detection_limit"] = ["" if found[place] in NOT_TESTED else found[place] for place in keep]
        sources["detection_limit"] = Source("line", limits.position)
    if "analyte" in values:
        names = {text: _analyte(text) for text in set(values["analyte"])}
        own["analyte"] = [names[values["analyte"][place]][0] for place in keep]
        if "unit" not in values:
            own["unit"] = [names[values["analyte"][place]][1] or common.get("unit", "") for place in keep]
    start = len(table)
    _append(view, values, keep, common, own)
    table.parts.append(Part(block, start, len(table), sources))
    _merged(view, start)
    at = {place: start + index for index, place in enumerate(keep)}
    table.unread += [(at[place], name, text, why) for name, place, text, why in unread if place in at]


def _analyte(text: str) -> tuple[str, str]:
    name, unit = words.split_unit(text)
    return (name if unit else text).strip("*#▲△☆★※ "), unit


def _texts(view: View, position: int) -> list[str]:
    """The cells of one position as printed."""
    sheet = view.grid.sheet
    texts = [cell if type(cell) is str else text_of(cell) for cell in view.column(position)]
    texts = [text.strip() for text in texts]
    if sheet.printed or sheet.errors:
        for place, line in enumerate(view.lines):
            key = view.place(line, position)
            found = sheet.errors.get(key) or sheet.printed.get(key)
            if found:
                texts[place] = found
    return texts


def _fill_down(view: View, values: dict[str, list[Any]], keep: Sequence[int]) -> None:
    """In a text file the sample of several rows stands in the first of them."""
    if view.grid.sheet.merges or "analyte" not in values or not values.get("sample"):
        return
    samples = values["sample"]
    if not keep or all(samples[place] for place in keep):
        return
    of_samples = [name for name in ("sample", *OF_SAMPLES) if name in values]
    seen: set[tuple[str, str]] = {
        (samples[place], values["analyte"][place]) for place in keep if samples[place]
    }
    before: int | None = None
    for place in keep:
        if samples[place]:
            before = place
            continue
        if before is None or (samples[before], values["analyte"][place]) in seen:
            before = None
            continue
        for name in of_samples:
            if values[name][place] in (None, ""):
                values[name][place] = values[name][before]
        seen.add((samples[place], values["analyte"][place]))
        view.table.filled_down.append((view.grid.name, view.lines[place] + 1, samples[place]))


def _fill_points_down(view: View, values: dict[str, list[Any]], keep: Sequence[int]) -> None:
    """In a text file the point of several depths stands in the first of them."""
    if (
        view.grid.sheet.merges
        or "sample" in values
        or not {"point", "depth_top", "depth_bottom"} <= values.keys()
    ):
        return
    points, depths = values["point"], list(zip(values["depth_top"], values["depth_bottom"], strict=True))
    seen: set[Any] = set()
    before = ""
    for place in keep:
        if points[place]:
            before, seen = points[place], set()
        elif before and depths[place] != (None, None) and depths[place] not in seen:
            points[place] = before
            view.table.filled_down.append((view.grid.name, view.lines[place] + 1, before))
        seen.add(depths[place])


def _wide(
    view: View,
    values: dict[str, list[Any]],
    sources: dict[str, Source],
    unread: list[tuple[str, int, str, str]],
    keep: list[int],
    facts: Dictionary[str, Fact],
) -> None:
    block, table = view.block, view.table
    _fill_points_down(view, values, keep)
    _samples_of(values)
    common = _unit_for_all(view, values, sources, facts)
    results = [column for column in block.columns if column.target == RESULT and column.analyte]
    if not results:
        raise InputError("列的对照里没有任何检测项目，请指定后重试。")
    by_line: list[tuple[int, int, int]] = []
    texts: dict[int, list[str]] = {}
    for order, column in enumerate(results):
        texts[order] = _texts(view, column.position)
        by_line += [
            (place, order, column.position) for place in keep if texts[order][place].lower() not in NOT_TESTED
        ]
    by_line.sort()
    start = len(table)
    places = [place for place, _, _ in by_line]
    where = [view.place(view.lines[place], position) for place, _, position in by_line]
    units = [_unit_of(column) or common.get("unit", "") for column in results]
    own: dict[str, list[Any]] = {
        "analyte": [results[order].analyte for _, order, _ in by_line],
        "raw": [texts[order][place] for place, order, _ in by_line],
        "value": [None] * len(by_line),
        "sheet": [view.grid.name] * len(by_line),
        "row": [row + 1 for row, _ in where],
        "column": [column_letter(column) for _, column in where],
    }
    sources["analyte"] = Source("head", block.head_last)
    sources.setdefault("unit", Source("head", block.special.get("unit", block.head_last)))
    for name in ("unit", "detection_limit", "method"):
        found = units if name == "unit" else [_above(view, column, name) for column in results]
        beside = {
            column.analyte: column for column in block.columns if column.target == name and column.analyte
        }
        beside_texts = {analyte: _texts(view, column.position) for analyte, column in beside.items()}
        if any(found) or beside:
            # What the line says of all its results, where neither head nor neighbour says more.
            of_line = values.get(name)
            own[name] = [
                beside_texts[results[order].analyte][place]
                if results[order].analyte in beside
                else found[order] or (of_line[place] if of_line else "")
                for place, order, _ in by_line
            ]
            if name in block.special:
                sources[name] = Source("head", block.special[name])
        if name in own and name == "detection_limit":
            own[name] = ["" if text in NOT_TESTED else text for text in own[name]]
    _append(view, values, places, common, own)
    table.parts.append(Part(block, start, len(table), sources))
    _merged(view, start)
    at: dict[int, int] = {}
    for index, place in enumerate(places):
        at.setdefault(place, start + index)
    table.unread += [(at[place], name, text, why) for name, place, text, why in unread if place in at]


def _unit_of(column: Column) -> str:
    if column.unit:
        return column.unit
    return "无量纲" if is_ph(column.analyte) else ""


def _above(view: View, column: Column, kind: str) -> str:
    line = view.block.special.get(kind)
    return "" if line is None else view.raw(line, column.position)
