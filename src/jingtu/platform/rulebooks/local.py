"""Values that a bureau enters for its place: a last day or an interval that its own document sets, in both times.

The tables of rules that come with the program say what national texts say, and 未配置 where they are silent. What a
document of the place says is entered beside them as an ``AddedTable`` of one line, for the place and all below: it
holds within its own dates, goes before the table of the program there, and is withdrawn, never changed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO, ClassVar

from jingtu.errors import CellError, ConflictError, InputError
from jingtu.platform import rules
from jingtu.platform.actions import Action, Subject
from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.evidence.attaching import attach
from jingtu.platform.people.models import User
from jingtu.platform.regions.models import Region
from jingtu.platform.rulebooks import permissions, queries
from jingtu.platform.rulebooks.models import AddedTable
from jingtu.platform.rules import Provision

MONTH_DAY = frozenset({"month_day", "date"})
# What a parameter asks, as a page says it; the others are formulas and assumptions, which no place sets.
PARAMETERS = {
    "days": "期限", "days_before": "提前", "days_ahead": "提前提示", "days_back": "追溯", "working_days": "提前",
    "months": "期限", "first_months": "首次期限", "warn_months": "提醒期", "overdue_months": "逾期",
    "month_day": "截止日", "date": "截止日", "times": "次数", "times_first": "次数（一类单元）",
    "times_first_sensitive": "次数（一类单元，周边有敏感目标）", "times_second": "次数（二类单元）",
    "times_second_sensitive": "次数（二类单元，周边有敏感目标）", "times_level_1": "次数（一级）",
    "times_level_2": "次数（二级）",
}  # fmt: skip
KEPT_SECONDS = 60.0
_HEADINGS = (
    "subject", "parameter", "value", "unit", "source", "clause", "valid_from", "valid_to", "confidence",
)  # fmt: skip
_LONGEST = {"source": 160, "clause": 200}


@dataclass(frozen=True, slots=True)
class Local:
    """A value as it was entered, with the table that holds it."""

    table: AddedTable
    provision: Provision


def provision_of(table: AddedTable) -> Provision:
    """The one line of a table of this kind."""
    (row,) = csv.DictReader(io.StringIO(table.content))
    return Provision(row["subject"], row["parameter"], row["value"], row["unit"], rules.rule_of(row))


def entered(
    region_path: str, on: date | None = None, known_at: datetime | None = None
) -> dict[tuple[str, str], Local]:
    """What holds at a place, by subject and parameter: of several the nearest place's.

    Parameters
    ----------
    region_path : str
        Path of the place.
    on : date, optional
        Only what is in force on this day.
    known_at : datetime, optional
        What was entered, and not yet withdrawn, at that moment; now where it is left out.
    """
    rows = queries.added_tables(on, region_path, known_at).filter(kind=AddedTable.Kind.RULES)
    found: dict[tuple[str, str], Local] = {}
    for table in sorted(rows, key=lambda row: (len(row.region.path), row.added_at)):
        provision = provision_of(table)
        found[provision.subject, provision.parameter] = Local(table, provision)
    return found


def value_at(subject: str, parameter: str, on: date, path: str) -> str | None:
    """The value entered for a place, or for the nearest above it; ``None`` where there is none."""
    best: tuple[int, str] | None = None
    for place, provision in _all().get((subject, parameter), ()):
        nearer = best is None or len(place) >= best[0]
        if nearer and path.startswith(place) and provision.rule.in_force(on):
            best = (len(place), provision.value)
    return best[1] if best else None


_kept: tuple[float, dict[tuple[str, str], list[tuple[str, Provision]]]] | None = None


def _all() -> dict[tuple[str, str], list[tuple[str, Provision]]]:
    """All valid values, read at most once a minute: 50,000 duties ask for them one by one."""
    global _kept  # noqa: PLW0603 - a memory of the process
    if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
        found: dict[tuple[str, str], list[tuple[str, Provision]]] = defaultdict(list)
        rows = AddedTable.objects.filter(kind=AddedTable.Kind.RULES, withdrawn_at=None)
        for table in rows.select_related("region").order_by("added_at"):
            provision = provision_of(table)
            found[provision.subject, provision.parameter].append((table.region.path, provision))
        _kept = (time.monotonic(), dict(found))
    return _kept[1]


def places() -> set[str]:
    """Paths of the places that have entered a value."""
    return {place for rows in _all().values() for place, _ in rows}


def forget(*_: Any, **__: Any) -> None:
    """Read them anew: a table was entered or withdrawn, or a day is worked through."""
    global _kept  # noqa: PLW0603
    _kept = None


def known_provision(subject: str, parameter: str) -> Provision | None:
    """The row of the program that a value stands in for; ``None`` where there is none, or no place may set it."""
    if parameter not in PARAMETERS or not rules.asked_by_place(subject, parameter):
        return None
    rows = [
        item
        for table in rules.tables()
        for item in table.provisions
        if (item.subject, item.parameter) == (subject, parameter)
    ]
    return rows[-1] if rows else None


class AddRule(Action[AddedTable]):
    """Enter the value that a document of the place sets, with that document.

    Parameters
    ----------
    region : Region
        The place for which it holds, with everything below.
    subject, parameter : str
        Which rule of the program it stands in for.
    value : str
        A whole number in the unit of the rule, or a day as ``03-31``.
    source, clause : str
        The document by its name and number, and where in it.
    valid_from, valid_to : date
        The days on which it holds; ``valid_to`` is the first on which it does not.
    stream, file_name : binary file, str
        The document.

    Raises
    ------
    InputError
        With everything that is wrong.
    ConflictError
        The place has a value for some of these days already.
    """

    name = "rulebooks.add_rule"
    label = "录入本地期限"
    permission: ClassVar[str | None] = permissions.ADD

    def __init__(
        self, actor: User | None, on: date, region: Region, subject: str, parameter: str, *,
        value: str, source: str, clause: str, valid_from: date | None, valid_to: date | None = None,
        stream: BinaryIO | None = None, file_name: str = "",
    ) -> None:  # fmt: skip
        super().__init__(actor, on)
        self.region, self.subject_id, self.parameter = region, subject, parameter
        self.value, self.source, self.clause = (
            value.strip(),
            " ".join(source.split()),
            " ".join(clause.split()),
        )
        self.valid_from, self.valid_to = valid_from, valid_to or OPEN_DATE
        self.stream, self.file_name = stream, file_name
        self.table = AddedTable(region=region, added_by=actor, kind=AddedTable.Kind.RULES, lines=1)

    def subject(self) -> Subject:
        return Subject("added_table", self.table.uid, self.region.path)

    def lock(self) -> None:
        Region.objects.select_for_update().get(pk=self.region.pk)

    def check_state(self) -> None:
        known = known_provision(self.subject_id, self.parameter)
        if known is None:
            raise InputError("没有这一项规定。", [CellError("请从列表中选择", column="事项")])
        problems = self._problems()
        if problems:
            raise InputError(f"有 {len(problems)} 处需要补充或修改。", problems)
        assert self.valid_from is not None
        self._fill(known)
        for other in AddedTable.objects.filter(
            kind=AddedTable.Kind.RULES, region=self.region, withdrawn_at=None
        ):
            rule = provision_of(other)
            same = (rule.subject, rule.parameter) == (self.subject_id, self.parameter)
            if same and rule.rule.valid_from < self.valid_to and self.valid_from < rule.rule.valid_to:
                raise ConflictError(
                    f"{self.region.name}在同一时期已录入“{other.number}”的规定；请先作废原规定，或写明失效日期。",
                    table=str(other.uid),
                )

    def _problems(self) -> list[CellError]:
        problems = []
        if wrong := _wrong(self.parameter, self.value):
            problems.append(CellError(wrong, column="数值", value=self.value[:20]))
        for name, label in (("source", "依据文件"), ("clause", "条款")):
            text = getattr(self, name)
            if not text:
                problems.append(CellError("必填，不能为空", column=label))
            elif len(text) > _LONGEST[name]:
                problems.append(CellError(f"不能超过 {_LONGEST[name]} 字", column=label))
        if self.valid_from is None:
            problems.append(CellError("必填，不能为空", column="施行日期"))
        elif self.valid_to <= self.valid_from:
            problems.append(CellError("应晚于施行日期", column="失效日期"))
        if self.stream is None:
            problems.append(CellError("请上传依据文件", column="文件"))
        return problems

    def _fill(self, known: Provision) -> None:
        assert self.valid_from is not None
        table = self.table
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(_HEADINGS)
        last = "" if self.valid_to == OPEN_DATE else self.valid_to.isoformat()
        writer.writerow(
            (
                self.subject_id, self.parameter, self.value, known.unit, self.source, self.clause,
                self.valid_from.isoformat(), last, "local",
            )
        )  # fmt: skip
        table.content = text.getvalue()
        table.sha256 = hashlib.sha256(table.content.encode()).hexdigest()
        table.keys, table.number = [f"{self.subject_id}.{self.parameter}"], self.source
        table.title = f"{PARAMETERS[self.parameter]} {self.value}{known.unit if self.parameter not in MONTH_DAY else ''}"
        table.valid_from = self.valid_from
        table.valid_to = None if self.valid_to == OPEN_DATE else self.valid_to

    def perform(self) -> AddedTable:
        table = self.table
        assert self.stream is not None
        table.save(force_insert=True)
        attach(
            self.stream, self.file_name, subject_type="added_table", subject_uid=table.uid,
            read_permission=permissions.READ, region_path=self.region.path, actor=self.actor,
            title=self.source[:160],
        )  # fmt: skip
        self.record(
            kind=table.kind, keys=table.keys, value=self.value, source=self.source, clause=self.clause,
            valid_from=table.valid_from.isoformat(),
            valid_to=table.valid_to.isoformat() if table.valid_to else None, content=table.sha256,
        )  # fmt: skip
        return table


def _wrong(parameter: str, value: str) -> str:
    """Why a value is none; empty where it is one.

    Examples
    --------
    >>> _wrong("days", "30"), _wrong("days", "三十"), _wrong("month_day", "03-31"), _wrong("month_day", "02-30")
    ('', '应为整数', '', '日期应为 03-31 的样式')
    """
    if parameter not in MONTH_DAY:
        return "" if re.fullmatch(r"[0-9]{1,4}", value) else "应为整数"
    try:
        date.fromisoformat(f"2023-{value}")
    except ValueError:
        return "日期应为 03-31 的样式"
    return "" if re.fullmatch(r"[0-9]{2}-[0-9]{2}", value) else "日期应为 03-31 的样式"
