"""Shares of a target: whether they give the whole, and what the places below read together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from jingtu.platform.registers.versions import at as valid
from jingtu.programme.plans.judging import compare
from jingtu.programme.plans.models import Target
from jingtu.programme.plans.targets import TargetReading, plain, read_all


@dataclass(frozen=True, slots=True)
class Share:
    """Value and weight of one share."""

    value: Decimal | None
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SplitCheck:
    """What shares give together, held against the whole; ``holds`` is ``None`` where nothing compares."""

    combined: Decimal | None
    difference: Decimal | None
    holds: bool | None
    words: str

    def facts(self) -> dict[str, str | None]:
        """The figures, for a message."""
        return {
            "combined": None if self.combined is None else plain(self.combined),
            "difference": None if self.difference is None else plain(self.difference),
        }


@dataclass(frozen=True, slots=True)
class RollUp:
    """A split target as the level above sees it: each share's reading, and all of them together."""

    target: Target
    check: SplitCheck
    shares: list[TargetReading]
    combined: Decimal | None
    met: int
    missing: int


def check_split(rule: str, comparator: str, whole: Decimal | None, shares: Sequence[Share]) -> SplitCheck:
    """Whether shares give the whole.

    Parameters
    ----------
    rule : str
        ``sum``: their sum is compared; ``weighted``: their mean by weight; ``each``: every single one.
    comparator : str
        That of the target: shares may do more than the whole asks, never less.

    Examples
    --------
    >>> check_split("sum", ">=", Decimal(11), [Share(Decimal(6)), Share(Decimal(4))])
    SplitCheck(combined=Decimal('10'), difference=Decimal('-1'), holds=False, words='各地合计 10，与目标 11 相差 -1')
    >>> check_split("weighted", ">=", Decimal(93),
    ...             [Share(Decimal(95), Decimal(1)), Share(Decimal(92), Decimal(2))]).holds
    True
    >>> check_split("each", ">=", Decimal(75), [Share(Decimal(80)), Share(Decimal(70))]).words
    '有 1 个地方的目标低于总目标 75'
    """
    values = [share.value for share in shares if share.value is not None]
    if whole is None or not values or len(values) < len(shares):
        return SplitCheck(None, None, None, "文字目标，不核对合计")
    if rule == "each":
        below = sum(compare(comparator, value, whole) is False for value in values)
        words = f"有 {below} 个地方的目标低于总目标 {plain(whole)}" if below else "各地目标均达到总目标"
        return SplitCheck(None, None, below == 0, words)
    combined = combine(rule, shares)
    if combined is None:
        return SplitCheck(None, None, None, "缺少权重，未核对")
    difference = combined - whole
    holds = compare(comparator, combined, whole)
    label = "各地合计" if rule == "sum" else "各地加权平均"
    words = f"{label} {plain(combined)}，与目标 {plain(whole)} 相差 {plain(difference)}"
    return SplitCheck(combined, difference, difference == 0 if holds is None else holds, words)


def combine(rule: str, shares: Sequence[Share]) -> Decimal | None:
    """Sum, or mean by weight; ``None`` where a weight or a value is missing."""
    pairs = [(share.value, share.weight) for share in shares if share.value is not None]
    if not pairs:
        return None
    if rule == "sum":
        return sum((value for value, _ in pairs), Decimal(0))
    weights = [weight for _, weight in pairs if weight is not None and weight > 0]
    if len(weights) < len(pairs):
        return None
    total = sum(weights, Decimal(0))
    return sum((value * (weight or 0) for value, weight in pairs), Decimal(0)) / total


def roll_up(target: Target, on: date, known_at: datetime | None = None) -> RollUp:
    """The shares of a target with their readings, and what they give together on a day."""
    rows = list(
        Target.objects.filter(valid(on, known_at), parent__series=target.series)
        .select_related("plan", "region", "parent")
        .prefetch_related("region__names")
        .order_by("region__path")
    )
    readings = read_all(rows, on, known_at)
    parts = [Share(row.value, row.weight) for row in rows]
    now = [Share(item.reading.value, item.target.weight) for item in readings]
    return RollUp(
        target=target,
        check=check_split(target.split_rule, target.comparator, target.value, parts),
        shares=readings,
        combined=combine(target.split_rule, now) if target.split_rule in {"sum", "weighted"} else None,
        met=sum(item.verdict.met is True for item in readings),
        missing=sum(item.reading.value is None and not item.reading.text for item in readings),
    )
