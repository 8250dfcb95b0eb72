"""Cards follow the organisation that they were filled in for when two turn out to be one body."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jingtu.platform.organisations.holdings import Holding, Move, Moved, declare, tally
from jingtu.platform.scorecards.models import Scorecard


def _counts(organisations: Iterable[int]) -> dict[int, int]:
    return tally(Scorecard.objects.filter(holder__in=list(organisations), replaced_by=None), "holder")


def _forward(move: Move) -> list[Moved]:
    keys = list(Scorecard.objects.filter(holder=move.source).order_by("pk").values_list("pk", flat=True))
    Scorecard.objects.filter(pk__in=keys).update(holder=move.target)
    return [[key, key] for key in keys]


def _back(move: Move, moved: Sequence[Moved]) -> None:
    keys = [key for key, _ in moved]
    Scorecard.objects.filter(pk__in=keys, holder=move.source).update(holder=move.target)


declare(Holding("scorecards.Scorecard.holder", "评分表", "份", 60, _counts, _forward, _back))
