"""Duty rules: what is owed for the entries of a register, why, and what closes it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from jingtu.platform.clock import OPEN_DATE
from jingtu.platform.duties.models import Duty
from jingtu.platform.indicators.declarations import Rule
from jingtu.platform.registers import versions
from jingtu.platform.registers.models import Version


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing owed for an entry.

    Parameters
    ----------
    entry : int
        Key of the entry.
    period : str
        What tells this duty from the next of the same rule: a month, a due date, a word.
    what : str
        The duty in words.
    due : date or None
        Last day; ``None`` where no rule or plan sets one (期限未配置): such a duty is never late.
    region_path : str
        Path of the region it lies in.
    holder : int or None
        Key of the organisation that owes it.
    lasting : bool
        It was read from the last that is known of the entry; what was once so moves no day of today's duties.
    raised_on : date, optional
        The day on which it began to be owed, where a span of days was asked for.
    begins, warn, note
        As of ``schedules.Due``.
    """

    entry: int
    period: str
    what: str
    due: date | None
    region_path: str
    holder: int | None = None
    lasting: bool = True
    raised_on: date | None = None
    begins: date | None = None
    warn: date | None = None
    note: str = ""


OwedOn = Callable[[date, "int | None"], Iterable[Owed]]


@dataclass(frozen=True, slots=True)
class Closing:
    """A kind of record that closes a duty of the period it says itself.

    Parameters
    ----------
    kind : str
        Id of the record kind.
    period : callable
        From the stored record the key of the period it reports on (``"2024"``, ``"2024-2"``), or ``None``.
    """

    kind: str
    period: Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class DutyRule:
    """A rule that raises duties.

    ``owed(on, entry)`` names everything that has to be open on a day (for one entry where its key is given);
    what is already there is not raised again. Where ``while_states`` is set, an open duty is over as soon as
    its entry leaves those states: closed where nothing but the move meets it, else cancelled. ``checked`` duties are submitted by one person and closed by another.

    ``closes_on`` names record kinds and moves of the register: such a record or move closes one open duty of its
    entry: of the period that a ``Closing`` reads from it, else the first that had begun and was not late on its day,
    else the latest of those that were. Where ``while_in_force`` is set nothing is
    raised on days on which none of ``basis`` is in force. ``each_holder``: several bodies owe it for the same entry,
    each for itself; else a duty is its entry's, and whoever answers for the entry now owes it.
    """

    id: str
    label: str
    register: str
    owed: OwedOn
    basis: Sequence[Rule] = ()
    while_states: tuple[str, ...] = ()
    evidence_required: bool = False
    checked: bool = False
    closes_on: tuple[str | Closing, ...] = ()
    while_in_force: bool = False
    each_holder: bool = False

    @property
    def ends_with_state(self) -> bool:
        """Whether the move out of a state is what is owed, so that nobody closes it by hand."""
        by_schedule = hasattr(self.owed, "schedule")
        return bool(self.while_states) and not by_schedule and not self.closes_on

    def basis_on(self, on: date) -> Rule | None:
        """The source of the duty in force on a day, or ``None``."""
        return next((rule for rule in self.basis if rule.in_force(on)), None)


_rules: dict[str, DutyRule] = {}


def declare(rule: DutyRule) -> DutyRule:
    """Declare a duty rule; a second one with the same id is a programming error."""
    if rule.id in _rules and _rules[rule.id] is not rule:
        raise ValueError(f"duty rule {rule.id} is declared twice")
    _rules[rule.id] = rule
    return rule


def get(rule_id: str) -> DutyRule | None:
    """The declared rule, or ``None`` where the app that declared it is gone."""
    return _rules.get(rule_id)


def all_rules() -> list[DutyRule]:
    """All declared duty rules in order of declaration."""
    return list(_rules.values())


@dataclass(frozen=True, slots=True)
class OwedByState:
    """The usual rule: whoever is in one of ``states`` owes ``what`` once, by ``due(version)``."""

    register: str
    states: tuple[str, ...]
    what: str
    due: Callable[[Version], date | None]
    period: str = "once"

    def __call__(self, on: date, entry: int | None) -> list[Owed]:
        found = versions.versions(self.register, on).filter(state__in=self.states)
        if entry is not None:
            found = found.filter(entry=entry)
        return [item for version in found for item in self.of(version)]

    def of(self, version: Version) -> list[Owed]:
        """What the entry of a version owes, where the version is at hand already."""
        if version.state not in self.states:
            return []
        return [
            Owed(
                version.entry_id, self.period, self.what, self.due(version), version.region.path,
                version.holder_id, version.effective_to == OPEN_DATE,
            )
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LadderStep:
    """After how many days past the due day ``tick`` raises a step; ``None``: only people do (未配置)."""

    step: Duty.Step
    days_after_due: int | None
    rule: Rule


@cache
def ladder() -> tuple[LadderStep, ...]:
    """The ladder of lateness from its table, lowest step first."""
    file = resources.files(__package__) / "data" / "ladder.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return tuple(
        LadderStep(
            Duty.Step(row["step"]),
            int(row["days_after_due"]) if row["days_after_due"] else None,
            Rule(
                row["source"],
                row["clause"],
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else OPEN_DATE,
                row["confidence"],
            ),
        )
        for row in rows
    )
