"""The list of duties: which rows, in which order, under which headings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties import declarations, permissions, queries
from jingtu.platform.duties.mine import mine
from jingtu.platform.duties.models import Duty
from jingtu.platform.pages import html
from jingtu.platform.pages.context import PageContext
from jingtu.platform.pages.tables import Column
from jingtu.platform.people import policies
from jingtu.platform.people.models import User

WHEN = (("overdue", "逾期"), ("week", "本周到期"), ("month", "三十日内到期"), ("none", "期限未配置"))
STATES = tuple((state.value, state.label) for state in Duty.State)
OVER = {Duty.State.CLOSED.value, Duty.State.CANCELLED.value}
VIEWS = (
    ("未办结", ""),
    ("我的待办", "mine=yes"),
    ("本周到期", "when=week"),
    ("逾期", "when=overdue"),
    ("待核查", "state=submitted"),
    ("已办结", "state=closed"),
)
TONES = {
    Duty.State.OPEN: "active",
    Duty.State.SUBMITTED: "waiting",
    Duty.State.CLOSED: "done",
    Duty.State.CANCELLED: "off",
}


def rows(user: User, page: PageContext, parameters: QueryDict) -> QuerySet[Duty]:
    """Duties that a person may read and asked for, in no order."""
    state = parameters.get("state", "")
    if parameters.get("mine") == "yes":
        # What waits for a person waits wherever the page looks.
        return _narrowed(mine(user, page.on), parameters, page.on)
    reach = policies.reach(user, permissions.READ)
    found = queries.over(page.on, reach).filter(state=state) if state in OVER else queries.due(page.on, reach)
    if page.region is not None and not reach.organisations:
        found = found.filter(region_path__startswith=page.region.path)
    return _narrowed(found, parameters, page.on)


def ordered(found: QuerySet[Duty], parameters: QueryDict) -> tuple[QuerySet[Duty], list[str]]:
    """Rows with their keyset order: the most pressing first, of closed ones the latest."""
    sort = parameters.get("sort", "")
    if sort in {"due", "-due"}:
        down = "-" if sort.startswith("-") else ""
        return found.annotate(by_due=Coalesce("due", OPEN_DATE)), [f"{down}by_due", f"{down}id"]
    if parameters.get("state") in OVER:
        return found, ["-closed_on", "-id"]
    return found.annotate(by_due=Coalesce("due", OPEN_DATE)), ["by_due", "id"]


def _narrowed(found: QuerySet[Duty], parameters: QueryDict, on: date) -> QuerySet[Duty]:
    when, state, words = (parameters.get(name, "") for name in ("when", "state", "q"))
    if when == "overdue":
        found = found.filter(due__lt=on)
    elif when == "week":
        monday = on - timedelta(days=on.weekday())
        found = found.filter(due__gte=monday, due__lte=monday + timedelta(days=6))
    elif when == "month":
        found = found.filter(due__gte=on, due__lte=on + timedelta(days=30))
    elif when == "none":
        found = found.filter(due__isnull=True)
    if state == Duty.State.SUBMITTED:
        found = found.filter(state=state)
    elif state == Duty.State.OPEN:
        found = found.exclude(state=Duty.State.SUBMITTED)
    if words.strip():
        word = words.strip()[:60]
        found = found.filter(Q(what__icontains=word) | Q(holder__name__icontains=word))
    return found


def columns(on: date, parameters: QueryDict) -> Sequence[Column]:
    """Columns on a day; those of closing come forward where closed duties are asked for."""
    closed = parameters.get("state") in OVER
    return [
        Column("what", "事项", _what, lambda row: row.what, css="main wide"),
        Column("holder", "责任单位", lambda row: row.holder.name if row.holder else "单位待明确"),
        Column("due", "期限", lambda row: _due(row, on), lambda row: row.due or "期限未配置", "due", "short"),
        Column(
            "state", "状态", lambda row: badge(row, on), lambda row: queries.state_on(row, on).label,
            css="state-cell",
        ),
        Column("late", "逾期天数", lambda row: late_days(row, on) or "", css="num", shown=False),
        Column("step", "督促", lambda row: _step(row, on), css="short nowrap", shown=not closed),
        Column("closed_on", "办结日期", lambda row: _closed(row, on), css="short", shown=closed),
        Column("closed_by", "办结人", lambda row: _closer(row, on), shown=closed),
        Column("note", "办结说明", lambda row: row.closing_note if _closed(row, on) else "", shown=False),
        Column("basis", "依据", lambda row: _basis(row, on), shown=False),
    ]  # fmt: skip


def late_days(duty: Duty, on: date) -> int:
    """Days past the limit: of an open duty until ``on``, of a closed one until it was closed."""
    end = min(duty.closed_on or on, on)
    return max((end - duty.due).days, 0) if duty.due else 0


def badge(duty: Duty, on: date) -> Any:
    """The state of a duty on a day, as pages show it."""
    state = queries.state_on(duty, on)
    return html.badge(state.label, TONES[state])


def _what(row: Duty) -> Any:
    return format_html('<a data-row href="{}">{}</a>', reverse("duty", args=[row.uid]), row.what)


def _due(row: Duty, on: date) -> Any:
    if row.due is None:
        return "期限未配置"
    late = late_days(row, on)
    day = row.due.isoformat()
    return format_html("{} {}", day, html.late(late)) if late else day


def _step(row: Duty, on: date) -> str:
    """How far it was urged; the mark that days set by themselves is not there before the limit."""
    early = row.step == Duty.Step.REMINDED and row.due is not None and row.due >= on
    return "" if early or row.step == Duty.Step.NONE else row.get_step_display()


def _closed(row: Duty, on: date) -> date | None:
    return row.closed_on if row.closed_on is not None and row.closed_on <= on else None


def _closer(row: Duty, on: date) -> str:
    if _closed(row, on) is None:
        return ""
    return row.closed_by.display_name if row.closed_by else "系统"


def _basis(row: Duty, on: date) -> str:
    rule = declarations.get(row.rule)
    basis = rule.basis_on(on) if rule else None
    return f"{basis.source} {basis.clause}" if basis else "未配置"
