"""A month's form on paper: one table, printed to Excel or Word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jingtu.errors import InputError
from jingtu.platform.documents import Column, Table, write_docx, write_xlsx
from jingtu.platform.ledger import chain
from jingtu.programme.plans.forms.filling import month_end
from jingtu.programme.plans.models import FormFilling, FormRow, ReportForm

MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
_MERGING = {"group"}
_CENTRED = {"group", "number", "units"}


def month_table(
    form: ReportForm,
    month: str,
    current: FormFilling | None,
    cells: Mapping[str, Mapping[str, Mapping[str, Any]]],
    *,
    printed_at: datetime | None = None,
) -> Table:
    """The printed table of one month; a bureau's own columns stand in their own order.

    ``current`` is the month as filled so far, ``cells`` what is printed of it: the page of a past day
    shows other words than are kept now.
    """
    head = current.head if current else {}
    end = month_end(month)
    has_number = any(column["role"] == "number" for column in form.columns)
    columns = [
        Column(
            column["label"],
            float(column.get("width", 1.5)),
            "center" if column["role"] in _CENTRED else "left",
            merge=column["role"] in _MERGING,
        )
        for column in form.columns
    ]
    rows = [
        [_cell(row, column, cells.get(str(row.pk), {}), has_number) for column in form.columns]
        for row in form.rows.all()
    ]
    seal = chain.head()
    facts = [f"数据截至{end.year}年{end.month}月{end.day}日"]
    if printed_at is not None:
        facts.append(f"导出时间{printed_at:%Y-%m-%d %H:%M}")
    if seal is not None:
        facts.append(f"台账链头第{seal.seq}号 {seal.chain_hash[:16]}")
    if current is None or current.state != FormFilling.State.SUBMITTED:
        facts.append("草稿，未报送")
    return Table(
        title=f"{form.name}（{end.year}年{end.month}月）",
        columns=columns,
        rows=rows,
        head=[(label, head.get(label, "")) for label in form.head],
        notes=["注：没有该项任务的，填写“无此项任务”；按季度报送的事项，非报送月份填写简要情况。"],
        annex="附件" if form.plan_id else "",
        footer="；".join(facts) + "。",
        watermark="示例数据" if form.is_example else "",
        landscape=True,
        sheet=f"{end.year}年{end.month}月",
    )


def print_form(table: Table, kind: str) -> bytes:
    """The file's bytes; ``kind`` is ``xlsx`` or ``docx``."""
    if kind == "xlsx":
        return write_xlsx(table)
    if kind == "docx":
        return write_docx(table)
    raise InputError(f"不支持导出为“{kind}”，请选择 Excel（xlsx）或 Word（docx）", value=kind)


def _cell(
    row: FormRow, column: Mapping[str, Any], filled: Mapping[str, Mapping[str, Any]], has_number: bool
) -> str:
    role = column["role"]
    if role == "group":
        return row.group
    if role == "number":
        return row.number
    if role == "item":
        return row.item if has_number or not row.number else f"{row.number}．{row.item}"
    if role == "units":
        return "、".join(row.units)
    key = column["label"] if role == "extra" else role
    return str(filled.get(key, {}).get("text", ""))
