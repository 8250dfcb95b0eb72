"""Workbooks as offices hand them in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

HEAD = ["地块编码", "地块名称", "行政区", "状态"]


def book(rows: Sequence[Sequence[Any]], title: str = "清单", *, text: bool = True) -> io.BytesIO:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
        for cell in sheet[sheet.max_row]:
            if text and isinstance(cell.value, str):
                cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    stream = io.BytesIO()
    made.save(stream)
    stream.seek(0)
    return stream
