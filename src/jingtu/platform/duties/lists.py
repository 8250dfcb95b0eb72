"""The list of duties: which rows, in which order, under which headings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties import declarations, permissions, queries
from jingtu.platform.duties.calendars import NOT_CONFIGURED
from jingtu.platform.duties.mine import mine
from jingtu.platform.duties.models import Duty
from jingtu.platform.duties.steps import RUNGS
from jingtu.platform.pages import html
from jingtu.platform.pages.context import PageContext
from jingtu.platform.pages.tables import Column
from jingtu.platform.people import policies
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.registers import declarations as registers

WHEN = (
    ("overdue", "逾期"), ("warn", "提醒期"), ("week", "本周到期"), ("month", "三十日内到期"), ("none", "期限未配置"),
)  # fmt: skip
STEPS = tuple((step.value, step.label) for step in RUNGS)
STATES = tuple((state.value, state.label) for state in Duty.State)
OVER = frozenset(state.value for state in Duty.OVER)
VIEWS = (
    ("未办结", ""),
    ("我的待办", "mine=yes"),
    ("本周到期", "when=week"),
    ("逾期", "when=overdue"),
    ("待核查", "state=submitted"),
    ("已办结", "state=closed"),
    ("已免除", "state=waived"),
)
TONES = {
    Duty.State.OPEN: "active",
    Duty.State.SUBMITTED: "waiting",
    Duty.State.CLOSED: "done",
    Duty.State.CANCELLED: "off",
    Duty.State.WAIVED: "off",
}


def rows(user: User, page: PageContext, parameters: QueryDict) -> QuerySet[Duty]:
    """Duties that a person may read and asked for, in no order."""
    if parameters.get("mine") == "yes":
        # What waits for a person waits wherever the page looks.
        return _narrowed(mine(user, page.on), parameters, page.on)
    reach = policies.reach(user, permissions.READ)
    found = within(reach, page.on, parameters)
    if page.region is not None and not reach.organisations:
        found = found.filter(region_path__startswith=page.region.path)
    return found


def within(reach: policies.Reach, on: date, parameters: QueryDict) -> QuerySet[Duty]:
    """Duties within a reach, narrowed to what was asked for, in no order."""
    state = parameters.get("state", "")
    found = queries.over(on, reach).filter(state=state) if state in OVER else queries.due(on, reach)
    return _narrowed(found, parameters, on)


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
    elif when == "warn":
        found = found.filter(Q(due__gte=on) | Q(due__isnull=True), warn_on__lte=on)
    elif when == "none":
        found = found.filter(due__isnull=True)
    if state == Duty.State.SUBMITTED:
        found = found.filter(state=state)
    elif state == Duty.State.OPEN:
        found = found.exclude(state=Duty.State.SUBMITTED)
    found = _chosen(found, parameters)
    if words.strip():
        word = words.strip()[:60]
        found = found.filter(Q(what__icontains=word) | Q(holder__name__icontains=word))
    return found


def _chosen(found: QuerySet[Duty], parameters: QueryDict) -> QuerySet[Duty]:
    """Only duties of the register, rule, unit, place and rung that were chosen."""
    register, rule, step = (parameters.get(name, "") for name in ("register", "rule", "step"))
    unit, place = (identified(parameters.get(name, "")) for name in ("unit", "place"))
    if register:
        found = found.filter(entry__register=register)
    if rule:
        found = found.filter(rule=rule)
    if day := _day(parameters.get("due", "")):
        found = found.filter(due=day)
    if step in Duty.Step.values:
        found = found.filter(step=step)
    if unit is not None:
        found = found.filter(holder__uid=unit)
    if place is not None:
        region = Region.objects.filter(uid=place).first()
        found = found.filter(region_path__startswith=region.path) if region else found.none()
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def identified(text: str) -> UUID | None:
    """The identifier in an address, or ``None`` where there is none that can be read."""
    try:
        return UUID(text)
    except ValueError:
        return None


def registers_with_duties(user: User) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Registers that the person may read and that owe something: id, label, rules as id and label."""
    found: dict[str, list[tuple[str, str]]] = {}
    for rule in declarations.all_rules():
        found.setdefault(rule.register, []).append((rule.id, rule.label))
    known = [register for register in registers.all_registers() if register.id in found]
    return [
        (register.id, register.label, found[register.id])
        for register in known
        if policies.may(user, register.read_permission)
    ]


def places_below(region: Region | None) -> list[Region]:
    """The places right below the one the page looks at, for a list to choose from."""
    if region is None:
        return []
    return list(Region.objects.filter(parent=region).order_by("adcode", "name"))


class _Places(dict[str, str]):
    """Names of places by path, each asked for once."""

    def __missing__(self, path: str) -> str:
        self[path] = Region.objects.filter(path=path).values_list("name", flat=True).first() or ""
        return self[path]


def _register(row: Duty) -> str:
    try:
        return registers.get(row.entry.register).label
    except LookupError:
        return ""


def _rule(row: Duty) -> str:
    rule = declarations.get(row.rule)
    return rule.label if rule else ""


def columns(on: date, parameters: QueryDict) -> Sequence[Column]:
    """Columns on a day; those of closing come forward where closed duties are asked for."""
    closed = parameters.get("state") in OVER
    places = _Places()
    return [
        Column("what", "事项", _what, lambda row: row.what, css="main wide"),
        Column("holder", "责任单位", lambda row: row.holder.name if row.holder else "单位待明确"),
        Column("due", "期限", lambda row: _due(row, on), lambda row: row.due or _no_due(row), "due", "short"),
        Column(
            "state", "状态", lambda row: badge(row, on), lambda row: queries.state_on(row, on).label,
            css="state-cell",
        ),
        Column("late", "逾期天数", lambda row: late_days(row, on) or "", css="num", shown=False),
        Column("step", "督促", lambda row: _step(row, on), css="short nowrap", shown=not closed),
        Column("closed_on", "办结日期", lambda row: _closed(row, on), css="short", shown=closed),
        Column("closed_by", "办结人", lambda row: _closer(row, on), shown=closed),
        Column("place", "地区", lambda row: places[row.region_path], shown=False),
        Column("register", "清单", _register, shown=False),
        Column("rule", "职责", _rule, shown=False),
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
        return _no_due(row)
    late = late_days(row, on)
    day = row.due.isoformat()
    if late:
        return format_html("{} {}", day, html.late(late))
    warned = row.warn_on is not None and row.warn_on <= on and row.closed_on is None
    return format_html('{} <span class="tag">提醒期</span>', day) if warned else day


def _no_due(row: Duty) -> str:
    return row.due_note or NOT_CONFIGURED


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
