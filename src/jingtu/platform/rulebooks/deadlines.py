"""The rules that set days and intervals, as a page lists them: what for, how long, where it stands, how sure it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from jingtu.platform import rules
from jingtu.platform.duties import declarations as duties
from jingtu.platform.indicators import declarations as indicators
from jingtu.platform.indicators.declarations import Rule
from jingtu.platform.registers import declarations as registers
from jingtu.platform.rulebooks import local
from jingtu.platform.rulebooks.local import Local
from jingtu.platform.rules import Provision

_SURENESS = {
    "verified": "已核对原文", "high": "多个来源一致", "medium": "部分核实", "low": "单一来源，待核实",
    "secondary": "据转述，待核实", "recalled": "未核对原文", "draft": "征求意见稿", "assumption": "假定",
    "bureau": "单位自定", "house": "系统约定",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One value on a day: that of the program, and the one that goes before it at the place."""

    label: str
    parameter: str
    provision: Provision
    own: Local | None
    may_set: bool

    @property
    def shown(self) -> Provision:
        """What holds at the place."""
        return self.own.provision if self.own else self.provision

    @property
    def value(self) -> str:
        """The value in words; empty where no text sets one."""
        return value_words(self.shown)

    @property
    def sureness(self) -> str:
        """How well the row of the program is attested."""
        return _SURENESS.get(self.provision.rule.confidence, "")


def value_words(provision: Provision) -> str:
    """A value with its unit.

    Examples
    --------
    >>> rule = Rule("某办法", "第三条", date(2024, 1, 1))
    >>> value_words(Provision("x", "month_day", "03-31", "月-日", rule)), value_words(Provision("x", "days", "", "日", rule))
    ('3月31日', '')
    """
    if not provision.value:
        return ""
    if provision.parameter in local.MONTH_DAY:
        month, _, day = provision.value.partition("-")
        return f"{int(month)}月{int(day)}日" if day else provision.value
    return f"{provision.value} {provision.unit}"


def lines(path: str, on: date, known_at: datetime | None = None, words: str = "") -> list[Line]:
    """What is in force on a day at a place, what nobody has set first.

    Parameters
    ----------
    words : str
        Only rows that have them in what they are for, in their source or clause.
    """
    labels = _labels()
    own = local.entered(path, on, known_at) if path else {}
    found = []
    for table in rules.tables():
        for item in table.provisions:
            if item.parameter not in local.PARAMETERS or not item.rule.in_force(on):
                continue
            label = "、".join(labels.get(item.rule, ())) or _by_clause(item.rule)
            line = Line(
                label, local.PARAMETERS[item.parameter], item, own.get((item.subject, item.parameter)),
                rules.asked_by_place(item.subject, item.parameter),
            )  # fmt: skip
            text = f"{label}{line.shown.rule.source}{line.shown.rule.clause}{item.rule.source}"
            if words in text:
                found.append(line)
    return sorted(found, key=lambda line: bool(line.value))


def label_of(subject: str) -> str:
    """What a rule of the program is for."""
    labels = _labels()
    found = [
        label
        for table in rules.tables()
        for rule in table.rules_of(subject)
        for label in labels.get(rule, ())
    ]
    rows = [rule for table in rules.tables() for rule in table.rules_of(subject)]
    return "、".join(dict.fromkeys(found)) or (_by_clause(rows[-1]) if rows else "")


def _by_clause(rule: Rule) -> str:
    """What a rule is for that nothing cites: the first words of its clause."""
    return rule.clause.partition("；")[0] or rule.source


def _labels() -> dict[Rule, list[str]]:
    """For each rule what cites it: duties, steps of registers, numbers."""
    found: dict[Rule, dict[str, None]] = defaultdict(dict)
    for duty in duties.all_rules():
        for rule in duty.basis:
            found[rule].setdefault(duty.label)
    for register in registers.all_registers():
        for move in register.lifecycle.moves:
            for rule in move.limit_basis:
                if rule not in found:
                    found[rule].setdefault(f"{register.label}：{move.label}")
    for indicator in indicators.all_indicators():
        for rule in indicator.rules:
            if rule not in found:
                found[rule].setdefault(indicator.name)
    return {rule: list(labels) for rule, labels in found.items()}
