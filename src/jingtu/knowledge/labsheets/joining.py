"""What other sheets, codes and measurements say of the results: samples, methods, controls, pH, numbers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from typing import Any

from jingtu.knowledge.labsheets import cells, words
from jingtu.knowledge.labsheets.layouts import NOT_TESTED
from jingtu.knowledge.labsheets.lines import View, fields_of
from jingtu.knowledge.labsheets.model import OF_SAMPLES, QC_KINDS, fact_for
from jingtu.knowledge.labsheets.tables import LabTable, Source
from jingtu.knowledge.sheets import column_letter
from jingtu.knowledge.standards.readings import read_values

_SAID = ("raw", "unit", "detection_limit", "depth_top", "depth_bottom", "qc_kind")
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


def read_samples(view: View, about: dict[str, dict[str, Any]]) -> None:
    """A sheet of samples: what it says of each, by sample."""
    values, sources, unread = fields_of(view)
    keys = values.get("sample") or values.get("point") or []
    for place, key in enumerate(keys):
        if not key or words.note_of(key):
            continue
        known = about.setdefault(key, {})
        name = "sample" if "sample" in values else "point"
        row, column = view.place(view.lines[place], sources[name].position)
        view.table.listed_at.setdefault((name, key), (view.grid.name, row + 1, column_letter(column)))
        for name in OF_SAMPLES:
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


def read_methods(view: View, methods: dict[str, dict[str, Any]]) -> None:
    """A sheet of methods: method and detection limit by analyte."""
    values, _, _ = fields_of(view)
    limits = view.block.column("detection_limit")
    for place, (line, printed) in enumerate(zip(view.lines, values.get("analyte", ()), strict=False)):
        name = words.analyte_of(printed) or printed
        if not name:
            continue
        known = methods.setdefault(name, {})
        known.setdefault("method", values["method"][place] if "method" in values else "")
        if limits is not None:
            known.setdefault("detection_limit", view.raw(line, limits.position))
            known.setdefault("unit", values["unit"][place] if "unit" in values else limits.unit)


def join(table: LabTable, about: dict[str, dict[str, Any]], methods: dict[str, dict[str, Any]]) -> None:
    """What other sheets say of samples and of methods."""
    columns = table.columns
    if about:
        table.listed = set(about)
        for name in OF_SAMPLES:
            column = columns[name]
            for index, sample in enumerate(columns["sample"]):
                if column[index] in (None, ""):
                    said = about.get(sample) or about.get(columns["point"][index]) or {}
                    if name in said:
                        column[index] = said[name]
        for part in table.parts:
            for name in OF_SAMPLES:
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
            columns["detection_limit"][index] = "" if limit in NOT_TESTED else limit


def say_facts(table: LabTable) -> None:
    """What is said once for the whole file holds where no table says it of its samples."""
    for name in ("laboratory", "sampled_on", "medium", "method", "batch"):
        column = table[name]
        for part in table.parts:
            fact = fact_for(table.facts, name, part.block.sheet)
            source = part.sources.get(name)
            if fact is None or (source is not None and source.kind in ("line", "head")):
                continue
            place = (fact.sheet, fact.row, fact.column)
            value: Any = fact.value
            if name == "sampled_on":
                try:
                    value = cells.day(fact.value)
                except cells.UnreadError as error:
                    table.misread.append((name, place, fact.value, str(error)))
                    continue
            elif name == "medium":
                value = words.word_of("medium", fact.value)
            if not value:
                continue
            part.sources[name] = source or Source("cell", place=place)
            for index in range(part.start, part.stop):
                if column[index] in (None, ""):
                    column[index] = value


def name_controls(table: LabTable) -> None:
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


def tell_controls_apart(table: LabTable) -> None:
    """Give each control a code of its own: a parallel printed under its original's, a blank taken twice."""
    ordinary = {
        code for code, kind in zip(table["sample"], table["qc_kind"], strict=True) if code and not kind
    }
    times: Counter[tuple[str, str, str]] = Counter()
    for index, kind in enumerate(table["qc_kind"]):
        code = table["sample"][index]
        if not kind or not code:
            continue
        times[code, kind, table["analyte"][index]] += 1
        nth = times[code, kind, table["analyte"][index]]
        if code in ordinary:
            if kind == "parallel":
                table["parallel_of"][index] = table["parallel_of"][index] or code
            table["sample"][index] = f"{code}（{QC_KINDS.get(kind, kind)}{nth if nth > 1 else ''}）"
        elif nth > 1 and kind != "parallel":
            table["sample"][index] = f"{code}（{nth}）"


def drop_repeats(table: LabTable) -> None:
    """Keep one of results that say the same of the same, and name the others."""
    seen: dict[tuple[str, str], int] = {}
    names: dict[str, str] = {}
    kept: list[int] = []
    for index, (sample, analyte) in enumerate(zip(table["sample"], table["analyte"], strict=True)):
        name = names.get(analyte)
        if name is None:
            name = names[analyte] = words.analyte_of(analyte) or words.fold(analyte)
        first = seen.setdefault((sample, name), index) if sample and name else index
        if first != index and all(table[field][first] == table[field][index] for field in _SAID):
            table.repeated.append((table.place(index), table.place(first), sample, analyte))
        else:
            kept.append(index)
    if len(kept) == len(table):
        return
    at = {old: new for new, old in enumerate(kept)}
    for name, column in table.columns.items():
        table.columns[name] = [column[index] for index in kept]
    for part in table.parts:
        part.start, part.stop = bisect_left(kept, part.start), bisect_left(kept, part.stop)
    table.unread = [(at[index], name, text, why) for index, name, text, why in table.unread if index in at]


def ph_of_samples(table: LabTable) -> None:
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


def fill_values(table: LabTable) -> None:
    """The numbers of all results."""
    readings = read_values(table["raw"], table["detection_limit"]) if len(table) else None
    if readings is not None:
        table.columns["value"] = [
            value if detected else None
            for value, detected in zip(readings.value.tolist(), readings.detected.tolist(), strict=True)
        ]
