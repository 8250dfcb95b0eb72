"""A list as a workbook, exactly as seen: the same rows, the same columns, ready to be edited and read back."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from jingtu.platform.ledger import chain
from jingtu.platform.people.roles import Role
from jingtu.platform.registers import values, versions
from jingtu.platform.registers.declarations import Field, Register
from jingtu.platform.registers.exchange import headings
from jingtu.platform.registers.models import Version

NOTES, CHOICES = "说明", "选项"
_EXACT_DIGITS = 15  # a workbook keeps no more of a number
# Quantities are written in these, and their headings say so: read back they need no question.
_UNITS = {"area": "平方米", "money": "元", "mass": "千克"}
_WIDTHS = {"date": 13, "integer": 10, "decimal": 14, "area": 16, "boolean": 8, "uscc": 22, "long_text": 40}
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_HEAD = PatternFill("solid", fgColor="E7EFEC")
_DRAWN_ROWS = 2000  # validation lists reach this far below the last row


def visible_fields(register: Register, roles: Iterable[Role] | None) -> list[Field]:
    """The fields that somebody with these roles may read; ``None``: all."""
    if roles is None:
        return list(register.fields)
    held = set(roles)
    return [item for item in register.fields if item.visible_to is None or item.visible_to & held]


def export(
    register: Register,
    rows: Iterable[Version],
    fields: Sequence[Field],
    *,
    on: date,
    known_at: datetime | None = None,
    filters: str = "",
) -> bytes:
    """Build the workbook.

    Parameters
    ----------
    rows : iterable of Version
        What the list shows, in its order, with entry, region, holder and facts joined.
    fields : sequence of Field
        The columns beside code, name, region, holder and state.
    on, known_at
        The day of the list, and the moment up to which things are known.
    filters : str
        The filters in words, for the notes.

    Returns
    -------
    bytes
        An .xlsx file. Text is written as text, so nothing in it is ever taken for a formula.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = re.sub(r"[\[\]:*?/\\]", "", register.label)[:31]
    columns = _columns(register, fields)
    count = 0
    _write_heading(sheet, columns)
    for count, version in enumerate(rows, start=1):
        for index, value in enumerate(_values(register, fields, version), start=1):
            _write(sheet, count + 1, index, value)
    sheet.freeze_panes = "C2"
    # Printed across, all columns on one page and the headings on each.
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8  # A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(count, 1) + 1}"
    _add_choices(book, sheet, register, fields, count)
    _add_notes(book, register, on, known_at, filters, count)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _columns(register: Register, fields: Sequence[Field]) -> list[tuple[str, int]]:
    """Headings with their widths."""
    heads = [
        (register.code_label, 18), (register.name_label, 28), (headings.REGION_LABEL, 16),
        (headings.REGION_CODE_LABEL, 14), (register.holder_label, 28), (headings.STATE_LABEL, 14),
    ]  # fmt: skip
    for item in fields:
        unit = _UNITS.get(item.kind, item.unit)
        label = f"{item.label}（{unit}）" if unit else item.label
        width = max(_WIDTHS.get(item.kind, 20), 2 * len(label) + 2)
        heads.append((label, width))
    return heads


def _values(register: Register, fields: Sequence[Field], version: Version) -> list[Any]:
    facts = versions.facts_of(version)
    region = version.region
    found: list[Any] = [
        version.entry.code,
        version.name,
        region.name,
        region.adcode or "",
        version.holder.name if version.holder else "",
        register.lifecycle.state(version.state).label,
    ]
    for item in fields:
        value = getattr(facts, item.id)
        if item.kind == "mass" and value is not None:
            value = Decimal(value) / 1000
        found.append(values.show(item, value) if item.kind in {"choice", "boolean", "facility"} else value)
    return found


def _write_heading(sheet: Worksheet, columns: Sequence[tuple[str, int]]) -> None:
    for index, (label, width) in enumerate(columns, start=1):
        cell = sheet.cell(1, index, label)
        cell.font = Font(bold=True)
        cell.fill = _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[get_column_letter(index)].width = width
        sheet.column_dimensions[get_column_letter(index)].number_format = "@"
    sheet.row_dimensions[1].height = 30


def _write(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    if value is None or value == "":
        return
    cell = sheet.cell(row, column)
    if isinstance(value, bool):
        cell.value = "是" if value else "否"
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) <= _EXACT_DIGITS:
        cell.value = float(value)
        cell.number_format = "#,##0.00" if value != value.to_integral_value() else "#,##0"
    elif isinstance(value, int):
        cell.value = value
    else:
        text = values.plain_number(value) if isinstance(value, Decimal) else str(value)
        # The format writes _xHHHH_ for a character; text that looks so is kept as it stands.
        cell.value = _LOOKS_ESCAPED.sub("_x005F_", text)
        # Text stays text whatever it looks like: no formula, no number with lost zeros.
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@", "\t", "\r"))
        if "\n" in text:
            cell.alignment = Alignment(wrap_text=True)


def _add_choices(
    book: Workbook,
    sheet: Worksheet,
    register: Register,
    fields: Sequence[Field],
    count: int,
) -> None:
    """Lists to choose from for states, choices and yes/no, kept on a sheet of their own."""
    lists = {6: [state.label for state in register.lifecycle.states]}
    for index, item in enumerate(fields, start=7):
        if item.kind == "choice":
            lists[index] = [label for _, label in item.choices]
        elif item.kind == "boolean":
            lists[index] = ["是", "否"]
    choices = book.create_sheet(CHOICES)
    choices.sheet_state = "hidden"
    for position, (column, words) in enumerate(lists.items(), start=1):
        for row, word in enumerate(words, start=1):
            _write(choices, row, position, word)
        letter = get_column_letter(position)
        source = f"{quote_sheetname(CHOICES)}!${letter}$1:${letter}${len(words)}"
        rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = "内容不在选项中", "请从下拉列表中选择。"
        target = get_column_letter(column)
        rule.add(f"{target}2:{target}{count + _DRAWN_ROWS}")
        sheet.add_data_validation(rule)


def _add_notes(
    book: Workbook, register: Register, on: date, known_at: datetime | None, filters: str, count: int
) -> None:
    head = chain.head()
    moment = timezone.localtime(known_at) if known_at else timezone.localtime()
    lines = [
        ("清单", register.label),
        ("业务日期", on.isoformat()),
        ("数据截至", f"{moment:%Y-%m-%d %H:%M:%S}"),
        ("筛选条件", filters or "无"),
        ("行数", str(count)),
        ("台账链头", f"第 {head.seq} 条 {head.chain_hash}" if head else "尚未封存"),
        ("编制依据", register.basis or "未配置"),
        (
            "导入说明",
            "修改后可直接导入：按编号对应条目，没有编号的按名称和行政区对应；空白单元格表示没有内容。",
        ),
        ("状态说明", "已有条目的状态按流程办理，不能通过导入改变；新条目可带状态导入。"),
    ]
    notes = book.create_sheet(NOTES)
    notes.column_dimensions["A"].width = 14
    notes.column_dimensions["B"].width = 90
    for row, (label, text) in enumerate(lines, start=1):
        _write(notes, row, 1, label)
        _write(notes, row, 2, text)
        notes.cell(row, 1).font = Font(bold=True)
        notes.cell(row, 2).alignment = Alignment(wrap_text=True, vertical="top")
