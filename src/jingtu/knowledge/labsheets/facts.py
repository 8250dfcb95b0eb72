"""What stands once above a table or on a cover: laboratory, report, qualification, day of sampling."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jingtu.knowledge.grids import Grid, text_of
from jingtu.knowledge.labsheets import words
from jingtu.knowledge.labsheets.model import Block, Fact
from jingtu.knowledge.sheets import column_letter

_PAIR = re.compile(r"([^\s:：;；，,（(]{2,16}(?:[（(][^()（）]{1,12}[)）])?)\s*[:：]\s*")
_AFTER_UNIT = re.compile(r"[，,；;、（）()]")
_LONGEST = 200
_LOOKED_AT = 60


def facts_of(grid: Grid, blocks: Sequence[Block]) -> dict[str, Fact]:
    """Labels and their values outside the tables of a sheet.

    A label stands before a colon in the same cell, or in the cell to the left of its value.
    """
    found: dict[str, Fact] = {}
    tops = [0 if block.turned else block.head_first for block in blocks]
    last = min([*tops, _LOOKED_AT, len(grid.rows)]) if blocks else min(_LOOKED_AT, len(grid.rows))
    if any(block.turned for block in blocks):
        positions = [column.position for block in blocks for column in block.columns]
        last = min([*positions, _LOOKED_AT])
    for row in range(last):
        for column in range(grid.width):
            cell = grid.rows[row][column]
            if not isinstance(cell, str) or (row, column) in grid.filled:
                continue
            for name, value in _pairs(cell):
                found.setdefault(name, Fact(value, grid.name, row + 1, column_letter(column)))
            label = words.fact_of(cell)
            if label is None or label in found:
                continue
            place = next(
                (
                    place
                    for place in range(column + 1, min(column + 8, grid.width))
                    if text_of(grid.rows[row][place]) and grid.rows[row][place] != cell
                ),
                None,
            )
            value = "" if place is None else grid.text(row, place)
            if place is not None and words.fact_of(value) is None and words.field_of(value) is None:
                found[label] = Fact(value[:_LONGEST], grid.name, row + 1, column_letter(place))
    return found


def _pairs(cell: str) -> list[tuple[str, str]]:
    """Label and value of every ``label：value`` in a cell.

    Examples
    --------
    >>> _pairs("检测单位：示例检测有限公司   采样日期：2026-05-03")
    [('laboratory', '示例检测有限公司'), ('sampled_on', '2026-05-03')]
    >>> _pairs("土壤检测结果（单位：mg/kg，pH 无量纲）")
    [('unit', 'mg/kg')]
    """
    found = []
    marks = list(_PAIR.finditer(cell))
    for place, mark in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(cell)
        value = cell[mark.end() : end].strip(" \t\r\n;；，,")
        name = words.fact_of(mark[1])
        if name == "unit" and not words.is_unit(value):
            value = _AFTER_UNIT.split(value)[0].strip()
        if name and value:
            found.append((name, value[:_LONGEST]))
    return found
