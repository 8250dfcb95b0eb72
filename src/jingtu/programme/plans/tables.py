"""Columns of the lists of the plans app; the page and the spreadsheet show the same ones."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jingtu.platform.pages import formats
from jingtu.platform.pages.tables import Column
from jingtu.programme.plans.models import TaskUnit
from jingtu.programme.plans.queries import TaskRow
from jingtu.programme.plans.templatetags.plans import task_badge


def _title(row: TaskRow) -> Any:
    number = f"{row.number}．" if row.number else ""
    return format_html('<a data-row href="{}">{}{}</a>', reverse("task", args=[row.uid]), number, row.title)


def _names(row: TaskRow, *roles: str) -> str:
    """Names by role; a class unit stands for its members, so members are not repeated."""
    names = [unit.name for unit in row.units if unit.role in roles and unit.class_unit is None]
    return "、".join(dict.fromkeys(names))


def _state(row: TaskRow) -> SafeString:
    return task_badge(row.state, row.state_label, row.tone, row.overdue_days)


def _reported(row: TaskRow) -> str:
    return f"{row.reported} / {row.reporting}" if row.reporting else ""


def _plain_state(row: TaskRow) -> str:
    return f"{row.state_label}（逾期 {row.overdue_days} 天）" if row.overdue_days else row.state_label


TASK_COLUMNS = (
    Column("title", "任务", _title, lambda row: row.title, sort="name", css="main wide"),
    Column("number", "序号", lambda row: row.number, css="short", shown=False),
    Column("section", "章节", lambda row: row.section, sort="section", shown=False),
    Column("lead", "牵头单位", lambda row: row.lead_names or "单位待明确"),
    Column(
        "support",
        "配合单位",
        lambda row: _names(row, TaskUnit.Role.SUPPORT),
        shown=False,
    ),
    Column(
        "responsible",
        "责任单位",
        lambda row: _names(row, TaskUnit.Role.RESPONSIBLE, TaskUnit.Role.INHERITED),
        shown=False,
    ),
    Column(
        "due", "期限", lambda row: formats.short_date(row.due), lambda row: row.due, sort="due", css="short"
    ),
    Column("progress", "最近进展", lambda row: row.progress_text, css="latest"),
    Column(
        "progress_on",
        "填报日期",
        lambda row: formats.short_date(row.progress_on),
        lambda row: row.progress_on,
        css="short",
        shown=False,
    ),
    Column("reported", "本月已报", _reported, css="num"),
    Column("state", "状态", _state, _plain_state, sort="state", css="state-cell"),
)
