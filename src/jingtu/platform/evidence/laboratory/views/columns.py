"""The form in which a person says what each column of a laboratory's workbook is."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from jingtu.errors import CellError, InputError
from jingtu.knowledge.labsheets import RESULT, TARGETS, Block, Column, Mapping, named

CHOICES = (("", "不导入"), *TARGETS.items())
_LONGEST = {"analyte": 80, "unit": 30}


@dataclass(frozen=True, slots=True)
class Line:
    """One column as the form shows it."""

    name: str
    place: str
    column: Column


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file as the form shows it."""

    name: str
    title: str
    block: Block
    lines: list[Line]


def shown(mapping: Mapping) -> list[Table]:
    """The tables of a mapping with the names of their fields."""
    return [
        Table(
            f"b{number}",
            f"工作表“{block.sheet}”" if block.sheet else "文件内容",
            block,
            [
                Line(f"b{number}-c{place}", block.place_of(column), column)
                for place, column in enumerate(block.columns)
            ],
        )
        for number, block in enumerate(mapping.blocks)
    ]


def said(mapping: Mapping, form: QueryDict) -> Mapping:
    """The mapping as the form changes it.

    Raises
    ------
    InputError
        A column is of no kind that there is, or a result has no analyte.
    """
    found = copy.deepcopy(mapping)
    problems: list[CellError] = []
    blocks = []
    for table in shown(found):
        if form.get(f"{table.name}-skip"):
            continue
        for line in table.lines:
            _read(line, form, table.block.sheet, problems)
        blocks.append(table.block)
    if problems:
        raise InputError("列的对照没有保存，请改正后再提交。", problems)
    if not any(column.target for block in blocks for column in block.columns):
        raise InputError("没有一列是要导入的，请至少指明样品编号和检测结果。")
    found.blocks = blocks
    if not any(column.target for block in mapping.blocks for column in block.columns):
        named(found)
    found.remembered = mapping.remembered and not _changed(mapping, found)
    return found


def _read(line: Line, form: QueryDict, sheet: str | None, problems: list[CellError]) -> None:
    column = line.column
    before = (column.target, column.analyte, column.unit)
    target = form.get(f"{line.name}-target", column.target)
    if target and target not in TARGETS:
        problems.append(CellError("请从列出的栏目中选择", sheet=sheet, column=line.place, value=target[:40]))
        return
    column.target = target
    for name in ("analyte", "unit"):
        text: Any = form.get(f"{line.name}-{name}")
        if text is not None:
            setattr(column, name, " ".join(text.split())[: _LONGEST[name]])
    if target == RESULT and not column.analyte:
        problems.append(
            CellError("请写明检测项目", sheet=sheet, column=line.place, value=column.heading[:40])
        )
    if (column.target, column.analyte, column.unit) != before:
        column.why = "person"
    column.confidence = 1.0


def _changed(before: Mapping, after: Mapping) -> bool:
    def content(mapping: Mapping) -> list[Any]:
        return [
            (block.sheet, [(column.target, column.analyte, column.unit) for column in block.columns])
            for block in mapping.blocks
        ]

    return content(before) != content(after)
