"""The unit cells of a flattened table: which printed lines belong to which column.

Nothing marks the end of a cell, and an empty cell leaves no trace. A cell ends with a whole name at
the end of a line; an incomplete row is placed by what the columns hold in the complete ones.
"""

from __future__ import annotations

import re
from collections import Counter

from jingtu.knowledge.plantext.structure.cells import join_cell
from jingtu.knowledge.plantext.structure.clauses import read_clause
from jingtu.knowledge.plantext.structure.names import (
    is_body_word,
    is_known_unit,
    is_unit,
    is_whole_unit,
    read_name,
    squeeze,
)


def assign_columns(all_lines: list[list[str] | None], columns: int) -> list[list[str]]:
    """Which lines of units belong to which column, for every row at once."""
    segments = [None if lines is None else cut_cells(lines) for lines in all_lines]
    full = [found for found in segments if found is not None and len(found) == columns]
    usual = [Counter(found[column] for found in full) for column in range(columns)]
    result: list[list[str]] = []
    for found in segments:
        if found is None:
            result.append([""] * columns)
            continue
        result.append(_place(found, columns, usual))
    return result


def _place(found: list[str], columns: int, usual: list[Counter[str]]) -> list[str]:
    while len(found) > columns:
        # Too many: the two neighbours that look most like one list belong together.
        joints = range(len(found) - 1)
        best = max(joints, key=lambda i: _same_kind(found[i], found[i + 1]))
        found = [*found[:best], found[best] + " " + found[best + 1], *found[best + 2 :]]
    if len(found) == columns:
        return found
    cells = [""] * columns
    if not found:
        return cells
    start = 0
    for position, text in enumerate(found):
        room = columns - (len(found) - position)
        best = start
        if position > 0 or not usual[0]:
            best = max(range(start, room + 1), key=lambda column: (_likeness(text, usual[column]), -column))
        cells[best] = text
        start = best + 1
    return cells


def _likeness(text: str, usual: Counter[str]) -> float:
    if not usual:
        return 0.0
    total = sum(usual.values())
    same = usual[text] / total
    kinds = Counter[bool]()
    for other, count in usual.items():
        kinds[_is_class(other)] += count
    return same + kinds[_is_class(text)] / total


def _is_class(text: str) -> bool:
    mentions = read_clause(text, "responsible").mentions()
    return bool(mentions) and read_name(mentions[0].raw).kind in {"class", "government"}


def _same_kind(left: str, right: str) -> float:
    return float(_is_class(left) == _is_class(right)) + (0.5 if _is_class(right) else 0.0)


def cut_cells(lines: list[str]) -> list[str]:
    """Cut the lines where one cell of units ends and the next begins.

    A cell ends with a whole name at the end of a line, no 、 behind it, and what follows begins with
    a whole name as well.
    """
    found: list[str] = []
    current: list[str] = []
    for index, line in enumerate(lines):
        current.append(line)
        joined = squeeze("".join(current))
        if index + 1 < len(lines) and _cell_ends(joined, lines, index + 1):
            found.append(join_cell(current))
            current = []
    if current:
        found.append(join_cell(current))
    return found


def _cell_ends(joined: str, lines: list[str], following: int) -> bool:
    if joined.endswith(("、", "，", ",", "和", "及", "与", "（", "(")):
        return False
    tail = re.split(r"[、，,；;]", joined)[-1]
    mentions = read_clause(joined, "responsible")
    closed = (
        bool(mentions.groups)
        and mentions.marked
        and joined.endswith(("牵头", "负责", "参与", "配合", "落实", "指导", "实施"))
    )
    if not (closed or is_whole_unit(tail) or is_whole_unit(tail.removesuffix("等"))):
        return False
    ahead = "".join(squeeze(line) for line in lines[following : following + 12])
    head = re.split(r"[、，,；;]", ahead, maxsplit=1)[0]
    if is_whole_unit(head):
        # Both halves are whole; only a longer listed name over the line end speaks against it.
        return not _runs_over(tail, head)
    sizes = range(min(len(head), 30), 2, -1)
    return any(is_whole_unit(head[:size]) for size in sizes) and not _runs_over(tail, head)


def _runs_over(tail: str, head: str) -> bool:
    """区人民政府 and 办公室 on two lines are one name."""
    if is_body_word(head) and is_known_unit(tail + head):
        return True
    return any(
        is_known_unit(tail + head[:size]) and not is_unit(head[:size])
        for size in range(1, min(len(head), 8) + 1)
    )
