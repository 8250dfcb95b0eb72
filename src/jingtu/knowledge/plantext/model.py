"""What a plan document says: plain dataclasses in the shape of the command line contract.

``spans`` are half-open ``[start, end)`` pairs counting characters of the normalised text
(``jingtu plan text``), in reading order. ``confidence`` is between 0 and 1.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Span = tuple[int, int]


@dataclass(slots=True)
class Unit:
    """A unit (单位) named by a unit clause: ``raw`` as written, ``expanded`` with its level prefix."""

    raw: str
    expanded: str
    scope: str | None = None
    kind: str = "department"  # department | government | class | enterprise | other
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Quantity:
    """A figure with its subject: ``全区…减排比例达到5%以上``."""

    text: str
    subject: str | None = None
    comparator: str = "text"  # >= <= = > < ≈ text
    value: float | int | str | None = None
    unit: str | None = None
    due: date | None = None
    base: str | None = None
    cumulative: bool = False
    indicator_id: str | None = None
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Deadline:
    """A time the plan names: ``kind`` tells deadlines from years that are objects or base dates."""

    text: str
    due: date | None = None
    recurrence: str | None = None  # RFC 5545 RRULE value, e.g. FREQ=MONTHLY;BYMONTHDAY=3
    kind: str = "deadline"  # deadline | recurring | baseline | period_start | seasonal | vague
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Deliverable:
    """A document that a task must produce: ``kind`` is plan, list, report, method or other."""

    name: str
    kind: str = "other"
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class RegisterMention:
    """A list (清单, 名录, 台账) that the text names; ``id`` is ours where the words match."""

    name: str
    id: str | None = None
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Target:
    """A target (目标指标) of the plan."""

    indicator: str
    indicator_id: str | None = None
    scope: str | None = None
    comparator: str = "text"
    value: float | int | str | None = None
    unit: str | None = None
    kind: str = "text"  # number | class | stable | no_increase | decrease | rule | reference | text
    cumulative: bool = False
    base: str | None = None
    due: date | None = None
    definition: str | None = None
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    confidence: float = 1.0


@dataclass(slots=True)
class Task:
    """A task (任务): its words, its units and what its words oblige to."""

    number: str | None
    section: str | None
    title: str
    text: str
    lead_units: list[Unit] = field(default_factory=list)
    support_units: list[Unit] = field(default_factory=list)
    responsible_units: list[Unit] = field(default_factory=list)
    inherited_units: list[Unit] = field(default_factory=list)
    units_open_ended: bool = False
    unit_text: str = ""
    quantities: list[Quantity] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    deliverables: list[Deliverable] = field(default_factory=list)
    registers: list[RegisterMention] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    confidence: float = 1.0


@dataclass(slots=True)
class FormRow:
    """One row of a report-form annex (进展情况表)."""

    group: str
    number: str
    item: str
    responsible_units: list[Unit] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class PlanWarning:
    """Something a person should look at: a gap, a contradiction, a doubtful unit name."""

    code: str
    message: str
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Region:
    """The place a plan is for."""

    name: str
    adcode: str | None = None


@dataclass(slots=True)
class Plan:
    """All that was read from one plan document."""

    title: str | None = None
    region: Region | None = None
    year: int | None = None
    issue_number: str | None = None
    issued_on: date | None = None
    issuer: str | None = None
    targets: list[Target] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    report_form: list[FormRow] = field(default_factory=list)
    warnings: list[PlanWarning] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The JSON document of ``jingtu plan read --json`` (dates as ISO strings)."""
        plain = _plain(dataclasses.asdict(self))
        assert isinstance(plain, dict)
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
