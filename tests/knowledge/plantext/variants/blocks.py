"""An annotated plan taken apart: paragraphs and tables, free of the line breaks of the file it came as.

The annotation tells where the cells of a flattened table begin and end; nothing of the reader under
test is used.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_HEAD = ("序号", "主要任务", "任务内容", "牵头单位", "配合单位", "责任单位")
_STARTS = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d+[．.、])")
_MARK = re.compile(r"\[bookmark:[^\]]*\]")
_PAGE = re.compile(r"—\s*\d+\s*—")
# A line shorter than this ended its paragraph; whole lines have 26 to 30 characters.
_SHORT = 25
_NOTE_END = re.compile(r"(?:参与|负责)。?[）〉]$")


@dataclass
class Para:
    text: str


@dataclass
class TaskTable:
    """Rows of six cells, or of one: a section."""

    title: str
    rows: list[list[str]]
    head: tuple[str, ...] = _HEAD


@dataclass
class TargetTable:
    """Rows of cells; an empty cell goes on from the one above."""

    rows: list[list[str]]


@dataclass
class Form:
    """Rows of group, numbered item and units."""

    head: tuple[str, ...]
    rows: list[tuple[str, str, str]]


Block = Para | TaskTable | TargetTable | Form


@dataclass
class PlanDocument:
    blocks: list[Block]
    gold: dict[str, Any]
    # Squeezed text of all blocks, in which the annotation's quotations lie.
    text: str


def squeeze(text: str | None) -> str:
    return "".join((text or "").split())


def from_annotation(source: Path, gold: dict[str, Any]) -> PlanDocument:
    """Blocks of an annotated plan, whichever of the four forms it came in."""
    text = _MARK.sub("", source.read_text(encoding="utf-8")).replace("\ufeff", "")
    if any("\t" in line for line in text.splitlines()):
        blocks = _with_tab_tables(text, gold)
    elif gold["tasks"][0].get("unit_mode") == "table":
        blocks = _with_flat_table(text, gold)
    elif "annex_table" in gold:
        blocks = _with_form(text, gold)
    else:
        blocks = [Para(line.strip()) for line in text.splitlines() if line.strip()]
    return PlanDocument(blocks, gold, squeeze("".join(texts(blocks))))


def texts(blocks: list[Block]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Para):
            found.append(block.text)
        elif isinstance(block, TaskTable):
            found += [block.title, *("".join(row) for row in block.rows)]
        elif isinstance(block, TargetTable):
            found += ["".join(row) for row in block.rows]
        else:
            found += ["".join(row) for row in block.rows]
    return found


def _joined(lines: list[str], whole: tuple[str, ...] = ()) -> list[Para]:
    """Paragraphs of hard-wrapped lines; ``whole`` are headings known to be broken over lines."""
    paragraphs: list[str] = []
    last = ""
    for line in (_PAGE.sub("", raw).strip() for raw in lines):
        if not line:
            continue
        open_title = bool(paragraphs) and paragraphs[-1].count("《") > paragraphs[-1].count("》")
        open_title |= bool(paragraphs) and any(
            squeeze(paragraphs[-1]) + squeeze(line) == squeeze(title) for title in whole
        )
        begins = _STARTS.match(line) or line in {"附件", *whole} or _NOTE_END.search(last)
        goes_on = bool(paragraphs) and (open_title or (len(last) >= _SHORT and not begins))
        if goes_on:
            paragraphs[-1] += line
        else:
            paragraphs.append(line)
        last = line
    return [Para(re.sub(r"(?<=[^\x00-\x7f]) +| +(?=[^\x00-\x7f])", "", p)) for p in paragraphs]


def _with_flat_table(text: str, gold: dict[str, Any]) -> list[Block]:
    prose, table = text.split("序号", 1)
    blocks: list[Block] = list(_joined(prose.splitlines(), (gold["title"],)))
    title = blocks.pop()
    assert isinstance(title, Para)
    return [*blocks, TaskTable(title.text, _rows(squeeze("序号" + table), gold))]


def _with_tab_tables(text: str, gold: dict[str, Any]) -> list[Block]:
    before, after = text.split("\t序号", 1)
    blocks: list[Block] = [Para(line.strip()) for line in before.splitlines() if line.strip()]
    title = blocks.pop()
    assert isinstance(title, Para)
    tasks, second = after.split("附件3-2", 1)
    blocks.append(TaskTable(title.text, _rows(squeeze("序号" + tasks), gold)))
    rows: list[list[str]] = [[]]
    lines = second.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("\t"))
    blocks += [Para("附件3-2"), *(Para(line.strip()) for line in lines[:first] if line.strip())]
    notes: list[Block] = []
    for line in lines[first:]:
        if notes or line.startswith("\t注"):
            notes += [Para(line.strip())] if line.strip() else []
        elif line.startswith("\t"):
            rows[-1].append(line.strip())
        elif rows[-1]:
            rows.append([])
    return [*blocks, TargetTable([row for row in rows if row]), *notes]


def _with_form(text: str, gold: dict[str, Any]) -> list[Block]:
    annex = gold["annex_table"]
    lines = text.splitlines()
    head = next(number for number, line in enumerate(lines) if line.strip().startswith("填报单位"))
    blocks: list[Block] = list(_joined(lines[:head], (gold["title"], gold["issuer"], annex["title"])))
    notes = next(number for number, line in enumerate(lines) if line.strip().startswith("注："))
    rows = [
        (
            row["group"],
            f"{row['number']}．{row['item']}",
            "、".join(unit["raw"] for unit in row["responsible_units"]),
        )
        for row in annex["rows"]
    ]
    return [
        *blocks,
        Para(lines[head].strip()),
        Form(tuple(annex["columns"]), rows),
        *_joined(lines[notes:]),
    ]


def _rows(flat: str, gold: dict[str, Any]) -> list[list[str]]:
    """Cells of the task table: the annotation's first words and unit names show where each begins."""
    flat = flat.replace("".join(_HEAD), "")
    rows: list[list[str]] = []
    section = None
    position = 0
    for number, task in enumerate(gold["tasks"]):
        start = flat.index(task["first40"], position)
        later = gold["tasks"][number + 1 :]
        end = flat.index(later[0]["first40"], start) if later else len(flat)
        # The next row's number and title, and perhaps a section, stand before its text.
        if later:
            end = flat.rindex(later[0]["number"] + squeeze(later[0]["title"]), start, end)
            if later[0]["section"] != task["section"]:
                end = flat.rindex(squeeze(later[0]["section"]), start, end)
        cells = flat[start:end]
        marks = [_names(cells, task[role]) for role in ("lead_units", "support_units", "responsible_units")]
        places = [place for place in marks if place is not None]
        bounds = [*places, len(cells)]
        found = [cells[a:b] for a, b in itertools.pairwise(bounds)]
        units = [found.pop(0) if place is not None else "" for place in marks]
        if task["section"] != section:
            section = task["section"]
            rows.append([squeeze(section)])
        rows.append([task["number"], squeeze(task["title"]), cells[: bounds[0]], *units])
        position = start
    return rows


def _names(cells: str, units: list[dict[str, str]]) -> int | None:
    """Where a list of units begins: its last occurrence, because texts name units as well."""
    if not units:
        return None
    pattern = "[、，]".join(re.escape(squeeze(unit["raw"])) for unit in units)
    found = [match.start() for match in re.finditer(pattern, cells)]
    assert found, (units, cells)
    return found[-1]
