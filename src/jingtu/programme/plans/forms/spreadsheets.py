"""Reading a bureau's own form from its spreadsheet: heading row found, groups filled down."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from jingtu.errors import CellError, InputError
from jingtu.knowledge import sheets
from jingtu.programme.plans.forms.columns import DEFAULT_HEAD, column_of

_ROWS = 2000  # a form of more rows is a register, and belongs there
_COLUMNS = 30
_HEADING_DEPTH = 15  # title, unit line and notes stand above the heading row


def read_form(data: bytes, file_name: str) -> dict[str, Any]:
    """Name, columns, head and rows of a form in an .xlsx or .csv file.

    Returns
    -------
    dict
        ``{"name", "columns", "head", "rows": [{"group", "number", "item", "responsible_units"}]}``.

    Raises
    ------
    InputError
        The file is no table, or no heading row with an item and a progress column is found.
    """
    sheet = sheets.load(BytesIO(data), file_name)[0]
    grid = [[_text(value) for value in row[:_COLUMNS]] for row in sheet.rows[:_ROWS]]
    width = max((len(row) for row in grid), default=0)
    grid = [row + [""] * (width - len(row)) for row in grid]
    heading = _heading(grid)
    if heading is None:
        raise InputError(
            "没有找到表头：表头一行应同时有“事项”（或“任务”“内容”）和“进展情况”两列",
            [CellError("没有找到表头", file=file_name, sheet=sheet.name)],
        )
    columns: list[dict[str, Any]] = []
    places: list[int] = []
    taken: set[str] = set()
    for index, label in enumerate(_squeezed(grid[heading])):
        if label and (not places or label != columns[-1]["label"]):
            column = column_of(label, taken)
            taken.add(column["role"])
            columns.append(column)
            places.append(index)
    rows: list[dict[str, Any]] = []
    group = ""
    for values in grid[heading + 1 :]:
        squeezed = _squeezed(values)
        found = {column["role"]: squeezed[place] for column, place in zip(columns, places, strict=True)}
        item = found.get("item", "")
        group = found.get("group") or group
        if not item or item in {"……", "..."} or item.startswith("注"):
            continue
        units = found.get("units", "")
        rows.append(
            {
                "group": group if "group" in taken else "",
                "number": found.get("number", ""),
                "item": item,
                "responsible_units": [part for part in units.replace("，", "、").split("、") if part],
            }
        )
    title = next(
        (value for values in grid[:heading] for value in values if len(value) > 4 and "：" not in value), ""
    )
    return {"name": title, "columns": columns, "head": _head(grid[:heading]), "rows": rows}


def _squeezed(values: list[str]) -> list[str]:
    """Texts without the blanks and line breaks with which cells are justified."""
    return ["".join(value.split()) for value in values]


def _text(value: Any) -> str:
    """A cell's words; a number that is whole is written without its decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _heading(grid: list[list[str]]) -> int | None:
    for index, values in enumerate(grid[:_HEADING_DEPTH]):
        distinct = list(dict.fromkeys(value for value in _squeezed(values) if value))
        if len(distinct) < 2:
            continue
        taken: set[str] = set()
        for label in distinct:
            taken.add(column_of(label, taken)["role"])
        if {"item", "progress"} <= taken:
            return index
    return None


def _head(grid: list[list[str]]) -> list[str]:
    labels = [
        part.split("：")[0]
        for values in grid
        for value in dict.fromkeys(values)
        for part in re.split(r"\s+", value.replace(":", "："))
        if "：" in part
    ]
    return [label for label in labels if label] or list(DEFAULT_HEAD)
