"""States of tasks, reports and deliverables on pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jingtu.platform.pages.formats import measured
from jingtu.platform.pages.html import badge, late
from jingtu.programme.plans.lifecycle import DELIVERABLE_LIFECYCLE, TASK_LIFECYCLE
from jingtu.programme.plans.models import Progress
from jingtu.programme.plans.targets import TargetReading

register = template.Library()

SIGNS = {">=": "≥", "<=": "≤", ">": "＞", "<": "＜", "≈": "约 "}

_REPORT_TONES = {
    Progress.State.NOT_STARTED: "neutral",
    Progress.State.IN_PROGRESS: "active",
    Progress.State.AT_RISK: "warning",
    Progress.State.DONE: "done",
    Progress.State.NOT_APPLICABLE: "off",
}


@register.simple_tag
def task_state(row: Any) -> SafeString:
    """The state of a task, and beside it how late it is."""
    return task_badge(row.state, row.state_label, row.tone, row.overdue_days)


def task_badge(state: str, label: str, tone: str, overdue_days: int) -> SafeString:
    """A task's badge; 待核查 has a colour of its own, because it waits for a person."""
    shown = badge(label, "waiting" if state == "submitted" else tone)
    return format_html("{} {}", shown, late(overdue_days)) if overdue_days else shown


@register.simple_tag
def report_state(report: Progress) -> SafeString:
    """What a unit says of its part."""
    return badge(report.get_state_display(), _REPORT_TONES[Progress.State(report.state)])


@register.simple_tag
def deliverable_state(state: str) -> SafeString:
    """How far a document is."""
    found = DELIVERABLE_LIFECYCLE.state(state)
    return badge(found.label, found.tone)


@register.simple_tag
def state_word(state: str) -> SafeString:
    """The state of a task, without how late it is."""
    found = TASK_LIFECYCLE.state(state)
    return task_badge(found.id, found.label, found.tone, 0)


@register.simple_tag
def goal_words(content: Mapping[str, Any]) -> str:
    """A figure with its comparator and unit, from the contract's shape."""
    sign = SIGNS.get(str(content.get("comparator")), "")
    return f"{sign}{measured(str(content.get('value')), content.get('unit') or '')}"


@register.simple_tag
def verdict(item: TargetReading) -> SafeString:
    """Whether a target is met; before its due date an unmet one is still under way."""
    if item.verdict.met is None:
        return badge("待判定", "neutral")
    if item.verdict.met:
        return badge("达到", "done")
    late_now = item.target.due is not None and item.target.due < item.reading.on
    return badge("未达到", "late") if late_now else badge("尚未达到", "warning")
