"""Rates by which a year of work is judged: their formulas are dated rules, and end with their plan period.

After the last day of its rule a rate answers 未配置 (:class:`NotConfiguredError`) until somebody enters the new
rule as a table of rates (see :mod:`jingtu.knowledge.standards.added`). 实施污染管控的优先监管地块比例 is counted from its
register by the indicator of that register, not here.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingtu.errors import CellError, InputError, NotConfiguredError, NotFoundError
from jingtu.knowledge.standards.data_rows import rows

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Term:
    """One amount that a share is computed from."""

    symbol: str
    name: str
    unit: str
    role: Literal["numerator", "denominator"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of a decision table; ``None`` where the row does not ask.

    The lower end of the rate belongs to the row, the upper does not.
    """

    lower: float | None
    upper: float | None
    unlawful: bool | None
    corrected: bool | None
    assured: bool


@dataclass(frozen=True, slots=True)
class RateRule:
    """The rule of one rate for some years; ``valid_to`` is the first day on which it no longer binds."""

    key: str
    name: str
    kind: Literal["share", "decision"]
    terms: tuple[Term, ...]
    decisions: tuple[Decision, ...]
    source: str
    clause: str
    valid_from: date
    valid_to: date | None
    confidence: str
    note: str

    def in_force(self, on: date) -> bool:
        """Whether the rule binds on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def read_rules(table: Iterable[Mapping[str, str]]) -> tuple[RateRule, ...]:
    """Rules out of the rows of a table; rows of one rate and one first day form one rule."""
    groups: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in table:
        groups.setdefault((row["rate"], row["valid_from"]), []).append(row)
    return tuple(_rule(group) for group in groups.values())


@functools.cache
def own_rules() -> tuple[RateRule, ...]:
    """The rules that come with the package."""
    return read_rules(rows("rates.csv"))


def rate_on(key: str, on: date, added: Sequence[RateRule] = ()) -> RateRule:
    """The rule of a rate in force on a day.

    Parameters
    ----------
    key : str
        ``contaminated_farmland_safe_use_rate``, ``key_construction_land_safe_use_rate``, ``key_construction_land_safe_use`` ... or a key that a
        user's table brought.
    on : date
        The day the rate is for, such as the last of its year.
    added : sequence of RateRule
        Rules entered by users; one of them wins over the package's where both are in force.

    Raises
    ------
    NotFoundError
        Nobody knows the rate.
    NotConfiguredError
        No rule is in force on the day, or its formula is not known.

    Examples
    --------
    >>> rate_on("contaminated_farmland_safe_use_rate", date(2025, 12, 31)).clause
    'A=(B+C+D)/E×100%'
    >>> rate_on("contaminated_farmland_safe_use_rate", date(2026, 1, 1))
    Traceback (most recent call last):
    jingtu.errors.NotConfiguredError: 受污染耕地安全利用率：2026年1月1日没有生效的核算规则（未配置），请录入新规则后再计算。
    """
    known = [rule for rule in (*added, *own_rules()) if rule.key == key]
    if not known:
        raise NotFoundError("没有这一指标的核算规则，请从清单中选用。", rate=key)
    rule = next((rule for rule in known if rule.in_force(on)), None)
    if rule is None:
        raise NotConfiguredError(
            f"{known[0].name}：{_day(on)}没有生效的核算规则（未配置），请录入新规则后再计算。",
            rate=key,
            on=on.isoformat(),
        )
    if not rule.terms and not rule.decisions:
        raise NotConfiguredError(
            f"{rule.name}：没有找到核算规则的原文（未配置），请录入规则后再计算。",
            rate=key,
            on=on.isoformat(),
        )
    return rule


def share(rule: RateRule, amounts: Mapping[str, ArrayLike]) -> Floats:
    """The rate in %, for one place or for columns of them.

    Parameters
    ----------
    rule : RateRule
        Of :func:`rate_on`, of kind ``share``.
    amounts : mapping of str to array of float
        An amount for every symbol of the rule, all in one unit (mu or ha), or as counts.

    Returns
    -------
    array of float
        NaN where the denominator is 0: not applicable, never 0 %.

    Raises
    ------
    InputError
        Amounts are missing, negative or add up to more than the whole; all of it at once.

    Examples
    --------
    >>> rule = rate_on("contaminated_farmland_safe_use_rate", date(2024, 12, 31))
    >>> share(rule, {"B": [200, 0], "C": [600, 0], "D": [130, 0], "E": [1000, 0]}).tolist()
    [93.0, nan]
    """
    if rule.kind != "share":
        raise InputError(f"{rule.name}不是按比例计算的指标。", rate=rule.key)
    errors = [
        CellError(f"缺少“{term.name}”，请补填。", column=term.symbol)
        for term in rule.terms
        if term.symbol not in amounts
    ]
    columns = {
        term.symbol: np.asarray(amounts[term.symbol], dtype=np.float64)
        for term in rule.terms
        if term.symbol in amounts
    }
    errors += [
        CellError(f"“{term.name}”有负数，请核对。", column=term.symbol)
        for term in rule.terms
        if term.symbol in columns and np.any(columns[term.symbol] < 0)
    ]
    if errors:
        raise InputError(f"{rule.name}的数据不全或有误，共{len(errors)}处。", errors, rate=rule.key)
    top = sum(columns[term.symbol] for term in rule.terms if term.role == "numerator")
    bottom = sum(columns[term.symbol] for term in rule.terms if term.role == "denominator")
    above, below = np.broadcast_arrays(
        np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64)
    )
    if np.any(above > below * (1 + 1e-12)):
        raise InputError(f"{rule.name}的分子大于分母，请核对是否重复计算。", rate=rule.key)
    answer: Floats = np.divide(100.0 * above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return answer


def assured(
    rule: RateRule, rate: ArrayLike, unlawful: ArrayLike, corrected: ArrayLike
) -> NDArray[np.object_]:
    """Whether 得到有效保障 holds, by the decision table of a rule.

    Parameters
    ----------
    rule : RateRule
        ``rate_on("key_construction_land_safe_use", ...)``.
    rate : array of float
        Safe-use rate of the year, %.
    unlawful : array of bool
        Whether unlawful development was found in the year.
    corrected : array of bool
        Whether all cases were punished and corrected, without risk to people.

    Returns
    -------
    array of bool or None
        ``None`` where no row of the table speaks of the case: nothing is judged.

    Examples
    --------
    >>> rule = rate_on("key_construction_land_safe_use", date(2024, 12, 31))
    >>> assured(rule, [100, 97, 97, 94, 97], [False, True, True, True, False],
    ...         [False, True, False, True, False]).tolist()
    [True, True, False, False, None]
    """
    if rule.kind != "decision":
        raise InputError(f"{rule.name}不是按条件判定的指标。", rate=rule.key)
    rates, found, fixed = np.broadcast_arrays(
        np.asarray(rate, dtype=np.float64),
        np.asarray(unlawful, dtype=np.bool_),
        np.asarray(corrected, dtype=np.bool_),
    )
    if np.any((rates < 0) | (rates > 100)):
        raise InputError("比率须在0%至100%之间，请核对。", rate=rule.key)
    answer = np.full(rates.shape, None, dtype=object)
    for row in reversed(rule.decisions):  # the first row that speaks decides
        hit = ~np.isnan(rates)
        if row.lower is not None:
            hit &= rates >= row.lower
        if row.upper is not None:
            hit &= rates < row.upper
        if row.unlawful is not None:
            hit &= found == row.unlawful
        if row.corrected is not None:
            hit &= fixed == row.corrected
        answer[hit] = row.assured
    return answer


def _rule(rows: list[Mapping[str, str]]) -> RateRule:
    first = rows[0]
    terms = tuple(
        Term(
            row["symbol"],
            row["term"],
            row["unit"],
            "numerator" if row["role"] == "numerator" else "denominator",
        )
        for row in rows
        if row["role"] in {"numerator", "denominator"}
    )
    decisions = tuple(
        Decision(
            _number(row["lower"]),
            _number(row["upper"]),
            _yes(row["unlawful"]),
            _yes(row["corrected"]),
            row["result"] == "assured",
        )
        for row in rows
        if row["role"] == "decision"
    )
    return RateRule(
        key=first["rate"],
        name=first["name"],
        kind="decision" if first["kind"] == "decision" else "share",
        terms=terms,
        decisions=decisions,
        source=first["source"],
        clause=first["clause"],
        valid_from=date.fromisoformat(first["valid_from"]),
        valid_to=date.fromisoformat(first["valid_to"]) if first["valid_to"] else None,
        confidence=first["confidence"],
        note=first["note"],
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _yes(text: str) -> bool | None:
    return {"Y": True, "N": False}.get(text)


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
