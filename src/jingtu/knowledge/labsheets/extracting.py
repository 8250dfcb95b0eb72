"""Results out of a book by its mapping: one table, whatever shape the sheets have."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dictionary
from typing import Any

from jingtu.errors import CellError, InputError
from jingtu.knowledge.labsheets import cells, words
from jingtu.knowledge.labsheets.grids import Grid, is_blank, text_of
from jingtu.knowledge.labsheets.model import (
    COLUMNS,
    RESULT,
    Block,
    Book,
    Column,
    Fact,
    Ignored,
    LabTable,
    Mapping,
    Part,
    Source,
)
from jingtu.knowledge.sheets import column_letter
from jingtu.knowledge.standards.readings import read_values

_OF_SAMPLES = (
    "point", "depth_top", "depth_bottom", "medium", "land_use", "ph", "crop", "sampled_on", "longitude", "latitude",
    "qc_kind", "parallel_of", "batch",
)  # fmt: skip
_MOST_IGNORED = 200
_NOT_TESTED = frozenset(
    {"", "/", "-", "--", "—", "——", "\\", "未测", "未测定", "未检测", "na", "n/a", "缺测"}
)
_QC_CODE = re.compile(
    r"^(?P<base>.+?)(?:[-_－—·\s(（]*(?:(?P<parallel>平行样?\d?|平\d?|dup\d?|px\d?)|(?<=[-_－—(（])p\d?)[)）]?)$",
    re.IGNORECASE,
)
_QC_WORDS = (
    ("全程序空白", "field_blank"), ("全程空白", "field_blank"), ("现场空白", "field_blank"),
    ("运输空白", "trip_blank"), ("设备空白", "equipment_blank"), ("淋洗空白", "equipment_blank"),
    ("空白加标", "recovery"), ("加标", "recovery"), ("回收率", "recovery"), ("实验室空白", "lab_blank"),
    ("空白", "lab_blank"), ("标准物质", "reference"), ("标准样品", "reference"), ("质控样", "reference"),
    ("替代物", "surrogate"),
)  # fmt: skip


def extract(book: Book, mapping: Mapping) -> LabTable:
    """All results of a file by a mapping, proposed or confirmed.

    Parameters
    ----------
    book : Book
        The file.
    mapping : Mapping
        What its columns are.

    Returns
    -------
    LabTable
        One entry a result, each with its cell. What could not be read is in ``unread``; rows that
        hold no result are named in ``ignored``.

    Raises
    ------
    InputError
        The mapping has no table of results, or does not fit the file.

    Examples
    --------
    >>> from io import BytesIO
    >>> from jingtu.knowledge.labsheets import propose, read_book
    >>> book = read_book(BytesIO("样品编号,pH,镉(mg/kg)\\nS1,6.2,<0.01\\n".encode()), "结果.csv")
    >>> table = extract(book, propose(book))
    >>> table["sample"], table["analyte"], table["raw"], table["unit"], table["ph"]
    (['S1', 'S1'], ['pH', '镉'], ['6.2', '<0.01'], ['无量纲', 'mg/kg'], [6.2, 6.2])
    >>> table.place(1), table.place(1, "unit")
    ((None, 2, 'C'), (None, 1, 'C'))
    """
    if not any(block.shape in ("long", "wide", "transposed") for block in mapping.blocks):
        message = (
            "没有找到检测结果表：表头应有“样品编号”一列，以及“检测项目”“检测结果”两列或每个检测项目一列。"
        )
        raise InputError(f"文件“{book.name}”不能导入：{message}", [CellError(message, file=book.name)])
    table = LabTable({name: [] for name in COLUMNS}, book.name, dict(mapping.facts), list(mapping.ignored))
    grids: dict[str | None, Grid] = {}
    about: dict[str, dict[str, Any]] = {}
    methods: dict[str, dict[str, Any]] = {}
    for block in mapping.blocks:
        sheet = book.sheet(block.sheet)
        if sheet is None:
            message = f"文件里没有工作表“{block.sheet}”，请重新上传并核对各列。"
            raise InputError(message, [CellError(message, file=book.name, sheet=block.sheet)])
        grid = grids.setdefault(block.sheet, Grid(sheet))
        view = _View(grid, block, table)
        if block.shape == "samples":
            _read_samples(view, about)
        elif block.shape == "methods":
            _read_methods(view, methods)
        else:
            _read_results(view, mapping.facts)
    _join(table, about, methods)
    _name_controls(table)
    _ph_of_samples(table)
    _values(table)
    return table


class _View:
    """The lines of a block, upright or turned, and where their cells are."""

    def __init__(self, grid: Grid, block: Block, table: LabTable) -> None:
        self.grid, self.block, self.table = grid, block, table
        self.special = set(block.special.values())
        last = grid.width if block.turned else len(grid.rows)
        self.lines = [line for line in range(block.first, min(block.last, last)) if line not in self.special]

    def cell(self, line: int, position: int) -> Any:
        row, column = (position, line) if self.block.turned else (line, position)
        return self.grid.rows[row][column] if row < len(self.grid.rows) and column < self.grid.width else None

    def place(self, line: int, position: int) -> tuple[int, int]:
        return (position, line) if self.block.turned else (line, position)

    def raw(self, line: int, position: int) -> str:
        return self.grid.raw(*self.place(line, position))

    def column(self, position: int) -> list[Any]:
        """The cells of one position in all lines."""
        if self.block.turned:
            return [self.cell(line, position) for line in self.lines]
        if position >= self.grid.width:
            return [None] * len(self.lines)
        rows = self.grid.rows
        return [rows[line][position] for line in self.lines]

    def ignore(self, line: int, text: str, why: str) -> None:
        if len(self.table.ignored) < _MOST_IGNORED:
            row = None if self.block.turned else line + 1
            self.table.ignored.append(Ignored(self.grid.name, row, text[:80], why))


_PARSERS: dict[str, Callable[[Any], Any]] = {
    "sampled_on": cells.day,
    "ph": lambda cell: cells.number(cell, "应为 0 到 14 之间的数字，例如 6.35"),
    "longitude": cells.degrees,
    "latitude": cells.degrees,
}


def _parsed(view: _View, column: Column, target: str) -> tuple[list[Any], list[tuple[int, str, str]]]:
    """One field of all lines, and what could not be read: place in the lines, text, what was expected."""
    found: list[Any] = []
    unread: list[tuple[int, str, str]] = []
    seen: dict[Any, Any] = {}
    if target in ("depth_top", "depth_bottom"):
        parse: Callable[[Any], Any] = lambda cell: cells.one_depth(cell, column.unit)  # noqa: E731
    else:
        parse = _PARSERS.get(target, text_of)
    for place, cell in enumerate(view.column(column.position)):
        key = (type(cell), cell) if cell.__hash__ else id(cell)
        if key not in seen:
            try:
                seen[key] = parse(cell)
            except (cells.UnreadError, OverflowError, ValueError) as error:
                seen[key] = error
        value = seen[key]
        if isinstance(value, Exception):
            expected = str(value) if isinstance(value, cells.UnreadError) else "不能识别，请核对"
            unread.append((place, text_of(cell), expected))
            value = None
        found.append(value)
    return found, unread


def _fields(view: _View) -> tuple[dict[str, list[Any]], dict[str, Source], list[tuple[str, int, str, str]]]:
    """All fields of a block that run along its lines."""
    values: dict[str, list[Any]] = {}
    sources: dict[str, Source] = {}
    unread: list[tuple[str, int, str, str]] = []
    for column in view.block.columns:
        name = column.target
        if not name or name in (RESULT, "value", "detection_limit") or column.analyte or name in values:
            continue
        if name == "depth":
            tops: list[float | None] = []
            bottoms: list[float | None] = []
            for place, cell in enumerate(view.column(column.position)):
                try:
                    top, bottom = cells.depths(cell, column.unit)
                except cells.UnreadError as error:
                    top = bottom = None
                    unread.append(("depth_top", place, text_of(cell), str(error)))
                tops.append(top)
                bottoms.append(bottom)
            values.setdefault("depth_top", tops)
            values.setdefault("depth_bottom", bottoms)
            sources["depth_top"] = sources["depth_bottom"] = Source("line", column.position)
            continue
        values[name], bad = _parsed(view, column, name)
        sources[name] = Source("line", column.position)
        unread += [(name, *item) for item in bad]
    _translate(values, "medium")
    _translate(values, "qc_kind")
    return values, sources, unread


def _translate(values: dict[str, list[Any]], name: str) -> None:
    if name in values:
        known = {text: words.word_of(name, text) for text in set(values[name])}
        values[name] = [text if known[text] is None else known[text] for text in values[name]]


def _read_samples(view: _View, about: dict[str, dict[str, Any]]) -> None:
    values, sources, unread = _fields(view)
    keys = values.get("sample") or values.get("point") or []
    for place, key in enumerate(keys):
        if not key or words.note_of(key):
            continue
        known = about.setdefault(key, {})
        name = "sample" if "sample" in values else "point"
        row, column = view.place(view.lines[place], sources[name].position)
        view.table.listed_at.setdefault((name, key), (view.grid.name, row + 1, column_letter(column)))
        for name in _OF_SAMPLES:
            value = values[name][place] if name in values else None
            if value not in (None, ""):
                known.setdefault(name, value)
                row, column = view.place(view.lines[place], sources[name].position)
                view.table.sample_places.setdefault(
                    (name, key), (view.grid.name, row + 1, column_letter(column))
                )
    for name, place, text, expected in unread:
        row, column = view.place(view.lines[place], sources[name].position)
        view.table.misread.append((name, (view.grid.name, row + 1, column_letter(column)), text, expected))


def _read_methods(view: _View, methods: dict[str, dict[str, Any]]) -> None:
    values, _, _ = _fields(view)
    limits = view.block.column("detection_limit")
    for place, line in enumerate(view.lines):
        name = words.analyte_of(values["analyte"][place]) or values["analyte"][place]
        if not name:
            continue
        known = methods.setdefault(name, {})
        known.setdefault("method", values["method"][place] if "method" in values else "")
        if limits is not None:
            known.setdefault("detection_limit", view.raw(line, limits.position))
            known.setdefault("unit", values["unit"][place] if "unit" in values else limits.unit)


def _read_results(view: _View, facts: Dictionary[str, Fact]) -> None:
    values, sources, unread = _fields(view)
    _formulas(view)
    keep = _lines_with_results(view, values)
    if view.block.shape == "long":
        _long(view, values, sources, unread, keep, facts)
    else:
        _wide(view, values, sources, unread, keep, facts)


def _formulas(view: _View) -> None:
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


def _lines_with_results(view: _View, values: dict[str, list[Any]]) -> list[int]:
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


def _half_filled(view: _View, values: dict[str, list[Any]], place: int) -> bool:
    """A line that names an analyte without a result: the result is missing."""
    return view.block.shape == "long" and words.analyte_of(values["analyte"][place]) is not None


def _note(view: _View, line: int) -> str | None:
    for column in range(min(view.grid.width, 12)):
        row, place = (column, line) if view.block.turned else (line, column)
        text = view.grid.text(row, place)
        if text and (view.block.turned or (row, place) not in view.grid.filled):
            return _told(text)
    return None


def _line_text(view: _View, line: int) -> str:
    if view.block.turned:
        return " ".join(
            text for column in view.block.columns if (text := view.grid.text(column.position, line))
        )
    return " ".join(dict.fromkeys(text for cell in view.grid.rows[line] if (text := text_of(cell))))


def _common(
    view: _View, values: dict[str, list[Any]], sources: dict[str, Source], facts: Dictionary[str, Fact]
) -> dict[str, Any]:
    """What is said once for all results of a block."""
    found: dict[str, Any] = {}
    for name in ("laboratory", "sampled_on", "medium", "method", "unit", "batch"):
        fact = facts.get(name)
        if fact is None or name in values or (name == "unit" and not words.is_unit(fact.value)):
            continue
        value: Any = fact.value
        if name == "sampled_on":
            try:
                value = cells.day(fact.value)
            except cells.UnreadError as error:
                place = (fact.sheet, fact.row, fact.column)
                if not any(item[1] == place for item in view.table.misread):
                    view.table.misread.append((name, place, fact.value, str(error)))
                continue
        elif name == "medium":
            value = words.word_of("medium", fact.value)
            if value is None:
                continue
        found[name] = value
        sources[name] = Source("cell", place=(fact.sheet, fact.row, fact.column))
    return found


def _append(
    view: _View,
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


_TEXTS = frozenset({
    "sample", "point", "medium", "land_use", "crop", "analyte", "raw", "unit", "method", "detection_limit",
    "laboratory", "qc_kind", "parallel_of", "batch",
})  # fmt: skip


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
    view: _View,
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
    keep = [place for place in keep if texts[place].lower() not in _NOT_TESTED or not texts[place]]
    limits = block.column("detection_limit")
    common = _common(view, values, sources, facts)
    if "unit" not in values and (result.unit or "unit" not in common):
        common["unit"] = result.unit
        sources["unit"] = Source("head", block.head_last)
    own = {
        "raw": [texts[place] for place in keep],
        "value": [None] * len(keep),
        "sheet": [view.grid.name] * len(keep),
        "row": [view.lines[place] + 1 for place in keep],
        "column": [column_letter(result.position)] * len(keep),
    }
    if limits is not None:
        found = _texts(view, limits.position)
        own["detection_limit"] = ["" if found[place] in _NOT_TESTED else found[place] for place in keep]
        sources["detection_limit"] = Source("line", limits.position)
    if "analyte" in values:
        names = {text: _analyte(text) for text in set(values["analyte"])}
        own["analyte"] = [names[values["analyte"][place]][0] for place in keep]
        if "unit" not in values:
            own["unit"] = [names[values["analyte"][place]][1] or common.get("unit", "") for place in keep]
    start = len(table)
    _append(view, values, keep, common, own)
    table.parts.append(Part(block, start, len(table), sources))
    at = {place: start + index for index, place in enumerate(keep)}
    table.unread += [(at[place], name, text, why) for name, place, text, why in unread if place in at]


def _analyte(text: str) -> tuple[str, str]:
    name, unit = words.split_unit(text)
    return (name if unit else text).strip("*#▲△☆★※ "), unit


def _texts(view: _View, position: int) -> list[str]:
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


def _fill_down(view: _View, values: dict[str, list[Any]], keep: Sequence[int]) -> None:
    """In a text file the sample of several rows stands in the first of them."""
    if view.grid.sheet.merges or "analyte" not in values or not values.get("sample"):
        return
    samples = values["sample"]
    if not keep or all(samples[place] for place in keep):
        return
    of_samples = [name for name in ("sample", *_OF_SAMPLES) if name in values]
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


def _wide(
    view: _View,
    values: dict[str, list[Any]],
    sources: dict[str, Source],
    unread: list[tuple[str, int, str, str]],
    keep: list[int],
    facts: Dictionary[str, Fact],
) -> None:
    block, table = view.block, view.table
    _samples_of(values)
    common = _common(view, values, sources, facts)
    results = [column for column in block.columns if column.target == RESULT and column.analyte]
    if not results:
        raise InputError("列的对照里没有任何检测项目，请指定后重试。")
    by_line: list[tuple[int, int, int]] = []
    texts: dict[int, list[str]] = {}
    for order, column in enumerate(results):
        texts[order] = _texts(view, column.position)
        by_line += [
            (place, order, column.position)
            for place in keep
            if texts[order][place].lower() not in _NOT_TESTED
        ]
    by_line.sort()
    start = len(table)
    places = [place for place, _, _ in by_line]
    where = [view.place(view.lines[place], position) for place, _, position in by_line]
    units = [_unit_of(view, column) or common.get("unit", "") for column in results]
    own: dict[str, list[Any]] = {
        "analyte": [results[order].analyte for _, order, _ in by_line],
        "raw": [texts[order][place] for place, order, _ in by_line],
        "value": [None] * len(by_line),
        "unit": [units[order] for _, order, _ in by_line],
        "sheet": [view.grid.name] * len(by_line),
        "row": [row + 1 for row, _ in where],
        "column": [column_letter(column) for _, column in where],
    }
    sources["analyte"] = Source("head", block.head_last)
    sources["unit"] = Source("head", block.special.get("unit", block.head_last))
    for name in ("detection_limit", "method"):
        found = [_above(view, column, name) for column in results]
        beside = {
            column.analyte: column for column in block.columns if column.target == name and column.analyte
        }
        beside_texts = {analyte: _texts(view, column.position) for analyte, column in beside.items()}
        if any(found) or beside:
            own[name] = [
                beside_texts[results[order].analyte][place]
                if results[order].analyte in beside
                else found[order]
                for place, order, _ in by_line
            ]
            if name in block.special:
                sources[name] = Source("head", block.special[name])
        if name in own and name == "detection_limit":
            own[name] = ["" if text in _NOT_TESTED else text for text in own[name]]
    _append(view, values, places, common, own)
    table.parts.append(Part(block, start, len(table), sources))
    at: dict[int, int] = {}
    for index, place in enumerate(places):
        at.setdefault(place, start + index)
    table.unread += [(at[place], name, text, why) for name, place, text, why in unread if place in at]


def _unit_of(view: _View, column: Column) -> str:
    if column.unit:
        return column.unit
    return "无量纲" if column.analyte.lower().startswith("ph") else ""


def _above(view: _View, column: Column, kind: str) -> str:
    line = view.block.special.get(kind)
    return "" if line is None else view.raw(line, column.position)


def _join(table: LabTable, about: dict[str, dict[str, Any]], methods: dict[str, dict[str, Any]]) -> None:
    """What other sheets say of samples and of methods."""
    columns = table.columns
    if about:
        table.listed = set(about)
        for name in _OF_SAMPLES:
            column = columns[name]
            for index, sample in enumerate(columns["sample"]):
                if column[index] in (None, ""):
                    known = about.get(sample) or about.get(columns["point"][index]) or {}
                    if name in known:
                        column[index] = known[name]
        for part in table.parts:
            for name in _OF_SAMPLES:
                part.sources.setdefault(name, Source("sample"))
    if not methods:
        return
    for index, analyte in enumerate(columns["analyte"]):
        known = methods.get(words.analyte_of(analyte) or analyte)
        if known is None:
            continue
        columns["method"][index] = columns["method"][index] or known.get("method", "")
        same = not known.get("unit") or known["unit"] == columns["unit"][index]
        if not columns["detection_limit"][index] and same:
            limit = known.get("detection_limit", "")
            columns["detection_limit"][index] = "" if limit in _NOT_TESTED else limit


def _name_controls(table: LabTable) -> None:
    """Samples of quality control that only their code tells, and the samples that parallels repeat."""
    codes = dict.fromkeys(table["sample"])
    kinds: dict[str, tuple[str, str]] = {}
    for code in codes:
        if not code:
            continue
        kind = next((kind for word, kind in _QC_WORDS if word in code), "")
        match = _QC_CODE.match(code)
        base = match["base"] if match else ""
        if not kind and base and base in codes:
            kinds[code] = ("parallel", base)
        elif not kind and match and match["parallel"] and "平行" in match["parallel"]:
            kinds[code] = ("parallel", "")
        elif kind:
            kinds[code] = (kind, "")
    for index, code in enumerate(table["sample"]):
        if code in kinds:
            kind, base = kinds[code]
            table["qc_kind"][index] = table["qc_kind"][index] or kind
            table["parallel_of"][index] = table["parallel_of"][index] or base


def _ph_of_samples(table: LabTable) -> None:
    """The pH that was measured in a sample is a property of its other results too."""
    found: dict[tuple[Any, ...], float] = {}
    keys = list(zip(table["sample"], table["depth_top"], table["depth_bottom"], strict=True))
    for index, analyte in enumerate(table["analyte"]):
        if words.analyte_of(analyte) == "pH" and not table["qc_kind"][index]:
            try:
                value = cells.number(table["raw"][index])
            except cells.UnreadError:
                continue
            if value is not None:
                found.setdefault(keys[index], value)
    if found:
        column = table["ph"]
        for index, key in enumerate(keys):
            if column[index] is None and key in found:
                column[index] = found[key]


def _values(table: LabTable) -> None:
    readings = read_values(table["raw"], table["detection_limit"]) if len(table) else None
    if readings is not None:
        table.columns["value"] = [
            value if detected else None
            for value, detected in zip(readings.value.tolist(), readings.detected.tolist(), strict=True)
        ]
