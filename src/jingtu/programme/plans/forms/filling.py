"""What a month's form says of itself: cells filled from progress reports and from readings of targets."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from jingtu.errors import InputError
from jingtu.platform.registers.versions import at, believed
from jingtu.platform.statements import declarations as statements
from jingtu.platform.statements.declarations import Statement, Told
from jingtu.programme.plans.forms import rows
from jingtu.programme.plans.models import FormRow, Progress, ReportForm, Target

NO_SUCH_TASK = "无此项任务"


class TargetText(Protocol):
    """Says a target's reading in words; the plans app passes its own (``sentences.reading_sentence``)."""

    def __call__(self, target: Target, on: date, known_at: datetime | None) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell: ``source`` is progress, statement, reading, manual or none; ``hint`` tells what is missing."""

    text: str
    source: str = "none"
    hint: str = ""
    refs: list[dict[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def month_end(month: str) -> date:
    """Last day of a month ``YYYY-MM``.

    Raises
    ------
    InputError
        Not a month.

    Examples
    --------
    >>> month_end("2024-02")
    datetime.date(2024, 2, 29)
    """
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", month)
    if not found:
        raise InputError(f"月份“{month}”应写成 2024-06 这样", value=month)
    year, number = int(found[1]), int(found[2])
    return date(year, number, calendar.monthrange(year, number)[1])


def quarter_months(item: str, month: str) -> list[str]:
    """Months whose progress a quarterly row sums up in ``month``; empty when no quarter is due.

    The reporting months are those the row prints (4月、7月、10月、1月), else the month after each quarter.

    Examples
    --------
    >>> quarter_months("按季度报送，4月、7月、10月、1月分别报送上一季度进展情况", "2024-07")
    ['2024-04', '2024-05', '2024-06']
    >>> quarter_months("按季度报送", "2024-06")
    []
    """
    printed = {int(number) for number in re.findall(r"(?<!\d)(1[0-2]|[1-9])\s*月", item)}
    year, number = int(month[:4]), int(month[5:])
    if number not in (printed or {1, 4, 7, 10}):
        return []
    months = []
    for back in (3, 2, 1):
        index = year * 12 + number - 1 - back
        months.append(f"{index // 12:04d}-{index % 12 + 1:02d}")
    return months


def fill(
    form: ReportForm,
    month: str,
    on: date,
    known_at: datetime | None,
    target_text: TargetText,
) -> dict[str, dict[str, Any]]:
    """Cells of every row, keyed by the row's key, from what was known at ``known_at`` (``None``: now).

    A row without any report stays empty and says so: 无此项任务 is written only where the units said so.
    """
    end = min(month_end(month), on)
    form_rows = list(form.rows.all())
    uids = {source["uid"] for row in form_rows for source in row.sources if source["kind"] == "task"}
    periods = {month} | {
        item for row in form_rows if row.quarterly for item in quarter_months(row.item, month)
    }
    reports: dict[str, list[Progress]] = defaultdict(list)
    for report in _believed(known_at).filter(entry__uid__in=uids, period__in=periods):
        reports[str(report.entry.uid)].append(report)
    series = {source["uid"] for row in form_rows for source in row.sources if source["kind"] == "target"}
    targets = {
        str(target.series): target for target in Target.objects.filter(at(end, known_at), series__in=series)
    }
    return {
        str(row.pk): {
            "progress": _progress_cell(
                form, row, month, end, known_at, reports, targets, target_text
            ).to_json()
        }
        for row in form_rows
    }


def _believed(known_at: datetime | None) -> QuerySet[Progress]:
    found = Progress.objects.filter(believed(known_at)).select_related("entry", "organisation")
    return found.order_by("period", "on", "id")


def _progress_cell(
    form: ReportForm,
    row: FormRow,
    month: str,
    end: date,
    known_at: datetime | None,
    reports: Mapping[str, list[Progress]],
    targets: Mapping[str, Target],
    target_text: TargetText,
) -> Cell:
    quarter = quarter_months(row.item, month) if row.quarterly else []
    periods = quarter or [month]
    hint = ""
    if row.quarterly:
        hint = (
            f"本月详报上一季度（{quarter[0]} 至 {quarter[-1]}）"
            if quarter
            else "按季度报送事项，本月填写简要情况"
        )
    found = [
        report
        for source in row.sources
        if source["kind"] == "task"
        for report in reports.get(source["uid"], [])
        if report.period in periods
    ]
    told = [report for report in found if report.state != Progress.State.NOT_APPLICABLE]
    lines = list(_lines(told, with_month=len(periods) > 1))
    refs = [{"kind": "progress", "uid": str(report.uid)} for report in found]
    source = "progress" if lines else "none"
    counted = list(register_lines(form, row, month, end, known_at))
    if counted:  # what the registers count comes before what units tell
        lines[:0] = [item.text for _, item in counted]
        refs += [{"kind": rows.KIND, "uid": statement.id} for statement, _ in counted]
        source = source if source == "progress" else rows.KIND
    for item in row.sources:
        target = targets.get(item["uid"]) if item["kind"] == "target" else None
        sentence = target_text(target, end, known_at) if target else None
        if target and sentence:
            lines.append(sentence)
            refs.append({"kind": "target", "uid": str(target.uid)})
            source = "reading" if source == "none" else source
    if lines:
        return Cell("\n".join(lines), source, hint, refs)
    if found:
        return Cell(NO_SUCH_TASK, "progress", hint, refs)
    missing = "本月尚无单位报送进展" if row.sources else "未关联任务，请手工填写或选择来源任务"
    return Cell("", "none", "；".join(part for part in (hint, missing) if part), [])


def register_lines(
    form: ReportForm, row: FormRow, month: str, end: date, known_at: datetime | None
) -> Iterator[tuple[Statement, Told]]:
    """What the registers of a row say of its month (of the quarter before, where one is due)."""
    quarter = quarter_months(row.item, month) if row.quarterly else []
    start = month_end(quarter[0]) if quarter else month_end(month)
    last = month_end(quarter[-1]) if quarter else end
    for source in row.sources:
        statement = statements.get(source["uid"]) if source["kind"] == rows.KIND else None
        if statement is None:
            continue
        told = statement.tell(form.region, start.replace(day=1), last, known_at)
        if told is not None:
            yield statement, told


def _lines(reports: Iterable[Progress], *, with_month: bool) -> Iterable[str]:
    told = list(reports)
    several = len({report.organisation_id for report in told}) > 1
    seen: set[tuple[int, str]] = set()
    for report in told:
        text = " ".join(report.text.split())
        # A unit that reports one text under two tasks of the same row says it once.
        if not text or (report.organisation_id, text) in seen:
            continue
        seen.add((report.organisation_id, text))
        month = f"{int(report.period[5:])}月" if with_month else ""
        prefix = f"{report.organisation.name}{month}：" if several else (f"{month}：" if month else "")
        yield prefix + text
